"""Calculation engines we did not write, each as a function from a package to its cells' values."""

import subprocess
from datetime import datetime
from pathlib import Path

import ironcalc
from formualizer import Workbook
from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple

from shorewise.workbook.sheet import DataTable

Cells = dict[tuple[str, str], object]


def without_tables(book):
    """The book with values in place of its data tables: IronCalc loads no file with one."""
    for sheet in book.sheets:
        for place, cell in sheet.cells.items():
            if isinstance(cell.content, DataTable):
                sheet.cells[place] = cell._replace(content=cell.content.value)
    return book


def by_ironcalc(path: str, wanted) -> Cells:
    """Values of the wanted (sheet, address) cells, recalculated by IronCalc."""
    model = ironcalc.load_from_xlsx(path, "en", "UTC", "en")
    model.evaluate()
    number = {sheet["name"]: n for n, sheet in enumerate(model.get_worksheets_properties())}
    return {
        (sheet, cell): model.get_cell_value(number[sheet], *coordinate_to_tuple(cell))
        for sheet, cell in wanted
    }


def by_formualizer(path: str, wanted) -> Cells:
    """Values of the wanted (sheet, address) cells, recalculated by formualizer."""
    workbook = Workbook.from_path(path)
    workbook.set_temporal_egress("serial")
    workbook.evaluate_all()
    return {
        (sheet, cell): workbook.get_value(sheet, *coordinate_to_tuple(cell))
        for sheet, cell in wanted
    }


def by_libreoffice(path: str, wanted) -> Cells:
    """Values of the wanted (sheet, address) cells, after a hard recalculation by LibreOffice."""
    workbook = load_workbook(converted(Path(path), "xlsx"), data_only=True)
    return {(sheet, cell): _serial(workbook[sheet][cell].value) for sheet, cell in wanted}


def converted(source: Path, kind: str, locale: str = "en-US") -> Path:
    """A workbook as LibreOffice saves, prints or shows it in some country, recalculated.

    A profile of its own tells it to recalculate when it loads: by default it trusts cached values.
    """
    profile, out = source.parent / "profile", source.parent / "recalculated"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS.format(locale))
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    command += ["--convert-to", kind, "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return (out / source.name).with_suffix(f".{kind}")


def _serial(value):
    """A date as the number Excel stores."""
    return (value - datetime(1899, 12, 30)).days if isinstance(value, datetime) else value


_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{}</value></prop></item>
</oor:items>
"""
