"""Inputs, measures, types of work and lines as rows, to list and search."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypeVar

from .address import column_of
from .country_figures import FOLLOWING
from .declaration import NO_CAP, NO_YES, Input, Number, Scope, month_of
from .inputs import INPUTS
from .lists import LISTS
from .locations import engagement_shares
from .measures import AFTER_TAX, FIGURES, MEASURES, OVERHEAD
from .model import default_model
from .reading.evidence import BOOK
from .tables import rows

_SETTINGS = "Names, dates and places"  # topic of what is no input of the model
_GROUPS = {"Results": MEASURES, "Overhead": OVERHEAD, "After tax": AFTER_TAX}


class InputRow(NamedTuple):
    """What a scenario may set.

    Attributes
    ----------
    name, label, topic, unit : str
        "money" in a unit stands for the scenario's currency, "local" for the site's.
    set_for : str
        What it is set for, such as "a site".
    file_key : str
        Where it stands in a scenario file, such as "[[sites]] salary".
    column : str
        Column that sets it in a table of scenarios, with placeholders in capital letters.
    default : number, str, list or dict
        Where a scenario sets none; money in USD. None where there is none.
    default_onshore : number, str or list
        The same of the onshore base, where it differs.
    from_country : bool
        Whether the country of a site gives its default.
    set_onshore : bool
        Whether the onshore base may set it.
    lowest, highest : number or None
        The valid range; None of texts.
    allowed : str
        The same in words.
    choices : tuple of str
        Words that scenario files have for its numbers.
    phrases : tuple of str
        The same as a workbook offers them, where it has longer ones; files may have these too.
    source : str
        Where default and range come from.
    """

    name: str
    label: str
    topic: str
    unit: str
    set_for: str
    file_key: str
    column: str
    default: Any
    default_onshore: Any
    from_country: bool
    set_onshore: bool
    lowest: Number | None
    highest: Number | None
    allowed: str
    choices: tuple[str, ...]
    phrases: tuple[str, ...]
    source: str


class MeasureRow(NamedTuple):
    """What can be read of each plan.

    Attributes
    ----------
    name, label, group, unit : str
    meaning : str
    no_answer : str
        Where it has no answer; empty where it always has one.
    read_in : tuple of str
        Where it stands or may be asked for.
    line : str
        Line of the model that computes it.
    """

    name: str
    label: str
    group: str
    unit: str
    meaning: str
    no_answer: str
    read_in: tuple[str, ...]
    line: str


class WorkTypeRow(NamedTuple):
    """A type of work: the defaults of a role's inputs, and what the source articles say.

    Attributes
    ----------
    name, label : str
    ambiguity, collaboration, criticality, change_frequency : int
        From 1, low, to 5, high.
    onshore_only : str
        "yes" if it must stay onshore, otherwise "no".
    place : str
        Where the articles put it: offshore, nearshore, hybrid, onshore, or disputed.
    why, source : str
    """

    name: str
    label: str
    ambiguity: int
    collaboration: int
    criticality: int
    change_frequency: int
    onshore_only: str
    place: str
    why: str
    source: str


class LineRow(NamedTuple):
    """A line of the model: its name, label, topic and unit, and what it is in one sentence."""

    name: str
    label: str
    topic: str
    unit: str
    meaning: str


Row = TypeVar("Row", InputRow, MeasureRow, WorkTypeRow, LineRow)


def input_rows() -> list[InputRow]:
    """Everything that a scenario may set: first names, dates and places, then the inputs."""
    return [*_settings(), *map(_input_row, INPUTS)]


def measure_rows() -> list[MeasureRow]:
    """Every measure of a plan."""
    return list(_measures())


def work_type_rows() -> list[WorkTypeRow]:
    """Every type of work."""
    return [
        WorkTypeRow(
            name=row["work_type"],
            label=row["label"],
            ambiguity=int(row["ambiguity"]),
            collaboration=int(row["collaboration"]),
            criticality=int(row["criticality"]),
            change_frequency=int(row["change_frequency"]),
            onshore_only=NO_YES[int(row["onshore_only"])],
            place=row["articles"],
            why=row["why"],
            source=row["source"],
        )
        for row in rows("work_types.csv")
    ]


def line_rows() -> list[LineRow]:
    """Every line of the model."""
    return [
        LineRow(one.name, one.label, one.topic, one.unit, one.description.summary)
        for one in default_model().lines.values()
    ]


def matching(found: Iterable[Row], words: Iterable[str]) -> list[Row]:
    """The rows that contain every one of some words in one of their texts, in any letter case."""
    wanted = [_plain(part) for word in words for part in word.split()]
    return [row for row in found if all(word in _words(row) for word in wanted)]


def _words(row: NamedTuple) -> str:
    """All texts of a row, ready to be searched."""
    texts: list[str] = []
    for value in row:
        texts += [value] if isinstance(value, str) else value if isinstance(value, tuple) else []
    return _plain("\n".join(texts))


def _plain(text: str) -> str:
    return text.casefold().replace("_", " ").replace("-", " ").strip()


def _settings() -> Iterator[InputRow]:
    for row in rows("settings.csv"):
        default = row["default"] or None
        yield InputRow(
            row["name"],
            row["label"],
            _SETTINGS,
            row["unit"],
            row["set_for"],
            row["file_key"],
            row["column"],
            int(default) if default and default.isdecimal() else default,
            None,
            from_country=False,
            set_onshore=True,
            lowest=None,
            highest=None,
            allowed=row["allowed"].format(engagements=", ".join(engagement_shares())),
            choices=(),
            phrases=(),
            source="the scenario's own",
        )


def _input_row(entry: Input) -> InputRow:
    return InputRow(
        entry.name,
        entry.label,
        entry.topic,
        "month, such as 2027-01" if entry.is_month else entry.unit,
        _set_for(entry),
        _file_key(entry),
        column_of(entry),
        _default(entry),
        _default_onshore(entry),
        entry.name in FOLLOWING,
        not entry.fixed_onshore,
        entry.lowest,
        entry.highest,
        entry.allowed,
        entry.choices,
        entry.phrases,
        entry.note,
    )


def _set_for(entry: Input) -> str:
    """What an input is set for; of a list also which, and whether by site."""
    if entry.scope is not Scope.LIST:
        return entry.scope.value
    [title] = (one.title for one in LISTS if one.axis == entry.list_axis)
    return f"a row of the list {title}{', by site' * entry.varies_by('site')}"


def _file_key(entry: Input) -> str:
    match entry.scope:
        case Scope.SITE | Scope.SITE_AND_ROLE | Scope.RAMP:
            return f"[[sites]] {entry.name}"
        case Scope.CHARGE:
            return f"[[sites.statutory]] {entry.name.removeprefix('statutory_')}"
        case Scope.PLAN:
            return f"[[plans]] {entry.name}"
        case Scope.WAVE:
            return f"[[plans.waves]] {entry.name.removeprefix('wave_')}"
        case Scope.EVIDENCE if entry.name == "figure_basis":
            return "[[sites]] grades"
        case Scope.EVIDENCE:
            return f"[[{BOOK}]] {entry.name.removeprefix('figure_')}"
        case Scope.LIST:
            [key] = (one.key for one in LISTS if one.axis == entry.list_axis)
            return f"[[{key}]] {entry.field}"
    return entry.name


def _default(entry: Input) -> Any:
    if entry.list_axis == "driver":
        [names] = (one.names for one in LISTS if one.axis == "driver")
        return {name: _shown(entry, entry.default_of_row(n)) for n, name in enumerate(names)}
    return _shown(entry, entry.last if entry.scope is Scope.CHARGE else entry.default)


def _default_onshore(entry: Input) -> Any:
    """The default of the onshore base, where it may be set and is another."""
    if entry.onshore is None or entry.fixed_onshore or entry.scope is Scope.CHARGE:
        return None
    return _shown(entry, entry.onshore)


def _shown(entry: Input, value: Any) -> Any:
    """A default as scenario files have it; None for a bound that does not bind."""
    if isinstance(value, tuple):
        return list(value)
    if entry.is_month:
        return month_of(value)
    if entry.choices:
        return entry.word_of(value)
    return None if value >= NO_CAP and entry.scope is Scope.CHARGE else value


def _measures() -> Iterator[MeasureRow]:
    lines = default_model().lines
    for name, line in FIGURES.items():
        group = next((title for title, names in _GROUPS.items() if name in names), "Further")
        in_results = name in MEASURES or name in OVERHEAD
        found = lines[line]
        yield MeasureRow(
            name,
            found.label,
            group,
            found.unit,
            found.description.summary,
            found.nan_where,
            ("results",) * in_results + ("sensitivity", "solve"),
            line,
        )
