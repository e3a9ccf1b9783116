"""Figures of sheets Roster and Staffing, and the part of a shape that they are."""

from dataclasses import replace
from typing import Any

import numpy as np

from ...engine.roster import Roster, RosterRow
from ...engine.scenario import Scenario

ROWS_MIN, ROWS_FREE = 40, 20  # rows of sheet Roster
CHECKED = ("roster:complete", "roster:waved")  # without which a figure may be wrong
COUNTS, UNUSED = " ", "-"  # what is said of a row that counts, and of one that is empty


def roster_rows(scenario: Scenario) -> int:
    """Rows of sheet Roster; 0 for no such sheet."""
    used = len(scenario.roster)
    if not used and not scenario.roster_rows:
        return 0
    return max(ROWS_MIN, scenario.roster_rows, used + ROWS_FREE)


def with_rows(scenario: Scenario) -> Scenario:
    """The scenario with rows for a payroll to paste, of which one workbook of many has no need."""
    return replace(scenario, roster_rows=max(ROWS_MIN, scenario.roster_rows))


def roster_slots(scenario: Scenario) -> dict[int, RosterRow]:
    """The rows of the roster by their positions on the sheet."""
    slots = scenario.roster_slots
    if len(slots) != len(scenario.roster):
        slots = tuple(range(len(scenario.roster)))
    return dict(zip(slots, scenario.roster, strict=True))


def roster_key(scenario: Scenario) -> tuple:
    """What of a roster is part of a shape: all of it, flat as JSON keeps it."""
    rows = roster_rows(scenario)
    used = roster_slots(scenario).items()
    return (rows, *(value for slot, row in used for value in (slot, *row))) if rows else ()


def roster_figures(scenario: Scenario) -> dict[str, np.ndarray]:
    """Figures of the two sheets by the names of their places."""
    rows = roster_rows(scenario)
    if not rows:
        return {}
    people = scenario.people()
    heads, slots = people.heads_by_role, [*roster_slots(scenario)]
    at_site = heads.sum(axis=2)
    keys, by_wave = people.wave_tables(scenario.sizes["wave"])
    payroll, paid = people.paid()
    starts = people.starts_by_role()
    gap = np.abs(starts * at_site[..., None] - starts.sum(axis=2)[..., None] * heads)
    tables: dict[str, Any] = {
        "count": _placed(people.heads, slots, rows),
        "last": _placed(people.end, slots, rows),
        "key": _placed(people.key, slots, rows),
        "rate": _placed(people.rate, slots, rows, 1.0),
        "listed": heads.sum(axis=(1, 2)),
        "at_site": at_site,
        "payroll": payroll,
        "paid": paid,
        "wave_top": np.full(len(scenario.sites), people.span**2),
        "wave_key": keys,
        "wave_heads": by_wave,
        "site_starts": starts.sum(axis=2),
        "starts": starts,
        "gap": np.round(gap, 2),
    }
    return {f"roster:{name}": array[None] for name, array in tables.items()}


def _placed(array: np.ndarray, slots: list[int], rows: int, rest: float = 0) -> np.ndarray:
    """Figures of the rows in use at their positions, and what stands in the others."""
    found = np.full(rows, rest, array.dtype)
    found[slots] = array
    return found


def apart(people: Roster) -> bool:
    """Whether roles of one plan and site start or end in other months."""
    heads, starts = people.heads_by_role, people.starts_by_role()
    total, at_site = starts.sum(axis=2)[..., None], heads.sum(axis=2)[..., None]
    return bool(np.round(np.abs(starts * at_site - total * heads), 2).any())
