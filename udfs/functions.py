"""The functions in cells: a table. What each computes is the engine's.

The functions that need no add-in are those of the engine's catalogue; the others ask for what only
Python has: tables of any size, the facts with their sources, the search for a placement.
"""

from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

import numpy as np

from ..engine import cashflow
from ..engine.catalogue import CATALOGUE, Entry
from ..engine.errors import DomainError
from ..engine.inputs import Input
from ..engine.locations import FACTS, locations
from ..engine.model import default_model, nearest
from ..engine.recommend import recommend
from ..engine.results import MEASURES, OVERHEAD, STEPS
from ..engine.site import employer_charges, settable, site_values
from .coerce import Rows
from .explain import explain
from .function import Function, Parameter, parameter_of, word
from .scenarios import EXAMPLE_SITES, TABLES, scenario_of
from .uncertainty import UNCERTAINTY

Given = Mapping[str, np.ndarray]

_AMOUNT = (-1e15, 1e15, False)
_MONTHS_MAX, _MONTHS = 120, 36  # months that count: the most, and the default of a single saving
_OVERHEAD = {key: line.removeprefix("plan_") for key, line in OVERHEAD.items()}
_BREAKDOWN = (
    "pay",
    "statutory_charges",
    "benefits",
    "workplace",
    "local_management",
    "vendor_fee",
    "direct_cost",
    *_OVERHEAD.values(),
    "fully_loaded_cost",
)
_WATERFALL = ("plan_headline_saving", *STEPS, "net_saving_steady")
_FLOWS = ("saving", "value", "cost", "cumulative", "discounted_saving", "cumulative_discounted")
_MODELS = ("offshore", "hybrid", "nearshore")
_PLACES = ("country", "currency", "time_zone", "fx_rate", *FACTS)
_PARTS = ("value", "source", "confidence")
_NOT_FOUND = "not found"

_ENTRIES = {entry.name: entry for entry in CATALOGUE}
_LABELS = {name: line.label for name, line in default_model().lines.items()}


def _arguments(name: str) -> tuple[Parameter, ...]:
    """The parameters of a function of the catalogue."""
    entry = _ENTRIES[name]
    return tuple(parameter_of(one, entry.default(one)) for one in entry.arguments)


_OTHERS = Parameter(
    "others",
    "Any other inputs of the model",
    "table",
    "names and values side by side, or names in the first row",
    optional=True,
    shape="others",
    omitted="nothing else",
)
_CASHFLOW = (
    Parameter(
        "monthly_saving",
        "Saving of each month",
        "money/month",
        "one number for every month, or a month a column",
        limits=_AMOUNT,
        shape="months",
    ),
    Parameter(
        "setup_cost",
        "Setup, spent before month 1",
        "money",
        "0 or more, up to 1e+15",
        optional=True,
        default=0.0,
        limits=(0, 1e15, False),
    ),
)
_DISCOUNTED = (
    *_CASHFLOW,
    *_arguments("SHORE_DISCOUNT_FACTOR")[1:],
    Parameter(
        "months",
        "Months that count",
        "months",
        f"a whole number between 1 and {_MONTHS_MAX}",
        optional=True,
        default=np.nan,
        limits=(1, _MONTHS_MAX, True),
        omitted=f"all columns, or {_MONTHS} of one saving for every month",
    ),
)


_LOCATION = word("location", "Country by its ISO code", tuple(locations()))


def _of(entry: Entry) -> Callable[[Given], np.ndarray]:
    """What a function of the catalogue computes."""
    return lambda given: site_values(given, [str(entry.line)], entry.fixed)[str(entry.line)]


def _stacked(given: Given, lines: tuple[str, ...]) -> np.ndarray:
    """Some lines beside each other, shape (case, line)."""
    found = site_values(given, lines)
    return np.stack([found[line] for line in lines], axis=1)


def _overhead(given: Given) -> np.ndarray:
    """All overhead where part is 0, else its part of that number."""
    part = given["part"].astype(int)
    found = _stacked({n: a for n, a in given.items() if n != "part"}, (*_OVERHEAD.values(),))
    columns = np.concatenate([found.sum(axis=1, keepdims=True), found], axis=1)
    cases = max(len(columns), len(part))
    columns = np.broadcast_to(columns, (cases, columns.shape[1]))
    return np.take_along_axis(columns, np.broadcast_to(part, (cases,))[:, None], axis=1)[:, 0]


def _flows(given: Given) -> list[np.ndarray]:
    """Savings by month, shape (case, month), and the other arguments, shape (case,)."""
    saving, *rest = given.values()
    saving = saving.reshape(len(saving), -1)
    cases = max(len(array) for array in given.values())
    saving = np.broadcast_to(saving, (cases, saving.shape[1]))
    return [saving, *(np.broadcast_to(array, (cases,)) for array in rest)]


def _break_even(given: Given) -> np.ndarray:
    saving, setup = _flows(given)
    return cashflow.break_even(saving, setup)


def _discounted(compute: Callable[..., np.ndarray]) -> Callable[[Given], np.ndarray]:
    """A function of savings within the months that count."""

    def answer(given: Given) -> np.ndarray:
        saving, setup, rate, months = _flows(given)
        if saving.shape[1] == 1:
            months = np.where(np.isnan(months), _MONTHS, months)
            saving = np.repeat(saving, int(months.max()), axis=1)
        late = np.arange(1, saving.shape[1] + 1) > months[:, None]
        return compute(np.where(late, 0, saving), setup, rate)

    return answer


def _charges(given: Given) -> np.ndarray:
    """Employer charges, country by country."""
    pay, place, missing = np.broadcast_arrays(*given.values())
    found, known = np.empty(pay.shape), [*locations().values()]
    for number in np.unique(place):
        here = place == number
        found[here] = employer_charges(pay[here], known[int(number)], missing[here])
    return found


def _location(given: Given) -> np.ndarray:
    """Facts of countries, or where they come from."""
    arrays = np.broadcast_arrays(*(array.astype(int) for array in given.values()))
    places = [*locations()]
    found = [
        _fact(places[place], _PLACES[fact], _PARTS[part])
        for place, fact, part in zip(*(array.tolist() for array in arrays), strict=True)
    ]
    return np.array(found, object)


def _fact(iso: str, fact: str, part: str) -> float | str:
    """A fact about a country, its source or its confidence."""
    place = locations()[iso]
    if part != "value":
        found = place.sources.get(fact, ("engine/tables/locations.csv", ""))[_PARTS.index(part) - 1]
        return found or "n/a"
    value = place.facts[fact] if fact in FACTS else getattr(place, fact)
    return _NOT_FOUND if value is None else value


def _locations() -> list[list[Any]]:
    """All countries with their facts."""
    rows = [[iso, *(_fact(iso, fact, "value") for fact in _PLACES)] for iso in locations()]
    return [["location", *_PLACES], *rows]


def _plan_lines() -> dict[str, str]:
    """Lines that COMPARE may show, by their names in results or in the model."""
    lines = default_model().lines.values()
    return {line.name: line.name for line in lines if line.over == ("plan",)} | MEASURES


def _compare(sites: Rows, plans: Rows, settings: Rows, measures: Rows) -> list[list[Any]]:
    """Plans below each other, measures beside each other."""
    known = _plan_lines()
    wanted = [str(cell) for row in measures for cell in row if cell is not None] or [*MEASURES]
    for name in wanted:
        if name not in known:
            hint = nearest(name, known) or ", which is no line of a plan"
            raise DomainError(f"measures names {name[:40]!r}{hint}")
    scenario = scenario_of(sites, plans, settings)
    values = scenario.evaluate()
    rows = [
        [_shown(values, known[name], plan) for name in wanted]
        for plan in range(len(scenario.plans))
    ]
    return [["plan", *wanted], *([p, *row] for p, row in zip(scenario.plans, rows, strict=True))]


def _shown(values: Mapping[str, np.ndarray], line: str, plan: int) -> Any:
    """A line's value for a plan, or what stands for no answer."""
    value = values[line][0, plan].item()
    return default_model().lines[line].missing if value != value else value


def _cashflow(sites: Rows, plans: Rows, settings: Rows, what: str) -> list[list[Any]]:
    """Plans below each other, months beside each other."""
    scenario = scenario_of(sites, plans, settings)
    flows = scenario.evaluate()[what][0, :, 0, 0].tolist()
    head = ["plan", *range(1, scenario.horizon_months + 1)]
    return [head, *([plan, *row] for plan, row in zip(scenario.plans, flows, strict=True))]


def _recommend(sites: Rows, plans: Rows, settings: Rows) -> list[list[Any]]:
    """The best place for the baseline's heads, and the reasons."""
    found = recommend(scenario_of(sites, plans, settings))
    places = ", ".join(dict.fromkeys(found.placement.values()))
    return [["recommended", places], *([one.rule, one.text] for one in found.reasons)]


def _explain(name: Rows) -> list[list[Any]]:
    """What a name of the model means."""
    if not name:
        raise DomainError("name is empty; it must be the name of a line or an input")
    return explain(str(name[0][0]))


def _inputs(search: Rows) -> list[list[Any]]:
    """Inputs that tables and others may name."""
    wanted = str(search[0][0]).lower() if search else ""
    rows = [
        [name, _label(name, entry), entry.unit, _default(name, entry), entry.allowed, entry.source]
        for name, entry in settable().items()
        if wanted in f"{name} {entry.label}".lower()
    ]
    if not rows:
        raise DomainError(f"search is {wanted[:40]!r}; no input has that in its name or label")
    return [["name", "label", "unit", "default", "allowed", "source"], *rows]


def _label(name: str, entry: Input) -> str:
    return entry.label + (", onshore" if name != entry.name else "")


def _default(name: str, entry: Input) -> float:
    value = entry.default_at(0 if name != entry.name else 1)
    return value[0] if isinstance(value, tuple) else value


def _catalogued(topic: str, name: str, *, others: bool = False) -> Function:
    """A function of the catalogue, under a topic; with further inputs of the site."""
    entry = _ENTRIES[name]
    return Function(
        name=name,
        topic=topic,
        does=entry.does,
        unit=entry.result.unit,
        parameters=_arguments(name) + ((_OTHERS,) if others else ()),
        answer=_of(entry),
        example=entry.shortest,
        missing=entry.result.missing,
    )


_LOADED, _NET = _arguments("SHORE_LOADED_COST"), _arguments("SHORE_NET_SAVING")

COST, SAVINGS, FLOWS = "Cost of a head", "Savings", "Months and money"
HOURS, QUOTE, RISK, FIT = "Working hours", "Quote", "Risk", "Fit of work and place"
PLANS, FACTS_ = "Whole plans", "Facts and explanations"

FUNCTIONS: tuple[Function, ...] = (
    _catalogued(COST, "SHORE_LOADED_COST", others=True),
    _catalogued(COST, "SHORE_LOADED_RATE", others=True),
    Function(
        "SHORE_OVERHEAD",
        COST,
        "Overhead beyond the direct cost, per year of one onshore head's output: all, or one part.",
        "money/year",
        (_LOADED[0], word("part", "Part of it", ("total", *_OVERHEAD), 0), *_LOADED[1:], _OTHERS),
        _overhead,
        (60_000, "security"),
    ),
    Function(
        "SHORE_BREAKDOWN",
        COST,
        "The lines from pay to the fully loaded cost, below each other; a case a column.",
        "money/year",
        (*_LOADED, _OTHERS),
        lambda given: _stacked(given, _BREAKDOWN),
        (60_000,),
        labels=tuple(_LABELS[line] for line in _BREAKDOWN),
    ),
    _catalogued(COST, "SHORE_DIRECT_COST", others=True),
    _catalogued(COST, "SHORE_ONSHORE_COST", others=True),
    _catalogued(COST, "SHORE_STATUTORY"),
    Function(
        "SHORE_EMPLOYER_CHARGES",
        COST,
        "All statutory employer charges of a country on a year's pay, both in local currency.",
        "local/year",
        (
            Parameter(
                "pay", "Pay", "local/year", "0 or more, up to 1e+15", limits=(0, 1e15, False)
            ),
            _LOCATION,
            Parameter(
                "missing_rate",
                "Rate of a charge of which none was found",
                "fraction",
                "between 0 and 1",
                optional=True,
                default=np.nan,
                limits=(0, 1, False),
                omitted="no answer where one is needed",
            ),
        ),
        _charges,
        (66_000, "PL"),
        missing="a rate was not found: set missing_rate",
    ),
    *(
        _catalogued(COST, name)
        for name in (
            "SHORE_MANAGEMENT_COST",
            "SHORE_TRAVEL_COST",
            "SHORE_ATTRITION_COST",
            "SHORE_SETUP_COST",
            "SHORE_COMMUNICATION_LOSS",
            "SHORE_OUTPUT",
            "SHORE_REWORK",
        )
    ),
    _catalogued(SAVINGS, "SHORE_HEADLINE_SAVING"),
    _catalogued(SAVINGS, "SHORE_NET_SAVING", others=True),
    Function(
        "SHORE_WATERFALL",
        SAVINGS,
        "The bars from headline saving to net saving, below each other; a case a column.",
        "fraction",
        (*_NET, _OTHERS),
        lambda given: _stacked(given, _WATERFALL),
        (60_000, 180_000),
        labels=tuple(_LABELS[line] for line in _WATERFALL),
    ),
    Function(
        "SHORE_BREAK_EVEN",
        FLOWS,
        "Months in which savings have paid for a setup for good; each month's saving may differ.",
        "months",
        _CASHFLOW,
        _break_even,
        (100_000, 420_000),
        missing="none",
    ),
    Function(
        "SHORE_PAYBACK",
        FLOWS,
        "Whole months in which discounted savings have paid for a setup for good.",
        "months",
        _DISCOUNTED,
        _discounted(cashflow.payback),
        (100_000, 420_000),
        missing="none",
    ),
    Function(
        "SHORE_NPV",
        FLOWS,
        "Net present value of savings at each month's end, and of a setup before month 1.",
        "money",
        _DISCOUNTED,
        _discounted(cashflow.present_value),
        (100_000, 420_000),
    ),
    _catalogued(FLOWS, "SHORE_DISCOUNT_FACTOR"),
    _catalogued(FLOWS, "SHORE_GROWTH"),
    *(
        _catalogued(topic, name)
        for topic, names in (
            (HOURS, ("OVERLAP_HOURS", "COVERED_HOURS", "FOLLOW_THE_SUN")),
            (
                QUOTE,
                (
                    "IMPLIED_QUOTE",
                    "QUOTE_MARGIN",
                    "WALK_AWAY_PRICE",
                    "BLENDED_RATE",
                    "OFFSHORE_SHARE",
                ),
            ),
            (RISK, ("EXPECTED_WEEKS", "EXPECTED_LOSS", "CONCENTRATION")),
            (FIT, ("WORK_SCORE",)),
        )
        for name in (f"SHORE_{name}" for name in names)
    ),
    Function(
        "SHORE_FIT",
        FIT,
        "The better model for the work by its score: offshore, hybrid or nearshore.",
        "word",
        (*_arguments("SHORE_WORK_SCORE")[:4], _OTHERS),
        lambda given: site_values(given, ["work_model"])["work_model"],
        (4, 5, 3, 4),
        options=_MODELS,
    ),
    _catalogued(FIT, "SHORE_SCORECARD"),
    Function(
        "SHORE_COMPARE",
        PLANS,
        "Plans below each other, measures beside each other, from a table of sites.",
        "table",
        (
            *TABLES,
            Parameter(
                "measures",
                "Measures to show",
                "table",
                "names of lines of a plan, such as net_saving",
                optional=True,
                shape="table",
                omitted="the chief ones",
            ),
        ),
        _compare,
        (EXAMPLE_SITES, None, None, (("net_saving", "break_even_month", "npv"),)),
        each=False,
    ),
    Function(
        "SHORE_CASHFLOW",
        PLANS,
        "Saving of each plan by month, or another flow: plans below, months beside each other.",
        "money/month",
        (*TABLES, word("what", "Flow to show", _FLOWS, 0, "one")),
        _cashflow,
        (EXAMPLE_SITES, None, (("horizon_months", 6),)),
        each=False,
    ),
    Function(
        "SHORE_RECOMMEND",
        PLANS,
        "The site that suits the baseline's heads best, after risk, and the reasons below.",
        "table",
        TABLES,
        _recommend,
        (EXAMPLE_SITES,),
        each=False,
    ),
    *UNCERTAINTY,
    Function(
        "SHORE_LOCATION",
        FACTS_,
        "A fact about a country, or its source, or how sure it is.",
        "as the fact",
        (_LOCATION, word("fact", "Fact", _PLACES), word("part", "What of it", _PARTS, 0)),
        _location,
        ("IN", "attrition_rate", "source"),
    ),
    Function(
        "SHORE_LOCATIONS",
        FACTS_,
        "All countries with their facts, below each other.",
        "table",
        (),
        _locations,
        each=False,
    ),
    Function(
        "SHORE_INPUTS",
        FACTS_,
        "Inputs that tables and others may name, with unit, default, range and source.",
        "table",
        (
            Parameter(
                "search",
                "Part of a name or label",
                "text",
                "any text",
                optional=True,
                shape="table",
                omitted="all inputs",
            ),
        ),
        _inputs,
        ("recruitment",),
        each=False,
    ),
    Function(
        "SHORE_EXPLAIN",
        FACTS_,
        "What a line or input of the model means: unit, formula or range, source, what uses it.",
        "table",
        (
            Parameter(
                "name", "Line or input", "text", "its name in the model, such as net_saving",
                shape="table",
            ),
        ),
        _explain,
        ("travel",),
        each=False,
    ),
    Function(
        "SHORE_VERSION",
        FACTS_,
        "The version of Shorewise that answers.",
        "text",
        (),
        lambda: [[version("shorewise")]],
        each=False,
    ),
)  # fmt: skip
