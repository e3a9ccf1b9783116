"""Functions as LAMBDAs in defined names, traced from the lines of the model.

The function of a line is called with references, as for a sheet, and so are the lines that it
depends on, down to the arguments. Intermediate lines become names in a LET. Inputs that are not
arguments have their declared defaults, and lines that do not depend on an argument their values, as
named constants. Operations without effect are removed: adding 0, multiplying by 1, limits that no
valid argument reaches. The result works element by element, so a column of arguments spills a
column of results.
"""

import functools
import inspect
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ...engine.axes import FIXED_SIZES, array_index, shape_of
from ...engine.calculators.catalogue import CATALOGUE, Argument, Entry
from ...engine.calculators.one_site import AT_SITE, SIZES, position
from ...engine.declaration import Input
from ...engine.lines import Line
from ...engine.model import default_model
from .cells import Reference as Traced
from .cells import UnsupportedFunctionError
from .expression import (
    Binary,
    Call,
    Constant,
    Expression,
    Name,
    Operation,
    Reduction,
    Reference,
    RunningTotal,
    leaves,
    text,
)
from .lowering import lowered
from .reduction import over_range
from .simplification import Local, simplified, span, value_of

# Prefixes in files: of names in a LAMBDA or LET, of optional arguments, and of new functions.
_LOCAL, _OPTIONAL, _NEW = "_xlpm.", "_xlop.", "_xlfn."
_NO_LIMIT = 1e13  # limits this large are not checked, such as those of caps and amounts of money
# Functions that work element by element, so that a column of arguments spills.
_SPILLING = {"ABS", "EXP", "IF", "INT", "LN", "ROUND", "SQRT"}


@dataclass(frozen=True)
class Function:
    """A function defined in a workbook.

    Attributes
    ----------
    entry : Entry
        Its name, arguments and result.
    text : str
        The LAMBDA in the syntax of files.
    inside : dict of str to float
        Defaults of inputs that are not arguments, by name.
    """

    entry: Entry
    text: str
    inside: dict[str, float]

    @property
    def signature(self) -> str:
        """The signature as Excel shows it."""
        arguments = self.entry.arguments
        names = ", ".join(f"[{a.name}]" if a.optional else a.name for a in arguments)
        return f"{self.entry.name}({names})"


@functools.cache
def functions() -> tuple[Function, ...]:
    """Every function of the catalogue, traced."""
    return tuple(traced(entry) for entry in CATALOGUE)


def traced(entry: Entry) -> Function:
    """A function of the catalogue as a LAMBDA.

    Parameters
    ----------
    entry : Entry

    Returns
    -------
    Function

    Raises
    ------
    UnsupportedFunctionError
        Its lines use an operation that has no formula in a LAMBDA.
    """
    return _Trace(entry).function()


class _Trace:
    """The trace of a function, from its line down to its arguments."""

    def __init__(self, entry: Entry):
        self.entry, self.model = entry, default_model()
        self.values = entry.defaults
        self.arguments = {(a.declared.name, *a.at.values()): a for a in entry.arguments}
        self.lists = {a.declared.name for a in entry.arguments if a.listed}
        self.lowered: dict[str, Expression] = {}  # by line
        self.bound: dict[str, Expression] = {}  # by local name, in order of dependency
        self.name_of: dict[Expression, str] = {}  # local names of bound expressions
        self.found: dict[tuple, Expression] = {}  # by input or line, and position
        self.current = entry.name  # the line being written

    def function(self) -> Function:
        """The traced function."""
        line = self.entry.result
        if line.name in self.model.lines:
            body = self._line(line, position(line.over, AT_SITE), line.name)
        else:
            names = inspect.signature(line.function).parameters
            cells = line.function(*(Traced(n, (), (1,) * 5, np.dtype(float)) for n in names))
            body = self._written(lowered(cells, line.missing), {})
        body = self._checked(body)
        steps = self._needed(body)
        if steps:
            pairs = itertools.chain(*((Local(name), step) for name, step in steps.items()))
            body = Call(f"{_NEW}LET", (*pairs, body))
        parameters = (
            Name(f"{_OPTIONAL if argument.optional else _LOCAL}{_reserved(argument.name)}")
            for argument in self.entry.arguments
        )
        whole = Call(f"{_NEW}LAMBDA", (*parameters, body))
        values = {name.rstrip("_"): value_of(step) for name, step in steps.items()}
        inside = {name: value for name, value in values.items() if value is not None}
        return Function(self.entry, text(whole, lambda local: f"{_LOCAL}{local.name}"), inside)

    def _checked(self, body: Expression) -> Expression:
        """The body if all arguments are valid, otherwise #N/A, where the engine raises an error."""
        given = {argument.name: self._argument(argument) for argument in self.entry.arguments}
        conditions: list[Expression] = []
        for argument in self.entry.arguments:
            if isinstance(argument.declared, Input):
                found = _conditions(given[argument.name], argument.declared)
                conditions += [Call("AND", tuple(found))] if argument.listed else found
        for site in ("", "onshore_"):
            start, end = (given.get(f"{site}work_{name}") for name in ("start", "end"))
            if start and end:  # the rule of engine/working_hours.py
                latest = Binary("+", (start, Constant(24)))
                conditions += [Binary(">", (end, start)), Binary("<=", (end, latest))]
        if not conditions:
            return body
        all_hold = functools.reduce(lambda one, other: Binary("*", (one, other)), conditions)
        return Call("IF", (all_hold, body, Call("NA", ())))

    def _needed(self, body: Expression) -> dict[str, Expression]:
        """Bound expressions that the body needs, directly or indirectly, by local name."""
        needed, stack = set(), [body]
        while stack:
            for leaf in leaves(stack.pop()):
                if isinstance(leaf, Local) and leaf.name in self.bound and leaf.name not in needed:
                    needed.add(leaf.name)
                    stack.append(self.bound[leaf.name])
        return {name: step for name, step in self.bound.items() if name in needed}

    def _line(self, line: Line, at: Mapping[str, int], local: str) -> Expression:
        """A line's expression at a position."""
        if line.name not in self.lowered:
            references = (
                Traced(name, axes, shape_of(axes, SIZES), self.values[name].dtype)
                for name in map(self._as_entered, self.model.parameters[line.name])
                for axes in [self.model.axes[name]]
            )
            self.lowered[line.name] = lowered(line.function(*references), line.missing)
        before, self.current = self.current, local
        expression = self._written(self.lowered[line.name], at)
        self.current = before
        return expression

    def _as_entered(self, name: str) -> str:
        """The input in place of its line for the chosen case, since functions have no cases."""
        line = self.model.lines.get(name)
        return line.live_of if line and line.live_of else name

    def _written(self, expression: Expression, at: Mapping[str, int]) -> Expression:
        """An expression of inputs and lines at a position, in local names."""
        match expression:
            case Reference():
                return self._reference(expression, at)
            case Reduction():
                return self._sum(expression, at)
            case Call("IF", (condition, yes, no)):
                condition = self._written(condition, at)
                known = value_of(condition)
                if known is not None:
                    return self._written(yes if known else no, at)
                return Call("IF", (condition, self._written(yes, at), self._written(no, at)))
            case RunningTotal():
                raise self._no_lambda(expression.name)
            case Operation():
                parts = tuple(self._written(part, at) for part in expression.parts)
                return self._spilling(simplified(type(expression)(expression.name, parts)))
        return expression

    def _spilling(self, expression: Expression) -> Expression:
        """The expression with functions that work element by element."""
        match expression:
            case Call("MIN" | "MAX" as name, (one, other)):  # would reduce a column to one number
                one, other = self._repeatable(one), self._repeatable(other)
                return Call("IF", (Binary("<" if name == "MIN" else ">", (one, other)), one, other))
            case Call(name) if name not in _SPILLING:
                raise self._no_lambda(name)
        return expression

    def _no_lambda(self, what: str) -> UnsupportedFunctionError:
        return UnsupportedFunctionError(
            f"{self.entry.name}: {what} in {self.current} has no elementwise formula; compute it "
            "on a line that is an argument, or provide the function in the add-in only"
        )

    def _reference(self, reference: Reference, at: Mapping[str, int]) -> Expression:
        """An argument, an input or a line, at a position."""
        name = reference.name
        here = position(reference.axes, {**AT_SITE, **at, **dict(reference.picked)})
        if name in self.lists:
            return Local(_reserved(name))
        key = (name, *here.values())
        if key not in self.found:
            self.found[key] = self._looked_up(key, here)
        return self.found[key]

    def _looked_up(self, key: tuple, at: dict[str, int]) -> Expression:
        name = key[0]
        if key in self.arguments:
            return self._argument(self.arguments[key])
        if name in self.model.lines and name not in self.entry.fixed:
            local = _local(name, at)
            expression = self._line(self.model.lines[name], at, local)
            if value_of(expression) is None or isinstance(expression, Local):
                return self._bind(local, expression)
        return self._constant(name, at)

    def _argument(self, argument: Argument) -> Local:
        """An argument, or its default where it is omitted."""
        local = Local(_reserved(argument.name))
        if argument.optional:
            is_omitted = Call(f"{_NEW}ISOMITTED", (local,))
            default = Constant(self.entry.default(argument))
            given = Call("IF", (is_omitted, default, local))
            local = self._bind(f"used_{argument.name}", given)
        # Outside its valid range the function gives #N/A.
        declared = argument.declared
        if isinstance(declared, Input):
            return replace(local, lowest=declared.lowest, highest=declared.highest)
        return local

    def _constant(self, name: str, at: dict[str, int]) -> Local:
        """A constant that depends on no argument, under its name."""
        local = _local(name, at)
        if name in self.model.inputs:
            local = _reserved(local)
        value = self.values[name][array_index(at)].item()
        self.bound[local] = Constant(value)
        return Local(local, value)

    def _bind(self, name: str, expression: Expression) -> Local:
        """An expression bound to a local name; an equal one that is bound already is reused."""
        if isinstance(expression, Local):
            return expression
        name = self.name_of.setdefault(expression, name)
        self.bound.setdefault(name, expression)
        return Local(name, value_of(expression), *span(expression))

    def _repeatable(self, expression: Expression) -> Expression:
        """An expression that may occur twice in a formula: a name or a number."""
        if isinstance(expression, Constant):
            return expression
        names = (f"{self.current}_{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")
        return self._bind(next(name for name in names if name not in self.bound), expression)

    def _sum(self, reduction: Reduction, at: Mapping[str, int]) -> Expression:
        """A sum over axes, of the cells of a list or term by term."""
        if reduction.name != "SUM":
            raise self._no_lambda(f"{reduction.name} over {list(reduction.axes)}")
        (operand,), axes = reduction.parts, reduction.axes
        varying = [one for one in _references(operand) if set(one.free) & set(axes)]
        listed = [one for one in varying if one.name in self.lists]
        if not listed:
            sizes = [range(FIXED_SIZES.get(axis) or SIZES[axis]) for axis in axes]
            terms = (
                self._written(operand, {**at, **dict(zip(axes, here, strict=True))})
                for here in itertools.product(*sizes)
            )
            return functools.reduce(lambda one, other: simplified(Binary("+", (one, other))), terms)
        if len(listed) < len(varying):
            raise self._no_lambda("a sum of a list and of a value that is not a list")
        call = over_range(reduction)
        return Call(call.name, tuple(self._written(part, at) for part in call.parts))


def _conditions(argument: Expression, declared: Input) -> Iterator[Expression]:
    """Conditions for a valid argument."""
    if declared.lowest > -_NO_LIMIT:
        yield Binary(">=", (argument, Constant(declared.lowest)))
    if declared.highest < _NO_LIMIT:
        yield Binary("<=", (argument, Constant(declared.highest)))
    if declared.whole:
        yield Binary("=", (argument, Call("INT", (argument,))))


def _local(name: str, at: Mapping[str, int]) -> str:
    """Local name of an input or line at a position."""
    onshore = at.get("site") == 0 and not name.startswith("onshore_")
    steps = "".join(f"_{place + 1}" for axis, place in at.items() if axis != "site")
    return ("onshore_" if onshore else "") + name + steps


def _reserved(name: str) -> str:
    """Local name of an argument or input, whose own name is a defined name of the workbook."""
    return f"{name}_"


def _references(expression: Expression) -> Iterator[Reference]:
    return (leaf for leaf in leaves(expression) if isinstance(leaf, Reference))
