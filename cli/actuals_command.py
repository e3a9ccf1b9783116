"""The command ``actuals``."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import completion, options
from .extras import require_for_table

if TYPE_CHECKING:
    from ..engine.actuals import Reforecast


@click.command(short_help="A running plan: variance, and results restated from actuals.")
@click.argument("book", type=click.Path(path_type=Path))
@click.argument("ledger", required=False, type=click.Path())
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Workbook to write, with sheets Variance, Actuals and Reforecast.",
)
@click.option(
    "--plan",
    metavar="NAME",
    shell_complete=completion.plans,
    help="Name of the plan; by default the one in LEDGER, or the first after the baseline.",
)
@click.option(
    "--accounts",
    type=click.Path(),
    metavar="FILE",
    help="Table with columns account and group, if LEDGER has accounts.",
)
@click.option(
    "--query",
    metavar="NAME",
    help="Sheet or table, if LEDGER is a workbook; by default its only sheet.",
)
@options.table_format
@options.theme
@options.language
@options.force
@options.as_json
def actuals(
    book: Path,
    ledger: str | None,
    output: Path | None,
    plan: str | None,
    accounts: str | None,
    query: str | None,
    table_format: dict[str, Any],
    theme: str | None,
    language: str,
    force: bool,
    as_json: bool,
) -> None:
    """Restate a plan of the scenario in BOOK from the actual figures in LEDGER.

    BOOK is a comparison workbook or a TOML file. LEDGER is a table with columns month, group and
    amount: .csv, .tsv, .txt, .parquet or .xlsx, "-" for standard input, or a TOML file with
    [[actuals]].
    Without LEDGER the actual figures are those in BOOK: its sheet Actuals, or its [[actuals]].
    """
    from ..engine.actuals import reforecast
    from ..scenarios import read
    from ..workbook.atomic_write import refuse_existing, refuse_kind
    from ..workbook.bulk.ledger_files import read_actuals, refuse_without_actuals
    from ..workbook.bulk.table_options import TableOptions

    require_for_table(ledger, accounts)
    options.refuse_idle_force(force, "--output", output)
    if output:
        refuse_existing(output, force=force)
        refuse_kind(output)
    elif theme:
        raise click.UsageError("--theme is for the workbook of --output; give both")
    case = read(book)
    if ledger is None and query is not None:
        raise click.UsageError("--query is for the workbook LEDGER; give both")
    if ledger is None:
        refuse_without_actuals(book)
    source = ledger or str(book)
    read_as = TableOptions(**table_format)
    found = reforecast(
        case,
        read_actuals(case, source, plan=plan, accounts=accounts, query=query, options=read_as),
    )
    if as_json:
        click.echo(json.dumps(found.to_dict(), indent=2))
    else:
        _print(found)
    for sentence in found.notes:
        click.echo(f"note: {sentence}", err=True)
    if output:
        from ..workbook.reforecast_book import write_reforecast
        from ..workbook_files import theme_of

        written = write_reforecast(
            found, output, force=force, theme=theme_of(theme), language=language
        )
        click.echo(f"wrote {written}", err=as_json)


def _print(found: "Reforecast") -> None:
    """Print the variance by group, and the results before and now."""
    from ..engine.actuals import RESULTS, VARIANCE, reforecast_model
    from ..engine.cost_kinds import GROUPS
    from .printed_tables import formatted, print_table

    lines = reforecast_model().lines
    rows = [
        [label, *_amounts(found.variance(group)), f"{found.level(group):.3f}"]
        for group, label in GROUPS.items()
    ]
    rows.append(["All groups", *_amounts(found.variance()), ""])
    rows.append(["Output", *("" for _ in VARIANCE), f"{found.output_level:.3f}"])
    heads = (*(key.capitalize() for key in VARIANCE), "Level")
    print_table(
        f"{found.actuals.plan}, cost to date, month 1 to {found.actuals.last_month}",
        [found.scenario.currency, *heads],
        rows,
    )
    results = []
    for measure, name in RESULTS.items():
        line, before, now = lines[name], found.before(measure), found.now(measure)
        change = "n/a" if before is None or now is None else formatted(line, now - before)
        results.append([line.label, formatted(line, before), formatted(line, now), change])
    title = f"{found.actuals.plan}, {found.scenario.horizon_months} months"
    print_table(title, [found.scenario.currency, "As planned", "Restated", "Change"], results)


def _amounts(parts: dict[str, float]) -> list[str]:
    return [f"{value:,.0f}" for value in parts.values()]
