"""Names of columns as people write them: in any letter case, by label, with the site beside it."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from ...engine.address import Address, addresses
from ...engine.declaration import Scope
from ...engine.errors import DomainError
from ...engine.model import nearest
from ...engine.reading.consistency import listed, shown
from ...engine.reading.headings import plain_words
from ...engine.scenario import Scenario
from .table_frames import ID, NAME
from .table_options import TableOptions

# Columns that change the shape or the calendar, or the currency of amounts.
SHAPE = ("currency", "horizon_months", "start_month")
LOCATION = "location"
_LABELS = {
    "horizon": "horizon_months",
    "months of the horizon": "horizon_months",
    "first month": "start_month",
    "reporting currency": "currency",
    "scenario name": NAME,
}


class Taken(NamedTuple):
    """What is read of the columns of a table.

    Attributes
    ----------
    positions : tuple of int
        Positions of the columns that set something.
    names : tuple of str
        Their names.
    kept : tuple of int
        Positions of the columns that are copied to the results, in the order of the option.
    renamed : tuple of str
        Heads that have another name than their column, each with that name.
    """

    positions: tuple[int, ...]
    names: tuple[str, ...]
    kept: tuple[int, ...] = ()
    renamed: tuple[str, ...] = ()


class ColumnNames:
    """The columns that a table may have over a base scenario.

    Parameters
    ----------
    base : Scenario
    options : TableOptions
        Which columns are ignored or kept.
    """

    def __init__(self, base: Scenario, options: TableOptions):
        self._base = base
        self.sites = {location_of(site): n for n, site in enumerate(base.sites)}
        self._ignored = {plain_words(name): name for name in options.ignore}
        self._kept = {plain_words(name): name for name in options.keep}

    def known(self, head: str) -> bool:
        """Whether a head is that of a column: of an input, or of one that is ignored or kept."""
        others = self._ignored | self._kept
        return bool(head) and (plain_words(head) in others or self.named(head) is not None)

    def taken(self, heads: Sequence[str]) -> Taken:
        """What is read of the columns with these heads; a head that means none stays as it is.

        Raises
        ------
        ValueError
            An ignored or kept column does not exist, or a kept one is there twice.
        """
        words = [plain_words(head) for head in heads]
        for option, wanted in (("ignore", self._ignored), ("keep", self._kept)):
            for plain, name in wanted.items():
                if plain not in words:
                    hint = nearest(name, heads) or f"; there are {listed(heads)}"
                    raise DomainError(
                        f"{option} names {shown(name)}, but no column is called that{hint}",
                        parameters=[option],
                    )
        twice = next((name for plain, name in self._kept.items() if words.count(plain) > 1), None)
        if twice is not None:
            raise ValueError(f"column {shown(twice)}, which is kept, is there twice")
        named = {n: self.named(head) for n, head in enumerate(heads)}
        read = [
            n
            for n, plain in enumerate(words)
            if plain not in self._ignored and (named[n] or plain not in self._kept)
        ]
        if not read:
            raise ValueError("no column sets an input or has the ids of scenarios")
        names = tuple(named[n] or heads[n] for n in read)
        renamed = tuple(
            f"{heads[n]!r} as {name}"
            for n, name in zip(read, names, strict=True)
            if plain_words(heads[n]) != plain_words(name)
        )
        return Taken(tuple(read), names, tuple(map(words.index, self._kept)), renamed)

    def named(self, head: str) -> str | None:
        """The name of the column that a head means; None if it means none."""
        if head in self.addresses or head in (ID, NAME, *SHAPE, *self.sites):
            return head
        return self._by_words.get(plain_words(head))

    def has_numbers(self, name: str) -> bool:
        """Whether the column of a name has numbers, rather than months or words."""
        if name in (ID, NAME, *SHAPE, *self.sites):
            return name == "horizon_months"
        entry = self.addresses[name].entry if name in self.addresses else None
        return entry is None or not (entry.choices or entry.is_month)

    @cached_property
    def addresses(self) -> dict[str, Address]:
        """Every address of an input, by its text."""
        return addresses(self._base)

    @cached_property
    def _by_words(self) -> dict[str, str | None]:
        """Names by the plain words of heads; None where several are meant."""
        found: dict[str, str | None] = {plain_words(name): name for name in (ID, NAME, *SHAPE)}
        found |= {plain_words(words): name for words, name in _LABELS.items()}
        sites = [*self.sites]
        if len(sites) == 2:
            found[LOCATION] = sites[1]
        names = [(name, words) for name in self.sites for words in _words_of_location(name)]
        names += [
            (name, words)
            for name, address in self.addresses.items()
            for words in _words(name, address)
        ]
        exact = {plain_words(name): name for name, _ in names}
        for name, words in names:
            if found.setdefault(plain := plain_words(words), name) != name:
                found[plain] = None
        return found | exact


def location_of(site: str) -> str:
    """Name of the column with the country of a site."""
    return f"site.{site}.{LOCATION}"


def _words(name: str, address: Address) -> Iterator[str]:
    """What the column of an address may be called beside its name."""
    entry = address.entry
    if entry.scope is Scope.SCENARIO:
        yield entry.label
        return
    if entry.scope in (Scope.CHARGE, Scope.EVIDENCE, Scope.RAMP, Scope.WAVE):
        return
    for field in (f".{entry.field}.", f".{entry.field}"):
        before, found, after = name.partition(field)
        if found and (field.endswith(".") or not after):
            break
    else:
        return
    of = before.partition(".")[2]
    for words in (entry.field, entry.label):
        yield f"{before} {words} {after}"
        yield f"{of} {words} {after}"
        yield f"{words} {of} {after}"
        yield f"{words} {after} {of}"


def _words_of_location(name: str) -> Iterator[str]:
    site = name.removeprefix("site.").removesuffix(f".{LOCATION}")
    yield from (f"{LOCATION} {site}", f"{site} {LOCATION}")
    yield from (f"country {site}", f"{site} country", f"site {site} country")
