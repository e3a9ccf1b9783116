"""What employers pay by country, as data frames, and figures of somebody else beside them."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .engine.calculators.country_summary import summaries
from .engine.calculators.employment import employer_cost as cost_of
from .engine.cost_check import CheckedRow, check_costs
from .engine.employment_law import START, find_location, stale, terms
from .workbook.bulk.row_sources import frames, origin_of
from .workbook.bulk.table_frames import is_blank, take_notes
from .workbook.errors import WorkbookError

_ROWS = 10_000  # of a table in memory at a time


def countries(salary: float = 60_000, currency: str = "USD", month: str = START) -> pd.DataFrame:
    """Countries, regions and regimes in the tables, and what employers pay there.

    Parameters
    ----------
    salary : float
        A year, the same everywhere.
    currency : str
        Of the salary.
    month : str
        The month whose law counts, such as "2027-01".

    Returns
    -------
    DataFrame
        Indexed by ``code``, such as "PL" or "MX-CMX": ``country``, ``currency``, number of
        ``rules``; ``salary`` and ``charges`` in local currency a year, ``rate``, the charges as a
        fraction of the salary; ``newest`` and ``oldest`` source, ``grade``, the lowest confidence
        of a rule; ``missing``, charges without a rate, which count 0; ``old``, the number of
        sources older than a year in the month.

    Raises
    ------
    DomainError
        A salary, currency or month that is not allowed.
    """
    found = summaries(salary, currency, month)
    return pd.DataFrame([asdict(one) for one in found]).set_index("code")


def employer_cost(
    salary: float,
    country: str,
    month: str = START,
    region: str = "",
    missing_rate: float = np.nan,
) -> pd.DataFrame:
    """What an employer pays in a year, line by line.

    Parameters
    ----------
    salary : float
        Local currency a year, without extra months of pay.
    country, region : str
        ISO code or name, and the code or name of a region or regime of it.
    month : str
        The month whose law counts, such as "2027-01".
    missing_rate : float
        Fraction of the base, for a charge whose rate was not found; by default its amount, and the
        total, are NaN.

    Returns
    -------
    DataFrame
        Indexed by ``line``, from "Salary" to "Total cost": ``amount`` in local currency a year,
        ``terms``, ``confidence``, ``source``, ``source_date`` and ``age`` of the source. ``attrs``
        has ``country``, ``currency`` and ``month``.

    Raises
    ------
    DomainError
        A country, region, salary or month that is not allowed.
    """
    location = find_location(country, region)
    cost = cost_of(np.array([salary]), location, month, missing_rate)
    rows = [["Salary", cost.salary.item(), *[""] * 5]]
    rows += [["Extra months of pay", cost.extra_pay.item(), *[""] * 5]]
    rows += [
        [
            rule.line, amount, terms(rule, location), rule.confidence, rule.source,
            rule.source_date, stale(rule, month),
        ]
        for rule, amount in zip(cost.rules, cost.charges[0].tolist(), strict=True)
    ]  # fmt: skip
    rows += [["Total cost", cost.total.item(), *[""] * 5]]
    columns = ["line", "amount", "terms", "confidence", "source", "source_date", "age"]
    frame = pd.DataFrame(rows, columns=columns).set_index("line")
    frame.attrs = {"country": location.country, "currency": location.currency, "month": month}
    return frame


def checked_rows(source: str | os.PathLike[str], month: str = START) -> list[CheckedRow]:
    """Figures of a file for what employers pay, each beside ours.

    Parameters
    ----------
    source : path
        A table with the columns ``country`` or ``iso``, ``gross_pay`` and ``employer_total_cost``:
        .csv, .tsv, .parquet or .xlsx, or "-" for CSV on standard input.
    month : str
        The month of the law where a row names none.

    Returns
    -------
    list of CheckedRow

    Raises
    ------
    WorkbookError, ScenarioError
        A file that cannot be read, or a row that is not allowed.
    """
    path = source if source == "-" else Path(source)
    return check_costs(_rows(path), origin_of(path), month)


def _rows(source: str | Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Rows of a table: where each stands, and its cells by column."""
    is_text = str(source).lower().removesuffix(".gz").endswith(("csv", "tsv", "-"))
    word, first = ("line" if is_text else "row"), 1
    for frame in frames(source, _ROWS):
        notes = take_notes(frame, first)
        first += len(frame)
        for fault in notes.faults[:1]:
            column = f"{fault.column} is {fault.value!r}; it must be " if fault.column else ""
            where = f"{origin_of(source)}: {word} {notes.numbers[fault.position]}"
            raise WorkbookError(f"{where}: {column}{fault.allowed}")
        heads = [str(name) for name in frame.columns]
        if twice := next((head for head in heads if heads.count(head) > 1), ""):
            raise WorkbookError(f"{origin_of(source)}: two columns are called {twice}; keep one")
        for number, cells in zip(notes.numbers, frame.itertuples(index=False), strict=True):
            found = ("" if is_blank(cell) else cell for cell in cells)
            yield f"{word} {number}", dict(zip(heads, found, strict=True))
