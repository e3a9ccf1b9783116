"""Formulas for formualizer: references to cells, no names, Excel's operators as functions."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from ...engine.calculators.catalogue import PREFIX
from ..ooxml.cell_references import Area, Reference, address, number_of_cells
from ..ooxml.formula_tokens import FormulaError, function_name
from . import trust
from .arithmetic import FORMATS, UnsureError
from .formula_tree import (
    Array,
    Binary,
    Call,
    Constant,
    Name,
    Node,
    Unary,
    parse,
)
from .registry import Registry
from .source_workbook import Cell, SourceWorkbook

# A call as Excel stores it: alone, or after a workbook, an add-in or a namespace.
_CALL = re.compile(rf"(?:.*[!.]|_XLDUDF_(?:\w*_)?)?({PREFIX}\w+)", re.IGNORECASE | re.DOTALL)
_OUTSIDE = re.compile(r"'?(?:[^']*[\\/])?\[(?!0\])")  # a reference into another workbook
_NO_DIGITS = re.compile(r"^[0.]+|\.|0+$")  # what is no digit of a number, or a 0 at its ends
_ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}
_CELLS_MAX, _GIVEN_MAX = 2_000_000, 250_000  # cells that one formula, and one call of ours, reads
_NODES_MAX, _NAMES_DEEP = 4_000, 20

# Functions of ours that convert an argument, by its letter in trust.py: see evaluator.py.
_SHIMS = {
    "n": "NUMBER", "t": "TEXT", "b": "TRUTH", "d": "DAY", "y": "YEAR", "i": "INDEX", "k": "KEY",
    "c": "CRITERION", "r": "NUMBER", "B": "TRUTH", "a": "SUMMAND", "p": "RATE", "w": "FLAG",
    "s": "SOME", "m": "FEW",
}  # fmt: skip
_OWN = {
    "ROUND": "ROUND", "ROUNDDOWN": "CUT", "ROUNDUP": "RAISE", "TRUNC": "CUT", "INT": "WHOLE",
    "MOD": "REMAINDER", "POWER": "POWER",
}  # fmt: skip
_DAYS = ("DATE", "EDATE", "EOMONTH")
_LOANS = ("FV", "PMT", "PV")
_TOTALS = {*range(1, 12), *range(101, 112)}
SHIM_PREFIX = "SWX_"
_UNARY_SHIMS = {"-": "MINUS", "%": "PERCENT"}
_COUNTED = ("ROW", "COLUMN", "ROWS", "COLUMNS")


class Translated(NamedTuple):
    """A formula translated for formualizer.

    Attributes
    ----------
    text : str
    reads : tuple of (str, (int, int, int, int))
        Titles of sheets and areas, within the cells that the file has.
    features : frozenset of str
        The functions and operators that it uses.
    unproved : frozenset of str
        Those of them that the file itself must prove.
    adds : bool
        Whether it adds up, so that noise may remain of numbers that cancel each other.
    clipped : bool
        Whether areas were cut to the cells that the file has.
    """

    text: str
    reads: tuple[tuple[str, Area], ...]
    features: frozenset[str]
    unproved: frozenset[str]
    adds: bool
    clipped: bool


class _Part(NamedTuple):
    """A piece of the translation.

    Attributes
    ----------
    text : str
    many : bool
        Whether it may be more than one value.
    area : (int, int, int, int), optional
        Of a reference.
    """

    text: str
    many: bool = False
    area: Area | None = None


def translated(book: SourceWorkbook, cell: Cell, functions: Registry) -> Translated:
    """The formula of a cell for formualizer.

    Raises
    ------
    UnsureError
        It uses something that is known to differ from Excel, or cannot be understood.
    """
    kind = book.formulas[cell].kind
    if kind == "table":
        raise UnsureError("is a data table")
    try:
        text, down, right = book.text(cell)
        root = parse(text)
    except FormulaError as error:
        raise UnsureError(str(error)) from None
    work = _Translation(book, cell, functions, (down, right), arrays=bool(kind))
    part = work.root(root)
    return Translated(
        part.text,
        tuple(dict.fromkeys(work.reads)),
        frozenset(work.features),
        frozenset(work.unproved),
        bool(work.features & {"SUM", "SUMIF", "SUMIFS", "SUMPRODUCT", "AVERAGE", "NPV"}),
        work.clipped,
    )


def registered_name(call: str, functions: Registry) -> str | None:
    """The name of the registered function that a call means; None for any other function."""
    found = _CALL.fullmatch(call.removesuffix("("))
    return found[1].upper() if found and found[1].upper() in functions else None


class _Translation:
    def __init__(
        self,
        book: SourceWorkbook,
        cell: Cell,
        functions: Registry,
        offset: tuple[int, int],
        *,
        arrays: bool,
    ):
        self._book, self._cell, self._functions, self._offset = book, cell, functions, offset
        self._arrays = arrays  # whether an operator works on each cell of an area
        self._nodes = self._names = 0
        self.reads: list[tuple[str, Area]] = []
        self.features: set[str] = set()
        self.unproved: set[str] = set()
        self.clipped = False
        self._cells = 0
        self._whole = False  # whether a function around takes all cells of an array
        self._cut = False  # whether what lies beyond the last cell does not matter

    def root(self, node: Node) -> _Part:
        """The whole formula."""
        part = self._binary(node, last=True) if isinstance(node, Binary) else self._any(node)
        return part if self._arrays else _Part(self._one(part))

    def _any(self, node: Node) -> _Part:
        self._nodes += 1
        if self._nodes > _NODES_MAX:
            raise UnsureError(f"is made of over {_NODES_MAX:,} operations, by its names")
        return _TRANSLATIONS[type(node)](self, node)

    def _constant(self, node: Constant) -> _Part:
        if node.kind == "number" and _digits(node.text) > 15:
            raise UnsureError(f"holds {node.text[:30]}, a number of more than 15 digits")
        if node.kind == "missing":
            return _Part("0")
        if node.kind != "error":
            return _Part(node.text)
        found = node.text.rpartition("!#")  # Sheet1!#REF! after its sheet
        text = f"#{found[2]}" if found[1] else node.text
        if text.upper() not in _ERRORS:
            raise UnsureError(f"holds the error {text}")
        return _Part(text.upper())

    def _array(self, node: Array) -> _Part:
        return _Part(f"{{{';'.join(','.join(row) for row in node.rows)}}}", many=True)

    def _one(self, part: _Part) -> str:
        """The text of a part where a single value is needed."""
        if not part.many:
            return part.text
        if part.area is not None:
            raise UnsureError("takes one cell of a range (implicit intersection)")
        if self._arrays or self._whole:
            return f"{SHIM_PREFIX}SINGLE({part.text})"
        return f"INDEX({part.text},1,1)"  # what Excel shows where a formula is no array

    def _operand(self, node: Node) -> _Part:
        """An operand of an operator: a single value, or an array in an array formula."""
        part = self._any(node)
        in_full = self._arrays or (self._whole and part.area is None)
        return part if in_full else _Part(self._one(part))

    def _binary(self, node: Binary, *, last: bool = False) -> _Part:
        """A chain of operators from left to right; ``last`` if nothing comes after it."""
        signs, operands = [], []
        chain: Node = node
        while isinstance(chain, Binary):
            if chain.operator == ":":
                raise UnsureError("puts a range together from others")
            signs.append(chain.operator)
            operands.append(chain.right)
            chain = chain.left
        found = [self._operand(one) for one in (chain, *reversed(operands))]
        self.features |= {f"operator {sign}" for sign in signs}
        code = " ".join(reversed(signs)) + (" last" if last else "")
        texts = ",".join(part.text for part in found)
        return _Part(f'{SHIM_PREFIX}CHAIN("{code}",{texts})', any(part.many for part in found))

    def _unary(self, node: Unary) -> _Part:
        if node.operator in _UNARY_SHIMS:
            part = self._operand(node.operand)
            return _Part(f"{SHIM_PREFIX}{_UNARY_SHIMS[node.operator]}({part.text})", part.many)
        part = self._any(node.operand)
        if node.operator != "@":  # brackets, or a plus that changes nothing
            return part
        if part.area is not None and part.many:
            raise UnsureError("takes one cell of a range (implicit intersection)")
        return _Part(f"INDEX({part.text},1,1)" if part.many else part.text)

    def _name(self, node: Name) -> _Part:
        written = node.text
        if _OUTSIDE.match(written):
            raise UnsureError("reads another workbook")
        text = self._book.named(written, self._cell.title)
        if text is None:
            raise UnsureError(f"uses the name {written[:40]}, which the workbook does not have")
        if self._names == _NAMES_DEEP:
            raise UnsureError(f"uses the name {written[:40]}, which uses names without end")
        offset = self._offset
        self._names += 1
        self._offset = (self._cell.position[0] - 1, self._cell.position[1] - 1)
        try:
            return self._any(parse(text))
        except FormulaError as error:
            raise UnsureError(f"uses the name {written[:40]}, which {error}") from None
        finally:
            self._names -= 1
            self._offset = offset

    def _reference(self, ref: Reference) -> _Part:
        if _OUTSIDE.match(ref.sheet):
            raise UnsureError("reads another workbook")
        titles = self._book.titles_of(ref.sheet) if ref.sheet else [self._cell.title]
        if not titles:
            raise UnsureError(f"reads sheet {ref.sheet[:40]}, which is not there")
        if len(titles) > 1 or ":" in ref.sheet:
            raise UnsureError("reads several sheets at once (a 3-D reference)")
        (title,) = titles
        area = ref.moved(*self._offset)
        there = self._book.clipped(area) or (*area[:2], *area[:2])
        used = there if self._cut else area
        self.clipped |= used != area
        self._cells += number_of_cells(there)
        if self._cells > _CELLS_MAX:
            raise UnsureError(f"reads over {_CELLS_MAX:,} cells")
        self.reads.append((title, there))
        number = self._book.titles.index(title) + 1
        return _Part(f"S{number}!{address(used)}", area[:2] != area[2:], area)

    def _call(self, node: Call) -> _Part:
        registered = registered_name(node.function, self._functions)
        if registered:
            return self._registered(registered, node.arguments)
        name, arguments = function_name(node.function), node.arguments
        if "!" in name:
            raise UnsureError(f"calls {name[:40]}, of another workbook")
        if name in _COUNTED:
            return self._counted(name, arguments)
        if name == "SINGLE" and len(arguments) == 1:
            return self._unary(Unary("@", arguments[0]))
        if name == "TEXT" and (form := _plain_format(arguments)):
            self.features.add(name)
            return _Part(f"{SHIM_PREFIX}FORMAT({self._one(self._any(arguments[0]))},{form})")
        if name == "SUBTOTAL":
            return self._subtotal(arguments)
        if name in trust.NEVER:
            raise UnsureError(f"calls {name}, {trust.NEVER[name]}")
        spec = trust.TESTED.get(name)
        letters = None if spec is None else trust.arguments(spec, len(arguments))
        return self._untested(name, arguments) if letters is None else self._tested(node, letters)

    def _tested(self, node: Call, letters: str) -> _Part:
        """A call of a function of :data:`trust.TESTED`, each argument by its letter."""
        name = function_name(node.function)
        self.features.add(name)
        texts, areas = [], []
        for letter, one in zip(letters, node.arguments, strict=True):
            part = self._argument(name, letter, one)
            texts.append(part.text)
            areas += [part.area] if letter == "R" else []
        if name.endswith(("IF", "IFS")) and len({*map(_size, areas)} - {None}) > 1:
            raise UnsureError(f"calls {name} with ranges of different sizes")
        if name in _LOANS:
            texts[0] = f"{SHIM_PREFIX}RATE({texts[0]},{texts[1]})"
        text = f"{SHIM_PREFIX + _OWN[name] if name in _OWN else name}({','.join(texts)})"
        return _Part(f"{SHIM_PREFIX}DAY({text})" if name in _DAYS else text)

    def _argument(self, name: str, letter: str, node: Node) -> _Part:
        """An argument of a function that is tested."""
        if letter == "0":
            if not (isinstance(node, Constant) and node.text in ("", "0", "FALSE")):
                raise UnsureError(f"calls {name} for the next smaller or larger value")
            return _Part("0")
        if _is_missing(node):
            if letter in "RBa":
                raise UnsureError(f"calls {name} without an argument that it needs")
            return _Part('""' if letter == "t" else "0")
        before = self._arrays, self._whole, self._cut
        self._arrays |= letter == "a"  # SUMPRODUCT works on each cell of an area
        self._whole |= letter in "rRBa"
        self._cut = letter in "rRBa"
        part = self._any(node)
        self._arrays, self._whole, self._cut = before
        if part.area is not None and letter in "rRB":
            return part
        if letter == "R":
            if not part.many:
                raise UnsureError(f"calls {name} with a value in position of a range")
            return part
        if part.many and letter in "rB":
            return part
        text = part.text if letter == "a" else self._one(part)
        shim = _SHIMS.get(letter)
        return _Part(f"{SHIM_PREFIX}{shim}({text})" if shim else text)

    def _registered(self, name: str, parts: tuple[Node, ...]) -> _Part:
        """A call of a registered function; "" stands for what is omitted, formualizer's 0."""
        function, texts = self._functions[name], []
        single = not function.gives_array
        most = len(function.broadcasts)
        if len(parts) > most:
            raise UnsureError(f"calls {name} with {len(parts)} arguments; it takes {most}")
        cut, self._cut = self._cut, False
        for broadcasts, node in zip(function.broadcasts, parts, strict=False):
            if _is_missing(node):
                texts.append('""')
                continue
            part = self._any(node)
            if part.area is not None and number_of_cells(part.area) > _GIVEN_MAX:
                raise UnsureError(f"calls {name} with over {_GIVEN_MAX:,} cells")
            single = single and not (part.many and broadcasts)
            texts.append(part.text)
        self._cut = cut
        return _Part(f"{name}({','.join(texts)})", many=not single)

    def _counted(self, name: str, parts: tuple[Node, ...]) -> _Part:
        """A call of ROW, COLUMN, ROWS or COLUMNS, which follows from the formula alone."""
        if not parts and name in ("ROW", "COLUMN") and not self._arrays:
            return _Part(str(self._cell.position[name == "COLUMN"]))
        before, cells = list(self.reads), self._cells
        area = self._any(parts[0]).area if len(parts) == 1 else None
        self.reads, self._cells = before, cells
        if area is None or (name in ("ROW", "COLUMN") and area[:2] != area[2:]):
            raise UnsureError(f"calls {name} for more than one cell")
        top, left, bottom, right = area
        counts = {"ROW": top, "COLUMN": left, "ROWS": bottom - top + 1, "COLUMNS": right - left + 1}
        return _Part(str(counts[name]))

    def _subtotal(self, parts: tuple[Node, ...]) -> _Part:
        """A call of SUBTOTAL where no row is hidden and none of the cells is another subtotal."""
        if self._book.hides_rows:
            raise UnsureError("calls SUBTOTAL where rows are hidden, which is not computed")
        code = parts[0].text if parts and isinstance(parts[0], Constant) else ""
        if not (code.isdigit() and int(code) in _TOTALS and len(parts) > 1):
            raise UnsureError("calls SUBTOTAL in a way that is not computed")
        areas = [self._any(one) for one in parts[1:]]
        if not all(part.area for part in areas):
            raise UnsureError("calls SUBTOTAL in a way that is not computed")
        for title, area in self.reads[-len(areas) :]:
            for position in self._book.cells_in(title, area):
                formula = self._book.formulas.get(Cell(title, position))
                text = (formula.text or formula.repeats).upper() if formula else ""
                if "SUBTOTAL" in text or "AGGREGATE" in text:
                    raise UnsureError("calls SUBTOTAL over another SUBTOTAL")
        self.features.add("SUBTOTAL")
        return _Part(f"SUBTOTAL({code},{','.join(part.text for part in areas)})")

    def _untested(self, name: str, parts: tuple[Node, ...]) -> _Part:
        """A call of a function that the file must prove, with the kinds of its arguments."""
        found = [self._any(node) for node in parts]
        kinds = ",".join(
            "range" if one.many else _kind_of_argument(node)
            for one, node in zip(found, parts, strict=True)
        )
        self.features.add(f"{name}({kinds})")
        self.unproved.add(f"{name}({kinds})")
        return _Part(f"{name}({','.join(one.text for one in found)})")


def _size(area: Area | None) -> tuple[int, int] | None:
    return None if area is None else (area[2] - area[0], area[3] - area[1])


def _digits(number: str) -> int:
    """Significant digits of a number as a formula writes it."""
    return len(_NO_DIGITS.sub("", number.upper().split("E")[0]))


def _is_missing(node: Node) -> bool:
    return isinstance(node, Constant) and node.kind == "missing"


def _kind_of_argument(node: Node) -> str:
    """The kind of an argument, by which calls of functions that are not tested are told apart."""
    is_told = isinstance(node, Constant) and node.kind in ("text", "missing")
    return node.kind if isinstance(node, Constant) and is_told else "value"


def _plain_format(arguments: tuple[Node, ...]) -> str:
    """The format that TEXT is called with, where it is one of :data:`FORMATS`; else ""."""
    form = arguments[1] if len(arguments) == 2 else None
    is_plain = isinstance(form, Constant) and form.kind == "text" and form.text[1:-1] in FORMATS
    return form.text if isinstance(form, Constant) and is_plain else ""


_TRANSLATIONS: dict[type, Callable[[_Translation, Any], _Part]] = {
    Constant: _Translation._constant,
    Array: _Translation._array,
    Reference: _Translation._reference,
    Name: _Translation._name,
    Call: _Translation._call,
    Unary: _Translation._unary,
    Binary: _Translation._binary,
}
