"""References from a described book to the values of a scenario that is bound to it later.

A sheet that is described once for many scenarios holds no figures and no names: it says in which
array a figure stands and at which position, and which text of the scenario is shown.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Ref(NamedTuple):
    """A reference to one figure.

    Attributes
    ----------
    array : str
        Name of an input, a line or a derived figure.
    position : int
        Index into the flattened values of one scenario.
    kind : str
        NumPy's kind of the array's dtype: f, i or b.
    missing : str
        The text shown where there is no answer; "" where there always is one.
    """

    array: str
    position: int
    kind: str = "f"
    missing: str = ""


class Text(NamedTuple):
    """A text with names of the scenario in it.

    Attributes
    ----------
    pieces : tuple of str
        Constant texts and keys of the scenario's texts by turns, beginning and ending with a
        constant.
    """

    pieces: tuple[str, ...]

    @classmethod
    def of(cls, key: str, before: str = "", after: str = "") -> "Text":
        """One text of the scenario, between two constants."""
        return cls((before, key, after))

    def filled(self, texts: Mapping[str, str]) -> str:
        """The text with a scenario's texts in place of their keys."""
        if len(self.pieces) == 3:  # nearly always, and often
            before, key, after = self.pieces
            return before + texts[key] + after
        pieces = [*self.pieces]
        pieces[1::2] = [texts[key] for key in pieces[1::2]]
        return "".join(pieces)


class Gap(NamedTuple):
    """A gap in the XML of a package.

    Attributes
    ----------
    kind : str
        "cell": a value, "chart": a figure as charts keep it, "type": the type attribute of a cell
        whose figure may be missing, "shared": an element of the shared string table.
    what : Ref or Text
    """

    kind: str
    what: Ref | Text


Pieces = list[str | Gap]


def placeholder(value: Any) -> Any:
    """What openpyxl writes where a reference stands; anything else as it is."""
    return "text" if isinstance(value, Text) else 0 if isinstance(value, Ref) else value
