"""The results of a scenario by name."""

import datetime
import functools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from ...engine import criteria
from ...engine.address import take
from ...engine.declaration import Input
from ...engine.errors import DomainError
from ...engine.lines import Line
from ...engine.locations import locations
from ...engine.model import default_model, nearest
from ...engine.scenario import Scenario
from ...engine.statement import periods
from ..layout.derived import BARS, TOTALS
from ..sheets.bridge import BAR_LABELS
from .result_names import (
    BAR,
    BASELINE,
    NAME,
    RECOMMENDED,
    SENTENCE,
    ResultName,
    Step,
    axes_of,
    figures,
)

Value = float | str
_DAY_0 = datetime.date(1899, 12, 30)
_DIFFERENT = object()  # in place of values of one role that differ between roles
_FREQUENCIES = {"year": "FY", "quarter": "Q", "month": "M"}
_VARIED = ("amount", "missed_limits")  # fields of our own that differ between scenarios
# Lines that are read for words, labels and numbers of rows, whatever the name.
_ALWAYS = frozenset(
    {*criteria.READ, *BARS, "month_date", "last_month", "quarter_last", "year_last"}
)


def lines_of(names: Iterable[ResultName]) -> list[str]:
    """The lines and inputs from which names are read, for an evaluation of no more than these."""
    return sorted(_ALWAYS | {name.line for name in names if name.line})


_Rows = Mapping[str, Sequence[int]]


class Shown(NamedTuple):
    """The values of a name.

    Attributes
    ----------
    values : list of value, of lists of values, or of lists of such lists
        One for each scenario, nested as often as the name repeats; dates as Excel's serial numbers,
        words for codes and where there is no answer.
    unit : str
        "text" and "date" for these.
    """

    values: list[Any]
    unit: str


class _OneRow(Mapping[str, np.ndarray]):
    """The values of one scenario among those of many; few of them are asked for."""

    def __init__(self, values: Mapping[str, np.ndarray], row: int):
        self._values, self._row = values, row

    def __getitem__(self, name: str) -> np.ndarray:
        array = self._values[name]
        return array[self._row : self._row + 1] if array.shape[0] > 1 else array

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class NamedResults:
    """Results of scenarios that differ in values only: a name is read of all of them at once.

    Parameters
    ----------
    scenario : callable
        Gives the scenario at a position.
    count : int
        How many there are.
    values : mapping of str to array, shape (scenario, plan, site, role, month)
        What :meth:`Scenario.evaluate` returns, of all of them, with :func:`lines_of` the names that
        will be read.
    """

    def __init__(
        self, scenario: Callable[[int], Scenario], count: int, values: Mapping[str, np.ndarray]
    ):
        self.count = count
        self._scenario = functools.cache(scenario)
        self._case = self._scenario(0)  # for what is the same in all
        self._values = values
        # What was read so far.
        self._taken: dict[Hashable, np.ndarray] = {}
        self._read: dict[ResultName, Shown] = {}
        self._periods_of: dict[str, list[tuple[tuple[str, ...], tuple[int, ...]]]] = {}

    @classmethod
    def of(cls, scenario: Scenario) -> Self:
        """Those of one scenario."""
        return cls(lambda _: scenario, 1, scenario.evaluate())

    def _array(self, line: str, **at: int) -> np.ndarray:
        """An input or line; the first axis has size 1 where it is the same in all scenarios."""
        key = line, *at.items()
        if key not in self._taken:
            self._taken[key] = take(self._values, line, scenario=slice(None), **at)
        return self._taken[key]

    def _each(self, line: str, **at: int) -> list[Any]:
        """One number of an input or a line, in each scenario."""
        found = self._array(line, **at).tolist()
        return found if len(found) == self.count else found * self.count

    def _one(self, number: int) -> Mapping[str, np.ndarray]:
        return _OneRow(self._values, number)

    @functools.cached_property
    def _best(self) -> list[tuple[int, ...]]:
        """Positions of the recommended plans in each scenario."""
        return [
            tuple(plan for plan, is_best in enumerate(row) if is_best == 1)
            for row in self._each("recommended")
        ]

    @functools.cached_property
    def _assumed(self) -> list[tuple[str, ...]]:
        """What is assumed in each scenario; found once for those with the same inputs for it."""
        read = self._case.unset.read
        varied = [array for name in read if len(array := self._values[name]) > 1]
        found: dict[tuple[bytes, ...], tuple[str, ...]] = {}
        assumed = []
        for number in range(self.count):
            key = tuple(array[number].tobytes() for array in varied)
            if key not in found:
                found[key] = self._scenario(number).assumed
            assumed.append(found[key])
        return assumed

    def _periods(self, axis: str) -> list[tuple[tuple[str, ...], tuple[int, ...]]]:
        """Labels of months, quarters or years, and how many months of the horizon each has."""
        if axis not in self._periods_of:
            settings = zip(self._each("fiscal_year_start"), self._each("last_month"), strict=True)
            known: dict[tuple, tuple[tuple[str, ...], tuple[int, ...]]] = {}
            found = self._periods_of[axis] = []
            for number, key in enumerate(settings):
                if key not in known:
                    case, values = self._scenario(number), self._one(number)
                    known[key] = periods(case, values, _FREQUENCIES[axis])
                found.append(known[key])
        return self._periods_of[axis]

    def read(self, name: ResultName) -> Shown:
        """The values of a name; what was read is kept.

        Raises
        ------
        DomainError
            A scenario has no plan, site, role, ... of that name or number.
        """
        if name not in self._read:
            self._read[name] = Shown(self._values_of(name), name.unit)
        return self._read[name]

    def _values_of(self, name: ResultName) -> list[Any]:
        if name.is_count and not name.repeated:
            return [float(len(rows)) for rows in self.rows(name.steps[-1].axis)]
        found: list[Any] = [None] * self.count
        for key, numbers in self._alike(name).items():
            places = dict(zip(name.bound, key, strict=False))
            rows = dict(zip(name.repeated, key[len(places) :], strict=True))
            if None in places.values():
                values = [self._nobody(name, rows, number) for number in numbers]
            elif name.own is not None:
                values = self._own(name, places, rows, numbers)
            else:
                values = self._of_model(name, places, rows, numbers)
            for number, value in zip(numbers, values, strict=True):
                found[number] = value
        return found

    def _alike(self, name: ResultName) -> Mapping[tuple, Sequence[int]]:
        """Scenarios by the positions that a name means and those that it repeats over."""
        columns: list[Sequence[Any]] = [self._places(name, axis) for axis in name.bound]
        columns += [self.rows(axis) for axis in name.repeated]
        if all(column.count(column[0]) == self.count for column in columns):
            return {tuple(column[0] for column in columns): range(self.count)}
        found: dict[tuple, list[int]] = {}
        for number, key in enumerate(zip(*columns, strict=True)):
            found.setdefault(key, []).append(number)
        return found

    def rows(self, axis: str) -> Sequence[Sequence[int]]:
        """Positions of the rows that a name repeats over along an axis, in each scenario."""
        if axis == BAR:
            return [range(len(BARS))] * self.count
        if axis == SENTENCE:
            return [range(len(said)) for said in self._assumed]
        if axis in _FREQUENCIES:
            return [range(len(labels)) for labels, _ in self._periods(axis)]
        used = tuple(n for n, one in enumerate(self._names(axis)) if one)
        return [used] * self.count

    def _names(self, axis: str) -> Sequence[str]:
        """Names of all rows of an axis, "" of rows that are not used."""
        case = self._case
        named = {
            "plan": case.plans,
            "site": case.sites,
            "role": case.roles,
            "bar": [*BAR_LABELS.values()],
        }
        return named[axis] if axis in named else case.list_names[axis]

    def _places(self, name: ResultName, axis: str) -> Sequence[int | None]:
        """The position that a step of a name means in each scenario; None for no plan."""
        step = name.bound[axis]
        if step.word == BASELINE:
            return [0] * self.count
        if step.word == RECOMMENDED:
            return [best[0] if best else None for best in self._best]
        if axis in _FREQUENCIES:
            each = self._periods(axis)
            return [_place(name, step, labels, range(len(labels))) for labels, _ in each]
        return [_place(name, step, self._names(axis), self.rows(axis)[0])] * self.count

    def _nobody(self, name: ResultName, rows: _Rows, number: int) -> Any:
        """What stands for results of the recommended plan where there is none."""
        is_name = name.field == NAME and not name.repeated
        found: Any = self._none(number) if is_name else "none"
        for axis in reversed(name.repeated):
            found = [found] * len(rows[axis])
        return found

    def _of_model(
        self, name: ResultName, at: dict[str, int], rows: _Rows, numbers: Sequence[int]
    ) -> list[Any]:
        """Values of a line or an input."""
        array = self._array(name.line, **at)
        if len(array) > 1 and len(numbers) < self.count:
            array = array[[*numbers]]
        found = _nested(array, name, at, rows)
        if any(one is _DIFFERENT for one in found):
            raise DomainError(
                f"{name.text}: {name.field} differs between roles; name one, such as "
                f'role["{self._case.roles[0]}"], or roles for each'
            )
        return found if len(found) == len(numbers) else found * len(numbers)

    def _own(
        self, name: ResultName, at: dict[str, int], rows: _Rows, numbers: Sequence[int]
    ) -> list[Any]:
        """Values of a field that is no line and no input."""
        axis = name.steps[-1].axis
        outer = next((one for one in name.repeated if one != axis), "")
        if outer and outer not in at:
            columns = [self._own(name, {**at, outer: row}, rows, numbers) for row in rows[outer]]
            return [[*some] for some in zip(*columns, strict=True)] or [[]] * len(numbers)
        if name.is_count:
            return [float(len(self.rows(axis)[number])) for number in numbers]
        if not axis:
            return [self._general(name.field, number) for number in numbers]
        one = self._field(axis, name.field, at)
        if axis in at:
            return [one(at[axis], number) for number in numbers]
        if axis in (SENTENCE, *_FREQUENCIES) or name.field in _VARIED:
            return [[one(row, number) for row in rows[axis]] for number in numbers]
        return [[one(row, 0) for row in rows[axis]]] * len(numbers)

    def _field(self, axis: str, field: str, at: dict[str, int]) -> Callable[[int, int], Value]:
        """A field of our own, as a function of the row and of the scenario's position."""
        case = self._case
        if axis == SENTENCE:
            return lambda row, number: self._assumed[number][row]
        if axis == BAR and field == "amount":
            lines, plan = default_model().lines, at["plan"]
            return lambda row, number: lines[BARS[row]].in_words(
                self._each(BARS[row], plan=plan)[number] + 0.0
            )
        if axis == BAR and field == "is_total":
            return lambda row, _: "yes" if BARS[row] in TOTALS else "no"
        if field == "missed_limits":
            return lambda row, number: "; ".join(self._missed(number)[row]) or "none"
        if field == "country":
            known, codes = locations(), case.locations
            return lambda row, _: known[code].country if (code := codes[row]) in known else ""
        if field == "number":
            return lambda row, _: float(row + 1)
        if field == "date":
            return lambda row, number: float(self._each("month_date", month=row)[number])
        if field == "months":
            return lambda row, number: float(self._periods(axis)[number][1][row])
        if axis in _FREQUENCIES:
            return lambda row, number: self._periods(axis)[number][0][row]
        names = self._names(axis)
        return lambda row, _: names[row]

    def _missed(self, number: int) -> tuple[tuple[str, ...], ...]:
        return criteria.missed_limits(self._scenario(number), self._one(number))

    def _none(self, number: int) -> str:
        """Why no plan is recommended, where none is."""
        return criteria.none_in_words(self._scenario(number), self._one(number))

    def _general(self, field: str, number: int) -> Value:
        """A field of a scenario as a whole."""
        case = self._scenario(number)
        if field == "start_date":
            return float((datetime.date.fromisoformat(f"{case.start_month}-01") - _DAY_0).days)
        if field == "recommended":
            best = self._best[number]
            return " and ".join(case.plans[p] for p in best) or self._none(number)
        if field == "recommendation":
            picked = criteria.best_plans(case, self._one(number))
            return criteria.describe_best_plans(picked, self._none(number))
        if field == "question":
            return criteria.describe_question(case.values)
        found = getattr(case, field)
        return float(found) if isinstance(found, int) else found


def _place(name: ResultName, step: Step, names: Sequence[str], rows: Sequence[int]) -> int:
    """The position that a step with a key means, among all names and the rows that are used."""
    if isinstance(step.key, int):
        if 1 <= step.key <= len(rows):
            return rows[step.key - 1]
        raise DomainError(f"{name.text}: there are {len(rows)} {step.word}s, numbered from 1")
    if step.key not in names:
        used = [one for one in names if one]
        hint = nearest(str(step.key), used) or f"; there are {', '.join(used[:12])}"
        raise DomainError(f"{name.text}: no {step.word} is called {step.key!r}{hint}")
    return names.index(step.key)


def _nested(array: np.ndarray, name: ResultName, at: dict[str, int], rows: _Rows) -> list[Any]:
    """Values of a line or an input of each scenario, or of one if they are the same in all.

    Parameters
    ----------
    array : array
        Over scenarios, and over the axes that are not given.
    name : ResultName
    at : dict of str to int
        Positions along the axes that are given.
    rows : dict of str to sequence of int
        Positions along those that the name repeats over.
    """
    axes = [axis for axis in axes_of(figures()[name.line]) if axis not in at]
    different = np.zeros(len(array), bool)
    if "role" in axes and "role" not in rows:
        position = 1 + axes.index("role")
        first = np.take(array, [0], axis=position)
        same = (array == first) | ((array != array) & (first != first))
        different = ~same.reshape(len(array), -1).all(axis=1)
        array = first.squeeze(position)
        axes = [axis for axis in axes if axis != "role"]
    for position, axis in enumerate(axes, 1):
        wanted = [*rows[axis]]
        if array.shape[position] == 1:  # does not vary in these scenarios
            wanted = [0] * len(wanted)
        if wanted != [*range(array.shape[position])]:
            array = np.take(array, wanted, axis=position)
    array = array.transpose([0, *(1 + axes.index(axis) for axis in name.repeated)])
    found = _converted((array + 0.0).tolist(), _words_of(figures()[name.line]))  # no -0
    return [
        _DIFFERENT if differs else one
        for one, differs in zip(found, different.tolist(), strict=True)
    ]


def _words_of(figure: Line | Input) -> Callable[[float], Value]:
    """How a reader is shown a value of a line or an input."""
    if isinstance(figure, Line):
        return figure.in_words
    if figure.choices:
        return figure.word_of
    return lambda value: value


def _converted(values: Any, words: Callable[[float], Value]) -> Any:
    """A number in words, or such lists of numbers."""
    if isinstance(values, list):
        return [_converted(one, words) for one in values]
    return words(values)
