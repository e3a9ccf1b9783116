"""The model: inputs and lines, sorted by dependency, checked on loading, evaluated on arrays."""

import difflib
import functools
import inspect
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from types import ModuleType

import numpy as np

from .axes import AXES, POSITION, shape_of, with_periods
from .declaration import Input
from .docstrings import document
from .errors import ModelError
from .inputs import INPUTS
from .lines import Line
from .lists import BUILTINS, given

_NAME_MAX = 200  # longest name for which a similar one is suggested
# Distinct primes, so that the shape of a result tells the axes over which it varies.
_PROBE_SIZES = with_periods({"plan": 2, "site": 3, "role": 5, "month": 43, "wave": 7})


class Model:
    """Inputs and lines, the lines sorted so that each follows those it depends on.

    Parameters
    ----------
    inputs : sequence of Input
    functions : iterable of callables
        Functions declared with ``@line``.

    Raises
    ------
    ModelError
        A cycle, an unknown name, wrong axes, a missing unit, or a name used twice.
    """

    def __init__(self, inputs: Sequence[Input], functions: Iterable[Callable]):
        lines: list[Line] = [function.line for function in functions]  # type: ignore[attr-defined]
        self.inputs = {entry.name: entry for entry in inputs}
        self.axes: dict[str, tuple[str, ...]] = {name: one.axes for name, one in BUILTINS.items()}
        for name, axes in [(i.name, i.axes) for i in inputs] + [(n.name, n.over) for n in lines]:
            if name in self.axes:
                raise ModelError(f"{name} is declared twice")
            self.axes[name] = axes
        live = {entry.live_of: entry.name for entry in lines if entry.live_of}
        self.parameters = {
            entry.name: tuple(
                name if name in (entry.live_of, entry.entered_of) else live.get(name, name)
                for name in _parameters(entry, self.axes)
            )
            for entry in lines
        }
        declarations: list[Input | Line] = [*inputs, *lines]
        for declared in declarations:
            _check_declaration(declared, self.axes[declared.name])
        self.lines = _ordered(lines, self.parameters)
        self._check_axes()

    @classmethod
    def from_modules(cls, inputs: Sequence[Input], modules: Iterable[ModuleType]) -> "Model":
        """Model of all lines declared in some modules, in order of declaration.

        Parameters
        ----------
        inputs : sequence of Input
        modules : iterable of module
            Their functions declared with ``@line`` are the lines.

        Returns
        -------
        Model

        Raises
        ------
        ModelError
            As for :class:`Model`.
        """
        members = (member for module in modules for member in vars(module).values())
        found = [member for member in members if isinstance(getattr(member, "line", None), Line)]
        return cls(inputs, found)

    def needed(self, wanted: Iterable[str] | None = None, known: Container[str] = ()) -> list[Line]:
        """Lines that must be computed to obtain some lines, in order of evaluation.

        Parameters
        ----------
        wanted : iterable of str, optional
            Names of lines; all by default.
        known : container of str, optional
            Names of lines that are given; neither they nor what only they depend on is needed.

        Returns
        -------
        list of Line
            The wanted lines and all that they depend on.

        Raises
        ------
        ModelError
            A name that is neither a line nor an input.
        """
        if wanted is None:
            return [entry for entry in self.lines.values() if entry.name not in known]
        names, stack = set(), list(wanted)
        while stack:
            name = stack.pop()
            if name in names or name in known:
                continue
            if name in self.parameters:
                names.add(name)
                stack.extend(self.parameters[name])
            elif name not in self.axes:
                raise ModelError(f"no line is called {name}{nearest(name, self.axes)}")
        return [entry for entry in self.lines.values() if entry.name in names]

    def evaluate(
        self,
        values: Mapping[str, np.ndarray],
        months: int,
        wanted: Iterable[str] | None = None,
        sizes: Mapping[str, int] | None = None,
    ) -> dict[str, np.ndarray]:
        """Values of the lines, for any number of scenarios at once.

        Parameters
        ----------
        values : mapping of str to array, shape (scenario, plan, site, role, month)
            Every input, each in its own unit, of size 1 along axes over which it does not vary.
            The scenario axis broadcasts. A line in the mapping is not computed: its value is used.
        months : int
            Length of the horizon, in months.
        wanted : iterable of str, optional
            Lines to compute; all of them by default.
        sizes : mapping of str to int, optional
            Number of plans, sites, roles and waves; by default those of ``heads`` and
            ``wave_share``.

        Returns
        -------
        dict of str to array, shape (scenario, plan, site, role, month)
            All inputs and the wanted lines by name, each in its own unit. NaN means that there is
            no answer, as for the break-even of a plan that never breaks even.
        """
        sizes = with_periods({**(sizes or _sizes(values)), "month": months})
        known = {**given(sizes), **values}
        count = max(map(len, known.values()))
        # Scenarios lie side by side in memory: NumPy then works along them, faster than along the
        # months, if every array has this layout, also one that is the same for all scenarios. The
        # months are repeated for each scenario, since both together would be laid out by month.
        known = {name: np.asfortranarray(array) for name, array in known.items()}
        month = np.broadcast_to(known["month"], (count, *known["month"].shape[1:]))
        repeated = {"month": np.asfortranarray(month)}
        wanted = None if wanted is None else [*wanted]
        lines = self.needed(wanted, values)
        kept = known.keys() | (self.lines if wanted is None else wanted)
        # Arrays that are no longer needed are freed, so that their memory is reused from the cache.
        readers = Counter(name for entry in lines for name in self.parameters[entry.name])
        shapes = {over: shape_of(over, sizes)[1:] for over in {entry.over for entry in lines}}
        with np.errstate(all="ignore"):
            for entry in lines:
                asked = self.parameters[entry.name]
                arguments = [known[name] for name in asked]
                if "month" in asked and max(map(len, arguments)) > 1:
                    arguments = [repeated.get(name, known[name]) for name in asked]
                result = np.asfortranarray(entry.function(*arguments))
                shape = len(result), *shapes[entry.over]
                known[entry.name] = (
                    result if result.shape == shape else np.broadcast_to(result, shape)
                )
                for name in asked:
                    readers[name] -= 1
                    if not readers[name] and name not in kept:
                        del known[name]
        return known | dict(values)  # inputs as they were given

    def _check_axes(self) -> None:
        """Raise if the shape of a line's result does not match its declared axes."""
        known = given(_PROBE_SIZES)
        known |= {
            name: np.ones(shape_of(entry.axes, _PROBE_SIZES), entry.dtype)
            for name, entry in self.inputs.items()
        }
        for entry in self.lines.values():
            declared = shape_of(entry.over, _PROBE_SIZES)
            try:
                with np.errstate(all="ignore"):
                    result = entry.function(*(known[name] for name in self.parameters[entry.name]))
                if np.ndim(result) != len(AXES):
                    raise ValueError(f"its result has {np.ndim(result)} axes, not {len(AXES)}")
                known[entry.name] = np.broadcast_to(result, declared)
            except ValueError as error:
                raise ModelError(
                    f"line {entry.name} does not fit its axes {entry.over or '(none)'}: {error}"
                ) from None


def _sizes(values: Mapping[str, np.ndarray]) -> dict[str, int]:
    """Number of plans, sites, roles and waves in a scenario's inputs."""
    _, plan, site, role, _ = values["heads"].shape
    # A model of other inputs may do without waves.
    wave = values["wave_share"].shape[POSITION["wave"]] if "wave_share" in values else 1
    return {"plan": plan, "site": site, "role": role, "wave": wave}


def _parameters(entry: Line, known: Mapping[str, object]) -> tuple[str, ...]:
    names = tuple(inspect.signature(entry.function).parameters)
    for name in names:
        if name not in known:
            raise ModelError(
                f"line {entry.name} has the parameter {name}, which is not an input or a line"
                f"{nearest(name, known)}"
            )
    return names


def _check_declaration(entry: Input | Line, axes: tuple[str, ...]) -> None:
    if not entry.unit:
        raise ModelError(f"{entry.name} has no unit")
    positions = [POSITION.get(name, 0) for name in axes]
    if positions != sorted(set(positions)) or 0 in positions:
        raise ModelError(
            f"{entry.name} has axes {axes}; they must be among {AXES[1:]}, in that order"
        )


def _ordered(lines: Iterable[Line], parameters: Mapping[str, tuple[str, ...]]) -> dict[str, Line]:
    """Lines by name in topological order, otherwise in order of declaration."""
    by_name = {entry.name: entry for entry in lines}
    ordered: dict[str, Line] = {}

    def append(name: str, path: tuple[str, ...] = ()) -> None:
        if name in path:
            raise ModelError("the lines form a cycle: " + " -> ".join((*path, name)))
        if name in by_name and name not in ordered:
            for parameter in parameters[name]:
                append(parameter, (*path, name))
            ordered[name] = by_name[name]

    for name in by_name:
        append(name)
    return ordered


def nearest(name: str, known: Iterable[str]) -> str:
    """Suggestion of the most similar known name in any letter case, for the end of a message.

    Parameters
    ----------
    name : str
        The unknown name.
    known : iterable of str

    Returns
    -------
    str
        Such as ``; did you mean salary?``; "" if no known name is similar.
    """
    if len(name) > _NAME_MAX:  # comparing takes quadratic time
        return ""
    by_folded = {one.casefold(): one for one in known}
    matches = difflib.get_close_matches(name.casefold(), [*by_folded], 1)
    return f"; did you mean {by_folded[matches[0]]}?" if matches else ""


@functools.cache
def default_model() -> Model:
    """The model of this package, with all inputs and lines."""
    from .lines import (
        ahead,
        bridge,
        by_pay,
        cases,
        cash,
        change,
        checks,
        cost,
        decision,
        evidence,
        extras,
        fit,
        goals,
        growth,
        hours,
        investment,
        law_changes,
        monthly_costs,
        open_sites,
        pay_thresholds,
        quote,
        readings,
        returns,
        risk,
        sensitivity,
        setup,
        site_tax,
        sizing,
        statement,
        statutory,
        stopping,
        tax,
        team,
        timeline,
        waterfall,
        waves,
    )

    modules = (
        cases, hours, statutory, cost, sizing, extras, team, waterfall, quote, risk, setup, waves,
        growth, monthly_costs, law_changes, timeline, change, returns, cash, site_tax, tax,
        statement, investment, readings, ahead, stopping, open_sites, bridge, by_pay,
        pay_thresholds, goals, fit, decision, sensitivity, evidence, checks,
    )  # fmt: skip
    model = Model.from_modules(INPUTS, modules)
    document(model)
    return model
