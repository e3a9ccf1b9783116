"""A roster: the people of a payroll, row by row, who decide heads, waves and pay of plans.

A row is a person or a cohort. A plan that has rows takes all its heads from them, and its waves at
each site where it has some; a role that has rows with pay at a site takes their average as its
salary there. What the roster decides stands in the values of a scenario like any other figure, so
nothing else needs to know of it.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from .address import take
from .axes import POSITION
from .locations import per_usd

KEY = "roster"  # in scenario files
YEARS_BEFORE = 52  # before the first month, in which somebody may have started
DECIDED = ("heads", "salary", "wave_month", "wave_share", "wave_end")  # inputs that it decides


class RosterRow(NamedTuple):
    """A row of a roster.

    Attributes
    ----------
    plan, site, role : str
        By name.
    heads : float
        Above 0.
    start, end : str
        Days such as "2027-03-01"; "" for in place in the first month, and for no end.
    pay : float
        Of a head and year; 0 if not stated.
    currency : str
        Of the pay, such as "EUR"; "" for the reporting currency.
    """

    plan: str
    site: str
    role: str
    heads: float = 1.0
    start: str = ""
    end: str = ""
    pay: float = 0.0
    currency: str = ""


class Roster:
    """The rows of a roster as numbers, and what they decide.

    Attributes
    ----------
    plan, site, role : array of int, shape (row,)
        Positions of the names.
    heads, pay, rate : array, shape (row,)
        ``rate`` is the reporting currency per unit of the row's currency.
    end : array of int, shape (row,)
        Last month; 0 for none within the horizon.
    key : array of int, shape (row,)
        Start and end as one number: rows with one key are one wave.
    """

    def __init__(
        self,
        rows: Sequence[RosterRow],
        names: Mapping[str, Sequence[str]],
        currency: str,
        start_month: str,
        horizon: int,
    ):
        self.sizes = tuple(len(names[axis]) for axis in ("plan", "site", "role"))
        self.plan, self.site, self.role = (
            np.array([names[axis].index(getattr(row, axis)) for row in rows], int)
            for axis in ("plan", "site", "role")
        )
        self.heads = np.array([row.heads for row in rows], float)
        self.pay = np.array([row.pay for row in rows], float)
        self.rate = np.array([rate_of_row(row.currency, currency) for row in rows], float)
        starts = [month_number(row.start, start_month) if row.start else 1 for row in rows]
        ends = [month_number(row.end, start_month) if row.end else 0 for row in rows]
        self.end = np.array([end if end <= horizon else 0 for end in ends], int)
        self.span = horizon + 1
        self.key = np.maximum(1, np.array(starts, int)) * self.span + self.end

    def keys_at(self, plan: int, site: int) -> list[int]:
        """Keys of the waves of a plan at a site, the latest first."""
        return sorted({*self.key[self._at(plan, site)].tolist()}, reverse=True)

    @property
    def most_waves(self) -> int:
        """The most waves that any plan has at one site."""
        pairs = {*zip(self.plan.tolist(), self.site.tolist(), strict=True)}
        return max((len(self.keys_at(*pair)) for pair in pairs), default=0)

    @property
    def heads_by_role(self) -> np.ndarray:
        """Heads, shape (plan, site, role)."""
        found = np.zeros(self.sizes)
        np.add.at(found, (self.plan, self.site, self.role), self.heads)
        return found

    def paid(self) -> tuple[np.ndarray, np.ndarray]:
        """Pay in the reporting currency, and the heads that draw it, shape (site, role) each."""
        payroll, heads = np.zeros(self.sizes[1:]), np.zeros(self.sizes[1:])
        np.add.at(payroll, (self.site, self.role), self.heads * self.pay * self.rate)
        np.add.at(heads, (self.site, self.role), self.heads * (self.pay > 0))
        return payroll, heads

    def wave_tables(self, waves: int) -> tuple[np.ndarray, np.ndarray]:
        """Keys of the waves and their heads, shape (plan, site, wave) each; 0 for unused waves."""
        plans, sites, _ = self.sizes
        keys, heads = np.zeros((plans, sites, waves), int), np.zeros((plans, sites, waves))
        for plan, site in {*zip(self.plan.tolist(), self.site.tolist(), strict=True)}:
            here = self._at(plan, site)
            for wave, key in enumerate(self.keys_at(plan, site)[:waves]):
                keys[plan, site, wave] = key
                heads[plan, site, wave] = self.heads[here & (self.key == key)].sum()
        return keys, heads

    def starts_by_role(self) -> np.ndarray:
        """Sum of the keys of all heads, shape (plan, site, role)."""
        found = np.zeros(self.sizes)
        np.add.at(found, (self.plan, self.site, self.role), self.heads * self.key)
        return found

    def decide(self, values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The inputs of :data:`DECIDED`, by the roster where it has rows, else as they are."""
        found = {name: values[name].copy() for name in DECIDED}
        in_force = {name: take(found, name) for name in DECIDED}  # views, by their own axes
        heads = self.heads_by_role
        listed = heads.any(axis=(1, 2))
        in_force["heads"][listed] = heads[listed]
        payroll, paid = self.paid()
        in_force["salary"][paid > 0] = payroll[paid > 0] / paid[paid > 0]
        keys, by_wave = self.wave_tables(found["wave_share"].shape[POSITION["wave"]])
        staffed = heads.any(axis=2)
        at_site = heads.sum(axis=2)[staffed][:, None]
        in_force["wave_month"][staffed] = np.maximum(1, keys[staffed] // self.span)
        in_force["wave_share"][staffed] = by_wave[staffed] / at_site
        in_force["wave_end"][staffed] = keys[staffed] % self.span
        return found

    def _at(self, plan: int, site: int) -> np.ndarray:
        return (self.plan == plan) & (self.site == site)


def rate_of_row(currency: str, reporting: str) -> float:
    """Reporting currency per unit of a row's currency, by the rates of the tables.

    Raises
    ------
    KeyError
        The tables have no rate of one of them.
    """
    return per_usd(reporting) / per_usd(currency) if currency else 1.0


def month_number(day: str, start_month: str) -> int:
    """Number of the month of a day, where the first month is 1."""
    date = datetime.date.fromisoformat(day)
    year, month = map(int, start_month.split("-"))
    return (date.year - year) * 12 + date.month - month + 1
