"""The command ``lines``."""

import inspect
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from . import completion
from .listings import Listing, listing, print_listing

if TYPE_CHECKING:
    from ..engine.reference import LineRow


@click.command(short_help="The calculations of the model, line by line.")
@listing(completion.lines)
@click.option("--markdown", is_flag=True, help="Print the reference in docs/lines.md.")
def lines(
    words: tuple[str, ...], as_json: bool, csv: str | None, force: bool, markdown: bool
) -> None:
    """List the lines of the model, or those with every WORD in their name, label or meaning.

    The name of a line as the only WORD explains it.
    """
    from ..engine import INPUTS
    from ..engine.errors import DomainError
    from ..engine.reference import line_rows

    if markdown and (words or as_json or csv):
        raise click.UsageError("--markdown prints the whole reference; give it alone")
    if markdown:
        from ..udfs.lines_page import lines_reference

        click.echo(lines_reference(), nl=False)
        return
    name, asked = " ".join(words), Listing(words, as_json, csv, force)
    names = [entry.name for entry in INPUTS]
    if name in names:
        raise DomainError(f"{name} is an input; shorewise inputs {name} explains it")
    print_listing("line", line_rows(), asked, _about, _explained, elsewhere=names)


def _about(row: "LineRow") -> Iterator[str]:
    yield f"{row.label}: {row.meaning}"


def _explained(row: "LineRow") -> Iterator[str]:
    from ..engine import default_model

    yield f"{row.label}: {inspect.getdoc(default_model().lines[row.name].function)}"
