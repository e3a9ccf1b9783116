"""The results of a scenario by name."""

import datetime
import functools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

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
from .result_names import BAR, BASELINE, NAME, RECOMMENDED, SENTENCE, ResultName, axes_of, figures

Value = float | str
_DAY_0 = datetime.date(1899, 12, 30)
_DIFFERENT = object()  # in place of values of one role that differ between roles
_FREQUENCIES = {"year": "FY", "quarter": "Q", "month": "M"}
# Lines that are read for words, labels and numbers of rows, whatever the name.
_ALWAYS = frozenset(
    {*criteria.READ, *BARS, "month_date", "last_month", "quarter_last", "year_last"}
)


def lines_of(names: Iterable[ResultName]) -> list[str]:
    """The lines and inputs from which names are read, for an evaluation of no more than these."""
    return sorted(_ALWAYS | {name.line for name in names if name.line})


class Shown(NamedTuple):
    """The values of a name.

    Attributes
    ----------
    values : value, list of values, or list of lists of values
        Nested as often as the name repeats; dates as Excel's serial numbers, words for codes and
        where there is no answer.
    unit : str
        "text" and "date" for these.
    """

    values: Any
    unit: str


class ManyResults:
    """Results of scenarios that differ in values only; what is read of one is read of all at once.

    Parameters
    ----------
    values : mapping of str to array, shape (scenario, plan, site, role, month)
        What :meth:`Scenario.evaluate` returns, of one scenario or of many.
    """

    def __init__(self, values: Mapping[str, np.ndarray]):
        self.values = values
        self._known: dict[Hashable, Sequence[Any] | np.ndarray] = {}

    def known(
        self, key: Hashable, read: Callable[[], Sequence[Any] | np.ndarray], number: int
    ) -> Any:
        """What was read of a scenario; ``read`` is called once, and gives that of all."""
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = read()
        return found[number] if len(found) > 1 else found[0]

    def array(self, number: int, line: str, **at: int) -> np.ndarray:
        """An input or line of a scenario, as :func:`~shorewise.engine.address.take` gives it."""
        key = line, *at.items()
        return self.known(key, lambda: take(self.values, line, scenario=slice(None), **at), number)


class OneOfMany(NamedTuple):
    """The results of the scenario at a position among many."""

    many: ManyResults
    number: int


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
    """Results of a scenario, evaluated when the first is asked for.

    Parameters
    ----------
    scenario : Scenario
    given : OneOfMany, optional
        Its results, if they are known already.
    """

    def __init__(self, scenario: Scenario, given: OneOfMany | None = None):
        self.scenario = scenario
        self._given = given

    @functools.cached_property
    def _found(self) -> OneOfMany:
        return self._given or OneOfMany(ManyResults(self.scenario.evaluate()), 0)

    @functools.cached_property
    def _values(self) -> Mapping[str, np.ndarray]:
        return _OneRow(self._found.many.values, self._found.number)

    def _array(self, line: str, **at: int) -> np.ndarray:
        return self._found.many.array(self._found.number, line, **at)

    @functools.cached_property
    def _best(self) -> list[int]:
        """Positions of the recommended plans."""
        return np.flatnonzero(self._array("recommended") == 1).tolist()

    @functools.cached_property
    def _assumed(self) -> tuple[str, ...]:
        return self.scenario.assumed

    @functools.cache  # noqa: B019 - lives as long as its scenario is filled in
    def _periods(self, axis: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Labels of months, quarters or years, and how many months of the horizon each has."""
        many, number = self._found
        settings = [self._array(name).item() for name in ("fiscal_year_start", "last_month")]
        frequency = _FREQUENCIES[axis]
        read = functools.partial(periods, self.scenario, self._values, frequency)
        return many.known((frequency, *settings), lambda: [read()], number)

    def read(self, name: ResultName) -> Shown:
        """The values of a name.

        Raises
        ------
        DomainError
            The scenario has no plan, site, role, ... of that name or number.
        """
        places = {axis: self._place(name, axis) for axis in name.bound}
        if name.is_count and not name.repeated:
            return Shown(float(len(self.rows(name.steps[-1].axis))), name.unit)
        if any(place is None for place in places.values()):
            return Shown(self._nobody(name), name.unit)
        at = {axis: place for axis, place in places.items() if place is not None}
        if name.own is not None:
            return Shown(self._own(name, at), name.unit)
        return Shown(self._of_model(name, at), name.unit)

    @functools.cache  # noqa: B019 - as above
    def rows(self, axis: str) -> Sequence[int]:
        """Positions of the rows that a name repeats over along an axis."""
        if axis == BAR:
            return range(len(BARS))
        if axis == SENTENCE:
            return range(len(self._assumed))
        if axis in _FREQUENCIES:
            return range(len(self._periods(axis)[0]))
        names = self._names(axis)
        return [n for n, one in enumerate(names) if one]

    def _names(self, axis: str) -> Sequence[str]:
        """Names of all rows of an axis, "" of rows that are not used."""
        case = self.scenario
        named = {
            "plan": case.plans,
            "site": case.sites,
            "role": case.roles,
            "bar": [*BAR_LABELS.values()],
        }
        if axis in named:
            return named[axis]
        if axis in _FREQUENCIES:
            return self._periods(axis)[0]
        return case.list_names[axis]

    def _place(self, name: ResultName, axis: str) -> int | None:
        """The position that a step of a name means; None if no plan is recommended."""
        step = name.bound[axis]
        if step.word == BASELINE:
            return 0
        if step.word == RECOMMENDED:
            return self._best[0] if self._best else None
        names = self._names(axis)
        if isinstance(step.key, int):
            rows = self.rows(axis)
            if 1 <= step.key <= len(rows):
                return rows[step.key - 1]
            raise DomainError(f"{name.text}: there are {len(rows)} {step.word}s, numbered from 1")
        if step.key not in names:
            used = [one for one in names if one]
            hint = nearest(str(step.key), used) or f"; there are {', '.join(used[:12])}"
            raise DomainError(f"{name.text}: no {step.word} is called {step.key!r}{hint}")
        return names.index(step.key)

    def _nobody(self, name: ResultName) -> Any:
        """What stands for results of the recommended plan where there is none."""
        is_name = name.field == NAME and not name.repeated
        found: Any = self._none if is_name else "none"
        for axis in reversed(name.repeated):
            found = [found] * len(self.rows(axis))
        return found

    def _of_model(self, name: ResultName, at: dict[str, int]) -> Any:
        """Values of a line or an input."""
        axes = [axis for axis in axes_of(figures()[name.line]) if axis not in at]
        rows = [(axis, self.rows(axis)) for axis in axes if axis in name.repeated]
        many, number = self._found
        key = name, *at.items(), *((axis, *some) for axis, some in rows)
        found = many.known(key, lambda: _of_all(many.values, name, at, axes, dict(rows)), number)
        if found is _DIFFERENT:
            raise DomainError(
                f"{name.text}: {name.field} differs between roles; name one, such as "
                f'role["{self.scenario.roles[0]}"], or roles for each'
            )
        return found

    def _own(self, name: ResultName, at: dict[str, int]) -> Any:
        """Values of a field that is no line and no input."""
        axis = name.steps[-1].axis
        outer = next((one for one in name.repeated if one != axis), "")
        if outer and outer not in at:
            return [self._own(name, {**at, outer: row}) for row in self.rows(outer)]
        one = self._field(axis, name.field, at)
        if axis in at or not axis:
            return one(at.get(axis, 0))
        return [one(row) for row in self.rows(axis)]

    def _field(self, axis: str, field: str, at: dict[str, int]) -> Callable[[int], Value]:
        """A field of our own, as a function of the row."""
        case = self.scenario
        if axis == "":
            return lambda _: self._general(field)
        if axis == SENTENCE:
            return lambda row: self._assumed[row]
        if axis == BAR and field == "amount":
            lines, plan = default_model().lines, at["plan"]
            return lambda row: lines[BARS[row]].in_words(
                self._array(BARS[row], plan=plan).item() + 0.0
            )
        if axis == BAR and field == "is_total":
            return lambda row: "yes" if BARS[row] in TOTALS else "no"
        if field == "missed_limits":
            return lambda row: "; ".join(self._missed[row]) or "none"
        if field == "country":
            known = locations()
            return lambda row: known[code].country if (code := case.locations[row]) in known else ""
        if field == "number":
            return lambda row: float(row + 1)
        if field == "date":
            return lambda row: float(self._array("month_date", month=row).item())
        if field == "months":
            return lambda row: float(self._periods(axis)[1][row])
        return lambda row: self._names(axis)[row]

    @functools.cached_property
    def _missed(self) -> tuple[tuple[str, ...], ...]:
        return criteria.missed_limits(self.scenario, self._values)

    @functools.cached_property
    def _none(self) -> str:
        """Why no plan is recommended, where none is."""
        return criteria.none_in_words(self.scenario, self._values)

    def _general(self, field: str) -> Value:
        """A field of the scenario as a whole."""
        case = self.scenario
        if field == "start_date":
            return float((datetime.date.fromisoformat(f"{case.start_month}-01") - _DAY_0).days)
        if field == "recommended":
            return " and ".join(case.plans[p] for p in self._best) or self._none
        if field == "recommendation":
            best = criteria.best_plans(case, self._values)
            return criteria.describe_best_plans(best, self._none)
        if field == "question":
            return criteria.describe_question(case.values)
        found = getattr(case, field)
        return float(found) if isinstance(found, int) else found


def _of_all(
    values: Mapping[str, np.ndarray],
    name: ResultName,
    at: dict[str, int],
    axes: list[str],
    rows: dict[str, Sequence[int]],
) -> list[Any]:
    """Values of a line or an input of all scenarios, or of one if they are the same in all.

    Parameters
    ----------
    values : mapping of str to array
    name : ResultName
    at : dict of str to int
        Positions along the axes that are given.
    axes : list of str
        The other axes of the line or input.
    rows : dict of str to sequence of int
        Positions along those that the name repeats over.
    """
    array = take(values, name.line, scenario=slice(None), **at)
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
