"""Amounts by law given out to the items of a quote: each amount once, to what stands for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .errors import DomainError
from .quote_items import CHARGE, SOCIAL, Meaning, collected, topics_of
from .quote_rows import ROUNDING, Item

SALARY, EXTRA = "Salary", "Extra months of pay"
TOLERANCE = 0.005  # of an amount by law: vendors round rates and amounts
TOLERANCE_YEAR = ROUNDING * 12  # an amount a month in whole units, over a year
_NOT_SOCIAL = ("extra month", "severance")  # topics of charges that are no social security
_INSURED = ("pension", "disability", "health", "long-term care", "unemployment", "accident")


@dataclass
class Entry:
    """An item with what it stands for.

    Parameters
    ----------
    item : Item
    meaning : Meaning
    covers : tuple of str
        Charges that it stands for; what no item uses of them is its as well.
    spills : tuple of str
        What else it may use up.
    by_law : float
        What the law asks for.
    contains : tuple of str
        Charges of other items that its amount contains.
    taken_by : tuple of str
        Items that had used up its charges.
    words : str
        How its charges were chosen, where that was not plain.
    """

    item: Item
    meaning: Meaning
    covers: tuple[str, ...] = ()
    spills: tuple[str, ...] = ()
    by_law: float = 0.0
    contains: tuple[str, ...] = ()
    taken_by: tuple[str, ...] = ()
    words: str = ""


def tolerance(amount: float) -> float:
    """Difference from an amount a year up to which another is taken as equal."""
    return max(TOLERANCE * abs(amount), TOLERANCE_YEAR)


def is_near(amount: float, other: float) -> bool:
    """Whether an amount a year equals another, but for rounding."""
    return abs(amount - other) <= tolerance(other)


def without_totals(entries: Sequence[Entry]) -> tuple[list[Entry], list[str]]:
    """Items that are no totals of those above them, and a sentence about each total.

    Raises
    ------
    DomainError
        Nothing is left.
    """
    kept: list[Entry] = []
    notes = []
    last = 0
    for entry in entries:
        every = sum(one.item.amount for one in kept)
        since = sum(one.item.amount for one in kept[last:])
        amount = entry.item.amount
        sums = bool(kept) and (is_near(amount, every) or is_near(amount, since))
        if entry.meaning.kind != "total" and not (entry.meaning.may_be_total and sums):
            kept.append(entry)
            continue
        last = len(kept)
        said = f"{entry.item.where}, {entry.item.name!r}, is a total, which is not counted"
        if not sums:
            said += f": it is {amount:,.2f} a year, and the items above it are {every:,.2f}"
        notes.append(f"{said}.")
    if not kept:
        raise DomainError("the quote has nothing but totals; list its items")
    return kept, notes


class Allocation:
    """What the law asks for, given out to items.

    Parameters
    ----------
    law : mapping of str to float
        Amount of each charge a year; NaN without a rate.
    salary, extra : float
        Agreed pay, and extra months of pay, a year.
    iso : str
        Of the country.

    Attributes
    ----------
    left : dict of str to float
        What no item stands for.
    """

    def __init__(self, law: Mapping[str, float], salary: float, extra: float, iso: str):
        self.law, self.iso = law, iso
        self.left = {name: amount for name, amount in law.items() if amount == amount}
        self.left |= {SALARY: salary, EXTRA: extra}
        self._users: dict[str, list[str]] = {}

    def give_out(self, entries: Sequence[Entry]) -> None:
        """Set what each item stands for, and its amount by law."""
        self._set_covers(entries)
        order = sorted(
            entries, key=lambda entry: (not entry.contains, entry.meaning.kind == "extra month")
        )
        for entry in order:
            self._use(entry)
        for entry in order:
            for name in entry.covers:
                entry.by_law += self.left.pop(name, 0.0)
            for name in entry.spills:
                if self.left.get(name, 0.0) <= tolerance(entry.item.amount):
                    entry.by_law += self.left.pop(name, 0.0)

    def sum(self, names: Sequence[str]) -> float:
        """Sum of charges by law; one without a rate counts 0."""
        amounts = (self.law.get(name, 0.0) for name in names)
        return sum((amount for amount in amounts if amount == amount), 0.0)

    def _set_covers(self, entries: Sequence[Entry]) -> None:
        extra = bool(self.left[EXTRA])
        splits = any(entry.meaning.kind == "extra month" for entry in entries)
        for entry in entries:
            if entry.meaning.kind == "pay":
                entry.covers, entry.spills = (SALARY,), ((EXTRA,) if extra and not splits else ())
            elif entry.meaning.kind == "extra month":
                entry.covers, entry.spills = ((EXTRA,) if extra else ()), (SALARY,)
            elif entry.meaning.kind == CHARGE:
                entry.covers = entry.meaning.charges
        for level in (2, 1, 0):
            for entry in entries:
                if entry.meaning.kind == CHARGE and entry.meaning.level == level:
                    self._choose(entry, entries)

    def _choose(self, entry: Entry, entries: Sequence[Entry]) -> None:
        """Choose the charges of an item that names them by a topic, or as all of them.

        Without those that other items name more exactly, unless its amount has room for these too.
        """
        amount, level = entry.item.amount, entry.meaning.level
        named = {
            name
            for other in entries
            if other is not entry and other.meaning.kind == CHARGE
            if other.meaning.level > level or not entry.meaning.charges
            for name in other.covers
        }
        options: list[tuple[list[str], tuple[str, ...]]] = []
        for scope in self._scopes(entry.meaning):
            rest = [name for name in scope if name not in named]
            if rest:
                options.append((rest, ()))
            if len(rest) == len(scope):
                continue
            if not rest or amount >= self.sum(scope) * (1 - TOLERANCE):
                within = tuple(name for name in scope if name in named)
                options.append((scope, within if rest else ()))
        if not options:
            return
        best = min(options, key=lambda option: abs(self.sum(option[0]) - amount))
        entry.covers, entry.contains = tuple(best[0]), best[1]
        if best is not options[0] and not best[1]:
            entry.words = "read as these, whose amount is the nearest"

    def _scopes(self, meaning: Meaning) -> list[list[str]]:
        """Charges that an item may stand for, the likeliest first."""
        if meaning.charges:
            return [[*meaning.charges]]
        topics = {name: topics_of(name, self.iso) for name in self.law}
        known = [name for name, amount in self.law.items() if amount == amount]
        social = [name for name in known if topics[name].isdisjoint(_NOT_SOCIAL)]
        if meaning.level == 0:
            return [[*self.law], social]
        narrow = [name for name in known if SOCIAL in topics[name]]
        together = [[name for name in names if name in known] for names in collected(self.iso)]
        insured = [name for name in known if not topics[name].isdisjoint(_INSURED)]
        return [scope for scope in (narrow, *together, social, insured) if scope]

    def _use(self, entry: Entry) -> None:
        """Give an item its amounts, up to its own."""
        wanted = max(0.0, entry.item.amount)
        for name in (*entry.covers, *entry.spills):
            given = min(wanted, self.left.get(name, 0.0))
            wanted -= given
            if wanted > tolerance(entry.item.amount):
                entry.taken_by += tuple(self._users.get(name, ()))
            if given > 0:
                self.left[name] -= given
                entry.by_law += given
                self._users.setdefault(name, []).append(entry.item.name)
