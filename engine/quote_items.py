"""What an item of a vendor's quote is: pay, charges of the country, a fee, or nothing known.

The words of the tables decide, and the names of the country's own charges; the longer of two words
within each other counts. Words that say different things make an item ambiguous, and it is not
guessed.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from .employment_law import charge_of, iso_of
from .errors import ScenarioError
from .ledger import Row
from .locations import Location
from .model import nearest
from .reading.consistency import listed, shown
from .tables import rows

PAY, STATUTORY, MARGIN, OTHER = "Pay", "Statutory", "Margin", "Other"
NOT_RECOGNISED = "Not recognised"
CATEGORIES = (PAY, STATUTORY, MARGIN, OTHER, NOT_RECOGNISED)
# What an item may be besides charges of the country, and where it counts.
KINDS = {
    "pay": PAY,
    "extra month": PAY,
    "leave": PAY,
    "withheld": PAY,
    "severance": OTHER,
    "notice": OTHER,
    "benefits": OTHER,
    "equipment": OTHER,
    "workplace": OTHER,
    "deposit": OTHER,
    "vat": OTHER,
    "fee": MARGIN,
    "fx": MARGIN,
    "total": "",
}
ALL, SOCIAL = "all charges", "social security"
CHARGE, ENDED, UNKNOWN = "charge", "ended", "not recognised"
_COLLECTOR = "collector"  # who collects several charges together, such as ZUS
_BY_NAME = (CHARGE, "charges", _COLLECTOR)
_NOT_TOPICS = {*KINDS, *_BY_NAME, ENDED} - {"extra month", "severance"}
_FIRST = ("deposit", "vat", "fx", "fee")  # an item with such a word is that, whatever it is on
_SHORTEST_NAME = 3  # characters of a charge's name that stands alone
_LETTERS = str.maketrans({"\u0142": "l", "\u00df": "ss", "\u00f8": "o", "\u0111": "d"})


class Meaning(NamedTuple):
    """What an item is.

    Parameters
    ----------
    kind : str
        A key of :data:`KINDS`, or ``CHARGE``, ``ENDED`` or ``UNKNOWN``.
    charges : tuple of str
        Names of charges of the country; of an abolished charge its name.
    level : int
        How exactly charges are named: 3 by name, 2 by topic or collector, 1 as social security,
        0 as all.
    words : str
        What is said about it, such as why it is not known.
    may_be_total : bool
        Whether its words fit a total of the items above it.
    """

    kind: str
    charges: tuple[str, ...] = ()
    level: int = 3
    words: str = ""
    may_be_total: bool = False


@dataclass(frozen=True)
class EndedCharge:
    """A charge that was abolished or suspended.

    Parameters
    ----------
    charge : str
    phrases : tuple of str
        Words of items that mean it.
    ended, suspended_to : str
        Last month in which it was due, and last month of its suspension; "" if it ended for good.
    source, source_date, note : str
    """

    charge: str
    phrases: tuple[str, ...]
    ended: str
    suspended_to: str
    source: str
    source_date: str
    note: str


class _Match(NamedTuple):
    start: int
    end: int
    level: int
    what: str
    charges: tuple[str, ...]


def plain_words(text: str) -> str:
    """Words of a text in lower case, without accents and marks.

    Examples
    --------
    >>> plain_words("  Sk\u0142adka (emerytalna), 9,76%")
    'skladka emerytalna 9 76'
    """
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    kept = "".join(c for c in apart if not unicodedata.combining(c)).translate(_LETTERS)
    return " ".join(re.findall(r"[^\W_]+", kept))


@functools.cache
def ended_charges(iso: str) -> tuple[EndedCharge, ...]:
    """Charges of a country that were abolished or suspended."""
    return tuple(
        EndedCharge(
            row["charge"],
            tuple(row["phrases"].split(";")),
            *(row[name] for name in ("ended", "suspended_to", "source", "source_date", "note")),
        )
        for row in rows("abolished_charges.csv")
        if row["iso"] == iso
    )


@functools.cache
def topics_of(charge: str, iso: str) -> frozenset[str]:
    """Topics of a charge by its name, such as "pension"."""
    found = _longest(_phrase_matches(plain_words(charge), iso))
    return frozenset(one.what for one in found if one.what not in _NOT_TOPICS)


def charge_names(location: Location) -> list[str]:
    """Names of a country's charges, those of other months too."""
    return [*dict.fromkeys(charge_of(rule) for rule in location.rules)]


def meaning_of(item: str, location: Location) -> Meaning:
    """What an item of a quote is, by its words.

    Parameters
    ----------
    item : str
        Such as "Employer pension contribution".
    location : Location
        Whose charges it may be.
    """
    iso, text = iso_of(location), plain_words(item)
    matches = _phrase_matches(text, iso)
    for name in charge_names(location):
        for alias in _aliases(name):
            matches += _found(text, alias, 3, CHARGE, (name,))
    for one in ended_charges(iso):
        for phrase in one.phrases:
            matches += _found(text, phrase, 4, ENDED, (one.charge,))
    return _meaning(_longest(matches), location)


def _meaning(matches: list[_Match], location: Location) -> Meaning:
    if not matches:
        return Meaning(UNKNOWN, words="ask the vendor what it is")
    kinds = [*dict.fromkeys(one.what for one in matches)]
    by_name = [one for one in matches if one.what in _BY_NAME]
    if len({one.what for one in by_name}) > 1:  # "ZUS pension" is the pension
        by_name = [one for one in by_name if one.what != _COLLECTOR]
    money = [kind for kind in kinds if kind in KINDS and kind not in ("extra month", "severance")]
    if "withheld" in kinds:
        return Meaning("withheld")
    for kind in _FIRST:
        if kind in kinds and not by_name and "total" not in kinds:
            return Meaning(kind)
    if ENDED in kinds:
        names = [name for one in matches if one.what == ENDED for name in one.charges]
        return Meaning(ENDED, tuple(dict.fromkeys(names)))
    topics = [kind for kind in kinds if kind not in _NOT_TOPICS]
    if money and (len(money) > 1 or by_name or topics):
        said = [*money, *topics, *(name for one in by_name for name in one.charges)]
        words = f"ambiguous: {', '.join(dict.fromkeys(said))}; say which it is"
        return Meaning(UNKNOWN, words=words, may_be_total="total" in money)
    if money:
        return Meaning(money[0])
    return _charges(by_name, topics, location)


def _charges(by_name: list[_Match], topics: list[str], location: Location) -> Meaning:
    """The charges that an item means by their names and by topics."""
    iso, known = iso_of(location), charge_names(location)
    named = {name for one in by_name for name in one.charges}
    exact = [topic for topic in topics if topic not in (ALL, SOCIAL)]
    of_topics = {name for name in known if not topics_of(name, iso).isdisjoint(exact)}
    found = tuple(name for name in known if name in named | of_topics)
    if found:
        is_exact = not of_topics - named and all(one.what != _COLLECTOR for one in by_name)
        return Meaning(CHARGE, found, 3 if is_exact else 2)
    for kind in ("severance", "extra month"):
        if exact == [kind]:
            return Meaning(kind)
    if exact:
        what = f"names {', '.join(exact)}, which is no charge of {location.country} in the tables"
        return Meaning(UNKNOWN, words=f"{what}; ask which law")
    if SOCIAL in topics:
        return Meaning(CHARGE, level=1)
    return Meaning(CHARGE, level=0)


@functools.cache
def collected(iso: str) -> tuple[tuple[str, ...], ...]:
    """Charges of a country that one collector takes together."""
    return tuple(dict.fromkeys(names for _, kind, names in _phrases(iso) if kind == _COLLECTOR))


@functools.cache
def _phrases(iso: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Words, what they mean, and the charges they name, in a country."""
    found: dict[str, tuple[str, str, tuple[str, ...]]] = {}
    for row in sorted(rows("quote_items.csv"), key=lambda row: row["iso"]):
        if row["iso"] in ("", iso):  # what a word means in the country comes last, and counts
            names = tuple(filter(None, row["charges"].split(";")))
            found[row["phrase"]] = row["phrase"], row["kind"], names
    return tuple(found.values())


def _phrase_matches(text: str, iso: str) -> list[_Match]:
    found = []
    for phrase, kind, charges in _phrases(iso):
        found += _found(text, phrase, 3 if charges else 2, kind, charges)
    return found


def _found(text: str, phrase: str, level: int, what: str, charges: tuple[str, ...]) -> list[_Match]:
    """Where whole words stand in a text."""
    if phrase.removesuffix("*") not in text:
        return []
    end = r"[^\W_]*" if phrase.endswith("*") else ""
    pattern = rf"(?<!\S){re.escape(phrase.removesuffix('*'))}{end}(?!\S)"
    return [_Match(m.start(), m.end(), level, what, charges) for m in re.finditer(pattern, text)]


def _longest(matches: Iterable[_Match]) -> list[_Match]:
    """Matches without those within a longer one, or within an equal one that is more exact."""
    found: list[_Match] = []
    for one in sorted(matches, key=lambda m: (m.start - m.end, -m.level)):
        within = [o for o in found if o.start <= one.start and one.end <= o.end]
        same = [o for o in within if (o.start, o.end) == (one.start, one.end)]
        if not within or (same == within and same[0].level == one.level):
            found.append(one)
    return found


@functools.cache
def _aliases(charge: str) -> tuple[str, ...]:
    """Names by which a quote may call a charge.

    The whole, its beginning, a word in brackets, and a last word in capitals.
    """
    found = [plain_words(charge), plain_words(re.split(r"[(,]", charge)[0])]
    found += [plain_words(inside) for inside in re.findall(r"\(([^()\s]+)\)", charge)]
    found += [plain_words(last) for last in re.findall(r" ([A-Z]{3,})(?:$|[(,])", charge)]
    return tuple(dict.fromkeys(one for one in found if len(one) >= _SHORTEST_NAME))


def read_mapping(table: Iterable[Row], origin: str, location: Location) -> dict[str, Meaning]:
    """What items are, as a user says it.

    Parameters
    ----------
    table : iterable of Row
        With the cells ``item``, and ``kind`` or ``charge``.
    origin : str
        Name of the file, for messages.
    location : Location

    Returns
    -------
    dict of str to Meaning
        By the plain words of the item.

    Raises
    ------
    ScenarioError
        A column is missing, an item is empty or there twice, or a kind or charge is unknown.
    """
    found: dict[str, Meaning] = {}
    for row in table:
        cells = {plain_words(str(name)): str(value).strip() for name, value in row.cells.items()}
        if "item" not in cells or cells.keys().isdisjoint({"kind", "charge"}):
            raise ScenarioError(
                f"{origin}: it must have the columns item, and kind or charge; there are "
                f"{listed(row.cells)}"
            )
        item = plain_words(cells["item"])
        if not item:
            raise ScenarioError(f"{origin}: {row.where}: item is empty; fill it in")
        if item in found:
            raise ScenarioError(f"{origin}: {row.where}: {shown(cells['item'])} is there twice")
        found[item] = _mapped(cells, f"{origin}: {row.where}", location)
    if not found:
        raise ScenarioError(f"{origin}: it has no rows")
    return found


def _mapped(cells: Mapping[str, Any], where: str, location: Location) -> Meaning:
    kind, charge = cells.get("kind", "").casefold(), cells.get("charge", "")
    if bool(kind) == bool(charge):
        raise ScenarioError(f"{where}: fill in kind or charge, one of them")
    if charge:
        names = {name.casefold(): name for name in charge_names(location)}
        if charge.casefold() not in names:
            hint = nearest(charge, names.values()) or f"; there are {listed(names.values())}"
            raise ScenarioError(
                f"{where}: charge is {shown(charge)}, which {location.country} does not have{hint}"
            )
        return Meaning(CHARGE, (names[charge.casefold()],))
    if kind in (SOCIAL, ALL):
        return Meaning(CHARGE, level=int(kind == SOCIAL))
    if kind not in KINDS:
        allowed = [*KINDS, SOCIAL, ALL]
        raise ScenarioError(
            f"{where}: kind is {shown(kind)}; it must be one of {', '.join(allowed)}"
        )
    return Meaning(kind)
