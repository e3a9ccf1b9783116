"""Lists to search, for the commands ``inputs``, ``measures``, ``worktypes`` and ``lines``."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from . import options
from .completion import Complete

if TYPE_CHECKING:
    from ..engine.reference import Row


class Listing(NamedTuple):
    """How a list is asked for: by options of the command line.

    Attributes
    ----------
    words : tuple of str
        A name, or words to search for; empty for the whole list.
    as_json : bool
    csv : str or None
        CSV file to write.
    force : bool
    """

    words: tuple[str, ...]
    as_json: bool
    csv: str | None
    force: bool


def listing(names: Complete) -> Callable[[options.Command], options.Command]:
    """Decorator that adds the argument WORD and the options --json, --csv and --force."""
    argument = click.argument("words", metavar="[WORD]...", nargs=-1, shell_complete=names)
    csv = click.option("--csv", type=click.Path(), help="CSV file to write instead of printing.")
    return lambda command: argument(options.as_json(csv(options.force(command))))


def print_listing(
    what: str,
    found: "Sequence[Row]",
    asked: Listing,
    lines_of: "Callable[[Row], Iterator[str]]",
    details_of: "Callable[[Row], Iterator[str]]",
    elsewhere: Sequence[str] = (),
) -> None:
    """Print the rows asked for, or write them.

    Parameters
    ----------
    what : str
        What a row is, for messages: "input".
    found : sequence of rows
        All of them.
    asked : Listing
    lines_of : callable
        Gives the lines that are printed below the name of a row in a list.
    details_of : callable
        Gives the lines that are printed of the only row, if it is asked for by its name.
    elsewhere : sequence of str
        Names that another list has, to suggest.
    """
    options.refuse_idle_force(asked.force, "--csv", asked.csv)
    if asked.as_json and asked.csv is not None:
        raise click.UsageError("--json and --csv are mutually exclusive; give one")
    if asked.csv is not None and Path(asked.csv).suffix.lower() != ".csv":
        raise click.UsageError(f"--csv is {asked.csv}; it must be a file that ends in .csv")
    exact = [row for row in found if " ".join(asked.words) == row.name]
    rows = exact or _searched(what, found, asked.words, elsewhere)
    if asked.csv is not None:
        _write_csv(rows, asked.csv, asked.force)
    elif asked.as_json:
        click.echo(json.dumps([row._asdict() for row in rows], indent=2))
    elif exact:
        for line in details_of(exact[0]):
            click.echo(line)
    else:
        for row in rows:
            click.echo(row.name)
            for line in lines_of(row):
                click.echo(f"    {line}")


def _searched(
    what: str, found: "Sequence[Row]", words: tuple[str, ...], elsewhere: Sequence[str]
) -> "list[Row]":
    """The rows with all of some words in their texts; an error if there are none."""
    from ..engine.errors import DomainError
    from ..engine.model import nearest
    from ..engine.reference import matching

    rows = matching(found, words)
    if not rows:
        text = " ".join(words)
        if hint := nearest(text, [*(row.name for row in found), *elsewhere]):
            raise DomainError(f"no {what} is called {text!r}{hint}")
        raise DomainError(f"no {what} is called {text!r}, and no text of one has these words")
    return rows


def _write_csv(rows: "Sequence[Row]", path: str, force: bool) -> None:
    from ..workbook.atomic_write import atomic_write
    from ..workbook.bulk.csv_cells import csv_bytes

    table = [[*rows[0]._fields], *([_cell(value) for value in row] for row in rows)]
    data = csv_bytes(table)
    click.echo(f"wrote {atomic_write(path, data, force=force)}")


def _cell(value: Any) -> Any:
    """A value as the text of one cell."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return "; ".join(str(one) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{name} {one}" for name, one in value.items())
    return "" if value is None else value
