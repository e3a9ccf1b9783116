"""A filled template as a file, and as a PDF beside it."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import NamedTuple

from ...engine.scenario import Scenario
from ..atomic_write import atomic_write, refuse_existing
from ..errors import WorkbookError
from ..pdf import print_beside, refuse_pdf
from ..recalc import Recalculated, Registry, SkippedCell
from ..recalc.sandbox import recalculate_in_sandbox
from ..recalc.source_workbook import Cell
from .filling import Template, TemplateFile


class FilledFile(NamedTuple):
    """What was written.

    Attributes
    ----------
    paths : tuple of Path
        The workbook, and its PDF if one was asked for.
    computed : int
        Number of the user's formulas that depend on results and were computed.
    skipped : list of SkippedCell
        Those that were not, each with the reason: they are empty, and Excel computes them when it
        opens the workbook.
    """

    paths: tuple[Path, ...]
    computed: int
    skipped: list[SkippedCell]


def fill_file(
    scenario: Scenario,
    board: str | Path,
    output: str | Path,
    *,
    registry: Callable[[], Registry],
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
    registry : callable
        As :func:`~shorewise.workbook.recalc.recalculate_file` takes it.
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

    def compute(data: bytes, changed: Collection[Cell], unknown: Collection[Cell]) -> Recalculated:
        return recalculate_in_sandbox(data, registry, changed=changed, unknown=unknown)

    filled = Template(file).filled(scenario, compute=compute)
    paths = [atomic_write(target, filled.data, force=force)]
    if pdf:
        paths.append(print_beside(target, force=force, is_ours=False))
    return FilledFile(tuple(paths), filled.computed, filled.skipped)
