"""Risks as events: each risk of a site happens in a year of the horizon, or it does not.

A plan's expected loss to risks is the mean of these draws, so drawing them moves no mean: it shows
how far single years lie from it. A start that may fail is one more event: it is stopped at a cost
and saves nothing after that month.
"""

import math
from collections.abc import Mapping

import numpy as np

from ..axes import RISK, ROLE, SITE

# The lines that the losses are made of.
LINES = (
    "saving_started",
    "value",
    "total_value",
    "discount_factor",
    "site_output_value",
    "employed",
    "site_heads",
    "plan_output_value",
    "site_risk_output",
    "risk_cost_month",
    "stop_cost",
    "stoppable",
)
_YEAR = 12  # months


class Events:
    """The risks of a scenario, drawn for some draws at a time.

    Parameters
    ----------
    values : mapping of str to array
        Inputs of one scenario.
    months : int
        Its horizon.
    seed : SeedSequence
        The same seed gives the same events, whatever the number of draws asked for at once.
    """

    def __init__(self, values: Mapping[str, np.ndarray], months: int, seed: np.random.SeedSequence):
        self._generator = np.random.default_rng(seed)
        self._years, self._months = math.ceil(months / _YEAR), months
        chance = np.asarray(values["risk_probability"], float)
        chance = chance.reshape(chance.shape[SITE], -1)
        if "site_named" in values:  # no event is drawn for a spare place
            chance = chance * np.asarray(values["site_named"]).reshape(-1, 1)
        self._site_count = len(chance)
        self._sites, which = np.nonzero(chance)
        self._chance = chance[self._sites, which]
        risks = values["risk_weeks"].shape[RISK]
        self._weeks = np.asarray(values["risk_weeks"], float).reshape(risks)[which]
        self._cost = np.asarray(values["risk_cost"], float).reshape(risks)[which]
        self._working_weeks = float(values["working_weeks"].item())
        self._failure = float(values["failure_probability"].item())
        self._failure_month = int(values["failure_month"].item())

    def after_risk(self, lines: Mapping[str, np.ndarray], draws: int) -> dict[str, np.ndarray]:
        """Figures after the risks that happened, instead of after those expected.

        Parameters
        ----------
        lines : mapping of str to array
            :data:`LINES` of the draws.
        draws : int

        Returns
        -------
        dict of str to array, shape (draw, plan)
            ``npv_risk_adjusted`` and ``net_saving_risk_adjusted``; NaN in the latter where
            nothing is delivered within the horizon.
        """
        uniform = self._generator.random((draws, self._years, len(self._chance) + 1))
        happened = uniform[:, :, :-1] < self._chance
        weeks, cost = (self._by_site(happened * loss) for loss in (self._weeks, self._cost))
        of_site, expected_output = (
            np.sum(lines[name], axis=ROLE)[..., 0]  # draw, plan, site
            for name in ("site_output_value", "site_risk_output")
        )
        output_lost = np.einsum("dps,dys->dpy", self._each(of_site, draws), weeks)
        output_lost = output_lost / self._working_weeks - np.sum(expected_output, 2)[..., None]
        is_open = (lines["employed"] > 0) * (lines["site_heads"] > 0)
        open_sites = self._each(is_open[..., 0, :].astype(float), draws)  # draw, plan, site, month
        in_month = np.arange(self._months) // _YEAR
        spent = np.einsum("dpsm,dsm->dpm", open_sites, cost[:, in_month].swapaxes(1, 2)) / _YEAR
        saving, value, discount, worth, output, expected_cost, stop_cost, stoppable = (
            _by_plan(lines[name])
            for name in (
                "saving_started", "value", "discount_factor", "total_value", "plan_output_value",
                "risk_cost_month", "stop_cost", "stoppable",
            )
        )  # fmt: skip
        with np.errstate(all="ignore"):
            more = np.where(output > 0, output_lost / output, 0)  # of each year's output
        saving = saving - value * more[..., in_month] - (spent - expected_cost)
        if self._failure:
            fails = (uniform[:, 0, -1] < self._failure)[:, None, None] * stoppable
            month = np.arange(1, self._months + 1)
            saving = saving * (1 - fails * (month > self._failure_month))
            saving = saving - fails * np.where(month == self._failure_month, stop_cost, 0)
        kept = np.sum(saving, axis=2)
        with np.errstate(all="ignore"):
            share = np.where(worth[..., 0] > 0, kept / worth[..., 0], np.nan)
        return {
            "npv_risk_adjusted": np.sum(saving * discount, axis=2),
            "net_saving_risk_adjusted": share,
        }

    @staticmethod
    def _each(line: np.ndarray, draws: int) -> np.ndarray:
        """A line for each draw, also where it does not vary."""
        return np.broadcast_to(line, (draws, *line.shape[1:]))

    def _by_site(self, losses: np.ndarray) -> np.ndarray:
        """Losses by draw, year and event, added up by site; shape (draw, year, site)."""
        return losses @ (self._sites[:, None] == np.arange(self._site_count)).astype(float)


def _by_plan(line: np.ndarray) -> np.ndarray:
    """A line by draw, plan and month."""
    return line.reshape(*line.shape[:2], -1)
