"""Functions in cells about uncertainty: simulation, probabilities, goals, shares of variance."""

import contextvars
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..engine.criteria import none_in_words
from ..engine.errors import DomainError
from ..engine.measures import FIGURES, plan_of
from ..engine.model import default_model
from ..engine.scenario import Scenario
from ..engine.steps import Steps
from ..engine.uncertainty.draws import SEED, ranges_of
from ..engine.uncertainty.goal_seek import solve
from ..engine.uncertainty.simulation import MEASURES, PERCENTILES, Simulation, simulation_steps
from ..engine.uncertainty.sobol import DRAWS_MAX, sobol_steps
from ..engine.uncertainty.tornado import tornado
from .calling import Function, Parameter, cell_types, choice, single_value
from .coerce import Rows
from .plans import ASSUMED
from .scenario_tables import EXAMPLE_SITES, PLAN, TABLES, scenario_of
from .shared_results import SharedResults

_SIMULATED = ("net_saving", "npv", "break_even_month")
_SIMULATIONS = SharedResults(2)  # up to 10 MB each, or 70 MB with 40 plans
WORK_LIMIT: contextvars.ContextVar[int] = contextvars.ContextVar("work", default=150_000_000)
"""Limit of draws x plans x sites x months of one simulation; 150 million take about 20 s."""
_NO_LIMIT = 1e300

_DRAWN = (
    Parameter(
        "draws",
        "Draws",
        "draws",
        "a whole number between 64 and 100,000",  # more would block Excel for over 10 s
        optional=True,
        default=2_048,
        limits=(64, 100_000, True),
        shape="one",
    ),
    Parameter(
        "seed",
        "Seed: the same one gives the same draws",
        "number",
        "a whole number from 0 to 4,294,967,295",
        optional=True,
        default=SEED,
        limits=(0, 2**32 - 1, True),
        shape="one",
    ),
)


class _Question(NamedTuple):
    """An event whose probability SHORE_PROBABILITY gives.

    Attributes
    ----------
    level : callable
        Takes the scenario and returns the declaration of the argument ``level``.
    chances : callable
        Takes a simulation and the level; returns the probability of each plan, shape (plan,).
    """

    level: Callable[[Scenario], Parameter]
    chances: Callable[[Simulation, Any], np.ndarray]


def _month(scenario: Scenario) -> Parameter:
    last = scenario.horizon_months
    return Parameter(
        "level", "Month", "month", f"a month between 0 and {last}", limits=(0, last, False)
    )


def _number(_scenario: Scenario) -> Parameter:
    return Parameter("level", "Level", "as asked", "a number")


def _other_plan(_scenario: Scenario) -> Parameter:
    return Parameter("level", "Other plan", "text", "the name of a plan", shape="text")


def _beats(simulation: Simulation, name: str) -> np.ndarray:
    """Probability of a higher NPV after risk than another plan's; NaN for that plan itself."""
    other = plan_of(simulation.scenario, name)
    found = simulation.beats(other)
    found[other] = np.nan
    return found


_QUESTIONS = {
    "breaks even by": _Question(_month, Simulation.break_even_by),
    "saves at least": _Question(_number, lambda found, x: found.at_least("net_saving", x)),
    "npv at least": _Question(_number, lambda found, x: found.at_least("npv", x)),
    "margin below": _Question(_number, lambda found, x: found.below("margin", x)),
    "beats": _Question(_other_plan, _beats),
}


def _simulation(
    sites: Rows, plans: Rows, settings: Rows, draws: float, seed: float
) -> Steps[Simulation]:
    """A simulation, computed once for all cells that use it."""
    key = sites, plans, settings, draws, seed, cell_types((sites, plans, settings))

    def start() -> Steps[Simulation]:
        scenario = scenario_of(sites, plans, settings)
        _refuse_work(scenario, int(draws))
        return simulation_steps(scenario, int(draws), int(seed))

    return _SIMULATIONS.steps(key, start)


def _refuse_work(scenario: Scenario, draws: int, each: int = 1) -> None:
    """Refuse more work than a call may take: evaluations are draws times ``each``."""
    size = len(scenario.plans) * len(scenario.sites) * scenario.horizon_months * each
    if draws * size > WORK_LIMIT.get():
        raise DomainError(
            f"draws is {draws:,}; for {len(scenario.plans)} plans, {len(scenario.sites)} sites and "
            f"{scenario.horizon_months} months it must be at most {WORK_LIMIT.get() // size:,}"
        )


def _simulate(
    sites: Rows, plans: Rows, settings: Rows, draws: float, seed: float
) -> Steps[list[list[Any]]]:
    """A table with a row for each figure and a column for each plan."""
    found = yield from _simulation(sites, plans, settings, draws, seed)
    rows = []
    for name in _SIMULATED:
        for percent in PERCENTILES:
            figures = found.percentile(name, percent)
            rows.append([f"{name} P{percent}", *_shown(MEASURES[name], figures)])
        rows.append([f"{name} mean", *_shown(MEASURES[name], found.mean(name))])
    limit = float(found.scenario.values["break_even_limit"].item())
    rows.append(["never breaks even", *found.never()])
    rows.append([f"breaks even by {limit:g}", *found.break_even_by(limit)])
    named = found.scenario.plans
    best = found.recommended_plan
    said = [["recommended", none_in_words(found.scenario) if best is None else named[best]]]
    said += [[ASSUMED, sentence] for sentence in found.scenario.assumed]
    rows += [row + [""] * (len(named) - 1) for row in said]
    return [["figure", *named], *rows]


def _probability(
    question: str,
    level: Rows,
    sites: Rows,
    plans: Rows,
    settings: Rows,
    plan: str | None,
    draws: float,
    seed: float,
) -> Steps[list[list[Any]]]:
    """The probability for a plan, or a table with a row for each plan."""
    asked, scenario = _QUESTIONS[question], scenario_of(sites, plans, settings)
    index = None if plan is None else plan_of(scenario, plan)
    value = single_value(asked.level(scenario), level)
    found = yield from _simulation(sites, plans, settings, draws, seed)
    chances = asked.chances(found, value).tolist()
    if index is not None:
        return [[chances[index]]]
    return [["plan", "probability"], *map(list, zip(scenario.plans, chances, strict=True))]


def _solve(
    input_name: str,
    measure: str,
    target: float,
    sites: Rows,
    plans: Rows,
    settings: Rows,
    plan: str | None,
    low: float,
    high: float,
) -> list[list[Any]]:
    """The value of the input, or a sentence explaining why there is no single value."""
    scenario = scenario_of(sites, plans, settings)
    ends = (None if end != end else end for end in (low, high))
    found = solve(scenario, input_name, measure, target, plan_of(scenario, plan), *ends)
    return [[found.values[0] if found.status == "one" else found.text]]


def _tornado(
    sites: Rows, plans: Rows, settings: Rows, plan: str | None, measure: str, percent: float
) -> list[list[Any]]:
    """A table with a row for each driver, the widest swing first."""
    scenario = scenario_of(sites, plans, settings)
    asked = None if percent != percent else percent
    swings = tornado(scenario, plan_of(scenario, plan), measure, asked)
    inputs, line = default_model().inputs, FIGURES[measure]
    return [
        ["driver", "low", "high", "swing"],
        *([inputs[s.driver].label, *_shown(line, [s.low, s.high]), s.width] for s in swings),
    ]


def _sobol(
    sites: Rows,
    plans: Rows,
    settings: Rows,
    plan: str | None,
    measure: str,
    draws: float,
    seed: float,
) -> Steps[list[list[Any]]]:
    """A table with a row for each driver, the largest total index first."""
    scenario = scenario_of(sites, plans, settings)
    _refuse_work(scenario, int(draws), len(ranges_of(scenario)) + 2)
    found = yield from sobol_steps(
        scenario, plan_of(scenario, plan), measure, int(draws), int(seed)
    )
    labels = {name: one.label for name, one in default_model().inputs.items()}
    rows = [[labels[driver], one.first, one.total] for driver, one in found.items()]
    return [["driver", "first order", "total"], *rows]


def _shown(line: str, figures: Any) -> list[Any]:
    """Values of a line, with words in place of NaN."""
    missing = default_model().lines[line].missing
    return [missing if value != value else value for value in figures]


def _measure(default: int | None) -> Parameter:
    return Parameter(
        "measure",
        "Figure of the plan",
        "word",
        "net_saving, npv, break_even_month or another figure",
        optional=default is not None,
        default=default,
        options=tuple(FIGURES),
        shape="one",
    )


def _end(name: str, label: str) -> Parameter:
    return Parameter(
        name,
        label,
        "as the input",
        "a valid value of the input",
        optional=True,
        default=np.nan,
        limits=(-_NO_LIMIT, _NO_LIMIT, False),
        shape="one",
        omitted="the end of its valid range",
    )


TOPIC = "Uncertainty and goals"
UNCERTAINTY: tuple[Function, ...] = (
    Function(
        "SHORE_SIMULATE",
        TOPIC,
        "How sure the results are: percentiles, means and probabilities, plans beside each other.",
        "table",
        (*TABLES, *_DRAWN),
        _simulate,
        (EXAMPLE_SITES,),
        each=False,
        long=True,
    ),
    Function(
        "SHORE_PROBABILITY",
        TOPIC,
        "The probability that a plan does what is asked; without a plan, that of each.",
        "fraction",
        (
            choice("question", "Question", tuple(_QUESTIONS), shape="one"),
            Parameter(
                "level",
                "What is asked for",
                "as asked",
                "a month, a saving as a fraction, an NPV, a margin; for beats the name of a plan",
                shape="table",
            ),
            *TABLES,
            PLAN._replace(omitted="all of them"),
            *_DRAWN,
        ),
        _probability,
        ("breaks even by", 12, EXAMPLE_SITES, None, None, "Krakow"),
        each=False,
        long=True,
    ),
    Function(
        "SHORE_SOLVE",
        TOPIC,
        "The value of an input at which a plan reaches a target, or why there is no single one.",
        "as the input",
        (
            Parameter(
                "input_name",
                "Input to find",
                "text",
                "the name of an input: salary for all sites but the base, or site.Krakow.salary",
                shape="text",
            ),
            _measure(None),
            Parameter("target", "What it must be", "as the measure", "a number", shape="one"),
            *TABLES,
            PLAN,
            _end("low", "Lowest to look at"),
            _end("high", "Highest to look at"),
        ),
        _solve,
        ("salary", "break_even_month", 9, EXAMPLE_SITES),
        each=False,
        long=True,
    ),
    Function(
        "SHORE_TORNADO",
        TOPIC,
        "A figure with each driver low and high, the others as they are; the widest swing first.",
        "table",
        (
            *TABLES,
            PLAN,
            _measure([*FIGURES].index("net_saving")),
            Parameter(
                "percent",
                "Move each driver by so much instead",
                "per cent",
                "between 0 and 100: 10 is 10 %",
                optional=True,
                default=np.nan,
                limits=(0, 100, False),
                shape="one",
                omitted="each driver's own range",
            ),
        ),
        _tornado,
        (EXAMPLE_SITES,),
        each=False,
        long=True,
    ),
    Function(
        "SHORE_SOBOL",
        TOPIC,
        "Shares of the variance of a figure by driver: alone (first order), and with interactions.",
        "fraction",
        (
            *TABLES,
            PLAN,
            _measure([*FIGURES].index("net_saving")),
            _DRAWN[0]._replace(
                allowed=f"a power of two between 16 and {DRAWS_MAX:,}",
                default=256,
                limits=(16, DRAWS_MAX, True),
            ),
            _DRAWN[1],
        ),
        _sobol,
        (EXAMPLE_SITES,),
        each=False,
        long=True,
    ),
)
