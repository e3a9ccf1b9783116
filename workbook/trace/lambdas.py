"""Functions for any cell: LAMBDA names, traced from the engine's own lines.

A line's function is called with references, as for a sheet, and followed down to the arguments.
Lines on the way become names of a LET. An input that is no argument keeps its declared default, and
a line that depends on no argument its value, each under its name. What changes nothing is left out:
adding 0, multiplying by 1, a limit that no valid argument reaches. What remains works cell by cell,
so a column of arguments spills a column of results.
"""

import functools
import inspect
import itertools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ...engine.axes import FIXED_SIZES, POSITION, array_index, shape_of
from ...engine.calculators.catalogue import CATALOGUE, Argument, Entry
from ...engine.calculators.one_site import HERE, SIZES, position
from ...engine.declaration import Input
from ...engine.lines import Line
from ...engine.model import default_model
from .cells import Cells, Reference, UnsupportedFunctionError
from .numpy_functions import ATOM, ELEMENTWISE, NEGATE, OPERATORS, Text

# As files hold them: a name inside a LAMBDA or LET, an argument that may be omitted, new functions.
_LOCAL, _OPTIONAL, _NEW = "_xlpm.", "_xlop.", "_xlfn."
_ATOM = re.compile(r"[\w.]+")
_ENDLESS = 1e13  # caps and sums of money have no end here
_NEUTRAL = {np.add: 0, np.subtract: 0, np.multiply: 1, np.divide: 1}


@dataclass(frozen=True)
class Function:
    """One function of the workbook.

    Attributes
    ----------
    entry : Entry
        What it is: name, arguments, result.
    text : str
        The LAMBDA as a file holds it.
    inside : dict of str to float
        Defaults that it uses for what is no argument, by name.
    """

    entry: Entry
    text: str
    inside: dict[str, float]

    @property
    def signature(self) -> str:
        """The call as Excel shows it."""
        arguments = self.entry.arguments
        names = ", ".join(f"[{a.name}]" if a.optional else a.name for a in arguments)
        return f"{self.entry.name}({names})"


class Piece(NamedTuple):
    """Part of a formula.

    Attributes
    ----------
    text : Text
    value : number, truth value or None
        What it is, where no argument matters.
    uses : frozenset of str
        Local names in the text.
    lowest, highest : float
        Its range, where it is an argument.
    """

    text: Text
    value: Any = None
    uses: frozenset[str] = frozenset()
    lowest: float = -math.inf
    highest: float = math.inf

    @property
    def span(self) -> tuple[float, float]:
        """The least and the most that it may be."""
        return (self.lowest, self.highest) if self.value is None else (self.value, self.value)


@functools.cache
def functions() -> tuple[Function, ...]:
    """Every function of the catalogue, traced."""
    return tuple(traced(entry) for entry in CATALOGUE)


def traced(entry: Entry) -> Function:
    """One function as a LAMBDA.

    Raises
    ------
    UnsupportedFunctionError
        Its lines need something that has no formula here.
    """
    return _Trace(entry).function()


class _Trace:
    """The trace of one function, from its line down to its arguments."""

    def __init__(self, entry: Entry):
        self.entry, self.model = entry, default_model()
        self.values = entry.defaults
        self.arguments = {(a.declared.name, *a.at.values()): a for a in entry.arguments}
        self.lists = {a.declared.name for a in entry.arguments if a.listed}
        self.bound: dict[str, Piece] = {}  # local names, each after those that it uses
        self.named: dict[str, str] = {}  # the local name of a text
        self.found: dict[tuple, Piece] = {}
        self.current = entry.name  # the line that is written

    def function(self) -> Function:
        """The whole function."""
        line = self.entry.result
        if line.name in self.model.lines:
            body = self._line(line, position(line.over, HERE), line.name)
        else:
            names = inspect.signature(line.function).parameters
            cells = line.function(*(Reference(n, (), (1,) * 5, np.dtype(float)) for n in names))
            body = self._write(cells, {}, line.missing)
        body = self._within_ranges(body)
        pairs = self._needed(body)
        text = body.text.text
        if pairs:
            steps = ",".join(f"{_LOCAL}{name},{piece.text.text}" for name, piece in pairs.items())
            text = f"{_NEW}LET({steps},{text})"
        arguments = ",".join(
            (_OPTIONAL if a.optional else _LOCAL) + _reserved(a.name) for a in self.entry.arguments
        )
        inside = {n.rstrip("_"): p.value for n, p in pairs.items() if p.value is not None}
        return Function(self.entry, f"{_NEW}LAMBDA({arguments},{text})", inside)

    def _within_ranges(self, body: Piece) -> Piece:
        """The body where every argument is in its valid range; else #N/A, as the engine raises."""
        uses, inside = body.uses, []
        for argument in self.entry.arguments:
            declared = argument.declared
            if isinstance(declared, Input):
                piece = self._argument(argument)
                uses |= piece.uses
                inside += _conditions(piece.text.text, declared, argument.listed)
        given = {
            argument.name: self._argument(argument).text.text for argument in self.entry.arguments
        }
        for site in ("", "onshore_"):
            start, end = (given.get(f"{site}work_{name}") for name in ("start", "end"))
            if start and end:  # the rule of engine/working_hours.py
                inside += [f"{end}>{start}", f"{end}<={start}+24"]
        if not inside:
            return body
        condition = inside[0] if len(inside) == 1 else "*".join(map(_bracketed, inside))
        return Piece(Text(f"IF({condition},{body.text.text},NA())"), None, uses)

    def _needed(self, body: Piece) -> dict[str, Piece]:
        """The local names that a piece needs, directly or not."""
        needed, stack = set(), list(body.uses)
        while stack:
            name = stack.pop()
            if name not in needed:
                needed.add(name)
                stack.extend(self.bound[name].uses)
        return {name: piece for name, piece in self.bound.items() if name in needed}

    def _line(self, line: Line, at: Mapping[str, int], local: str) -> Piece:
        """A line's formula at a position."""
        references = (
            Reference(name, axes, shape_of(axes, SIZES), self.values[name].dtype)
            for name in map(self._as_entered, self.model.parameters[line.name])
            for axes in [self.model.axes[name]]
        )
        before, self.current = self.current, local
        piece = self._write(line.function(*references), at, line.missing)
        self.current = before
        return piece

    def _as_entered(self, name: str) -> str:
        """The input itself in place of its line in the chosen case: functions know no cases."""
        line = self.model.lines.get(name)
        return line.live_of if line and line.live_of else name

    def _reference(self, reference: Reference, at: Mapping[str, int]) -> Piece:
        """An argument, an input or a line, at a position."""
        name = reference.name
        here = position(reference.axes, {**HERE, **at, **reference.picked})
        if name in self.lists:
            return Piece(Text(_LOCAL + _reserved(name)))
        key = (name, *here.values())
        if key not in self.found:
            self.found[key] = self._looked_up(key, here)
        return self.found[key]

    def _looked_up(self, key: tuple, at: dict[str, int]) -> Piece:
        name = key[0]
        if key in self.arguments:
            return self._argument(self.arguments[key])
        if name in self.model.lines and name not in self.entry.fixed:
            local = _local(name, at)
            piece = self._line(self.model.lines[name], at, local)
            if piece.value is None or (piece.uses and _ATOM.fullmatch(piece.text.text)):
                return self._bind(local, piece)
        return self._constant(name, at)

    def _argument(self, argument: Argument) -> Piece:
        """An argument, or its default where it is omitted."""
        name = _LOCAL + _reserved(argument.name)
        piece = Piece(Text(name))
        if argument.optional:
            default = _literal(self.entry.default(argument)).text
            text = Text(f"IF({_NEW}ISOMITTED({name}),{default},{name})")
            piece = self._bind(f"used_{argument.name}", Piece(text))
        declared = argument.declared
        if isinstance(declared, Input):
            piece = piece._replace(lowest=declared.lowest, highest=declared.highest)
        return piece

    def _constant(self, name: str, at: dict[str, int]) -> Piece:
        """What depends on no argument, under its name."""
        local = _local(name, at)
        if name in self.model.inputs:
            local = _reserved(local)
        value = self.values[name][array_index(at)].item()
        self.bound[local] = Piece(_literal(value), value)
        return Piece(Text(_LOCAL + local), value, frozenset((local,)))

    def _bind(self, local: str, piece: Piece) -> Piece:
        """A piece under a local name: another one where the same text has one already."""
        if _ATOM.fullmatch(piece.text.text):
            return piece
        local = self.named.setdefault(piece.text.text, local)
        self.bound.setdefault(local, piece)
        return Piece(Text(_LOCAL + local), piece.value, frozenset((local,)))

    def _write(self, cells: Any, at: Mapping[str, int], missing: str) -> Piece:
        """A formula, as :meth:`.formula.Writer.formula` writes it for a sheet."""
        if not isinstance(cells, Cells):
            return _plain(cells, missing)
        if isinstance(cells, Reference):
            return self._reference(cells, at)
        function = cells.function
        if function is np.sum:
            return self._sum(cells, at, missing)
        if cells.options:
            raise UnsupportedFunctionError(f"np.{function.__name__} with options, in a LAMBDA")
        if function is np.where:
            condition = self._write(cells.args[0], at, missing)
            if condition.value is not None:
                return self._write(cells.args[1 if condition.value else 2], at, missing)
            pieces = [condition, *(self._write(arg, at, missing) for arg in cells.args[1:])]
            return _joined("IF({},{},{})", pieces)
        return self._apply(function, [self._write(arg, at, missing) for arg in cells.args])

    def _sum(self, cells: Cells, at: Mapping[str, int], missing: str) -> Piece:
        """A sum over axes: of a list's cells, or term by term."""
        (operand,), over = cells.args, cells.options["axis"]
        leaves = list(_leaves(operand))
        reduced = dict.fromkeys(a for leaf in leaves for a in leaf.free if POSITION[a] in over)
        listed = {leaf.name in self.lists for leaf in leaves if set(leaf.free) & set(reduced)}
        if len(listed) > 1:
            raise UnsupportedFunctionError(
                f"{self.entry.name}: a sum of a list and of what is none"
            )
        if True in listed:
            return self._sum_of_lists(operand, at, missing)
        sizes = [range(FIXED_SIZES.get(axis) or SIZES[axis]) for axis in reduced]
        terms = [
            self._write(operand, {**at, **dict(zip(reduced, place, strict=True))}, missing)
            for place in itertools.product(*sizes)
        ]
        return functools.reduce(lambda one, other: self._apply(np.add, [one, other]), terms)

    def _sum_of_lists(self, operand: Cells, at: Mapping[str, int], missing: str) -> Piece:
        if isinstance(operand, Reference):
            return _joined("SUM({})", [self._reference(operand, at)])
        if operand.function is np.multiply and all(isinstance(a, Reference) for a in operand.args):
            # Between commas: lists of different lengths are an error.
            return _joined("SUMPRODUCT({},{})", [self._reference(a, at) for a in operand.args])
        return _joined("SUMPRODUCT({})", [self._write(operand, at, missing)])

    def _apply(self, function: Any, pieces: list[Piece]) -> Piece:
        """A function of pieces, with its value where all are known."""
        piece = _shorter(function, pieces) or self._formula(function, pieces)
        if any(p.value is None for p in pieces):
            return piece
        with np.errstate(all="ignore"):
            return piece._replace(value=function(*(p.value for p in pieces)).item())

    def _formula(self, function: Any, pieces: list[Piece]) -> Piece:
        if function in OPERATORS:
            symbol, strength = OPERATORS[function]
            one, other = (piece.text for piece in pieces)
            text = f"{one.bound(strength)}{symbol}{other.bound(strength + 1)}"
            return Piece(Text(text, strength), None, _uses(pieces))
        if function is np.clip:
            value, low, high = pieces
            return self._apply(np.minimum, [high, self._apply(np.maximum, [low, value])])
        if function in (np.minimum, np.maximum):
            # MIN and MAX would make one number of a column.
            sign = "<" if function is np.minimum else ">"
            return _joined("IF({0}" + sign + "{1},{0},{1})", [self._atom(p) for p in pieces])
        if function not in ELEMENTWISE or function is np.logical_not:
            raise UnsupportedFunctionError(f"np.{function.__name__} has no formula in a LAMBDA")
        text = ELEMENTWISE[function](*(piece.text for piece in pieces))
        return Piece(Text(text, NEGATE if text.startswith("-") else ATOM), None, _uses(pieces))

    def _atom(self, piece: Piece) -> Piece:
        """A piece that may be repeated: a name or a number."""
        steps = (f"{self.current}_{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")
        return self._bind(next(step for step in steps if step not in self.bound), piece)


def _conditions(name: str, declared: Input, listed: bool) -> list[str]:
    """What holds for an argument in its range."""
    found = []
    if declared.lowest > -_ENDLESS:
        found.append(f"{name}>={_literal(declared.lowest).text}")
    if declared.highest < _ENDLESS:
        found.append(f"{name}<={_literal(declared.highest).text}")
    if declared.whole:
        found.append(f"{name}=INT({name})")
    return [f"AND({','.join(found)})"] if listed else found


def _bracketed(condition: str) -> str:
    return condition if condition.startswith("AND(") else f"({condition})"


def _shorter(function: Callable, pieces: list[Piece]) -> Piece | None:
    """What remains where one of two pieces changes nothing: plus 0, times 1, a limit never met."""
    if function in (np.minimum, np.maximum):
        below, above = sorted(pieces, key=lambda piece: piece.span)
        if below.span[1] > above.span[0]:
            return None
        return below if function is np.minimum else above
    if function not in _NEUTRAL:
        return None
    one, other = pieces
    if function is np.multiply and 0 in (one.value, other.value):
        return Piece(Text("0"), 0.0)
    if other.value == _NEUTRAL[function]:
        return one
    commutes = function in (np.add, np.multiply)
    return other if commutes and one.value == _NEUTRAL[function] else None


def _uses(pieces: Sequence[Piece]) -> frozenset[str]:
    return frozenset().union(*(piece.uses for piece in pieces))


def _joined(template: str, pieces: Sequence[Piece]) -> Piece:
    """A call, from the texts of its arguments."""
    return Piece(Text(template.format(*(p.text.text for p in pieces))), None, _uses(pieces))


def _plain(value: Any, missing: str) -> Piece:
    """A number in the code of a line."""
    number = np.asarray(value).item()
    return Piece(Text(f'"{missing}"') if number != number else _literal(number), number)


def _literal(number: float) -> Text:
    power = f"{number:.0E}"
    if abs(number) > 1e6 and float(power) == number:
        text = power
    else:
        text = str(int(number)) if number == int(number) else repr(float(number)).upper()
    return Text(text, ATOM if number >= 0 else NEGATE)


def _local(name: str, at: Mapping[str, int]) -> str:
    """Local name of an input or line at a position."""
    onshore = at.get("site") == 0 and not name.startswith("onshore_")
    steps = "".join(f"_{place + 1}" for axis, place in at.items() if axis != "site")
    return ("onshore_" if onshore else "") + name + steps


def _reserved(name: str) -> str:
    """Local name of an argument or input, whose own name the workbook gives to its cells."""
    return f"{name}_"


def _leaves(cells: Any) -> list[Reference]:
    if isinstance(cells, Reference):
        return [cells]
    return [leaf for arg in getattr(cells, "args", ()) for leaf in _leaves(arg)]
