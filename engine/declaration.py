"""How an input is declared: what it is, what it is set for, what is allowed."""

import datetime
import re
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

NO_CAP = 1e17  # a cap from here on means that there is none
MONEY_MAX = 1_000_000_000_000  # room for any currency
LOCAL_MAX = 10**18  # the same in local currency; as a cap it means none
FIRST_DAY, LAST_DAY = 36_526, 73_020  # 1 January 2000 and 1 December 2099, as Excel counts days
_DAY_0 = datetime.date(1899, 12, 30)
_FEW = 5  # choices that are shown with their numbers
NO_YES = ("no", "yes")  # choices of an input that switches something on

Number = float | int
Values = Number | tuple[Number, ...]


class Scope(Enum):
    """What an input is set for, and so where a scenario file has it."""

    SCENARIO = "the whole scenario"
    SITE = "a site"
    SITE_AND_ROLE = "a site, or each role at a site"
    RAMP = "each month since a site's start"
    CHARGE = "each statutory charge of a site"
    ROLE = "a role"
    PLAN = "the heads of a plan, by site and role"
    WAVE = "a step in which heads of a plan start at a site"
    EVIDENCE = "a figure of a site that is graded"
    LIST = "a row of a list"


_SCOPES = {
    (): Scope.SCENARIO,
    ("site",): Scope.SITE,
    ("site", "role"): Scope.SITE_AND_ROLE,
    ("site", "tenure"): Scope.RAMP,
    ("site", "rule"): Scope.CHARGE,
    ("role",): Scope.ROLE,
    ("plan", "site", "role"): Scope.PLAN,
    ("plan", "site", "wave"): Scope.WAVE,
    ("site", "figure"): Scope.EVIDENCE,
}


@dataclass(frozen=True)
class Input:
    """One input of the model.

    Parameters
    ----------
    name : str
        Key in scenario files, parameter name in lines, defined name in workbooks.
    label, unit : str
        What a reader sees; "money" stands for the scenario's currency.
    axes : tuple of str
        What it varies over: none, or some of plan, site, role, tenure, rule and the lists' axes.
    default : float or tuple
        Value where a scenario sets none; a tuple has one value per month of tenure or per rule.
    lowest, highest : float
        The valid range, both ends allowed.
    low, high : float or None
        Plausible range around the default, for sensitivity and simulation.
    source : str
        Where default and range come from.
    onshore : float, tuple or None
        Default of the onshore site, where it differs.
    fixed_onshore : bool
        The onshore site always has that default: the cost does not exist there.
    whole : bool
        Only whole numbers.
    choices : tuple of str
        Words that scenario files have for the lowest number and those after it, in lower case.
    phrases : tuple of str
        The same as a workbook offers them; scenario files may have these too. By default the words.
    topic : str
        Heading under which it stands.
    inert_because : str
        Why it changes no result of a plan; empty for an input that does.
    inert_at : str
        Where: "abroad", or empty for everywhere.
    """

    name: str
    label: str
    unit: str
    axes: tuple[str, ...]
    default: Values
    lowest: Number
    highest: Number
    source: str
    low: Number | None = None
    high: Number | None = None
    onshore: Values | None = None
    fixed_onshore: bool = False
    whole: bool = False
    choices: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    topic: str = ""
    inert_because: str = ""
    inert_at: str = ""

    @property
    def allowed(self) -> str:
        """The valid range in words."""
        if self.is_month:
            return f"a month like 2027-01, from {month_of(self.lowest)} to {month_of(self.highest)}"
        if len(self.choices) > _FEW:
            numbers = f"a whole number between {self.lowest} and {self.highest}"
            return f"one of {', '.join(self.choices)}, or {numbers}"
        if self.choices:
            numbered = enumerate(self.choices, int(self.lowest))
            return f"one of {', '.join(f'{word} ({number})' for number, word in numbered)}"
        kind = "a whole number " if self.whole else ""
        if self.highest in (MONEY_MAX, LOCAL_MAX):
            return f"{self.lowest:,} or more, up to {self.highest:.0e}"
        return f"{kind}between {self.lowest:,.10g} and {self.highest:,.10g}"

    @property
    def is_month(self) -> bool:
        """Whether its number is the first day of a month, as Excel counts days."""
        return self.unit == "month of a year"

    @property
    def scope(self) -> Scope:
        """What it is set for."""
        return _SCOPES.get(self.axes, Scope.LIST)

    def varies_by(self, axis: str) -> bool:
        """Whether it may have another number at each position of an axis."""
        return axis in self.axes

    @property
    def is_by_site_or_role(self) -> bool:
        """Whether a number for each site and role, at most, says all there is to say."""
        return {*self.axes} <= {"site", "role"}

    @property
    def list_axis(self) -> str:
        """Axis of the list to whose rows it belongs, or ""."""
        return self.axes[-1] if self.scope is Scope.LIST else ""

    @property
    def field(self) -> str:
        """Key in scenario files: without the list's axis where it belongs to a list."""
        return self.name.removeprefix(f"{self.list_axis}_") if self.list_axis else self.name

    @property
    def note(self) -> str:
        """What stands beside it: its source, and why it changes no result where it does not."""
        where = f" {self.inert_at}" if self.inert_at else ""
        inert = f"; changes no result{where}: {self.inert_because}" if self.inert_because else ""
        return self.source + inert

    @property
    def dtype(self) -> type:
        """Type of its arrays."""
        return np.int64 if self.whole else np.float64

    def number_of(self, value: Any) -> Any:
        """The number of a word of the choices or of a month; any other value as it is.

        Words in any letter case; months as text, such as 2027-01, or as a date in them.
        """
        if self.is_month:
            return day_of(value)
        if not self.choices or not isinstance(value, str):
            return value
        word = value.strip().casefold()
        for words in (self.choices, [phrase.casefold() for phrase in self.phrases]):
            if word in words:
                return int(self.lowest) + words.index(word)
        return value

    def word_of(self, number: Number) -> str:
        """The word of a number of the choices, as scenario files have it."""
        return self.choices[int(number) - int(self.lowest)]

    @property
    def shown_choices(self) -> tuple[str, ...]:
        """The choices as a workbook offers them."""
        return self.phrases or tuple(word[:1].upper() + word[1:] for word in self.choices)

    def phrase_of(self, number: Number) -> str:
        """The words of a number of the choices, as a workbook shows them."""
        return self.shown_choices[int(number) - int(self.lowest)]

    def default_of_row(self, row: int) -> Number:
        """The default of one row of a list."""
        return self.default[row] if isinstance(self.default, tuple) else self.default

    @property
    def first(self) -> Number:
        """The default, of the first step where there is one for each."""
        return self.default[0] if isinstance(self.default, tuple) else self.default

    @property
    def last(self) -> Number:
        """The default; of the last step where there is one for each, the neutral one."""
        return self.default[-1] if isinstance(self.default, tuple) else self.default

    def default_at(self, site: int) -> Values:
        """Default at a site; site 0 is onshore."""
        return self.onshore if site == 0 and self.onshore is not None else self.default


def day_of(month: Any) -> Any:
    """First day of a month, as Excel counts days.

    Parameters
    ----------
    month : str or datetime.date
        Such as "2027-01", or any day of the month; anything else is given back.
    """
    if isinstance(month, str) and re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", month.strip()):
        month = datetime.date.fromisoformat(f"{month.strip()}-01")
    if isinstance(month, datetime.date):
        return (datetime.date(month.year, month.month, 1) - _DAY_0).days
    return month


def month_of(day: Number) -> str:
    """Month of a day that is counted as Excel does, such as "2027-01"."""
    return f"{_DAY_0 + datetime.timedelta(days=int(day)):%Y-%m}"
