"""Declarations of functions in cells, and the conversion of their calls to calls of the engine."""

import functools
import itertools
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
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
from ..engine.reading.currency_signs import currencies_of
from ..engine.reading.headings import Headings
from ..engine.steps import Steps, finished
from . import coerce
from .coerce import ERRORS, MARK, CellError, Numbers, Rows
from .location_words import location_numbers, with_faults
from .scenario_contents import is_content
from .scenario_registry import REGISTRY, is_scenario_text
from .shared_results import SharedResults
from .tables import Column, Table, columns_by_name

_CACHED, _CELLS = 4_096, 256  # calls in the cache, and how many cells each may compute
_LONG = SharedResults(256)  # results of long functions
WHOLE_COLUMN = 1_048_576  # rows of a sheet
_NO_LIMIT = 1e300
DATE, MONTH = "date", "month, such as 2027-01"  # units of dates and months
SITES, SCENARIO = "sites", "scenario"  # an argument and a shape that may be a scenario cell
_EMPTY: Rows = ((None,),)
_TWICE = (
    "sites is a scenario cell, which has its plans and settings: leave these arguments out, or "
    "change the scenario with SHORE_SET"
)
_HOURS = ("work_start", "work_end")  # suffixes of inputs that are checked together
_BY_CASE = ("each", "months")  # shapes of arguments whose rows are cases
_TOGETHER = {"each": "cases", "months": "cases", "list": "items"}  # ranges that are cut together
COUNTRY_CURRENCY = "USD"  # in which amounts are where a location is given


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
        - "scenario": a scenario cell, or a table of sites alone
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
    of_scenario : Function, optional
        What answers where the first argument is a scenario cell.
    makes_scenario : bool
        Whether the result is the text of a :class:`.scenario_contents.Content`, which becomes a
        scenario cell.
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
    of_scenario: "Function | None" = None
    makes_scenario: bool = False
    long: bool = False

    @property
    def takes_scenario(self) -> tuple[bool, ...]:
        """For each parameter, whether it may be a scenario cell."""
        first = self.of_scenario is not None
        return tuple(
            p.shape == SCENARIO
            or (p.name == SITES and not self.makes_scenario)
            or (first and not n)
            for n, p in enumerate(self.parameters)
        )

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
    try:
        return as_shown(function, computed(function, resolved(function, arguments)))
    except CellError as error:
        return str(error)


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
    As :func:`call`.
    """
    try:
        rows = resolved(function, arguments)
    except CellError as error:
        return str(error)
    return (yield from computed_in_steps(function, rows))


def resolved(function: Function, arguments: Sequence[Any]) -> tuple[Rows, ...]:
    """The arguments of a call as rows, with the content of each scenario cell in its place.

    Raises
    ------
    CellError
        An invalid argument, or a scenario cell that is not known; with the text for the cell.
    """
    try:
        given = without_blank_ends(function, arguments)
        rows = tuple(
            coerce.normalize(parameter.name, cells)
            for parameter, cells in itertools.zip_longest(function.parameters, given)
        )
        return tuple(
            _with_content(one) if takes else one
            for one, takes in zip(rows, function.takes_scenario, strict=True)
        )
    except CellError:
        raise
    except ShorewiseError as error:
        raise CellError(f"{MARK}{error}") from None


def _with_content(rows: Rows) -> Rows:
    """The content that a scenario cell stands for; any other argument as it is.

    Blank cells around it do not matter.
    """
    filled = (cell for cell in itertools.chain.from_iterable(rows) if cell is not None)
    cell, more = next(filled, None), next(filled, None)
    if not isinstance(cell, str):
        return rows
    if more is not None:
        if is_scenario_text(cell) and is_scenario_text(more):
            raise CellError(f"{MARK}the range has several scenario cells; point to one of them")
        return rows
    if cell.startswith(MARK):  # what is wrong with the scenario is wrong with all that needs it
        raise CellError(cell)
    return ((REGISTRY.find(cell),),) if is_scenario_text(cell) else rows


def as_shown(function: Function, result: Any) -> Any:
    """The result of a call as a cell shows it: a new scenario is kept, and shown by its text."""
    is_new = function.makes_scenario and isinstance(result, str) and is_content(result)
    return REGISTRY.keep(result) if is_new else result


def computed(function: Function, rows: tuple[Rows, ...]) -> Any:
    """The result of a call with resolved arguments.

    Calls of up to 256 cells are cached by their values, and so are all calls of long functions.
    """
    if function.long:
        return finished(computed_in_steps(function, rows))
    try:
        function, rows = _by_scenario(function, rows)
    except DomainError as error:
        return f"{MARK}{error}"
    cells = cell_count(function, rows) if function.each else sum(len(r) * len(r[0]) for r in rows)
    if cells > _CELLS:
        return _answer(function, rows)
    return _copied(cached_answer(function, rows, cell_types(rows)))


def computed_in_steps(function: Function, rows: tuple[Rows, ...]) -> Steps[Any]:
    """The result of :func:`computed` in steps, for a long function.

    An equal call that is under way in another thread is waited for.
    """
    try:
        function, rows = _by_scenario(function, rows)
    except DomainError as error:
        return f"{MARK}{error}"
    key = function, rows, cell_types(rows)
    return _copied((yield from _LONG.steps(key, lambda: _answer_in_steps(function, rows))))


def _copied(result: Any) -> Any:
    """A result that is kept, as its receiver may change it."""
    return [list(row) for row in result] if isinstance(result, list) else result


def _by_scenario(function: Function, rows: tuple[Rows, ...]) -> tuple[Function, tuple[Rows, ...]]:
    """The function that answers a call with a scenario cell, and its arguments.

    Raises
    ------
    DomainError
        More arguments than it takes.
    """
    if function.of_scenario and is_content(rows[0]):
        function = function.of_scenario
        return function, _of_length(len(function.parameters), rows, "the scenario cell")
    names = [parameter.name for parameter in function.parameters]
    at = names.index(SITES) if SITES in names else None
    if at is None or not is_content(rows[at]):
        return function, rows
    before, plans, settings = rows[: at + 1], *rows[at + 1 : at + 3]
    if _is_empty(plans) and _is_empty(settings):
        return function, rows
    if any(len(one) > 1 and len(one[0]) > 1 for one in (plans, settings)):
        raise DomainError(_TWICE)
    shifted = (*before, _EMPTY, _EMPTY, *rows[at + 1 :])
    return function, _of_length(len(names), shifted, "sites")


def _of_length(count: int, rows: tuple[Rows, ...], name: str) -> tuple[Rows, ...]:
    """So many arguments, the rest of which must be empty."""
    if not all(map(_is_empty, rows[count:])):
        raise DomainError(_TWICE if name == SITES else f"too many arguments beside {name}")
    return (*rows[:count], *[_EMPTY] * (count - len(rows)))


def _is_empty(rows: Rows) -> bool:
    return all(cell is None for row in rows for cell in row)


def without_blank_ends(function: Function, ranges: Sequence[Any]) -> list[Any]:
    """Ranges without the blank rows at their end, as whole columns have them.

    Ranges of cases keep as many rows as the one that is filled furthest, and all of them if no
    required argument is among them: there a blank cell is the default. Lists, which go together,
    are cut together, and months lose blank columns at their end.

    Parameters
    ----------
    function : Function
    ranges : sequence of scalar, list, list of lists, array or None
        The arguments, in the order of the function's parameters.

    Returns
    -------
    list of the same
    """
    found = [coerce.plain_rows(cells) for cells in ranges]
    together: dict[Any, list[int]] = {}
    for n, (parameter, cells) in enumerate(zip(function.parameters, found, strict=False)):
        if not isinstance(cells, (list, tuple)) or not cells:
            continue
        if parameter.shape == "months":
            found[n] = coerce.without_blank_columns(cells)
        if len(cells) == 1:
            continue
        kind = _TOGETHER.get(parameter.shape, n)
        together.setdefault((kind, len(cells)), []).append(n)
    cases = 1
    for (kind, height), numbers in sorted(together.items(), key=_cases_first):
        rows = max(1, *(coerce.filled_rows(found[n]) for n in numbers))
        if kind == "cases":
            needed = any(not function.parameters[n].optional for n in numbers)
            rows = rows if needed or height >= WHOLE_COLUMN else height
            cases = max(cases, rows)
        elif function.parameters[numbers[0]].shape == "others":
            rows = max(rows, cases + 1)  # a blank row is the default of its case
        if rows < height:
            for n in numbers:
                found[n] = found[n][:rows]
    return found


def _cases_first(group: tuple[tuple[Any, int], list[int]]) -> bool:
    return group[0][0] != "cases"


def cell_count(function: Function, ranges: Sequence[Any]) -> int:
    """Number of cells that a call computes, after its arguments are broadcast.

    It may exceed the number of cells passed: a column of m cells and a row of n give m x n cases,
    and each case reads all cells of a list.

    Parameters
    ----------
    function : Function
    ranges : sequence of rows or None
        The arguments, in the order of the function's parameters; None for an omitted one.

    Returns
    -------
    int
    """
    height = width = listed = 1
    given = without_blank_ends(function, ranges)
    for parameter, rows in zip(function.parameters, given, strict=False):
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
        Table.of(parameter.name, one)
        for parameter, one in zip(function.parameters, rows, strict=True)
    ]
    given = {
        parameter.name: table
        if parameter.shape in ("table", "grid")
        else _scenario_rows(parameter, table)
        if parameter.shape == SCENARIO
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
    shapes = {p.name: p.shape for p in function.parameters}
    lists = {name: named[name] for name, shape in shapes.items() if shape == "list"}
    listed = coerce.side_by_side(lists)
    cases = max((len(named[n]) for n, shape in shapes.items() if shape in _BY_CASE), default=1)
    for parameter in function.parameters:
        name = parameter.name
        if parameter.shape == "others":
            read |= _others(named[name], {*named}, cases)
        elif parameter.shape == "list":
            read[name] = _read(parameter, listed[name].rows, listed[name].place).items(1)
        else:
            is_months = parameter.shape == "months"
            place = coerce.place_in(name, named[name]) if is_months else None
            one = _read(parameter, named[name], place)
            height, width = one.values.shape
            read[name] = one.items(height) if is_months and width > 1 else one
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
    signs = {n: one.signs for n, one in read.items() if one.signs is not None}
    if signs:
        needed = COUNTRY_CURRENCY if LOCATION in read else ""
        of_cases = {n: np.broadcast_to(one, shape) for n, one in signs.items()}
        for at in zip(*np.nonzero(faults == ""), strict=True):
            faults[at] = _fault_of_signs({n: one[at] for n, one in of_cases.items()}, needed)
    return faults


def _fault_of_signs(signs: Mapping[str, str], needed: str) -> str:
    """What is wrong with the signs of currencies beside the amounts of a case; "" if nothing."""
    found = [(name, sign) for name, both in signs.items() for sign in both.split()]
    common = {needed} if needed else {*currencies_of(found[0][1])} if found else set()
    for name, sign in found:
        common &= {*currencies_of(sign)}
        if not common:
            first = (
                f"{needed}, as a location has it" if needed else f"{found[0][1]} ({found[0][0]})"
            )
            return (
                f"{MARK}{name} has an amount in {sign}; all amounts of a call must be in one "
                f"currency, here {first}"
            )
    return ""


def _scenario_rows(parameter: Parameter, rows: Rows) -> Rows:
    """The content of a scenario cell, or a table of sites.

    Raises
    ------
    DomainError
        No cell, or a single one with something else.
    """
    if sum(map(len, rows)) <= 1 and not (rows and is_content(rows)):
        cell = coerce.shown(rows[0][0] if rows else None)
        raise DomainError(f"{parameter.name} is {cell}; it must be {parameter.allowed}")
    return rows


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


def _read(parameter: Parameter, rows: Rows, place: coerce.Place | None = None) -> Numbers:
    """The numbers of an argument; ``place`` names its cells in messages."""
    if parameter.options:
        default = None if parameter.default is None else int(parameter.default)
        return coerce.words(
            parameter.name, rows, parameter.options, default, parameter.allowed, place
        )
    kind, unit = "a number", parameter.unit
    if parameter.unit == MONTH:
        rows = tuple(tuple(_day(cell) for cell in row) for row in rows)
        kind = parameter.allowed
    elif parameter.unit == DATE:
        kind = "a date"
    return coerce.numbers(
        parameter.name, rows, parameter.limits, parameter.allowed, parameter.default, kind,
        None if unit in (DATE, MONTH) else unit, place,
    )  # fmt: skip


def _day(cell: coerce.Cell) -> coerce.Cell:
    """First day of the month in a text such as "2027-01"; any other cell as it is."""
    found = day_of(cell)
    return float(found) if isinstance(cell, str) and isinstance(found, int) else cell


@functools.cache
def _other_headings() -> Headings:
    """Headings of further inputs of a site, by name or label."""
    names = {name: [entry.label] for name, entry in settable().items() if entry.name == name}
    return Headings({name: names.get(name, []) for name in (*settable(), LOCATION, START_MONTH)})


def _others(rows: Rows, arguments: set[str], cases: int) -> dict[str, Numbers]:
    """Further inputs of the site by name, from a table with ``cases`` rows if it is by case."""
    found = {}
    units = {name: entry.unit for name, entry in settable().items()}
    columns = columns_by_name(
        Table.of("others", rows), _other_headings(), units, "an input of a site"
    )
    for name, column in columns.items():
        if name in arguments:
            raise DomainError(
                f"{column.head} is {coerce.shown(column.text)}, but {name} has "
                "an argument of its own"
            )
        found[name] = _other(name, column, cases)
    return found


def _other(name: str, column: Column, cases: int) -> Numbers:
    """The numbers of a further input of the site; blank rows count if they make up the cases."""
    if cases > 1 and column.table.below_first == cases:
        column = column._replace(table=column.table.with_blank_rows())

    def place(row: int, _column: int) -> str:
        return f"{column.place(row)} ({name})"

    rows = tuple((cell,) for cell in column.cells)
    if name == LOCATION:
        return location_numbers(rows, place)
    if name == START_MONTH:
        return _read(LAW_MONTH._replace(name=name), rows, place)
    entry, (declared, at) = settable()[name], find_entry(name)
    default = default_values()[declared.name][array_index(at)].item()
    limits = (entry.lowest, entry.highest, entry.whole)
    found = coerce.numbers(name, rows, limits, entry.allowed, default, unit=entry.unit, place=place)
    if column.currency:
        filled = np.array([[cell is not None] for (cell,) in rows])
        return found._replace(signs=np.where(filled, column.currency, ""))
    return found
