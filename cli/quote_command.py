"""The command ``quote``."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import completion, options
from .extras import require_for_table
from .numbers import Number

if TYPE_CHECKING:
    from ..engine.quote_forensics import QuoteForensics

_MONTH = "2027-01"
_TOTALS = {
    "pay": "Pay",
    "statutory": "Statutory, as quoted",
    "margin": "Margin",
    "other": "Other",
    "not_recognised": "Not recognised",
    "quote": "Quote",
    "employer_cost_by_law": "What the employer pays by law",
    "statutory_by_law": "of it statutory",
    "double_counted": "Double-counted or abolished",
    "above_law": "Above the law",
    "margin_and_above_law": "Margin with both",
    "not_by_law": "Not by law",
    "missing": "Missing: the bill will come",
    "below_law": "Below the law: the bill will come",
}


@click.command(short_help="A vendor's quote for one person, item by item, by law.")
@click.argument("quote", type=click.Path())
@click.option(
    "--country",
    required=True,
    metavar="COUNTRY",
    shell_complete=completion.countries,
    help="Where the person works: code or name.",
)
@click.option(
    "--salary",
    required=True,
    type=Number(),
    help="Agreed yearly gross pay, without extra months of pay.",
)
@click.option("--region", default="", metavar="NAME", help="Region or regime of the country.")
@click.option(
    "--currency",
    metavar="CODE",
    help="Currency of --salary and of the amounts; by default that of the country.",
)
@click.option(
    "--month",
    default=_MONTH,
    show_default=True,
    metavar="MONTH",
    help="Month whose law counts.",
)
@click.option(
    "--items",
    type=click.Path(),
    metavar="FILE",
    help="Table with columns item, and kind or charge, for items whose words do not say it.",
)
@click.option(
    "--query",
    metavar="NAME",
    help="Sheet or table, if QUOTE is a workbook; by default its only sheet.",
)
@options.table_format
@options.as_json
@click.option("--csv", type=click.Path(), help="CSV file to write instead of printing.")
@click.option(
    "-o", "--output", type=click.Path(), help="Workbook to write, with live differences and totals."
)
@options.theme
@options.language
@options.force
def quote(
    quote: str,
    country: str,
    salary: float,
    region: str,
    currency: str | None,
    month: str,
    items: str | None,
    query: str | None,
    table_format: dict[str, Any],
    as_json: bool,
    csv: str | None,
    output: str | None,
    theme: str | None,
    language: str,
    force: bool,
) -> None:
    """Take a vendor's QUOTE for one person apart: pay, statutory charges, margin, and the rest.

    QUOTE is a table of items with an amount a month or a year: .csv, .tsv, .parquet or .xlsx, "-"
    for CSV on standard input. Each item is compared with the law of the month: what is charged
    twice or was abolished, what is too high, and what is missing.
    """
    from ..workbook.atomic_write import refuse_existing, refuse_kind
    from ..workbook.bulk.quote_files import examine_file
    from ..workbook.bulk.table_options import TableOptions

    require_for_table(quote, items)
    if as_json and csv is not None:
        raise click.UsageError("--json and --csv are mutually exclusive; give one")
    if csv is not None and Path(csv).suffix.lower() != ".csv":
        raise click.UsageError(f"--csv is {csv}; it must be a file that ends in .csv")
    options.refuse_idle_force(force, "--csv or --output", csv, output)
    if csv is not None:
        refuse_existing(csv, force=force)
    if output:
        refuse_existing(output, force=force)
        refuse_kind(output)
    elif theme:
        raise click.UsageError("--theme is for the workbook of --output; give both")
    found = examine_file(
        quote, country, salary,
        month=month, region=region, currency=currency, items=items, query=query,
        options=TableOptions(**table_format),
    )  # fmt: skip
    written = _write_workbook(found, output, theme, language, force) if output else None
    if csv is not None:
        from ..workbook.atomic_write import atomic_write
        from ..workbook.bulk.csv_cells import csv_bytes

        click.echo(f"wrote {atomic_write(csv, csv_bytes(_csv_rows(found)), force=force)}")
    elif as_json:
        click.echo(json.dumps(found.to_dict(), indent=2))
    else:
        _print(found)
    for sentence in found.notes:
        click.echo(f"note: {sentence}", err=True)
    if written:
        click.echo(f"wrote {written}", err=as_json)


def _write_workbook(
    found: "QuoteForensics", path: str, theme: str | None, language: str, force: bool
) -> Path:
    """Write the workbook before anything is printed, so that an error stands alone."""
    from ..workbook.quote_book import write_quote
    from ..workbook_files import theme_of

    return write_quote(found, Path(path), force=force, theme=theme_of(theme), language=language)


_HEADS = (
    "where", "item", "category", "kind", "charges", "quoted", "by_law", "difference", "verdict",
    "words", "source",
)  # fmt: skip


def _csv_rows(found: "QuoteForensics") -> Iterator[Sequence[Any]]:
    yield [*_HEADS, "currency"]
    for line in found.lines:
        cells = line.__dict__ | {"charges": "; ".join(line.charges)}
        yield [*("" if cells[name] is None else cells[name] for name in _HEADS), found.currency]


def _print(found: "QuoteForensics") -> None:
    """The lines, what is said about them, the totals, and what the law asks for."""
    from .printed_tables import print_table

    print_table(
        f"{found.country}, {found.currency} a year, by the law of {found.month}",
        ["Item", "Quoted", "By law", "Difference", "Verdict"],
        (
            [
                line.item,
                "" if not line.where else f"{line.quoted:,.2f}",
                *(
                    "not known" if n is None else f"{n + 0.0:,.2f}"
                    for n in (line.by_law, line.difference)
                ),
                line.verdict,
            ]
            for line in found.lines
        ),
    )
    for line in found.lines:
        if line.words:
            where = f"{line.where}, " if line.where else ""
            click.echo(f"{where}{line.item}: {line.words}")
    totals = found.totals
    rows = []
    for key, label in _TOTALS.items():
        amount = totals[key] or 0.0
        rows.append([label, f"{amount:,.2f}", f"{amount / found.salary:.1%}"])
    print_table(f"Totals, {found.currency} a year", ["", "Amount", "Of the salary"], rows)
    of_pay, of_cost = totals["margin_of_pay"], totals["margin_of_cost"]
    shares = f"{of_cost:.1%} of what the employer pays by law"
    if of_pay is not None:
        shares = f"{of_pay:.1%} of pay as quoted, {shares}"
    click.echo(f"Margin: {shares}")
    print_table(
        f"What the employer pays by law, {found.currency} a year",
        ["", "Amount", "Terms"],
        (
            [line.name, "not found" if line.amount is None else f"{line.amount:,.2f}", line.terms]
            for line in found.law
        ),
    )
