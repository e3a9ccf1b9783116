"""The settings of xlwings in a macro workbook that Excel has saved."""

import io
import zipfile
from typing import NamedTuple

from openpyxl import load_workbook

from .errors import WorkbookError
from .macros import SETTINGS

_MODULES = b"Module="  # of the list of modules in a project of VBA, which is not compressed


class MacroSettings(NamedTuple):
    """The interpreter that a workbook names, and whether it has the wrappers of the functions."""

    interpreter: str
    has_wrappers: bool


def read_macro_settings(data: bytes, module: str) -> MacroSettings:
    """Read a macro workbook.

    Parameters
    ----------
    data : bytes
        An .xlsm package.
    module : str
        Name of the module of VBA with the wrappers.

    Returns
    -------
    MacroSettings

    Raises
    ------
    WorkbookError
        It has no macros, or no sheet with the settings of xlwings.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            macros = archive.read("xl/vbaProject.bin")
        book = load_workbook(io.BytesIO(data), read_only=True)
        rows = book[SETTINGS].iter_rows(max_col=2, values_only=True)
        found = {str(name).lower(): value for name, value in rows}.get("interpreter_win")
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise WorkbookError(
            f"not a workbook with the macros and settings of xlwings: {error}"
        ) from None
    return MacroSettings(str(found), _MODULES + module.encode("ascii") in macros)
