"""The marked cells of one sheet of a template: what is repeated where, and what stands there."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..errors import WorkbookError
from ..layout.sheet import Plain
from ..ooxml.cell_references import Area, Position, address, holds
from ..ooxml.cell_values import ConstantText, SheetSlots, SheetXml
from ..ooxml.structured_references import Table
from .contents import MarkedCell
from .marks import holds as condition_holds
from .moved_references import copied, reads_line
from .result_names import ResultName
from .shifts import Insertion, shift

Read = Callable[[ResultName], Any]
Columns = Callable[[ResultName], Sequence[Any]]
"""The values of a name in one scenario after the other."""
Column = Sequence[Plain]
"""What a cell shows in one scenario after the other."""
Size = tuple[int, int]
_MERGED_END = re.compile(rb"</((?:\w+:)?)mergeCells\s*>")
_MERGED_COUNT = re.compile(rb"""(<(?:\w+:)?mergeCells\s[^>]*?\bcount\s*=\s*["'])([0-9]+)""")
_HIDDEN = re.compile(rb"""\s(?:hidden)\s*=\s*(?:"[^"]*"|'[^']*')""")


class Grid:
    """A sheet with marks, and the room that they need.

    Parameters
    ----------
    title : str
    sheet : SheetXml
        As the template has it.
    marked : sequence of (MarkedCell, (int, int))
        Its marked cells, each with how often it is repeated down and across.
    tables : sequence of Table
        Its tables of Excel.
    merged : sequence of (int, int, int, int)
        Its merged cells.

    Attributes
    ----------
    insertions : list of Insertion
        The rows and columns to insert before :meth:`place`.
    """

    def __init__(
        self,
        title: str,
        sheet: SheetXml,
        marked: Sequence[tuple[MarkedCell, Size]],
        tables: Sequence[Table],
        merged: Sequence[Area],
    ):
        self.title, self._sheet, self._marked, self._tables = title, sheet, marked, tables
        self._repeated = [
            (cell, size) for cell, size in marked if cell.repeated and not cell.defined
        ]
        self._positions = {cell.position for cell, _ in marked if not cell.defined}
        self._heights = self._most(0)
        self._widths = self._most(1)
        self._merged = merged
        self._blocks = {row: self._wide_block(row) for row in self._heights}
        self._sides = {at: self._reach(1, at, self._side(at)) for at in self._widths}
        below = {
            row: most - 1 - self._spare(row, self._blocks[row])
            for row, most in self._heights.items()
        }
        right = {column: most - 1 for column, most in self._widths.items()}
        self.insertions = [
            *(Insertion(title, "row", at, count) for at, count in sorted(below.items()) if count),
            *(Insertion(title, "column", at, count) for at, count in sorted(right.items())),
        ]
        self._shift = shift(self.insertions)
        self._slots: SheetSlots | None = None
        self._targets: list[list[Position]] = []
        self._merging: list[Area] = []
        self._row_tags: dict[int, tuple[bytes, bytes]] = {}
        self._copies: dict[Position, Plain] = {}
        self.formulas: dict[Position, str] = {}

    def _most(self, direction: int) -> dict[int, int]:
        """How often each row, or each column, is repeated."""
        found: dict[int, int] = {}
        for cell, size in self._repeated:
            at = cell.position[direction]
            found[at] = max(found.get(at, 1), size[direction])
        return {at: most for at, most in found.items() if most > 1}

    def _block(self, row: int) -> range:
        """Columns that are repeated with a row: from its first mark to its last, whole tables."""
        columns = [cell.position[1] for cell, _ in self._repeated if cell.position[0] == row]
        first, last = min(columns), max(columns)
        for table in self._tables:
            if any(holds(table.area, (row, column)) for column in columns):
                first, last = min(first, table.area[1]), max(last, table.area[3])
        return range(first, last + 1)

    def _side(self, column: int) -> range:
        """Rows that are repeated with a column: from its first mark to its last."""
        rows = [cell.position[0] for cell, size in self._repeated
                if cell.position[1] == column and size[1] > 1]  # fmt: skip
        return range(min(rows), max(rows) + 1)

    def _reach(self, direction: int, at: int, block: range) -> range:
        """A block with the formulas next to it that read cells of their own row, or column."""
        other = 1 - direction
        first, last = block[0], block[-1]
        while True:
            old = first, last
            for area in self._merged:
                if area[direction] <= at <= area[direction + 2]:
                    begin, end = area[other], area[other + 2]
                    if begin <= last and end >= first:
                        first, last = min(first, begin), max(last, end)
            first -= self._reads_own(direction, at, first - 1)
            last += self._reads_own(direction, at, last + 1)
            if (first, last) == old:
                return range(first, last + 1)

    def _reads_own(self, direction: int, at: int, beside: int) -> bool:
        """Whether there is a formula without a mark that reads cells of its own row, or column."""
        position = (beside, at) if direction else (at, beside)
        formula = self._sheet.formulas.get(position)
        if formula is None or formula.kind:
            return False
        return reads_line(self._formula_at(position), direction, at)

    def _formula_at(self, position: Position) -> str:
        """The formula of a cell as it reads there, also where another cell shares it; or ""."""
        formula = self._sheet.formulas.get(position)
        if formula is None or formula.text:
            return formula.text if formula else ""
        origin = self._sheet.origins.get(position, position)
        return copied(formula.repeats, position[0] - origin[0], position[1] - origin[1])

    def _wide_block(self, row: int) -> range:
        """The block of a row and formulas next to it, unless something else stands below these."""
        block = self._block(row)
        wide = self._reach(0, row, block)
        return wide if self._spare(row, wide) == self._spare(row, block) else block

    def _spare(self, row: int, block: range) -> int:
        """Blank rows of a table below its marked one: they are filled before any is inserted."""
        for table in self._tables:
            last = table.area[2] - table.totals_rows
            if table.area[0] <= row <= last and table.area[1] in block:
                count = 0
                while row + count < last and self._is_blank(row, row + count + 1, block):
                    count += 1
                return min(count, self._heights.get(row, 1) - 1)
        return 0

    def _is_blank(self, marked: int, row: int, columns: Iterable[int]) -> bool:
        """Whether a row has nothing but the formulas of the marked row."""
        for column in columns:
            here = self._formula_at((row, column))
            above = self._formula_at((marked, column))
            if here and here != copied(above, row - marked):
                return False
            if not here and self._sheet.value((row, column)) is not None:
                return False
        return True

    def moved(self, position: Position) -> Position:
        """Where a cell of the template stands after rows and columns were inserted."""
        return self._shift.rows.moved(position[0]), self._shift.columns.moved(position[1])

    def place(self, sheet: SheetXml) -> None:
        """Take the sheet with the rows and columns inserted; copy what is repeated with marks."""
        self._sheet = sheet
        self._targets = [self._targets_of(cell, size) for cell, size in self._marked]
        places = [(row, column) for row, block in self._blocks.items() for column in block]
        places += [(row, column) for column, side in self._sides.items() for row in side]
        for row, column in dict.fromkeys(places):
            if (row, column) not in self._positions:
                at = self.moved((row, column))
                down = self._heights[row] if column in self._blocks.get(row, ()) else 1
                across = self._widths[column] if row in self._sides.get(column, ()) else 1
                self._copy(
                    at,
                    [(at[0] + i, at[1] + j) for i in range(down) for j in range(across) if i or j],
                )

    def _new_merged(self) -> list[Area]:
        """Merged cells of a repeated row or column, once more for each repetition."""
        found = []
        for top, left, bottom, right in self._merged:
            first, last = self.moved((top, left)), self.moved((bottom, right))
            if top == bottom and left in self._blocks.get(top, ()):
                steps = [(down, 0) for down in range(1, self._heights[top])]
            elif left == right and top in self._sides.get(left, ()):
                steps = [(0, across) for across in range(1, self._widths[left])]
            else:
                continue
            for down, across in steps:
                found.append((first[0] + down, first[1] + across, last[0] + down, last[1] + across))
        return found

    def _copy(self, source: Position, targets: Iterable[Position]) -> None:
        """Note what stands in cells that repeat one without a mark: its formula or its value."""
        formula = self._sheet.formulas.get(source)
        if formula is not None and formula.kind:
            raise WorkbookError("an array formula stands beside a mark that is repeated")
        for target in targets:
            if formula is not None:
                origin = self._sheet.origins.get(source, source)
                text = formula.text or formula.repeats
                self.formulas[target] = copied(text, target[0] - origin[0], target[1] - origin[1])
            elif (value := self._sheet.value(source)) is not None:
                self._copies[target] = ConstantText(value) if type(value) is str else value

    @property
    def filled_cells(self) -> set[Position]:
        """All cells that get a value or a formula."""
        found = {*self._copies, *self.formulas}
        return found.union(*self._targets)

    def _targets_of(self, cell: MarkedCell, size: Size) -> list[Position]:
        """The cells that a marked one fills, row by row."""
        row, column = self.moved(cell.position)
        if cell.defined:
            bottom, right = self.moved((cell.area[2], cell.area[3]))
            return [(r, c) for r in range(row, bottom + 1) for c in range(column, right + 1)]
        down, across = (max(one, 1) for one in size)
        return [(row + i, column + j) for i in range(down) for j in range(across)]

    def columns(self, results: Columns, count: int) -> dict[Position, Column]:
        """What each cell shows in one scenario after the other.

        Parameters
        ----------
        results : callable
            The values of a name in the scenarios.
        count : int
            How many scenarios there are.

        Raises
        ------
        WorkbookError
            A defined name with too few cells.
        """
        found: dict[Position, Column] = {at: [one] * count for at, one in self._copies.items()}
        found |= {at: [None] * count for at in self.formulas}
        for (cell, size), targets in zip(self._marked, self._targets, strict=True):
            mark = cell.text.alone
            if cell.defined or mark is None or mark.form or len(mark.name.repeated) > 1:
                each = [self._cells(cell, size, targets, reader(results, n)) for n in range(count)]
                found |= {at: [one[at] for one in each] for at in each[0]}
            elif mark.name.repeated:
                # The usual cases, in a fraction of the time.
                found[targets[0]] = [None] * count
                by_row = zip(*results(mark.name), strict=True)
                found.update(zip(targets, map(_constants, by_row), strict=False))
            else:
                found[targets[0]] = _constants(results(mark.name))
        return found

    def _cells(
        self, cell: MarkedCell, size: Size, targets: Sequence[Position], read: Read
    ) -> dict[Position, Plain]:
        """What a marked cell fills in one scenario."""
        if cell.defined:
            return self._named(cell, targets, read)
        if cell.repeated:
            return self._repeat(cell, size, targets, read)
        return {targets[0]: _constant(cell.text.shown(read))}

    def _repeat(
        self, cell: MarkedCell, size: Size, targets: Sequence[Position], read: Read
    ) -> dict[Position, Plain]:
        mark = cell.repeated
        assert mark is not None
        down, across = size
        row, column = targets[0]
        found: dict[Position, Plain] = {(row, column): None}
        for i in range(down):
            for j in range(across):

                def at(name: ResultName, i: int = i, j: int = j) -> Any:
                    first, second = (j, i) if mark.across else (i, j)
                    value = read(name)
                    for place in (first, second)[: len(name.repeated)]:
                        value = value[place]
                    return value

                found[row + i, column + j] = _constant(cell.text.shown(at))
        return found

    def _named(
        self, cell: MarkedCell, targets: Sequence[Position], read: Read
    ) -> dict[Position, Plain]:
        """What fills the range of a defined name, down or, in one row, across."""
        (name,) = cell.text.names
        value = read(name)
        rows, columns = cell.area[2] - cell.area[0] + 1, cell.area[3] - cell.area[1] + 1
        found: dict[Position, Plain] = dict.fromkeys(targets, None)
        if not name.repeated:
            return found | {targets[0]: _constant(value)}
        lines = value if len(name.repeated) > 1 else [value] if rows == 1 else [[v] for v in value]
        if len(lines) > rows or (lines and len(lines[0]) > columns):
            raise WorkbookError(
                f"{cell.place}: {cell.defined} has {len(lines)} x {len(lines[0])} values, but "
                f"refers to {rows} x {columns} cells; let it refer to as many"
            )
        row, column = targets[0]
        for down, line in enumerate(lines):
            for right, one in enumerate(line):
                found[row + down, column + right] = _constant(one)
        return found

    def xml(self, columns: Mapping[Position, Column], results: Columns) -> Iterator[bytes]:
        """The XML of the sheet for one scenario after the other, of the same cells each time.

        Rows whose condition fails are hidden.
        """
        if self._slots is None:
            self._slots = self._sheet.slots(columns, formulas=self.formulas)
            self._merging = self._new_merged()
        conditions = [
            (condition, self.moved(cell.position)[0])
            for cell, _ in self._marked
            if (condition := cell.text.row_if) is not None
        ]
        for number, filled in enumerate(self._slots.filled_all(columns)):
            filled = _with_merged(filled, self._merging)
            for condition, row in conditions:
                if not condition_holds(condition, reader(results, number)):
                    filled = self._hidden(filled, row)
            yield filled

    def _hidden(self, xml: bytes, row: int) -> bytes:
        """The sheet with one more hidden row."""
        if row not in self._row_tags:
            self._row_tags[row] = _row_tags(xml, row)
        return xml.replace(*self._row_tags[row], 1)


def reader(results: Columns, number: int) -> Read:
    """The values of names in one of the scenarios."""
    return lambda name: results(name)[number]


def _with_merged(xml: bytes, areas: Sequence[Area]) -> bytes:
    """A sheet with further merged cells; it has some already."""
    end = _MERGED_END.search(xml) if areas else None
    if end is None:
        return xml
    new = b"".join(b'<%smergeCell ref="%s"/>' % (end[1], address(area).encode()) for area in areas)
    listed = xml[: end.start()] + new + xml[end.start() :]
    return _MERGED_COUNT.sub(lambda tag: tag[1] + b"%d" % (int(tag[2]) + len(areas)), listed, 1)


def _constants(column: Sequence[Any]) -> Column:
    return [ConstantText(one) if type(one) is str else one for one in column]


def _constant(value: Plain) -> Plain:
    return ConstantText(value) if isinstance(value, str) else value


def _row_tags(xml: bytes, row: int) -> tuple[bytes, bytes]:
    """The start tag of a row in a sheet, and that of the row hidden; empty without such a row."""
    tag = re.search(rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["']%d["'][^>]*>""" % row, xml)
    if tag is None:
        return b"", b""
    plain = _HIDDEN.sub(b"", tag[0])
    end = b"/>" if plain.endswith(b"/>") else b">"
    return tag[0], plain.removesuffix(end).rstrip() + b' hidden="1"' + end
