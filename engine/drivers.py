"""What drives the result: the inputs that cases and sensitivity move, and which way is better.

A driver moves every site but the onshore base. Its level is a factor where the input has a default,
an amount to add where the default is 0; so a range declared around a default moves each site's own
figure in proportion.
"""

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

# How a simulation spreads a driver between the ends of its range: the choices of an input.
DISTRIBUTIONS = ("pert", "triangular", "normal", "uniform", "fixed")


def is_relative(entry: Input) -> bool:
    """Whether the level of an input is a factor; else it is added."""
    return entry.first != 0


def level(entry: Input, value: float) -> float:
    """The level that brings the input's default to a value, to ten digits."""
    return round(value / entry.first, 10) if is_relative(entry) else value


def middle_level(entry: Input, end: str) -> float:
    """Half-way from the default to an end of its range, "low" or "high"."""
    bound = entry.low if end == "low" else entry.high
    return level(entry, (entry.first + (bound or 0)) / 2)
