"""Functions in cells that look up facts: countries, inputs, lines of the model, its version."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import numpy as np

from ..engine.calculators.one_site import settable
from ..engine.declaration import Input
from ..engine.errors import DomainError
from ..engine.locations import FACTS as OF_A_COUNTRY
from ..engine.locations import locations
from .calling import Function, Parameter, choice
from .coerce import Rows
from .explain import explain
from .location_words import ALLOWED, known_words, number_of

_COUNTRY_FACTS = ("country", "currency", "time_zone", "fx_rate", *OF_A_COUNTRY)
_PARTS = ("value", "source", "confidence")
_NOT_FOUND = "not found"
LOCATION = Parameter(
    "location",
    "Country by its ISO code or name",
    "word",
    ALLOWED,
    options=known_words(),
)


def _location(given: Mapping[str, np.ndarray]) -> np.ndarray:
    """Facts about countries, or their sources, shape (case,)."""
    arrays = np.broadcast_arrays(*(array.astype(int) for array in given.values()))
    countries = [*locations()]
    found = [
        _fact(countries[number_of(country)], _COUNTRY_FACTS[fact], _PARTS[part])
        for country, fact, part in zip(*(array.tolist() for array in arrays), strict=True)
    ]
    return np.array(found, object)


def _fact(iso: str, fact: str, part: str) -> float | str:
    """A fact about a country, its source or its confidence."""
    country = locations()[iso]
    if part != "value":
        found = country.sources.get(fact, ("engine/tables/locations.csv", ""))[
            _PARTS.index(part) - 1
        ]
        return found or "n/a"
    value = country.facts[fact] if fact in OF_A_COUNTRY else getattr(country, fact)
    return _NOT_FOUND if value is None else value


def _locations() -> list[list[Any]]:
    """All countries with their facts."""
    rows = [[iso, *(_fact(iso, fact, "value") for fact in _COUNTRY_FACTS)] for iso in locations()]
    return [["location", *_COUNTRY_FACTS], *rows]


def _explain(name: Rows) -> list[list[Any]]:
    """The meaning of a line or an input of the model."""
    if not name:
        raise DomainError("name is empty; it must be the name of a line or an input")
    return explain(str(name[0][0]))


def _inputs(search: Rows) -> list[list[Any]]:
    """Inputs that tables and the argument ``others`` accept."""
    wanted = str(search[0][0]).lower() if search else ""
    rows = [
        [name, _label(name, entry), entry.unit, _default(name, entry), entry.allowed, entry.note]
        for name, entry in settable().items()
        if wanted in f"{name} {entry.label}".lower()
    ]
    if not rows:
        raise DomainError(f"search is {wanted[:40]!r}; no input has this text in its name or label")
    return [["name", "label", "unit", "default", "allowed", "source"], *rows]


def _label(name: str, entry: Input) -> str:
    return entry.label + (", onshore" if name != entry.name else "")


def _default(name: str, entry: Input) -> float:
    value = entry.default_at(0 if name != entry.name else 1)
    return value[0] if isinstance(value, tuple) else value


TOPIC = "Facts and explanations"
FACTS: tuple[Function, ...] = (
    Function(
        "SHORE_LOCATION",
        TOPIC,
        "A fact about a country, or its source, or how sure it is.",
        "as the fact",
        (LOCATION, choice("fact", "Fact", _COUNTRY_FACTS), choice("part", "What of it", _PARTS, 0)),
        _location,
        ("IN", "attrition_rate", "source"),
    ),
    Function(
        "SHORE_LOCATIONS",
        TOPIC,
        "All countries with their facts, below each other.",
        "table",
        (),
        _locations,
        each=False,
    ),
    Function(
        "SHORE_INPUTS",
        TOPIC,
        "Inputs that tables and others may name, with unit, default, range and source.",
        "table",
        (
            Parameter(
                "search",
                "Part of a name or label",
                "text",
                "any text",
                optional=True,
                shape="table",
                omitted="all inputs",
            ),
        ),
        _inputs,
        ("recruitment",),
        each=False,
    ),
    Function(
        "SHORE_EXPLAIN",
        TOPIC,
        "What a line or input of the model means: unit, formula or range, source, what uses it.",
        "table",
        (
            Parameter(
                "name",
                "Line or input",
                "text",
                "its name in the model, such as net_saving",
                shape="table",
            ),
        ),
        _explain,
        ("travel",),
        each=False,
    ),
    Function(
        "SHORE_VERSION",
        TOPIC,
        "The version of Shorewise that answers.",
        "text",
        (),
        lambda: [[version("shorewise")]],
        each=False,
    ),
)
