"""Workbooks on disk: written, compared with the engine, and linted."""

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
        Ends in .xlsx.
    force : bool
        Whether an existing file may be replaced.
    theme : Theme or path, optional
        Font, colours and logo, or a TOML file of them; the embedded ones by default.
    draws : int
        Simulate so many draws for sheet Uncertainty; 0 for no such sheet.
    seed : int
        Of the draws.

    Returns
    -------
    Path
        The file, absolute.

    Raises
    ------
    WorkbookError
        A file that exists already or cannot be written, or another ending than .xlsx.
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
    """The sheets of a scenario's comparison workbook as data; nothing is written.

    Parameters
    ----------
    scenario : Scenario, mapping or path
    more : iterable of function
        Each gives an additional sheet from the workbook's context: docs/workbook.md.

    Returns
    -------
    Book
        Sheets, defined names and formulas with their values: docs/workbook.md.
    """
    from .workbook.description import describe as described

    return described(scenario_of(scenario), more=more)


def check(path: str | os.PathLike[str]) -> "pd.DataFrame":
    """Cells of a comparison workbook that differ from what the engine makes of its inputs.

    Parameters
    ----------
    path : path
        A workbook that :func:`compare` made.

    Returns
    -------
    DataFrame
        Columns ``cell``, ``what`` ("value" or "formula"), ``found`` and ``expected``; empty where
        all agree.

    Raises
    ------
    WorkbookError, ScenarioError
        As :func:`shorewise.read`.
    """
    import pandas as pd

    from .workbook.stale_outputs import Difference
    from .workbook.stale_outputs import check as differences

    return pd.DataFrame(differences(Path(path)), columns=list(Difference._fields))


def lint(
    path: str | os.PathLike[str], *, longest: int = 100, ignore: Collection[str] = ()
) -> "pd.DataFrame":
    """What any workbook has that the rules of good models advise against.

    Parameters
    ----------
    path : path
        Any .xlsx or .xlsm file; nothing in it is run or fetched.
    longest : int
        Characters of a formula that are still fit to read.
    ignore : collection of str
        Ids of rules to leave out, such as "SW15".

    Returns
    -------
    DataFrame
        A row for each finding, the worst first: ``rule``, ``severity`` ("high", "medium" or "low"),
        ``sheet``, ``place``, ``cells``, ``what``, ``cure`` and ``group``, which findings of one
        cause share. docs/lint.md has the rules.

    Raises
    ------
    WorkbookError
        Not a workbook, not safe to open or damaged, or a rule that does not exist.
    """
    import pandas as pd

    from .workbook.lint import lint as findings

    columns = ["rule", "severity", "sheet", "place", "cells", "what", "cure", "group"]
    found = findings(Path(path), longest=longest, ignore=ignore)
    rows = [[getattr(one, column) for column in columns] for one in found]
    return pd.DataFrame(rows, columns=columns)


def theme_of(theme: "Theme | str | os.PathLike[str] | None") -> "Theme | None":
    """The theme that an argument stands for: a path is that of a TOML file."""
    if isinstance(theme, (str, os.PathLike)):
        from .workbook.rendering.theme import Theme

        return Theme.from_toml(Path(theme))
    return theme
