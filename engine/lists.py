"""Lists that a scenario holds beside its sites and plans: extra costs, risks, scores, answers.

Each list runs along a short axis of its own. Some have rows of fixed names, such as the factors of
the scorecard; in others the scenario names the rows and the rest stay empty.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from .axes import CHECKLISTS, FIXED_SIZES, LAW_CHANGES, VENDORS, counter, shape_of
from .drivers import DRIVERS, is_relative
from .inputs import INPUTS
from .spares import AXES as SPARE_AXES
from .tables import rows

# What stands in a workbook where a site has fewer charges, or a list fewer rows, than the sheet.
NO_CHARGE, UNUSED = "none", "unused "


@dataclass(frozen=True)
class List:
    """One list.

    Parameters
    ----------
    axis : str
        Its axis. An input ``risk_cost`` is the field ``cost`` of the rows along "risk".
    key : str
        Key in scenario files: an array of tables, each with a ``name``.
    title : str
        What a reader sees.
    row : str
        What one row is.
    names : tuple of str
        Names of its rows; empty where the scenario names them.
    default : tuple of dict
        Rows where a scenario gives none.
    """

    axis: str
    key: str
    title: str
    row: str
    names: tuple[str, ...] = ()
    default: tuple[dict[str, Any], ...] = ()

    @property
    def size(self) -> int:
        """How many rows there may be."""
        return FIXED_SIZES[self.axis]


def _names(table: str, column: str) -> tuple[str, ...]:
    return tuple(row[column] for row in rows(table))


def _default_risks() -> tuple[dict[str, Any], ...]:
    return tuple(
        {"name": row["name"]}
        | {part: float(row[part]) for part in ("probability", "weeks", "cost")}
        for row in rows("risks.csv")
    )


CHECKLIST_NAMES = tuple(dict.fromkeys(_names("questions.csv", "checklist")))
LISTS = (
    List("extra", "extra_costs", "Extra costs", "Extra cost"),
    List("risk", "risks", "Risks beyond those onshore", "Risk", default=_default_risks()),
    List("vendor", "vendors", "Vendors", "Vendor", default=({"name": "Own staff"},)),
    List("factor", "scorecard", "Scorecard", "Factor", _names("factors.csv", "factor")),
    List(
        "attribute",
        "location_score",
        "Location score",
        "Attribute",
        _names("attributes.csv", "attribute"),
    ),
    List("driver", "cases", "Cases and sensitivity", "Driver", tuple(DRIVERS)),
    List("correlation", "correlations", "Correlations of drivers", "Correlation"),
    List("question", "checklists", "Checklists", "Question", _names("questions.csv", "question")),
)


class Builtin(NamedTuple):
    """What a line may ask for beside inputs and lines.

    Attributes
    ----------
    axes : tuple of str
        Axes that it varies over.
    label, unit : str
        What a reader sees.
    """

    axes: tuple[str, ...]
    label: str
    unit: str


# The same in every scenario but for the first month, which a scenario gives, spare places, and
# ``inputs_in_range`` and ``figure_edited``, which only a workbook can change.
BUILTINS: dict[str, Builtin] = {
    "inputs_in_range": Builtin((), "All inputs are within their valid ranges", "check"),
    "month": Builtin(("month",), "Number of the month, from 1 to the horizon", "month"),
    "start_calendar_month": Builtin((), "Month of the year in which month 1 falls", "month"),
    "start_month": Builtin((), "First day of month 1", "date"),
    "months_in_quarter": Builtin((), "Months in a quarter", "months"),
    "year": Builtin(("year",), "Number of the fiscal year, from 1", "number"),
    "quarter": Builtin(("quarter",), "Number of the fiscal quarter, from 1", "number"),
    "plan": Builtin(("plan",), "Number of the plan; 1 is the baseline", "number"),
    "site": Builtin(("site",), "Number of the site; 1 is the onshore base", "number"),
    "role": Builtin(("role",), "Number of the role", "number"),
    "plan_named": Builtin(("plan",), "1 if the plan has a name, 0 for a spare place", "flag"),
    "site_named": Builtin(("site",), "1 if the site has a name, 0 for a spare place", "flag"),
    "role_named": Builtin(("role",), "1 if the role has a name, 0 for a spare place", "flag"),
    "change": Builtin(
        ("change",), "Number of a change of the site's law within the horizon", "number"
    ),
    "vendor": Builtin(("vendor",), "Number of the vendor; 1 is the own staff", "number"),
    "checklist": Builtin(("checklist",), "Number of the checklist", "number"),
    "question_checklist": Builtin(
        ("question",), "Number of the checklist that a question belongs to", "number"
    ),
    "figure_edited": Builtin(
        ("site", "figure"),
        "Grade of a figure that was edited since the workbook was made; below 0 for all others",
        "number",
    ),
    "driver": Builtin(("driver",), "Number of the driver", "number"),
    "driver_relative": Builtin(
        ("driver",), "1 if the driver's level is a factor, 0 if it is added", "flag"
    ),
    "driver_lowest": Builtin(("driver",), "Lower end of the driver's valid range", "its own"),
    "driver_highest": Builtin(("driver",), "Upper end of the driver's valid range", "its own"),
}


_CHECKLIST_OF_QUESTION = [
    CHECKLIST_NAMES.index(name) + 1 for name in _names("questions.csv", "checklist")
]


@functools.cache
def _driver_facts() -> dict[str, np.ndarray]:
    """Of each driver: whether its level is a factor, and its valid range."""
    drivers = [entry for name in DRIVERS for entry in INPUTS if entry.name == name]
    facts = {
        "driver_relative": [is_relative(entry) for entry in drivers],
        "driver_lowest": [entry.lowest for entry in drivers],
        "driver_highest": [entry.highest for entry in drivers],
    }
    shape = shape_of(("driver",), {})
    return {name: np.array(of_each, float).reshape(shape) for name, of_each in facts.items()}


def given(sizes: Mapping[str, int]) -> dict[str, np.ndarray]:
    """Values of all that is given, for so many plans, sites and months."""
    return {
        "inputs_in_range": np.ones((1, 1, 1, 1, 1), bool),
        "month": counter("month", sizes["month"]),
        "start_calendar_month": np.ones((1, 1, 1, 1, 1), int),
        "start_month": np.full((1, 1, 1, 1, 1), 46388.0),  # 1 January 2027
        "months_in_quarter": np.full((1, 1, 1, 1, 1), 3.0),
        "year": counter("year", sizes["year"]),
        "quarter": counter("quarter", sizes["quarter"]),
        "plan": counter("plan", sizes["plan"]),
        "site": counter("site", sizes["site"]),
        "role": counter("role", sizes["role"]),
        **{f"{axis}_named": np.ones(shape_of((axis,), sizes), int) for axis in SPARE_AXES},
        "change": counter("change", LAW_CHANGES),
        "vendor": counter("vendor", VENDORS),
        "checklist": counter("checklist", CHECKLISTS),
        "question_checklist": np.array(_CHECKLIST_OF_QUESTION).reshape(shape_of(("question",), {})),
        "figure_edited": np.full(shape_of(("site", "figure"), sizes), -1.0),
        "driver": counter("driver", len(DRIVERS)),
        **_driver_facts(),
    }
