"""Tables in text: the separator of cells, the row of heads, and the decimal sign of numbers."""

import contextlib
import csv
from collections.abc import Callable, Iterable, Sequence

from ..errors import DomainError
from .consistency import shown
from .numerals import decimal_sign, numeral

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
HEAD_ROWS = 20  # one of the first is the head
_HEAD_CHARACTERS = 1 << 16  # of a text in which the head is looked for
Known = Callable[[str], bool]  # whether a text is the name of a column


def separator_of(lines: Sequence[str], default: str, known: Known | None) -> str:
    """The separator with which most heads are known, then most rows are as wide as the head.

    Parameters
    ----------
    lines : sequence of str
        The first lines, with their ends.
    default : str
        What is taken if several fit.
    known : callable, optional
        Whether a text is the name of a column; by default any text may be one.
    """

    def fit(separator: str) -> tuple[int, int, int]:
        rows = parsed(lines, separator)
        if not rows:
            return (0, 0, 0)
        at = head_position(rows[:HEAD_ROWS], known)
        width = len(rows[at])
        count = sum(known(cell.strip()) for cell in rows[at]) if known else 0
        if width == 1 and not count:
            return (0, 0, 0)
        return (count, sum(len(row) == width for row in rows[at:]), width)

    return max((default, *SEPARATORS), key=fit)  # the first of several that fit equally


def parsed(lines: Iterable[str], separator: str) -> list[list[str]]:
    """The non-blank rows of lines, of which the last may be incomplete."""
    with contextlib.suppress(csv.Error):
        return [row for row in csv.reader(lines, delimiter=separator) if any(map(str.strip, row))]
    return []


def head_position(rows: Sequence[Sequence[str]], known: Known | None) -> int:
    """Position of the head among the first rows of a table, which may have a title above it.

    It is the row with the most names of columns; if none has any, the first row with several cells.
    """
    if known:
        counts = [sum(known(cell.strip()) for cell in row) for row in rows]
        if max(counts, default=0):
            return counts.index(max(counts))
    several = (n for n, row in enumerate(rows) if sum(bool(cell.strip()) for cell in row) > 1)
    return next(several, 0)


def known_heads(text: str, known: Known) -> int:
    """Number of names of columns in a row of a text, with the separator that gives the most."""
    lines = text[:_HEAD_CHARACTERS].splitlines(keepends=True)[:HEAD_ROWS]
    rows = (row for separator in SEPARATORS for row in parsed(lines, separator))
    return max((sum(known(cell.strip()) for cell in row) for row in rows), default=0)


def decimal_of(cells: Iterable[tuple[int, int, str]]) -> str:
    """The decimal sign of numbers that are texts; "" if none shows it, or columns differ.

    Parameters
    ----------
    cells : iterable of (int, int, str)
        Texts that may be numbers, each with its row's number and its column.

    Raises
    ------
    DomainError
        Some of a column show one sign, others the other.
    """
    found: dict[int, dict[str, str]] = {}  # an example of each sign, by column
    unsure: dict[int, set[str]] = {}  # marks of texts such as 80.000, by column
    for number, column, text in cells:
        if sign := decimal_sign(text):
            examples = found.setdefault(column, {})
            examples.setdefault(sign, f"{shown(text.strip())} in row {number}")
        elif ("." in text or "," in text) and len(numeral(text).numbers) == 2:
            unsure.setdefault(column, set()).add("," if "," in text else ".")
    mixed = next((examples for examples in found.values() if len(examples) > 1), None)
    if mixed:
        raise DomainError(
            f"a column has {mixed[',']} and {mixed['.']}, so its numbers have both decimal commas "
            "and decimal points; use only one, or set decimal",
            parameters=["decimal"],
        )
    signs = {sign for examples in found.values() for sign in examples}
    # Columns may differ; and 80.000 beside 80,000 means that no number speaks for another.
    is_sure = len(signs) == 1 and all(len(marks) == 1 for marks in unsure.values())
    return signs.pop() if is_sure else ""
