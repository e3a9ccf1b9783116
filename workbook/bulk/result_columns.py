"""Columns of results and errors: their names, labels, units, types and meanings."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from ...engine.lines import WORDS
from ...engine.measures import MEASURES, OVERHEAD
from ...engine.model import default_model
from ...engine.uncertainty.simulation import PERCENTILES
from .columns import Problem

FIGURES = MEASURES | OVERHEAD | {"verdict": "verdict", "recommended": "recommended"}
# Words for figures that are codes, by position of the figure.
IN_WORDS = {
    n: WORDS[default_model().lines[line].unit]
    for n, line in enumerate(FIGURES.values())
    if default_model().lines[line].unit in WORDS
}
# Columns with what is asked: the words of inputs.
QUESTION = ("decision", "sizing", "criterion")
# Columns that a simulation adds: percentiles of some measures, and two probabilities.
SIMULATED = ("net_saving", "npv", "break_even_month")
SPREAD = {
    f"{measure}_p{percent}": (measure, percent) for measure in SIMULATED for percent in PERCENTILES
}
DRAWN = (*SPREAD, "never_breaks_even", "breaks_even_in_time")
TEXT, WHOLE, NUMBER, YES_NO = "text", "whole number", "number", "yes/no"
ERROR_HEADS = Problem._fields


class ResultColumn(NamedTuple):
    """A column of results or errors, as the data dictionary explains it.

    Attributes
    ----------
    table : str
        "results" or "errors".
    column : str
        Its name.
    label, unit : str
        What a reader sees; "currency" stands for that of the row.
    type : str
        "text", "whole number", "number" or "yes/no".
    meaning : str
    """

    table: str
    column: str
    label: str
    unit: str
    type: str
    meaning: str


def heads(draws: int = 0, keep: Sequence[str] = ()) -> list[str]:
    """Names of the columns of results, with so many draws of a simulation and the kept columns."""
    return [one.column for one in result_columns(draws, keep)]


def result_columns(draws: int = 0, keep: Sequence[str] = ()) -> tuple[ResultColumn, ...]:
    """The columns of results, with so many draws of a simulation and the kept columns."""
    return _result_columns(draws > 0, tuple(keep))


@cache
def _result_columns(drawn: bool, keep: tuple[str, ...]) -> tuple[ResultColumn, ...]:
    return (*_first_columns(keep), *map(_figure, FIGURES), *map(_drawn, DRAWN if drawn else ()))


def _first_columns(keep: Sequence[str]) -> Iterator[ResultColumn]:
    inputs = default_model().inputs
    for name, label, kind, meaning in (
        ("scenario", "Scenario", TEXT, "Id of the scenario: its row number if the table has none."),
        ("row", "Row", WHOLE, "Row of the scenario in the table."),
        ("name", "Name", TEXT, "Title of the scenario."),
        *((name, name, TEXT, "Column of the table, copied.") for name in keep),
        ("plan", "Plan", TEXT, "Name of the plan. The first of each scenario is its baseline."),
        ("currency", "Currency", TEXT, "Currency of all amounts in the row."),
    ):
        yield ResultColumn("results", name, label, "", kind, meaning)
    meaning = "Months that are counted, from the first month of the scenario."
    yield ResultColumn("results", "horizon_months", "Horizon", "months", WHOLE, meaning)
    for name in QUESTION:
        meaning = f"What is asked: {', '.join(inputs[name].choices)}."
        yield ResultColumn("results", name, inputs[name].label, "", TEXT, meaning)


def error_columns(keep: Sequence[str] = ()) -> list[ResultColumn]:
    """The columns of errors, with the kept columns."""
    rows = (
        ("row", "Row", WHOLE, "Row of the table that was left out."),
        ("scenario", "Scenario", TEXT, "Id of the scenario."),
        ("column", "Column", TEXT, "Column of the cell; empty if the row as a whole is wrong."),
        ("value", "Value", TEXT, "What the cell contains."),
        ("allowed", "Allowed", TEXT, "What is allowed, or what is wrong."),
        *((name, name, TEXT, "Column of the table, copied.") for name in keep),
    )
    return [
        ResultColumn("errors", name, label, "", kind, meaning)
        for name, label, kind, meaning in rows
    ]


def _figure(name: str) -> ResultColumn:
    line = default_model().lines[FIGURES[name]]
    if line.unit == "yes/no":
        meaning = "Whether it is the best plan by the criterion that meets all limits, or equal."
        return ResultColumn("results", name, line.label, "", YES_NO, meaning)
    if line.unit in WORDS:
        meaning = f"{line.meaning} Empty for the baseline."
        return ResultColumn("results", name, line.label, "", TEXT, meaning)
    unit = line.unit.replace("money", "currency")
    return ResultColumn("results", name, line.label, unit, NUMBER, line.meaning)


def _drawn(name: str) -> ResultColumn:
    if name in SPREAD:
        measure, percent = SPREAD[name]
        of = _figure(measure)
        meaning = f"{percent} % of the draws are at most this. {of.meaning}"
        return of._replace(column=name, label=f"{of.label}, percentile {percent}", meaning=meaning)
    label, meaning = {
        "never_breaks_even": (
            "Never breaks even",
            "Share of the draws in which the plan never breaks even within the horizon.",
        ),
        "breaks_even_in_time": (
            "Breaks even in time",
            "Share of the draws in which the plan breaks even by the month of break_even_limit.",
        ),
    }[name]
    return ResultColumn("results", name, label, "fraction", NUMBER, meaning)
