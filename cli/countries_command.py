"""The command ``countries``."""

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import completion, options
from .extras import require_for_table
from .numbers import Number, Percent

if TYPE_CHECKING:
    from ..engine.calculators.country_summary import CountrySummary
    from ..engine.cost_check import CheckedRow

_MONTH = "2027-01"
_TOLERANCE, _TOLERANCE_MAX = 0.1, 100  # per cent


@click.command(short_help="What employers pay by country; or check a file.")
@click.argument("country", required=False, shell_complete=completion.countries)
@click.option("--region", default="", metavar="NAME", help="Region or regime of COUNTRY.")
@click.option(
    "--salary",
    type=Number(),
    help="Yearly gross pay, without extra months; by default 60,000 USD.",
)
@click.option(
    "--currency",
    metavar="CODE",
    help="Currency of --salary; by default that of COUNTRY, for the list USD.",
)
@click.option(
    "--month",
    "--as-of",
    "month",
    default=_MONTH,
    show_default=True,
    metavar="MONTH",
    help="Month whose law counts.",
)
@options.as_json
@click.option("--csv", type=click.Path(), help="CSV file to write instead of printing.")
@options.force
@click.option(
    "--check",
    type=click.Path(),
    metavar="FILE",
    help="Table with columns country, gross_pay and employer_total_cost to compute again.",
)
@click.option(
    "--tolerance",
    type=Percent(),
    help="Per cent by which a figure of --check may differ.  [default: 0.1]",
)
@options.table_format
@click.option("--markdown", is_flag=True, help="Print the reference in docs/countries.md.")
def countries(
    country: str | None,
    region: str,
    salary: float | None,
    currency: str | None,
    month: str,
    as_json: bool,
    csv: str | None,
    force: bool,
    check: str | None,
    tolerance: float | None,
    table_format: dict[str, Any],
    markdown: bool,
) -> None:
    """List what employers pay by country, explain COUNTRY line by line, or check a file.

    COUNTRY is an ISO code or a name. With --check, the exit code is 1 if a figure differs by more
    than the tolerance.
    """
    from ..engine.calculators.country_summary import explained, salary_in, summaries
    from ..engine.employment_law import day_of_month, find_location

    require_for_table(check)
    _refuse_together(country, region, salary, currency, as_json, csv, check, markdown, tolerance)
    for name, value in table_format.items():
        if value is not None and check is None:
            raise click.UsageError(f"--{name} is for the file of --check; give both")
    options.refuse_idle_force(force, "--csv", csv)
    tolerance = _TOLERANCE if tolerance is None else tolerance
    day_of_month(month)
    if markdown:
        from ..udfs.countries_page import countries_reference

        click.echo(countries_reference(), nl=False)
    elif check is not None:
        from ..employment import checked_rows
        from ..workbook.bulk.table_options import TableOptions

        rows = checked_rows(check, month, TableOptions(**table_format))
        _write(_checked_table(rows), [_plain(row.__dict__) for row in rows], as_json, csv, force)
        if not as_json and csv is None:
            _print_checked(check, rows)
        wrong = sum(row.differs(tolerance / 100) for row in rows)
        click.echo(
            f"{wrong} of {len(rows)} figures differ by more than {tolerance:.10g} %",
            err=as_json or csv is not None,
        )
        if wrong:
            click.get_current_context().exit(1)
    elif country is None:
        found = summaries(salary, currency or "USD", month)
        plain = [_plain(one.__dict__ | {"missing": list(one.missing)}) for one in found]
        _write(_list_table(found), plain, as_json, csv, force)
        if not as_json and csv is None:
            _print_list(found, month, salary, currency)
    else:
        location = find_location(country, region)
        about = explained(location, salary_in(location, salary, currency), month)
        _write(_lines_table(about), about, as_json, csv, force)
        if not as_json and csv is None:
            _print_country(about)


def _refuse_together(
    country: str | None,
    region: str,
    salary: float | None,
    currency: str | None,
    as_json: bool,
    csv: str | None,
    check: str | None,
    markdown: bool,
    tolerance: float | None,
) -> None:
    """Refuse options that say nothing together."""
    if tolerance is not None and check is None:
        raise click.UsageError("--tolerance is for the figures of --check; give both")
    if tolerance is not None and not 0 <= tolerance <= _TOLERANCE_MAX:
        raise click.UsageError(
            f"--tolerance is {tolerance:.10g} %; it must be between 0 and {_TOLERANCE_MAX}"
        )
    if region and country is None:
        raise click.UsageError("--region is of a COUNTRY; give both")
    if currency and salary is None:
        raise click.UsageError("--currency is of --salary; give both")
    if salary is not None and not 0 <= salary <= 1e15:
        raise click.UsageError(f"--salary is {salary:,.10g}; it must be 0 or more, up to 1e+15")
    if as_json and csv is not None:
        raise click.UsageError("--json and --csv are mutually exclusive; give one")
    if csv is not None and Path(csv).suffix.lower() != ".csv":
        raise click.UsageError(f"--csv is {csv}; it must be a file that ends in .csv")
    if check is not None and (country or salary is not None):
        raise click.UsageError("--check takes countries and pay from its file; give it alone")
    if markdown and (country or check or as_json or csv or salary is not None):
        raise click.UsageError("--markdown prints the whole reference; give it alone")


def _write(
    table: Iterator[Sequence[Any]], plain: Any, as_json: bool, csv: str | None, force: bool
) -> None:
    """Print the plain data as JSON, or write the table as CSV, if asked for."""
    if csv is not None:
        from ..workbook.atomic_write import atomic_write
        from ..workbook.bulk.csv_cells import csv_bytes

        click.echo(f"wrote {atomic_write(csv, csv_bytes(table), force=force)}")
    elif as_json:
        click.echo(json.dumps(plain, indent=2))


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields for JSON, with None where there is no answer."""
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in fields.items()
    }


_LIST_HEADS = (
    "code", "country", "currency", "rules", "salary", "charges", "rate", "newest", "oldest",
    "grade", "missing", "old",
)  # fmt: skip


def _list_table(found: Sequence["CountrySummary"]) -> Iterator[Sequence[Any]]:
    yield _LIST_HEADS
    for one in found:
        row = one.__dict__ | {"missing": "; ".join(one.missing)}
        yield [row[name] for name in _LIST_HEADS]


def _print_list(
    found: Sequence["CountrySummary"], month: str, salary: float | None, currency: str | None
) -> None:
    from .printed_tables import counted, print_table

    pay = f"{60_000 if salary is None else salary:,.10g} {(currency or 'USD').upper()}"
    print_table(
        f"Employer charges at {pay} a year, by the law of {month}",
        ["Code", "Country", "Currency", "Rules", "Salary", "Charges", "Rate", "Newest source",
         "Oldest source", "Grade"],
        (
            [
                one.code, one.country, one.currency, f"{one.rules}", f"{one.salary:,.0f}",
                f"{one.charges:,.0f}", f"{one.rate:.1%}" if one.rate == one.rate else "n/a",
                one.newest, one.oldest, one.grade,
            ]
            for one in found
        ),
    )  # fmt: skip
    if without := [one for one in found if one.missing]:
        click.echo("A charge whose rate was not found counts 0:")
        for one in without:
            click.echo(f"  {one.code}: {', '.join(one.missing)}")
    for one in found:
        if one.old:
            click.echo(f"{one.code}: {counted(one.old, 'source')} older than a year in {month}")


def _lines_table(about: dict[str, Any]) -> Iterator[Sequence[Any]]:
    yield ["line", "amount", "currency", "month", "terms", "confidence", "source", "read", "age",
           "note"]  # fmt: skip
    fixed = [about["currency"], about["month"]]
    nothing = [""] * 6
    yield ["Salary", about["salary"], *fixed, *nothing]
    yield ["Extra months of pay", about["extra_pay"], *fixed, *nothing]
    for one in about["lines"]:
        amount = "" if one["amount"] is None else one["amount"]
        rest = ("terms", "confidence", "source", "source_date", "age", "note")
        yield [one["line"], amount, *fixed, *(one[name] for name in rest)]
    yield [about["total_line"], about["total"], *fixed, *nothing]


def _print_country(about: dict[str, Any]) -> None:
    """The lines, their sources, and what the tables say beside them."""
    from .printed_tables import print_table

    rows = [["Salary", f"{about['salary']:,.2f}", ""]]
    if about["extra_pay"]:
        months = f"{about['extra_months']:.10g} months a year"
        rows.append(["Extra months of pay", f"{about['extra_pay']:,.2f}", months])
    for one in about["lines"]:
        amount = "not found" if one["amount"] is None else f"{one['amount']:,.2f}"
        rows.append([one["line"], amount, one["terms"]])
    rows.append([about["total_line"], f"{about['total']:,.2f}", ""])
    print_table(
        f"{about['country']}: what an employer pays in a year, by the law of {about['month']}",
        ["", about["currency"], "Terms"],
        rows,
    )
    click.echo("Sources:")
    for one in about["lines"]:
        parts = (one["source"], one["source_date"], one["confidence"], one["age"], one["note"])
        click.echo(f"  {one['line']}: {'; '.join(filter(None, parts))}")
    for sentence in _sentences(about):
        click.echo(sentence)


def _sentences(about: dict[str, Any]) -> Iterator[str]:
    held = about["leave"]
    months = about["extra_months"]
    yield f"Extra months of pay: {months:.10g} a year; {held['extra_months_source']}"
    yield f"Leave: {_amount(held['leave_days'], 'days')}; {held['leave_source']}"
    yield f"Public holidays: {_amount(held['holidays'], 'days')}"
    yield (
        f"Hours: {_amount(held['weekly_hours'], 'a week by law')}, "
        f"{_amount(held['productive_hours'], 'productive hours a year')}"
    )
    yield from _by_tenure("Notice", about["notice"], "weeks")
    yield from _by_tenure("Severance", about["severance"], "months of pay")
    for variant, name in about["regions"].items():
        yield f"Region or regime: {name} ({variant})"
    for one in about["changes"]:
        age = f"; {one['age']}" if one["age"] else ""
        yield f"From {one['month']}, {one['charge']}: {one['after']} (before: {one['before']}){age}"
    if not about["changes"]:
        yield f"No change of law after {about['month']} is in the tables."
    for sentence in about["missing"]:
        yield f"Missing: {sentence}"


def _amount(number: float | None, unit: str) -> str:
    return "not found" if number is None else f"{number:,.10g} {unit}"


def _by_tenure(title: str, about: dict[str, Any], unit: str) -> Iterator[str]:
    if about["by_years"] is None:
        yield f"{title}: not found"
        return
    shown = (
        f"{years} {'year' if years == 1 else 'years'}: "
        + ("not found" if number is None else f"{number:.4g}")
        for years, number in about["by_years"].items()
    )
    yield f"{title} in {unit}, after {', '.join(shown)}"
    for source in about["sources"]:
        yield f"  {source}"


_CHECK_HEADS = (
    "row", "location", "currency", "month", "line", "gross_pay", "theirs", "ours", "difference",
    "relative", "note",
)  # fmt: skip


def _checked_table(rows: Sequence["CheckedRow"]) -> Iterator[Sequence[Any]]:
    yield _CHECK_HEADS
    for row in rows:
        fields = _plain(row.__dict__)
        yield ["" if fields[name] is None else fields[name] for name in _CHECK_HEADS]


def _print_checked(file: str, rows: Sequence["CheckedRow"]) -> None:
    from .printed_tables import print_table

    print_table(
        f"{file}: what an employer pays",
        ["Row", "Country", "Line", "Month", "Currency", "Gross pay", "Theirs", "Ours",
         "Difference", "Per cent"],
        (
            [
                row.row, row.location, row.line, row.month, row.currency,
                *(f"{n:,.2f}" for n in (row.gross_pay, row.theirs, row.ours, row.difference)),
                f"{round(row.relative, 4) + 0.0:.2%}" if row.relative == row.relative else "n/a",
            ]
            for row in rows
        ),
    )  # fmt: skip
    for row in rows:
        if row.note:
            click.echo(f"{row.row}: {row.note}")
