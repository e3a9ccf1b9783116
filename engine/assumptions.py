"""What is assumed or has no effect in a scenario, in sentences that follow from its inputs."""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from .address import take
from .locations import locations

# Inputs that one decision alone uses, by the word of that decision.
_ONLY_FOR = {
    "replace": (
        "severance_weeks", "notice_weeks", "accrued_leave_weeks", "outplacement_cost",
        "retention_bonus", "parallel_months",
    ),
    "add": ("billing_rate",),
}  # fmt: skip
_DECISIONS = ("replace", "instead", "add")
_OF_OVERLAP = ("overlap_hours", "overlap_computed")
_OF_ALL = (
    "statutory_rate", "statutory_flat", "decision",
    *(name for names in _ONLY_FOR.values() for name in names),
    "months_counted", "heads", "wave_share", "wave_month", "wave_end",
)  # fmt: skip
_OVERLAP = "hours a day of overlap with"


@dataclass(frozen=True)
class Unset:
    """What the source of a scenario leaves open.

    Parameters
    ----------
    overlap : tuple of (str, float)
        Sites whose hours of overlap are a default, and that default.
    notes : tuple of str
        Sentences about what has been converted or filled in.
    """

    overlap: tuple[tuple[str, float], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def read(self) -> tuple[str, ...]:
        """The inputs that decide what :func:`assumptions` says."""
        return (*_OF_OVERLAP, *_OF_ALL) if self.overlap else _OF_ALL

    @classmethod
    def from_sentences(cls, said: tuple[str, ...], sites: tuple[str, ...]) -> Self:
        """What is left open, from the sentences that a workbook shows."""
        overlap, notes = [], []
        for sentence in said:
            hours, found, rest = sentence.partition(f" {_OVERLAP} {sites[0]} are assumed for ")
            if found:
                named = rest.rpartition(": set ")[0].split(", ")
                overlap += [(site, float(hours)) for site in sites if site in named]
            elif _UNUSED in sentence or sentence.startswith(_NO_RATE):
                continue
            elif sentence.startswith((_STARTS_LATER, _LEAVES_LATER)):
                break  # follows from the inputs, to the end: names in it may have a semicolon
            else:
                notes.append(sentence)
        return cls(tuple(overlap), tuple(notes))


_UNUSED = " not used where decision is "
_NO_RATE = "no rate was found, so 0 is counted, for "
_STARTS_LATER = "heads that start after the "
_LEAVES_LATER = "heads that leave after the "
_LISTED = 3  # waves that a sentence names


def assumptions(
    unset: Unset,
    sites: tuple[str, ...],
    plans: tuple[str, ...],
    charges: tuple[tuple[str, ...], ...],
    horizon: int,
    values: Mapping[str, np.ndarray],
) -> tuple[str, ...]:
    """Sentences on what is assumed, and on inputs that are set and not used.

    Parameters
    ----------
    unset : Unset
    sites, plans : tuple of str
    charges : tuple of tuple of str
        Names of the statutory charges of each site.
    horizon : int
        Months of the horizon.
    values : mapping of str to array
        Inputs of one scenario.

    Returns
    -------
    tuple of str
    """
    return (
        *_overlap(unset, sites, values),
        *_without_rate(sites, charges, values),
        *unset.notes,
        *_not_used(values),
        *_past_horizon(sites, plans, horizon, values),
    )


def _overlap(
    unset: Unset, sites: tuple[str, ...], values: Mapping[str, np.ndarray]
) -> Iterator[str]:
    """Hours of overlap that are a default: as long as they are neither set nor computed."""
    assumed: dict[float, list[str]] = {}
    for site, hours in unset.overlap:
        at = sites.index(site)
        entered, computed = (
            take(values, name, site=at).item() for name in ("overlap_hours", "overlap_computed")
        )
        if entered == hours and not computed:
            assumed.setdefault(hours, []).append(site)
    for hours, names in assumed.items():
        yield (
            f"{hours:g} {_OVERLAP} {sites[0]} are assumed for "
            f"{', '.join(names)}: set overlap_hours, or time_zone or location of both sites"
        )


def _without_rate(
    sites: tuple[str, ...], charges: tuple[tuple[str, ...], ...], values: Mapping[str, np.ndarray]
) -> Iterator[str]:
    """Mandatory charges whose rate the tables lack, as long as none is set."""
    lacking = _lines_without_rate()
    if not any(line in lacking for lines in charges for line in lines):
        return
    rates, flats = (take(values, f"statutory_{part}") for part in ("rate", "flat"))
    is_free = (rates == 0) & (flats == 0)
    for site, lines, free in zip(sites, charges, is_free.tolist(), strict=True):
        found = [line for line, none in zip(lines, free, strict=True) if none and line in lacking]
        if found:
            yield f"{_NO_RATE}{site} ({', '.join(found)}): set statutory_rates"


@functools.cache
def _lines_without_rate() -> frozenset[str]:
    """The charges whose rate the tables lack somewhere."""
    places = locations().values()
    return frozenset(rule.line for place in places for rule in place.rules if rule.rate is None)


def _not_used(values: Mapping[str, np.ndarray]) -> Iterator[str]:
    """Inputs above 0 that the decision does not use."""
    decision = _DECISIONS[int(take(values, "decision").item())]
    for other, names in _ONLY_FOR.items():
        if other == decision:
            continue
        if given := [name for name in names if take(values, name).item() > 0]:
            verb = "is" if len(given) == 1 else "are"
            yield f"{', '.join(given)} {verb}{_UNUSED}{decision!r}, only where it is {other!r}"


def _past_horizon(
    sites: tuple[str, ...], plans: tuple[str, ...], horizon: int, values: Mapping[str, np.ndarray]
) -> Iterator[str]:
    """Waves of which the start or the end is after the last month that counts."""
    counted = int(take(values, "months_counted").item())
    last = min(counted or horizon, horizon)
    months = f"{last} months that count" if last < horizon else f"horizon of {horizon} months"
    staffed = values["heads"].sum(axis=3, keepdims=True) > 0
    used = staffed & (values["wave_share"] > 0)
    start, end = values["wave_month"], values["wave_end"]

    def listed(found: np.ndarray, month: np.ndarray) -> str:
        waves = np.argwhere(found)
        named = [
            f"{plans[at[1]]} at {sites[at[2]]} in month {month[tuple(at)]}"
            for at in waves[:_LISTED].tolist()
        ]
        more = len(waves) - len(named)
        return ", ".join(named) + (f" and {more} more" if more else "")

    if (later := used & (start > last)).any():
        yield f"{_STARTS_LATER}{months} do not count: {listed(later, start)}"
    if (later := used & (start <= last) & (end > last)).any():
        yield f"{_LEAVES_LATER}{months} stay to the end, without severance: {listed(later, end)}"
