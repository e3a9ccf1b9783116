"""A filled template as a file, and as a PDF beside it."""

from pathlib import Path
from typing import NamedTuple

from ...engine.scenario import Scenario
from ..atomic_write import atomic_write, refuse_existing
from ..errors import WorkbookError
from ..pdf import print_beside, refuse_pdf
from .filling import Template, TemplateFile


class FilledFile(NamedTuple):
    """What was written.

    Attributes
    ----------
    paths : tuple of Path
        The workbook, and its PDF if one was asked for.
    stale : tuple of str
        Formula cells that depend on results, which Excel computes when it opens the workbook.
    """

    paths: tuple[Path, ...]
    stale: tuple[str, ...]


def fill_file(
    scenario: Scenario,
    board: str | Path,
    output: str | Path,
    *,
    force: bool = False,
    pdf: bool = False,
) -> FilledFile:
    """Write a user's workbook filled with the results of a scenario.

    Parameters
    ----------
    scenario : Scenario
    board : path
        The template: .xlsx, .xlsm, .xltx or .xltm. It is not changed.
    output : path
        The workbook to write, which ends in .xlsx, or in .xlsm if the template has macros.
    force : bool
        Whether existing files may be replaced.
    pdf : bool
        Whether its visible sheets are printed to a PDF of the same name, by LibreOffice.

    Raises
    ------
    WorkbookError
        The template cannot be read or filled; a file exists already or cannot be written;
        LibreOffice is asked for and not installed.
    """
    target = Path(output)
    file = TemplateFile.read(board)
    if target.suffix.lower() != file.suffix:
        raise WorkbookError(f"{target}: the name of the filled {board} must end in {file.suffix}")
    if target.exists() and target.samefile(board):
        raise WorkbookError(f"{target}: is the template itself; name another file")
    refuse_existing(target, force=force)
    if pdf:
        refuse_pdf(target, force=force)
    filled = Template(file).filled(scenario)
    paths = [atomic_write(target, filled.data, force=force)]
    if pdf:
        paths.append(print_beside(target, force=force, is_ours=False))
    return FilledFile(tuple(paths), filled.stale)
