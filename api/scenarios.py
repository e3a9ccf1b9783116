"""Scenarios with results as data frames, read from TOML files or comparison workbooks."""

import os
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from .engine.address import Address
from .engine.errors import DomainError, ScenarioError
from .engine.grades import OWN
from .engine.scenario import Scenario as EngineScenario
from .engine.scenario import presets

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from .reforecasts import Ledger, Reforecast

_SETTINGS = ("name", "horizon_months", "start_month")  # not inputs, but may be changed like them
_WORKBOOKS = (".xlsx", ".xlsm")
_A_TABLE = "a table of scenarios is for shorewise bulk"
_SAVE_AS = "save it as .xlsx first"
# What other kinds of files are for.
_OTHER_KINDS = {
    **dict.fromkeys((".csv", ".tsv", ".parquet"), _A_TABLE),
    **dict.fromkeys((".xls", ".xlsb", ".ods"), _SAVE_AS),
}


class Scenario(EngineScenario):
    """A complete set of inputs, with its results as data frames.

    Created by :meth:`preset`, :meth:`default`, :meth:`from_toml`, :meth:`from_dict` or
    :func:`shorewise.read`. Scenarios are equal if all their names and values are equal.
    """

    def results(self) -> "pd.DataFrame":
        """Measures by plan: see :func:`shorewise.results`."""
        from .frames import results

        return results(self)

    def monthly(self, lines: "str | Sequence[str] | None" = None) -> "pd.DataFrame":
        """Lines by plan and month: see :func:`shorewise.monthly`."""
        from .frames import MONTHLY, monthly

        return monthly(self, MONTHLY if lines is None else lines)

    def statement(self, freq: str = "FY", plan: str | None = None) -> "pd.DataFrame":
        """Statement by plan and period: see :func:`shorewise.statement`."""
        from .frames import statement

        return statement(self, freq, plan)

    def with_actuals(self, ledger: "Ledger", **options: Any) -> "Reforecast":
        """One of its plans restated from its actuals: see :func:`shorewise.actuals`."""
        from .reforecasts import actuals

        return actuals(self, ledger, **options)

    def with_inputs(self, inputs: Mapping[str, Any]) -> "Scenario":
        """A copy of the scenario with other values of some inputs.

        Parameters
        ----------
        inputs : mapping of str to number
            Values by address, in the unit of each input. Addresses are those of columns of
            :func:`shorewise.bulk`, such as ``discount_rate``, ``site.Krakow.salary.QA`` and
            ``plan.Hybrid.heads.Krakow.QA``; also ``horizon_months``, ``start_month`` and ``name``.
            If two addresses set the same value, the later one prevails.

        Returns
        -------
        Scenario

        Raises
        ------
        ScenarioError
            An unknown address, or a value that is not allowed; the message gives the address and
            what is allowed.
        """
        settings = {key: inputs[key] for key in _SETTINGS if key in inputs}
        case = Scenario.from_dict(self.to_dict() | settings, self.name) if settings else self
        case = replace(case, unset=self.unset, file=self.file)  # from_dict reads complete data
        values = dict(case.values)
        for text, value in inputs.items():
            if text in settings:
                continue
            try:
                address = Address.parse(text, case)
            except DomainError as error:
                raise ScenarioError(str(error)) from None
            values[address.name] = values[address.name].copy()
            address.set(values, _number(self.name, text, address, value))
            if grade := address.grade:
                values[grade.name] = values[grade.name].copy()
                grade.set(values, OWN)
        moved = replace(case, values=values)
        if inputs.keys() - settings.keys():
            EngineScenario.from_dict(moved.to_dict(), self.name)  # checks their consistency
        return public(moved)

    def __repr__(self) -> str:
        sizes = ", ".join(
            f"{self.sizes[axis]} {axis}{'s' * (self.sizes[axis] != 1)}"
            for axis in ("plan", "site", "role", "month")
        )
        return f"<Scenario {self.name!r}: {sizes}, {self.currency}>"


ScenarioLike: TypeAlias = EngineScenario | Mapping[str, Any] | str | os.PathLike[str]


def read(path: str | os.PathLike[str]) -> Scenario:
    """Scenario in a TOML file or a comparison workbook.

    Parameters
    ----------
    path : path
        A TOML file, or a comparison workbook, whose inputs may have been edited in Excel.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        The file cannot be read, or has a key or value that is not allowed.
    WorkbookError
        The workbook was not written by Shorewise, or is not safe to open.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise ScenarioError(f"path is a {type(path).__name__}; it must be the path of a file")
    file = Path(path)
    if file.suffix.lower() in _WORKBOOKS:
        from .workbook.read_back import read as read_workbook

        return public(read_workbook(file))
    if str(path) in presets() and not file.exists():
        raise ScenarioError(
            f"{path}: no such file; for the preset use Scenario.preset({str(path)!r})"
        )
    if file.is_dir():
        raise ScenarioError(f"{path}: a folder; name a scenario file or a workbook in it")
    if file.is_file() and (instead := _OTHER_KINDS.get(file.suffix.lower())):
        raise ScenarioError(
            f"{path}: a scenario is a .toml file or a comparison workbook (.xlsx); {instead}"
        )
    return Scenario.from_toml(file)


def scenario_of(source: ScenarioLike) -> Scenario:
    """Scenario from any of the types that the public functions accept.

    Parameters
    ----------
    source : Scenario, mapping or path
        A mapping has the keys of a scenario file (docs/scenario.md); a path is read by
        :func:`read`.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError, WorkbookError
        The conditions of :func:`read`, or an argument of another type.
    """
    if isinstance(source, EngineScenario):
        return public(source)
    if isinstance(source, Mapping):
        return Scenario.from_dict(source)
    if isinstance(source, (str, os.PathLike)):
        return read(source)
    raise ScenarioError(
        f"scenario is a {type(source).__name__}; it must be a Scenario, a mapping with the keys of "
        "a scenario file, or the path of a TOML file or comparison workbook"
    )


def _number(scenario: str, text: str, address: Address, value: Any) -> float:
    """The number for a value of an input, which may be one of several words."""
    entry = address.entry
    number = entry.number_of(value)
    try:
        if isinstance(number, (str, bool)):
            raise TypeError
        number = float(number)
        address.refuse_outside_range(np.array([number]))
    except (TypeError, ValueError):
        raise ScenarioError(
            f"{scenario}: {text} is {value!r}; it must be {entry.allowed}"
        ) from None
    return number


def public(scenario: EngineScenario) -> Scenario:
    """A scenario with results as data frames."""
    if isinstance(scenario, Scenario):
        return scenario
    return Scenario(**{one.name: getattr(scenario, one.name) for one in fields(scenario)})
