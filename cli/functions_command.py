"""The command ``functions``, which lists the functions for Excel cells."""

import click

from . import options


@click.command(short_help="The functions for Excel cells.")
@click.option(
    "--markdown", is_flag=True, help="Print the reference as Markdown, as in docs/functions.md."
)
@click.option("--workbook", type=click.Path(), help="Write a workbook that calls every function.")
@options.force
def functions(markdown: bool, workbook: str | None, force: bool) -> None:
    """List the functions for Excel cells."""
    from ..udfs.functions import FUNCTIONS
    from ..workbook.errors import WorkbookError

    options.refuse_idle_force(force, "--workbook", workbook)
    if workbook is not None and markdown:
        raise WorkbookError("--markdown and --workbook are mutually exclusive")
    if workbook is not None:
        _write_workbook(workbook, force)
    elif markdown:
        from ..udfs.reference_page import reference

        click.echo(reference(), nl=False)
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
