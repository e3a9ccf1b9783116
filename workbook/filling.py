"""A compiled book filled with one scenario after another; what did not change is kept.

A part is cut into pieces of some rows of a sheet, each compressed by itself. Most figures of a
workbook are those of the workbook before, since a table varies a few inputs: only pieces with
another figure or text are put together and compressed again. The bytes of a workbook do not depend
on the one before.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from .layout.references import BLANK, NOT_SHOWN, Text
from .number_text import LARGEST, SMALLEST, number_texts
from .ooxml.text_element import escaped, text_element
from .ooxml.zip_writer import Member, assembled, joined_member

if TYPE_CHECKING:
    from .compiled_book import CompiledBook

_AS_TEXT = b' t="str"'
_CUT = 12_000  # characters of a piece, without what fills its gaps
_ROW_END, _TEXT_END = "</row>", "</si>"


_Changes = tuple[np.ndarray, list[bytes]]  # gaps, and what fills each


class UnboundValueError(ValueError):
    """A figure that no gap takes: infinite, or missing where an answer always is."""


@dataclass(frozen=True)
class Figures:
    """Figures of one scenario that fill gaps, in the order of a compiled book's references."""

    floats: np.ndarray
    whole: np.ndarray
    charted: np.ndarray
    stand: np.ndarray


class _Piece:
    """Some rows of a part.

    Attributes
    ----------
    gaps : list of int
        Numbers of its gaps.
    data, packed : bytes
        What it holds in the workbook filled last, and that compressed.
    """

    def __init__(self, turns: list[str | int]):
        self._constants = [one.encode() for one in turns[::2]]  # type: ignore[union-attr]
        self.gaps: list[int] = turns[1::2]  # type: ignore[assignment]
        self.data = self.packed = b""

    def merge(self, shown: list[bytes], varying: np.ndarray) -> None:
        """Take what fills the gaps that do not vary as constant."""
        merged: list[bytes] = []
        constant = self._constants[:1]
        varied = varying[self.gaps].tolist()
        for gap, varies, after in zip(self.gaps, varied, self._constants[1:], strict=True):
            if varies:
                merged += [b"".join(constant), b""]
                constant = [after]
            else:
                constant += [shown[gap], after]
        self._merged = [*merged, b"".join(constant)]
        gaps = [gap for gap, varies in zip(self.gaps, varied, strict=True) if varies]
        # One more, so that a single gap gives a tuple too.
        self._filled = itemgetter(*gaps, gaps[0]) if gaps else None

    def fill(self, shown: list[bytes]) -> None:
        """Put what fills the gaps into :attr:`data`."""
        if self._filled is None:
            (self.data,) = self._merged
            return
        self._merged[1::2] = self._filled(shown)[:-1]
        self.data = b"".join(self._merged)


class Filling:
    """A compiled book, and the scenario with which it was filled last.

    Parameters
    ----------
    book : CompiledBook
    """

    def __init__(self, book: "CompiledBook"):
        self._book = book
        self._whole = len(book.floats)  # number of the first gap of each kind
        self._charted = self._whole + len(book.whole)
        optional = self._charted + len(book.charted)
        self._texts = optional + len(book.optional)
        self._shared = self._texts + len(book.texts)
        self._formulas = self._shared + len(book.shared)
        self._type_gaps = dict(zip(book.optional, range(optional, self._texts), strict=True))
        self._may_miss = np.zeros(len(book.floats), bool)
        self._may_miss[book.optional] = True
        self._shown: list[bytes] = [b""] * (self._formulas + len(book.formulas))
        self._varying = np.zeros(len(self._shown), bool)
        self._figures: Figures | None = None
        self._named: Mapping[str, str] = {}
        self._using = _users([*book.texts, *book.shared], self._texts)
        self._parts: list[tuple[int, str, list[_Piece]]] = []
        self._members: list[Member | None] = []
        for name, turns in book.parts.items():
            ready = book.ready_member(name)
            if ready is None:
                pieces = [*map(_Piece, _cut(turns) if book.codec.piece else [turns])]
                self._parts.append((len(self._members), name, pieces))
            self._members.append(ready)
        pieces = [piece for *_, pieces in self._parts for piece in pieces]
        self._gap_of_use = np.array([gap for piece in pieces for gap in piece.gaps], int)
        self._piece_of_use = np.repeat(np.arange(len(pieces)), [len(one.gaps) for one in pieces])
        self._pieces = pieces

    def workbook(self, figures: Figures, named: Mapping[str, str]) -> bytes:
        """The workbook of a scenario.

        Raises
        ------
        UnboundValueError
            An infinite figure; this object can no longer be used.
        """
        is_first = self._figures is None
        changed = np.zeros(len(self._shown), bool)
        for gaps, texts in self._changes(figures, named):
            changed[gaps] = True
            for gap, text in zip(gaps.tolist(), texts, strict=True):
                self._shown[gap] = text
        self._figures, self._named = figures, named
        if is_first:
            touched = to_merge = np.ones(len(self._pieces), bool)
        else:
            touched, to_merge = self._with(changed), self._with(changed & ~self._varying)
            self._varying |= changed
        for n in np.flatnonzero(to_merge).tolist():
            self._pieces[n].merge(self._shown, self._varying)
        start = 0
        for number, name, pieces in self._parts:
            anew = np.flatnonzero(touched[start : start + len(pieces)]).tolist()
            start += len(pieces)
            if anew:
                codec = self._book.codec
                compress = codec.piece if codec.piece and len(pieces) > 1 else codec.compress
                for n in anew:
                    pieces[n].fill(self._shown)
                    pieces[n].packed = compress(pieces[n].data)
                data, packed = zip(*((one.data, one.packed) for one in pieces), strict=True)
                self._members[number] = joined_member(name, data, packed, codec)
        return assembled(one for one in self._members if one)

    def _with(self, gaps: np.ndarray) -> np.ndarray:
        """Whether each piece has one of some gaps."""
        found = np.zeros(len(self._pieces), bool)
        found[self._piece_of_use[gaps[self._gap_of_use]]] = True
        return found

    def _changes(self, figures: Figures, named: Mapping[str, str]) -> Iterator[_Changes]:
        """Gaps that another figure or text fills than before."""
        before = self._figures
        yield from self._floats(figures.floats, before.floats if before else None)
        at = _differing(figures.whole, before.whole if before else None)
        yield at + self._whole, number_texts(figures.whole[at])
        at = _differing(figures.charted, before.charted if before else None)
        yield at + self._charted, [b"%.16g" % one for one in figures.charted[at].tolist()]
        at = _differing(figures.stand, before.stand if before else None)
        elements = (self._book.formulas[n].element.encode() for n in at.tolist())
        is_there = figures.stand[at].tolist()
        yield (
            at + self._formulas,
            [one if is_one else b"" for one, is_one in zip(elements, is_there, strict=True)],
        )
        gaps = {*range(self._texts, self._formulas)} if before is None else set()
        for key, users in self._using.items():
            if before and self._named[key] != named[key]:
                gaps.update(users)
        yield np.array([*gaps], int), [self._text(gap, named) for gap in gaps]

    def _text(self, gap: int, named: Mapping[str, str]) -> bytes:
        if gap < self._shared:
            return escaped(self._book.texts[gap - self._texts].filled(named))
        return text_element(self._book.shared[gap - self._shared].filled(named)).encode()

    def _floats(self, figures: np.ndarray, before: np.ndarray | None) -> Iterator[_Changes]:
        at = _differing(figures, before)
        texts, size = number_texts(figures[at]), np.abs(figures[at])
        types = {self._type_gaps[gap]: b"" for gap in at[self._may_miss[at]].tolist()}
        uncommon = ~((size >= SMALLEST) & (size < LARGEST) | (size == 0))
        for n in np.flatnonzero(uncommon).tolist():
            gap = int(at[n])
            ref, figure = self._book.floats[gap], figures[gap].item()
            if ref.missing and (figure != figure or figure == NOT_SHOWN):
                texts[n] = escaped(BLANK if figure == NOT_SHOWN else ref.missing)
                types[self._type_gaps[gap]] = _AS_TEXT
            elif math.isfinite(figure):
                texts[n] = repr(figure).encode()
            else:
                raise UnboundValueError(f"{ref.array} is {figure}")
        yield at, texts
        yield np.array([*types], int), [*types.values()]


def _differing(figures: np.ndarray, before: np.ndarray | None) -> np.ndarray:
    """Positions of the figures that are not those before; NaN equals itself."""
    if before is None:
        return np.arange(len(figures))
    return np.flatnonzero((figures != before) & ~((figures != figures) & (before != before)))


def _users(texts: list[Text], first: int) -> dict[str, list[int]]:
    """Gaps of the texts by the keys that they contain; the first gap has the number ``first``."""
    found: dict[str, list[int]] = {}
    for gap, text in enumerate(texts, first):
        for key in text.pieces[1::2]:
            found.setdefault(key, []).append(gap)
    return found


def _cut(turns: list[str | int]) -> list[list[str | int]]:
    """A part, given as constant texts and gaps by turns, cut behind rows or shared texts."""
    found: list[list[str | int]] = [[]]
    length, end = 0, _ROW_END if any(_ROW_END in one for one in turns[::2]) else _TEXT_END  # type: ignore[operator]
    for one in turns:
        if not isinstance(one, str):
            found[-1].append(one)
            continue
        while length + len(one) > _CUT:
            at = one.find(end, max(0, _CUT - length)) + len(end)
            if at < len(end):
                break
            found[-1].append(one[:at])
            found.append([])
            one, length = one[at:], 0
        found[-1].append(one)
        length += len(one)
    return found
