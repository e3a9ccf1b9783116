"""Marks in the texts of a template: ``{{ recommended.npv }}``, and what they show.

``{{ NAME }}`` alone in a cell gives it a number, a date or a text; within other text it is written
out, in a number format that may follow: ``{{ recommended.npv | #,##0 }}``. ``{{ if NAME > 0 }}``,
``{{ else }}`` and ``{{ end }}`` choose between texts; ``{{ row if NAME }}`` hides its row unless
the condition holds. ``across`` before a name of several values puts these beside each other.
"""

import functools
import operator
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from openpyxl.utils.datetime import from_excel

from ...engine.errors import DomainError
from .named_results import Value
from .result_names import DATE, TEXT, ResultName, parsed

OPEN = "{{"
HELD = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)  # a mark, wherever it stands
_CONDITION = re.compile(r"(.+?)(?:\s*(<=|>=|==|!=|<|>)\s*(.+))?", re.DOTALL)
_FORMAT = re.compile(r"(#,##)?0(?:\.(0{1,9}))?(%)?")
_COMPARE: dict[str, Callable[[Value, Value], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
_FALSE = ("", "no", "none", "n/a")


class Mark(NamedTuple):
    """A name in a cell, whether its values stand beside each other, and a number format."""

    name: ResultName
    across: bool
    form: str


class Condition(NamedTuple):
    """A name, how its value is compared, "" for whether there is one, and with what."""

    name: ResultName
    sign: str
    other: Value


class Choice(NamedTuple):
    """One text if a condition holds, another if not."""

    condition: Condition
    then: tuple["Piece", ...]
    otherwise: tuple["Piece", ...]


Piece = str | Mark | Choice
Read = Callable[[ResultName], Value]


@dataclass(frozen=True)
class MarkedText:
    """A text with marks.

    Attributes
    ----------
    pieces : tuple of str, Mark or Choice
    row_if : Condition or None
        What must hold for its row to be shown.
    """

    pieces: tuple[Piece, ...]
    row_if: Condition | None

    @functools.cached_property
    def alone(self) -> Mark | None:
        """The mark that is all there is."""
        only = [one for one in self.pieces if not isinstance(one, str) or one.strip()]
        return only[0] if len(only) == 1 and isinstance(only[0], Mark) else None

    @functools.cached_property
    def names(self) -> list[ResultName]:
        """All names in it."""
        condition = [self.row_if.name] if self.row_if else []
        return [*condition, *_names(self.pieces)]

    @functools.cached_property
    def marks(self) -> list[Mark]:
        """All marks in it that show values, and the conditions that choose between texts."""
        return [*_marks(self.pieces)]

    @functools.cached_property
    def repeated(self) -> Mark | None:
        """The first mark of several values."""
        return next((one for one in self.marks if one.name.repeated), None)

    def shown(self, read: Read) -> Value | None:
        """What the cell shows.

        Parameters
        ----------
        read : callable
            Gives the value of a name.

        Returns
        -------
        float, str or None
            None for a cell that is empty.
        """
        if self.alone is not None and not self.alone.form:
            return read(self.alone.name)
        return _text(self.pieces, read) or None


def marked(text: str) -> MarkedText:
    """The marks of a text.

    Raises
    ------
    DomainError
        A mark that is not understood, or names no result.
    """
    if text.count(OPEN) != len(HELD.findall(text)):
        raise DomainError(f"{text[:60]!r} opens a mark that does not end in }}}}")
    row_if: list[Condition] = []
    words = iter(_tokens(text, row_if))
    pieces, end = _pieces(words)
    if end:
        raise DomainError(f"{{{{ {end} }}}} has no {{{{ if ... }}}} before it")
    if len(row_if) > 1:
        raise DomainError("a cell can have one {{ row if ... }}")
    return MarkedText(pieces, row_if[0] if row_if else None)


def holds(condition: Condition, read: Read) -> bool:
    """Whether a condition holds."""
    found = read(condition.name)
    if not condition.sign:
        return found not in _FALSE if isinstance(found, str) else found != 0
    if isinstance(found, str) != isinstance(condition.other, str):
        return condition.sign == "!="  # "none" is neither above nor below a number
    return _COMPARE[condition.sign](found, condition.other)


def in_words(value: Value, unit: str, form: str = "") -> str:
    """A value within other text.

    Parameters
    ----------
    value : float or str
    unit : str
        By which it is written if no format says how.
    form : str
        Such as ``0``, ``0.0``, ``#,##0``, ``0.0%``.
    """
    if isinstance(value, str):
        return value
    if unit == DATE:
        return f"{from_excel(value):%Y-%m-%d}"
    if unit == "months" and not form:
        value = round(value, 1)
    return _number(value, form or _form_of(unit))


def _form_of(unit: str) -> str:
    what = unit.split("/")[0].split(" ")[0]
    return {"money": "#,##0", "local": "#,##0", "fraction": "0.0%"}.get(what, "")


def _number(value: float, form: str) -> str:
    match = _FORMAT.fullmatch(form)
    if match is None:
        return f"{value:,.10g}"
    thousands, decimals, percent = match.groups()
    kind = f"{',' if thousands else ''}.{len(decimals or '')}{'%' if percent else 'f'}"
    text = f"{value:{kind}}"
    return text.removeprefix("-") if not text.strip("-0.,%") else text


def _text(pieces: Iterable[Piece], read: Read) -> str:
    found = []
    for one in pieces:
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, Mark):
            found.append(in_words(read(one.name), one.name.unit, one.form))
        else:
            found.append(_text(one.then if holds(one.condition, read) else one.otherwise, read))
    return "".join(found)


def _marks(pieces: Iterable[Piece]) -> Iterator[Mark]:
    for one in pieces:
        if isinstance(one, Mark):
            yield one
        elif isinstance(one, Choice):
            yield Mark(one.condition.name, across=False, form="")
            yield from _marks((*one.then, *one.otherwise))


def _names(pieces: Iterable[Piece]) -> Iterator[ResultName]:
    for one in pieces:
        if isinstance(one, Mark):
            yield one.name
        elif isinstance(one, Choice):
            yield one.condition.name
            yield from _names((*one.then, *one.otherwise))


class _If(NamedTuple):
    condition: Condition


class _Word(NamedTuple):
    """``else`` or ``end``."""

    word: str


def _tokens(text: str, row_if: list[Condition]) -> Iterator[Piece | _If | _Word]:
    """Pieces of a text in their order; conditions of the row are put aside."""
    for number, part in enumerate(HELD.split(text)):
        if not number % 2:
            if part:
                yield part
            continue
        inside = part.strip()
        if not inside:
            raise DomainError("{{ }} holds no name, such as recommended.npv")
        if inside in ("else", "end"):
            yield _Word(inside)
        elif inside.startswith("if "):
            yield _If(_condition(inside[3:]))
        elif inside.startswith("row if "):
            row_if.append(_condition(inside[7:]))
        else:
            yield _mark(inside)


def _pieces(words: Iterator[Piece | _If | _Word]) -> tuple[tuple[Piece, ...], str]:
    """Pieces up to the end or to an ``else`` or ``end``, and which of these it was."""
    found: list[Piece] = []
    for one in words:
        if isinstance(one, _Word):
            return tuple(found), one.word
        if isinstance(one, _If):
            then, end = _pieces(words)
            otherwise: tuple[Piece, ...] = ()
            if end == "else":
                otherwise, end = _pieces(words)
            if end != "end":
                raise DomainError("{{ if ... }} needs one {{ end }}, and one {{ else }} at most")
            found.append(Choice(one.condition, then, otherwise))
        else:
            found.append(one)
    return tuple(found), ""


def _mark(inside: str) -> Mark:
    path, bar, form = (one.strip() for one in inside.partition("|"))
    if bar and not _FORMAT.fullmatch(form):
        raise DomainError(
            f"{{{{ {inside[:60]} }}}}: {form!r} is no number format; it must be one such as 0, "
            "#,##0, 0.00 or 0.0%"
        )
    across = path.startswith("across ")
    name = parsed(path.removeprefix("across ").strip())
    if across and not name.repeated:
        raise DomainError(f"{{{{ {inside[:60]} }}}}: {name.text} is one value, with none across")
    if form and name.unit in (TEXT, DATE):
        raise DomainError(f"{{{{ {inside[:60]} }}}}: {name.text} is a {name.unit}, no number")
    return Mark(name, across, form)


def _condition(text: str) -> Condition:
    path, sign, other = _CONDITION.fullmatch(text.strip()).groups()  # type: ignore[union-attr]
    name = parsed(path.strip())
    if not sign:
        return Condition(name, "", 0.0)
    other = other.strip()
    if other[:1] in "\"'" and other[-1:] == other[:1] and len(other) > 1:
        return Condition(name, sign, other[1:-1])
    try:
        share = 100 if other.endswith("%") else 1
        return Condition(name, sign, float(other.removesuffix("%")) / share)
    except ValueError:
        raise DomainError(
            f"{{{{ if {text[:60]} }}}}: {other[:40]} is neither a number nor a text in quotes"
        ) from None
