"""Workbooks that call the functions, computed without Excel: for scripts and servers.

formualizer, a calculation engine by others, computes; the functions are registered with it. Only
the cells that depend on the functions get new values; everything else in the file stays as it is.
"""

from pathlib import Path
from typing import NamedTuple

from ..workbook.atomic_write import atomic_write, refuse_existing
from ..workbook.errors import WorkbookError
from ..workbook.ooxml.safe_open import inspect_any
from .recalc.evaluator import registered_with
from .recalc.recalculate import Left, recalculated
from .recalc.sandbox import recalculated_apart

__all__ = ["Calculated", "Left", "calc", "calculated", "registered_with"]


class Calculated(NamedTuple):
    """What was written, how many formula cells were computed, and which were left.

    Attributes
    ----------
    path : Path, optional
        The file that was written; None if no cell calls one of the functions: nothing was.
    computed : int
    left : list of Left
        Cells that keep their values, each with the reason.
    proof : str
        What the file's own values prove, in a sentence; "" where nothing needed a proof.
    """

    path: Path | None
    computed: int
    left: list[Left]
    proof: str = ""


def calc(path: str | Path, output: str | Path | None = None, *, force: bool = False) -> Calculated:
    """Compute the cells of a workbook that depend on the functions, and write their values.

    Parameters
    ----------
    path : path
        An .xlsx or .xlsm file, whoever made it.
    output : path, optional
        Where the computed workbook goes; by default in the place of the other.
    force : bool
        Whether a file that is there may be replaced, also the workbook itself.

    Raises
    ------
    WorkbookError
        Not readable, not safe to read, not to be written, more than the limits of time and memory
        allow, or formualizer is not installed.
    """
    target = Path(path if output is None else output)
    inspect_any(path)
    if target.suffix.lower() != Path(path).suffix.lower():
        raise WorkbookError(f"{target}: the name must end in {Path(path).suffix}, as {path} does")
    refuse_existing(target, force=force)
    try:
        found = recalculated_apart(Path(path).read_bytes())
    except WorkbookError as error:
        raise WorkbookError(f"{path}: {error}") from None
    written = None if found.data is None else atomic_write(target, found.data, force=force)
    return Calculated(written, found.computed, found.left, found.proof)


def calculated(data: bytes) -> tuple[bytes, int, list[Left]]:
    """A package with computed values, how many, and the cells that were left.

    Unlike :func:`calc` in this process, without its limits of time and memory.

    Parameters
    ----------
    data : bytes
        A package that :func:`~shorewise.workbook.ooxml.safe_open.inspect_any` lets pass.

    Raises
    ------
    WorkbookError
        Damaged, more than formualizer can read, or formualizer is not installed.
    """
    found = recalculated(data)
    return data if found.data is None else found.data, found.computed, found.left
