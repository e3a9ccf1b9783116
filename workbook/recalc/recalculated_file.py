"""A workbook file recalculated without Excel: read, computed in a process of its own, written."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ..atomic_write import atomic_write, refuse_existing
from ..errors import WorkbookError
from ..ooxml.safe_open import inspect_any
from .recalculation import SkippedCell
from .registry import Registry
from .sandbox import recalculate_in_sandbox


class RecalculatedFile(NamedTuple):
    """What was written, how many formula cells were computed, and which were not.

    Attributes
    ----------
    path : Path, optional
        The file that was written; None if no cell calls a registered function: nothing was.
    computed : int
        Number of formula cells with a computed value.
    skipped : list of SkippedCell
        Cells that keep their values, each with the reason.
    proof : str
        What the file's own values prove, in a sentence; "" where nothing needed a proof.
    """

    path: Path | None
    computed: int
    skipped: list[SkippedCell]
    proof: str = ""


def recalculate_file(
    path: str | Path,
    output: str | Path | None = None,
    *,
    registry: Callable[[], Registry],
    force: bool = False,
) -> RecalculatedFile:
    """Compute the cells of a workbook that depend on registered functions, and write their values.

    Only those cells get new values; everything else in the file stays as it is.

    Parameters
    ----------
    path : path
        An .xlsx or .xlsm file, whoever made it.
    output : path, optional
        Where the computed workbook is written; by default over the original.
    registry : callable
        A function of a module, without arguments, that gives the functions to register. It is
        called in the process that computes.
    force : bool
        Whether an existing file may be replaced, the original included.

    Returns
    -------
    RecalculatedFile

    Raises
    ------
    WorkbookError
        The file cannot be read, is not safe to read, or cannot be written; it needs more than the
        limits of time and memory allow; or formualizer is not installed.
    """
    target = Path(path if output is None else output)
    inspect_any(path)
    if target.suffix.lower() != Path(path).suffix.lower():
        raise WorkbookError(f"{target}: the name must end in {Path(path).suffix}, as {path} does")
    refuse_existing(target, force=force)
    try:
        found = recalculate_in_sandbox(Path(path).read_bytes(), registry)
    except WorkbookError as error:
        raise WorkbookError(f"{path}: {error}") from None
    written = None if found.data is None else atomic_write(target, found.data, force=force)
    return RecalculatedFile(written, found.computed, found.skipped, found.proof)
