"""Schedules in cells: heads of periods as labels or dates, periods below or beside each other."""

import datetime
from collections.abc import Sequence
from typing import Any

from ..engine.scenario import Scenario
from ..engine.statement import last_days, month_label
from .calling import choice

_DAY_0 = datetime.date(1899, 12, 30)
LAYOUT = choice("layout", "Direction of the periods", ("across", "down"), 0, "one")
HEADS = choice("heads", "Heads of the periods", ("labels", "dates"), 0, "one")


def heads_of(labels: Sequence[str], days: Sequence[datetime.date], heads: str) -> list[Any]:
    """Heads of periods: their labels, or their last days as Excel counts days."""
    return [*labels] if heads == "labels" else [(day - _DAY_0).days for day in days]


def heads_of_months(scenario: Scenario, count: int, heads: str) -> list[Any]:
    """Heads of the first months of a scenario's horizon."""
    months = range(1, count + 1)
    labels = [month_label(scenario.start_month, month) for month in months]
    return heads_of(labels, last_days(scenario.start_month, months), heads)


def laid_out(rows: list[list[Any]], layout: str) -> list[list[Any]]:
    """Rows with a period in each column, or turned to have one in each row."""
    return rows if layout == "across" else [list(column) for column in zip(*rows, strict=True)]
