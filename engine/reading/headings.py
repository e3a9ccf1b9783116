"""Headings of tables as people write them: in any letter case, by label, with a unit behind."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .currency_signs import currencies_of

_APART = re.compile(r"[\s_.,:;()/\u2013\u2014-]+")
_UNIT_BEHIND = re.compile(r"(?P<words>.+?)\s*(?:[(\[](?P<in>[^()\[\]]+)[)\]]|,\s*(?P<after>[^,]+))")
_A_YEAR = ("p a", "pa", "annual", "yearly")


def plain_words(head: str) -> str:
    """The words of a heading in lower case, with one space between them."""
    return _APART.sub(" ", str(head)).strip().casefold()


class Heading(NamedTuple):
    """The name that a heading means, and the unit that it states, "" for none."""

    name: str
    unit: str = ""


class Headings:
    """The headings that a table may have.

    Parameters
    ----------
    words : mapping of str to iterable of str
        What else each name may be called, such as its label. Words that several names have mean
        none.
    """

    def __init__(self, words: Mapping[str, Iterable[str]]):
        self.names = tuple(words)
        exact: dict[str, str | None] = {plain_words(name): name for name in words}
        found: dict[str, str | None] = {}
        for name, others in words.items():
            for plain in {plain_words(other) for other in others}:
                found[plain] = None if plain in found else name
        self._by_words = found | exact

    def find(self, text: object) -> Heading | None:
        """What a heading means; None for what is no text, or no name."""
        if not isinstance(text, str):
            return None
        if name := self._by_words.get(plain_words(text)):
            return Heading(name)
        parts = _UNIT_BEHIND.fullmatch(text.strip())
        name = parts and self._by_words.get(plain_words(parts["words"]))
        return Heading(name, (parts["in"] or parts["after"]).strip()) if parts and name else None


def currency_of_unit(stated: str, unit: str) -> str | None:
    """The currency in the unit that a heading states; "" for none, None for another unit.

    Parameters
    ----------
    stated : str
        Such as "USD", "EUR/year", "hours/day".
    unit : str
        Of the input: "money/year" agrees with "USD", "USD/year" and "USD p.a.".

    Examples
    --------
    >>> currency_of_unit("EUR per year", "money/year"), currency_of_unit("hours/day", "hours/day")
    ('eur', '')
    """
    words, (kind, _, rest) = plain_words(stated), plain_words(unit).partition(" ")
    if words == plain_words(unit):
        return ""
    sign, _, period = words.partition(" ")
    allowed = {"", rest, f"per {rest}", f"a {rest}", *(_A_YEAR if rest == "year" else ())}
    is_amount = kind == "money" and currencies_of(sign)
    return sign if is_amount and period in allowed else None
