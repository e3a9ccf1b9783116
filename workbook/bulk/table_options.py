"""How a table is read: what is not to be detected, and columns that set no input."""

import codecs
from dataclasses import dataclass

from ...engine.errors import DomainError

DECIMALS = (".", ",")
_BY_WORD = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|", "space": " "}
_POINTS = {"point": ".", "comma": ","}


@dataclass(frozen=True)
class TableOptions:
    """How a table is read.

    Parameters
    ----------
    separator : str, optional
        Between the cells of a text file: one character, or "comma", "semicolon", "tab", "pipe" or
        "space"; by default detected.
    decimal : str, optional
        Decimal sign of numbers that are texts: "." or ",", or "point" or "comma"; by default
        detected.
    encoding : str, optional
        Of a text file, such as "cp1252"; by default detected.
    ignore : tuple of str
        Columns that are not read.
    keep : tuple of str
        Columns that are copied to the results. One that names no input sets nothing.

    Raises
    ------
    DomainError
        A separator, decimal sign or encoding that does not exist.
    """

    separator: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    ignore: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.separator is not None:
            object.__setattr__(self, "separator", _separator(self.separator))
        if self.decimal is not None:
            object.__setattr__(self, "decimal", _decimal(self.decimal))
        if self.encoding is not None:
            _refuse_unknown_encoding(self.encoding)
        if self.separator is not None and self.separator == self.decimal == ".":
            raise DomainError(
                "separator and decimal are both '.'; they must differ", parameters=["separator"]
            )

    @property
    def of_text(self) -> str:
        """The first option that only a text file can have; "" if none is set."""
        given = {"separator": self.separator, "encoding": self.encoding}
        return next((name for name, value in given.items() if value is not None), "")


DETECTED = TableOptions()
"""Everything is detected, and every column sets an input."""


def _separator(given: str) -> str:
    found = _BY_WORD.get(given.strip().casefold(), given)
    if len(found) != 1 or found.isalnum() or found in "\"'\r\n_-+":
        raise DomainError(
            f"separator is {given[:20]!r}; it must be one character, such as ';', or one of "
            f"{', '.join(word for word in _BY_WORD if word.isalpha())}",
            parameters=["separator"],
        )
    return found


def _decimal(given: str) -> str:
    found = _POINTS.get(given.strip().casefold(), given)
    if found not in DECIMALS:
        raise DomainError(
            f"decimal is {given[:20]!r}; it must be '.' or ','", parameters=["decimal"]
        )
    return found


def _refuse_unknown_encoding(given: str) -> None:
    try:
        "".encode(given)
        codecs.lookup(given)
    except (LookupError, ValueError, TypeError):
        raise DomainError(
            f"encoding is {given[:20]!r}; it must be one that Python knows, such as utf-8, utf-16, "
            "cp1252 (Western Europe) or cp1250 (Central Europe)",
            parameters=["encoding"],
        ) from None
