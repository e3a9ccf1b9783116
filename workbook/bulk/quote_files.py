"""Quotes of vendors in files, examined against the law of a country."""

from dataclasses import replace

from ...engine.employment_law import START, day_of_month, find_location
from ...engine.errors import DomainError, ScenarioError
from ...engine.quote_forensics import QuoteForensics, examine_quote
from ...engine.quote_items import plain_words, read_mapping
from ...engine.quote_rows import rate_between, read_quote
from ...engine.reading.consistency import listed
from .ledger_files import table_rows
from .row_sources import Source, origin_of
from .table_options import DETECTED, TableOptions


def examine_file(
    source: Source,
    country: str,
    salary: float,
    *,
    month: str = START,
    region: str = "",
    currency: str | None = None,
    items: Source | None = None,
    query: str | None = None,
    options: TableOptions = DETECTED,
) -> QuoteForensics:
    """What each item of a quote in a file is, and what the law asks for.

    Parameters
    ----------
    source : DataFrame or path
        A table (.csv, .tsv, .parquet, .xlsx; "-" for CSV on standard input) of items with an
        amount a month or a year.
    country, region : str
        ISO code or name, and the code or name of a region or regime of it.
    salary : float
        Agreed gross pay a year, without extra months of pay, in ``currency``.
    month : str
        The month whose law counts, such as "2027-01".
    currency : str, optional
        Of the salary and of amounts that have none, by default the country's.
    items : DataFrame or path, optional
        What items are: a table with the columns ``item``, and ``kind`` or ``charge``.
    query : str, optional
        Name of the sheet or table of a workbook; by default its only sheet with cells.
    options : TableOptions
        How the tables are read.

    Raises
    ------
    DomainError, ScenarioError, WorkbookError
        An argument or a cell that is not allowed, or a file that cannot be read.
    """
    location = find_location(country, region)
    if not 0 < salary <= 1e15:
        raise DomainError(
            f"salary is {salary:,.10g}; it must be above 0, up to 1e+15", parameters=["salary"]
        )
    currency = (currency or location.currency).upper()
    rate_between(currency, location.currency)  # refused before the file is read
    day_of_month(month)
    mapping = {}
    if items is not None:
        mapping = read_mapping(
            table_rows(items, None, "items", options), origin_of(items), location
        )
    found = table_rows(source, query, "quote", options)
    quote = read_quote(found, origin_of(source), currency, salary)
    if unused := mapping.keys() - {plain_words(one.name) for one in quote.items}:
        words = f"Items of {origin_of(items)} that are not in the quote have no effect"
        quote = replace(quote, notes=(*quote.notes, f"{words}: {listed(sorted(unused))}."))
    try:
        return examine_quote(
            quote, location, salary, month=month, currency=currency, mapping=mapping
        )
    except DomainError as error:
        raise ScenarioError(f"{origin_of(source)}: {error}") from None
