"""A vendor's quote for one person, item by item beside the law, as a data frame and a workbook."""

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from .engine.employment_law import START
from .engine.quote_forensics import QuoteForensics
from .workbook.bulk.quote_files import examine_file
from .workbook.bulk.table_options import TableOptions
from .written import Written

if TYPE_CHECKING:
    from .workbook.rendering.theme import Theme

Table: TypeAlias = pd.DataFrame | str | os.PathLike[str]


class Quote(Written):
    """A quote taken apart.

    Attributes
    ----------
    forensics : QuoteForensics
        Its lines, totals, the law and notes.
    """

    def __init__(self, forensics: QuoteForensics):
        self.forensics = forensics

    def table(self) -> pd.DataFrame:
        """Items of the quote, then what it leaves out.

        Returns
        -------
        DataFrame
            One row per line: ``where``, ``item``, ``category``, ``kind``, ``charges`` (a tuple),
            ``quoted``, ``by_law`` and ``difference`` a year, NaN where the tables do not say;
            ``verdict``, ``words``, ``source``. ``attrs`` has ``currency``, ``month`` and
            ``totals``.
        """
        found = self.forensics
        rows = [asdict(line) for line in found.lines]
        frame = pd.DataFrame(rows).astype({"by_law": float, "difference": float})
        frame.attrs = {
            "currency": found.currency, "month": found.month, "totals": dict(found.totals)
        }  # fmt: skip
        return frame

    @property
    def totals(self) -> pd.Series:
        """Totals a year and shares, by name: see docs/quote.md."""
        return pd.Series(self.forensics.totals, dtype=float)

    def law(self) -> pd.DataFrame:
        """What the employer pays by law: ``name``, ``amount`` a year, ``terms``, ``source``."""
        rows = [line._asdict() for line in self.forensics.law]
        return pd.DataFrame(rows).astype({"amount": float})

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data for JSON; None where there is no answer."""
        return self.forensics.to_dict()

    def _write(self, path: Path, force: bool, theme: "Theme | None", language: str) -> Path:
        from .workbook.quote_book import write_quote

        return write_quote(self.forensics, path, force=force, theme=theme, language=language)

    def __repr__(self) -> str:
        found = self.forensics
        return (
            f"<Quote of {found.totals['quote']:,.0f} {found.currency} a year in {found.country}: "
            f"{len(found.lines)} lines>"
        )


def quote(
    source: Table,
    country: str,
    salary: float,
    *,
    month: str = START,
    region: str = "",
    currency: str | None = None,
    items: Table | None = None,
    query: str | None = None,
    separator: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
) -> Quote:
    """A vendor's quote for one person, item by item beside the law.

    Parameters
    ----------
    source : DataFrame or path
        Items with an amount a month or a year: a .csv, .tsv, .parquet or .xlsx file.
    country, region : str
        ISO code or name, and the code or name of a region or regime of it.
    salary : float
        Agreed gross pay a year, without extra months of pay, in ``currency``.
    month : str
        The month whose law counts, such as "2027-01".
    currency : str, optional
        Of the salary and of amounts that have none; by default the country's.
    items : DataFrame or path, optional
        What items are, for those whose words do not say it: columns ``item``, and ``kind`` or
        ``charge``.
    query : str, optional
        Name of the sheet or table of a workbook; by default its only sheet with cells.
    separator, decimal, encoding : str, optional
        How text files are read, as for :func:`bulk`; by default detected.

    Returns
    -------
    Quote

    Raises
    ------
    DomainError
        No such country or region, or a salary, month or currency that is not allowed.
    ScenarioError, WorkbookError
        A column, cell or file that cannot be read.
    """
    return Quote(
        examine_file(
            _source(source),
            country,
            salary,
            month=month,
            region=region,
            currency=currency,
            items=None if items is None else _source(items),
            query=query,
            options=TableOptions(separator, decimal, encoding),
        )
    )


def _source(table: Table) -> pd.DataFrame | str:
    return table if isinstance(table, pd.DataFrame) else os.fspath(table)
