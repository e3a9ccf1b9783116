"""Inputs that contradict each other: each pair is refused with what to do."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

import numpy as np

from ..address import take
from ..axes import SITE
from ..errors import ScenarioError
from ..lines.change import ADD, REPLACE
from .consistency import listed

_SAME_OUTPUT = 1  # the sizing of heads to the output of the baseline
_HEADS, _WAVES = "heads", "waves"  # of a plan


class Contradiction(NamedTuple):
    """Inputs that are in range each, and cannot be meant together.

    Attributes
    ----------
    wrong : array of bool, shape (scenario, plan) or (scenario, 1)
        Where they contradict each other; the plan axis has size 1 for inputs of no plan.
    name : str
        The input that must be another one: of the whole scenario, or the heads or waves of a plan.
    allowed : str
        What it must be, and what to do.
    """

    wrong: np.ndarray
    name: str
    allowed: str


class _Named(Protocol):
    roles: tuple[str, ...]
    plans: tuple[str, ...]

    def fail(self, what: str, place: str = "") -> ScenarioError: ...

    def at(self, place: str, name: str, **at: int) -> str: ...


def contradictions(values: Mapping[str, np.ndarray], horizon: int) -> Iterator[Contradiction]:
    """Contradictions that scenarios of one shape may have, each with where it is.

    Parameters
    ----------
    values : mapping of str to array, shape (scenario, plan, site, role, month)
        Every input.
    horizon : int
        Months of the horizon.

    Returns
    -------
    iterator of Contradiction
    """

    def of(name: str) -> np.ndarray:
        """An input of the whole scenario, shape (scenario, 1)."""
        return values[name].reshape(-1, 1)

    within = f"within the horizon of {horizon} months"
    yield Contradiction(
        (of("decision") == ADD) & (of("billing_rate") <= 0),
        "billing_rate",
        "above 0 where decision is 'add', as added capacity is worth what it earns: "
        "set billing_rate",
    )
    yield Contradiction(
        (of("failure_probability") > 0) & (of("failure_month") > horizon),
        "failure_month",
        f"{within}, as failure_probability is above 0: set an earlier month, a longer "
        "horizon_months, or failure_probability = 0",
    )
    yield Contradiction(
        of("parallel_months") > horizon,
        "parallel_months",
        f"{within}: set fewer months, or a longer horizon_months",
    )
    yield Contradiction(
        of("months_counted") > horizon,
        "months_counted",
        f"{within}: set at most {horizon}, 0 to count all, or a longer horizon_months",
    )
    yield Contradiction(
        (of("decision") == REPLACE) & _moves(values).any(axis=(1, 2, 3, 4)).reshape(-1, 1),
        "decision",
        "'instead' or 'add' where heads of the baseline start later or end, as an onshore team "
        "that is replaced is in place",
    )
    yield Contradiction(
        ~_starts(values, horizon),
        _WAVES,
        "some in every plan that start within the months that count: set an earlier month, a "
        "longer horizon_months or more months_counted",
    )
    staffed = _staffed_roles(values)
    yield Contradiction(
        (of("sizing") == _SAME_OUTPUT) & (staffed != staffed[:, :1]).any(axis=-1),
        _HEADS,
        "of the same roles in every plan, so that the output can be the same: give each some, or "
        "set sizing = 'heads'",
    )


def _moves(values: Mapping[str, np.ndarray]) -> np.ndarray:
    """Waves of the baseline that start after month 1, or end.

    Shape (scenario, 1, site, wave, 1).
    """
    month, share, end = (values[f"wave_{part}"][:, :1] for part in ("month", "share", "end"))
    return (share > 0) & ((month > 1) | (end > 0))


def _starts(values: Mapping[str, np.ndarray], horizon: int) -> np.ndarray:
    """Whether any heads of each plan start within the months that count, shape (scenario, plan).

    True for a plan without heads, which is another mistake.
    """
    last = last_month(values, horizon)
    heads = values["heads"].sum(axis=3, keepdims=True) > 0  # scenario, plan, site, 1, 1
    within = (values["wave_share"] > 0) & (values["wave_month"] <= last)
    starts = (heads & within).any(axis=(2, 3, 4))
    return starts | ~heads.any(axis=(2, 3, 4))


def last_month(values: Mapping[str, np.ndarray], horizon: int) -> np.ndarray:
    """The last month that counts, shape (scenario, 1, 1, 1, 1)."""
    counted = values["months_counted"]
    return np.where(counted > 0, np.minimum(counted, horizon), horizon)


def _staffed_roles(values: Mapping[str, np.ndarray]) -> np.ndarray:
    """Whether each plan has heads of each role, shape (scenario, plan, role).

    A plan without heads is as the baseline.
    """
    staffed = (values["heads"].sum(axis=SITE) > 0)[..., 0]
    return np.where(staffed.any(axis=-1, keepdims=True), staffed, staffed[:, :1])


def refuse_contradictions(reader: _Named, values: Mapping[str, np.ndarray], horizon: int) -> None:
    """Refuse inputs that are in range each, and cannot be meant together.

    Raises
    ------
    ScenarioError
        Capacity is added without a rate; a month is past the horizon; a baseline that is replaced
        has waves; no heads of a plan start within the horizon; a plan and the baseline have
        different roles and should deliver the same output.
    """
    for wrong, name, allowed in contradictions(values, horizon):
        if not wrong.any():
            continue
        if name == "decision":
            raise _moving_baseline(reader, values)
        if name == _WAVES:
            raise _late_start(reader, values, horizon)
        if name == _HEADS:
            raise _other_roles(reader, values)
        value = take(values, name).item()
        raise reader.fail(f"{name} is {value:g}; it must be {allowed}", reader.at("", name))


def _moving_baseline(reader: _Named, values: Mapping[str, np.ndarray]) -> ScenarioError:
    """The error for the first wave of a baseline in place that starts after month 1, or ends."""
    _, plan, site, wave, _ = np.argwhere(_moves(values))[0].tolist()
    at = {"plan": plan, "site": site, "wave": wave}
    name = "wave_month" if take(values, "wave_month", **at) > 1 else "wave_end"
    return reader.fail(
        "the onshore team is replaced, so it is in place: the baseline has no waves unless "
        "decision is 'instead' or 'add'",
        reader.at(f"plans[0] {reader.plans[0]!r}", name, **at),
    )


def _late_start(reader: _Named, values: Mapping[str, np.ndarray], horizon: int) -> ScenarioError:
    """The error for the first plan whose heads all start after the months that count."""
    last = int(last_month(values, horizon).item())
    plan = int(np.argmin(_starts(values, horizon)))
    staffed = values["heads"][:, plan].sum(axis=2, keepdims=True) > 0
    used = staffed & (values["wave_share"][:, plan] > 0)
    months = np.where(used, values["wave_month"][:, plan], np.inf)
    _, site, wave, _ = map(int, np.unravel_index(months.argmin(), months.shape))
    longer = "more months_counted" if last < horizon else "a longer horizon_months"
    return reader.fail(
        f"the first heads of the plan start in month {months.min():g}, after the {last} "
        f"months that count, so it has no results: set an earlier month, or {longer}",
        reader.at(
            f"plans[{plan}] {reader.plans[plan]!r}", "wave_month", plan=plan, site=site, wave=wave
        ),
    )


def _other_roles(reader: _Named, values: Mapping[str, np.ndarray]) -> ScenarioError:
    """The error for the first plan whose roles are not those of the baseline."""
    [staffed] = _staffed_roles(values)
    plan = int(np.argmax((staffed != staffed[0]).any(axis=-1)))
    name, baseline = reader.plans[plan], reader.plans[0]
    missing, added = staffed[0] & ~staffed[plan], staffed[plan] & ~staffed[0]
    without, other = f"plan {name!r}", f"the baseline {baseline!r} has"
    if not missing.any():
        missing, without, other = added, f"the baseline {baseline!r}", f"plan {name!r} has"
    roles = listed(repr(reader.roles[role]) for role in np.flatnonzero(missing))
    return reader.fail(
        f"{without} has no heads of {roles}, which {other}, so the output cannot be the same: "
        "give it some, or set sizing = 'heads'",
        f"plans[{plan}] {name!r}",
    )
