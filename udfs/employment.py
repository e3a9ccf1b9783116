"""Functions in cells about what an employer pays by the law of a country."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..engine.calculators.employment import (
    EmployerCost,
    employer_cost,
    gross_from_budget,
    severance,
)
from ..engine.declaration import day_of, month_of
from ..engine.employment_law import LAST, find_location, law_changes, regions, stale, terms
from ..engine.errors import DomainError
from ..engine.locations import Location, locations
from .calling import LAW_MONTH, Function, Parameter
from .coerce import MARK
from .location_words import ALLOWED, known_words
from .scenarios import SEVERANCE_OF_PLAN, or_scenario, without_scenario

Given = Mapping[str, np.ndarray]

_REST = "no region"


def _region_words() -> tuple[str, ...]:
    """Codes and names of all regions and regimes of countries."""
    found = [regions(iso) for iso in locations()]
    named = (word for of_it in found for pair in of_it.items() for word in pair)
    return (_REST, *dict.fromkeys(named))


_REGIONS = _region_words()
_PAY = Parameter(
    "pay",
    "Salary, without extra months of pay",
    "local/year",
    "0 or more, up to 1e+15",
    limits=(0, 1e15, False),
)
_COUNTRY = Parameter("country", "Country", "word", ALLOWED, options=known_words())
_REGION = Parameter(
    "region",
    "Region or regime",
    "word",
    "the name or code of a region or regime of the country, such as Quebec or QC",
    optional=True,
    default=0,
    options=_REGIONS,
)
_MISSING = Parameter(
    "missing_rate",
    "Rate of a charge of which none was found",
    "fraction",
    "between 0 and 1",
    optional=True,
    default=np.nan,
    limits=(0, 1, False),
    omitted="no answer where one is needed",
)
_YEARS = Parameter("years", "Tenure", "years", "between 0 and 80", limits=(0, 80, False))


def _one(parameter: Parameter) -> Parameter:
    """The parameter as a single cell of a function that spills a table."""
    return parameter._replace(shape="one")


def _found(country: float, region: float) -> Location:
    """The location that two words stand for."""
    word = _REGIONS[int(region)]
    return find_location(known_words()[int(country)], "" if word == _REST else word)


def _by_location(compute: Callable[..., np.ndarray]) -> Callable[[Given], np.ndarray]:
    """The answer of a function by case, computed for one country, region and month at a time.

    ``compute`` takes the location, and all arguments but country and region: those that tell
    groups apart as numbers, ``pay``, ``budget`` and ``years`` as arrays.
    """

    def answer(given: Given) -> np.ndarray:
        arrays = dict(zip(given, np.broadcast_arrays(*given.values()), strict=True))
        columns = [name for name in arrays if name not in ("pay", "budget", "years")]
        # NaN, for no missing rate, equals nothing.
        keys = np.nan_to_num(np.stack([arrays[name] for name in columns], axis=1), nan=-1)
        found = np.empty(len(keys), object)
        for key in np.unique(keys, axis=0):
            here = (keys == key).all(axis=1)
            same = dict(zip(columns, key.tolist(), strict=True))
            cases = {name: arrays[name][here] for name in arrays if name not in columns}
            try:
                location = _found(same.pop("country"), same.pop("region"))
                found[here] = compute(location, **cases, **same)
            except DomainError as error:
                found[here] = f"{MARK}{error}"
        return found

    return answer


def _rate(missing_rate: float) -> float:
    return np.nan if missing_rate < 0 else missing_rate


def _refuse_missing(cost: EmployerCost) -> EmployerCost:
    """The cost of salaries, refused where a charge without a rate is part of it."""
    if np.isnan(cost.total).any():
        names, law = ", ".join(cost.missing), f"{cost.location.country} in {cost.month}"
        raise DomainError(
            f"no rate was found of {names} in {law}; set missing_rate, 0 to leave it out"
        )
    return cost


def _cost(location: Location, pay: np.ndarray, month: float, missing_rate: float) -> np.ndarray:
    cost = employer_cost(pay, location, month_of(month), _rate(missing_rate))
    return _refuse_missing(cost).total


def _gross(location: Location, budget: np.ndarray, month: float, missing_rate: float) -> np.ndarray:
    _refuse_missing(employer_cost(np.zeros(1), location, month_of(month), _rate(missing_rate)))
    return gross_from_budget(budget, location, month_of(month), _rate(missing_rate))


def _severance(location: Location, pay: np.ndarray, years: np.ndarray) -> np.ndarray:
    return severance(pay, location, years)


def _lines(
    pay: float, country: str, month: float, region: str, missing_rate: float
) -> list[list[Any]]:
    """Salary, extra months, each charge and the total, below each other.

    A charge without a rate counts 0; the line of the total then says that it is a lower bound.
    """
    location = find_location(country, "" if region == _REST else region)
    law = month_of(month)
    cost = employer_cost(np.array([pay]), location, law, missing_rate)
    charges = [
        [rule.line, amount, terms(rule, location), rule.evidence, stale(rule, law)]
        for rule, amount in zip(cost.rules, cost.charges[0].tolist(), strict=True)
    ]
    extra = [["Extra months of pay", cost.extra_pay.item(), "", "", ""]]
    return [
        ["line", f"{location.currency} a year", "terms", "source", "age"],
        ["Salary", cost.salary.item(), "", "", ""],
        *(extra if cost.extra_pay.any() or location.facts["extra_months"] else []),
        *charges,
        [cost.total_label, cost.at_least.item(), "", "", ""],
    ]


def _law_changes(country: str, from_month: float, to_month: float, region: str) -> list[list[Any]]:
    """What changes by law, a change a row."""
    location = find_location(country, "" if region == _REST else region)
    found = law_changes(location, month_of(from_month), month_of(to_month))
    rows = [[c.month, c.charge, c.before, c.after, c.source, c.age] for c in found]
    head = ["month", "charge", "before", "after", "source", "age"]
    return [head, *(rows or [["none", "no change in these months is in the tables", *[""] * 4]])]


TOPIC = "Employment by country"
EMPLOYMENT: tuple[Function, ...] = (
    Function(
        "SHORE_EMPLOYER_COST",
        TOPIC,
        "What an employer pays in a year: salary, extra months of pay and all statutory charges.",
        "local/year",
        (_PAY, _COUNTRY, LAW_MONTH, _REGION, _MISSING),
        _by_location(_cost),
        (60_000, "Poland"),
    ),
    Function(
        "SHORE_EMPLOYER_COST_LINES",
        TOPIC,
        "The same line by line, with terms and sources; a charge without a rate counts 0.",
        "table",
        tuple(map(_one, (_PAY, _COUNTRY, LAW_MONTH, _REGION, _MISSING))),
        _lines,
        (60_000, "PL"),
        each=False,
        missing="no rate was found",
    ),
    Function(
        "SHORE_GROSS_FROM_BUDGET",
        TOPIC,
        "The highest salary, in whole cents, whose cost to the employer is within a budget.",
        "local/year",
        (
            _PAY._replace(name="budget", label="Yearly budget"),
            _COUNTRY,
            LAW_MONTH,
            _REGION,
            _MISSING,
        ),
        _by_location(_gross),
        (73_188, "PL"),
        missing="none: charges alone cost more",
    ),
    Function(
        "SHORE_SEVERANCE",
        TOPIC,
        "Severance pay on a dismissal without fault after some years.",
        "local",
        (or_scenario(_PAY), _COUNTRY, without_scenario(_YEARS), _REGION),
        _by_location(_severance),
        (60_000, "PL", 3),
        missing="not found for this tenure",
        of_scenario=SEVERANCE_OF_PLAN,
    ),
    Function(
        "SHORE_LAW_CHANGES",
        TOPIC,
        "How the statutory charges of a country change by law: month, terms before and after.",
        "table",
        (
            _one(_COUNTRY),
            _one(LAW_MONTH)._replace(name="from_month", label="First month of a change"),
            _one(LAW_MONTH)._replace(
                name="to_month", label="Last month of a change", default=float(day_of(LAST))
            ),
            _one(_REGION),
        ),
        _law_changes,
        ("CL",),
        each=False,
    ),
)
