"""Inputs that contradict each other: each pair is refused with what to do."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from ..address import take
from ..axes import SITE
from ..errors import ScenarioError
from ..lines.change import ADD
from .consistency import listed


class _Named(Protocol):
    roles: tuple[str, ...]
    plans: tuple[str, ...]

    def fail(self, what: str, place: str = "") -> ScenarioError: ...

    def at(self, place: str, name: str, **at: int) -> str: ...


def refuse_contradictions(reader: _Named, values: Mapping[str, np.ndarray], horizon: int) -> None:
    """Refuse inputs that are in range each, and cannot be meant together.

    Raises
    ------
    ScenarioError
        Capacity is added without a rate; a month is past the horizon; a plan and the baseline
        have different roles and should deliver the same output.
    """

    def given(name: str) -> float:
        return take(values, name).item()

    if given("decision") == ADD and given("billing_rate") <= 0:
        raise reader.fail(
            "billing_rate is 0; it must be above 0 where decision is 'add', as added capacity is "
            "worth what it earns: set billing_rate",
            reader.at("", "billing_rate"),
        )
    if given("failure_probability") > 0 and given("failure_month") > horizon:
        raise reader.fail(
            f"failure_month is {given('failure_month')}; it must be within the horizon of "
            f"{horizon} months, as failure_probability is {given('failure_probability'):g}: set "
            "an earlier month, a longer horizon_months, or failure_probability = 0",
            reader.at("", "failure_month"),
        )
    if given("parallel_months") > horizon:
        raise reader.fail(
            f"parallel_months is {given('parallel_months')}; it must be within the horizon of "
            f"{horizon} months: set fewer months, or a longer horizon_months",
            reader.at("", "parallel_months"),
        )
    if given("sizing") == 1:
        _refuse_other_roles(reader, values)


def _refuse_other_roles(reader: _Named, values: Mapping[str, np.ndarray]) -> None:
    """Refuse a plan without a role of the baseline, and the reverse."""
    staffed = values["heads"].sum(axis=SITE).reshape(len(reader.plans), -1) > 0
    for plan, has in enumerate(staffed):
        name, place = reader.plans[plan], f"plans[{plan}] {reader.plans[plan]!r}"
        missing = [
            role
            for role, base, here in zip(reader.roles, staffed[0], has, strict=True)
            if base > here
        ]
        added = [
            role
            for role, base, here in zip(reader.roles, staffed[0], has, strict=True)
            if here > base
        ]
        for roles, without, other in (
            (missing, f"plan {name!r}", f"the baseline {reader.plans[0]!r} has"),
            (added, f"the baseline {reader.plans[0]!r}", f"plan {name!r} has"),
        ):
            if roles:
                raise reader.fail(
                    f"{without} has no heads of {listed(map(repr, roles))}, which {other}, so the "
                    "output cannot be the same: give it some, or set sizing = 'heads'",
                    place,
                )
