"""Actuals read from the sheet Actuals of a workbook of ours, also after somebody pasted some in."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from ..engine.actuals import ENTERED, SETTINGS, Actuals
from ..engine.cost_kinds import GROUPS
from ..engine.declaration import Input
from ..engine.errors import ScenarioError, one_line
from ..engine.reading.consistency import listed, shown
from ..engine.reading.numerals import instead
from ..engine.scenario import Scenario
from .layout.reforecast_layout import NOTES
from .ooxml.load import Loaded
from .read_back import InputSheets
from .sheets.actuals import INPUTS, TITLE, highest

_GIVEN = {"entered_heads": "heads_given", "entered_output": "output_given"}


def has_actuals(workbook: Workbook) -> bool:
    """Whether an opened workbook has the sheet Actuals of ours."""
    return TITLE in workbook.sheetnames and "last_actual_month" in workbook.defined_names


def sheet_actuals(
    scenario: Scenario, loaded: Loaded, path: str | Path, plan: str | None = None
) -> Actuals:
    """Actuals on the sheet Actuals of an opened workbook.

    Parameters
    ----------
    scenario : Scenario
    loaded : Loaded
        The workbook with formulas and with values.
    path : path
        Its file, for error messages.
    plan : str, optional
        Name of the plan that must run there.

    Raises
    ------
    WorkbookError, ScenarioError
        A name that is gone, or a value that is empty or not allowed; the message gives the cell.
    """
    return _SheetInputs(scenario, loaded, path).actuals(plan)


class _SheetInputs(InputSheets):
    """Blocks of sheet Actuals.

    Attributes
    ----------
    values : dict of str to array, shape (row, column)
        Every input of the sheet; an empty cell is 0.
    filled : dict of str to array of bool, shape (row, column)
        Whether the cell has a value.
    """

    def __init__(self, scenario: Scenario, loaded: Loaded, path: str | Path):
        super().__init__(loaded.values, path)
        self.case, self.live = scenario, loaded.formulas
        limits = highest(scenario, scenario.evaluate())
        self.values: dict[str, np.ndarray] = {}
        self.filled: dict[str, np.ndarray] = {}
        for entry in INPUTS:
            most = limits.get(entry.name, entry.highest)
            self._read(replace(entry, highest=most))

    def _read(self, entry: Input) -> None:
        """Read the block of an input."""
        rows = len(GROUPS) if entry.varies_by("group") else 1
        columns = self.case.horizon_months if entry.varies_by("month") else 1
        found, filled = np.zeros((rows, columns)), np.zeros((rows, columns), bool)
        for row, cells in enumerate(self.block(entry.name, rows, columns)):
            for column, value in enumerate(cells):
                self._refuse_unsaved(entry, row, column, value)
                filled[row, column] = value != ""
                if value != "" or entry not in ENTERED:
                    found[row, column] = self._number(entry, row, column, value)
        self.values[entry.name], self.filled[entry.name] = found, filled

    def _cell(self, name: str, row: int = 0, column: int = 0) -> str:
        _, (left, top, _, _) = self.reference(name)
        return f"{get_column_letter(left + column)}{top + row}"

    def _fail(self, entry: str, row: int, column: int, what: str) -> ScenarioError:
        return ScenarioError(f"{self.path}: {TITLE}!{self._cell(entry, row, column)}: {what}")

    def _refuse_unsaved(self, entry: Input, row: int, column: int, value: Any) -> None:
        """Refuse a formula that was saved without its value."""
        if value == "" and self.live[TITLE][self._cell(entry.name, row, column)].data_type == "f":
            raise self._fail(
                entry.name, row, column,
                f"{entry.label} is a formula without its value; open the workbook in Excel and "
                "save it, or write the number",
            )  # fmt: skip

    def _number(self, entry: Input, row: int, column: int, value: Any) -> float:
        """A number within the input's range."""
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        wrong = not is_number or not entry.lowest <= value <= entry.highest
        if wrong or (entry.whole and value != int(value)):
            whole = "a whole number" if entry.whole else "a number"
            allowed = f"{whole} between {entry.lowest:,.13g} and {entry.highest:,.13g}"
            if entry.choices:
                no, yes = entry.choices
                allowed = f"0 ({no}) or 1 ({yes})"
            if entry.name == "running_plan":
                plans = listed(f"{n} {name}" for n, name in enumerate(self.case.plans, 1))
                allowed += f": {plans}"
            what = "fill in" if value == "" else "it must be"
            raise self._fail(
                entry.name, row, column,
                f"{entry.label} is {shown(value)}; {what} {allowed}"
                f"{instead(value, entry.lowest, entry.highest, entry.whole)}",
            )  # fmt: skip
        return float(value)

    def actuals(self, plan: str | None) -> Actuals:
        """The actuals up to the last actual month."""
        settings = {entry.name: int(self.values[entry.name].item()) for entry in SETTINGS}
        last = settings["last_actual_month"]
        running = self.case.plans[settings["running_plan"] - 1]
        if plan not in (None, running):
            cell = self._cell("running_plan")
            raise ScenarioError(
                f"{self.path}: {TITLE}!{cell}: plan {running!r} runs there, not {plan!r}; change "
                "the number of the plan there, or choose that one with plan",
                parameters=["plan"],
            )
        self._refuse_gaps(last, settings)
        given = {name: bool(settings[f"{name}_given"]) for name in ("heads", "output", "rates")}
        return Actuals(
            running,
            last,
            self.values["entered_cost"][:, :last],
            self.values["cost_at_planned_rate"][:, :last] if given["rates"] else None,
            self.values["entered_heads"][0, :last] if given["heads"] else None,
            self.values["entered_output"][0, :last] if given["output"] else None,
            self.values["booked"][:, 0] == 1,
            settings["level_months"],
            self.values["goes_on"][:, 0] == 1,
            self.filled["entered_cost"][:, :last],
            self._ledger_notes(),
            self._later(last),
        )

    def _refuse_gaps(self, last: int, settings: dict[str, int]) -> None:
        """Refuse a month without figures, and what is given but empty in a month."""
        columns = [self.filled[entry.name].any(axis=0) for entry in ENTERED]
        empty = ~np.any(columns, axis=0)[:last]
        if empty.any():
            month = int(np.argmax(empty)) + 1
            raise self._fail(
                "entered_cost", 0, month - 1,
                f"month {month} has no figures, and the last actual month is {last}; fill the "
                f"month in, or set an earlier last month in {self._cell('last_actual_month')}",
            )  # fmt: skip
        for name, switch in _GIVEN.items():
            self._refuse_empty(name, switch, settings, ~self.filled[name][:, :last])
        no_rate = self.filled["entered_cost"] & ~self.filled["cost_at_planned_rate"]
        self._refuse_empty("cost_at_planned_rate", "rates_given", settings, no_rate[:, :last])

    def _refuse_empty(
        self, name: str, switch: str, settings: dict[str, int], empty: np.ndarray
    ) -> None:
        """Refuse an empty cell of what is given according to its switch."""
        if settings[switch] and empty.any():
            row, column = np.argwhere(empty)[0].tolist()
            labels = {entry.name: entry.label for entry in INPUTS}
            of_group = f" of {[*GROUPS.values()][row]}" if len(empty) > 1 else ""
            raise self._fail(
                name, row, column,
                f"{labels[name]}{of_group} in month {column + 1} is empty; fill it in, or write 0 "
                f"in {self._cell(switch)} ({labels[switch]})",
            )  # fmt: skip

    def _ledger_notes(self) -> tuple[str, ...]:
        """What was assumed of the ledger's rows, "" for a sentence that was deleted."""
        if NOTES not in self.workbook.defined_names:
            return ()
        return tuple(one_line(str(text)) for text in self.list_of(NOTES))

    def _later(self, last: int) -> tuple[str, ...]:
        """That months after the last actual one have figures."""
        columns = [self.filled[entry.name].any(axis=0) for entry in ENTERED]
        later = np.flatnonzero(np.any(columns, axis=0)[last:]) + last + 1
        if not len(later):
            return ()
        return (
            f"Figures after the last actual month, {last}, are ignored: month "
            f"{listed(later.tolist())} (Last actual month is {TITLE}!"
            f"{self._cell('last_actual_month')}).",
        )
