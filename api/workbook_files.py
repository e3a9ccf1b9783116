"""Comparison workbooks: written and checked against the engine; any workbook linted."""

import os
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from .scenarios import ScenarioLike, scenario_of

if TYPE_CHECKING:
    import pandas as pd

    from .workbook.layout.context import Context
    from .workbook.layout.sheet import Book, Sheet
    from .workbook.rendering.theme import Theme


def compare(
    scenario: ScenarioLike,
    path: str | os.PathLike[str],
    *,
    force: bool = False,
    theme: "Theme | str | os.PathLike[str] | None" = None,
    draws: int = 0,
    seed: int = 1,
) -> Path:
    """Write the comparison workbook of a scenario.

    Parameters
    ----------
    scenario : Scenario, mapping or path
    path : path
        The file to write; its name ends in .xlsx.
    force : bool
        Whether to replace an existing file.
    theme : Theme or path, optional
        Font, colours and logo, or the path of a theme file; by default the embedded theme.
    draws : int
        Number of draws for sheet Uncertainty; 0 for no such sheet.
    seed : int
        Seed of the draws.

    Returns
    -------
    Path
        Absolute path of the file.

    Raises
    ------
    WorkbookError
        The file exists already or cannot be written, or its name does not end in .xlsx.
    ScenarioError, DomainError
        A scenario or a number of draws that is not allowed.
    """
    from .engine.uncertainty.simulation import simulate
    from .workbook.atomic_write import refuse_existing, refuse_kind
    from .workbook.comparison import compare as write

    file = Path(path)
    refuse_existing(file, force=force)  # before anything is computed
    refuse_kind(file)
    case = scenario_of(scenario)
    simulation = simulate(case, draws, seed) if draws else None
    return write(case, file, force=force, theme=theme_of(theme), simulation=simulation)


def describe(
    scenario: ScenarioLike, *, more: "Iterable[Callable[[Context], Sheet]]" = ()
) -> "Book":
    """The comparison workbook of a scenario as data, without writing a file.

    Parameters
    ----------
    scenario : Scenario, mapping or path
    more : iterable of function
        Functions that take the workbook's context and return an additional sheet; see
        docs/workbook.md.

    Returns
    -------
    Book
        Sheets, defined names, and formulas with their values.
    """
    from .workbook.description import describe as described

    return described(scenario_of(scenario), more=more)


def check(path: str | os.PathLike[str]) -> "pd.DataFrame":
    """Cells of a comparison workbook that differ from what the engine computes from its inputs.

    Parameters
    ----------
    path : path
        A workbook written by :func:`compare`.

    Returns
    -------
    DataFrame
        Columns ``cell``, ``what`` ("value" or "formula"), ``found`` and ``expected``; empty if
        nothing differs.

    Raises
    ------
    WorkbookError, ScenarioError
        Under the conditions of :func:`shorewise.read`.
    """
    import pandas as pd

    from .workbook.stale_outputs import Difference
    from .workbook.stale_outputs import check as differences

    return pd.DataFrame(differences(Path(path)), columns=list(Difference._fields))


def lint(
    path: str | os.PathLike[str], *, longest: int = 100, ignore: Collection[str] = ()
) -> "pd.DataFrame":
    """Violations of rules for good spreadsheet models in any workbook.

    Parameters
    ----------
    path : path
        Any .xlsx or .xlsm file. No macro is run and no link is followed.
    longest : int
        Length in characters up to which a formula counts as readable.
    ignore : collection of str
        Ids of rules to skip, such as "SW15".

    Returns
    -------
    DataFrame
        One finding per row, by descending severity: ``rule``, ``severity`` ("high", "medium" or
        "low"), ``sheet``, ``place``, ``cells``, ``what``, ``cure``, and ``group``, which findings
        with a common cause share. The rules are in docs/lint.md.

    Raises
    ------
    WorkbookError
        The file is not a workbook, is damaged or not safe to open, or a rule does not exist.
    """
    import pandas as pd

    from .workbook.lint import lint as findings

    columns = ["rule", "severity", "sheet", "place", "cells", "what", "cure", "group"]
    found = findings(Path(path), longest=longest, ignore=ignore)
    rows = [[getattr(one, column) for column in columns] for one in found]
    return pd.DataFrame(rows, columns=columns)


def theme_of(theme: "Theme | str | os.PathLike[str] | None") -> "Theme | None":
    """Theme from a theme or the path of its TOML file; None for None."""
    if isinstance(theme, (str, os.PathLike)):
        from .workbook.rendering.theme import Theme

        return Theme.from_toml(Path(theme))
    return theme
