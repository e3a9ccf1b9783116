"""The results of a scenario by name."""

import datetime
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...engine.address import take
from ...engine.criteria import (
    best_plans,
    describe_best_plans,
    describe_question,
    missed_limits,
    none_in_words,
)
from ...engine.declaration import Input
from ...engine.errors import DomainError
from ...engine.lines import Line
from ...engine.locations import locations
from ...engine.model import default_model, nearest
from ...engine.scenario import Scenario
from ...engine.statement import periods
from ..layout.derived import BARS, TOTALS
from ..sheets.bridge import BAR_LABELS
from .result_names import BAR, BASELINE, NAME, RECOMMENDED, SENTENCE, ResultName, axes_of

Value = float | str
_DAY_0 = datetime.date(1899, 12, 30)
_FREQUENCIES = {"year": "FY", "quarter": "Q", "month": "M"}


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


class NamedResults:
    """Results of a scenario, evaluated when the first is asked for.

    Parameters
    ----------
    scenario : Scenario
    values : mapping of str to array, shape (1, plan, site, role, month), optional
        What :meth:`Scenario.evaluate` returns, if that is known already.
    """

    def __init__(self, scenario: Scenario, values: Mapping[str, np.ndarray] | None = None):
        self.scenario = scenario
        self._given = values

    @functools.cached_property
    def _values(self) -> Mapping[str, np.ndarray]:
        return self.scenario.evaluate() if self._given is None else self._given

    @functools.cached_property
    def _best(self) -> list[int]:
        """Positions of the recommended plans."""
        return np.flatnonzero(take(self._values, "recommended") == 1).tolist()

    @functools.cached_property
    def _assumed(self) -> tuple[str, ...]:
        return self.scenario.assumed

    @functools.cache  # noqa: B019 - lives as long as its scenario is filled in
    def _periods(self, axis: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Labels of months, quarters or years, and how many months of the horizon each has."""
        return periods(self.scenario, self._values, _FREQUENCIES[axis])

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
        found: Any = none_in_words(self.scenario) if is_name else "none"
        for axis in reversed(name.repeated):
            found = [found] * len(self.rows(axis))
        return found

    def _of_model(self, name: ResultName, at: dict[str, int]) -> Any:
        """Values of a line or an input."""
        figure = name.figure
        assert isinstance(figure, (Line, Input))
        axes = [axis for axis in axes_of(figure) if axis not in at]
        array = np.asarray(take(self._values, name.line, **at))
        if "role" in axes and "role" not in name.repeated:
            array = self._of_one_role(name, array, axes.index("role"))
            axes.remove("role")
        for position, axis in enumerate(axes):
            wanted = [*self.rows(axis)]
            if array.shape[position] == 1:  # does not vary in this scenario
                wanted = [0] * len(wanted)
            if wanted != [*range(array.shape[position])]:
                array = np.take(array, wanted, axis=position)
        if axes != [*name.repeated]:
            array = array.transpose([axes.index(axis) for axis in name.repeated])
        return _converted((array + 0.0).tolist(), _words_of(figure))  # no -0

    def _of_one_role(self, name: ResultName, array: np.ndarray, position: int) -> np.ndarray:
        """The values of the only role, or of all where they are the same."""
        first = np.take(array, 0, axis=position)
        if not np.array_equal(np.broadcast_to(np.expand_dims(first, position), array.shape), array,
                              equal_nan=True):  # fmt: skip
            raise DomainError(
                f"{name.text}: {name.field} differs between roles; name one, such as "
                f'role["{self.scenario.roles[0]}"], or roles for each'
            )
        return first

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
                take(self._values, BARS[row], plan=plan).item() + 0.0
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
            return lambda row: float(take(self._values, "month_date", month=row).item())
        if field == "months":
            return lambda row: float(self._periods(axis)[1][row])
        return lambda row: self._names(axis)[row]

    @functools.cached_property
    def _missed(self) -> tuple[tuple[str, ...], ...]:
        return missed_limits(self.scenario, self._values)

    def _general(self, field: str) -> Value:
        """A field of the scenario as a whole."""
        case = self.scenario
        if field == "start_date":
            return float((datetime.date.fromisoformat(f"{case.start_month}-01") - _DAY_0).days)
        if field == "recommended":
            return " and ".join(case.plans[p] for p in self._best) or none_in_words(case)
        if field == "recommendation":
            return describe_best_plans(best_plans(case), none_in_words(case))
        if field == "question":
            return describe_question(case.values)
        found = getattr(case, field)
        return float(found) if isinstance(found, int) else found


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
