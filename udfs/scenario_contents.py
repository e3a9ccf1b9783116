"""The tables that a scenario cell stands for, as one text that is equal where they are equal."""

import hashlib
import json
from typing import NamedTuple

from .coerce import Rows

_KEY = "shorewise scenario"
_START = f'{{"{_KEY}":'  # of the text of every content
NO_ROWS: Rows = ()


class Content(NamedTuple):
    """The tables of a scenario.

    Attributes
    ----------
    sites, plans, settings, roster : rows
        Without empty rows and columns; no rows for a table that is not given.
    changes : tuple of (str, float or str)
        Inputs that SHORE_SET changed: the address of each and its value, in the order of the calls.
    """

    sites: Rows
    plans: Rows = NO_ROWS
    settings: Rows = NO_ROWS
    roster: Rows = NO_ROWS
    changes: Rows = NO_ROWS

    def text(self, plans: int, sites: int) -> str:
        """The content as text, with the numbers of plans and sites that scenario cells show."""
        return json.dumps({_KEY: [plans, sites], "tables": self}, separators=(",", ":"))

    @classmethod
    def parsed(cls, text: str) -> "Content":
        """The content that a text was made of."""
        tables = json.loads(text)["tables"]
        return cls(*(tuple(map(tuple, rows)) for rows in tables))


def is_content(rows: Rows | str) -> bool:
    """Whether an argument is the text of a content in one cell, or is that text."""
    cell = rows if isinstance(rows, str) else rows[0][0] if len(rows) == 1 == len(rows[0]) else None
    return isinstance(cell, str) and cell.startswith(_START)


def counts(text: str) -> tuple[int, int]:
    """Numbers of plans and sites of a content's text."""
    plans, sites = json.loads(text)[_KEY]
    return plans, sites


def digits_of(text: str) -> str:
    """The hexadecimal digits that identify a content's text: its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()
