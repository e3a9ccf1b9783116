"""The command line: reads arguments, calls, prints. Heavy imports stand where they are used."""

import os

try:
    import contextlib
    import errno
    import json
    import sys
    from pathlib import Path

    import click

    from . import stopping
    from .addin import addin
    from .cases import case_of, of_scenario
    from .numbers import Whole
    from .uncertainty import sensitivity, simulate, solve
except KeyboardInterrupt:  # as ``stopping`` would say it
    os.write(2, b"shorewise: stopped\n")
    raise SystemExit(130) from None

_CLOSED_PIPE = 141  # what a shell shows for programs that end at one: 128 and SIGPIPE, 13
_NO_DISK = {errno.ENOSPC, errno.EIO, errno.EFBIG, errno.EDQUOT, errno.EBADF}
_RESUME = "run the same command again to resume"


class _Commands(click.Group):
    """A user's mistake becomes one line and exit code 2."""

    def main(self, *args, **kwargs):
        try:
            with stopping.heard():
                return super().main(*args, **kwargs)
        except KeyboardInterrupt:
            stopping.say()
            sys.exit(stopping.exit_code())

    def parse_args(self, context, arguments):
        with _one_line(context):
            return super().parse_args(context, arguments)

    def invoke(self, context):
        for stream in (sys.stdout, sys.stderr):  # a name outside the console's encoding
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        with _one_line(context):
            return super().invoke(context)


@contextlib.contextmanager
def _one_line(context):
    """What goes wrong, on one line of standard error, and an exit code."""
    try:
        try:
            yield
        except (SystemExit, click.exceptions.Exit):
            _flush()
            raise
        else:
            _flush()
    except (SystemExit, click.exceptions.Exit, click.exceptions.NoArgsIsHelpError):
        raise
    except BaseException as error:
        if stopping.is_stopping() or isinstance(error, KeyboardInterrupt):
            _discard_output()
            stopping.say(*getattr(error, "__notes__", ()))
            sys.exit(stopping.exit_code())
        if isinstance(error, BrokenPipeError):  # of "| head": nobody reads on
            _discard_output()
            sys.exit(_CLOSED_PIPE)
        wrong = _said(error, context)
        if wrong is None:
            raise
        from ..engine.errors import one_line

        with contextlib.suppress(OSError):
            click.echo(f"shorewise: {one_line(wrong)}", err=True)
        sys.exit(2)


def _said(error, context):
    """A mistake or failure in words; None for what should not happen."""
    if isinstance(error, click.UsageError):
        said = error.format_message().rstrip(".").replace("\n", " ")
        _, *command = (error.ctx or context).command_path.split()
        return f"{said} ({' '.join(['shorewise', *command])} --help)"
    if isinstance(error, MemoryError):
        return "not enough memory; take fewer draws, plans or months"
    if isinstance(error, OSError) and error.errno in _NO_DISK and error.filename is None:
        _discard_output()
        return f"standard output: cannot be written: {error.strerror}"
    from ..engine.errors import ShorewiseError

    return str(error) if isinstance(error, ShorewiseError) else None


def _flush():
    """Write what is printed while a full disk can still be said."""
    if sys.stdout is not None and not sys.stdout.closed:
        sys.stdout.flush()


def _discard_output():
    """Let the last flush of standard output, when Python ends, go nowhere."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="shorewise", prog_name="shorewise")
def main():
    """The true cost of offshore, nearshore and hybrid teams."""


@main.command(short_help="Write the comparison workbook of a scenario.")
@of_scenario
@click.option("-o", "--output", default="comparison.xlsx", show_default=True, type=click.Path(),
              help="Workbook to write.")  # fmt: skip
@click.option("--theme", type=click.Path(), help="TOML file of font, colours and logo.")
@click.option("--prepared-by", metavar="NAME", help="Who makes it, for sheet About.")
@click.option("--simulate", "draws", type=Whole(), metavar="DRAWS",
              help="Add sheet Uncertainty, from so many draws.")  # fmt: skip
@click.option("--seed", default=1, type=Whole(), show_default=True, help="Of the draws.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def compare(scenario, preset, output, theme, prepared_by, draws, seed, force, as_json):
    """Write the comparison workbook of a SCENARIO (TOML file or workbook), and print the results.

    Without it or a preset, the embedded default: a mid, a far and a near site against onshore.
    """
    from ..engine import results
    from ..engine.uncertainty import simulation
    from ..workbook import Theme
    from ..workbook import compare as write_workbook

    case = _prepared(case_of(scenario, preset), prepared_by)
    look = None if theme is None else Theme.from_toml(theme)
    spread = simulation.simulate(case, draws, seed) if draws is not None else None
    written = write_workbook(case, output, force=force, theme=look, simulation=spread)
    found = results(case, case.evaluate())
    if as_json:
        click.echo(json.dumps(found, indent=2))
    else:
        from .printed_tables import print_results

        print_results(found)
    click.echo(f"wrote {written}", err=as_json)


@main.command(short_help="Say which site suits each role best, and why.")
@of_scenario
@click.option("--json", "as_json", is_flag=True, help="Print the recommendation as JSON.")
def recommend(scenario, preset, as_json):
    """Say which site suits each role of a SCENARIO file or workbook best, and why.

    Searches every way to put each role's heads at one site that the work allows.
    """
    from dataclasses import asdict

    from ..engine import recommend as search
    from ..engine.uncertainty.criteria import in_words

    case = case_of(scenario, preset)
    found = search(case)
    if as_json:
        click.echo(json.dumps(asdict(found), indent=2))
    else:
        for role, site in found.placement.items():
            click.echo(f"{role}: {site}")
        click.echo(f"by {found.criterion}; out of {found.searched:,} that the work allows")
        click.echo(f"Of the scenario's own plans: {in_words(found.best_plans)}\n")
        for reason in found.reasons:
            click.echo(f"{reason.rule:<10}  {reason.text}")
            click.echo(f"{'':<10}  change: {', '.join(reason.inputs)}")


def _prepared(case, prepared_by):
    """The scenario with who makes the workbook, and the day unless the scenario says it."""
    import datetime
    from dataclasses import replace

    from ..engine import Scenario

    day = case.prepared_on or datetime.date.today().isoformat()
    if prepared_by is None:
        return replace(case, prepared_on=day)
    said = case.to_dict() | {"prepared_on": day, "prepared_by": prepared_by}
    return Scenario.from_dict(said, "--prepared-by")


@main.command(short_help="Make a workbook and results of each row of a table.")
@click.argument("table")
@click.option("-o", "--output", metavar="PLACE",
              help="Folder, .zip or fsspec URL; only --dry-run needs none.")  # fmt: skip
@click.option("--base", metavar="SCENARIO", type=click.Path(path_type=Path),
              help="File or workbook of what the columns do not say.")  # fmt: skip
@click.option("--preset", metavar="NAME", help="An embedded case as the base.")
@click.option("--query", metavar="SQL", help="Query or table of a database; table of a workbook.")
@click.option("--no-workbooks", is_flag=True, help="Results only.")
@click.option("--small", is_flag=True, help="Smaller workbooks that take longer.")
@click.option("--theme", type=click.Path(), help="TOML file of font, colours and logo.")
@click.option("--simulate", "draws", type=Whole(), default=0, metavar="DRAWS",
              help="Add percentiles and probabilities from so many draws of each.")  # fmt: skip
@click.option("--limit", type=Whole(1), metavar="N", help="The first N rows only.")
@click.option("--only", metavar="IDS", help="Scenarios of these ids only, such as S1,S7.")
@click.option("--strict", is_flag=True, help="Write nothing if any row is not allowed.")
@click.option("--dry-run", is_flag=True, help="Check every row and write nothing.")
@click.option("--bom", is_flag=True, help="CSV files that Excel opens with accents intact.")
@click.option("--processes", type=Whole(1), metavar="N", help="All cores by default.")
@click.option("--scheduler", metavar="ADDRESS", help="Dask scheduler whose workers do the work.")
def bulk(table, output, base, preset, query, no_workbooks, small, theme, draws, limit, only,
         strict, dry_run, bom, processes, scheduler):  # fmt: skip
    """Make a workbook and results of each row of a TABLE of scenarios.

    TABLE is .csv, .tsv, .parquet, .xlsx, a database URL, or - for CSV on standard input. Its
    columns are named like the inputs they move, such as site.Krakow.management_rate. What is
    finished in PLACE is kept: run it again to go on. What another table or --limit left there
    is replaced. Exit code 1 where rows were not allowed: see errors.csv.
    """
    from ..workbook import Theme, WorkbookError
    from ..workbook.bulk import bulk as run
    from ..workbook.bulk import problems_of

    if output is None and not dry_run:
        raise click.UsageError("Missing option '-o' / '--output'.")
    if not dry_run and "memory://" in output:
        raise WorkbookError(
            f"{output}: lasts only as long as this command; name a folder, a .zip or another URL"
        )
    case = case_of(base, preset)
    chosen = () if only is None else [one.strip() for one in only.split(",")]

    def note(text):
        click.echo(f"{table}: {text}", err=True)

    if dry_run:
        problems = problems_of(table, case, query=query, limit=limit, only=chosen, draws=draws,
                               on_note=note)  # fmt: skip
        for one in problems:
            click.echo(one.text)
        if not problems:
            click.echo("every row is allowed")
        sys.exit(1 if problems else 0)
    look = None if theme is None else Theme.from_toml(theme)
    with _progress(table, limit, chosen) as advance:
        try:
            done = run(table, output, case, query=query, workbooks=not no_workbooks, compact=small,
                       theme=look, draws=draws, limit=limit, only=chosen, strict=strict,
                       processes=processes or os.cpu_count() or 1, scheduler=scheduler,
                       bom=bom, progress=advance, on_note=note)  # fmt: skip
        except KeyboardInterrupt as stop:
            stop.add_note(_RESUME)
            raise
    kept = f", {done.skipped} of {_many(done.partitions, 'part')} there already" * bool(
        done.skipped
    )
    made, wrong = _many(done.scenarios, "scenario"), _many(done.problems, "cell")
    click.echo(f"{made}, {wrong} not allowed{kept}: {output}")
    sys.exit(1 if done.problems else 0)


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _rows(table, limit, chosen):
    """About how many rows a run takes, None where nobody knows."""
    from ..workbook.bulk import length_of

    if chosen:
        return len(chosen)
    known = [one for one in (length_of(table), limit) if one is not None]
    return min(known, default=None)


@contextlib.contextmanager
def _progress(table, limit, chosen):
    """A function to call with each finished part, which shows a bar if somebody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    total = _rows(table, limit, chosen)
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

        def advance(manifest):
            state = bar.tasks[0]
            problems = state.fields["problems"] + manifest["problems"]
            rate = (state.completed + manifest["rows"]) / max(state.elapsed or 0, 0.01)
            bar.update(task, advance=manifest["rows"], problems=problems, rate=rate)

        yield advance


@main.command(short_help="Print the scenario that a workbook holds now.")
@click.argument("book", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(), help="TOML file to write; else it is printed.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
def read(book, output, force):
    """Print the scenario (TOML) of a BOOK made by compare, with any inputs changed since."""
    import tomli_w

    from ..workbook.comparison import write_whole
    from ..workbook.read_back import read as read_book

    text = tomli_w.dumps(read_book(book).to_dict())
    if output:
        click.echo(f"wrote {write_whole(output, text.encode(), force=force)}")
    else:
        click.echo(text, nl=False)


@main.command(short_help="Say which formula cells differ from the engine.")
@click.argument("book", type=click.Path(path_type=Path))
def check(book):
    """Recompute every formula cell of a BOOK with the engine and list those that differ.

    Exit code 0 where all agree, 1 where some differ.
    """
    from ..workbook.stale_outputs import check as check_book

    differences = check_book(book)
    for one in differences:
        click.echo(f"{one.cell}: {one.what} {one.found}; the engine has {one.expected}")
    if differences:
        click.echo(_many(len(differences), "difference"), err=True)
        sys.exit(1)
    click.echo("every formula cell agrees with the engine")


@main.command(short_help="Compute any workbook that calls the functions.")
@click.argument("book", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path),
              help="Workbook to write; else BOOK itself, which needs --force.")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace an existing file.")
def calc(book, output, force):
    """Compute the cells of BOOK that depend on functions of Shorewise, without Excel.

    Only they get new values; all else in the file stays. Cells that cannot be computed for sure are
    listed with the reason and keep their values: exit code 1, else 0. A BOOK that calls none of the
    functions is left alone, and nothing is written. Needs the extra calc.
    """
    from ..udfs.recalculation import calc as compute

    done = compute(book, output, force=force)
    if done.path is None:
        click.echo(f"{book}: calls no function of Shorewise; nothing to compute, nothing written",
                   err=True)  # fmt: skip
        return
    for one in done.left:
        click.echo(f"{one.cell}: not computed: {one.why}; keeps its value")
    if done.proof:
        click.echo(done.proof, err=True)
    click.echo(f"wrote {done.path}: {done.computed:,} formula cells computed", err=True)
    if done.left:
        click.echo(f"{_many(len(done.left), 'cell')} not computed", err=True)
        sys.exit(1)


@main.command(short_help="Say which rules of good models a workbook breaks.")
@click.argument("book", required=False, type=click.Path(path_type=Path))
@click.option("--rules", "list_rules", is_flag=True, help="List the rules instead.")
@click.option("--ignore", multiple=True, metavar="RULE",
              help="A rule to leave out, such as SW15; may be given again.")  # fmt: skip
@click.option("--longest", default=100, show_default=True, type=Whole(1),
              help="Characters of a formula that is fit to read.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lint(book, list_rules, ignore, longest, as_json):
    """Say what any BOOK, ours or not, has that the rules of good models advise against.

    The worst comes first: what is likely wrong, what is worth checking, then good practice.
    Exit code 0 where nothing is found, 1 where something is.
    """
    from dataclasses import asdict

    from ..workbook import WorkbookError
    from ..workbook.lint import lint as lint_book
    from ..workbook.lint import report, rules

    if (book is None) != list_rules:
        raise WorkbookError("lint takes a workbook, or --rules instead of one")
    if list_rules:
        listed = [{"id": one.id, "title": one.title, "cure": one.cure, "source": one.source}
                  for one in rules()]  # fmt: skip
        if as_json:
            click.echo(json.dumps(listed, indent=2))
            return
        for entry in listed:
            click.echo("{id} {title} ({source})\n     {cure}".format(**entry))
        return
    findings = lint_book(book, longest=longest, ignore=ignore)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in findings], indent=2))
    else:
        for line in report(findings):
            click.echo(line)
        for rule, cure in {one.rule: one.cure for one in findings}.items():
            click.echo(f"cure of {rule}: {cure}")
    if findings:
        click.echo(_many(len(findings), "finding"), err=True)
        sys.exit(1)
    click.echo("nothing found", err=as_json)


@main.command("presets")
def list_presets():
    """List the embedded cases that compare --preset takes."""
    from ..engine import presets

    for name, what in presets().items():
        click.echo(f"{name:<12} {what}")


@main.command()
@click.option("--markdown", is_flag=True, help="Print the reference in docs/functions.md.")
@click.option("--workbook", type=click.Path(), help="Write a workbook that calls each of them.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
def functions(markdown, workbook, force):
    """List the functions in cells."""
    from ..udfs.functions import FUNCTIONS
    from ..udfs.reference_page import reference
    from ..workbook.errors import WorkbookError

    if workbook is not None and markdown:
        raise WorkbookError("--markdown and --workbook are mutually exclusive")
    if workbook is not None:
        from ..udfs.functions_workbook import functions_book
        from ..workbook import workbook_bytes
        from ..workbook.comparison import refuse_kind, write_whole

        refuse_kind(workbook)
        click.echo(f"wrote {write_whole(workbook, workbook_bytes(functions_book()), force=force)}")
    elif markdown:
        click.echo(reference(), nl=False)
    else:
        for function in FUNCTIONS:
            click.echo(f"{function.signature}\n    {function.does}")


for command in (simulate, sensitivity, solve, addin):
    main.add_command(command)
