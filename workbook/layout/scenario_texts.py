"""Figures and texts of a scenario that are bound to a described book, and what gives it its shape.

Nothing here needs openpyxl: a book that is already compiled is filled without it.
"""

import functools
import textwrap
from collections.abc import Mapping

import numpy as np

from ...engine.lists import CHECKLIST_NAMES, LISTS, NO_CHARGE, UNUSED
from ...engine.model import default_model
from ...engine.scenario import Scenario
from .derived import derived, derived_texts
from .references import Text


def bindings(scenario: Scenario) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Every figure and every text that a comparison workbook shows.

    Returns
    -------
    values : dict of str to array, shape (1, plan, site, role, month)
        Inputs, lines and derived figures by name.
    texts : dict of str to str
        By the keys of :class:`.references.Text`.
    """
    model = default_model()
    values = scenario.evaluate()
    values |= derived(values, model, scenario.horizon_months)
    return values, texts_of(scenario, values)


def texts_of(
    scenario: Scenario, values: Mapping[str, np.ndarray], number: int = 0
) -> dict[str, str]:
    """Every text of a scenario, which stands at ``number`` along the first axis of the values."""
    found = names_of(scenario) | derived_texts(values, default_model(), scenario.plans, number)
    return found | {"hash": scenario.fingerprint()}


def names_of(scenario: Scenario) -> dict[str, str]:
    """A scenario's names as a workbook shows them, by key, such as ``plan 0``."""
    axes = ("plan", "site", "role", *(entry.axis for entry in LISTS if not entry.names))
    found = {
        "name": scenario.name,
        "currency": scenario.currency,
        "prepared by": scenario.prepared_by,
    }
    for axis in axes:
        found |= {f"{axis} {n}": name for n, name in enumerate(shown_names(scenario, axis))}
    for site, charges in enumerate(scenario.rule_names):
        found |= {f"rule {site} {n}": name or NO_CHARGE for n, name in enumerate(charges)}
    return found


def shown_names(scenario: Scenario, axis: str) -> tuple[str, ...]:
    """Names as a workbook shows them: of plans, sites or roles, or of a list's rows."""
    lists = scenario.list_names | {"checklist": CHECKLIST_NAMES}
    named = {"plan": scenario.plans, "site": scenario.sites, "role": scenario.roles}
    if axis in named:
        return named[axis]
    return tuple(name or f"{UNUSED}{n}" for n, name in enumerate(lists[axis], 1))


def shown(scenario: Scenario, axis: str) -> tuple[str | Text, ...]:
    """The same as references, but for names that every scenario has."""
    names = shown_names(scenario, axis)
    fixed = {"checklist", *(entry.axis for entry in LISTS if entry.names)}
    return names if axis in fixed else tuple(Text.of(f"{axis} {n}") for n in range(len(names)))


def shape_key(scenario: Scenario) -> tuple:
    """What the scenarios of one compiled book share, beside the lines that their names take."""
    return (
        *scenario.sizes.values(),
        scenario.start_month,
        scenario.prepared_on,
        bool(scenario.prepared_by),
    )


@functools.lru_cache(1 << 14)
def lines(text: str, width: int) -> int:
    """Number of lines that a text takes in a column of so many characters."""
    return len(textwrap.wrap(text, width))
