"""Functions in cells that compare whole plans, from tables of sites and plans."""

import functools
import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..engine.address import take
from ..engine.criteria import NO_PLAN, describe_best_plans, none_in_words
from ..engine.errors import DomainError
from ..engine.measures import MEASURES
from ..engine.model import default_model, nearest
from ..engine.placement import FIGURES, PROPOSED, recommend
from ..engine.plan_figures import plans_named
from ..engine.reading.headings import Headings
from ..engine.statement import FREQUENCIES, statement
from .calling import Function, Parameter, choice
from .coerce import Rows, shown
from .scenario_tables import EXAMPLE_SITES, PLAN, TABLES, scenario_of
from .schedules import HEADS, LAYOUT, heads_of, laid_out
from .tables import Table

# Inputs that say which question is answered, shown by their words.
SETTINGS = ("decision", "sizing", "criterion")
ASSUMED, NOTHING_ASSUMED = "assumptions", "nothing"  # because the tables do not say it
# Words for the periods of a statement, and the frequency of each.
_PERIODS = {freq: freq for freq in FREQUENCIES} | {"year": "FY", "quarter": "Q", "month": "M"}
_FLOWS = ("saving", "value", "cost", "cumulative", "discounted_saving", "cumulative_discounted")


def _plan_lines() -> dict[str, str]:
    """Lines that SHORE_COMPARE accepts, by their names in results and in the model."""
    lines = default_model().lines.values()
    return {line.name: line.name for line in lines if line.over == ("plan",)} | MEASURES


def _measures() -> dict[str, str]:
    """What SHORE_COMPARE shows, with the line of each."""
    return _plan_lines() | {name: name for name in (*SETTINGS, ASSUMED)}


@functools.cache
def _measure_headings() -> Headings:
    """Names of measures, and labels of their lines, where a label is that of one measure only."""
    lines, found = default_model().lines, _measures()
    return Headings({n: [lines[of].label] if of in lines else [] for n, of in found.items()})


def _names_of_measures(table: Table) -> list[str]:
    """The measures that are asked for, row by row."""
    names = []
    for r, c in itertools.product(range(len(table)), range(len(table[0]) if table else 0)):
        if (cell := table[r][c]) is None:
            continue
        found = _measure_headings().find(cell)
        if found is None:
            hint = nearest(str(cell), _measures()) or ", which is not a line of a plan"
            raise DomainError(f"{table.place(r, c)} is {shown(cell)}{hint}")
        names.append(found.name)
    return names


def _compare(sites: Rows, plans: Rows, settings: Rows, measures: Rows) -> list[list[Any]]:
    """A table with a row for each plan and a column for each measure."""
    known, named = _measures(), _names_of_measures(Table.of("measures", measures))
    scenario = scenario_of(sites, plans, settings)
    # What nobody asked for is shown only where there is something to say.
    wanted = named or [*MEASURES, *([ASSUMED] if scenario.assumed else [])]
    values, assumed = scenario.evaluate(), "; ".join(scenario.assumed) or NOTHING_ASSUMED
    rows = [
        [assumed if name == ASSUMED else _shown(values, known[name], p) for name in wanted]
        for p in range(len(scenario.plans))
    ]
    return [["plan", *wanted], *([p, *row] for p, row in zip(scenario.plans, rows, strict=True))]


def _shown(values: Mapping[str, np.ndarray], line: str, plan: int) -> Any:
    """The value of a line for a plan, a word if it is a code or has no answer."""
    model = default_model()
    if line in SETTINGS:
        return model.inputs[line].word_of(take(values, line).item())
    return model.lines[line].in_words(take(values, line, plan=plan).item())


def _cashflow(sites: Rows, plans: Rows, settings: Rows, what: str) -> list[list[Any]]:
    """A table with a row for each plan and a column for each month."""
    scenario = scenario_of(sites, plans, settings)
    flows = take(scenario.evaluate(), what).tolist()
    head = ["plan", *range(1, scenario.horizon_months + 1)]
    return [head, *([plan, *row] for plan, row in zip(scenario.plans, flows, strict=True))]


def _statement(
    sites: Rows,
    plans: Rows,
    settings: Rows,
    freq: str,
    plan: str | None,
    layout: str,
    heads: str,
) -> list[list[Any]]:
    """A table with a row for each line of each plan and a column for each period, or turned."""
    scenario = scenario_of(sites, plans, settings)
    if plan is not None:
        plan = scenario.plans[plans_named(scenario, plan)[0]]
    found = statement(scenario, _PERIODS[freq], plan)
    periods = heads_of(found.periods, found.last_days, heads)
    rows = ([r.plan, r.kind, r.label, *r.amounts, r.total] for r in found.rows)
    return laid_out([["plan", "kind", "line", *periods, "total"], *rows], layout)


def _recommend(sites: Rows, plans: Rows, settings: Rows) -> list[list[Any]]:
    """The recommended site for the baseline's heads, its figures beside the plans', the reasons."""
    scenario = scenario_of(sites, plans, settings)
    found = recommend(scenario)
    lines = default_model().lines
    proposed = {PROPOSED: found.figures} if found.placement else {}
    columns = [*proposed.values(), *found.plans.values()]
    named = ", ".join(dict.fromkeys(found.placement.values()))
    best = describe_best_plans(found.best_plans, none_in_words(scenario))
    figures = [
        [key, *(lines[name].missing if one[key] is None else one[key] for one in columns)]
        for key, name in FIGURES.items()
    ]
    table: list[list[Any]] = [
        ["recommended", named or f"none; {none_in_words(scenario)}"],
        ["criterion", found.criterion],
        *([name, _shown(scenario.values, name, 0)] for name in ("decision", "sizing")),
        ["same as plan", found.matches or NO_PLAN],
        ["best of the plans", best],
        ["figure", *proposed, *found.plans],
        *figures,
        *([one.rule, one.text] for one in found.reasons),
        *([ASSUMED, sentence] for sentence in scenario.assumed),
    ]
    width = max(map(len, table))
    return [row + [""] * (width - len(row)) for row in table]


TOPIC = "Whole plans"
PLANS: tuple[Function, ...] = (
    Function(
        "SHORE_COMPARE",
        TOPIC,
        "Plans below each other, measures beside each other, from a table of sites.",
        "table",
        (
            *TABLES,
            Parameter(
                "measures",
                "Measures to show",
                "table",
                "names of lines of a plan, such as net_saving; also decision, sizing, criterion, "
                "assumptions",
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
        TOPIC,
        "Saving of each plan by month, or another flow: plans below, months beside each other.",
        "money/month",
        (*TABLES, choice("what", "Flow to show", _FLOWS, 0, "one")),
        _cashflow,
        (EXAMPLE_SITES, None, (("horizon_months", 6),)),
        each=False,
    ),
    Function(
        "SHORE_STATEMENT",
        TOPIC,
        "What each plan costs and saves by fiscal year, quarter or month, line by line.",
        "money",
        (
            *TABLES,
            choice("freq", "Periods", tuple(_PERIODS), 0, "one"),
            PLAN._replace(allowed="the name of a plan, or recommended", omitted="all of them"),
            LAYOUT,
            HEADS,
        ),
        _statement,
        (EXAMPLE_SITES, None, (("fiscal_year_start", 4),), "FY", "Krakow"),
        each=False,
    ),
    Function(
        "SHORE_RECOMMEND",
        TOPIC,
        "The site that suits the baseline's heads best, beside the plans, and why.",
        "table",
        TABLES,
        _recommend,
        (EXAMPLE_SITES,),
        each=False,
    ),
)
