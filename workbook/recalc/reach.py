"""What each formula may read, and which formulas depend on others: an upper bound of both."""

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..errors import WorkbookError
from ..ooxml.cell_references import LAST_COLUMN, LAST_ROW, Area, Reference, area_of, parse_reference
from ..ooxml.formula_tokens import FormulaError, Kind, Token, function_name, tokens
from .source_workbook import Cell, SourceWorkbook

_WHOLE = (1, 1, LAST_ROW, LAST_COLUMN)
_MACRO = re.compile(r"GET\..*|EVALUATE|FILES")  # Excel 4 macros in names: may read anything
_SUMS = {"SUMIF", "AVERAGEIF"}
_NAMES_MAX = 200
_NARROW, _FEW = 4, 4_096  # columns that are indexed one by one; cells that are looked up
_LINKS_MAX = 2_000_000


class Reach(NamedTuple):
    """The cells that a formula may read.

    Attributes
    ----------
    areas : list of (str, (int, int, int, int))
        Titles of sheets, and areas on them.
    calls : frozenset of str
        The functions that it calls, directly or in names that it uses.
    anything : str
        Why it may read any cell of the workbook, in words; "" if it may not.
    """

    areas: list[tuple[str, Area]]
    calls: frozenset[str]
    anything: str = ""


class Mentions(NamedTuple):
    """What a formula mentions, without its structure.

    Attributes
    ----------
    references : tuple of Reference
    names : tuple of str
        Names, with their sheets in front as they are written.
    calls : frozenset of str
        Functions in capitals, without the prefixes with which files store newer ones.
    joined : bool
        Whether references are put together from others, such as A1:INDEX(B:B,3).
    indirect : tuple of str or None
        For each INDIRECT the text that stands alone in it, and says what it reads; None for
        any other argument.
    """

    references: tuple[Reference, ...]
    names: tuple[str, ...]
    calls: frozenset[str]
    joined: bool
    indirect: tuple[str | None, ...] = ()


@functools.lru_cache(2_000)
def mentions(text: str) -> Mentions:
    """What a formula mentions.

    Raises
    ------
    FormulaError
        It cannot be understood.
    """
    found = tokens(text)
    unknown = next((one.text for one in found if one.kind in (Kind.TABLE, Kind.UNKNOWN)), None)
    if unknown is not None:
        raise FormulaError(f"cannot be understood at {unknown[:20]!r}")
    references = (parse_reference(text) for kind, text in found if kind == Kind.REFERENCE)
    calls = [(n, function_name(text)) for n, (kind, text) in enumerate(found) if kind == Kind.CALL]
    return Mentions(
        tuple(one for one in references if one is not None),
        tuple(text for kind, text in found if kind == Kind.NAME),
        frozenset(name for _, name in calls),
        Token(Kind.INFIX, ":") in found,
        tuple(_only_text(found[n + 1 : n + 3]) for n, name in calls if name == "INDIRECT"),
    )


def _only_text(following: list[Token]) -> str | None:
    """The text that is a call's only argument, from the tokens after its beginning."""
    kinds = [one.kind for one in following]
    return following[0].text if kinds == [Kind.TEXT, Kind.CLOSE] else None


def reach(book: SourceWorkbook, cell: Cell) -> Reach:
    """The cells that the formula of a cell may read."""
    formula = book.formulas[cell]
    if formula.kind == "table":
        top, left, bottom, right = formula.area
        edges = (max(top - 1, 1), max(left - 1, 1), bottom, right)
        inputs = [area_of(one.replace("$", "")) for one in book.inputs(cell)]
        return Reach([(cell.title, area) for area in (edges, *inputs)], frozenset())
    try:
        text, down, right = book.text(cell)
        areas: list[tuple[str, Area]] = []
        calls: set[str] = set()
        anything = _Collector(book, cell, areas, calls).collect(mentions(text), (down, right))
    except (FormulaError, WorkbookError) as error:
        return Reach([], frozenset(), str(error))
    return Reach(areas, frozenset(calls), anything)


class _Collector:
    """Collects what a formula mentions, and the names that it uses."""

    def __init__(
        self, book: SourceWorkbook, cell: Cell, areas: list[tuple[str, Area]], calls: set[str]
    ) -> None:
        self._book, self._cell, self._areas, self._calls = book, cell, areas, calls
        self._seen: set[tuple[str, bool]] = set()

    def collect(self, found: Mentions, offset: tuple[int, int], whole: bool = False) -> str:
        """Add what a formula mentions; the reason why it may read anything, "" if it may not.

        With ``whole`` it may read any cell of the sheets that it mentions.
        """
        book, cell = self._book, self._cell
        self._calls |= found.calls
        whole = whole or found.joined or "OFFSET" in found.calls
        refs, names = list(found.references), list(found.names)
        for text in found.indirect:
            try:
                inside = None if text is None else mentions(text[1:-1].replace('""', '"'))
            except FormulaError:
                inside = None
            if inside is None or inside.calls or not (inside.references or inside.names):
                return "calls INDIRECT, which may read any cell"
            refs += inside.references
            names += inside.names
        if any(_MACRO.fullmatch(call) for call in found.calls):
            return "calls a macro function, which may read any cell"
        for ref in refs if _SUMS.isdisjoint(found.calls) else _widened(refs):
            titles = book.titles_of(ref.sheet) if ref.sheet else [cell.title]
            for title in titles or ():  # none in another workbook or a sheet that is gone
                self._areas.append((title, _WHOLE if whole else ref.moved(*offset)))
        for name in names:
            text = book.named(name, cell.title)
            if text is None or (name, whole) in self._seen:
                continue
            self._seen.add((name, whole))
            if len(self._seen) > _NAMES_MAX:
                return f"uses over {_NAMES_MAX} names"
            # A name's own references count from A1.
            why = self.collect(mentions(text), (cell.position[0] - 1, cell.position[1] - 1), whole)
            if why:
                return why
        return ""


def _widened(refs: list[Reference]) -> list[Reference]:
    """References as SUMIF reads them: SUMIF(A1:A9,1,B1) sums B1:B9, as large as the other range."""
    rows = max((ref.area[2] - ref.area[0] for ref in refs), default=0)
    columns = max((ref.area[3] - ref.area[1] for ref in refs), default=0)
    return [
        ref._replace(
            area=(top, left, min(top + rows, LAST_ROW), min(left + columns, LAST_COLUMN)),
            fixed=(*ref.fixed[:2], *ref.fixed[:2]),
        )
        for ref in refs
        for top, left, _, _ in (ref.area,)
    ]


class Readers:
    """An index of the formulas that read a cell, by the areas that they read."""

    def __init__(self) -> None:
        self._blocks: dict[tuple[str, int, int, int], list[tuple[int, int, Cell]]] = defaultdict(
            list
        )
        self._all: dict[str, list[tuple[Area, Cell]]] = defaultdict(list)

    def add(self, title: str, area: Area, reader: Cell) -> None:
        """Add a formula that reads an area."""
        top, left, bottom, right = area
        self._all[title].append((area, reader))
        columns = range(left, right + 1) if right - left < _NARROW else (0,)
        for level, index in _blocks(top, bottom + 1):
            for column in columns:
                self._blocks[title, column, level, index].append((left, right, reader))

    def of(self, title: str, area: Area, *, take: bool = False) -> Iterator[Cell]:
        """The formulas that read any cell of an area, some of them more than once.

        With ``take`` they are removed from the index, so that each is visited once.
        """
        top, left, bottom, right = area
        if (bottom - top + 1) * (right - left + 1) > _FEW:
            for (first, begin, last, end), reader in self._all[title]:
                if first <= bottom and last >= top and begin <= right and end >= left:
                    yield reader
            return
        blocks = self._blocks
        for row in range(top, bottom + 1):
            for level in range(LAST_ROW.bit_length() + 1):
                index = row >> level
                for column in range(left, right + 1):
                    key = (title, column, level, index)
                    if key in blocks:
                        yield from (one[2] for one in (blocks.pop(key) if take else blocks[key]))
                wide = blocks.get((title, 0, level, index), ())
                hit = [one for one in wide if one[0] <= right and one[1] >= left]
                if hit and take:
                    blocks[title, 0, level, index] = [
                        one for one in wide if one[0] > right or one[1] < left
                    ]
                yield from (one[2] for one in hit)


def _blocks(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Levels and indices of blocks of 1, 2, 4, ... rows that make up a range of rows."""
    level = 0
    while start < end:
        if start & 1:
            yield level, start
            start += 1
        if end & 1:
            end -= 1
            yield level, end
        start, end, level = start >> 1, end >> 1, level + 1


def closure(readers: Readers, start: Iterable[Cell], areas: dict[Cell, Area]) -> dict[Cell, Cell]:
    """The formulas that depend on some cells, each with a formula that it reads.

    Parameters
    ----------
    readers : Readers
        Emptied on the way.
    start : iterable of Cell
        The cells on which others depend; they are not in the result.
    areas : dict of Cell to area
        What each formula fills, where that is more than its own cell.
    """
    found: dict[Cell, Cell] = {}
    waiting = [*start]
    first = set(waiting)
    while waiting:
        cell = waiting.pop()
        area = areas.get(cell, (*cell.position, *cell.position))
        for reader in readers.of(cell.title, area, take=True):
            if reader not in found and reader not in first:
                found[reader] = cell
                waiting.append(reader)
    return found


def ordered(
    readers: Readers, cells: set[Cell], areas: dict[Cell, Area]
) -> tuple[list[Cell], set[Cell], dict[Cell, set[Cell]]]:
    """Formulas in an order in which each comes after those that it reads.

    Returns
    -------
    list of Cell
        In that order.
    set of Cell
        Formulas that are circular, or depend on one that is.
    dict of Cell to set of Cell
        The formulas that read each.

    Raises
    ------
    WorkbookError
        Too many links between them.
    """
    following: dict[Cell, set[Cell]] = {}
    before = dict.fromkeys(cells, 0)
    links = 0
    for cell in cells:
        area = areas.get(cell, (*cell.position, *cell.position))
        following[cell] = {one for one in readers.of(cell.title, area) if one in cells}
        links += len(following[cell])
        if links > _LINKS_MAX:
            raise WorkbookError(
                f"over {_LINKS_MAX:,} links between the cells that depend on the functions"
            )
        for one in following[cell]:
            before[one] += 1
    order = sorted(cell for cell, count in before.items() if not count)
    for cell in order:  # grows
        for one in sorted(following[cell]):
            before[one] -= 1
            if not before[one]:
                order.append(one)
    return order, cells - {*order}, following
