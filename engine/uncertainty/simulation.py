"""Monte Carlo simulation: the model for many draws of its drivers at once.

Each driver is drawn between the low and the high end of its range, around the level that the case
gives it; the draws fill the ranges evenly (a scrambled Sobol sequence or a Latin hypercube). They
come as eight sets made independently, whose differences show how far off the figures may be.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from ..address import take
from ..criteria import MEAN_CRITERIA, best_plans, missed_limits, question_in_words
from ..errors import DomainError, needs
from ..model import default_model
from ..scenario import Scenario
from ..steps import Steps, finished
from .draws import (
    METHODS,
    SEED,
    Range,
    case_levels,
    check_seed,
    cholesky_factor,
    draw_quantiles,
    ranges_cover,
    ranges_of,
    refuse_certainty,
    without_effect,
)
from .events import LINES as EVENT_LINES
from .events import Events
from .evppi import (
    T95,
    InformationValue,
    Polynomials,
    evpi_of_draws,
    evppi_of_driver,
    fit_coefficients,
    jackknife,
    significant,
)

DRAWS = 8_192
# What is simulated, by the names of the results; each is a line over plans.
MEASURES = {
    "net_saving": "net_saving",
    "npv": "npv",
    "break_even_month": "break_even_month",
    "margin": "margin_at_match",
    "net_saving_risk_adjusted": "net_saving_risk_adjusted",
    "npv_risk_adjusted": "npv_risk_adjusted",
}
PERCENTILES = (5, 10, 50, 90, 95)
_DRAWS_MIN, _DRAWS_MAX, _SETS, _BLOCK = 64, 10_000_000, 8, 1_024
_CHOSEN_BY = "plan_figure"  # line that the scenario's criterion compares, before events
_ROUNDING = 1e-12  # of a mean, relative
_NOTHING = InformationValue(0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Simulation:
    """The results of many draws of a scenario's drivers.

    Parameters
    ----------
    scenario : Scenario
    seed : int
    method : str
    ranges : tuple of Range
        Of the drivers that vary.
    figures : dict of str to array, shape (set, draw, plan)
        Each measure, after the risks that happened in the draw where it is after risk; and
        ``plan_figure``, which the criterion compares, with risks as expected. NaN in
        ``break_even_month`` means never within the horizon.
    effects : array, shape (driver, fit, degree, measure, plan)
        How the mean of the criterion's figure and of ``net_saving`` moves with each driver:
        coefficients of :class:`~.evppi.Polynomials`, of all draws and of all but each set.
    admitted : tuple of int
        Positions of the plans that meet all limits without draws.
    """

    scenario: Scenario
    seed: int
    method: str
    ranges: tuple[Range, ...]
    figures: dict[str, np.ndarray] = field(repr=False)
    effects: np.ndarray = field(repr=False)
    admitted: tuple[int, ...] = ()

    @property
    def draws(self) -> int:
        """How many draws there are."""
        sets, each, _ = self.figures["npv"].shape
        return sets * each

    def all(self, measure: str) -> np.ndarray:
        """All draws of a measure, shape (draw, plan)."""
        figures = self.figures[measure]
        return figures.reshape(-1, figures.shape[-1])

    def percentile(self, measure: str, percent: float) -> np.ndarray:
        """The value that this percentage of draws does not exceed, shape (plan,).

        It is a drawn value, never one between two. NaN where it is "never": a plan that does not
        break even comes after every month.
        """
        return percentile(self.all(measure), percent)

    def mean(self, measure: str) -> np.ndarray:
        """Mean of the draws, shape (plan,); of the break-even no answer where a draw has none."""
        return self.all(measure).mean(axis=0)

    def break_even_by(self, month: float) -> np.ndarray:
        """Probability that a plan breaks even no later than at a month's end, shape (plan,)."""
        return (self.all("break_even_month") <= month).mean(axis=0)

    def never(self) -> np.ndarray:
        """Probability that a plan does not break even within the horizon, shape (plan,)."""
        return np.isnan(self.all("break_even_month")).mean(axis=0)

    def beats(self, other: int) -> np.ndarray:
        """Probability that a plan has a higher NPV after risk than another one, shape (plan,)."""
        npv = self.all("npv_risk_adjusted")
        return (npv > npv[:, other : other + 1]).mean(axis=0)

    def below(self, measure: str, floor: float) -> np.ndarray:
        """Probability that a measure lies below a floor, shape (plan,)."""
        return (self.all(measure) < floor).mean(axis=0)

    def at_least(self, measure: str, floor: float) -> np.ndarray:
        """Probability that a measure reaches a floor, shape (plan,); no answer does not."""
        return (self.all(measure) >= floor).mean(axis=0)

    def standard_error(self, measure: str, percent: float | None = None) -> np.ndarray:
        """Standard error of the mean, or of a percentile, shape (plan,).

        From the differences of the eight sets, so it counts how evenly the draws lie. NaN where a
        set has no answer.
        """
        sets = self.figures[measure]
        return _error(
            sets.mean(axis=1)
            if percent is None
            else np.stack([percentile(one, percent) for one in sets])
        )

    def draws_needed(self, measure: str, within: float) -> np.ndarray:
        """Draws for a mean that is right within an amount 19 times out of 20, shape (plan,).

        Fewer than there are: the first half of each set, or half of that and so on, as long as
        their own differences are small enough. More: at the rate of plain random draws.
        """
        sets, draws = self.figures[measure], self.draws
        off = T95 * self.standard_error(measure)
        needed, enough = np.ceil(draws * np.maximum(1, (off / within) ** 2)), off <= within
        while (draws := draws // 2) >= _DRAWS_MIN:
            enough &= T95 * _error(sets[:, : draws // _SETS].mean(axis=1)) <= within
            needed = np.where(enough, draws, needed)
        return needed

    @property
    def chosen_by(self) -> str:
        """The criterion by which the best plan is chosen, in words."""
        return MEAN_CRITERIA[int(self.scenario.values["criterion"].item())]

    @cached_property
    def leading_plan(self) -> int:
        """The plan with the best mean by the scenario's criterion, whatever limits it meets."""
        return int(self.mean(_CHOSEN_BY).argmax())

    @property
    def candidates(self) -> tuple[int, ...]:
        """The plans that meet all limits without draws; all plans where none does."""
        return self.admitted or tuple(range(self.figures[_CHOSEN_BY].shape[-1]))

    @cached_property
    def best_plan(self) -> int:
        """The plan with the best mean by the scenario's criterion, among :attr:`candidates`."""
        means = self.mean(_CHOSEN_BY)
        return max(self.candidates, key=lambda plan: float(means[plan]))

    @property
    def recommended_plan(self) -> int | None:
        """The best plan; None where no plan meets all limits."""
        return self.best_plan if self.admitted else None

    @cached_property
    def perfect_information(self) -> InformationValue:
        """The EVPI: expected gain from a decision with all drivers known.

        The decision: the plan with the best mean by the criterion among those that meet all limits
        without draws, with risks as expected: an event cannot be known before. Knowing all is
        worth no less than knowing one; of rare gains the draws may hold too few, and then that of
        one driver stands for it.
        """
        drawn, most = self._evpi_drawn, max(self._evppi_fitted.values(), default=_NOTHING)
        if not most.is_significant or most.value <= drawn.value:
            return drawn
        return most._replace(at_most=max(most.at_most, drawn.at_most))

    @cached_property
    def partial_information(self) -> dict[str, InformationValue]:
        """The EVPPI by driver: expected gain from knowing it before the decision.

        The expected value of partial perfect information (EVPPI). The most valuable comes first.
        """
        most = self.perfect_information
        found = {
            name: one._replace(at_most=min(one.at_most, most.at_most))
            for name, one in self._evppi_fitted.items()
        }
        return dict(
            sorted(found.items(), key=lambda item: (-(item[1].reported or 0), -item[1].at_most))
        )

    @cached_property
    def _evpi_drawn(self) -> InformationValue:
        chosen_by, best = self.figures[_CHOSEN_BY], self.candidates.index(self.best_plan)
        return evpi_of_draws(chosen_by[..., self.candidates], best)

    @cached_property
    def _evppi_fitted(self) -> dict[str, InformationValue]:
        chosen_by = self.all(_CHOSEN_BY)[:, self.candidates]
        best = self.candidates.index(self.best_plan)
        variance = (chosen_by - chosen_by[:, [best]]).var(axis=0)
        least = _ROUNDING * float(abs(chosen_by).mean())
        found, cholesky = {}, cholesky_factor(self.scenario, self.ranges) is not None
        by_driver = self.effects[..., 0, :][..., self.candidates]
        for one, effects in zip(self.ranges, by_driver, strict=True):
            worth = evppi_of_driver(Polynomials(one, cholesky), effects, best, variance, self.draws)
            found[one.name] = worth if worth.at_most > least else _NOTHING
        return found

    def evpi(self) -> float:
        """The EVPI, in money; 0 where no draw prefers another plan."""
        return self.perfect_information.value

    def evppi(self) -> dict[str, float]:
        """The EVPPI by driver, in money: 0 where the draws cannot tell it from 0."""
        return {name: one.reported or 0.0 for name, one in self.partial_information.items()}

    def shares_of_variance(self, plan: int) -> dict[str, float]:
        """Share of the variance of a plan's net saving that each driver explains by itself.

        First-order indices, estimated from the same draws; the largest comes first. All 0 where
        the plan has no net saving in some draw, or always the same.
        """
        variance = self.all("net_saving")[:, [plan]].var(axis=0)
        found = {}
        for one, effects in zip(self.ranges, self.effects[:, :, :, 1, plan], strict=True):
            known = significant(effects[0][:, None], variance, self.draws)[:, 0]
            # Of few draws it counts only what is there without any one set of them.
            known = np.where(np.abs(effects[0]) > T95 * jackknife(effects[1:]), known, 0)
            explained = float((known[1:] ** 2).sum())
            found[one.name] = explained / float(variance[0]) if variance[0] > 0 else 0.0
        return dict(sorted(found.items(), key=lambda item: -item[1]))


def simulate(
    scenario: Scenario,
    draws: int = DRAWS,
    seed: int = SEED,
    method: str = "sobol",
    block: int = _BLOCK,
) -> Simulation:
    """Evaluate a scenario for many draws of its drivers.

    Parameters
    ----------
    scenario : Scenario
        Its ``cases`` say how far each driver may go and how it is distributed, its
        ``correlations`` which go cholesky.
    draws : int
        64 to 10,000,000; rounded up to a multiple of eight. Powers of two are covered best.
    seed : int
        The same seed gives the same draws, whatever the machine and the block.
    method : {"sobol", "latin"}
    block : int
        Draws evaluated at once: memory, not results.

    Raises
    ------
    DomainError
        Draws, seed or method that are not allowed, or neither a driver nor a risk that varies.
    ScenarioError
        Ranges or correlations that contradict themselves.
    """
    return finished(simulation_steps(scenario, draws, seed, method, block))


def simulation_steps(
    scenario: Scenario,
    draws: int = DRAWS,
    seed: int = SEED,
    method: str = "sobol",
    block: int = _BLOCK,
) -> Steps[Simulation]:
    """The simulation of :func:`simulate` in steps: the fraction done after each block of draws."""
    check_draws(draws)
    check_seed(seed)
    if method not in METHODS:
        raise DomainError(f"method is {method!r}; it must be one of {', '.join(METHODS)}")
    if block < 1:
        raise DomainError(f"block is {block}; it must be 1 or more")
    ranges = ranges_of(scenario)
    refuse_certainty(scenario, ranges)
    cholesky = cholesky_factor(scenario, ranges)
    each = -(-draws // _SETS)
    plans = len(scenario.plans)
    figures = {name: np.empty((_SETS, each, plans)) for name in (*MEASURES, _CHOSEN_BY)}
    lines = [*dict.fromkeys((*MEASURES.values(), _CHOSEN_BY, *EVENT_LINES))]
    polynomials = [Polynomials(one, cholesky is not None) for one in ranges]
    terms = polynomials[0].terms if polynomials else 1
    grams = np.zeros((_SETS, len(ranges), terms, terms))
    products = np.zeros((_SETS, len(ranges), terms, 2, plans))
    events = [
        Events(scenario.values, scenario.horizon_months, child)
        for child in np.random.SeedSequence(seed).spawn(2 * _SETS)[_SETS:]
    ]
    done = 0
    for number, rows, quantiles, levels, found in _evaluated(
        scenario, ranges, cholesky, each, seed, method, block, lines
    ):
        for name, line in (*MEASURES.items(), (_CHOSEN_BY, _CHOSEN_BY)):
            figures[name][number, rows] = take(found, line, scenario=slice(None))
        for name, drawn in events[number].after_risk(found, len(quantiles)).items():
            figures[name][number, rows] = drawn
        both = np.stack([figures[_CHOSEN_BY][number, rows], figures["net_saving"][number, rows]], 1)
        columns = zip(polynomials, ranges, quantiles.T, strict=True)
        basis = np.zeros((len(quantiles), len(ranges), terms))
        for n, (polynomial, r, quantile) in enumerate(columns):
            basis[:, n] = polynomial.at(levels[:, r.number], quantile)
        grams[number] += np.einsum("ndk,ndl->dkl", basis, basis)
        products[number] += np.einsum("ndk,nmp->dkmp", basis, np.nan_to_num(both))
        done += len(quantiles)
        yield done / (each * _SETS)
    effects = fit_coefficients(grams, products)
    return Simulation(scenario, seed, method, ranges, figures, effects, _admitted(scenario))


def simulated_measures(
    scenario: Scenario, draws: int, measures: Sequence[str], seed: int = SEED
) -> dict[str, np.ndarray]:
    """Draws of a few measures before risk: those of :func:`simulate`, in a quarter of the time.

    Parameters
    ----------
    scenario, draws, seed
        As for :func:`simulate`.
    measures : sequence of str
        Names of :data:`MEASURES`, except those after risk, which depend on the events.

    Returns
    -------
    dict of str to array, shape (draw, plan)
    """
    ranges = ranges_of(scenario)
    refuse_certainty(scenario, ranges)
    cholesky = cholesky_factor(scenario, ranges)
    each = -(-draws // _SETS)
    figures = {name: np.empty((_SETS, each, len(scenario.plans))) for name in measures}
    lines = [MEASURES[name] for name in measures]
    for number, rows, _, _, found in _evaluated(
        scenario, ranges, cholesky, each, seed, METHODS[0], _BLOCK, lines
    ):
        for name, line in zip(measures, lines, strict=True):
            figures[name][number, rows] = take(found, line, scenario=slice(None))
    return {name: drawn.reshape(_SETS * each, -1) for name, drawn in figures.items()}


class _Evaluated(NamedTuple):
    """Draws of one set: its number, their position in it, quantiles, levels, and lines."""

    number: int
    rows: slice
    quantiles: np.ndarray
    levels: np.ndarray
    lines: dict[str, np.ndarray]


def _evaluated(
    scenario: Scenario,
    ranges: tuple[Range, ...],
    cholesky: np.ndarray | None,
    each: int,
    seed: int,
    method: str,
    block: int,
    lines: list[str],
) -> Iterator[_Evaluated]:
    """Lines of the model for ``each`` draws of every set; small sets are evaluated together."""
    base = case_levels(scenario)
    together = max(1, block // each)  # sets
    seeds = np.random.SeedSequence(seed).spawn(_SETS)
    for first in range(0, _SETS, together):
        numbers = range(first, min(first + together, _SETS))
        drawn = (
            draw_quantiles(len(ranges), each, seeds[number], method, cholesky, block)
            for number in numbers
        )
        start = 0
        for pieces in zip(*drawn, strict=True):
            quantiles = np.concatenate(pieces)
            levels = np.repeat(base, len(quantiles), axis=0)
            for column, one in enumerate(ranges):
                levels[:, one.number] = one.level(quantiles[:, column])
            values = {**scenario.values, "driver_level": levels[:, None, None, None, :]}
            found = default_model().evaluate(values, scenario.horizon_months, lines)
            size = len(pieces[0])
            for n, number in enumerate(numbers):
                cut = slice(n * size, (n + 1) * size)
                part = {k: a[cut] if len(a) > 1 else a for k, a in found.items()}
                yield _Evaluated(
                    number, slice(start, start + size), quantiles[cut], levels[cut], part
                )
            start += size


def _admitted(scenario: Scenario) -> tuple[int, ...]:
    """Positions of the plans that meet all limits without draws."""
    return tuple(plan for plan, missed in enumerate(missed_limits(scenario)) if not missed)


def check_draws(draws: int) -> None:
    """Refuse so few draws or so many, and any without SciPy."""
    if not (isinstance(draws, int) and _DRAWS_MIN <= draws <= _DRAWS_MAX):
        raise DomainError(f"draws is {draws:,}; it must be between {_DRAWS_MIN} and {_DRAWS_MAX:,}")
    with needs("uncertainty", "a simulation"):
        import scipy.stats  # noqa: F401


def _error(of_each: np.ndarray) -> np.ndarray:
    """Standard error of the mean of sets made independently, along the first axis."""
    return of_each.std(axis=0, ddof=1) / math.sqrt(len(of_each))


def percentile(figures: np.ndarray, percent: float) -> np.ndarray:
    """The drawn value that a percentage along the first axis does not exceed; NaN comes last."""
    last = np.where(np.isnan(figures), np.inf, figures)
    found = np.quantile(last, percent / 100, axis=0, method="inverted_cdf")
    return np.where(np.isinf(found), np.nan, found)


def summary(
    simulation: Simulation, months: tuple[float, ...] = (), floor: float | None = None
) -> dict[str, Any]:
    """A simulation as plain data, ready for JSON.

    Parameters
    ----------
    simulation : Simulation
    months : tuple of float
        By which to break even; the scenario's limit by default.
    floor : float, optional
        Of the margin at the competitor's price; the scenario's by default.

    Returns
    -------
    dict
        Of each plan the percentiles, mean and standard error of each measure, and probabilities;
        the best plan and by what, None where no plan meets all limits; the plan that leads whatever
        limits it meets, and which it misses; of each driver what knowing it is worth, with its
        standard error and what it does not exceed. None where there is no answer, or where it is
        below what the draws can tell.

    Raises
    ------
    DomainError
        A month beyond the horizon, or a floor above 1.
    """
    scenario, values = simulation.scenario, simulation.scenario.values
    for month in months:
        if not 1 <= month <= scenario.horizon_months:
            raise DomainError(
                f"month is {month:,.10g}; it must be between 1 and {scenario.horizon_months}"
            )
    if floor is not None and not (math.isfinite(floor) and floor <= 1):
        raise DomainError(f"floor is {floor:,.10g}; it must be a fraction: 1 (100 %) or less")
    months = months or (float(values["break_even_limit"].item()),)
    floor = float(values["margin_floor"].item()) if floor is None else floor
    by = {month: simulation.break_even_by(month) for month in months}
    never, thin = simulation.never(), simulation.below("margin", floor)
    beats = [simulation.beats(other) for other in range(len(scenario.plans))]
    measures = [(name, _measure(simulation, name)) for name in MEASURES]
    everything, worth = simulation.perfect_information, simulation.partial_information
    best, leading = simulation.recommended_plan, simulation.leading_plan
    return {
        "scenario": scenario.name,
        **question_in_words(values),
        "assumptions": [*scenario.assumed],
        "fingerprint": scenario.fingerprint(),
        "draws": simulation.draws,
        "seed": simulation.seed,
        "method": simulation.method,
        "drivers": [one.name for one in simulation.ranges],
        "drivers_without_effect": [*without_effect(scenario)],
        "ranges_cover": ranges_cover(scenario),
        "plans": [
            {"name": plan}
            | {
                name: {key: _plain(by_plan[p]) for key, by_plan in found}
                for name, found in measures
            }
            | {
                "probability": {
                    "break_even_by": {f"{month:g}": float(by[month][p]) for month in months},
                    "never_breaks_even": float(never[p]),
                    "beats": {
                        name: float(beats[o][p]) for o, name in enumerate(scenario.plans) if o != p
                    },
                    "margin_below_floor": {"floor": floor, "probability": float(thin[p])},
                }
            }
            for p, plan in enumerate(scenario.plans)
        ],
        "best_plan": None if best is None else scenario.plans[best],
        "best_plan_by": simulation.chosen_by,
        "leading_plan": scenario.plans[leading],
        "leading_plan_misses": [*missed_limits(scenario)[leading]],
        "best_without_draws": {by: [*plans] for by, plans in best_plans(scenario).items()},
        "evpi": everything.reported,
        "evpi_error": everything.standard_error,
        "evpi_at_most": everything.at_most,
        "evppi": {name: one.reported for name, one in worth.items()},
        "evppi_error": {name: one.standard_error for name, one in worth.items()},
        "evppi_at_most": {name: one.at_most for name, one in worth.items()},
    }


def _measure(simulation: Simulation, name: str) -> list[tuple[str, np.ndarray]]:
    """Percentiles, mean and its standard error, each by plan."""
    return [
        *((f"p{percent}", simulation.percentile(name, percent)) for percent in PERCENTILES),
        ("mean", simulation.mean(name)),
        ("standard_error", simulation.standard_error(name)),
    ]


def _plain(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None
