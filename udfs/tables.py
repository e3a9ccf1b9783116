"""Tables in ranges as people select them: blank rows, titles, headings by label, either way round.

Every cell keeps its place in the range, which messages name.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Self

from ..engine.errors import DomainError
from ..engine.model import nearest
from ..engine.reading.amounts import amount
from ..engine.reading.headings import Headings, currency_of_unit, plain_words
from .coerce import ERRORS, Cell, CellError, Rows, shown

_HEAD_LINES = 20  # one of the first rows or columns has the headings
_SAMPLE = 400  # cells of a line that are looked at: more than there are inputs
_LONGEST = 40  # characters of a heading that a message quotes
_CLOSE = 1e-9  # relative error of a sum
_CAPTIONS = {"value", "values"}
_UNITS = {"unit", "units"}
_REMARKS = {"note", "notes", "comment", "comments", "source", "sources", "remark", "remarks"}
_TOTALS = (
    *("total", "totals", "sum", "grand total", "subtotal", "sub total", "overall", "all sites"),
    *("average", "avg", "mean", "median", "weighted average", "weighted avg", "\u00f8"),
    *("\u03c3", "\u2211"),
    *("summe", "gesamt", "gesamtsumme", "zwischensumme", "insgesamt", "durchschnitt", "mittelwert"),
    *("somme", "sous total", "total general", "total g\u00e9n\u00e9ral", "moyenne"),
    *("totale", "somma", "media", "suma", "total geral", "promedio", "razem", "\u0142\u0105cznie"),
    *("totaal", "som", "gemiddelde", "summa", "totalt", "yhteens\u00e4", "celkem", "toplam"),
)
TOTALS = frozenset(_TOTALS)
_NOTE = re.compile(
    r"[*\u2020\u00b9\u00b2\u00b3]|(sources?|notes?|remarks?|as of|quellen?|anmerkung|hinweis)\b",
    re.IGNORECASE,
)


class Table(tuple[tuple[Cell, ...], ...]):
    """Rows of a range without its blank rows and columns, each cell with its place.

    Tables are equal if their cells are.
    """

    name: str
    _down: Sequence[int]
    _right: Sequence[int]
    _turned: bool
    _height: int
    _in_range = True

    @classmethod
    def of(cls, name: str, rows: Rows) -> Self:
        """The table in a range, or a table as it is.

        Raises
        ------
        CellError
            A cell holds an Excel error: the first, row by row.
        """
        if isinstance(rows, cls):
            return rows
        for cell in itertools.chain.from_iterable(rows):
            if cell in ERRORS:
                raise CellError(str(cell))
        down = [n for n, row in enumerate(rows) if any(cell is not None for cell in row)]
        columns = [*zip(*(rows[n] for n in down), strict=True)]
        right = [n for n, column in enumerate(columns) if any(cell is not None for cell in column)]
        kept = (tuple(rows[r][c] for c in right) for r in down)
        return cls._made(kept, name, down, right, len(rows))

    @classmethod
    def _made(
        cls,
        rows: Iterable[tuple[Cell, ...]],
        name: str,
        down: Sequence[int],
        right: Sequence[int],
        height: int,
        *,
        turned: bool = False,
    ) -> Self:
        found = cls(rows)
        found.name, found._down, found._right = name, down, right
        found._height, found._turned = height, turned
        return found

    def place(self, row: int, column: int = -1) -> str:
        """Where a cell or a row stands in the range, counted from 1, as messages name it."""
        if not self._in_range:
            return self.name
        words = ("column", "row") if self._turned else ("row", "column")
        parts = [f"{words[0]} {self._down[row] + 1}"]
        if column >= 0:
            parts.append(f"{words[1]} {self._right[column] + 1}")
        return ", ".join([self.name, *(reversed(parts) if self._turned else parts)])

    def turned(self) -> Self:
        """The same table with rows for columns."""
        rows = zip(*self, strict=True)
        return self._made(
            rows, self.name, self._right, self._down, self._height, turned=not self._turned
        )

    def part(self, row: int, column: int = 0) -> Self:
        """The table from a row and a column on."""
        rows = (line[column:] for line in self[row:])
        down, right = self._down[row:], self._right[column:]
        return self._made(rows, self.name, down, right, self._height, turned=self._turned)

    def with_columns(self, rows: Iterable[tuple[Cell, ...]], columns: Iterable[int]) -> Self:
        """The table with other cells in its rows, which stand in some of its columns."""
        right = [self._right[column] for column in columns]
        return self._made(rows, self.name, self._down, right, self._height, turned=self._turned)

    def follows_gap(self, row: int) -> bool:
        """Whether blank rows were left out before a row."""
        return self._down[row] - self._down[row - 1] > 1

    @property
    def below_first(self) -> int:
        """Number of rows of the range below the first of the table, blank ones too; 0 if turned."""
        return 0 if self._turned or not self else self._height - self._down[0] - 1

    def with_blank_rows(self) -> Self:
        """The table with the blank rows that its range has below the first one."""
        known, blank = dict(zip(self._down, self, strict=True)), (None,) * len(self[0])
        down = range(self._down[0], self._height)
        rows = (known.get(number, blank) for number in down)
        return self._made(rows, self.name, down, self._right, self._height)


class Unplaced(Table):
    """A table in no range, such as one of a scenario cell: messages name the table alone."""

    _in_range = False


class Placed(NamedTuple):
    """A site, a plan or a person of a table, and where it stands.

    Attributes
    ----------
    data : dict
        As a scenario file has it.
    row : str
        Place of its row; "" if it stands nowhere.
    cells : dict of str to str
        Place of each of its cells: by input of a site, by site of a plan, by key of a
        person.
    """

    data: dict[str, Any]
    row: str = ""
    cells: Mapping[str, str] = {}


class Column(NamedTuple):
    """The cells below a heading.

    Attributes
    ----------
    table : Table
        Has the heading in its first row.
    number : int
        Position of the column.
    currency : str
        The sign or code of a currency that the heading states; "" for none.
    """

    table: Table
    number: int
    currency: str = ""

    @property
    def cells(self) -> list[Cell]:
        """The cells, without the heading."""
        return [row[self.number] for row in self.table[1:]]

    @property
    def text(self) -> Cell:
        """The heading."""
        return self.table[0][self.number]

    @property
    def head(self) -> str:
        """Place of the heading."""
        return self.table.place(0, self.number)

    def place(self, item: int) -> str:
        """Place of a cell below the heading, from 0."""
        return self.table.place(item + 1, self.number)


def without_title(table: Table, is_head: Callable[[Cell], object]) -> Table:
    """The table without the rows before it that have a text in the first column only."""
    first = 0
    while len(table) - first > 1 and len(table[first]) > 1:
        title, *others = table[first]
        if not isinstance(title, str) or is_head(title) or any(one is not None for one in others):
            break
        first += 1
    return table.part(first)


def with_heads_first(table: Table, is_head: Callable[[Cell], object]) -> Table:
    """The table with the row of its headings first, turned if they stand in a column.

    Headings are in that row or column, of the first twenty, which has the most cells that are
    headings and the fewest that are not, above all numbers; a single one counts only where no line
    has two. Lines of texts before it, such as a title, are left out.

    Raises
    ------
    DomainError
        There are no headings, or a number stands before them.
    """
    best, found, before = (0, 0), table, -1
    for candidate in (table, table.turned()):
        for n, line in enumerate(candidate[:_HEAD_LINES]):
            sample = [cell for cell in line[:_SAMPLE] if cell is not None]
            known = sum(1 for cell in sample if is_head(cell))
            texts = sum(isinstance(cell, str) for cell in sample)
            fit = min(known, 2), 2 * known + texts - 2 * len(sample)
            if known and (before < 0 or fit > best):
                best, found, before = fit, candidate, n
    if before < 0:
        raise DomainError(f"{table.name} has no headings")
    for r, c in itertools.product(range(before), range(len(found[0]))):
        if isinstance(found[r][c], (float, bool)):
            heads = found.place(before).partition(", ")[2]
            raise DomainError(
                f"{found.place(r, c)} is {shown(found[r][c])}, before the headings in {heads}; "
                "select the range from its headings on"
            )
    return found.part(before)


def columns_by_name(
    table: Table, headings: Headings, units: Mapping[str, str], what: str
) -> dict[str, Column]:
    """The columns of a table by the names that their headings mean.

    Parameters
    ----------
    table : Table
        With its headings in a row or in a column.
    headings : Headings
    units : mapping of str to str
        Unit of each name, which its heading may state.
    what : str
        What the headings are, for messages, such as "an input of a site".

    Returns
    -------
    dict of str to Column

    Raises
    ------
    DomainError
        A heading is missing, unknown, there twice or states another unit, or has nothing below.
    """
    if not table:
        return {}
    table = without_title(table, headings.find)
    if len(table) > 1 and _is_caption(table[0], headings):
        table = table.part(1)
    try:
        table = with_heads_first(table, headings.find)
    except DomainError:
        if any(headings.find(cell) for cell in (*table[0], *(row[0] for row in table))):
            raise
        raise _unknown(table, 0, headings, what, without_any=True) from None
    if len(table) == 1:
        raise DomainError(
            f"{table.place(0, 0)} is {shown(table[0][0])}, with no value beside or below it"
        )
    found: dict[str, Column] = {}
    for n, head in enumerate(table[0]):
        below = [row[n] for row in table[1:]]
        if head is None and all(cell is None for cell in below):
            continue
        if head is None:
            filled = next(k for k, cell in enumerate(below, 1) if cell is not None)
            raise DomainError(
                f"{table.place(0, n)} is empty, but {table.place(filled, n)} is "
                f"{shown(table[filled][n])}; each line of values needs a heading of its own, and "
                "merged cells are one"
            )
        heading = headings.find(head)
        if heading is None:
            raise _unknown(table, n, headings, what)
        column = Column(table, n, _currency(table, n, heading.unit, units.get(heading.name, "")))
        if heading.name in found:
            raise DomainError(
                f"{column.head} is {shown(head)}, which names {heading.name} a second time, after "
                f"{found[heading.name].head}; leave one of them out"
            )
        found[heading.name] = column
    return found


def with_units_behind(table: Table) -> Table:
    """A table of names and values whose first row also heads units, with each behind its name.

    Columns of remarks are left out. Any other table stays as it is.
    """
    heads = [plain_words(str(cell)) for cell in table[0]] if table else []
    value, unit = (
        [n for n, head in enumerate(heads) if n and head in words] for words in (_CAPTIONS, _UNITS)
    )
    known = _CAPTIONS | _UNITS | _REMARKS
    if len(value) != 1 or len(unit) > 1 or not known.issuperset(heads[1:]):
        return table
    rows = [
        (
            f"{row[0]} ({row[unit[0]]})" if unit and row[0] and row[unit[0]] else row[0],
            row[value[0]],
        )
        for row in table[1:]
    ]
    return table.part(1).with_columns(rows, (0, value[0]))


def _is_caption(line: Sequence[Cell], headings: Headings) -> bool:
    """Whether a line says only that names and values follow, such as "Setting" and "Value"."""
    head, *below = line
    words = {plain_words(str(cell)) for cell in below}
    return headings.find(head) is None and bool(words) and words <= _CAPTIONS


def _currency(table: Table, column: int, stated: str, unit: str) -> str:
    """The currency that a heading states."""
    currency = currency_of_unit(stated, unit) if stated else ""
    if currency is None:
        hint = "; a number there is a fraction: 0.12 is 12 %" if "%" in stated else ""
        raise DomainError(
            f"{table.place(0, column)} is {shown(table[0][column])}, but its unit is "
            f"{unit or 'none'}; give numbers in that unit and leave out {stated[:_LONGEST]!r}{hint}"
        )
    return currency


def _unknown(
    table: Table, column: int, headings: Headings, what: str, *, without_any: bool = False
) -> DomainError:
    """The error about a heading that means nothing; what to select if the table has none."""
    head = table[0][column]
    is_text = isinstance(head, str)
    if is_text and plain_words(str(head)) in TOTALS:
        return totals(table.place(0, column), str(head))
    hint = nearest(str(head), headings.names) if is_text else ""
    if not hint:
        hint = f", which is not {what}"
    if without_any and "did you mean" not in hint:
        hint += (
            "; the first row or the first column must have the names (of an Excel table, select "
            "Table1[#All])"
        )
    return DomainError(f"{table.place(0, column)} is {shown(head)}{hint}")


def totals(place: str, name: str) -> DomainError:
    """The error about a row or column of totals."""
    return DomainError(f"{place} is {name[:_LONGEST]!r}: leave totals out of the range")


def refuse_totals(table: Table, names: int, *, means: bool = False) -> None:
    """Refuse rows of totals or averages of the rows above.

    A row is one if its name is such a word, or if it has such a word in its name, or no name, and
    all its numbers are sums of those above, or also their means.

    Parameters
    ----------
    table : Table
        With its headings in the first row.
    names : int
        Position of the column with the names of rows.
    means : bool
        Whether numbers may be means of those above: pay is averaged where heads are summed up.

    Raises
    ------
    DomainError
    """
    for r, row in enumerate(table[1:], 1):
        name = row[names]
        words = plain_words(str(name)) if isinstance(name, str) else ""
        if words in TOTALS:
            raise totals(table.place(r, names), str(name))
        has_word = not TOTALS.isdisjoint(words.split())
        if (name is None or has_word) and _sums_up(table, r, means=means):
            if name is None:
                what = "sums or means" if means else "sums"
                raise DomainError(
                    f"{table.place(r)} has no name and the {what} of the numbers above: leave "
                    "totals out of the range"
                )
            raise totals(table.place(r, names), str(name))


def refuse_notes(table: Table, names: int) -> None:
    """Refuse a row that has nothing but a text for its name, such as a source, and is a note.

    One is a note if it stands below a blank row, or begins as notes do.

    Parameters
    ----------
    table, names
        As for :func:`refuse_totals`.
    """
    for r, row in enumerate(table[1:], 1):
        others = [cell for n, cell in enumerate(row) if n != names and cell is not None]
        below_gap = table.follows_gap(r)
        if len(row) > 1 and not others and (below_gap or _NOTE.match(str(row[names]))):
            where = "below a blank row and with" if below_gap else "with"
            raise DomainError(
                f"{table.place(r, names)} is {shown(row[names])}, {where} nothing beside it; leave "
                "notes out of the range"
            )


def _sums_up(table: Table, row: int, *, means: bool) -> bool:
    """Whether all numbers of a row are sums of two or more rows above, below the headings.

    Or means, if some number is none of those above: the same site again is no mean.
    """
    here = {n: _number(cell) for n, cell in enumerate(table[row])}
    numbers = {n: number for n, number in here.items() if number}
    if row <= 2 or not numbers:  # the headings, and one row that can have no sum
        return False
    is_new = False
    for n, number in numbers.items():
        above = [one for line in table[1:row] if (one := _number(line[n])) is not None]
        is_sum, is_mean = _is_close(sum(above), number), _is_close(sum(above), len(above) * number)
        if not is_sum and not (means and above and is_mean):
            return False
        is_new = is_new or is_sum or not any(_is_close(one, number) for one in above)
    return is_new


def _number(cell: Cell) -> float | None:
    """The number of a cell or of its text; None for any other."""
    if not isinstance(cell, str):
        return None if cell is None or isinstance(cell, bool) else cell
    found = (amount(cell, unit).number for unit in ("money/year", "fraction"))
    return next((float(number) for number in found if number is not None), None)


def _is_close(one: float, other: float) -> bool:
    return abs(one - other) <= _CLOSE * abs(other)
