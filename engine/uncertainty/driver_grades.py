"""What the drivers rest on: which of those that matter most have no source, and wider ranges."""

from collections.abc import Sequence

from ..address import take
from ..drivers import DRIVERS
from ..grades import ASSUMPTION, SECONDARY
from ..model import default_model
from ..scenario import Scenario

MATTERING = 5  # drivers with the widest swings, whose evidence matters most


def grades_of_drivers(scenario: Scenario) -> dict[str, int]:
    """Number of the grade of the weakest figure abroad that each driver moves, by driver."""
    lines = default_model().evaluate(scenario.values, scenario.horizon_months, ["driver_grade"])
    grades = take(lines, "driver_grade").astype(int).tolist()
    return dict(zip(DRIVERS, grades, strict=True))


def unsourced(scenario: Scenario, widest: Sequence[str]) -> list[str]:
    """Drivers that are assumptions, of those that matter most.

    Parameters
    ----------
    scenario : Scenario
    widest : sequence of str
        Drivers, the widest swing first.
    """
    grades = grades_of_drivers(scenario)
    return [name for name in widest[:MATTERING] if grades[name] == ASSUMPTION]


def widening(scenario: Scenario) -> dict[str, float]:
    """Factor by which the range of each driver is wider in simulations, by driver."""
    by_grade = {
        SECONDARY: take(scenario.values, "widen_secondary").item(),
        ASSUMPTION: take(scenario.values, "widen_assumptions").item(),
    }
    return {name: by_grade.get(grade, 1.0) for name, grade in grades_of_drivers(scenario).items()}


def widened(scenario: Scenario) -> str:
    """Which ranges are wider than the scenario's cases have them, in a sentence; "" if none is."""
    found = [f"{name} x {by:g}" for name, by in widening(scenario).items() if by != 1]
    return f"Ranges widened for their evidence: {', '.join(found)}." if found else ""
