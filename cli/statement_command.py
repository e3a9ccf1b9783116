"""The command ``statement``."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import completion, options

if TYPE_CHECKING:
    from ..engine.statement import Peak, Row, Statement


@click.command(short_help="Costs and savings by fiscal year, quarter or month.")
@options.scenario
@click.option(
    "--freq",
    default="FY",
    show_default=True,
    metavar="[FY|Q|M]",
    shell_complete=completion.frequencies,
    help="Fiscal years, fiscal quarters or months.",
)
@click.option(
    "--plan",
    metavar="NAME",
    shell_complete=completion.plans,
    help="Name of the only plan to state; by default all are.",
)
@options.as_json
@click.option("--csv", type=click.Path(), help="CSV file to write instead of printing.")
@options.force
def statement(
    scenario: Path | None,
    preset: str | None,
    freq: str,
    plan: str | None,
    as_json: bool,
    csv: str | None,
    force: bool,
) -> None:
    """Print what each plan of a SCENARIO costs and saves by fiscal year, quarter or month.

    A fiscal year begins in the month fiscal_year_start of the scenario, and is named by the
    calendar year in which it ends.
    """
    from ..engine.statement import FREQUENCIES
    from ..engine.statement import statement as stated

    options.refuse_idle_force(force, "--csv", csv)
    if as_json and csv is not None:
        raise click.UsageError("--json and --csv are mutually exclusive; give one")
    if csv is not None and Path(csv).suffix.lower() != ".csv":
        raise click.UsageError(f"--csv is {csv}; it must be a file that ends in .csv")
    case = options.scenario_of(scenario, preset)
    found = stated(case, freq.upper() if freq.upper() in FREQUENCIES else freq, plan)
    if csv is not None:
        from ..workbook.atomic_write import atomic_write
        from ..workbook.bulk.csv_cells import csv_bytes

        click.echo(f"wrote {atomic_write(csv, csv_bytes(_csv_rows(found)), force=force)}")
    elif as_json:
        click.echo(json.dumps(found.to_dict(), indent=2))
    else:
        _print(found)
    for sentence in case.assumed:
        click.echo(f"note: {sentence}", err=True)


def _csv_rows(found: "Statement") -> Iterator[Sequence[str | float]]:
    yield ["plan", "kind", "line", "label", *found.periods, "total"]
    for row in found.rows:
        yield [row.plan, row.kind, row.line, row.label, *row.amounts, row.total]


def _print(found: "Statement") -> None:
    """A table for each plan, its peak funding need below it."""
    from ..engine.axes import PERIODS
    from ..engine.statement import FREQUENCIES
    from .printed_tables import counted, print_table

    for peak in found.peaks:
        rows = [row for row in found.rows if row.plan == peak.plan]
        heads = [found.currency, *found.periods, "Total"]
        print_table(f"{found.scenario}: {peak.plan}", heads, _table(rows))
        click.echo(f"{_funding(peak, found.currency)}\n")
    full = PERIODS.get(FREQUENCIES[found.freq], 1)
    in_part = [
        f"{period} has {counted(months, 'month')}"
        for period, months in zip(found.periods, found.months, strict=True)
        if months < full
    ]
    if in_part:
        click.echo(f"Within the horizon, {' and '.join(in_part)}.")


def _table(rows: Sequence["Row"]) -> Iterator[list[str]]:
    """Rows of a plan, with a heading above those of a kind unless a row has that label."""
    kind = ""
    for row in rows:
        own_heading = row.kind.casefold() == row.label.casefold()
        if row.kind != kind and not own_heading:
            yield [row.kind.capitalize(), *[""] * (len(row.amounts) + 1)]
        kind = row.kind
        label = row.label if own_heading else f"  {row.label}"
        yield [label, *(f"{amount:,.0f}" for amount in (*row.amounts, row.total))]


def _funding(peak: "Peak", currency: str) -> str:
    if not peak.month:
        return "No cash has to be funded."
    return f"Peak funding need: {-peak.amount:,.0f} {currency} at the end of {peak.month}."
