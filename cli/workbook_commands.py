"""The commands about a workbook: ``read``, ``check``, ``calc`` and ``lint``."""

import json
import sys
from pathlib import Path

import click

from . import options
from .numbers import Whole
from .printed_tables import counted

_BOOK = click.argument("book", type=click.Path(path_type=Path))


@click.command(short_help="Print the scenario that a workbook holds now.")
@_BOOK
@click.option("-o", "--output", type=click.Path(), help="TOML file to write; without it, print it.")
@options.force
def read(book: Path, output: str | None, force: bool) -> None:
    """Print the scenario of a comparison workbook BOOK as TOML, with inputs changed since."""
    import tomli_w

    from ..workbook.atomic_write import atomic_write
    from ..workbook.read_back import read as read_workbook

    text = tomli_w.dumps(read_workbook(book).to_dict())
    if output:
        click.echo(f"wrote {atomic_write(output, text.encode(), force=force)}")
    else:
        click.echo(text, nl=False)


@click.command(short_help="List cells of a comparison workbook that differ from the engine.")
@_BOOK
def check(book: Path) -> None:
    """Recompute a comparison workbook BOOK with the engine, and list every cell that differs.

    Exit code 0 where all agree, 1 where some differ.
    """
    from ..workbook.stale_outputs import check as differences_of

    differences = differences_of(book)
    for one in differences:
        click.echo(f"{one.cell}: {one.what} {one.found}; the engine has {one.expected}")
    if differences:
        click.echo(counted(len(differences), "difference"), err=True)
        sys.exit(1)
    click.echo("every formula cell agrees with the engine")


@click.command(short_help="Compute a workbook that calls the functions, without Excel.")
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

    Only these get new values; everything else in the file stays. Cells that cannot be computed
    with certainty keep their values and are listed with the reason: exit code 1, else 0. A BOOK
    that calls none of the functions is left alone, and nothing is written. Needs the extra calc.
    """
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


@click.command(short_help="List the rules of good models that a workbook breaks.")
@click.argument("book", required=False, type=click.Path(path_type=Path))
@click.option("--rules", "list_rules", is_flag=True, help="List the rules instead.")
@click.option(
    "--ignore",
    multiple=True,
    metavar="RULE",
    help="A rule to leave out, such as SW15; may be given again.",
)
@click.option(
    "--longest",
    default=100,
    show_default=True,
    type=Whole(1),
    help="Characters of a formula that is still fit to read.",
)
@options.as_json
def lint(
    book: Path | None, list_rules: bool, ignore: tuple[str, ...], longest: int, as_json: bool
) -> None:
    """List what any workbook BOOK, ours or not, has that the rules of good models advise against.

    The worst comes first: what is likely wrong, what is worth checking, then good practice.
    Exit code 0 where nothing is found, 1 where something is.
    """
    from ..workbook.errors import WorkbookError

    if list_rules and book is None:
        _print_rules(as_json)
    elif book is None or list_rules:
        raise WorkbookError("lint takes a workbook, or --rules instead of one")
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
    """Print what is found, and return how much it is."""
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
