"""The registry of rules: what each finds, how to correct it, and its source."""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from openpyxl.utils import get_column_letter

from ..ooxml.cell_references import Position

if TYPE_CHECKING:
    from .facts import Facts, Grid


class Options(NamedTuple):
    """Settings of the linter; ``longest`` is the maximum length of a formula, in characters."""

    longest: int = 100


class Violation(NamedTuple):
    """A violation of a rule in one cell, or in ``where`` if it is not in a cell.

    ``severity`` is "" if it is that of the rule. Cells with the same ``cause`` (by default
    ``what``) are grouped, and the first of them gives the message.
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
    """A rule; ``source`` is a clause of a standard, or "practice".

    ``severity`` is the default of its findings: "high" if a result is likely to be wrong, "medium"
    if it could be, "low" if the workbook is harder to read or to maintain.
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
    """Decorator that registers a check as a rule."""

    def register(check: Check) -> Check:
        if number in RULES:
            raise ValueError(f"{number} is registered twice")
        RULES[number] = Rule(number, title, cure, source, severity, check)
        return check

    return register


def cell_name(title: str, position: Position, last: Position | None = None) -> str:
    """Address of a cell or block, with its sheet, as in a formula."""
    first, end = (
        f"{get_column_letter(column)}{row}" for row, column in (position, last or position)
    )
    return f"{sheet_name(title)}!{first if first == end else f'{first}:{end}'}"


def sheet_name(title: str) -> str:
    """A sheet's title, quoted if a formula needs it."""
    if re.fullmatch(r"[^\W\d]\w*", title) and not re.fullmatch(r"[A-Za-z]{1,3}[0-9]+", title):
        return title
    return "'" + title.replace("'", "''") + "'"


def in_cell(
    grid: "Grid", position: Position, what: str, severity: str = "", cause: str = ""
) -> Violation:
    """A violation in a cell."""
    return Violation(what, grid.title, *position, severity=severity, cause=cause)


def outside_cells(where: str, what: str, severity: str = "") -> Violation:
    """A violation in a sheet, a name or the workbook as a whole."""
    return Violation(what, where=where, severity=severity)
