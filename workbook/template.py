"""Workbooks of one shape, made fast: a finished package with a gap at everything that differs.

A scenario is described once with figures and names that remember where they come from, rendered and
finished as ever. What they leave in the XML are marks; the text between the marks is the same for
every scenario of the shape. Another workbook is those texts joined with its own values.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import NamedTuple
from xml.sax.saxutils import escape

import numpy as np

from ..engine.lists import LISTS, NO_CHARGE
from ..engine.scenario import Scenario
from .description import described
from .layout.context import Context, lines, shown_names
from .ooxml.stamping import finished_book
from .ooxml.zip_writer import Codec, Member, assembled, fast, member
from .rendering.theme import Theme
from .trace.cells import Cells

# Private-use characters around each mark. The currency's has three characters in all, as currencies
# have, so that texts wrap alike.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")
_IN_CHARTS, _CODE = 7e15, re.compile(r"<v>7([0-9]{15})</v>")
_AS_TEXT = b' t="str"'


class Slot(NamedTuple):
    """A gap for a figure.

    Attributes
    ----------
    array : str
        Name of an input, a line or a derived figure.
    position : int
        In that array's values of one scenario, flattened.
    missing : str
        The text where there is no answer; "" where there always is one.
    """

    array: str
    position: int
    missing: str


class UnfilledError(ValueError):
    """A figure that no gap takes: infinite, or missing where an answer always is."""


@dataclass
class Template:
    """A compiled shape.

    Parameters
    ----------
    key : tuple
        What a scenario must have to use the template: see :func:`key_of`.
    wraps : list of (str, int, int)
        A name's mark, the width of its column, and the lines that it takes there.
    parts : dict of str to str
        Text of each part of the package, with marks.
    floats, whole : list of Slot
        What the marks of figures stand for; the first are floats, the others whole numbers.
    """

    key: tuple
    wraps: list[tuple[str, int, int]]
    parts: dict[str, str]
    floats: list[Slot]
    whole: list[Slot]
    codec: Codec = field(default_factory=fast)

    @classmethod
    def compiled(
        cls, scenario: Scenario, theme: Theme | None = None, codec: Codec | None = None
    ) -> "Template":
        """The template of a scenario's shape."""
        key, wraps, parts, floats, whole = _compiled(scenario, theme)
        return cls(key, wraps, parts, floats, whole, codec or fast())

    def __post_init__(self):
        slots = [*self.floats, *self.whole]
        count, self._missable = len(slots), [n for n, slot in enumerate(slots) if slot.missing]
        self._missing = {n: escape(slots[n].missing).encode() for n in self._missable}
        self._attribute = {n: at for at, n in enumerate(self._missable)}
        self._marks: list[str] = []
        places: dict[str, int] = {}
        self._members: list[Member | str] = []
        self._cut: dict[str, tuple[list[bytes], itemgetter]] = {}

        def place(mark: str) -> int:
            """Where in a workbook's list of values a mark's value stands."""
            if mark[0] == "=":
                return int(mark[1:])
            if mark[0] == "~":
                return count + int(mark[1:])
            if mark[0] == "?":
                return 2 * count + self._attribute[int(mark[1:])]
            if mark not in places:
                places[mark] = 2 * count + len(self._missable) + len(self._marks)
                self._marks.append(mark)
            return places[mark]

        for name, text in self.parts.items():
            pieces = _MARK.split(text)
            if len(pieces) == 1:
                self._members.append(member(name, text.encode(), self.codec))
                continue
            wanted = [place(mark) for mark in pieces[1::2]]
            # One more, so that a single gap gives a tuple too.
            self._cut[name] = [p.encode() for p in pieces], itemgetter(*wanted, wanted[0])
            self._members.append(name)

    def saved(self) -> bytes:
        """The template as a file: a checksum, a line end, JSON."""
        said = (self.key, self.wraps, self.parts, self.floats, self.whole)
        text = json.dumps(said, ensure_ascii=False).encode()
        return hashlib.sha256(text).hexdigest().encode() + b"\n" + text

    @classmethod
    def loaded(cls, data: bytes, codec: Codec | None = None) -> "Template | None":
        """The template in a file, None if the file is not as it was written."""
        checksum, _, text = data.partition(b"\n")
        if hashlib.sha256(text).hexdigest().encode() != checksum:
            return None
        key, wraps, parts, *slots = json.loads(text)
        floats, whole = ([Slot(*one) for one in group] for group in slots)
        wraps = [(mark, width, lines) for mark, width, lines in wraps]
        return cls(tuple(key), wraps, parts, floats, whole, codec or fast())

    def fits(self, scenario: Scenario) -> bool:
        """Whether a scenario's workbook is this one with other values."""
        if self.key != key_of(scenario):
            return False
        names = names_of(scenario)
        return all(lines(names[mark], width) == n for mark, width, n in self.wraps)

    def workbooks(
        self, values: Mapping[str, np.ndarray], texts: Sequence[Mapping[str, str]]
    ) -> Iterator[bytes]:
        """Finished workbooks, one at a time.

        Parameters
        ----------
        values : mapping of str to array, shape (scenario, ...)
            Inputs, lines and derived figures; the first axis may have size 1.
        texts : sequence of mapping of str to str
            Names and other texts of each scenario, by their marks.

        Raises
        ------
        UnfilledError
            An infinite figure: the workbook has to be built one by one.
        """
        import orjson

        floats = _gathered(values, self.floats, len(texts), float)
        whole = _gathered(values, self.whole, len(texts), np.int64)
        floats += 0.0  # tidies negative zeros
        gaps = ~np.isfinite(floats)
        numpy = orjson.OPT_SERIALIZE_NUMPY
        for n, said in enumerate(texts):
            shown = orjson.dumps(floats[n], option=numpy)[1:-1].split(b",")
            if self.whole:
                shown += orjson.dumps(whole[n], option=numpy)[1:-1].split(b",")
            drawn, attributes = shown, [b""] * len(self._missable)
            if gaps[n].any():
                drawn = shown.copy()
                for at in np.flatnonzero(gaps[n]).tolist():
                    if at not in self._missing or not np.isnan(floats[n, at]):
                        raise UnfilledError(f"{self.floats[at].array} is {floats[n, at]}")
                    shown[at], drawn[at] = self._missing[at], b"0"
                    attributes[self._attribute[at]] = _AS_TEXT
            names = [escape(said[mark]).encode() for mark in self._marks]
            yield self._assembled([*shown, *drawn, *attributes, *names])

    def _assembled(self, values: list[bytes]) -> bytes:
        members = []
        for one in self._members:
            if isinstance(one, str):
                pieces, wanted = self._cut[one]
                pieces = pieces.copy()  # another thread may fill the same
                pieces[1::2] = wanted(values)[:-1]
                one = member(one, b"".join(pieces), self.codec)
            members.append(one)
        return assembled(members)


def key_of(scenario: Scenario) -> tuple:
    """What scenarios with the same template share, beside the lines that their names take."""
    return (
        *scenario.sizes.values(),
        scenario.start_month,
        scenario.prepared_on,
        bool(scenario.prepared_by),
    )


def names_of(scenario: Scenario) -> dict[str, str]:
    """A scenario's names, as they are shown, by their marks."""
    axes = ("plan", "site", "role", *(entry.axis for entry in LISTS if not entry.names))
    found = {
        "N": scenario.name,
        "C": scenario.currency,
        "B": scenario.prepared_by,
    }
    for axis in axes:
        found |= {f"{axis} {n}": name for n, name in enumerate(shown_names(scenario, axis))}
    for site, charges in enumerate(scenario.rule_names):
        found |= {f"rule {site} {n}": name or NO_CHARGE for n, name in enumerate(charges)}
    return found


def marked_texts(scenario: Scenario, texts: Mapping[str, str]) -> dict[str, str]:
    """Every text of a scenario's workbook by its mark; ``texts`` are those of its context."""
    return names_of(scenario) | {f"!{name}": text for name, text in texts.items()}


def _gathered(values, slots: list[Slot], count: int, dtype) -> np.ndarray:
    """Values of some slots, which stand together by array, for each scenario."""
    found = np.empty((count, len(slots)), dtype)
    start = 0
    while start < len(slots):
        array = slots[start].array
        end = start
        while end < len(slots) and slots[end].array == array:
            end += 1
        flat = values[array].reshape(values[array].shape[0], -1)
        found[:, start:end] = flat[:, [slot.position for slot in slots[start:end]]]
        start = end
    return found


class _Known(float):
    """A figure that remembers its number, and its kind of type: ? where it may be missing."""

    number: int
    kind: str

    def __new__(cls, value, number: int, kind: str):
        known = super().__new__(cls, value)
        known.number, known.kind = number, kind
        return known

    def in_chart(self) -> float:
        """A number that no chart holds, for openpyxl takes no mark there."""
        return _IN_CHARTS + self.number

    def item(self):  # as NumPy's own scalars
        return self

    def in_cell(self) -> tuple[str, str]:
        """The attributes of its cell and the figure, or their marks."""
        attributes = {"b": ' t="b"', "?": _mark(f"?{self.number}")}.get(self.kind, "")
        return attributes, _mark(f"={self.number}")

    def __add__(self, _other):
        return self  # `x + 0` only tidies a negative zero, and so does filling

    def __ne__(self, _other):
        return False  # `x != x` asks whether an answer is missing; filling finds out

    __eq__, __hash__ = float.__eq__, float.__hash__


@dataclass
class _Marked(Context):
    """A context of marks: its figures and names remember where they come from."""

    real: Context | None = None
    shown: Mapping[str, str] = field(default_factory=dict)
    wraps: dict[tuple[str, int], int] = field(default_factory=dict)

    def _dtype(self, name: str) -> np.dtype:
        assert self.real
        return self.real.values[name].dtype

    def lines_of(self, name: str, width: int) -> int:
        found = _MARK.fullmatch(name)
        if found is None:
            return super().lines_of(name, width)
        return self.wraps.setdefault(
            (found[1], width), super().lines_of(self.shown[found[1]], width)
        )


def _compiled(scenario: Scenario, theme: Theme | None) -> tuple:
    """Key, wraps, parts and slots of a scenario's template."""
    real, shown = Context.of(scenario), names_of(scenario)
    model = real.model
    given = set(model.axes) - set(model.inputs) - set(model.lines)
    missing = {n: line.missing for n, line in model.lines.items() if _may_miss(real.traced(line))}
    slots: list[Slot] = []
    values: dict[str, np.ndarray] = {}
    for name, array in real.values.items():
        values[name] = array
        if name not in given:
            kind = "?" if name in missing else array.dtype.kind
            values[name] = np.empty(array.shape, object)
            for at, value in enumerate(array.ravel().tolist()):
                values[name].flat[at] = _Known(value, len(slots), kind)
                slots.append(Slot(name, at, missing.get(name, "")))
    marked = _Marked(
        _with_marks(scenario),
        values,
        model,
        real.layout,
        {name: _mark(f"!{name}") for name in real.texts},
        real=real,
        shown=shown,
    )
    parts = {n: data.decode() for n, data in finished_book(described(marked), theme).items()}
    for name in parts:
        if name.startswith("xl/charts/chart"):
            parts[name] = _CODE.sub(lambda code: f"<v>{_mark(f'~{int(code[1])}')}</v>", parts[name])
    wraps = [(mark, width, lines) for (mark, width), lines in marked.wraps.items()]
    floats, whole, renumbered = _used(parts, slots, real.values)
    return key_of(scenario), wraps, renumbered, floats, whole


def _used(parts, slots, values) -> tuple[list[Slot], list[Slot], dict[str, str]]:
    """The slots that the parts hold, floats before whole numbers, and the parts so numbered."""
    text = "".join(parts.values())
    used = sorted({int(mark[1:]) for mark in _MARK.findall(text) if mark[0] in "=~?"})
    floats = [n for n in used if values[slots[n].array].dtype.kind == "f"]
    whole = [n for n in used if values[slots[n].array].dtype.kind != "f"]
    number = {n: at for at, n in enumerate((*floats, *whole))}

    def renumbered(match):
        kind, mark = match[1][0], match[1]
        return _mark(f"{kind}{number[int(mark[1:])]}") if kind in "=~?" else match[0]

    parts = {name: _MARK.sub(renumbered, text) for name, text in parts.items()}
    return [slots[n] for n in floats], [slots[n] for n in whole], parts


def _may_miss(cells) -> bool:
    """Whether a traced line gives NaN, the sign that no answer exists, anywhere."""
    if isinstance(cells, Cells):
        return any(map(_may_miss, cells.args))
    return isinstance(cells, float) and cells != cells


def _mark(text: str) -> str:
    return f"{_OPEN}{text}{_CLOSE}"


def _with_marks(scenario: Scenario) -> Scenario:
    """The scenario with a mark in place of each name."""

    def marks(axis: str, count: int) -> tuple[str, ...]:
        return tuple(_mark(f"{axis} {n}") for n in range(count))

    return replace(
        scenario,
        name=_mark("N"),
        currency=_mark("C"),
        prepared_by=_mark("B") if scenario.prepared_by else "",
        plans=marks("plan", len(scenario.plans)),
        sites=marks("site", len(scenario.sites)),
        roles=marks("role", len(scenario.roles)),
        rule_names=tuple(
            marks(f"rule {site}", len(names)) for site, names in enumerate(scenario.rule_names)
        ),
        list_names=scenario.list_names
        | {e.axis: marks(e.axis, e.size) for e in LISTS if not e.names},
    )
