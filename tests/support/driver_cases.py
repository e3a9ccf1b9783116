"""Drivers that vary in a test's scenario, and how wide the reference model's swings are."""

from shorewise.engine import Scenario
from shorewise.engine.uncertainty.draws import ranges_of

ONLY_FIXED = [
    {"name": entry, "distribution": "fixed"}
    for entry in (one.name for one in ranges_of(Scenario.default()))
]


def case(name, low, high, distribution):
    return {"name": name, "low": low, "high": high, "distribution": distribution}


# model.md, section 4: swing of the mid case's steady-state net saving, in points.
SWINGS = {
    "salary": 33.0,
    "statutory_rate": 13.2,
    "productivity": 11.2,
    "rework_end": 8.2,
    "overlap_hours": 4.8,
    "management_rate": 4.4,
    "attrition_rate": 1.8,
}
