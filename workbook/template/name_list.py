"""All names that a template may have, as rows to list and search."""

from collections.abc import Iterator
from typing import NamedTuple

from ...engine.scenario import Scenario
from .marks import in_words
from .named_results import NamedResults
from .result_names import DATE, TEXT, known_names, parsed


class NameRow(NamedTuple):
    """A name of a result.

    Attributes
    ----------
    name : str
        As a mark has it.
    label : str
    kind : str
        "text", "date" or "number".
    unit : str
        Of numbers.
    repeats : str
        Over what its cell is repeated, "" if it is one value.
    example : str
        Its value, or the first of its values, in a scenario.
    """

    name: str
    label: str
    kind: str
    unit: str
    repeats: str
    example: str


def name_rows(scenario: Scenario) -> list[NameRow]:
    """Every name, with an example of a scenario."""
    return [*_rows(NamedResults.of(scenario))]


def _rows(results: NamedResults) -> Iterator[NameRow]:
    for text in known_names():
        name = parsed(text)
        shown = results.read(name)
        (value,) = shown.values
        while isinstance(value, list):
            value = value[0] if value else ""
        kind = name.unit if name.unit in (TEXT, DATE) else "number"
        yield NameRow(
            text,
            name.figure.label,
            kind,
            name.unit if kind == "number" else "",
            ", then ".join(one.word for one in name.steps if one.axis in name.repeated),
            in_words(value, name.unit),
        )
