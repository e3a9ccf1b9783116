"""Rows, dates and texts of sheet Governance, for any scenario of a shape."""

import datetime
from collections.abc import Callable

from ...engine.governance import SIGNED, VERSIONS_MAX
from ...engine.scenario import Scenario

_ROWS_MIN, _ROWS_FREE = 5, 3  # of the version log
VERSION_TEXTS = ("version", "by", "changes")
NOT_STATED = "not stated"
STEPS = ("prepared", *SIGNED)


def version_rows(scenario: Scenario) -> int:
    """Rows of the version log: those in use, and some to fill in."""
    return min(VERSIONS_MAX, max(_ROWS_MIN, len(scenario.versions) + _ROWS_FREE))


def texts(scenario: Scenario, say: Callable[[str], str] = str) -> dict[str, str]:
    """Texts of the sheet by key, such as ``version 0 changes``."""
    names = {step: getattr(scenario, f"{step}_by") for step in STEPS}
    found = {f"{step} by": name for step, name in names.items()}
    found |= {f"{step} stated": name or say(NOT_STATED) for step, name in names.items()}
    for number in range(version_rows(scenario)):
        row = scenario.versions[number]._asdict() if number < len(scenario.versions) else {}
        for key in VERSION_TEXTS:
            found[f"version {number} {key}"] = row.get(key, "")
    return found


def dates(scenario: Scenario) -> tuple[str, ...]:
    """Dates of the sheet, which are the same in all scenarios of a shape."""
    signed = [getattr(scenario, f"{step}_on") for step in SIGNED]
    free = version_rows(scenario) - len(scenario.versions)
    return (*signed, *(row.date for row in scenario.versions), *[""] * free)


def stated(scenario: Scenario) -> tuple[str, ...]:
    """Keys of the texts that are not empty; cells of the others are empty."""
    keys = tuple(f"{step} by" for step in STEPS)
    rows = version_rows(scenario)
    keys += tuple(f"version {n} {key}" for n in range(rows) for key in VERSION_TEXTS)
    found = texts(scenario)
    return tuple(key for key in keys if found[key])


def day(text: str) -> datetime.date | None:
    """The date of a text such as "2026-11-29"; None if there is none."""
    return datetime.date.fromisoformat(text) if text else None
