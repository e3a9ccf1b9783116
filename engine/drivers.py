"""What drives the result: the inputs that cases and sensitivity move, and which way is better.

A driver moves every site but the onshore base. Its level is a factor where the input has a default,
an amount to add where the default is 0; so a range declared around a default moves each site's own
figure in proportion.
"""

from collections.abc import Mapping

import numpy as np

from .axes import SITE
from .declaration import Input

# Salary and management first: the two-way table moves them. The better end of each range beside it.
DRIVERS = {
    "salary": "low",
    "management_rate": "low",
    "statutory_rate": "low",
    "benefits_rate": "low",
    "local_management_rate": "low",
    "attrition_rate": "low",
    "recruitment_rate": "low",
    "trip_cost": "low",
    "productivity": "high",
    "overlap_hours": "high",
    "communication_base": "low",
    "rework_start": "low",
    "rework_end": "low",
    "rework_half_life": "low",
    "knowledge_transfer_hours": "low",
    "process_development_cost": "low",
    "wage_inflation": "low",
    "fx_drift": "low",
    "pivot_weeks": "low",
    "discount_rate": "low",
}

# Ends of the levels of drivers that differ by country, where each site abroad names its own: then
# they cover what is uncertain within a country. Else they cover the differences across countries.
WITHIN_COUNTRY = {
    "salary": (
        0.78,
        1.16,
        "[A] quartiles of pay around the median, as one country's survey found them (DOU, Ukraine, "
        "June 2025)",
    ),
    "statutory_rate": (0.0, 0.0, "the country's law, 2 points up or down"),
    "benefits_rate": (0.8, 1.2, "[A] a fifth up or down"),
    "attrition_rate": (0.8, 1.2, "[A] a fifth up or down"),
    "wage_inflation": (0.75, 1.25, "[A] a quarter up or down"),
}
LAW_POINTS = 0.02  # of pay, by which the charges of a known country may change

# Cases by their numbers, from 1: those that a user names and whose levels he enters come last.
SAVED = ("saved case 1", "saved case 2", "saved case 3")
SAVED_NAMES = tuple(name.capitalize() for name in SAVED)  # where a scenario gives none
CASES = ("base", "optimistic", "pessimistic", *SAVED)

# How a simulation spreads a driver between the ends of its range: the choices of an input.
DISTRIBUTIONS = ("pert", "triangular", "normal", "uniform", "fixed")


def is_relative(entry: Input) -> bool:
    """Whether the level of an input is a factor; else it is added."""
    return entry.first != 0


def unmoved_level(entry: Input) -> float:
    """The level that leaves an input as it is entered."""
    return 1.0 if is_relative(entry) else 0.0


def level(entry: Input, value: float) -> float:
    """The level that brings the input's default to a value, to ten digits."""
    return round(value / entry.first, 10) if is_relative(entry) else value


def middle_level(entry: Input, end: str) -> float:
    """Half-way from the default to an end of its range, "low" or "high"."""
    bound = entry.low if end == "low" else entry.high
    return level(entry, (entry.first + (bound or 0)) / 2)


def ends_within_country(name: str, highest_charges: float) -> tuple[float, float]:
    """The low and the high level of a driver of :data:`WITHIN_COUNTRY`.

    Parameters
    ----------
    name : str
    highest_charges : float
        Sum of the rates of statutory charges, at the site abroad where it is highest.
    """
    if name != "statutory_rate":
        return WITHIN_COUNTRY[name][:2]
    points = min(1.0, LAW_POINTS / highest_charges) if highest_charges > 0 else 0.0
    return round(1 - points, 10), round(1 + points, 10)


def highest_charges(values: Mapping[str, np.ndarray]) -> float:
    """Sum of the rates of statutory charges at the site abroad where it is highest."""
    rates = values["statutory_rate"]
    by_site = rates.reshape(rates.shape[0], rates.shape[SITE], -1).sum(axis=2)[0, 1:]
    return float(by_site.max(initial=0))


def covers(name: str, low: float, high: float, highest_charges: float) -> str:
    """What the range of a driver covers, in words."""
    if name not in WITHIN_COUNTRY:
        return "the usual range of the site's own figure"
    if (low, high) == ends_within_country(name, highest_charges):
        return f"within a country: {WITHIN_COUNTRY[name][2]}"
    return "across countries, as long as each site abroad names none, or as the scenario sets it"
