"""The commands that take a workbook: ``read``, ``check``, ``calc`` and ``lint``."""

import json
import sys
from pathlib import Path

import click

from . import completion, options
from .numbers import Whole
from .printed_tables import counted

_BOOK = click.argument("book", type=click.Path(path_type=Path))


@click.command(short_help="The scenario of a workbook, as edited in Excel.")
@_BOOK
@click.option("-o", "--output", type=click.Path(), help="TOML file to write instead of printing.")
@options.force
def read(book: Path, output: str | None, force: bool) -> None:
    """Print the scenario of a comparison workbook BOOK as TOML, with the inputs as edited."""
    import tomli_w

    from ..workbook.atomic_write import atomic_write
    from ..workbook.read_back import read as read_workbook

    options.refuse_idle_force(force, "--output", output)
    text = tomli_w.dumps(read_workbook(book).to_dict())
    if output:
        click.echo(f"wrote {atomic_write(output, text.encode(), force=force)}")
    else:
        click.echo(text, nl=False)


@click.command(short_help="Recompute a workbook outside Excel; list what differs.")
@_BOOK
@options.as_json
def check(book: Path, as_json: bool) -> None:
    """Recompute a comparison workbook BOOK with the engine, and list every cell that differs.

    The exit code is 0 if all agree and 1 if some differ. With --json a list is printed, empty if
    all agree: of each cell what differs (its value or its formula), what was found and expected.
    """
    from ..workbook.stale_outputs import check as differences_of

    differences = differences_of(book)
    if as_json:
        click.echo(json.dumps([one._asdict() for one in differences], indent=2))
    else:
        for one in differences:
            click.echo(f"{one.cell}: {one.what} {one.found}; the engine has {one.expected}")
    if differences:
        click.echo(counted(len(differences), "difference"), err=True)
        sys.exit(1)
    click.echo("every formula cell agrees with the engine", err=as_json)


@click.command(short_help="Compute the functions in a workbook, without Excel.")
@_BOOK
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Workbook to write; by default BOOK itself, which needs --force.",
)
@options.force
def calc(book: Path, output: Path | None, force: bool) -> None:
    """Compute the cells of any workbook BOOK that depend on functions of Shorewise.

    Only these get new values; everything else in the file stays as it is. Cells that cannot be
    computed with certainty keep their values and are listed with the reason; the exit code is then
    1, otherwise 0. If BOOK calls none of the functions, nothing is written. Needs the extra calc.
    """
    from ..engine.errors import require

    require("calc", "computing a workbook")
    from ..udfs.recalculation import calc as compute

    done = compute(book, output, force=force)
    if done.path is None:
        message = f"{book}: calls no function of Shorewise; nothing to compute, nothing written"
        click.echo(message, err=True)
        return
    for one in done.skipped:
        click.echo(f"{one.cell}: not computed: {one.reason}; keeps its value")
    if done.proof:
        click.echo(done.proof, err=True)
    click.echo(f"wrote {done.path}: {done.computed:,} formula cells computed", err=True)
    if done.skipped:
        click.echo(f"{counted(len(done.skipped), 'cell')} not computed", err=True)
        sys.exit(1)


@click.command(short_help="Check any workbook against rules of good modelling.")
@click.argument("book", required=False, type=click.Path(path_type=Path))
@click.option("--rules", "list_rules", is_flag=True, help="List the rules instead.")
@click.option(
    "--ignore",
    multiple=True,
    metavar="RULE",
    shell_complete=completion.rules,
    help="A rule to skip, such as SW15; may be repeated.",
)
@click.option(
    "--longest",
    default=100,
    show_default=True,
    type=Whole(1),
    help="Maximum length of a formula, in characters.",
)
@options.as_json
def lint(
    book: Path | None, list_rules: bool, ignore: tuple[str, ...], longest: int, as_json: bool
) -> None:
    """Check any workbook BOOK, ours or not, against the rules of good modelling practice.

    Findings are sorted by severity: likely wrong, worth checking, good practice.
    The exit code is 0 if there are no findings and 1 if there are some.
    """
    from ..workbook.errors import WorkbookError

    if list_rules and book is None:
        _print_rules(as_json)
    elif book is None or list_rules:
        raise WorkbookError("lint takes either a workbook or --rules")
    elif _print_findings(book, ignore, longest, as_json):
        sys.exit(1)


def _print_rules(as_json: bool) -> None:
    from ..workbook.lint import rules

    keys = ("id", "title", "cure", "source")
    listed = [{key: getattr(one, key) for key in keys} for one in rules()]
    if as_json:
        click.echo(json.dumps(listed, indent=2))
        return
    for entry in listed:
        click.echo("{id} {title} ({source})\n     {cure}".format(**entry))


def _print_findings(book: Path, ignore: tuple[str, ...], longest: int, as_json: bool) -> int:
    """Print the findings and return their number."""
    from dataclasses import asdict

    from ..workbook.lint import lint as findings_of
    from ..workbook.lint import report

    findings = findings_of(book, longest=longest, ignore=ignore)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in findings], indent=2))
    else:
        for line in report(findings):
            click.echo(line)
        for rule, cure in {one.rule: one.cure for one in findings}.items():
            click.echo(f"cure of {rule}: {cure}")
    if findings:
        click.echo(counted(len(findings), "finding"), err=True)
    else:
        click.echo("nothing found", err=as_json)
    return len(findings)
