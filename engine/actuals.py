"""Actuals of a plan, and the plan restated from them: a second, small model beside the first.

Its inputs are the plan's own figures and the actuals, its lines those of
:mod:`~shorewise.engine.lines.reforecast` and :mod:`~shorewise.engine.lines.variance`; break-even,
present value and peak funding are computed by the functions of the first model.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .actuals_notes import actuals_notes
from .address import take
from .axes import POSITION, array_index, shape_of
from .cost_kinds import GROUPS
from .declaration import MONEY_MAX, Input
from .errors import ScenarioError
from .lines import Line
from .lines.cash import GROUP_LINES
from .model import Model
from .scenario import Scenario

NOT_CASH = ("internal", "lost")  # groups that no ledger books
ONCE = ("setup", "exit")  # groups that go on as planned
RATE_MAX = 1e9  # local currency per unit of the scenario's currency
_YES_NO = ("no", "yes")
_GROUP_MONTH = ("group", "month")
_PLAN_MONTH = ("plan", "month")

# What the workbook's sheet Actuals holds, in its order.
SETTINGS = (
    Input("running_plan", "Number of the plan that runs", "number", (), 2, 1, 120,
          "column No. of sheet Inputs", whole=True),
    Input("last_actual_month", "Last actual month", "month", (), 1, 1, 120,
          "the last month with actuals; later months go on from there", whole=True),
    Input("level_months", "Months from which the level is taken", "months", (), 3, 1, 12,
          "the last months with actuals, or as many as there are", whole=True),
    Input("heads_given", "Heads are given", "yes/no", (), 0, 0, 1,
          "otherwise volume is part of price", choices=_YES_NO, whole=True),
    Input("output_given", "Output is given", "yes/no", (), 0, 0, 1,
          "otherwise it is as planned", choices=_YES_NO, whole=True),
    Input("rates_given", "Cost at planned exchange rates is given", "yes/no", (), 0, 0, 1,
          "otherwise currency is part of price", choices=_YES_NO, whole=True),
)  # fmt: skip
GROUP_FACTS = (
    Input("booked", "In the ledger", "yes/no", ("group",), 1, 0, 1,
          "otherwise actual cost is as planned", choices=_YES_NO, whole=True),
    Input("goes_on", "Goes on at the actual level", "yes/no", ("group",), 1, 0, 1,
          "otherwise it goes on as planned", choices=_YES_NO, whole=True),
    Input("paid_in_cash", "Paid in cash", "yes/no", ("group",), 1, 0, 1,
          "internal time and output lost are not", choices=_YES_NO, whole=True),
)  # fmt: skip
ENTERED = (
    Input("entered_heads", "Heads that work", "heads", ("month",), 0, 0, 1e6, "the ledger"),
    Input("entered_output", "Output", "heads", ("month",), 0, 0, 1e6,
          "onshore heads that would deliver it"),
    Input("entered_cost", "Actual cost", "money/month", _GROUP_MONTH, 0, -MONEY_MAX, MONEY_MAX,
          "the ledger, in the scenario's currency"),
    Input("cost_at_planned_rate", "Actual cost at planned exchange rates", "money/month",
          _GROUP_MONTH, 0, -MONEY_MAX, MONEY_MAX, "amount x actual rate / planned rate"),
)  # fmt: skip
# What the plan says: each the line of the first model that it is taken from.
PLANNED_LINES = {
    "planned_heads": "heads_working",
    "planned_output": "plan_output",
    "planned_value": "value",
    "planned_cash_value": "cash_value",
}
PLANNED = (
    Input("planned_heads", "Planned heads that work", "heads", _PLAN_MONTH, 0, 0, 1e9, "Timeline"),
    Input("planned_output", "Planned output", "heads", _PLAN_MONTH, 0, 0, 1e9, "Timeline"),
    Input("planned_value", "Planned value", "money/month", _PLAN_MONTH, 0, -MONEY_MAX, MONEY_MAX,
          "Timeline"),
    Input("planned_cash_value", "Planned cash value", "money/month", _PLAN_MONTH, 0, -MONEY_MAX,
          MONEY_MAX, "Timeline"),
    Input("planned_cost", "Planned cost", "money/month", ("plan", *_GROUP_MONTH), 0, -MONEY_MAX,
          MONEY_MAX, "Timeline"),
)  # fmt: skip
# Inputs and lines of the first model that the second one works with as they are.
SHARED = (
    Input("last_month", "Last month of the horizon", "month", (), 1, 1, 120, "Timeline"),
    Input("discount_factor", "Discount factor", "factor", ("month",), 1, 0, 1e9, "Timeline"),
    Input("rounding_tolerance", "Rounding tolerance", "relative", (), 0, 0, 1, "Inputs"),
)
# Results before and after: a measure, and the line of that name in both models.
RESULTS = {
    "saving": "closing_cumulative",
    "npv": "npv",
    "peak_funding": "peak_funding",
    "peak_funding_month": "peak_funding_month",
    "break_even_month": "break_even_month",
}
VARIANCE = ("planned", "actual", "variance", "volume", "price", "currency")


@dataclass(frozen=True, eq=False)
class Actuals:
    """Actuals of one plan up to the last actual month.

    Parameters
    ----------
    plan : str
        Name of the plan.
    last_month : int
        The last actual month.
    cost : array, shape (group, last month)
        Cost by group and month, in the scenario's currency; groups in the order of
        :data:`~shorewise.engine.cost_kinds.GROUPS`.
    cost_at_planned_rate : array, shape (group, last month), or None
        The same at the planned exchange rates; None where no rates are given.
    heads, output : array, shape (last month,), or None
        Heads that work, and onshore heads that would deliver the output; None where not given.
    booked : array of bool, shape (group,)
        Whether the ledger books the group; the others are as planned.
    level_months : int
        Number of the last actual months from which the level is taken.
    goes_on : array of bool, shape (group,), or None
        Whether the group goes on at its actual level; by default all but setup and exit.
    given : array of bool, shape (group, last month), or None
        Whether there is a figure of the cost; elsewhere it counts as 0. By default everywhere.
    ledger_notes : tuple of str
        What was assumed of the ledger's rows, in sentences: :attr:`Reforecast.notes` has them all.
    reading_notes : tuple of str
        What was ignored on the sheet that they were read from, in sentences.
    """

    plan: str
    last_month: int
    cost: np.ndarray
    cost_at_planned_rate: np.ndarray | None = None
    heads: np.ndarray | None = None
    output: np.ndarray | None = None
    booked: np.ndarray | None = None
    level_months: int = 3
    goes_on: np.ndarray | None = None
    given: np.ndarray | None = None
    ledger_notes: tuple[str, ...] = ()
    reading_notes: tuple[str, ...] = ()

    def inputs(self, scenario: Scenario) -> dict[str, np.ndarray]:
        """Inputs of the second model, each of five axes."""
        months = scenario.horizon_months
        booked = np.ones(len(GROUPS), bool) if self.booked is None else self.booked
        running = [group not in ONCE for group in GROUPS]
        goes_on = running if self.goes_on is None else self.goes_on
        at_plan = self.cost if self.cost_at_planned_rate is None else self.cost_at_planned_rate
        given = {
            "running_plan": scenario.plans.index(self.plan) + 1,
            "last_actual_month": self.last_month,
            "level_months": self.level_months,
            "heads_given": self.heads is not None,
            "output_given": self.output is not None,
            "rates_given": self.cost_at_planned_rate is not None,
            "booked": booked,
            "goes_on": goes_on,
            "paid_in_cash": [group not in NOT_CASH for group in GROUPS],
            "entered_heads": _to_horizon(self.heads, months),
            "entered_output": _to_horizon(self.output, months),
            "entered_cost": _to_horizon(self.cost, months),
            "cost_at_planned_rate": _to_horizon(at_plan, months),
        }
        entries = (*SETTINGS, *GROUP_FACTS, *ENTERED)
        return {
            entry.name: np.asarray(given[entry.name], entry.dtype).reshape(
                shape_of(entry.axes, {"month": months})
            )
            for entry in entries
        }


def _to_horizon(values: np.ndarray | None, months: int) -> np.ndarray:
    """Values by month with 0 after the last actual month."""
    given = np.zeros(0) if values is None else np.asarray(values, float)
    missing = months - given.shape[-1]
    return np.pad(given, [(0, 0)] * (given.ndim - 1) + [(0, missing)])


@functools.cache
def reforecast_model() -> Model:
    """The model of actuals, reforecast and variance."""
    from .lines import ahead, cash, reforecast, returns, timeline, variance

    own = (*vars(reforecast).values(), *vars(variance).values())
    functions = [one for one in own if isinstance(getattr(one, "line", None), Line)]
    functions += [
        returns.total_value,
        returns.total_cost,
        returns.rounding_error,
        timeline.saving,
        timeline.cumulative,
        returns.closing_cumulative,
        returns.highest_cumulative,
        ahead.last_month_behind,
        ahead.crossing_month,
        ahead.crossing,
        returns.ever_nonzero,
        returns.recovered,
        returns.break_even_month,
        returns.discounted_saving,
        returns.npv,
        cash.cash_saving,
        cash.cumulative_cash,
        cash.peak_funding,
        cash.peak_funding_month,
    ]
    return Model((*SETTINGS, *GROUP_FACTS, *ENTERED, *PLANNED, *SHARED), functions)


@dataclass(frozen=True, eq=False)
class Reforecast:
    """A plan restated from its actuals.

    Parameters
    ----------
    scenario : Scenario
    actuals : Actuals
    planned : dict of str to array, shape (1, plan, site, role, month)
        Every input and line of the first model.
    values : dict of str to array, shape (1, 1, 1, group, month)
        Every input and line of the second model, for the plan that runs.
    """

    scenario: Scenario
    actuals: Actuals
    planned: Mapping[str, np.ndarray]
    values: Mapping[str, np.ndarray]

    @property
    def plan(self) -> int:
        """Position of the plan along the plan axis."""
        return self.scenario.plans.index(self.actuals.plan)

    def before(self, measure: str) -> float | None:
        """A result of the plan as it was, one of :data:`RESULTS`; None where there is no answer."""
        return _plain(take(self.planned, RESULTS[measure], plan=self.plan))

    def now(self, measure: str) -> float | None:
        """The same result, restated."""
        return _plain(self._at(RESULTS[measure]))

    def variance(self, group: str | None = None) -> dict[str, float]:
        """Plan, actual, variance and its parts to date, of one group or of all.

        Parameters
        ----------
        group : str, optional
            Key in :data:`~shorewise.engine.cost_kinds.GROUPS`; all groups by default.

        Returns
        -------
        dict of str to float
            In the scenario's currency.
        """
        if group is None:
            return {key: self._at(f"all_{key}").item() for key in VARIANCE}
        return {key: self._at(f"{key}_to_date", group).item() for key in VARIANCE}

    def level(self, group: str) -> float:
        """Level at which a group goes on: 1 as planned."""
        return self._at("cost_level", group).item()

    @property
    def output_level(self) -> float:
        """Level at which output goes on: 1 as planned."""
        return self._at("output_level").item()

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed, and what looks wrong in the actuals, in sentences."""
        actuals = self.actuals
        given = np.ones(actuals.cost.shape, bool) if actuals.given is None else actuals.given
        found = actuals_notes(actuals.plan, given, self.values)
        return (*found, *filter(None, actuals.ledger_notes), *actuals.reading_notes)

    def _at(self, name: str, group: str | None = None) -> np.ndarray:
        """A figure of the second model that does not vary by month."""
        at = {} if group is None else {"group": [*GROUPS].index(group)}
        return self.values[name][array_index(at)]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data, for JSON."""
        return {
            "scenario": self.scenario.name,
            "currency": self.scenario.currency,
            "plan": self.actuals.plan,
            "last_actual_month": self.actuals.last_month,
            "groups": [
                {"group": label} | self.variance(group) | {"level": self.level(group)}
                for group, label in GROUPS.items()
            ],
            "total": self.variance(),
            "output_level": self.output_level,
            "results": {
                measure: {"before": self.before(measure), "now": self.now(measure)}
                for measure in RESULTS
            },
            "notes": list(self.notes),
        }


def reforecast(scenario: Scenario, actuals: Actuals) -> Reforecast:
    """Restate a plan from its actuals.

    Parameters
    ----------
    scenario : Scenario
    actuals : Actuals

    Returns
    -------
    Reforecast

    Raises
    ------
    ScenarioError
        The scenario has no such plan, or fewer months than the actuals.
    """
    if actuals.plan not in scenario.plans:
        raise ScenarioError(
            f"{scenario.name}: no plan is called {actuals.plan!r}; there are "
            f"{', '.join(scenario.plans)}"
        )
    planned = scenario.evaluate()
    last = int(planned["last_month"].item())
    if not 1 <= actuals.last_month <= last:
        raise ScenarioError(
            f"{scenario.name}: the last actual month is {actuals.last_month}; it must be between 1 "
            f"and {last}, the last month that counts"
        )
    inputs = actuals.inputs(scenario) | planned_inputs(scenario, planned, actuals.plan)
    sizes = {"plan": 1, "site": 1, "role": 1, "wave": 1}
    values = reforecast_model().evaluate(inputs, scenario.horizon_months, sizes=sizes)
    return Reforecast(scenario, actuals, planned, values)


def planned_inputs(
    scenario: Scenario, planned: Mapping[str, np.ndarray], plan: str
) -> dict[str, np.ndarray]:
    """What the plan says, as inputs of the second model."""
    at = np.s_[:, scenario.plans.index(plan) : scenario.plans.index(plan) + 1]
    found = {name: planned[line][at] for name, line in PLANNED_LINES.items()}
    groups = [planned[GROUP_LINES[group]][at] for group in GROUPS]
    found["planned_cost"] = np.concatenate(groups, axis=POSITION["group"])
    return found | {entry.name: planned[entry.name] for entry in SHARED}


def planned_rate(planned: Mapping[str, np.ndarray], site: int, month: int) -> float:
    """Exchange rate on which the plan is based, in local currency per unit of the scenario's.

    Parameters
    ----------
    planned : mapping of str to array
        Every input and line of the scenario.
    site : int
        Position along the site axis.
    month : int
        Number of the month; the planned drift compounds after each full year.
    """
    rate = take(planned, "fx_rate", site=site).item()
    drift = take(planned, "drift_after_wages", site=site).item()
    return float(rate / (1 + drift) ** ((month - 1) // 12))


def _plain(value: np.ndarray) -> float | None:
    number = float(value.item())
    return number if np.isfinite(number) else None
