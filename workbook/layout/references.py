"""References from a described book to values of a scenario that are bound later.

A sheet is described once for many scenarios, so it contains neither figures nor names. It contains
references: array and position of a figure, or key of a text.
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

BLANK = " "  # LibreOffice writes no value for an empty text
NOT_SHOWN = -math.inf  # a figure in whose place a cell is blank


class Ref(NamedTuple):
    """A reference to a figure.

    Attributes
    ----------
    array : str
        Name of an input, a line or a derived figure.
    position : int
        Index into the flattened array of one scenario.
    kind : str
        ``dtype.kind`` of the array: f, i or b.
    missing : str
        Text for NaN; "" if the figure is never NaN. In place of NOT_SHOWN the cell is blank.
    """

    array: str
    position: int
    kind: str = "f"
    missing: str = ""


class Text(NamedTuple):
    """A text that contains texts of the scenario, such as names.

    Attributes
    ----------
    pieces : tuple of str
        Alternately a constant text and the key of a text of the scenario; the first and the last
        are constant.
    """

    pieces: tuple[str, ...]

    @classmethod
    def of(cls, key: str, before: str = "", after: str = "") -> "Text":
        """A text of the scenario between two constant texts."""
        return cls((before, key, after))

    def filled(self, texts: Mapping[str, str]) -> str:
        """The text with all keys replaced by the texts of a scenario."""
        if len(self.pieces) == 3:  # the most frequent case
            before, key, after = self.pieces
            return before + texts[key] + after
        pieces = [*self.pieces]
        pieces[1::2] = [texts[key] for key in pieces[1::2]]
        return "".join(pieces)


class TableValue(NamedTuple):
    """A value that a data table fills into a cell without a formula of its own, or a chosen word.

    Attributes
    ----------
    value : float, str or Ref
        A text has no entry among the shared strings.
    """

    value: Any


class Replaced(NamedTuple):
    """A figure whose formula stands in its cell only in some scenarios.

    Attributes
    ----------
    value : Ref
    when : Ref
        1 where the formula stands there, 0 where the figure replaces it.
    """

    value: Ref
    when: Ref


class FormulaWhen(NamedTuple):
    """The XML element of a formula that stands in its cell where a figure is 1."""

    element: str
    when: Ref


class Gap(NamedTuple):
    """A gap in the XML of a package.

    Attributes
    ----------
    kind : str
        "cell": value of a cell; "chart": value in a chart; "type": type attribute of a cell whose
        figure may be NaN; "shared": item of the shared string table; "formula": a formula that
        only some scenarios have.
    what : Ref, Text or FormulaWhen
        The reference that fills the gap.
    """

    kind: str
    what: Ref | Text | FormulaWhen


Pieces = list[str | Gap]


def placeholder(value: Any) -> Any:
    """The placeholder that openpyxl writes for a reference; other values unchanged."""
    return "text" if isinstance(value, Text) else 0 if isinstance(value, Ref) else value
