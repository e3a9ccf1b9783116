"""What is assumed of the actuals of a plan, and what looks wrong in them, in sentences.

All of it follows from the figures alone, wherever they were read from.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from .axes import array_index
from .cost_kinds import GROUPS
from .reading.consistency import listed

LOWEST, HIGHEST = 0.5, 2  # actual over planned: what is beyond is more often a mistake than true
NO_HEADS = "Heads are not given: volume is part of price."
NO_OUTPUT = "Output is not given: it is taken as planned."
NO_RATES = "Rates are not given: currency is part of price."


def actuals_notes(
    plan: str, given: np.ndarray, values: Mapping[str, np.ndarray]
) -> tuple[str, ...]:
    """What is assumed of actuals, and what is far from the plan.

    Parameters
    ----------
    plan : str
        Name of the plan.
    given : array of bool, shape (group, last actual month)
        Whether there is a figure of the group's cost in the month; elsewhere it counts as 0.
    values : mapping of str to array
        Every input and line of the reforecast.

    Returns
    -------
    tuple of str
        Sentences.
    """
    notes = _Notes(plan, given, values)
    found = [*notes.without_a_row(), *notes.not_given()]
    return (*found, *notes.unplanned(), *notes.far_from_plan())


class _Notes:
    """Figures of a reforecast up to its last actual month, by group and month."""

    def __init__(self, plan: str, given: np.ndarray, values: Mapping[str, np.ndarray]):
        self.plan, self.given, self.values = plan, given, values
        self.labels = [*GROUPS.values()]
        self.all_planned = self._by_group_and_month("planned_cost")
        self.planned = self.all_planned[:, : given.shape[1]]
        self.actual = self._by_group_and_month("entered_cost")[:, : given.shape[1]]
        self.is_booked, self.goes_on = (
            values[name][array_index({"group": slice(None)})] == 1 for name in ("booked", "goes_on")
        )

    def _by_group_and_month(self, name: str) -> np.ndarray:
        return self.values[name][array_index({"group": slice(None), "month": slice(None)})]

    def without_a_row(self) -> Iterable[str]:
        """Groups that are planned and not given, and groups that are taken as planned."""
        missing = (self.planned != 0) & ~self.given & self.is_booked[:, None]
        once: list[str] = []
        running: list[str] = []
        partly: list[str] = []
        for label, gaps, given, goes_on in zip(
            self.labels, missing, self.given, self.goes_on, strict=True
        ):
            if not gaps.any():
                continue
            if given.any():
                partly.append(_with_months(label, gaps))
            else:
                (running if goes_on else once).append(label)
        as_planned = [
            label for label, booked in zip(self.labels, self.is_booked, strict=True) if not booked
        ]
        for names, text in (
            (once, "Planned but without a row, counts as 0: {}."),
            (running, "Planned but without a row, counts as 0 and goes on at 0: {}."),
            (partly, "Planned but without a row in some months, where it counts as 0: {}."),
            (as_planned, "Not in the ledger, taken as planned: {}."),
        ):
            if names:
                yield text.format(", ".join(names))

    def not_given(self) -> Iterable[str]:
        """What is not given at all, and what follows."""
        for name, text in (
            ("heads_given", NO_HEADS),
            ("output_given", NO_OUTPUT),
            ("rates_given", NO_RATES),
        ):
            if not self.values[name].item():
                yield text

    def unplanned(self) -> Iterable[str]:
        """Figures for which the plan has nothing: no level follows from them."""
        names = [
            _with_months(label, months)
            for label, actual, planned, _ in self._compared()
            if (months := (planned == 0) & (actual != 0)).any()
        ]
        if names:
            yield f"Not planned, so that no level follows from it: {', '.join(names)}."

    def far_from_plan(self) -> Iterable[str]:
        """Figures that are far from the plan, and the level at which they go on."""
        for label, actual, planned, level in self._compared():
            ratios = np.divide(actual, planned, out=np.ones(len(actual)), where=planned != 0)
            far = np.flatnonzero((ratios < LOWEST) | (ratios > HIGHEST))
            if len(far):
                where = listed(f"{ratios[month]:,.2f} in month {month + 1}" for month in far)
                onward = "" if level is None else f"; later months are at {level:,.2f}"
                yield (
                    f"{label} of plan {self.plan}, actual over planned: {where}{onward}. Outside "
                    f"{LOWEST} to {HIGHEST}: check the figures and their unit."
                )
        for label, actual, planned, goes_on in zip(
            self.labels, self.actual.sum(axis=1), self.all_planned.sum(axis=1), self.goes_on,
            strict=True,
        ):  # fmt: skip
            if not goes_on and not 0 <= actual <= HIGHEST * planned:
                yield (
                    f"{label} of plan {self.plan} to date: {actual:,.0f}, and planned over all "
                    f"months: {planned:,.0f}. Check the figures and their unit."
                )

    def _compared(self) -> Iterable[tuple[str, np.ndarray, np.ndarray, float | None]]:
        """Label, actual and planned figures of the months that are given, and level later on."""
        levels = self.values["cost_level"][array_index({"group": slice(None)})]
        for group in np.flatnonzero(self.is_booked & self.goes_on):
            given = self.given[group]
            actual = np.where(given, self.actual[group], self.planned[group])
            yield self.labels[group], actual, self.planned[group], float(levels[group])
        for name, level in (("heads", None), ("output", self.values["output_level"].item())):
            if self.values[f"{name}_given"].item():
                actual, planned = (
                    self.values[f"{kind}_{name}"][array_index({"month": slice(None)})]
                    for kind in ("entered", "planned")
                )
                last = self.given.shape[1]
                yield name.capitalize(), actual[:last], planned[:last], level


def _with_months(label: str, months: np.ndarray) -> str:
    """A label with the numbers of months behind it."""
    return f"{label} (month {', '.join(str(month + 1) for month in np.flatnonzero(months))})"
