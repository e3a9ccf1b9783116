"""What the drivers rest on: which of those that matter most have no source, and wider ranges."""

from collections.abc import Mapping, Sequence

import numpy as np

from ..address import Address, take
from ..axes import SITE
from ..drivers import DRIVERS
from ..evidence import FIGURE_OF, POSITIONS
from ..grades import ASSUMPTION, OWN, SECONDARY
from ..model import default_model
from ..scenario import Scenario

MATTERING = 5  # drivers with the widest swings, whose evidence matters most


_LINES = ("figure_grade", "charges_grade")


def grades_of_drivers(scenario: Scenario) -> dict[str, int]:
    """Number of the grade of the weakest figure abroad that each driver moves, by driver."""
    lines = default_model().evaluate(scenario.values, scenario.horizon_months, _LINES)
    return {name: int(grade.item()) for name, grade in weakest_abroad(lines).items()}


def weakest_abroad(values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Grade of the weakest figure abroad that each driver moves, by driver.

    Parameters
    ----------
    values : mapping of str to array
        The lines ``figure_grade`` and ``charges_grade``.

    Returns
    -------
    dict of str to array, shape (scenario, 1, 1, 1, 1)
        Own for the discount rate, which is the firm's, and for all where no site is abroad.
    """
    found = {}
    for name in DRIVERS:
        address = Address("charges_grade", abroad=True)
        if name in FIGURE_OF:
            at = {"figure": POSITIONS[FIGURE_OF[name]]}
            address = Address("figure_grade", at, abroad=True)
        grades = address.get(values)
        if name == "discount_rate" or not grades.shape[SITE]:
            grades = np.full((len(grades), 1, 1, 1, 1), OWN)
        found[name] = grades.max(axis=SITE, keepdims=True)
    return found


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
