"""What a function in a cell is, and how a call of it becomes a call of the engine."""

import functools
import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..engine.axes import array_index
from ..engine.calculators.catalogue import Argument
from ..engine.calculators.one_site import default_values, hours_faults, settable, spot
from ..engine.declaration import NO_CAP, Input
from ..engine.errors import DomainError, ShorewiseError
from ..engine.model import nearest
from . import coerce
from .coerce import ERRORS, MARK, CellError, Numbers, Rows

_REMEMBERED, _CELLS = 4_096, 256  # calls that are remembered, and how large they may be
_NO_LIMIT = 1e300
_HOURS = ("work_start", "work_end")  # ends of names of what only makes sense together


class Parameter(NamedTuple):
    """One argument of a function in a cell.

    Attributes
    ----------
    name : str
    label, unit, allowed : str
        What a user sees: what it is, its unit, what it may be.
    optional : bool
    default : float or None
        Stands for what is omitted; NaN where the function finds it itself.
    limits : tuple of float, float, bool
        Lowest, highest, and whether only whole numbers are allowed.
    options : tuple of str
        Words that it may be; the engine gets their places.
    shape : str
        "each" cell is a case, "months" runs to the right, "list" is one list, "others" a table of
        further inputs. Where the function is not computed case by case: "table" is a table, "grid"
        one with names in its first row and column, "one" a number or a word in one cell, "text" any
        text in one cell.
    omitted : str
        What happens then, in words, where there is no default.
    """

    name: str
    label: str
    unit: str
    allowed: str
    optional: bool = False
    default: float | None = None
    limits: tuple[float, float, bool] = (-_NO_LIMIT, _NO_LIMIT, False)
    options: tuple[str, ...] = ()
    shape: str = "each"
    omitted: str = ""

    @property
    def help(self) -> str:
        """What Excel shows beside the argument."""
        return f"{self.label}; {self.unit}; {self.allowed}{self.if_omitted}."

    @property
    def if_omitted(self) -> str:
        """What is taken where it is omitted, in words."""
        if not self.optional:
            return ""
        if self.default is None or self.default != self.default:
            return f"; {self.omitted} if omitted"
        value = self.options[int(self.default)] if self.options else f"{self.default:,.6g}"
        return f"; {'none' if self.default > NO_CAP else value} if omitted"


@dataclass(frozen=True, eq=False)
class Function:
    """A function in a cell.

    Parameters
    ----------
    name, topic, does : str
        What a user types; the heading under which it stands; what comes back, in a sentence.
    unit : str
        Of the result.
    parameters : tuple of Parameter
    answer : callable
        With ``each``: takes arrays of cases by name, shape (case,) or (1,), months and lists as
        (case, item), and gives an array, shape (case,), or (case, item) with ``labels``. Else it
        takes tables, numbers and texts by name and gives rows.
    example : tuple
        Arguments of the example in the documents.
    each : bool
        Whether every case is computed for itself.
    missing : str
        What a cell shows where no answer exists (NaN).
    options : tuple of str
        Words that the numbers of the answer stand for.
    labels : tuple of str
        Names of the items of the answer, which then spill below each other.
    """

    name: str
    topic: str
    does: str
    unit: str
    parameters: tuple[Parameter, ...]
    answer: Callable[..., Any]
    example: tuple = ()
    each: bool = True
    missing: str = "n/a"
    options: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def signature(self) -> str:
        """The call as Excel shows it."""
        names = (f"[{p.name}]" if p.optional else p.name for p in self.parameters)
        return f"{self.name}({', '.join(names)})"


def word(
    name: str,
    label: str,
    options: tuple[str, ...],
    default: int | None = None,
    shape: str = "each",
) -> Parameter:
    """A parameter that is one of some words."""
    return Parameter(
        name,
        label,
        "word",
        f"one of {', '.join(options)}",
        optional=default is not None,
        default=default,
        options=options,
        shape=shape,
    )


def parameter_of(argument: Argument, default: float) -> Parameter:
    """An argument of the engine's table of functions."""
    declared, optional = argument.declared, argument.optional
    allowed, limits = "any number", (-_NO_LIMIT, _NO_LIMIT, False)
    if isinstance(declared, Input):
        allowed = declared.allowed
        limits = (declared.lowest, declared.highest, declared.whole)
    return Parameter(
        argument.name,
        argument.label,
        declared.unit,
        allowed,
        optional,
        default if optional else None,
        limits,
        shape="list" if argument.listed else "each",
    )


def call(function: Function, *arguments: Any) -> Any:
    """The result of a function, as cells hold it: a float, a text, a truth value, or rows of them.

    What is wrong is a text, in one line; an error of Excel in an argument comes back as it is.
    Calls of few cells are remembered by their values.
    """
    try:
        rows = tuple(
            coerce.plain(parameter.name, cells)
            for parameter, cells in itertools.zip_longest(function.parameters, arguments)
        )
    except ShorewiseError as error:
        return f"{MARK}{error}"
    cells = spanned(function, rows) if function.each else sum(len(r) * len(r[0]) for r in rows)
    if cells > _CELLS:
        return _called(function, rows)
    result = _remembered(function, rows, kinds_of(rows))
    return [list(row) for row in result] if isinstance(result, list) else result


def spanned(function: Function, ranges: Iterable[Any]) -> int:
    """Cells that a call computes: as many rows and columns as the largest ranges have together.

    A few cells may span many: a row and a column every pair of theirs, and each pair all cells of
    a list. In a table of further inputs, cases may stand beside each other.
    """
    height = width = listed = 1
    for parameter, rows in zip(function.parameters, ranges, strict=False):
        if rows is None:
            continue
        down, right = len(rows), max(map(len, rows), default=1)
        if parameter.shape == "list":
            listed = max(listed, down * right)
        elif parameter.shape == "months":
            height, listed = max(height, down), max(listed, right)
        elif parameter.shape == "others":
            height = max(height, down, right)
        else:
            height, width = max(height, down), max(width, right)
    return height * width * listed


def kinds_of(rows: Iterable[Rows]) -> tuple[type, ...]:
    """Types of all cells: without them 1 and TRUE are the same key of what is remembered."""
    return tuple(type(cell) for one in rows for row in one for cell in row)


@functools.lru_cache(_REMEMBERED)
def _remembered(function: Function, rows: tuple[Rows, ...], _kinds: tuple[type, ...]) -> Any:
    return _called(function, rows)


def _called(function: Function, rows: tuple[Rows, ...]) -> Any:
    try:
        if function.each:
            return _each(function, rows)
        # All tables first: an error of Excel comes before any message.
        tables = [
            coerce.table(one, grid=parameter.shape == "grid")
            for parameter, one in zip(function.parameters, rows, strict=True)
        ]
        given = {
            parameter.name: table
            if parameter.shape in ("table", "grid")
            else alone(parameter, table)
            for parameter, table in zip(function.parameters, tables, strict=True)
        }
        found = coerce.cells(function.answer(**given), function.missing)
    except CellError as error:
        return str(error)
    except ShorewiseError as error:
        cells = (cell for one in rows for row in one for cell in row)
        return next((cell for cell in cells if cell in ERRORS), f"{MARK}{error}")
    return found[0][0] if len(found) == 1 == len(found[0]) else found


def _each(function: Function, rows: tuple[Rows, ...]) -> Any:
    """Every case for itself, all in one evaluation; arguments broadcast as in NumPy."""
    read: dict[str, Numbers] = {}
    named = {p.name: one for p, one in zip(function.parameters, rows, strict=True)}
    lists = {p.name: named[p.name] for p in function.parameters if p.shape == "list"}
    named |= coerce.side_by_side(lists)
    for parameter in function.parameters:
        if parameter.shape == "others":
            read |= _others(named[parameter.name], {*named})
        else:
            one = _read(parameter, named[parameter.name])
            read[parameter.name] = _one_case_a_cell(one, parameter)
    shape = _shape(read)
    faults = coerce.first_fault([one.faults for one in read.values()], shape)
    good = faults == ""
    hours = {n: _cases(one.values, shape, good) for n, one in read.items() if n.endswith(_HOURS)}
    if hours and good.any():
        wrong = np.broadcast_to(hours_faults(hours), good.sum())
        faults[good] = [fault and f"{MARK}{fault}" for fault in wrong]
        good = faults == ""
    width = (len(function.labels),) if function.labels else ()
    found = np.empty((*shape, *width), object)
    found[~good] = faults[~good].reshape(-1, *(1 for _ in width))
    if good.any():
        given = {name: _cases(one.values, shape, good) for name, one in read.items()}
        with np.errstate(all="ignore"):
            answer = np.asarray(function.answer(given))
        if function.options:
            answer = np.array(function.options, object)[answer.astype(int)]
        found[good] = np.broadcast_to(answer, (int(good.sum()), *width))
    if function.labels and (shape != (1, 1) or good.all()):
        below = found.reshape(-1, *width).T
        table = [[label, *row] for label, row in zip(function.labels, below, strict=True)]
        return coerce.cells(table, function.missing)
    if shape == (1, 1):
        return coerce.cells(found.reshape(1, -1), function.missing)[0][0]
    return coerce.cells(found.tolist(), function.missing)


def alone(parameter: Parameter, rows: Rows) -> Any:
    """The number, word or text in one cell; of a text that is left out None.

    Raises
    ------
    DomainError, CellError
        More than one cell, or not what the parameter allows.
    """
    rows = rows or ((None,),)
    if (len(rows), len(rows[0])) != (1, 1):
        raise DomainError(
            f"{parameter.name} is {len(rows)} x {len(rows[0])} cells; it must be one cell"
        )
    ((cell,),) = rows
    if parameter.shape == "text":
        if not isinstance(cell, str) and (cell is not None or not parameter.optional):
            raise DomainError(
                f"{parameter.name} is {coerce.shown(cell)}; it must be {parameter.allowed}"
            )
        return cell
    found = _read(parameter, rows)
    if found.faults is not None and found.faults.item():
        raise CellError(found.faults.item())
    value = found.values.item()
    return parameter.options[int(value)] if parameter.options else value


def _one_case_a_cell(one: Numbers, parameter: Parameter) -> Numbers:
    """Cells that belong to the same case along a third axis: a list, or months to the right."""
    rows, columns = one.values.shape
    if parameter.shape == "list":
        return one.items(1)
    return one.items(rows) if parameter.shape == "months" and columns > 1 else one


def _shape(read: Mapping[str, Numbers]) -> tuple[int, ...]:
    """Rows and columns of the result."""
    shapes = {name: one.values.shape[:2] for name, one in read.items()}
    try:
        return np.broadcast_shapes((1, 1), *shapes.values())
    except ValueError:
        sizes = (f"{name} {r} x {c}" for name, (r, c) in shapes.items() if (r, c) != (1, 1))
        raise DomainError(
            f"ranges do not fit together: {', '.join(sizes)}; they must have as many rows and "
            "columns, or one"
        ) from None


def _cases(values: np.ndarray, shape: tuple[int, ...], good: np.ndarray) -> np.ndarray:
    """An argument's numbers for the cases that are computed; one where it is the same for all."""
    items = values.shape[2:]
    if values.shape[:2] == (1, 1):
        return values.reshape(1, *items)
    return np.broadcast_to(values, (*shape, *items))[good]


def _read(parameter: Parameter, rows: Rows) -> Numbers:
    if parameter.options:
        default = None if parameter.default is None else int(parameter.default)
        return coerce.words(parameter.name, rows, parameter.options, default)
    return coerce.numbers(
        parameter.name, rows, parameter.limits, parameter.allowed, parameter.default
    )


def _others(rows: Rows, arguments: set[str]) -> dict[str, Numbers]:
    """Further inputs of the site by name, from a table."""
    found = {}
    for name, cells in keyed("others", coerce.table(rows), settable()).items():
        entry = settable().get(name)
        if entry is None:
            hint = nearest(name, settable()) or ", which is no input of a site"
            raise DomainError(f"others names {name[:40]!r}{hint}")
        if name in arguments:
            raise DomainError(f"others names {name}, which is an argument of its own")
        declared, at = spot(name)
        default = default_values()[declared.name][array_index(at)].item()
        limits = (entry.lowest, entry.highest, entry.whole)
        column = tuple((cell,) for cell in cells)
        found[name] = coerce.numbers(name, column, limits, entry.allowed, default)
    return found


def keyed(name: str, rows: Rows, known: Mapping[str, Any]) -> dict[str, list]:
    """Columns of a table by their names, which stand in its first row or in its first column.

    They are taken from the first row where it has only texts, or texts and empty cells and more
    known names than the first column, unless the first column has only known names.

    Raises
    ------
    DomainError
        A name that is no text or stands twice, or values without a name.
    """
    if not rows:
        return {}
    down = all(isinstance(row[0], str) and row[0] in known for row in rows)
    head = rows[0]
    across = all(isinstance(cell, str) for cell in head) or (
        all(cell is None or isinstance(cell, str) for cell in head)
        and sum(cell in known for cell in head) > sum(row[0] in known for row in rows)
    )
    columns = list(zip(*rows, strict=True)) if across and not down else list(rows)
    found: dict[str, list] = {}
    for key, *values in columns:
        if key is None and all(value is None for value in values):
            continue
        if not isinstance(key, str):
            raise DomainError(f"{name} has {coerce.shown(key)} in the place of a name")
        if key in found:
            raise DomainError(f"{name} names {key[:40]!r} twice")
        if not values:
            raise DomainError(f"{name} has no value for {key[:40]!r}")
        found[key] = values
    return found
