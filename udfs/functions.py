"""The table of all functions in cells; the engine computes what they return.

The functions of the engine's catalogue also work without an add-in; the others need Python.
"""

import inspect
from collections.abc import Callable, Mapping

import numpy as np

from ..engine.calculators import cashflow
from ..engine.calculators.catalogue import CATALOGUE, Entry
from ..engine.calculators.one_site import employer_charges, site_values
from ..engine.locations import locations
from ..engine.measures import OVERHEAD, STEPS
from ..engine.model import default_model
from .calling import LAW_MONTH, Function, Parameter, choice, parameter_of
from .employment import EMPLOYMENT
from .facts import FACTS, LOCATION
from .investments import AMOUNT, INVESTMENTS
from .location_words import number_of
from .plans import PLANS
from .scenarios import SCENARIOS, of_scenario, or_scenario
from .uncertainty import UNCERTAINTY

Given = Mapping[str, np.ndarray]

_MONTHS_MAX, _MONTHS = 120, 36  # of savings: the most, and the default for a single saving
_OVERHEAD = {key: line.removeprefix("plan_") for key, line in OVERHEAD.items()} | {
    "attrition": "backfill_cost"  # with the handover to the successor
}
_BREAKDOWN = (
    *inspect.signature(default_model().lines["direct_cost"].function).parameters,
    "direct_cost",
    *_OVERHEAD.values(),
    "fully_loaded_cost",
)
_WATERFALL = ("plan_headline_saving", *STEPS, "net_saving_steady")
_MODELS = ("offshore", "hybrid", "nearshore")

_ENTRIES = {entry.name: entry for entry in CATALOGUE}
_LABELS = {name: line.label for name, line in default_model().lines.items()}


def _arguments(name: str) -> tuple[Parameter, ...]:
    """The parameters of a function in the engine's catalogue."""
    entry = _ENTRIES[name]
    return tuple(parameter_of(one, entry.default(one)) for one in entry.arguments)


_OTHERS = Parameter(
    "others",
    "Any other inputs of the model",
    "table",
    "names and values side by side, or names in the first row; location for a country, start_month "
    "for the month of its law",
    optional=True,
    shape="others",
    omitted="nothing else",
)
_SAVING = Parameter(
    "monthly_saving",
    "Saving of each month",
    "money/month",
    "one number for every month, or a month a column",
    limits=AMOUNT,
    shape="months",
)
_SETUP = Parameter(
    "setup_cost",
    "Setup",
    "money",
    "0 or more, up to 1e+15",
    optional=True,
    default=0.0,
    limits=(0, 1e15, False),
)
_CASHFLOW = (or_scenario(_SAVING), _SETUP._replace(label="Setup, spent before month 1"))
_DISCOUNTED = (
    or_scenario(_SAVING),
    _SETUP,
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
    Parameter(
        "setup_month",
        "When the setup is paid",
        "month",
        "1 for the end of month 1, as in the model, or 0 for before month 1, not discounted",
        optional=True,
        default=1.0,
        limits=(0, 1, True),
    ),
)


def _of(entry: Entry) -> Callable[[Given], np.ndarray]:
    """The answer of a function in the engine's catalogue."""
    return lambda given: site_values(given, [str(entry.line)], entry.fixed)[str(entry.line)]


def _stacked(given: Given, lines: tuple[str, ...]) -> np.ndarray:
    """Values of several lines, shape (case, line)."""
    found = site_values(given, lines)
    return np.stack([found[line] for line in lines], axis=1)


def _overhead(given: Given) -> np.ndarray:
    """Overhead by case: the total if ``part`` is 0, otherwise that part (counted from 1)."""
    part = given["part"].astype(int)
    found = _stacked({n: a for n, a in given.items() if n != "part"}, (*_OVERHEAD.values(),))
    columns = np.concatenate([found.sum(axis=1, keepdims=True), found], axis=1)
    cases = max(len(columns), len(part))
    columns = np.broadcast_to(columns, (cases, columns.shape[1]))
    return np.take_along_axis(columns, np.broadcast_to(part, (cases,))[:, None], axis=1)[:, 0]


def _flows(given: Given) -> list[np.ndarray]:
    """Monthly savings, shape (case, month), and the other arguments, shape (case,)."""
    saving, *rest = given.values()
    saving = saving.reshape(len(saving), -1)
    cases = max(len(array) for array in given.values())
    saving = np.broadcast_to(saving, (cases, saving.shape[1]))
    return [saving, *(np.broadcast_to(array, (cases,)) for array in rest)]


def _break_even(given: Given) -> np.ndarray:
    saving, setup = _flows(given)
    return cashflow.break_even(saving, setup)


def _discounted(compute: Callable[..., np.ndarray]) -> Callable[[Given], np.ndarray]:
    """The answer of a function of monthly savings, with later months set to 0."""

    def answer(given: Given) -> np.ndarray:
        saving, setup, rate, months, setup_month = _flows(given)
        if saving.shape[1] == 1:
            months = np.where(np.isnan(months), _MONTHS, months)
            saving = np.repeat(saving, int(months.max()), axis=1)
        late = np.arange(1, saving.shape[1] + 1) > months[:, None]
        return compute(np.where(late, 0, saving), setup, rate, setup_month)

    return answer


def _charges(given: Given) -> np.ndarray:
    """Statutory employer charges by case, evaluated for one country and month at a time."""
    pay, country, missing, month = np.broadcast_arrays(*given.values())
    found, known = np.empty(pay.shape), [*locations().values()]
    for number, day in np.unique([country, month], axis=1).T.tolist():
        here = (country == number) & (month == day)
        found[here] = employer_charges(pay[here], known[number_of(number)], missing[here], day)
    return found


def _catalogued(topic: str, name: str, *, others: bool = False) -> Function:
    """A function of the engine's catalogue; ``others`` adds an argument for further inputs."""
    entry = _ENTRIES[name]
    return Function(
        name=name,
        topic=topic,
        does=entry.does,
        unit=entry.result.unit,
        parameters=_arguments(name) + ((_OTHERS,) if others else ()),
        answer=_of(entry),
        example=entry.example_arguments,
        missing=entry.result.missing,
    )


_LOADED, _NET = _arguments("SHORE_LOADED_COST"), _arguments("SHORE_NET_SAVING")

COST, SAVINGS, FLOWS = "Cost of a head", "Savings", "Months and money"
HOURS, QUOTE, RISK, FIT = "Working hours", "Quote", "Risk", "Fit of work and place"

FUNCTIONS: tuple[Function, ...] = (
    _catalogued(COST, "SHORE_LOADED_COST", others=True),
    _catalogued(COST, "SHORE_LOADED_RATE", others=True),
    Function(
        "SHORE_OVERHEAD",
        COST,
        "Overhead beyond the direct cost, per year of one onshore head's output: all, or one part.",
        "money/year",
        (_LOADED[0], choice("part", "Part of it", ("total", *_OVERHEAD), 0), *_LOADED[1:], _OTHERS),
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
            LOCATION,
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
            LAW_MONTH,
        ),
        _charges,
        (66_000, "PL"),
        missing="a rate was not found: set missing_rate, 0 to leave it out",
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
        of_scenario=of_scenario("SHORE_BREAK_EVEN", "months", "break_even_month"),
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
        of_scenario=of_scenario("SHORE_PAYBACK", "months", "discounted_payback_month"),
    ),
    Function(
        "SHORE_NPV",
        FLOWS,
        "Net present value of savings at each month's end and of a setup, which counts in month 1.",
        "money",
        _DISCOUNTED,
        _discounted(cashflow.present_value),
        (100_000, 420_000),
        of_scenario=of_scenario("SHORE_NPV", "money", "npv"),
    ),
    _catalogued(FLOWS, "SHORE_DISCOUNT_FACTOR"),
    _catalogued(FLOWS, "SHORE_GROWTH"),
    *INVESTMENTS,
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
    *EMPLOYMENT,
    *SCENARIOS,
    *PLANS,
    *UNCERTAINTY,
    *FACTS,
)  # fmt: skip
