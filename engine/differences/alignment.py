"""Two scenarios brought to one shape: plans, sites, roles and rows of lists matched by name.

A site or role that only one scenario has gets no heads in the other, which changes no figure there;
so every difference is a difference between two numbers, and any mix of the two can be evaluated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..address import take
from ..axes import POSITION, ROLE, RULE, SITE, WAVE, shape_of
from ..declaration import Scope
from ..errors import ScenarioError
from ..lists import LISTS
from ..model import default_model
from ..scenario import Scenario

Row = tuple[str, int, int]  # axis of a list, site (0 unless the axis is "rule"), position
# Lists whose rows the scenario names; the position of a vendor is its number, which sites refer to.
_MATCHED_LISTS = {
    one.axis: one.row.lower() for one in LISTS if not one.names and one.axis != "vendor"
}


@dataclass(frozen=True)
class AlignedPair:
    """Two scenarios of one shape, with the plans that both have.

    Attributes
    ----------
    a, b : Scenario
        With the names of ``a`` where those of the baseline or of the onshore base differ; each
        with its own horizon.
    rows : dict of (str, int, int) to str
        Rows of lists that only one scenario has, in words.
    sentences : tuple of str
        What only one scenario has, and what was renamed.
    """

    a: Scenario
    b: Scenario
    rows: Mapping[Row, str]
    sentences: tuple[str, ...]


def align(a: Scenario, b: Scenario) -> AlignedPair:
    """Bring two scenarios to one shape.

    Parameters
    ----------
    a, b : Scenario
        In one currency.

    Returns
    -------
    AlignedPair

    Raises
    ------
    ScenarioError
        The baseline or the onshore base of one is another plan or site of the other.
    """
    sentences = []
    for what, of_a, of_b in (("plan", a.plans, b.plans), ("site", a.sites, b.sites)):
        sentences += _of_first(what, of_a, of_b)
        sentences += _of_one(what, of_a[1:], of_b[1:])
    sentences += _of_one("role", a.roles, b.roles)
    plans = (a.plans[0], *(name for name in a.plans[1:] if name in b.plans[1:]))
    sites = (*a.sites, *(name for name in b.sites[1:] if name not in a.sites))
    roles = (*a.roles, *(name for name in b.roles if name not in a.roles))
    shaped = _Shape(plans, sites, roles)
    first, second = shaped.filled(a, b), shaped.filled(b, a)
    second, rows = _with_matched_rows(first, second)
    first = replace(first, rule_names=second.rule_names, list_names=second.list_names)
    return AlignedPair(first, second, rows, (*sentences, *dict.fromkeys(rows.values())))


def _of_first(what: str, a: Sequence[str], b: Sequence[str]) -> list[str]:
    """What is said of the baseline or of the onshore base, which are matched by their position."""
    role = "baseline" if what == "plan" else "onshore base"
    if a[0] == b[0]:
        return []
    if a[0] in b or b[0] in a:
        raise ScenarioError(
            f"the {role} is {what} {a[0]!r} of A and {what} {b[0]!r} of B, which the other has as "
            f"another {what}; compare scenarios with one {role}"
        )
    return [f"the {role} is called {a[0]} in A and {b[0]} in B"]


def _of_one(what: str, a: Sequence[str], b: Sequence[str]) -> list[str]:
    more = "" if what == "plan" else "; what it changes is part of the heads"
    return [
        *(f"{what} {name}: only in A{more}" for name in a if name not in b),
        *(f"{what} {name}: only in B{more}" for name in b if name not in a),
    ]


@dataclass(frozen=True)
class _Shape:
    """Names along the axes of both scenarios."""

    plans: tuple[str, ...]
    sites: tuple[str, ...]
    roles: tuple[str, ...]

    def filled(self, own: Scenario, other: Scenario) -> Scenario:
        """A scenario in this shape; what it lacks is as in the other, without heads."""
        values = {name: own.values[name] for name in ("start_calendar_month", "start_month")}
        for name, entry in default_model().inputs.items():
            if entry.scope is Scope.WAVE:
                values[name] = self._waves(own, other, name)
            elif entry.scope is Scope.PLAN:
                values[name] = self._heads(own, name)
            elif entry.varies_by("site") or entry.varies_by("role"):
                values[name] = self._input(own, other, name)
            else:
                values[name] = own.values[name]
        rules = [self._source(own, other, site, 0) for site in range(len(self.sites))]
        return replace(
            own,
            plans=self.plans,
            sites=self.sites,
            roles=self.roles,
            rule_names=tuple(source.rule_names[site] for source, site, _ in rules),
            locations=("",) * len(self.sites),
            values=values,
        )

    def _heads(self, own: Scenario, name: str) -> np.ndarray:
        heads = take(own.values, name)
        found = np.zeros((len(self.plans), len(self.sites), len(self.roles)))
        plans = [0, *(own.plans.index(plan) for plan in self.plans[1:])]
        sites = [_position(self.sites, own.sites, site) for site in range(len(self.sites))]
        for s, site in enumerate(sites):
            for r, role in enumerate(self.roles):
                if site is not None and role in own.roles:
                    found[:, s, r] = heads[plans, site, own.roles.index(role)]
        return found.reshape(1, *found.shape, 1)

    def _waves(self, own: Scenario, other: Scenario, name: str) -> np.ndarray:
        """Waves of each plan at each site; a site that is not there has one, as by default."""
        most = max(one.values[name].shape[WAVE] for one in (own, other))
        first, others = {"wave_month": (1, 1), "wave_share": (1, 0), "wave_end": (0, 0)}[name]
        found = np.full((len(self.plans), len(self.sites), most), others, own.values[name].dtype)
        found[:, :, 0] = first
        plans = [0, *(own.plans.index(plan) for plan in self.plans[1:])]
        waves = take(own.values, name)
        for s in range(len(self.sites)):
            if (site := _position(self.sites, own.sites, s)) is not None:
                found[:, s, : waves.shape[2]] = waves[plans, site]
        return found.reshape(1, *found.shape, 1)

    def _input(self, own: Scenario, other: Scenario, name: str) -> np.ndarray:
        axes = default_model().axes[name]
        sizes = {"site": len(self.sites), "role": len(self.roles)}
        found = np.empty(shape_of(axes, sizes), own.values[name].dtype)
        for s in range(len(self.sites) if "site" in axes else 1):
            for r in range(len(self.roles) if "role" in axes else 1):
                source, site, role = self._source(own, other, s, r, by_site="site" in axes)
                at: list[int | slice] = [slice(None)] * found.ndim
                of: list[int | slice] = [*at]
                if "site" in axes:
                    at[SITE], of[SITE] = s, site
                if "role" in axes:
                    at[ROLE], of[ROLE] = r, role
                found[tuple(at)] = source.values[name][tuple(of)]
        return found

    def _source(
        self, own: Scenario, other: Scenario, site: int, role: int, *, by_site: bool = True
    ) -> tuple[Scenario, int, int]:
        """The scenario that has a site and a role, with their positions there.

        A role that stands at a site in neither is as the first role there.
        """
        places = [
            (one, _position(self.sites, one.sites, site), self.roles[role]) for one in (own, other)
        ]
        for one, at, name in places:
            if (at is not None or not by_site) and name in one.roles:
                return one, at or 0, one.roles.index(name)
        one, at, _ = next(place for place in places if place[1] is not None)
        return one, at or 0, 0


def _position(names: Sequence[str], own: Sequence[str], position: int) -> int | None:
    """The position in a scenario's own names; the first is matched with the first."""
    if position == 0:
        return 0
    return own.index(names[position]) if names[position] in own[1:] else None


def _with_matched_rows(a: Scenario, b: Scenario) -> tuple[Scenario, dict[Row, str]]:
    """B with rows of lists and statutory charges in the order of A, and the rows of only one."""
    rows: dict[Row, str] = {}
    values, names = dict(b.values), dict(b.list_names)
    inputs = default_model().inputs.values()
    for axis, row_is in _MATCHED_LISTS.items():
        order, names[axis], only = _matched(a.list_names[axis], b.list_names[axis])
        rows |= {(axis, 0, row): f"{row_is} {words}" for row, words in only.items()}
        for entry in inputs:
            if entry.list_axis == axis:
                values[entry.name] = np.take(values[entry.name], order, axis=POSITION[axis])
    charges = []
    for site, name in enumerate(b.sites):
        order, matched, only = _matched(a.rule_names[site], b.rule_names[site])
        charges.append(matched)
        rows |= {("rule", site, row): f"charge at {name} {words}" for row, words in only.items()}
        for entry in inputs:
            if entry.scope is Scope.CHARGE:
                array = values[entry.name] = values[entry.name].copy()
                array[:, :, site] = np.take(array[:, :, site], order, axis=RULE - 1)
                if entry.name == "statutory_of_charge":  # the number of another row of the site
                    array[:, :, site] = np.argsort([-1, *order])[array[:, :, site].astype(int)]
    return replace(b, values=values, rule_names=tuple(charges), list_names=names), rows


def _matched(
    a: Sequence[str], b: Sequence[str]
) -> tuple[list[int], tuple[str, ...], dict[int, str]]:
    """Position in B of each row of A, the names of both, and the rows of only one, in words.

    Rows that only B has take unused rows of A; where there are none, those of rows that only A has.
    """
    order = {row: b.index(name) for row, name in enumerate(a) if name and name in b}
    left = sorted(set(range(len(b))) - {*order.values()}, key=lambda row: not b[row])
    free = sorted(set(range(len(a))) - order.keys(), key=lambda row: bool(a[row]))
    order |= dict(zip(free, left, strict=True))
    names, only = [*a], {}
    for row in free:
        of_a, of_b = a[row], b[order[row]]
        names[row] = " / ".join(filter(None, (of_a, of_b)))
        said = [f"{of_a}: only in A"] * bool(of_a) + [f"{of_b}: only in B"] * bool(of_b)
        if said:
            only[row] = ", ".join(said)
    return [order[row] for row in range(len(a))], tuple(names), only
