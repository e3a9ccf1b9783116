"""Applies every rule to a workbook and groups similar findings."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import WorkbookError
from ..ooxml.cell_references import Position
from . import cell_rules, formula_rules, hidden_rules, series_rules, sheet_rules, total_rules
from .facts import Facts, read_facts
from .rule import RULES, SEVERITIES, Options, Rule, Violation, cell_name, sheet_name

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # so that a finding fits on one line
_LONGEST = 250  # characters of an address or cause
_MODULES = (cell_rules, formula_rules, hidden_rules, series_rules, sheet_rules, total_rules)
# Order among findings of equal severity: overwritten formulas, then those likely to be wrong.
_WORST = ("SW12", "SW28", "SW01", "SW10", "SW27", "SW06", "SW23", "SW24")


@dataclass(frozen=True)
class Finding:
    """A violation of a rule, in one cell or block of cells.

    Attributes
    ----------
    rule, cure : str
        Id of the rule, such as SW12, and how to correct what it finds.
    place, what : str
        Address of the cell or block, or a description such as "workbook"; and what is wrong.
    severity : str
        "high" (likely wrong), "medium" (worth checking) or "low" (good practice).
    sheet : str
        Title of the sheet; "" if the finding concerns the whole workbook.
    cells : int
        Number of cells in the block.
    group : str
        Findings of the same rule, sheet and group have the same cause.
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
    """All rules, sorted by id."""
    return [RULES[name] for name in sorted(RULES)]


def lint(path: str | Path, *, longest: int = 100, ignore: Collection[str] = ()) -> list[Finding]:
    """Findings in a workbook that break the rules of good modelling practice.

    Parameters
    ----------
    path : path
        Any .xlsx or .xlsm file; no macro is run and no link is followed.
    longest : int
        Maximum length of a formula, in characters.
    ignore : collection of str
        Ids of rules to skip, such as "SW15".

    Returns
    -------
    list of Finding
        Sorted by severity, then by sheet; adjacent cells with the same cause are one finding.

    Raises
    ------
    WorkbookError
        The file is not a workbook, damaged or unsafe to open, or ``ignore`` names an unknown rule.
    """
    for name in ignore:
        if name not in RULES:
            raise WorkbookError(f"no rule is called {name!r}; the rules are SW01 to {max(RULES)}")
    return findings(read_facts(path), longest=longest, ignore=ignore)


def findings(facts: Facts, *, longest: int = 100, ignore: Collection[str] = ()) -> list[Finding]:
    """Findings of every rule in a workbook that has been read; see :func:`lint`."""
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
    """Sort key of a rule among those of equal severity."""
    return _WORST.index(name) if name in _WORST else len(_WORST) + int(name[2:])


def _grouped(rule: Rule, found: Iterable[Violation], titles: dict[str, int]) -> Iterator[Finding]:
    """Findings of a rule; adjacent cells with the same cause are one block."""

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
    """Cells merged into blocks: runs in a row, and equal runs in consecutive rows."""
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
