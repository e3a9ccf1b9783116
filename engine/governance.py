"""Who answers for a comparison, what was changed in it, what it leaves out, and its terms."""

import functools
from typing import NamedTuple

from .tables import rows

VERSIONS_MAX = 30
VERSION_TEXT_MAX = 200  # characters of what was changed
# Keys of a scenario: who signs the comparison off, and when, after the one who prepared it.
SIGNED = ("reviewed", "approved")


class Version(NamedTuple):
    """A row of the version log.

    Attributes
    ----------
    version : str
        Such as "1.1".
    date : str
        Such as "2026-11-29"; "" if not stated.
    by, changes : str
        Who made it, and what was changed; "" if not stated.
    """

    version: str = ""
    date: str = ""
    by: str = ""
    changes: str = ""


class Omission(NamedTuple):
    """What the model leaves out, and what that means for the figures."""

    item: str
    consequence: str


class Term(NamedTuple):
    """A term of the glossary, with its meaning in one or two sentences."""

    term: str
    meaning: str


@functools.cache
def not_modelled() -> tuple[Omission, ...]:
    """What the model leaves out."""
    return tuple(Omission(**row) for row in rows("not_modelled.csv"))


@functools.cache
def glossary() -> tuple[Term, ...]:
    """Terms that a reader meets, in alphabetical order."""
    found = (Term(**row) for row in rows("glossary.csv"))
    return tuple(sorted(found, key=lambda one: one.term.casefold()))
