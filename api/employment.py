"""What employers pay by country, as data frames, and figures of somebody else beside them."""

import os
from dataclasses import asdict

import numpy as np
import pandas as pd

from .engine.calculators.country_summary import summaries
from .engine.calculators.employment import employer_cost as cost_of
from .engine.cost_check import CheckedRow, check_costs
from .engine.employment_law import START, find_location, stale, terms
from .workbook.bulk.ledger_files import table_rows
from .workbook.bulk.row_sources import origin_of
from .workbook.bulk.table_options import DETECTED, TableOptions


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


def checked_rows(
    source: str | os.PathLike[str], month: str = START, options: TableOptions = DETECTED
) -> list[CheckedRow]:
    """Figures of a file for what employers pay, each beside ours.

    Parameters
    ----------
    source : path
        A table with the columns ``country`` or ``iso``, ``gross_pay`` and ``employer_total_cost``:
        .csv, .tsv, .parquet or .xlsx, or "-" for CSV on standard input.
    month : str
        The month of the law where a row names none.
    options : TableOptions
        How the table is read.

    Returns
    -------
    list of CheckedRow

    Raises
    ------
    WorkbookError, ScenarioError
        A file that cannot be read, or a row that is not allowed.
    """
    path = os.fspath(source)
    return check_costs(table_rows(path, None, "check", options), origin_of(path), month)
