"""Every rule applied to a workbook, what is alike put together."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import WorkbookError
from . import cell_rules, formula_rules, sheet_rules
from .facts import read_facts
from .rule import RULES, Found, Options, Place, Rule, cell_name

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # a finding is one line
_MODULES = (cell_rules, formula_rules, sheet_rules)  # importing them fills the table


@dataclass(frozen=True)
class Finding:
    """A broken rule: its id, where, what is there, and how to cure it."""

    rule: str
    place: str
    what: str
    cure: str


def rules() -> list[Rule]:
    """Every rule, by id."""
    return [RULES[name] for name in sorted(RULES)]


def lint(path: str | Path, *, longest: int = 100, ignore: Collection[str] = ()) -> list[Finding]:
    """What any workbook has that the rules of good models advise against.

    Parameters
    ----------
    path : path
        Any .xlsx or .xlsm file; nothing in it is run or fetched.
    longest : int
        Characters of a formula that are still fit to read.
    ignore : collection of str
        Ids of rules to leave out.

    Returns
    -------
    list of Finding
        By rule, then in the order of sheets; neighbours with the same finding are one block.

    Raises
    ------
    WorkbookError
        Not a workbook, not safe to open or damaged, or a rule to ignore that does not exist.
    """
    for name in ignore:
        if name not in RULES:
            raise WorkbookError(f"no rule is called {name!r}; there are SW01 to {max(RULES)}")
    facts, options = read_facts(path), Options(longest)
    titles = {grid.title: grid.number for grid in facts.grids}
    return [
        Finding(rule.id, _CONTROLS.sub(" ", place), _CONTROLS.sub(" ", what), rule.cure)
        for rule in rules()
        if rule.id not in ignore
        for place, what in _together(rule.check(facts, options), titles)
    ]


def _together(found: Iterable[Found], titles: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Places and what is there; neighbouring cells with the same finding as one block."""
    cells: dict[tuple[str, str], set[Place]] = {}
    for one in found:
        if one.sheet:
            cells.setdefault((one.sheet, one.what), set()).add((one.row, one.column))
        else:
            yield one.where, one.what
    blocks = [
        (titles[sheet], first, last, sheet, what)
        for (sheet, what), places in cells.items()
        for first, last in _blocks(places)
    ]
    for _, first, last, sheet, what in sorted(blocks):
        yield cell_name(sheet, first, last), what


def _blocks(places: set[Place]) -> Iterator[tuple[Place, Place]]:
    """Cells as blocks: rows of neighbours, and such rows below each other."""
    runs: dict[tuple[int, int], list[int]] = {}
    for row, column in sorted(places):
        if (row, column - 1) in places:
            continue
        last = column
        while (row, last + 1) in places:
            last += 1
        runs.setdefault((column, last), []).append(row)
    for (left, right), rows in runs.items():
        top = rows[0]
        for n, row in enumerate(rows):
            if n + 1 == len(rows) or rows[n + 1] != row + 1:
                yield (top, left), (row, right)
                top = rows[n + 1] if n + 1 < len(rows) else row
