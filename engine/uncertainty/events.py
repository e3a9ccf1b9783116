"""Risks as events: each risk of a site happens in a year of the horizon, or it does not.

A plan's expected loss to risks is the mean of these draws, so drawing them moves no mean: it shows
how far single years lie from it. A start that may fail is one more event.
"""

import math
from collections.abc import Mapping

import numpy as np

from ..axes import RISK, ROLE, SITE

# The lines that the losses are made of.
LINES = (
    "npv_risk_adjusted",
    "total_kept",
    "total_value",
    "value",
    "discount_factor",
    "site_output_value",
    "site_heads",
    "plan_output_value",
    "plan_risk_loss",
    "failed_start_loss",
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
        self._site_count = len(chance)
        self._sites, which = np.nonzero(chance)
        self._chance = chance[self._sites, which]
        risks = values["risk_weeks"].shape[RISK]
        self._weeks = np.asarray(values["risk_weeks"], float).reshape(risks)[which]
        self._cost = np.asarray(values["risk_cost"], float).reshape(risks)[which]
        self._working_weeks = float(values["working_weeks"].item())
        self._failure = float(values["failure_probability"].item())
        self._failure_month = min(int(values["failure_month"].item()), months)

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
        of_site = np.sum(lines["site_output_value"], axis=ROLE)[..., 0]  # draw, plan, site
        staffed = (np.sum(lines["site_heads"], axis=ROLE)[..., 0] > 0).astype(float)
        of_site = np.broadcast_to(of_site, (draws, *of_site.shape[1:])) / self._working_weeks
        staffed = np.broadcast_to(staffed, (draws, *staffed.shape[1:]))
        lost = np.einsum("dps,dys->dpy", of_site, weeks) + np.einsum("dps,dys->dpy", staffed, cost)
        expected, output, value, discount, kept, worth, npv, failed = (
            _by_plan(lines[name])
            for name in (
                "plan_risk_loss", "plan_output_value", "value", "discount_factor", "total_kept",
                "total_value", "npv_risk_adjusted", "failed_start_loss",
            )
        )  # fmt: skip
        with np.errstate(all="ignore"):
            more = np.where(output > 0, (lost - expected) / output, 0)  # of each year's output
        starts = np.arange(0, self._months, _YEAR)
        npv = npv - np.sum(more * np.add.reduceat(value * discount, starts, axis=2), 2)[..., None]
        kept = kept - np.sum(more * np.add.reduceat(value, starts, axis=2), axis=2)[..., None]
        if self._failure:
            fails = (uniform[:, 0, -1] < self._failure)[:, None, None] / self._failure
            npv = npv - failed * (fails - 1) * discount[:, :, [self._failure_month - 1]]
            kept = kept - failed * (fails - 1)
        with np.errstate(all="ignore"):
            share = np.where(worth > 0, kept / worth, np.nan)
        return {
            "npv_risk_adjusted": np.broadcast_to(npv, kept.shape)[..., 0],
            "net_saving_risk_adjusted": share[..., 0],
        }

    def _by_site(self, losses: np.ndarray) -> np.ndarray:
        """Losses by draw, year and event, added up by site; shape (draw, year, site)."""
        return losses @ (self._sites[:, None] == np.arange(self._site_count)).astype(float)


def _by_plan(line: np.ndarray) -> np.ndarray:
    """A line by draw, plan and month."""
    return line.reshape(*line.shape[:2], -1)
