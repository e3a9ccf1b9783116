"""Sites that are in another country in the second scenario, and the numbers that follow from it."""

import math
from collections.abc import Iterable

from ..declaration import Input, Scope
from ..employment_law import at_three_years
from ..locations import FACTS, currencies, locations
from ..reading.site_fields import TERMINATION
from ..scenario import Scenario

_ALWAYS = ("fx_rate", "utc_offset")  # what a country always decides, beside its charges
_CLOSE = 1e-9  # relative, of an amount converted to another currency


def moved_sites(a: Scenario, b: Scenario) -> dict[str, tuple[str, str]]:
    """Codes of both countries of each site that has the figures of another one in B."""
    of_a, of_b = (dict(zip(one.sites, one.locations, strict=True)) for one in (a, b))
    return {
        site: (code, of_b[site])
        for site, code in of_a.items()
        if code and of_b.get(site) and of_b[site] != code
    }


def is_of_country(
    scenarios: Iterable[Scenario], entry: Input, position: tuple[int, ...], codes: Iterable[str]
) -> bool:
    """Whether a number of a site is the figure of the site's country in both scenarios.

    Parameters
    ----------
    scenarios : iterable of Scenario
    entry : Input
        An input that varies by site.
    position : tuple of int
        Where its values hold the number.
    codes : iterable of str
        Of the country in each scenario.
    """
    if entry.scope is Scope.CHARGE or entry.name in _ALWAYS:
        return True
    if entry.name not in (*TERMINATION, *FACTS):
        return False
    return all(
        _is_figure(entry.name, scenario.values[entry.name][position].item(), code, scenario)
        for scenario, code in zip(scenarios, codes, strict=True)
    )


def _is_figure(name: str, value: float, code: str, scenario: Scenario) -> bool:
    """Whether a value is a country's figure, or stands for one that was not found."""
    place = locations()[code]
    if name in TERMINATION:
        weeks = at_three_years(place, TERMINATION[name])
        return weeks is None or math.isclose(value, weeks, rel_tol=_CLOSE)
    figure = place.facts[name]
    if figure is None:  # the scenario had to say it
        return False
    rate = currencies()[scenario.currency] if name == "salary" else 1.0
    return math.isclose(value, figure * rate, rel_tol=_CLOSE)
