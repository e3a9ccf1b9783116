"""A described book, compiled: a finished package with a gap at everything that differs by scenario.

The XML is made once for a shape. Another workbook of the shape is that XML joined with the values
of its scenario; openpyxl has no part in it.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ..engine.scenario import Scenario
from .filling import Figures, Filling
from .layout.references import FormulaWhen, Ref, Text
from .layout.scenario_texts import lines, names_of, shape_key
from .ooxml.text_element import text_element
from .ooxml.zip_writer import Codec, Member, fast

_STRINGS = "xl/sharedStrings.xml"
_CONSTANT = re.compile("<si>(.*?)</si>", re.DOTALL)


@dataclass
class CompiledBook:
    """A compiled shape.

    Parameters
    ----------
    key : tuple
        What a scenario must have to use it: see :func:`.scenario_texts.shape_key`.
    wraps : list of (Text, int, int)
        A text, the width of its column, and the lines that it takes there.
    equal : list of (Text or str, Text or str)
        Texts that share an entry of the table of strings; a constant as its element.
    parts : dict of str to list of str and int
        Pieces of XML of each part and numbers of gaps by turns. The gaps are numbered through
        ``floats``, ``whole``, ``charted``, ``optional``, ``texts`` and ``shared``.
    floats, whole : list of Ref
        Figures of cells: floats, and whole numbers or truth values.
    charted : list of Ref
        Figures of charts.
    optional : list of int
        Numbers of the floats that may be missing: the type of their cell is a gap too.
    texts : list of Text
        Texts of cells and charts.
    shared : list of Text
        Entries of the table of strings.
    formulas : list of FormulaWhen
        Formulas that stand in their cells in some scenarios only.
    ready : dict of str to (int, int, str)
        Checksum, size and compressed data, in Base64, of parts that are the same in every
        workbook of any shape: static sheets and pictures.
    """

    key: tuple
    wraps: list[tuple[Text, int, int]]
    equal: list[tuple[Text | str, Text | str]]
    parts: dict[str, list[str | int]]
    floats: list[Ref]
    whole: list[Ref]
    charted: list[Ref]
    optional: list[int]
    texts: list[Text]
    shared: list[Text]
    formulas: list[FormulaWhen] = field(default_factory=list)
    ready: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    codec: Codec = field(default_factory=fast)
    _fillings: list[Filling] = field(default_factory=list, init=False, repr=False, compare=False)

    def fits(self, scenario: Scenario, texts: Mapping[str, str] | None = None) -> bool:
        """Whether a scenario's workbook is this one with other values.

        Parameters
        ----------
        scenario : Scenario
        texts : mapping of str to str, optional
            Its texts by key, where they are known.
        """
        if self.key != shape_key(scenario):
            return False
        texts = texts or names_of(scenario) | {"hash": ""}
        if any(lines(text.filled(texts), width) != n for text, width, n in self.wraps):
            return False
        if any(_element(one, texts) != _element(other, texts) for one, other in self.equal):
            return False
        entries = {_element(text, texts) for text in self.shared}
        return len(entries) == len(self.shared) and self._constants.isdisjoint(entries)

    @cached_property
    def _constants(self) -> frozenset[str]:
        pieces = self.parts[_STRINGS][::2]
        return frozenset(one for piece in pieces for one in _CONSTANT.findall(str(piece)))

    def ready_member(self, name: str) -> Member | None:
        """A part that is the same in every workbook; None for any other."""
        if name not in self.ready:
            return None
        import base64

        checksum, size, data = self.ready[name]
        return Member.of(name, checksum, size, base64.b64decode(data))

    def filled(
        self, values: Mapping[str, np.ndarray], texts: Sequence[Mapping[str, str]]
    ) -> Iterator[bytes]:
        """Finished workbooks, one at a time; :class:`.filling.UnboundValueError` if one cannot be.

        Parameters
        ----------
        values : mapping of str to array, shape (scenario, ...)
            Inputs, lines and derived figures; the first axis may have size 1.
        texts : sequence of mapping of str to str
            Names and other texts of each scenario by key.
        """
        count = len(texts)
        floats = _gathered(values, self.floats, count, float)
        floats += 0.0  # no -0.0
        whole = _gathered(values, self.whole, count, np.int64)
        charted = _gathered(values, self.charted, count, float) + 0.0
        charted[~np.isfinite(charted)] = 0
        stand = _gathered(values, [one.when for one in self.formulas], count, bool)
        try:
            filling = self._fillings.pop()  # in one step: none is shared by threads
        except IndexError:
            filling = Filling(self)
        for n, named in enumerate(texts):
            yield filling.workbook(Figures(floats[n], whole[n], charted[n], stand[n]), named)
        self._fillings[:] = [filling]

    def saved(self) -> bytes:
        """The compiled book as a file: a checksum, a line end, JSON."""
        fields = (self.key, self.wraps, self.equal, self.parts, self.floats, self.whole,
                  self.charted, self.optional, self.texts, self.shared, self.formulas,
                  self.ready)  # fmt: skip
        text = json.dumps(fields, ensure_ascii=False).encode()
        return hashlib.sha256(text).hexdigest().encode() + b"\n" + text

    @classmethod
    def loaded(cls, data: bytes, codec: Codec | None = None) -> "CompiledBook | None":
        """The compiled book in a file, None if the file is not as it was written."""
        checksum, _, text = data.partition(b"\n")
        if hashlib.sha256(text).hexdigest().encode() != checksum:
            return None
        key, wraps, equal, parts, *refs, optional, texts, shared, formulas, ready = json.loads(text)
        floats, whole, charted = ([Ref(*one) for one in group] for group in refs)
        return cls(
            tuple(key),
            [(Text(tuple(pieces)), width, lines) for (pieces,), width, lines in wraps],
            [(_text(one), _text(other)) for one, other in equal],
            parts,
            floats,
            whole,
            charted,
            optional,
            [Text(tuple(pieces)) for (pieces,) in texts],
            [Text(tuple(pieces)) for (pieces,) in shared],
            [FormulaWhen(element, Ref(*when)) for element, when in formulas],
            ready,
            codec or fast(),
        )


def _text(saved: Any) -> Text | str:
    return saved if isinstance(saved, str) else Text(tuple(saved[0]))


def _element(text: Text | str, texts: Mapping[str, str]) -> str:
    return text if isinstance(text, str) else text_element(text.filled(texts))


def _gathered(
    values: Mapping[str, np.ndarray], refs: list[Ref], count: int, dtype: type
) -> np.ndarray:
    """Figures of some references, which stand together by array, for each scenario."""
    found: np.ndarray = np.empty((count, len(refs)), dtype)
    start = 0
    while start < len(refs):
        array = refs[start].array
        end = start
        while end < len(refs) and refs[end].array == array:
            end += 1
        flat = values[array].reshape(values[array].shape[0], -1)
        found[:, start:end] = flat[:, [ref.position for ref in refs[start:end]]]
        start = end
    return found
