"""The grammar of formulas as files hold them: pieces of a text, and the tree of its operations.

Every pattern reads each character once, and sizes are bounded: formulas may be anybody's.
"""

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

from ..ooxml.cell_values import Area

LONGEST, DEEPEST = 16_384, 60  # characters; operations inside each other. Excel: 8,192 and 64
LAST_ROW, LAST_COLUMN = 1 << 20, 1 << 14

_SHEET = r"(?:'(?:[^']|'')*+'|\[[^\]\[]*+\][\w.]*+|[\w.]++(?::[\w.]++)?+)!"
_CELL = r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}"
_AREA = (
    rf"{_CELL}(?::{_CELL})?+|\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}|\$?[0-9]{{1,7}}:\$?[0-9]{{1,7}}"
)
_NEXT = r"(?![\w.(!\[\\?])"  # what may not follow a reference
_PIECES = re.compile(
    rf"""(?P<text>"(?:[^"]|"")*+")"""
    rf"|(?P<error>(?:{_SHEET})?\#(?:N/A|[A-Z][A-Z0-9/_]*+[!?]))"
    rf"|(?P<array>\{{(?:[^{{}}\"]|\"(?:[^\"]|\"\")*+\")*+\}})"
    rf"|(?P<call>(?:{_SHEET})?[^\W\d][\w.]*+\()"
    rf"|(?P<ref>(?:{_SHEET})?(?:{_AREA}){_NEXT})"
    rf"|(?P<number>(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[Ee][+-]?[0-9]++)?+(?![\w.]))"
    rf"|(?P<name>(?:{_SHEET}|!)?(?:[^\W\d]|\\)[\w.\\?]*+)"
    rf"|(?P<sign><>|<=|>=|[-+*/^&=<>%:,;()@\#])"
    rf"|(?P<space>\s++)",
)
_PARTS = re.compile(
    rf"(?:({_SHEET}))?(?:(\$?)([A-Za-z]{{1,3}}))?(?:(\$?)([0-9]{{1,7}}))?"
    rf"(?::(?:(\$?)([A-Za-z]{{1,3}}))?(?:(\$?)([0-9]{{1,7}}))?)?"
)
_STORED = re.compile(r"_xlfn\.|_xlws\.|_xludf\.", re.IGNORECASE)


class FormulaError(Exception):
    """A formula that cannot be understood, with the reason."""


class Ref(NamedTuple):
    """A reference to cells, as a formula in some cell writes it.

    Attributes
    ----------
    sheet : str
        "" for the formula's own; "First:Last" for several.
    area : (int, int, int, int)
        First row and column, last row and column, from 1.
    fixed : (bool, bool, bool, bool)
        Which of them stay where they are when the formula is repeated in another cell.
    """

    sheet: str
    area: Area
    fixed: tuple[bool, bool, bool, bool]

    def moved(self, down: int, right: int) -> Area:
        """The area, for a formula that is repeated so many rows below and columns to the right."""
        if not (down or right):
            return self.area
        sizes = (LAST_ROW, LAST_COLUMN, LAST_ROW, LAST_COLUMN)
        top, left, bottom, last = (
            at if stays else (at + by - 1) % size + 1
            for at, stays, by, size in zip(
                self.area, self.fixed, (down, right, down, right), sizes, strict=True
            )
        )
        return min(top, bottom), min(left, last), max(top, bottom), max(left, last)


class Node(NamedTuple):
    """An operation or an operand.

    Attributes
    ----------
    kind : str
        "number", "text", "bool", "error", "array", "missing", "ref", "name", "call", "binary",
        "prefix", "percent", "brackets", or "join" for a reference that is put together from others.
    value : str or Ref
        The operand, the operation's sign or the function's name in capitals.
    parts : tuple of Node
        What it works on.
    """

    kind: str
    value: str | Ref
    parts: tuple["Node", ...] = ()


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """The kinds and texts of a formula's pieces, one after the other.

    Raises
    ------
    FormulaError
        Too long, or a character that has no meaning there.
    """
    if len(text) > LONGEST:
        raise FormulaError(f"has {len(text):,} characters; Excel takes 8,192")
    at = 0
    while at < len(text):
        found = _PIECES.match(text, at)
        if found is None:
            if "[" in text[at:]:
                raise FormulaError("reads a table by its name, in a way that is not understood")
            raise FormulaError(f"cannot be understood from {text[at : at + 20]!r} on")
        kind, part = found.lastgroup or "", found[0]
        if kind == "ref" and _outside_the_grid(part):
            kind = "name"
        yield kind, part
        at = found.end()


def _outside_the_grid(text: str) -> bool:
    try:
        reference(text)
    except FormulaError:
        return True
    return False


@functools.lru_cache(4_096)
def reference(text: str) -> Ref:
    """A reference such as 'My sheet'!$A$1:B9.

    Raises
    ------
    FormulaError
        Beyond the last row or column.
    """
    found = _PARTS.fullmatch(text)
    if found is None:
        raise FormulaError(f"reads {text}, which is not understood")
    sheet, *rest = found.groups()
    first = _corner(rest[:4], 1, 1)
    is_one = ":" not in text[len(sheet or "") :]
    last = first if is_one else _corner(rest[4:], LAST_ROW, LAST_COLUMN)
    (top, top_fixed, left, left_fixed), (bottom, bottom_fixed, right, right_fixed) = first, last
    if top > bottom:
        top, bottom, top_fixed, bottom_fixed = bottom, top, bottom_fixed, top_fixed
    if left > right:
        left, right, left_fixed, right_fixed = right, left, right_fixed, left_fixed
    if not (1 <= top <= bottom <= LAST_ROW and 1 <= left <= right <= LAST_COLUMN):
        raise FormulaError(f"reads {text}, beyond the last row or column")
    return Ref(
        unquoted(sheet or ""),
        (top, left, bottom, right),
        (top_fixed, left_fixed, bottom_fixed, right_fixed),
    )


def _corner(found: list[str | None], row: int, column: int) -> tuple[int, bool, int, bool]:
    """Row and column, each with whether it is fixed; those of a whole row or column are."""
    fixed_column, letters, fixed_row, digits = found
    number = 0
    for letter in (letters or "").upper():
        number = number * 26 + ord(letter) - 64
    return (
        int(digits) if digits else row,
        bool(fixed_row) or not digits,
        number or column,
        bool(fixed_column) or not letters,
    )


def unquoted(prefix: str) -> str:
    """The sheet that a reference's prefix with its exclamation mark means."""
    sheet = prefix.removesuffix("!")
    return sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet


class Scan(NamedTuple):
    """What a formula mentions, without its structure.

    Attributes
    ----------
    refs : tuple of Ref
    names : tuple of str
        Names, with their sheets in front as they are written.
    calls : frozenset of str
        Functions in capitals, without what only files write before them.
    joined : bool
        Whether references are put together from others, such as A1:INDEX(B:B,3).
    texts : tuple of str
        Texts that stand alone in INDIRECT, which say what it reads; None for another INDIRECT.
    """

    refs: tuple[Ref, ...]
    names: tuple[str, ...]
    calls: frozenset[str]
    joined: bool
    indirect: tuple[str | None, ...] = ()


@functools.lru_cache(2_000)
def scan(text: str) -> Scan:
    """What a formula mentions.

    Raises
    ------
    FormulaError
        It cannot be understood.
    """
    refs, names, calls, indirect = [], [], set(), []
    joined = False
    found = [one for one in pieces(text) if one[0] != "space"]
    for index, (kind, part) in enumerate(found):
        if kind == "ref":
            refs.append(reference(part))
        elif kind == "name":
            names.append(part)
        elif kind == "call":
            name = function_name(part)
            calls.add(name)
            if name == "INDIRECT":
                following = found[index + 1 : index + 3]
                alone = [k for k, _ in following] == ["text", "sign"] and following[1][1] == ")"
                indirect.append(following[0][1] if alone else None)
        elif part == ":":
            joined = True
    return Scan(tuple(refs), tuple(names), frozenset(calls), joined, tuple(indirect))


def function_name(call: str) -> str:
    """A function's name in capitals, from its call's beginning."""
    return _STORED.sub("", call.removesuffix("(")).upper()


_BINDING = {
    "=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4,
    "^": 5, ":": 9,
}  # fmt: skip
_OPERANDS = ("number", "text", "error", "array", "ref", "name")


@functools.lru_cache(1_000)
def parse(text: str) -> Node:
    """The tree of a formula, without its equals sign.

    Raises
    ------
    FormulaError
        It cannot be understood, or is nested too deeply.
    """
    return _Parser(text).formula()


class _Parser:
    def __init__(self, text: str):
        self._pieces = [one for one in pieces(text) if one[0] != "space"]
        self._at = 0
        self._depth = 0

    def formula(self) -> Node:
        node = self._expression(0)
        if self._at < len(self._pieces):
            raise FormulaError(f"cannot be understood at {self._pieces[self._at][1][:20]!r}")
        return node

    def _peek(self) -> tuple[str, str]:
        return self._pieces[self._at] if self._at < len(self._pieces) else ("", "")

    def _take(self, sign: str) -> None:
        if self._peek() != ("sign", sign):
            raise FormulaError(f"misses a {sign}")
        self._at += 1

    def _expression(self, binding: int) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FormulaError("is nested too deeply")
        node = self._operand()
        while True:
            kind, sign = self._peek()
            if kind in _OPERANDS or kind == "call":
                raise FormulaError("reads where two ranges meet, which is not computed")
            strength = _BINDING.get(sign, 0) if kind == "sign" else 0
            if sign == "#" and kind == "sign":
                raise FormulaError("reads what an array fills (#), which is not computed")
            if sign == "%" and kind == "sign":
                self._at += 1
                node = Node("percent", "%", (node,))
                continue
            if strength <= binding:
                break
            self._at += 1
            node = Node(
                "join" if sign == ":" else "binary", sign, (node, self._expression(strength))
            )
        self._depth -= 1
        return node

    def _operand(self) -> Node:
        kind, part = self._peek()
        self._at += 1
        if kind == "sign" and part in "+-@":
            node = self._expression(6)
            return Node("prefix", part, (node,))
        if (kind, part) == ("sign", "("):
            node = self._expression(0)
            if self._peek() == ("sign", ","):
                raise FormulaError("reads several ranges as one, which is not computed")
            self._take(")")
            return Node("brackets", "", (node,))
        if kind == "call":
            return Node("call", part, self._arguments())
        if kind == "ref":
            return Node("ref", reference(part))
        if kind == "name" and part.upper() in ("TRUE", "FALSE"):
            return Node("bool", part.upper())
        if kind in _OPERANDS:
            return Node(kind, part)
        raise FormulaError(f"misses an operand before {part[:20]!r}" if part else "ends too early")

    def _arguments(self) -> tuple[Node, ...]:
        found: list[Node] = []
        if self._peek() == ("sign", ")"):
            self._at += 1
            return ()
        while True:
            if self._peek() in (("sign", ","), ("sign", ")")):
                found.append(Node("missing", ""))
            else:
                found.append(self._expression(0))
            if self._peek() == ("sign", ")"):
                self._at += 1
                return tuple(found)
            self._take(",")
