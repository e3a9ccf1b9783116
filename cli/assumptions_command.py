"""The command ``assumptions``."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options

if TYPE_CHECKING:
    from ..engine.assumption_book import BookRow

_HEADS = ("Figure", "Site", "Grade", "Owner", "Evidence", "Stated", "Valid to", "Status", "Lapsed")


@click.command(short_help="What each figure rests on, and who answers for it.")
@options.scenario
@click.option("--lapsed", is_flag=True, help="Only figures that have expired or are disputed.")
@click.option("--owned", is_flag=True, help="Only figures with an owner or evidence.")
@options.as_json
@click.option("--csv", "csv_path", type=click.Path(), help="CSV file to write instead of printing.")
@options.force
def assumptions(
    scenario: Path | None,
    preset: str | None,
    lapsed: bool,
    owned: bool,
    as_json: bool,
    csv_path: str | None,
    force: bool,
) -> None:
    """Print the book of assumptions of a SCENARIO, and what the cost of each plan rests on.

    Grades: official and current, secondary or old, own figure, assumption. An own figure that has
    expired or is disputed counts as an assumption.
    """
    from ..engine.assumption_book import book_of, evidence_of, month_of_evidence, shares_of

    if as_json and csv_path is not None:
        raise click.UsageError("--json and --csv are mutually exclusive; give one")
    if csv_path is not None and Path(csv_path).suffix.lower() != ".csv":
        raise click.UsageError(f"--csv is {csv_path}; it must be a file that ends in .csv")
    if force and csv_path is None:
        raise click.UsageError("--force replaces the file of --csv; give --csv too")
    case = options.scenario_of(scenario, preset)
    found = evidence_of(case)
    rows = [
        row
        for row in book_of(case, found)
        if (row.lapsed or not lapsed) and (row.owner or row.evidence or not owned)
    ]
    shares, month = shares_of(case, found), month_of_evidence(found)
    if as_json:
        about = {"scenario": case.name, "month": month}
        figures = [row._asdict() for row in rows]
        click.echo(json.dumps(about | {"figures": figures, "plans": shares}, indent=2))
    elif csv_path is not None:
        _write_csv(rows, csv_path, force)
    else:
        from .printed_tables import counted, print_table

        print_table(f"{case.name}, evidence in {month}", _HEADS, map(_cells, rows))
        for plan, by_grade in shares.items():
            parts = (f"{share:.0%} {words}" for words, share in by_grade.items())
            click.echo(f"The cost of {plan} rests on: {', '.join(parts)}.")
        click.echo(f"{counted(sum(row.lapsed for row in rows), 'figure')} expired or disputed.")
    options.print_assumed(case)


def _cells(row: "BookRow") -> list[str]:
    lapsed = "yes" if row.lapsed else ""
    said = (row.owner, row.evidence, row.stated, row.expires, row.status, lapsed)
    return [row.label, row.site, row.grade, *said]


def _write_csv(rows: "list[BookRow]", path: str, force: bool) -> None:
    from ..workbook.atomic_write import atomic_write
    from ..workbook.bulk.csv_cells import csv_bytes

    table = [[head.lower() for head in _HEADS], *map(_cells, rows)]
    click.echo(f"wrote {atomic_write(path, csv_bytes(table), force=force)}")
