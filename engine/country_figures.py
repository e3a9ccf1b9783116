"""What the countries of a scenario's sites give for its inputs, and which inputs follow them."""

import datetime
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import numpy as np

from .axes import shape_of
from .employment_law import at_three_years
from .locations import PARTS, Location, locations, per_usd
from .model import default_model

# Inputs of a site that its country gives.
OF_COUNTRY = (
    "salary", "extra_months", "fx_rate", "productive_hours", "attrition_rate", "utc_offset",
    "wage_inflation", "stop_severance_weeks", "stop_notice_weeks",
)  # fmt: skip
# Inputs of a site abroad that its country and that of the onshore site give together: working hours
# meet by the time zones where both are known.
OF_BOTH = ("overlap_computed",)
OF_CHARGE = tuple(f"statutory_{part}" for part in PARTS)
FOLLOWING = frozenset((*OF_COUNTRY, *OF_BOTH, *OF_CHARGE))
_CLOSE = 1e-12  # relative: a formula may round otherwise


def figure_of(location: Location, name: str) -> float | None:
    """What a country says of an input, money in USD and the exchange rate per USD.

    Parameters
    ----------
    location : Location
    name : str
        One of ``OF_COUNTRY``.

    Returns
    -------
    float or None
        In the input's unit; None where no figure was found.
    """
    match name:
        case "fx_rate":
            return location.fx_rate
        case "utc_offset":
            return winter_offset(location.time_zone)
        case "stop_notice_weeks":
            return at_three_years(location, "notice")
        case "stop_severance_weeks":
            return at_three_years(location, "severance")
    return location.facts[name]


def winter_offset(time_zone: str) -> float:
    """Hours by which a time zone is ahead of UTC on 1 January 2026."""
    offset = datetime.datetime(2026, 1, 1, 12, tzinfo=ZoneInfo(time_zone)).utcoffset()
    assert offset is not None
    return offset.total_seconds() / 3600


def follows_country(
    values: Mapping[str, np.ndarray],
    codes: Sequence[str],
    currency: str,
) -> dict[str, np.ndarray]:
    """Whether each input of a site is what its country gives, so that it may follow the country.

    Parameters
    ----------
    values : mapping of str to array, shape (scenario, 1, site, role or 1, rule or 1)
        Inputs of scenarios.
    codes : sequence of str
        Code of each site's location; "" for a site with figures of its own.
    currency : str
        Of the scenarios.

    Returns
    -------
    dict of str to array of bool
        By input, in its shape. True too where the country says nothing, or there is none: a cell
        that follows the country then shows the site's own figure.
    """
    found = {}
    for name in (*OF_COUNTRY, *OF_CHARGE):
        given = np.full((1, *values[name].shape[1:]), np.nan)
        for site, code in enumerate(codes):
            if code:
                given[:, :, site] = given_by(locations()[code], name, currency)
        close = np.abs(values[name] - given) <= _CLOSE * np.abs(given)
        found[name] = np.isnan(given) | close
    for name in OF_BOTH:  # of the overlap, which the countries of the onshore base and a site give
        without = np.array([not (codes[0] and code) for code in codes])
        found[name] = (values[name] == 1) | without.reshape(1, 1, -1, 1, 1)
    return found


def given_by(location: Location, name: str, currency: str) -> float | np.ndarray:
    """What a country gives for an input, in the scenario's currency; NaN where it says nothing.

    One figure, or for a part of the charges one for each, shape (1, rule).
    """
    if name in OF_CHARGE:
        return charges_of(location)[name]
    figure = figure_of(location, name)
    if figure is None:
        return np.nan
    money = per_usd(currency) if name in ("salary", "fx_rate") else 1.0
    return figure / money if name == "fx_rate" else figure * money


def charges_of(location: Location) -> dict[str, np.ndarray]:
    """The parts of a location's charges, by input: the neutral value below its last charge.

    Returns
    -------
    dict of str to array, shape (1, rule)
        A rate that was not found is 0.
    """
    found = {}
    for part, name in zip(PARTS, OF_CHARGE, strict=True):
        entry = default_model().inputs[name]
        array = np.full(shape_of(("rule",), {})[-1], float(entry.last))
        for number, rule in enumerate(location.rules):
            value = getattr(rule, part)
            if value is None:
                value = 0 if part == "rate" else entry.last
            array[number] = value
        found[name] = array[None]
    return found
