"""Functions in cells that look up facts: countries, inputs, lines of the model, its version."""

import datetime
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import numpy as np

from ..engine.calculators.one_site import settable
from ..engine.declaration import Input
from ..engine.errors import DomainError, ScenarioError
from ..engine.locations import FACTS as OF_A_COUNTRY
from ..engine.locations import currencies, locations, per_usd
from .calling import DATE, Function, Parameter, choice
from .coerce import MARK, Rows
from .explain import explain
from .location_words import ALLOWED, known_words, number_of

_COUNTRY_FACTS = ("country", "currency", "time_zone", "fx_rate", *OF_A_COUNTRY)
_CURRENCIES = tuple(sorted(currencies()))
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


def _exchange_rate(given: Mapping[str, np.ndarray]) -> np.ndarray:
    """Units of a currency per unit of another, shape (case,); or why there is no rate."""
    arrays = np.broadcast_arrays(*given.values())
    found = np.empty(arrays[0].shape, object)
    for case, (of, to, day) in enumerate(zip(*(array.tolist() for array in arrays), strict=True)):
        try:
            date = None if day != day else datetime.date(1899, 12, 30) + datetime.timedelta(day)
            found[case] = per_usd(_CURRENCIES[int(to)], date) / per_usd(_CURRENCIES[int(of)], date)
        except ScenarioError as error:
            found[case] = f"{MARK}{str(error).replace('fx_date', 'day')}"
    return found


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


def _currency(name: str, label: str) -> Parameter:
    return Parameter(
        name, label, "word", "a currency of the tables, such as EUR", options=_CURRENCIES
    )


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
        "SHORE_FX",
        TOPIC,
        "Exchange rate: how much of one currency a unit of another is, by the tables or on a date.",
        "rate",
        (
            _currency("from_currency", "Currency of the unit"),
            _currency("to_currency", "Currency of the answer"),
            Parameter(
                "day",
                "Day of the ECB's reference rate, or the last before it",
                DATE,
                "a date from 4 January 1999, without a time of day",
                optional=True,
                default=np.nan,
                limits=(36_164, 73_050, True),
                omitted="the rate of the tables, as in scenarios,",
            ),
        ),
        _exchange_rate,
        ("EUR", "PLN"),
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
