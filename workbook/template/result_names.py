"""Names of results as templates have them, such as ``plan["Hybrid"].npv``.

A name says step by step what is meant, and ends in a figure that varies by just that: ``scenario``
alone, ``recommended``, ``baseline`` or ``plan["Hybrid"]``, then ``months``. A plural, such as
``plans``, means each of them: a cell with such a name is repeated.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from ...engine.declaration import Input
from ...engine.errors import DomainError
from ...engine.lines import WORDS, Line
from ...engine.measures import FIGURES
from ...engine.model import default_model, nearest

# Words for one of an axis, by its plural; "bar" and "sentence" are no axes of the model.
AXES = {
    "plans": ("plan", "plan"),
    "sites": ("site", "site"),
    "roles": ("role", "role"),
    "months": ("month", "month"),
    "quarters": ("quarter", "quarter"),
    "years": ("year", "year"),
    "risks": ("risk", "risk"),
    "extra_costs": ("extra_cost", "extra"),
    "vendors": ("vendor", "vendor"),
    "bridge": ("", "bar"),
    "assumptions": ("", "sentence"),
}
SCENARIO, RECOMMENDED, BASELINE = "scenario", "recommended", "baseline"
NAME, COUNT = "name", "count"
BAR, SENTENCE = "bar", "sentence"
_ONE = {singular: axis for singular, axis in AXES.values() if singular}
_EACH = {plural: axis for plural, (_, axis) in AXES.items()}
_STEP = re.compile(r"""([A-Za-z_][A-Za-z0-9_]*)(?:\[\s*(?:"([^"]*)"|'([^']*)'|([0-9]+))\s*\])?""")
_DEPTH = 2  # axes along which a cell can be repeated: down and across
TEXT, DATE = "text", "date"


class Step(NamedTuple):
    """A step of a name: an axis, and which of its rows.

    Attributes
    ----------
    axis : str
        "" for the scenario.
    key : str, int or None
        Name, or number counted from 1, of the row; None for each.
    word : str
        What stands there, without the key.
    """

    axis: str
    key: str | int | None
    word: str


class OwnField(NamedTuple):
    """A field that is no line or input: what it is, and its unit."""

    label: str
    unit: str


# Fields of an axis, of the scenario under "".
OWN_FIELDS = {
    "": {
        NAME: OwnField("Name of the scenario", TEXT),
        "currency": OwnField("Currency of all amounts", TEXT),
        "horizon_months": OwnField("Months of the horizon", "months"),
        "start_month": OwnField("First month, such as 2027-01", TEXT),
        "start_date": OwnField("First day of the first month", DATE),
        "prepared_by": OwnField("Who prepared the comparison", TEXT),
        "prepared_on": OwnField("When it was prepared", TEXT),
        "reviewed_by": OwnField("Who reviewed it", TEXT),
        "approved_by": OwnField("Who approved it", TEXT),
        "recommended": OwnField("Recommended plans, or why there is none", TEXT),
        "recommendation": OwnField("The recommendation and by what, in a sentence", TEXT),
        "question": OwnField("Decision and sizing of heads, in two sentences", TEXT),
    },
    "plan": {
        NAME: OwnField("Name of the plan", TEXT),
        "missed_limits": OwnField("What keeps it from being recommended", TEXT),
    },
    "site": {NAME: OwnField("Name of the site", TEXT), "country": OwnField("Its country", TEXT)},
    "month": {
        NAME: OwnField("The month, such as 2027-01", TEXT),
        "number": OwnField("Its number, from 1", "number"),
        "date": OwnField("Its first day", DATE),
    },
    "quarter": {
        NAME: OwnField("The fiscal quarter, such as FY2027 Q1", TEXT),
        "months": OwnField("Months of it within the horizon", "months"),
    },
    "year": {
        NAME: OwnField("The fiscal year, such as FY2027", TEXT),
        "months": OwnField("Months of it within the horizon", "months"),
    },
    BAR: {
        NAME: OwnField("Name of the bar", TEXT),
        "amount": OwnField("Its change of the saving", "fraction"),
        "is_total": OwnField("Whether it is a total, not a step", "yes/no"),
    },
    SENTENCE: {"text": OwnField("What is assumed, in a sentence", TEXT)},
}
_ANY = {NAME: OwnField("Its name", TEXT)}
_COUNT = OwnField("How many there are", "number")
Figure = OwnField | Line | Input


@dataclass(frozen=True, eq=False)
class ResultName:
    """A name, taken apart once for each text.

    Attributes
    ----------
    text : str
        As it was written.
    steps : tuple of Step
    field : str
        Its last word.
    line : str
        The line or input of the model that it means; "" for a field of our own.
    """

    text: str
    steps: tuple[Step, ...]
    field: str
    line: str = ""

    @functools.cached_property
    def bound(self) -> dict[str, Step]:
        """The steps that mean one row, by axis."""
        return {one.axis: one for one in self.steps if one.key is not None}

    @functools.cached_property
    def is_count(self) -> bool:
        """Whether it says how many rows there are."""
        return self.own is _COUNT

    @functools.cached_property
    def repeated(self) -> tuple[str, ...]:
        """The axes of which each row is meant, in the order of the steps."""
        found = tuple(one.axis for one in self.steps if one.axis and one.key is None)
        return found[:-1] if self.is_count else found

    @functools.cached_property
    def own(self) -> OwnField | None:
        """What the field is if it is no line or input."""
        last = self.steps[-1]
        if self.field == COUNT and last.axis and last.key is None:
            return _COUNT
        return OWN_FIELDS.get(last.axis, _ANY).get(self.field)

    @functools.cached_property
    def figure(self) -> Figure:
        """The declaration of the field: what it is, and its unit."""
        return self.own or figures()[self.line]

    @functools.cached_property
    def unit(self) -> str:
        """The unit of its values; "text" of words and sentences, "date" of days."""
        unit = self.figure.unit
        figure = self.figure
        is_word = unit in WORDS or (isinstance(figure, Input) and figure.choices)
        return TEXT if is_word else unit


@functools.cache
def figures() -> dict[str, Line | Input]:
    """Every input and line of the model."""
    model = default_model()
    return {**model.inputs, **model.lines}


def axes_of(figure: Line | Input) -> tuple[str, ...]:
    """The axes by which a line or an input varies."""
    return figure.over if isinstance(figure, Line) else figure.axes


@functools.lru_cache(4_096)
def parsed(text: str) -> ResultName:
    """A name, taken apart and checked as far as it does not depend on the scenario.

    Parameters
    ----------
    text : str
        Such as ``recommended.months.saving``.

    Raises
    ------
    DomainError
        Not a name, or no such result; the message names the nearest that exists.
    """
    words = [*_words(text)]
    if len(words) < 2:
        hint = f"; did you mean {SCENARIO}.{text}?" if text in _of_scenario() else _nearest(text)
        raise DomainError(f"{text} is no result{hint}")
    (field, key), steps = words[-1], tuple(_step(text, *one) for one in words[:-1])
    if key is not None:
        raise DomainError(f"{text} must end in a figure, such as {text}.{NAME}")
    name = ResultName(text, steps, field)
    axes = [one.axis for one in steps if one.axis]
    if len({*axes}) < len(axes):
        raise DomainError(f"{text} names the same thing twice")
    if any(not one.axis for one in steps[1:]):
        raise DomainError(f"{text}: {SCENARIO} can only be the first word")
    if BAR in axes and "plan" not in axes:
        raise DomainError(f"{text}: a bridge is of a plan; write {RECOMMENDED}.bridge.{field}")
    if name.own is None:
        name = replace(name, line=_line_of(name))
    if len(name.repeated) > _DEPTH:
        raise DomainError(f"{text} repeats along {len(name.repeated)} things; two can be shown")
    return name


def _words(text: str) -> Iterator[tuple[str, str | int | None]]:
    """The words of a name, each with what stands in its brackets."""
    at = 0
    while True:
        match = _STEP.match(text, at)
        if match is None:
            break
        word, double, single, number = match.groups()
        key = int(number) if number else double if double is not None else single
        yield word, key
        at = match.end()
        if at == len(text):
            return
        if text[at] != ".":
            break
        at += 1
    raise DomainError(
        f'{text[:60]} is no name of a result, such as recommended.npv or plan["Hybrid"].npv'
    )


def _step(text: str, word: str, key: str | int | None) -> Step:
    if word == SCENARIO and key is None:
        return Step("", None, word)
    if word in (RECOMMENDED, BASELINE) and key is None:
        return Step("plan", word, word)
    if word in _EACH and key is None:
        return Step(_EACH[word], None, word)
    if word in _ONE and key is not None:
        return Step(_ONE[word], key, word)
    if word in _EACH:
        singular = next(one for one, axis in _ONE.items() if axis == _EACH[word])
        raise DomainError(f"{text}: write {singular}[{key!r}] for one of the {word}")
    if word in _ONE:
        plural = next(each for each, axis in _EACH.items() if axis == _ONE[word])
        raise DomainError(f'{text}: write {word}["NAME"] for one {word}, or {plural} for each')
    raise DomainError(f"{text} is no result{_nearest(text)}")


def _line_of(name: ResultName) -> str:
    """The line or input that varies by just what a name says."""
    given = {one.axis for one in name.steps if one.axis}
    meant = _meant(name.field)
    for line in meant:
        if given <= {*axes_of(figures()[line])} <= given | {"role"}:
            return line
    if not meant:
        raise DomainError(f"{name.text} is no result{_nearest(name.text)}")
    written = " or ".join([*filter(None, map(_phrase, meant))][:3]) or "another figure"
    raise DomainError(f"{name.text}: {name.field} does not vary by just that; write {written}")


def _meant(field: str) -> list[str]:
    """Lines and inputs that a field may mean; which, is decided by their axes."""
    known = figures()
    found = [
        FIGURES.get(field, field),
        field,
        *(f"{field}_by_{one}" for one in ("year", "quarter")),
    ]
    found += [f"{axis}_{field}" for axis in ("risk", "extra", "vendor")]
    return [*dict.fromkeys(line for line in found if line in known)]


def _phrase(line: str) -> str:
    """The shortest name of all values of a line or an input; "" where it varies by too much."""
    words = {axis: plural for plural, axis in _EACH.items()}
    axes = axes_of(figures()[line])
    if any(axis not in words for axis in axes) or len(axes) > _DEPTH:
        return ""
    return ".".join([*(words[axis] for axis in axes), _field(line)] if axes else [SCENARIO, line])


@functools.cache
def _fields() -> dict[str, str]:
    """The shortest field of a line or input, where that is not its own name."""
    found = {line: measure for measure, line in FIGURES.items()}
    for line, figure in figures().items():
        for axis in ("year", "quarter"):
            if line.endswith(f"_by_{axis}") and axis in axes_of(figure):
                found[line] = line.removesuffix(f"_by_{axis}")
        for axis in ("risk", "extra", "vendor"):
            if line.startswith(f"{axis}_") and axes_of(figure) == (axis,):
                found[line] = line.removeprefix(f"{axis}_")
    return found


def _field(line: str) -> str:
    return _fields().get(line, line)


@functools.cache
def _of_scenario() -> frozenset[str]:
    """Fields of the scenario as a whole."""
    return frozenset(OWN_FIELDS[""]) | {n for n, one in figures().items() if not axes_of(one)}


def _nearest(text: str) -> str:
    """The nearest name that exists, for the end of a message."""
    found = nearest(re.sub(r"\[[^]]*\]", "", text), known_names())
    return found or '; the option "names" of shorewise template lists them all'


@functools.cache
def known_names() -> tuple[str, ...]:
    """Every name, with plurals; of what is of plans also that of the recommended one."""
    found = [f"{SCENARIO}.{field}" for field in OWN_FIELDS[""]]
    for axis, fields in OWN_FIELDS.items():
        if axis and axis != BAR:
            plural = next(each for each, one in _EACH.items() if one == axis)
            found += [f"{plural}.{field}" for field in fields]
    found += [f"{plural}.{NAME}" for plural in ("roles", "risks", "extra_costs", "vendors")]
    found += [f"{plural}.{COUNT}" for plural in _EACH if plural != "bridge"]
    found += [f"{RECOMMENDED}.{field}" for field in OWN_FIELDS["plan"]]
    found += [f"{RECOMMENDED}.bridge.{field}" for field in OWN_FIELDS[BAR]]
    for line in figures():
        name = _phrase(line)
        if name:
            found.append(name)
        if name.startswith("plans."):
            found.append(RECOMMENDED + name.removeprefix("plans"))
    return tuple(dict.fromkeys(found))
