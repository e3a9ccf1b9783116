"""The table of rules: what each looks for, how to cure it, where it comes from."""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from openpyxl.utils import get_column_letter

from ..ooxml.cell_references import Position

if TYPE_CHECKING:
    from .facts import Facts, Grid


class Options(NamedTuple):
    """What a user may set: the length of a formula that is still fit to read."""

    longest: int = 100


class Violation(NamedTuple):
    """One place where a rule is broken: a cell of a sheet, or outside_cells in words.

    ``severity`` is "" where it is that of the rule. Cells with the same ``cause``, else the same
    ``what``, are put together; the first of them says what is there.
    """

    what: str
    sheet: str = ""
    row: int = 0
    column: int = 0
    where: str = ""
    severity: str = ""
    cause: str = ""


Check = Callable[["Facts", Options], Iterable[Violation]]


class Rule(NamedTuple):
    """A rule; ``source`` is a clause of a standard, or practice.

    ``severity`` is that of its findings: "high" for what makes a result wrong, "medium" for what
    may, "low" for what makes the workbook harder to read or to guard.
    """

    id: str
    title: str
    cure: str
    source: str
    severity: str
    check: Check


SEVERITIES = ("high", "medium", "low")  # worst first
RULES: dict[str, Rule] = {}


def rule(
    number: str, title: str, cure: str, source: str, severity: str = "low"
) -> Callable[[Check], Check]:
    """Decorator that puts a check into the table."""

    def register(check: Check) -> Check:
        if number in RULES:
            raise ValueError(f"{number} is registered twice")
        RULES[number] = Rule(number, title, cure, source, severity, check)
        return check

    return register


def cell_name(title: str, position: Position, last: Position | None = None) -> str:
    """A cell or block with its sheet, as a formula would name it."""
    first, end = (
        f"{get_column_letter(column)}{row}" for row, column in (position, last or position)
    )
    return f"{sheet_name(title)}!{first if first == end else f'{first}:{end}'}"


def sheet_name(title: str) -> str:
    """A sheet's title, in quotes where a formula would need them."""
    if re.fullmatch(r"[^\W\d]\w*", title) and not re.fullmatch(r"[A-Za-z]{1,3}[0-9]+", title):
        return title
    return "'" + title.replace("'", "''") + "'"


def in_cell(
    grid: "Grid", position: Position, what: str, severity: str = "", cause: str = ""
) -> Violation:
    """Something found in a cell."""
    return Violation(what, grid.title, *position, severity=severity, cause=cause)


def outside_cells(where: str, what: str, severity: str = "") -> Violation:
    """Something found elsewhere: in a sheet, a name, the workbook."""
    return Violation(what, where=where, severity=severity)
