"""Every rule applied to a workbook, what is alike put together."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import WorkbookError
from ..ooxml.cell_references import Position
from . import cell_rules, formula_rules, hidden_rules, series_rules, sheet_rules, total_rules
from .facts import Facts, read_facts
from .rule import RULES, SEVERITIES, Options, Rule, Violation, cell_name, sheet_name

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # a finding is one line
_LONGEST = 250  # characters of a place or cause
_MODULES = (cell_rules, formula_rules, hidden_rules, series_rules, sheet_rules, total_rules)
# Among findings as bad as each other: what was typed over, then what computes something else.
_WORST = ("SW12", "SW28", "SW01", "SW10", "SW27", "SW06", "SW23", "SW24")


@dataclass(frozen=True)
class Finding:
    """A broken rule.

    Attributes
    ----------
    rule, cure : str
        Id of the rule, such as SW12, and how to cure what it finds.
    place, what : str
        The cell or block with its sheet, else where in words; and what is there.
    severity : str
        "high" is likely wrong, "medium" worth checking, "low" good practice.
    sheet : str
        Title of the sheet; "" for what concerns the whole workbook.
    cells : int
        Cells of the block.
    group : str
        Findings of one rule, sheet and group have one cause.
    """

    rule: str
    place: str
    what: str
    cure: str
    severity: str = "low"
    sheet: str = ""
    cells: int = 1
    group: str = ""


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
        The worst first, then in the order of sheets; neighbours with the same cause are one block.

    Raises
    ------
    WorkbookError
        Not a workbook, not safe to open or damaged, or a rule to ignore that does not exist.
    """
    for name in ignore:
        if name not in RULES:
            raise WorkbookError(f"no rule is called {name!r}; there are SW01 to {max(RULES)}")
    return findings(read_facts(path), longest=longest, ignore=ignore)


def findings(facts: Facts, *, longest: int = 100, ignore: Collection[str] = ()) -> list[Finding]:
    """Findings of every rule on a workbook that was read; as :func:`lint` gives them."""
    options = Options(longest)
    titles = {grid.title: grid.number for grid in facts.grids}
    found = [
        (SEVERITIES.index(one.severity), _rank(one.rule), titles.get(one.sheet, -1), n, one)
        for rule in rules()
        if rule.id not in ignore
        for n, one in enumerate(_grouped(rule, rule.check(facts, options), titles))
    ]
    return [one for *_, one in sorted(found, key=lambda each: each[:-1])]


def _rank(name: str) -> int:
    """Where a rule comes among others as bad."""
    return _WORST.index(name) if name in _WORST else len(_WORST) + int(name[2:])


def _grouped(rule: Rule, found: Iterable[Violation], titles: dict[str, int]) -> Iterator[Finding]:
    """Findings of a rule; neighbouring cells with the same cause as one block."""

    def finding(
        what: str, place: str, severity: str, sheet: str, cells: int, cause: str
    ) -> Finding:
        place, what = _CONTROLS.sub(" ", place), _CONTROLS.sub(" ", what)
        place, cause = place[:_LONGEST], _CONTROLS.sub(" ", cause)[:_LONGEST]
        return Finding(
            rule.id, place, what, rule.cure, severity or rule.severity, sheet, cells, cause
        )

    sheets = {sheet_name(title): title for title in titles}
    cells: dict[tuple[str, str, str], dict[Position, str]] = {}
    for one in found:
        if one.sheet:
            key = (one.sheet, one.severity, one.cause or one.what)
            cells.setdefault(key, {})[one.row, one.column] = one.what
        else:
            sheet = sheets.get(one.where.rpartition("!")[0] or one.where, "")
            yield finding(one.what, one.where, one.severity, sheet, 1, one.what)
    blocks = [
        (titles[sheet], first, last, sheet, severity, cause, places[first])
        for (sheet, severity, cause), places in cells.items()
        for first, last in _blocks(set(places))
    ]
    for _, first, last, sheet, severity, cause, what in sorted(blocks):
        size = (last[0] - first[0] + 1) * (last[1] - first[1] + 1)
        yield finding(what, cell_name(sheet, first, last), severity, sheet, size, cause)


def _blocks(places: set[Position]) -> Iterator[tuple[Position, Position]]:
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
