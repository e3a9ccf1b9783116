"""The command ``functions``."""

import sys

import click

from . import options


@click.command()
@click.option(
    "--check", "checking", is_flag=True, help="Look for what some version of Excel would refuse."
)
@click.option("--markdown", is_flag=True, help="Print the reference in docs/functions.md.")
@click.option(
    "--workbook", type=click.Path(), help="Write a workbook that calls every one of them."
)
@options.force
def functions(checking: bool, markdown: bool, workbook: str | None, force: bool) -> None:
    """List the functions for Excel cells.

    With --check, exit code 0 where nothing is found and 1 where something is.
    """
    from ..udfs.functions import FUNCTIONS
    from ..workbook.errors import WorkbookError

    if (workbook is not None) + markdown + checking > 1:
        raise WorkbookError("functions takes one of --check, --markdown and --workbook")
    if workbook is not None:
        _write_workbook(workbook, force)
    elif markdown:
        from ..udfs.reference_page import reference

        click.echo(reference(), nl=False)
    elif checking:
        _check()
    else:
        for function in FUNCTIONS:
            click.echo(f"{function.signature}\n    {function.does}")


def _write_workbook(path: str, force: bool) -> None:
    from ..udfs.functions_workbook import functions_book
    from ..workbook import workbook_bytes
    from ..workbook.atomic_write import atomic_write, refuse_kind

    refuse_kind(path)
    written = atomic_write(path, workbook_bytes(functions_book()), force=force)
    click.echo(f"wrote {written}")


def _check() -> None:
    from .. import udfs
    from ..udfs.functions import FUNCTIONS
    from ..udfs.registration_rules import lint

    found = lint((one, getattr(udfs, one.name)) for one in FUNCTIONS)
    for one in found:
        place = f"{one.function}, {one.argument}" if one.argument else one.function
        click.echo(f"{place}: {one.what}. {one.why} {one.cure}")
    if found:
        sys.exit(1)
    click.echo(f"{len(FUNCTIONS)} functions: nothing found")
