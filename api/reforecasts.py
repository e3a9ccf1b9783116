"""Actuals of a plan that runs: variance against plan, and the plan restated, as data frames."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from .engine.actuals import RESULTS, VARIANCE, reforecast_model
from .engine.actuals import Reforecast as EngineReforecast
from .engine.actuals import reforecast as restate
from .engine.axes import array_index
from .engine.cost_kinds import GROUPS
from .engine.errors import ScenarioError
from .frames import unit_of
from .scenarios import ScenarioLike, scenario_of
from .workbook.bulk.ledger_files import read_actuals
from .workbook.bulk.table_options import TableOptions
from .written import Written

if TYPE_CHECKING:
    from .workbook.rendering.theme import Theme

Ledger: TypeAlias = pd.DataFrame | str | os.PathLike[str]

_PARTS = ("variance", "volume", "price", "currency")
_MONTHLY = {
    "planned_output": "planned_output",
    "output": "restated_output",
    "planned_value": "planned_value",
    "value": "value",
    "cost": "cost",
    "saving": "saving",
    "cumulative": "cumulative",
    "cumulative_cash": "cumulative_cash",
}


class Reforecast(Written):
    """A plan restated from its actuals, as returned by :func:`shorewise.actuals`.

    Parameters
    ----------
    found : shorewise.engine.actuals.Reforecast
    """

    def __init__(self, found: EngineReforecast) -> None:
        self._found = found

    @property
    def plan(self) -> str:
        """Name of the plan."""
        return self._found.actuals.plan

    @property
    def last_actual_month(self) -> int:
        """Number of the last actual month."""
        return self._found.actuals.last_month

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed, and what looks wrong in the actuals, in sentences."""
        return self._found.notes

    @property
    def results(self) -> pd.DataFrame:
        """Results of the plan before and now.

        Columns ``planned`` and ``restated``, indexed by ``measure``: the saving over the horizon,
        the break-even month, the peak funding need and its month, and the net present value. NaN
        where there is no answer, such as a plan that never breaks even.
        """
        found = self._found
        rows = [(found.before(measure), found.now(measure)) for measure in RESULTS]
        index = pd.Index(list(RESULTS), name="measure")
        frame = pd.DataFrame(rows, index, ["planned", "restated"], dtype=float)
        lines = reforecast_model().lines
        scenario = scenario_of(found.scenario)
        frame.attrs = {
            "currency": found.scenario.currency,
            "units": {key: unit_of(scenario, lines[name]) for key, name in RESULTS.items()},
        }
        return frame

    @property
    def variance(self) -> pd.DataFrame:
        """Variance to date by group, in the scenario's currency.

        Indexed by ``group``, the last row "All groups". Columns ``planned``, ``actual``,
        ``variance``, ``volume``, ``price``, ``currency``, and ``level``, at which the group goes
        on: NaN for all groups.
        """
        found = self._found
        rows = {
            label: found.variance(key) | {"level": found.level(key)}
            for key, label in GROUPS.items()
        }
        rows["All groups"] = found.variance()
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=[*VARIANCE, "level"])
        frame.index.name = "group"
        frame.attrs = {"currency": found.scenario.currency}
        return frame

    @property
    def by_month(self) -> pd.DataFrame:
        """Cost by group and month.

        Indexed by ``group`` and ``month``. Columns ``planned``, ``actual`` (NaN after the last
        actual month), ``restated``, ``variance``, ``volume``, ``price`` and ``currency``.
        """
        months = self._found.scenario.horizon_months
        columns = {"planned": "planned_cost", "actual": "actual_cost", "restated": "restated_cost"}
        columns |= dict.fromkeys(_PARTS, "")
        index = pd.MultiIndex.from_product(
            [[*GROUPS.values()], range(1, months + 1)], names=["group", "month"]
        )
        data = {key: self._values(name or key).ravel() for key, name in columns.items()}
        frame = pd.DataFrame(data, index)
        frame["actual"] = frame["actual"].where(index.get_level_values("month") <= self._last)
        return frame

    @property
    def monthly(self) -> pd.DataFrame:
        """Output, value, cost and saving of each month.

        Indexed by ``month``; ``is_actual`` is boolean. The columns that begin with ``planned`` are
        the plan, the others the actual up to the last actual month and the forecast after it.
        """
        months = range(1, self._found.scenario.horizon_months + 1)
        frame = pd.DataFrame(index=pd.Index(months, name="month"))
        frame["is_actual"] = frame.index <= self._last
        frame["planned_cost"] = self._values("planned_cost").sum(axis=0)
        for column, name in _MONTHLY.items():
            frame[column] = self._values(name)[0]
        return frame

    def to_dict(self) -> dict[str, Any]:
        """Variance, results and notes as plain data, such as for JSON."""
        return self._found.to_dict()

    def _write(self, path: Path, force: bool, theme: "Theme | None", language: str) -> Path:
        from .workbook.reforecast_book import write_reforecast

        return write_reforecast(self._found, path, force=force, theme=theme, language=language)

    @property
    def _last(self) -> int:
        return self.last_actual_month

    def _values(self, name: str) -> Any:
        """A line by group, or once, and month."""
        return self._found.values[name][array_index({"group": slice(None), "month": slice(None)})]

    def __repr__(self) -> str:
        return f"<Reforecast of plan {self.plan!r}, {self.last_actual_month} actual months>"


def actuals(
    scenario: ScenarioLike,
    ledger: Ledger,
    *,
    plan: str | None = None,
    accounts: Ledger | None = None,
    query: str | None = None,
    separator: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
) -> Reforecast:
    """Restate a plan from its actuals.

    Parameters
    ----------
    scenario : Scenario, mapping or path
    ledger : DataFrame or path
        A table with the columns ``month``, ``group`` (or ``account``) and ``amount``, and if
        wanted ``plan``, ``site``, ``local_amount`` and ``at_planned_rate``: .csv, .tsv, .parquet
        or .xlsx; a TOML file with ``[[actuals]]`` tables; or a workbook with our sheet Actuals.
        docs/actuals.md describes the rows.
    plan : str, optional
        Name of the plan; by default the one that the ledger names, or the first after the
        baseline.
    accounts : DataFrame or path, optional
        A table of accounts and their groups, with the columns ``account`` and ``group``.
    query : str, optional
        Name of the sheet or table, if the ledger is a workbook; by default its only sheet.
    separator, decimal, encoding : str, optional
        How text files are read, as for :func:`bulk`; by default detected.

    Returns
    -------
    Reforecast

    Raises
    ------
    ScenarioError, WorkbookError
        A ledger that cannot be read, or a row that is not allowed; the message names the file, the
        row, the value and what is allowed.
    DomainError
        No plan of that name.
    """
    case = scenario_of(scenario)
    source = _table("ledger", ledger)
    known = None if accounts is None else _table("accounts", accounts)
    for name, text in (("plan", plan), ("query", query)):
        if not isinstance(text, str | None):
            raise ScenarioError(f"{name} is a {type(text).__name__}; it must be a name, or None")
    options = TableOptions(separator, decimal, encoding)
    found = read_actuals(case, source, plan=plan, accounts=known, query=query, options=options)
    return Reforecast(restate(case, found))


def _table(name: str, value: Ledger) -> pd.DataFrame | str:
    """A data frame or the text of a path; anything else is refused."""
    if isinstance(value, pd.DataFrame):
        return value
    if isinstance(value, (str, os.PathLike)):
        return str(value)
    raise ScenarioError(
        f"{name} is a {type(value).__name__}; it must be a data frame, or the path of a .csv, "
        ".tsv, .parquet, .xlsx or .toml file"
    )
