"""Monte Carlo simulations as data frames."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import pandas as pd

from .engine.model import default_model
from .engine.uncertainty import simulation as engine
from .frames import unit_of
from .scenarios import Scenario, ScenarioLike, scenario_of


class Simulation:
    """Results of a Monte Carlo simulation, as data frames.

    Returned by :func:`shorewise.simulate`. ``repr`` shows the number of draws and the seed.

    Parameters
    ----------
    scenario : Scenario
    drawn : shorewise.engine.uncertainty.simulation.Simulation
        The results as arrays.
    months : sequence of float
        Months for which the probability of breaking even is computed.
    floor : float, optional
        Lowest acceptable margin at the competitor's price, as a fraction.
    """

    def __init__(
        self,
        scenario: Scenario,
        drawn: engine.Simulation,
        months: Sequence[float] = (),
        floor: float | None = None,
    ) -> None:
        self.scenario, self.drawn = scenario, drawn
        self._summary = engine.summary(drawn, tuple(months), floor)

    @property
    def best_plan(self) -> str:
        """The plan with the best mean by the criterion, among those that meet all limits.

        Among all plans where none does; ``recommended_plan`` is then empty.
        """
        return self.scenario.plans[self.drawn.best_plan]

    @property
    def recommended_plan(self) -> str:
        """The best plan if it meets all limits, otherwise ""."""
        best = self.drawn.recommended_plan
        return "" if best is None else self.scenario.plans[best]

    @cached_property
    def percentiles(self) -> pd.DataFrame:
        """Percentiles, mean and standard error of the mean, by plan and measure.

        Indexed by ``plan`` and ``measure``; columns ``p5`` to ``p95``, ``mean`` and
        ``standard_error`` in the unit of the measure. Draws without break-even rank after every
        month: a percentile among them is NaN, and so is the mean if there are any.
        """
        rows = {
            (plan["name"], measure): plan[measure]
            for plan in self._summary["plans"]
            for measure in engine.MEASURES
        }
        frame = pd.DataFrame.from_dict(rows, orient="index", dtype=float)
        frame.index = pd.MultiIndex.from_tuples(rows, names=["plan", "measure"])
        return self._with_attrs(frame)

    @cached_property
    def probabilities(self) -> pd.DataFrame:
        """Probabilities of events as fractions, indexed by ``plan``.

        Columns: ``break_even_by_9`` and so on for each month; ``never_breaks_even``;
        ``margin_below_floor``; and ``beats_PLAN`` for each plan, the probability of a higher net
        present value after risk than that plan's, NaN for the plan itself.
        """
        rows = {}
        for plan in self._summary["plans"]:
            chances = plan["probability"]
            rows[plan["name"]] = {
                **{f"break_even_by_{m}": p for m, p in chances["break_even_by"].items()},
                "never_breaks_even": chances["never_breaks_even"],
                "margin_below_floor": chances["margin_below_floor"]["probability"],
                **{f"beats_{other}": chances["beats"].get(other) for other in self.scenario.plans},
            }
        frame = pd.DataFrame.from_dict(rows, orient="index", dtype=float)
        return self._with_attrs(frame.rename_axis("plan"))

    @cached_property
    def drivers(self) -> pd.DataFrame:
        """Value of information and share of variance, by driver.

        Indexed by ``driver``, the highest value first. ``evppi`` is the expected value of partial
        perfect information in the scenario's currency, NaN if it does not differ significantly
        from 0; ``standard_error`` is its standard error and ``at_most`` its upper 95 % confidence
        bound. ``share_of_variance`` is the fraction of the variance of the best plan's net saving
        that the driver explains by itself.
        """
        explained = self.drawn.shares_of_variance(self.drawn.best_plan)
        worth = self.drawn.partial_information
        frame = pd.DataFrame(
            {
                "evppi": [one.reported for one in worth.values()],
                "standard_error": [one.standard_error for one in worth.values()],
                "at_most": [one.at_most for one in worth.values()],
                "share_of_variance": [explained[name] for name in worth],
            },
            index=pd.Index(worth, name="driver"),
            dtype=float,
        )
        return self._with_attrs(frame)

    @cached_property
    def draws(self) -> pd.DataFrame:
        """All draws: indexed by ``draw``, with columns by ``measure`` and ``plan``.

        NaN in ``break_even_month`` means no break-even within the horizon. pandas skips NaN in
        means and percentiles, so take those of the break-even month from :attr:`percentiles`.
        """
        by_measure = {
            name: pd.DataFrame(self.drawn.all(name), columns=list(self.scenario.plans))
            for name in engine.MEASURES
        }
        frame = pd.concat(by_measure, axis="columns", names=["measure", "plan"])
        return self._with_attrs(frame.rename_axis("draw"))

    def __repr__(self) -> str:
        return (
            f"<Simulation of {self.scenario.name!r}: {self.drawn.draws:,} draws, "
            f"seed {self.drawn.seed}>"
        )

    def _with_attrs(self, frame: pd.DataFrame) -> pd.DataFrame:
        frame.attrs = self._attrs
        return frame

    @cached_property
    def _attrs(self) -> dict[str, Any]:
        lines = default_model().lines
        return {
            "scenario": self.scenario.name,
            "currency": self.scenario.currency,
            "draws": self.drawn.draws,
            "seed": self.drawn.seed,
            "method": self.drawn.method,
            "units": {m: unit_of(self.scenario, lines[n]) for m, n in engine.MEASURES.items()},
        }


def simulate(
    scenario: ScenarioLike,
    draws: int = engine.DRAWS,
    seed: int = 1,
    *,
    method: str = "sobol",
    months: Sequence[float] = (),
    floor: float | None = None,
) -> Simulation:
    """Monte Carlo simulation of a scenario. Needs the extra ``uncertainty``.

    Parameters
    ----------
    scenario : Scenario, mapping or path
        Its ``cases`` give the range of each driver, its ``correlations`` their rank correlations.
    draws : int
        From 64 to 10,000,000; a power of two is best for Sobol sequences.
    seed : int
        The same seed gives the same draws on every machine.
    method : {"sobol", "latin"}
        A scrambled Sobol sequence, or a Latin hypercube.
    months : sequence of float
        Months for which the probability of breaking even is computed; by default the limit of the
        scenario.
    floor : float, optional
        Lowest acceptable margin at the competitor's price, as a fraction; by default that of the
        scenario.

    Returns
    -------
    Simulation

    Raises
    ------
    DomainError
        An argument that is not allowed, or neither a driver nor a risk varies.
    ScenarioError
        Ranges or correlations that contradict each other.
    ExtraError
        SciPy is not installed.
    """
    case = scenario_of(scenario)
    return Simulation(case, engine.simulate(case, draws, seed, method), months, floor)
