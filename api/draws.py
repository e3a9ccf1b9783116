"""Simulations as data frames: how the results are spread when the assumptions vary."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import pandas as pd

from .engine.model import default_model
from .engine.uncertainty import simulation as engine
from .frames import unit_of
from .scenarios import Scenario, ScenarioLike, scenario_of


class Simulation:
    """What many draws of a scenario's drivers give, as data frames.

    Made by :func:`shorewise.simulate`. ``repr`` shows the number of draws and the seed.

    Parameters
    ----------
    scenario : Scenario
    drawn : shorewise.engine.uncertainty.simulation.Simulation
        The same as arrays.
    months : sequence of float
        Months by which to break even.
    floor : float, optional
        Of the margin at the competitor's price, as a fraction.
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
        """The plan with the highest mean net present value."""
        return self.scenario.plans[self.drawn.best_plan]

    @cached_property
    def percentiles(self) -> pd.DataFrame:
        """Percentiles, mean and its standard error of each measure of each plan.

        Rows by ``plan`` and ``measure``, columns ``p5`` to ``p95``, ``mean``, ``standard_error``.
        A plan that does not break even comes after every month: NaN where a percentile falls there,
        and for the mean where it happens in any draw.
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
        """Probability of events, by plan.

        Columns ``break_even_by_9`` and so on for each month asked for, ``never_breaks_even``,
        ``margin_below_floor``, and ``beats_PLAN`` for each plan: that the net present value is
        higher than that plan's, NaN for the plan itself.
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
        """What each driver explains, and what knowing it before the decision would be worth.

        Rows by ``driver``, the most valuable first. ``evppi`` is the expected value of partial
        perfect information in the currency, with its ``standard_error`` and ``at_most``, which it
        does not exceed 19 times out of 20; NaN where the draws cannot tell it from 0.
        ``share_of_variance`` is the share of the variance of the best plan's net saving that the
        driver explains by itself.
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
        """Every draw: rows by ``draw``, columns by ``measure`` and ``plan``.

        NaN in ``break_even_month`` means never within the horizon. pandas leaves NaN out of means
        and percentiles: take those of the break-even from :attr:`percentiles`.
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
    """Evaluate a scenario for many draws of its drivers. Needs the extra ``uncertainty``.

    Parameters
    ----------
    scenario : Scenario, mapping or path
        Its ``cases`` say how far each driver may go, its ``correlations`` which go together.
    draws : int
        64 to 10,000,000; powers of two cover the ranges best.
    seed : int
        The same seed gives the same draws on any machine.
    method : {"sobol", "latin"}
        A scrambled Sobol sequence, or a Latin hypercube.
    months : sequence of float
        Months by which to break even; the scenario's limit by default.
    floor : float, optional
        Of the margin at the competitor's price, as a fraction; the scenario's by default.

    Raises
    ------
    DomainError
        An argument that is not allowed, or no driver that varies.
    ScenarioError
        Ranges or correlations that contradict each other.
    ExtraError
        SciPy is not installed.
    """
    case = scenario_of(scenario)
    return Simulation(case, engine.simulate(case, draws, seed, method), months, floor)
