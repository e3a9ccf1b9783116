"""The command ``bulk``, and its progress bar."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from . import completion, options
from .extras import require_for_output, require_for_simulation, require_for_table
from .numbers import Whole
from .printed_tables import counted

if TYPE_CHECKING:
    from ..scenarios import Scenario
    from ..workbook.bulk import Summary
    from ..workbook.bulk.table_options import TableOptions

Advance = Callable[[dict[str, int]], None]

_RESUME = "run the same command again to resume"


@click.command(short_help="A workbook and results for each row of a table.")
@click.argument("table", shell_complete=completion.files)
@click.option(
    "-o",
    "--output",
    metavar="OUTPUT",
    shell_complete=completion.files,
    help="Folder, .zip file or URL, such as s3://bucket/folder, to write to; required without "
    "--dry-run or --json.",
)
@click.option(
    "--base",
    metavar="SCENARIO",
    type=click.Path(path_type=Path),
    help="Scenario file or workbook with the values of inputs that have no column.",
)
@click.option(
    "--preset",
    metavar="NAME",
    shell_complete=completion.presets,
    help="An embedded case as the base; see shorewise presets.",
)
@click.option(
    "--query",
    metavar="SQL",
    help="Query or table of a database, or Excel table or sheet of a workbook.",
)
@options.table_format
@click.option("--ignore", multiple=True, metavar="COLUMN", help="A column not to read; repeatable.")
@click.option(
    "--keep",
    multiple=True,
    metavar="COLUMN",
    help="A column to copy to the results, to join on; repeatable.",
)
@click.option("--no-workbooks", is_flag=True, help="Write results only.")
@click.option("--small", is_flag=True, help="Make smaller workbooks; takes longer.")
@click.option(
    "--template",
    metavar="BOARD",
    type=click.Path(path_type=Path),
    help="A workbook of your own to fill for each row; see shorewise template.",
)
@options.pdf
@options.theme
@options.language
@click.option(
    "--simulate",
    "draws",
    type=Whole(),
    default=0,
    metavar="DRAWS",
    help="Add percentiles and probabilities from this many draws of each scenario.",
)
@click.option("--limit", type=Whole(1), metavar="N", help="Read only the first N rows.")
@click.option(
    "--only", metavar="IDS", help="Make only the scenarios with these ids, such as S1,S7."
)
@click.option(
    "--strict", is_flag=True, help="Write nothing if any row has a value that is not allowed."
)
@click.option("--dry-run", is_flag=True, help="Check every row and write nothing.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print a line of JSON for each row, and nothing else; OUTPUT may be left out.",
)
@click.option(
    "--bom",
    is_flag=True,
    help="Start CSV files with a byte order mark, so that Excel shows accents correctly.",
)
@click.option(
    "--processes",
    type=Whole(1),
    metavar="N",
    help="Number of worker processes; by default one per core.",
)
@click.option(
    "--scheduler", metavar="ADDRESS", help="Address of a Dask scheduler, to compute on its workers."
)
def bulk(
    table: str, base: Path | None, preset: str | None, only: str | None, **chosen: Any
) -> None:
    """Make a workbook and results for each row of a TABLE of scenarios.

    TABLE is a .csv, .tsv, .txt, .parquet or .xlsx file, also at a URL such as s3://..., a database
    URL, or - for CSV on standard input. Each column is named after the input that it sets, such as
    site.Krakow.management_rate.
    How a text file is read is detected, and printed where it is not plain CSV.
    Finished parts in OUTPUT are kept: run the same command again to resume. Parts of another table
    or another --limit are replaced. The exit code is 1 if rows were rejected: see errors.csv.
    OUTPUT/dictionary.csv explains the columns of results.
    """
    _refuse_missing_extras(table, chosen)
    _refuse_output(chosen)
    chosen["options"] = _table_options(chosen)
    case = options.scenario_of(base, preset)
    ids = [] if only is None else [one.strip() for one in only.split(",")]
    if chosen["dry_run"]:
        _check_rows(table, case, ids, chosen)
    _write(table, case, ids, chosen)


def _refuse_missing_extras(table: str, chosen: dict[str, Any]) -> None:
    """Refuse a run that needs a package which is not installed."""
    require_for_table(table)
    require_for_output(chosen["output"])
    require_for_simulation(chosen["draws"])
    if chosen["scheduler"]:
        from ..engine.errors import require

        require("dask", "a Dask scheduler")


def _refuse_output(chosen: dict[str, Any]) -> None:
    """Refuse a run without an output, and say where one is gone with the command."""
    from ..workbook.bulk.destinations import is_in_memory

    output = chosen["output"]
    if output is None and chosen["as_json"] and chosen["scheduler"] and not chosen["dry_run"]:
        raise click.UsageError("--scheduler needs --output: a folder or URL that workers share")
    if output is None and chosen["as_json"] and (chosen["template"] or chosen["pdf"]):
        raise click.UsageError("--template and --pdf need --output, where workbooks are written")
    if chosen["dry_run"] or (output is None and chosen["as_json"]):
        return
    if output is None:
        raise click.UsageError("Missing option '-o' / '--output'.")
    if chosen["no_workbooks"] and (chosen["template"] or chosen["pdf"]):
        flag = "--template" if chosen["template"] else "--pdf"
        raise click.UsageError(f"{flag} is for workbooks; leave --no-workbooks out")
    if chosen["template"] and (chosen["theme"] or chosen["language"] != "en"):
        raise click.UsageError("--theme and --language are for workbooks of Shorewise's own")
    if is_in_memory(output):
        click.echo(f"note: {output} lasts only as long as this command", err=True)


def _table_options(chosen: dict[str, Any]) -> "TableOptions":
    """How the table is read."""
    from ..workbook.bulk.table_options import TableOptions

    columns = {name: chosen.pop(name) for name in ("ignore", "keep")}
    return TableOptions(**chosen.pop("table_format"), **columns)


def _check_rows(table: str, case: "Scenario", ids: list[str], chosen: dict[str, Any]) -> NoReturn:
    """Print every cell with a value that is not allowed, and exit."""
    from ..workbook.bulk import problems_of

    if chosen["template"]:
        from ..workbook.template.filling import Template, TemplateFile

        Template(TemplateFile.read(chosen["template"])).filled(case)
    problems = problems_of(
        table,
        case,
        query=chosen["query"],
        options=chosen["options"],
        limit=chosen["limit"],
        only=ids,
        draws=chosen["draws"],
        on_note=_printed_note(table),
    )
    if chosen["as_json"]:
        from ..workbook.bulk.json_lines import problem_lines

        click.echo(problem_lines(problems), nl=False)
        sys.exit(1 if problems else 0)
    for one in problems:
        click.echo(one.text.replace("or set decimal: ", "or set --decimal: "))
    if not problems:
        click.echo("every row is allowed")
    sys.exit(1 if problems else 0)


def _write(table: str, case: "Scenario", ids: list[str], chosen: dict[str, Any]) -> NoReturn:
    """Make workbooks and results, print their numbers or JSON, and exit."""
    output, as_json = chosen["output"], chosen["as_json"]
    finished: list[dict[str, int]] = []
    quiet = as_json and sys.stdout.isatty()  # lines of JSON are the progress
    with contextlib.ExitStack() as stack:
        advance = stack.enter_context(_progress_bar(table, chosen["limit"], ids, quiet))

        def count(counts: dict[str, int]) -> None:
            finished.append(counts)
            if advance:
                advance(counts)

        folder = output or stack.enter_context(_temporary_folder())
        try:
            done = _run(table, folder, case, ids, chosen, count)
        except KeyboardInterrupt as stop:
            stop.add_note(_what_stays(finished, output))
            raise
    kept = f", {done.skipped} of {counted(done.partitions, 'part')} there already"
    made, wrong = counted(done.scenarios, "scenario"), counted(done.problems, "cell")
    listed = ", listed in errors.csv" if done.problems and output else ""
    where = f": {output}" if output else ""
    options.print_assumed(case)
    line = f"{made}, {wrong} not allowed{listed}{kept * bool(done.skipped)}{where}"
    click.echo(line, err=as_json)
    sys.exit(1 if done.problems else 0)


def _run(
    table: str,
    folder: str,
    case: "Scenario",
    ids: list[str],
    chosen: dict[str, Any],
    progress: Advance,
) -> "Summary":
    """Make workbooks and results, and print JSON if asked to."""
    from ..workbook.bulk import run
    from ..workbook.bulk.combined_files import COMBINED_FILES
    from ..workbook.bulk.json_lines import json_lines
    from ..workbook.template.filling import TemplateFile
    from ..workbook_files import theme_of

    is_kept = chosen["output"] is not None
    parts = run(
        table,
        folder,
        case,
        query=chosen["query"],
        options=chosen["options"],
        workbooks=is_kept and not chosen["no_workbooks"],
        compact=chosen["small"],
        theme=theme_of(chosen["theme"]),
        language=chosen["language"],
        draws=chosen["draws"],
        template=TemplateFile.read(chosen["template"]) if chosen["template"] else None,
        pdf=chosen["pdf"],
        limit=chosen["limit"],
        only=ids,
        strict=chosen["strict"],
        processes=chosen["processes"] or os.cpu_count() or 1,
        scheduler=chosen["scheduler"],
        bom=chosen["bom"],
        progress=progress,
        on_note=_printed_note(table),
        combined=COMBINED_FILES if is_kept else (),
    )
    with contextlib.closing(parts):
        while True:
            try:
                part = next(parts)
            except StopIteration as end:
                return end.value
            if chosen["as_json"]:
                click.echo(json_lines(part), nl=False)


@contextlib.contextmanager
def _temporary_folder() -> Iterator[str]:
    """A folder that is removed at the end."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="shorewise-") as folder:
        yield folder


def _what_stays(finished: list[dict[str, int]], output: str | None) -> str:
    """What an interrupted run leaves, and how to resume it."""
    from ..workbook.bulk.destinations import is_in_memory

    if output is None:
        return "nothing was written beside what is printed"
    if is_in_memory(output):
        return f"nothing stays in {output}"
    if not finished:
        return f"no part was finished in {output}; run the same command again"
    folder = f"{output}.parts" if output.lower().endswith(".zip") else output
    rows = sum(counts["rows"] for counts in finished)
    parts = counted(len(finished), "finished part")
    verb = "stays" if len(finished) == 1 else "stay"
    return f"{parts} with {counted(rows, 'row')} {verb} in {folder}; {_RESUME}"


def _printed_note(table: str) -> Callable[[str], None]:
    return lambda text: click.echo(f"{table}: {text}", err=True)


def _row_count(table: str, limit: int | None, ids: list[str]) -> int | None:
    """Approximate number of rows in a run; None if the table would have to be read to know it."""
    from ..workbook.bulk import length_of

    if ids:
        return len(ids)
    known = [one for one in (length_of(table), limit) if one is not None]
    return min(known, default=None)


@contextlib.contextmanager
def _progress_bar(
    table: str, limit: int | None, ids: list[str], quiet: bool
) -> Iterator[Advance | None]:
    """A callback for finished parts that advances a progress bar.

    None if there is no terminal, or if it is to be ``quiet``.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    total = _row_count(table, limit, ids)
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.progress import TimeRemainingColumn as Remaining

    text = "{task.completed:,}" + " of {task.total:,}" * (total is not None)
    text += " rows, {task.fields[rate]:,.0f} a second"
    text += ", cells not allowed: {task.fields[problems]:,}"
    left = () if total is None else (Remaining(), TextColumn("left"))
    columns = (BarColumn(20), TextColumn(text), TimeElapsedColumn(), *left)
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=total, problems=0, rate=0)

        def advance(counts: dict[str, int]) -> None:
            state = bar.tasks[0]
            problems = state.fields["problems"] + counts["problems"]
            rate = (state.completed + counts["rows"]) / max(state.elapsed or 0, 0.01)
            bar.update(task, advance=counts["rows"], problems=problems, rate=rate)

        yield advance
