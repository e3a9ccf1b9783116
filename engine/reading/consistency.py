"""Checks of plain data, each with one clear error that names file, place, value and bound."""

import datetime
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import numpy as np

from ..address import Address
from ..declaration import Input
from ..errors import ScenarioError
from ..model import default_model, nearest
from .numerals import instead

_NAME_MAX = 60  # as Excel counts, in UTF-16 units: most emoji are two
# XML cannot hold control characters, lone surrogates and some that are no characters; Excel reads
# _x0041_ in a file as the letter A; overrides of the writing direction turn round what follows.
_NO_CHARACTERS = "".join(
    chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)
)
_ORDINARY = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ,.:-]*")
_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef"
    rf"{_NO_CHARACTERS}]|_x[0-9A-Fa-f]{{4}}_"
)
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters and a sign that show nothing
_INVISIBLE = re.compile(r"[\u00ad\u061c\u180e\u200b\u200e\u200f\u2060\ufeff]")  # not joiners
NAME = (
    f"1 to {_NAME_MAX} characters (most emoji count as 2) of which some show, "
    "without control characters or codes like _x0041_"
)

_PER_CENT = ("%", "\u2030", "percent", "per cent", "pct", "bp")
_SHOWN = 80  # characters of a value in a message
_LISTED = 140  # characters of a list of names in a message
Locate = Callable[[Address], str]  # the cell of an address, if the scenario is read from cells


class Checked:
    """Plain data of a scenario, checked value by value.

    Parameters
    ----------
    data : mapping
        As a scenario file holds it.
    origin : str
        The file, for error messages.
    locate : callable, optional
        Gives the cell of an address, where the file is a workbook.
    """

    def __init__(self, data: Mapping[str, Any], origin: str, locate: Locate | None):
        if not isinstance(data, Mapping):
            raise ScenarioError(
                f"{origin} is a {type(data).__name__}; it must be a mapping with the keys of a "
                "scenario file"
            )
        self.data, self.origin, self.locate = data, origin, locate
        self.inputs = default_model().inputs

    def fail(self, what: str, place: str = "") -> ScenarioError:
        """The error to raise, with the file and the position in it."""
        return ScenarioError(f"{self.origin}: {place}{': ' if place else ''}{what}")

    def at(self, place: str, name: str, **at: int) -> str:
        """Where a number stands: its cell if the file is a workbook, otherwise ``place``."""
        return self.locate(Address(name, at)) if self.locate else place

    def put(
        self,
        values: Mapping[str, np.ndarray],
        address: Address,
        value: Any,
        place: str,
        subject: str = "",
    ) -> None:
        """Check a number and put it at an address."""
        place = self.at(place, address.name, **address.at)
        address.set(values, self.number(address.entry, value, place, subject))

    def number(self, entry: Input, value: Any, place: str, subject: str = "") -> float | int:
        """A number within an input's range; a word of its choices becomes one."""
        value = entry.number_of(value)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        wrong = not is_number or not entry.lowest <= value <= entry.highest
        if wrong or (entry.whole and value != int(value)):
            place = place or self.at("", entry.name)
            subject = subject or entry.name
            plain = entry.whole or entry.choices or entry.is_month
            kind = "" if is_number or plain else "a number, "
            allowed = f"{kind}{entry.allowed}{number_instead(entry, value)}"
            raise self.fail(f"{subject} is {shown(value)}; it must be {allowed}", place)
        return value

    def known(self, key: str, names: Collection[str], place: str, what: str = "key") -> None:
        """Refuse a key that means nothing here, or another name that does not exist."""
        if key in names:
            return
        hint = nearest(key, names)
        if what != "key":
            hint = f"{hint} There are" if hint else "; there are"
            raise self.fail(f"unknown {what} {shown(key)}{hint} {listed(names)}", place)
        raise self.fail(
            f"unknown key {shown(key)}{hint or f'; allowed are {listed(names)}'}", place
        )

    def text(
        self,
        table: Mapping[str, Any],
        key: str,
        place: str,
        default: str,
        most: int = _NAME_MAX,
    ) -> str:
        """A name or other text that a workbook can hold, without spaces around it."""
        value = table.get(key, default)
        bad = "" if isinstance(value, str) else "a text"
        if not bad and not is_name(value, most):
            bad = NAME.replace(f"1 to {_NAME_MAX}", f"1 to {most}")
        if bad:
            raise self.fail(f"{key} is {shown(value)}; it must be {bad}", place)
        return value.strip()

    def names(self, axis: str, given: list[Any], key: str) -> tuple[str, ...]:
        """Names of the plans, sites or roles, which must all differ."""
        what = f"{axis}s"
        names: list[str] = []
        seen: dict[str, str] = {}
        for index, value in enumerate(given):
            if value is None:
                raise self.fail("name is missing", f"{what}[{index}]")
            place = self.at(f"{what}[{index}]", f"{axis}_names", **{axis: index})
            names.append(self.text({key: value}, key, place, ""))
            if names[-1] in names[:-1]:
                raise self.fail(f"{key} {shown(value)} is there twice; names must differ", place)
            if (other := seen.setdefault(_likeness(names[-1]), names[-1])) != names[-1]:
                raise self.fail(
                    f"{key} {shown(value)} is {other!r} to Excel, or looks like it; "
                    "names must differ in more than case and what does not show",
                    place,
                )
        return tuple(names)

    def array(self, key: str, default: list[str]) -> list[Any]:
        """A list that is not empty."""
        value = self.data.get(key, default)
        if not isinstance(value, list) or not value:
            raise self.fail(f"{key} is {shown(value)}; it must be a list with one entry at least")
        return value

    def tables(self, key: str) -> list[Mapping[str, Any]]:
        """An array of tables that is not empty."""
        value = self.data.get(key)
        if (
            not isinstance(value, list)
            or not value
            or not all(isinstance(t, Mapping) for t in value)
        ):
            what = "missing" if value is None else shown(value)
            raise self.fail(f"{key} is {what}; it must be one [[{key}]] table or more")
        return value


def number_instead(entry: Input, value: Any) -> str:
    """What to write in place of a text that stands for a number: the end of a message."""
    is_share = entry.unit.startswith(("fraction", "relative"))
    is_per_cent = isinstance(value, str) and any(sign in value.casefold() for sign in _PER_CENT)
    if entry.choices or (is_per_cent and not is_share):
        return ""
    return instead(value, entry.lowest, entry.highest, entry.whole)


def is_name(text: str, most: int = _NAME_MAX) -> bool:
    """Whether a text is fit to be a name: :data:`NAME` says what is."""
    if len(text) <= most and _ORDINARY.fullmatch(text):  # as most are
        return True
    return not _UNSAFE.search(text) and _shows(text) and _length(text) <= most


def _length(text: str) -> int:
    """Length as Excel counts it."""
    return len(text.encode("utf-16-le")) // 2


def _shows(text: str) -> bool:
    """Whether anything of a text can be seen."""
    kinds = (unicodedata.category(c) for c in text if c not in _BLANK)
    return any(kind[0] in "LNPS" or kind == "Co" for kind in kinds)


def _likeness(text: str) -> str:
    """What names of one list must differ in: Excel looks names up without regard to case."""
    visible = _INVISIBLE.sub("", text)
    return " ".join(unicodedata.normalize("NFC", visible).casefold().split())


def shown(value: Any) -> str:
    """A wrong value, as an error shows it."""
    if value == "":
        return "empty"
    if isinstance(value, int) and abs(value) >= 10**18:
        return "a huge number"
    try:
        text = value.isoformat() if isinstance(value, datetime.date) else f"{value!r}"
    except ValueError:  # Python writes no number of more than 4,300 digits
        return "a huge number"
    except RecursionError:
        return "nested too deep"
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


def listed(names: Iterable[Any]) -> str:
    """Names with commas between them; of many the first ones and how many more there are."""
    texts = [
        text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..." for text in map(str, names)
    ]
    count, length = 0, 0
    for text in texts:
        length += len(text) + 2
        if length > _LISTED and count:
            break
        count += 1
    more = len(texts) - count
    return ", ".join(texts[:count]) + (f" and {more} more" if more else "")
