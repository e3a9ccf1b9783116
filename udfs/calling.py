"""Declarations of functions in cells, and the conversion of their calls to calls of the engine."""

import functools
import itertools
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..engine.axes import array_index
from ..engine.calculators.catalogue import Argument
from ..engine.calculators.one_site import (
    BY_LOCATION,
    LOCATION,
    START_MONTH,
    default_values,
    find_entry,
    hours_faults,
    settable,
)
from ..engine.declaration import FIRST_DAY, LAST_DAY, NO_CAP, Input, day_of, month_of
from ..engine.employment_law import FIRST, LAST, START
from ..engine.errors import DomainError, ShorewiseError
from ..engine.model import nearest
from ..engine.steps import Steps, finished
from . import coerce
from .coerce import ERRORS, MARK, CellError, Numbers, Rows
from .location_words import location_numbers, with_faults
from .shared_results import SharedResults

_CACHED, _CELLS = 4_096, 256  # calls in the cache, and how many cells each may compute
_LONG = SharedResults(256)  # results of long functions
_NO_LIMIT = 1e300
DATE, MONTH = "date", "month, such as 2027-01"  # units of dates and months
_HOURS = ("work_start", "work_end")  # suffixes of inputs that are checked together


class Parameter(NamedTuple):
    """One argument of a function in a cell.

    Attributes
    ----------
    name : str
    label, unit, allowed : str
        Its meaning, its unit and its valid range, as users read them.
    optional : bool
    default : float or None
        The value of an omitted argument; NaN if the function works it out from the others.
    limits : tuple of float, float, bool
        Lowest, highest, and whether only whole numbers are allowed.
    options : tuple of str
        The allowed words; the engine receives their indices.
    shape : str
        How the cells of the argument are read. In functions that are computed case by case:

        - "each": every cell is a case
        - "months": one month per column
        - "list": all cells are items of one list
        - "others": a table of further inputs

        In all other functions:

        - "table": a table
        - "grid": a table with names in its first row and first column
        - "one": a number or a word in a single cell
        - "text": any text in a single cell
    omitted : str
        What happens if the argument is omitted, for arguments without a default.
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
        """The help that Excel shows for the argument."""
        return f"{self.label}; {self.unit}; {self.allowed}{self.if_omitted}."

    @property
    def if_omitted(self) -> str:
        """Description of what happens if the argument is omitted; "" if it is required."""
        if not self.optional:
            return ""
        if self.default is None or self.default != self.default:
            return f"; {self.omitted} if omitted"
        if self.unit == MONTH:
            return f"; {month_of(self.default)} if omitted"
        value = self.options[int(self.default)] if self.options else f"{self.default:,.6g}"
        return f"; {'none' if self.default > NO_CAP else value} if omitted"

    @property
    def omission(self) -> str:
        """What happens if the argument is omitted, in words for a table."""
        return self.if_omitted.removeprefix("; ").removesuffix(" if omitted") or "required"


LAW_MONTH = Parameter(
    "month",
    "Month whose law counts",
    MONTH,
    f"a month such as {START}, or a date in it, from {FIRST} to {LAST}",
    optional=True,
    default=float(day_of(START)),
    limits=(FIRST_DAY, LAST_DAY + 30, False),
)


@dataclass(frozen=True, eq=False)
class Function:
    """A function in a cell.

    Parameters
    ----------
    name : str
        Its name in Excel.
    topic : str
        The heading under which it is documented.
    does : str
        What it returns, in a sentence.
    unit : str
        The unit of the result.
    parameters : tuple of Parameter
    answer : callable
        If ``each``, it takes a mapping of parameter names to arrays of shape (case,) or (1,), or
        (case, item) for months and lists; it returns an array of shape (case,), or (case, item) if
        the function has ``labels``. Otherwise it takes tables, numbers and texts by keyword and
        returns rows of cells, or is a generator that yields the fraction done and returns them.
    example : tuple
        Arguments of the example in the documentation.
    each : bool
        Whether the function is computed case by case: each cell of a range is one case.
    missing : str
        What a cell shows if the result is NaN: there is no answer.
    options : tuple of str
        The words that the result indexes, for functions that return a word.
    labels : tuple of str
        Names of the items of the result, which spill down a column.
    long : bool
        Whether it may take so long that Excel must not wait for it.
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
    long: bool = False

    @property
    def signature(self) -> str:
        """The signature as Excel shows it, with optional parameters in brackets."""
        names = (f"[{p.name}]" if p.optional else p.name for p in self.parameters)
        return f"{self.name}({', '.join(names)})"

    @property
    def anchor(self) -> str:
        """The name of its section on the page of functions."""
        return self.name.lower()


def choice(
    name: str,
    label: str,
    options: tuple[str, ...],
    default: int | None = None,
    shape: str = "each",
) -> Parameter:
    """A parameter whose value is one of several words.

    Parameters
    ----------
    name, label : str
    options : tuple of str
        The allowed words.
    default : int, optional
        Index of the default among the options; without one the argument is required.
    shape : str
        As in :class:`Parameter`.

    Returns
    -------
    Parameter
    """
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
    """The parameter for an argument of a function in the engine's catalogue.

    Parameters
    ----------
    argument : Argument
    default : float
        Used if the argument is optional, in its own unit.

    Returns
    -------
    Parameter
    """
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
    """The result of a function in a cell.

    Calls of up to 256 cells are cached by their values, and so are all calls of long functions.

    Parameters
    ----------
    function : Function
    *arguments : scalar, list, list of lists, array or None
        In the order of the function's parameters, as Excel or another host passes them. Trailing
        arguments may be left out.

    Returns
    -------
    float, str, bool, or list of lists of these
        An invalid argument gives a one-line message that starts with "Shorewise: ". An Excel error
        in an argument is returned unchanged.
    """
    if function.long:
        return finished(call_in_steps(function, *arguments))
    try:
        rows = _normalized(function, arguments)
    except ShorewiseError as error:
        return f"{MARK}{error}"
    cells = cell_count(function, rows) if function.each else sum(len(r) * len(r[0]) for r in rows)
    if cells > _CELLS:
        return _answer(function, rows)
    result = cached_answer(function, rows, cell_types(rows))
    return [list(row) for row in result] if isinstance(result, list) else result


def call_in_steps(function: Function, *arguments: Any) -> Steps[Any]:
    """The result of :func:`call` in steps, for a long function.

    Parameters
    ----------
    function : Function
    *arguments
        As for :func:`call`.

    Yields
    ------
    float
        The fraction done.

    Returns
    -------
    As :func:`call`. An equal call that is under way in another thread is waited for.
    """
    try:
        rows = _normalized(function, arguments)
    except ShorewiseError as error:
        return f"{MARK}{error}"
    key = function, rows, cell_types(rows)
    result = yield from _LONG.steps(key, lambda: _answer_in_steps(function, rows))
    return [list(row) for row in result] if isinstance(result, list) else result


def _normalized(function: Function, arguments: tuple[Any, ...]) -> tuple[Rows, ...]:
    """The rows of each argument of a call."""
    return tuple(
        coerce.normalize(parameter.name, cells)
        for parameter, cells in itertools.zip_longest(function.parameters, arguments)
    )


def cell_count(function: Function, ranges: Iterable[Any]) -> int:
    """Number of cells that a call computes, after its arguments are broadcast.

    It may exceed the number of cells passed: a column of m cells and a row of n give m x n cases,
    and each case reads all cells of a list.

    Parameters
    ----------
    function : Function
    ranges : iterable of rows or None
        The arguments, in the order of the function's parameters; None for an omitted one.

    Returns
    -------
    int
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


def cell_types(rows: Iterable[Rows]) -> tuple[type, ...]:
    """The types of all cells, as part of the cache key: 1 and TRUE compare equal."""
    return tuple(type(cell) for one in rows for row in one for cell in row)


@functools.lru_cache(_CACHED)
def cached_answer(function: Function, rows: tuple[Rows, ...], _types: tuple[type, ...]) -> Any:
    """The result of a call, from an LRU cache."""
    return _answer(function, rows)


def _answer(function: Function, rows: tuple[Rows, ...]) -> Any:
    """The result of a call with normalised arguments, or an error message."""
    return finished(_answer_in_steps(function, rows))


def _answer_in_steps(function: Function, rows: tuple[Rows, ...]) -> Steps[Any]:
    try:
        if function.each:
            found = _answer_cases(function, rows)
        else:
            found = yield from _answer_tables(function, rows)
    except CellError as error:
        return str(error)
    except ShorewiseError as error:
        cells = (cell for one in rows for row in one for cell in row)
        return next((cell for cell in cells if cell in ERRORS), f"{MARK}{error}")
    return found[0][0] if isinstance(found, list) and len(found) == 1 == len(found[0]) else found


def _answer_tables(function: Function, rows: tuple[Rows, ...]) -> Steps[list[list[Any]]]:
    """The result of a function that takes whole tables."""
    # Convert all tables first, because an Excel error takes precedence over any message.
    tables = [
        coerce.table(one, grid=parameter.shape == "grid")
        for parameter, one in zip(function.parameters, rows, strict=True)
    ]
    given = {
        parameter.name: table
        if parameter.shape in ("table", "grid")
        else single_value(parameter, table)
        for parameter, table in zip(function.parameters, tables, strict=True)
    }
    found = function.answer(**given)
    if isinstance(found, Generator):
        found = yield from found
    return coerce.cells(found, function.missing)


def _answer_cases(function: Function, rows: tuple[Rows, ...]) -> Any:
    """The result of a function for all cases at once; arguments broadcast as in NumPy."""
    read = _read_arguments(function, rows)
    shape = _shape(read)
    faults = _faults(read, shape)
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


def _read_arguments(function: Function, rows: tuple[Rows, ...]) -> dict[str, Numbers]:
    """The numbers of all arguments by name, including further inputs of the site."""
    read: dict[str, Numbers] = {}
    named = {p.name: one for p, one in zip(function.parameters, rows, strict=True)}
    lists = {p.name: named[p.name] for p in function.parameters if p.shape == "list"}
    named |= coerce.side_by_side(lists)
    for parameter in function.parameters:
        if parameter.shape == "others":
            read |= _others(named[parameter.name], {*named})
        else:
            one = _read(parameter, named[parameter.name])
            read[parameter.name] = _with_item_axis(one, parameter)
    if (
        LOCATION in read and LOCATION not in named
    ):  # among others: its figures replace the defaults of what is omitted
        for name in BY_LOCATION & named.keys():
            if all(cell is None for row in named[name] for cell in row):
                del read[name]
        read[LOCATION] = with_faults(read[LOCATION], read)
    return read


def _faults(read: Mapping[str, Numbers], shape: tuple[int, ...]) -> np.ndarray:
    """The first error of each case, in its arguments or its working hours; "" if it is valid."""
    faults = coerce.first_fault([one.faults for one in read.values()], shape)
    good = faults == ""
    hours = {n: _cases(one.values, shape, good) for n, one in read.items() if n.endswith(_HOURS)}
    if hours and good.any():
        wrong = np.broadcast_to(hours_faults(hours), good.sum())
        faults[good] = [fault and f"{MARK}{fault}" for fault in wrong]
    return faults


def single_value(parameter: Parameter, rows: Rows) -> Any:
    """The number, word or text in a single cell; None for an optional text that is omitted.

    Raises
    ------
    DomainError, CellError
        More than one cell, or a value that is not allowed.
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


def _with_item_axis(one: Numbers, parameter: Parameter) -> Numbers:
    """An argument with the items of each case along a third axis: a list, or months."""
    rows, columns = one.values.shape
    if parameter.shape == "list":
        return one.items(1)
    return one.items(rows) if parameter.shape == "months" and columns > 1 else one


def _shape(read: Mapping[str, Numbers]) -> tuple[int, ...]:
    """The number of rows and columns of the result."""
    shapes = {name: one.values.shape[:2] for name, one in read.items()}
    try:
        return np.broadcast_shapes((1, 1), *shapes.values())
    except ValueError:
        sizes = (f"{name} {r} x {c}" for name, (r, c) in shapes.items() if (r, c) != (1, 1))
        raise DomainError(
            f"ranges have different sizes: {', '.join(sizes)}; they must have the same number of "
            "rows and columns, or one"
        ) from None


def _cases(values: np.ndarray, shape: tuple[int, ...], good: np.ndarray) -> np.ndarray:
    """An argument's numbers for the valid cases, or a single number that all cases share."""
    items = values.shape[2:]
    if values.shape[:2] == (1, 1):
        return values.reshape(1, *items)
    return np.broadcast_to(values, (*shape, *items))[good]


def _read(parameter: Parameter, rows: Rows) -> Numbers:
    if parameter.options:
        default = None if parameter.default is None else int(parameter.default)
        return coerce.words(parameter.name, rows, parameter.options, default, parameter.allowed)
    if parameter.unit == MONTH:
        days = tuple(tuple(_day(cell) for cell in row) for row in rows)
        return coerce.numbers(
            parameter.name, days, parameter.limits, parameter.allowed, parameter.default,
            parameter.allowed,
        )  # fmt: skip
    kind = "a date" if parameter.unit == DATE else "a number"
    return coerce.numbers(
        parameter.name, rows, parameter.limits, parameter.allowed, parameter.default, kind
    )


def _day(cell: coerce.Cell) -> coerce.Cell:
    """First day of the month in a text such as "2027-01"; any other cell as it is."""
    found = day_of(cell)
    return float(found) if isinstance(cell, str) and isinstance(found, int) else cell


def _others(rows: Rows, arguments: set[str]) -> dict[str, Numbers]:
    """Further inputs of the site by name, from a table."""
    found = {}
    known = {**settable(), LOCATION: None, START_MONTH: None}
    for name, cells in coerce.columns_by_name("others", coerce.table(rows), known).items():
        if name == LOCATION:
            found[name] = location_numbers(tuple((cell,) for cell in cells))
            continue
        if name == START_MONTH:
            found[name] = _read(LAW_MONTH._replace(name=name), tuple((cell,) for cell in cells))
            continue
        entry = settable().get(name)
        if entry is None:
            hint = nearest(name, known) or ", which is not an input of a site"
            raise DomainError(f"others names {name[:40]!r}{hint}")
        if name in arguments:
            raise DomainError(f"others names {name}, which has an argument of its own")
        declared, at = find_entry(name)
        default = default_values()[declared.name][array_index(at)].item()
        limits = (entry.lowest, entry.highest, entry.whole)
        column = tuple((cell,) for cell in cells)
        found[name] = coerce.numbers(name, column, limits, entry.allowed, default)
    return found
