"""The table of rules: what each looks for, how to cure it, where it comes from."""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from openpyxl.utils import get_column_letter

if TYPE_CHECKING:
    from .facts import Facts, Grid

Place = tuple[int, int]


class Options(NamedTuple):
    """What a user may set: the length of a formula that is still fit to read."""

    longest: int = 100


class Found(NamedTuple):
    """One place where a rule is broken: a cell of a sheet, or somewhere in words."""

    what: str
    sheet: str = ""
    row: int = 0
    column: int = 0
    where: str = ""


Check = Callable[["Facts", Options], Iterable[Found]]


class Rule(NamedTuple):
    """A rule; ``source`` is a clause of a standard, or practice."""

    id: str
    title: str
    cure: str
    source: str
    check: Check


RULES: dict[str, Rule] = {}


def rule(number: str, title: str, cure: str, source: str) -> Callable[[Check], Check]:
    """Decorator that puts a check into the table."""

    def register(check: Check) -> Check:
        if number in RULES:
            raise ValueError(f"{number} is registered twice")
        RULES[number] = Rule(number, title, cure, source, check)
        return check

    return register


def cell_name(title: str, place: Place, last: Place | None = None) -> str:
    """A cell or block with its sheet, as a formula would name it."""
    first, end = (f"{get_column_letter(column)}{row}" for row, column in (place, last or place))
    return f"{sheet_name(title)}!{first if first == end else f'{first}:{end}'}"


def sheet_name(title: str) -> str:
    """A sheet's title, in quotes where a formula would need them."""
    if re.fullmatch(r"[^\W\d]\w*", title) and not re.fullmatch(r"[A-Za-z]{1,3}[0-9]+", title):
        return title
    return "'" + title.replace("'", "''") + "'"


def at(grid: "Grid", place: Place, what: str) -> Found:
    """Something found in a cell."""
    return Found(what, grid.title, *place)


def somewhere(where: str, what: str) -> Found:
    """Something found elsewhere: in a sheet, a name, the workbook."""
    return Found(what, where=where)
