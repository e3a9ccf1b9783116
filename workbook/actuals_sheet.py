"""Actuals read from the sheet Actuals of a workbook of ours, also after somebody pasted some in."""

from pathlib import Path
from typing import Any

import numpy as np
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from ..engine.actuals import SETTINGS, Actuals
from ..engine.cost_kinds import GROUPS
from ..engine.declaration import Input
from ..engine.errors import ScenarioError
from ..engine.ledger import said
from ..engine.reading.consistency import shown
from ..engine.reading.numerals import instead
from ..engine.scenario import Scenario
from .read_back import InputSheets
from .sheets.actuals import INPUTS, TITLE


def has_actuals(workbook: Workbook) -> bool:
    """Whether an opened workbook has the sheet Actuals of ours."""
    return TITLE in workbook.sheetnames and "last_actual_month" in workbook.defined_names


def sheet_actuals(
    scenario: Scenario, workbook: Workbook, path: str | Path, plan: str | None = None
) -> Actuals:
    """Actuals on the sheet Actuals of an opened workbook.

    Parameters
    ----------
    scenario : Scenario
    workbook : Workbook
        With values.
    path : path
        Its file, for error messages.
    plan : str, optional
        Name of the plan that must run there.

    Raises
    ------
    WorkbookError, ScenarioError
        A name that is gone, or a value that is not allowed.
    """
    values = _SheetInputs(workbook, path, scenario.horizon_months).values()
    settings = {entry.name: int(values[entry.name].item()) for entry in SETTINGS}
    number, last = settings["running_plan"], settings["last_actual_month"]
    if number > len(scenario.plans):
        raise ScenarioError(
            f"{path}: {TITLE}: the number of the plan is {number}; it must be between 1 and "
            f"{len(scenario.plans)}"
        )
    running = scenario.plans[number - 1]
    if plan not in (None, running):
        raise ScenarioError(
            f"{path}: {TITLE} holds plan {running!r}, not {plan!r}; change the number of the plan "
            "there",
            parameters=["plan"],
        )
    figures = ("entered_cost", "entered_heads", "entered_output")
    filled = np.any([np.any(values[name][:, :last], axis=0) for name in figures], axis=0)
    if not filled.all():
        month = int(np.argmin(filled)) + 1
        raise ScenarioError(
            f"{path}: {TITLE}: month {month} has no figures, and the last actual month is {last}; "
            "fill the month in, or set an earlier last month"
        )
    given = {name: bool(settings[f"{name}_given"]) for name in ("heads", "output", "rates")}
    return Actuals(
        running,
        last,
        values["entered_cost"][:, :last],
        values["cost_at_planned_rate"][:, :last] if given["rates"] else None,
        values["entered_heads"][0, :last] if given["heads"] else None,
        values["entered_output"][0, :last] if given["output"] else None,
        values["booked"][:, 0] == 1,
        settings["level_months"],
        values["goes_on"][:, 0] == 1,
        tuple(said(**given)),
    )


class _SheetInputs(InputSheets):
    """Blocks of sheet Actuals."""

    def __init__(self, workbook: Workbook, path: str | Path, months: int):
        super().__init__(workbook, path)
        self.months = months

    def values(self) -> dict[str, np.ndarray]:
        """Every input of the sheet, rows of columns; an empty cell is 0."""
        return {entry.name: self._values(entry) for entry in INPUTS}

    def _values(self, entry: Input) -> np.ndarray:
        rows = len(GROUPS) if entry.varies_by("group") else 1
        columns = self.months if entry.varies_by("month") else 1
        found = np.zeros((rows, columns))
        for row, cells in enumerate(self.block(entry.name, rows, columns)):
            for column, value in enumerate(cells):
                found[row, column] = self._number(entry, row, column, value)
        return found

    def _number(self, entry: Input, row: int, column: int, value: Any) -> float:
        """A number within the input's range."""
        if value == "":
            value = 0
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        wrong = not is_number or not entry.lowest <= value <= entry.highest
        if wrong or (entry.whole and value != int(value)):
            _, (left, top, _, _) = self.reference(entry.name)
            cell = f"{TITLE}!{get_column_letter(left + column)}{top + row}"
            allowed = f"between {entry.lowest:,.10g} and {entry.highest:,.10g}"
            whole = "a whole number" if entry.whole else "a number"
            raise ScenarioError(
                f"{self.path}: {cell}: {entry.label} is {shown(value)}; it must be {whole} "
                f"{allowed}{instead(value, entry.lowest, entry.highest, entry.whole)}"
            )
        return float(value)
