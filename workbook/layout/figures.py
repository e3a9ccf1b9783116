"""The figures of sites that are graded: their sums, and what follows where they were edited.

A figure may stand for several inputs. The sum of its inputs at a site is compared with the sum on
the day the workbook was made; one that differs is somebody's own, or that of another country.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from ...engine.address import Address
from ...engine.axes import ROLE, array_index
from ...engine.country_figures import given_by
from ...engine.evidence import FIGURES, POSITIONS
from ...engine.grades import OWN, grade_of
from ...engine.locations import Location, locations

# Figures whose one input a country gives, as sheet Countries has it with a grade.
OF_COUNTRY = {
    "salary": "salary",
    "attrition": "attrition_rate",
    "hours": "productive_hours",
    "wages": "wage_inflation",
}
SUMS, MEANS, COUNTRY_GRADES = "figures:sum", "figures:mean", "figures:country"
GIVEN, NO_FIGURE = "figures:given", -1
EDITED = "figure_edited"
_ROUNDING = 1e-9  # relative; programs differ in the last digits

Values = Mapping[str, np.ndarray]


def sums(values: Values) -> np.ndarray:
    """Sum of the inputs of each figure at each site, shape (scenario, 1, site, figure, 1)."""
    columns = []
    for figure in FIGURES.values():
        parts = [values[name].sum(axis=(1, 3, 4), keepdims=True) for name in figure.inputs]
        columns.append(sum(parts[1:], parts[0]))
    return np.concatenate(np.broadcast_arrays(*columns), axis=ROLE).astype(float)


def means(values: Values) -> np.ndarray:
    """Average over roles of each figure that is one input, in the shape of its sums."""
    found = values[SUMS].copy()
    for at, figure in enumerate(FIGURES.values()):
        found[:, :, :, at] /= values[figure.inputs[0]].shape[ROLE]
    return found


def given_by_countries(
    values: Values, codes: Sequence[str], currency: str
) -> dict[str, np.ndarray]:
    """Sums of figures that the countries of sites give, and their grades.

    Parameters
    ----------
    values : mapping of str to array
        Inputs, and the sums of figures.
    codes : sequence of str
        Code of each site's location; "" for a site with figures of its own.
    currency : str

    Returns
    -------
    dict of str to array, shape (scenario, 1, site, figure, 1)
        Sums, -1 where a country gives none; grades, own where the site's figure is another.
    """
    now = values[SUMS]
    given, grades = np.full(now.shape, float(NO_FIGURE)), np.full(now.shape, float(OWN))
    for site, code in enumerate(codes):
        for figure, name in OF_COUNTRY.items() if code else ():
            place, at = locations()[code], POSITIONS[figure]
            if place.facts[name] is None:
                continue
            index = Address(SUMS, {"site": site, "figure": at}).index
            given[index] = given_by(place, name, currency) * values[name].shape[ROLE]
            same = np.abs(now - given)[index] <= values["check_tolerance"] * now[index]
            grades[index] = np.where(same, grade_of_fact(place, name), OWN)
    return {GIVEN: given, COUNTRY_GRADES: grades}


def grade_of_fact(place: Location, name: str) -> int:
    """Grade of a country's figure for an input."""
    return grade_of(place.sources[name][1])


def made(stamps: Mapping[int, float | str], first: int, sites: int) -> dict[tuple[int, int], float]:
    """Sums of figures on the day a workbook was made, by site and figure, from sheet Audit.

    Parameters
    ----------
    stamps : mapping of int to float or str
        What stood there, by row.
    first : int
        Row of the first figure.
    sites : int
    """
    found = {}
    for figure in range(len(FIGURES)):
        for site in range(sites):
            then = stamps.get(first + figure * sites + site)
            if isinstance(then, (int, float)):
                found[site, figure] = then
    return found


def edited(made: Mapping[tuple[int, int], float], values: Values, tolerance: float) -> np.ndarray:
    """Grades of figures that differ from the day the workbook was made; below 0 for all others.

    Parameters
    ----------
    made : mapping of (int, int) to float
        Sum of each figure on that day, by site and figure.
    values : mapping of str to array
        Sums of figures and grades of countries now, of one scenario.
    tolerance : float
        Relative difference that is rounding.

    Returns
    -------
    array, shape (1, 1, site, figure, 1)
    """
    found = np.full(values[SUMS].shape, -1.0)
    for (site, figure), then in made.items():
        at = array_index({"site": site, "figure": figure})
        now = values[SUMS][at].item()
        if abs(now - then) > max(tolerance, _ROUNDING) * (1 + abs(then)):
            found[at] = values[COUNTRY_GRADES][at]
    return found
