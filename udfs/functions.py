"""The functions in cells. They convert, call the model and give back; they decide nothing.

Registered through xlwings' decorators, for every host that xlwings serves. Docstrings and ``doc``
are the help that Excel shows, 255 characters at most.
"""

import numpy as np
import xlwings as xw

from ..engine.cashflow import break_even
from ..engine.errors import DomainError
from ..engine.model import nearest
from ..engine.results import OVERHEAD
from ..engine.site import check_range, site_values
from .coerce import column, in_cells, table, text

_PARTS = {key: line.removeprefix("plan_") for key, line in OVERHEAD.items()}
_AMOUNT_MAX = 1e15
_SITE = {
    "salary": "Gross salary per head and year; a number or a column.",
    "statutory_rate": "Employer charges as a fraction of pay; 0.20 if omitted.",
    "benefits_rate": "Benefits as a fraction of salary; 0.06 if omitted.",
    "management_rate": "Management overhead, fraction of direct cost; 0.20 if omitted.",
    "attrition_rate": "Leavers per year, fraction of heads; 0.12 if omitted.",
    "productivity": "Output relative to onshore; 1/1.09 if omitted.",
    "overlap_hours": "Working hours shared with onshore a day; 2 if omitted.",
    "rework_end": "Long-run share of output redone; 0.06 if omitted.",
}


def _site_arguments(function):
    """Declare the arguments that describe a site, and a table for all others."""
    others = {"others": "Two columns, name and value, for any other input of the model."}
    for name, doc in (_SITE | others).items():
        function = xw.arg(name, ndim=2, doc=doc)(function)
    return function


@xw.func(category="Shorewise")
@_site_arguments
def SHORE_LOADED_COST(  # noqa: N802 - the name that users type
    salary: list,
    statutory_rate: list = None,
    benefits_rate: list = None,
    management_rate: list = None,
    attrition_rate: list = None,
    productivity: list = None,
    overlap_hours: list = None,
    rework_end: list = None,
    others: list = None,
) -> list:
    """Cost of one onshore head's output at a site, per year, with all overhead. Rows spill."""
    site = [salary, statutory_rate, benefits_rate, management_rate]
    site += [attrition_rate, productivity, overlap_hours, rework_end]
    return in_cells(_loaded_cost, site, others)


@xw.func(category="Shorewise")
@_site_arguments
@xw.arg("part", doc=f"One of {', '.join(_PARTS)}; all of them together if omitted.")
def SHORE_OVERHEAD(  # noqa: N802 - the name that users type
    salary: list,
    part: str = None,
    statutory_rate: list = None,
    benefits_rate: list = None,
    management_rate: list = None,
    attrition_rate: list = None,
    productivity: list = None,
    overlap_hours: list = None,
    rework_end: list = None,
    others: list = None,
) -> list:
    """Overhead beyond direct cost per onshore-equivalent head and year, or a part. Rows spill."""
    site = [salary, statutory_rate, benefits_rate, management_rate]
    site += [attrition_rate, productivity, overlap_hours, rework_end]
    return in_cells(_overhead, part, site, others)


@xw.func(category="Shorewise")
@xw.arg(
    "monthly_saving", ndim=2, doc="A saving for every month; or a month a column, plans as rows."
)
@xw.arg("setup_cost", ndim=2, doc="Spent before month 1, positive; 0 if omitted.")
def SHORE_BREAK_EVEN(  # noqa: N802 - the name that users type
    monthly_saving: list, setup_cost: list = None
) -> list:
    """Month in which savings have paid for the setup for good; "none" if never. Rows spill."""
    return in_cells(_break_even, monthly_saving, setup_cost)


def _loaded_cost(site, others) -> np.ndarray:
    return site_values(_inputs(site, others), ["fully_loaded_cost"])["fully_loaded_cost"]


def _overhead(part, site, others) -> np.ndarray:
    name = text(part).lower() or "total"
    if name != "total" and name not in _PARTS:
        hint = nearest(name, _PARTS) or f"; parts are {', '.join(_PARTS)}"
        raise DomainError(f"part is {text(part)[:40]!r}{hint}")
    wanted = list(_PARTS.values()) if name == "total" else [_PARTS[name]]
    return np.sum(list(site_values(_inputs(site, others), wanted).values()), axis=0)


def _break_even(monthly_saving, setup_cost) -> np.ndarray:
    saving = table("monthly_saving", monthly_saving)
    if saving is None:
        raise DomainError("monthly_saving is empty; it must be a number or a range")
    setup = column("setup_cost", setup_cost)
    setup = np.zeros(1) if setup is None else setup
    amounts = f"between {-_AMOUNT_MAX:.0e} and {_AMOUNT_MAX:.0e}"
    check_range("monthly_saving", saving, -_AMOUNT_MAX, _AMOUNT_MAX, amounts)
    check_range("setup_cost", setup, 0, _AMOUNT_MAX, f"between 0 and {_AMOUNT_MAX:.0e}")
    rows = max(len(saving), setup.size)
    if len(saving) not in (1, rows) or setup.size not in (1, rows):
        raise DomainError(f"setup_cost has {setup.size} rows, monthly_saving {len(saving)}")
    saving = np.broadcast_to(saving, (rows, saving.shape[1]))
    return break_even(saving, np.broadcast_to(setup, (rows,)))


def _inputs(site, others) -> dict[str, np.ndarray]:
    """Arrays of one length by input; a single number stands for every row."""
    given, further = dict(zip(_SITE, site, strict=True)), _pairs(others)
    for name in further.keys() & given.keys():
        raise DomainError(f"others names {name}, which is an argument of its own")
    given |= further
    arrays = {name: column(name, cells) for name, cells in given.items()}
    if arrays["salary"] is None:
        raise DomainError("salary is empty; it must be a number or a column")
    found = {name: array for name, array in arrays.items() if array is not None}
    rows = max(array.size for array in found.values())
    for name, array in found.items():
        if array.size not in (1, rows):
            raise DomainError(f"{name} has {array.size} rows; it must have 1 or {rows}")
    return {name: np.broadcast_to(array, (rows,)) for name, array in found.items()}


def _pairs(others) -> dict[str, object]:
    rows = others if isinstance(others, (list, tuple)) else []
    pairs: dict[str, object] = {}
    for row in rows:
        if not isinstance(row, (list, tuple)) or len(row) != 2:
            raise DomainError("others must be a range of two columns, name and value")
        if text(row[0]):
            pairs[text(row[0])] = row[1]
    return pairs
