"""Comparison workbooks: written and checked against the engine; any workbook linted."""

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from .engine.errors import DomainError, ScenarioError
from .scenarios import ScenarioLike, public, scenario_of

if TYPE_CHECKING:
    import pandas as pd

    from .engine.scenario import Scenario
    from .workbook.layout.context import Context
    from .workbook.layout.sheet import Book, Sheet
    from .workbook.rebuilding import Rebuilt
    from .workbook.rendering.theme import Theme
    from .workbook.template.filled_file import FilledFile
    from .workbook.template.joined_file import JoinedFile

Added: TypeAlias = Iterable[str] | Mapping[str, str]


def compare(
    scenario: ScenarioLike,
    path: str | os.PathLike[str],
    *,
    force: bool = False,
    theme: "Theme | str | os.PathLike[str] | None" = None,
    draws: int = 0,
    seed: int = 1,
    spare: Mapping[str, int] | None = None,
    language: str = "en",
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
    spare : mapping of str to int, optional
        Spare places by "plans", "sites" and "roles", which are left out until somebody fills them
        in, and "months" beyond the horizon. By default one plan, one site and two roles, or none
        where a scenario of that size would be too large; an empty mapping is for none.
    language : str
        Code of the language of its texts: "en", or "de" for German.

    Returns
    -------
    Path
        Absolute path of the file.

    Raises
    ------
    WorkbookError
        The file exists already or cannot be written, or its name does not end in .xlsx; a
        language that is not known.
    ScenarioError, DomainError
        A scenario or a number of draws that is not allowed.
    """
    from .engine.uncertainty.simulation import simulate
    from .workbook.atomic_write import refuse_existing, refuse_kind
    from .workbook.comparison import compare as write
    from .workbook.languages.language import language_of

    file = Path(path)
    refuse_existing(file, force=force)  # before anything is computed
    refuse_kind(file)
    language_of(language)
    case = _with_spares(scenario_of(scenario), spare)
    simulation = simulate(case, draws, seed) if draws else None
    return write(
        case,
        file,
        force=force,
        theme=theme_of(theme),
        simulation=simulation,
        language=language,
    )


def join(
    scenario: ScenarioLike,
    into: str | os.PathLike[str],
    path: str | os.PathLike[str],
    *,
    prefix: str = "",
    force: bool = False,
    theme: "Theme | str | os.PathLike[str] | None" = None,
    draws: int = 0,
    seed: int = 1,
    spare: Mapping[str, int] | None = None,
    language: str = "en",
) -> "JoinedFile":
    """Write a workbook of the user's own with the live model of a scenario in it.

    Parameters
    ----------
    scenario : Scenario, mapping or path
    into : path
        The user's workbook (.xlsx or .xlsm), which is not changed.
    path : path
        The file to write, of the same kind.
    prefix : str
        Put before the titles of Shorewise's sheets, and before those of its defined names that the
        user's workbook has too.
    force, theme, draws, seed, spare, language
        As :func:`compare` takes them.

    Returns
    -------
    JoinedFile
        ``path``; ``renamed`` names; how many of the user's formulas were ``computed``; those that
        were ``skipped``, which Excel computes when it opens the file; ``notes``.

    Raises
    ------
    WorkbookError
        The user's workbook cannot be read or take the model; it has sheets or names that the model
        has too; the file exists already or cannot be written.
    ScenarioError, DomainError
        As :func:`compare`.
    """
    from .engine.uncertainty.simulation import simulate
    from .udfs.recalculation import registry
    from .workbook.languages.language import language_of
    from .workbook.template.joined_file import join_file

    language_of(language)
    case = _with_spares(scenario_of(scenario), spare)
    return join_file(
        case,
        Path(into),
        Path(path),
        prefix=prefix,
        registry=registry,
        force=force,
        theme=theme_of(theme),
        simulation=simulate(case, draws, seed) if draws else None,
        language=language,
    )


def fill_template(
    scenario: ScenarioLike,
    template: str | os.PathLike[str],
    path: str | os.PathLike[str],
    *,
    force: bool = False,
    pdf: bool = False,
) -> "FilledFile":
    """Write a workbook of the user's own, filled with the results of a scenario.

    Parameters
    ----------
    scenario : Scenario, mapping or path
    template : path
        The user's workbook (.xlsx, .xlsm, .xltx or .xltm) with marks such as
        ``{{ recommended.npv }}``; see docs/template.md. It is not changed.
    path : path
        The workbook to write.
    force : bool
        Whether existing files may be replaced.
    pdf : bool
        Whether it is printed to a PDF of the same name, by LibreOffice.

    Returns
    -------
    FilledFile
        ``paths`` written; how many of the user's formulas were ``computed``, and which were
        ``skipped``, each with the reason: Excel computes those when it opens the workbook.

    Raises
    ------
    WorkbookError
        The template cannot be read or filled, the message names sheet and cell; a file exists
        already or cannot be written; LibreOffice is not installed.
    ScenarioError, DomainError
        As :func:`compare`.
    """
    from .udfs.recalculation import registry
    from .workbook.template.filled_file import fill_file

    return fill_file(
        scenario_of(scenario),
        Path(template),
        Path(path),
        registry=registry,
        force=force,
        pdf=pdf,
    )


def _with_spares(case: "Scenario", spare: Mapping[str, int] | None) -> "Scenario":
    """The case with spare places for a workbook."""
    from .engine.spare_places import NO_SPARES, with_spares, with_usual_spares

    if spare is None:
        return with_usual_spares(case)
    if unknown := [*{*spare} - {*NO_SPARES._fields}]:
        raise DomainError(
            f"spare has {unknown[0]!r}; spare places are of {', '.join(NO_SPARES._fields)}"
        )
    return with_spares(case, NO_SPARES._replace(**spare))


def describe(
    scenario: ScenarioLike,
    *,
    more: "Iterable[Callable[[Context], Sheet]]" = (),
    language: str = "en",
) -> "Book":
    """The comparison workbook of a scenario as data, without writing a file.

    Parameters
    ----------
    scenario : Scenario, mapping or path
    more : iterable of function
        Functions that take the workbook's context and return an additional sheet; see
        docs/workbook.md.
    language : str
        Code of the language of its texts; additional sheets keep theirs.

    Returns
    -------
    Book
        Sheets, defined names, and formulas with their values.
    """
    from .workbook.description import describe as described
    from .workbook.layout.roster_figures import with_rows

    return described(with_rows(scenario_of(scenario)), more=more, language=language)


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


def rebuild(
    path: str | os.PathLike[str],
    *,
    plans: Added = (),
    sites: Added = (),
    roles: Added = (),
    months: int | None = None,
    drop_plans: Collection[str] = (),
    drop_sites: Collection[str] = (),
    drop_roles: Collection[str] = (),
    leave_out: Collection[str] = (),
    output: str | os.PathLike[str],
    force: bool = False,
    theme: "Theme | str | os.PathLike[str] | None" = None,
    language: str | None = None,
) -> "Rebuilt":
    """Write a comparison workbook again in another shape, with the inputs that it has.

    Parameters
    ----------
    path : path
        A workbook written by :func:`compare`, whose inputs may have been edited.
    plans, sites, roles : iterable of str, or mapping of str to str
        Names to add. A mapping says what each starts from: a plan, site or role of the workbook,
        or for a site a country, such as ``{"Lisbon": "PT"}``; "" for the last plan, the first site
        abroad, the first role. New sites and roles have no heads.
    months : int, optional
        Months of the horizon; by default as many as before.
    drop_plans, drop_sites, drop_roles : collection of str
        Names to leave out.
    leave_out : collection of str
        Titles of sheets that are not Shorewise's and that the new workbook need not have.
    output : path
        The file to write; its name ends in .xlsx.
    force : bool
        Whether to replace an existing file.
    theme : Theme or path, optional
        Font, colours and logo, or the path of a theme file; by default the embedded theme.
    language : str, optional
        Code of the language of its texts; by default that of the workbook.

    Returns
    -------
    Rebuilt
        ``path``, ``scenario``, ``notes`` on what was decided, and ``left_behind``: what was edited
        in the workbook beside its inputs, which the new one does not have.

    Raises
    ------
    WorkbookError
        The workbook was not written by Shorewise or has sheets of a user's own; the file exists
        already or cannot be written.
    ScenarioError
        A name or a number of months that is not allowed, or the conditions of
        :func:`shorewise.read`.
    """
    from .engine.reshaping import Changes
    from .workbook.rebuilding import rebuild as write

    changes = Changes(
        _added(plans, "plans"),
        _added(sites, "sites"),
        _added(roles, "roles"),
        months,
        _names(drop_plans, "drop_plans"),
        _names(drop_sites, "drop_sites"),
        _names(drop_roles, "drop_roles"),
    )
    done = write(
        Path(path),
        Path(output),
        changes,
        leave_out=tuple(_names(leave_out, "leave_out")),
        force=force,
        theme=theme_of(theme),
        language=language,
    )
    return done._replace(scenario=public(done.scenario))


def _added(given: Added, what: str) -> dict[str, str]:
    """Names to add, each with what it starts from."""
    if isinstance(given, Mapping):
        return dict(given)
    return dict.fromkeys(_names(given, what), "")


def _names(given: Iterable[str], what: str) -> list[str]:
    """Names, of which none may be there twice."""
    if isinstance(given, str):
        raise ScenarioError(f"{what} is a text; it must be a list of names, like [{given!r}]")
    names = list(given)
    if len({*names}) < len(names):
        raise ScenarioError(f"{what} has a name twice; names must differ")
    return names


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
