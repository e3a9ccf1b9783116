"""Calculation engines we did not write, each as a function from a package to its cells' values."""

import json
import subprocess
import warnings
from datetime import datetime
from pathlib import Path

import ironcalc
from formualizer import Workbook
from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple

from shorewise.workbook.layout.sheet import DataTable
from tests.support.paths import ROOT, SUPPORT

HYPERFORMULA = ROOT / ".venv-audit" / "node_modules" / "hyperformula"
Cells = dict[tuple[str, str], object]


def without_tables(book):
    """The book with values in place of its data tables: IronCalc loads no file with one."""
    for sheet in book.sheets:
        for place, cell in sheet.cells.items():
            if isinstance(cell.content, DataTable):
                sheet.cells[place] = cell._replace(content=cell.content.value)
    return book


def unpaged(book):
    """The book without heads repeated on each page: LibreOffice spends half its time on them."""
    for sheet in book.sheets:
        sheet.head_rows = sheet.head_columns = 0
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
    return values_in(converted(Path(path), "xlsx"), wanted)


def by_gnumeric(path: str, wanted) -> Cells:
    """Values of the wanted (sheet, address) cells, recalculated by Gnumeric."""
    made = Path(path).with_suffix(".gnumeric.xlsx")
    command = ["ssconvert", "--recalc", path, str(made)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl misses a default style
        return values_in(made, wanted)


def by_hyperformula(path: str, wanted) -> Cells:
    """Values of the wanted (sheet, address) cells, computed by HyperFormula from formulas alone."""
    workbook = load_workbook(path)
    given = {
        "sheets": {
            sheet.title: [[_typed(cell) for cell in row] for row in sheet.iter_rows()]
            for sheet in workbook
        },
        "names": [
            {"name": name, "expression": f"={defined.attr_text}"}
            for name, defined in workbook.defined_names.items()
            if "LAMBDA" not in defined.attr_text
        ],
    }
    command = ["node", str(SUPPORT / "hyperformula.cjs"), str(HYPERFORMULA)]
    text = json.dumps(given)
    made = subprocess.run(command, input=text, check=True, capture_output=True, text=True).stdout
    values = json.loads(made)
    found = {}
    for sheet, cell in wanted:
        row, column = coordinate_to_tuple(cell)
        of_row = values[sheet][row - 1 : row]  # none at the end: a link to an empty cell is 0
        values_there = next(iter(of_row), [])[column - 1 : column]
        found[sheet, cell] = values_there[0] if values_there else 0
    return found


def _typed(cell):
    """What a cell holds, as HyperFormula takes it: a text that looks like a formula stays one."""
    value = getattr(cell.value, "text", cell.value)
    if isinstance(value, datetime):
        return _serial(value)
    if isinstance(value, str) and cell.data_type == "s":
        return "'" + value
    return value if isinstance(value, (str, int, float)) else None


def values_in(path: Path, wanted) -> Cells:
    """Values of the wanted (sheet, address) cells, as they stand in a file."""
    workbook = load_workbook(path, data_only=True)
    return {(sheet, cell): _serial(workbook[sheet][cell].value) for sheet, cell in wanted}


def converted(source: Path, kind: str, locale: str = "en-US") -> Path:
    """A workbook as LibreOffice saves, prints or shows it in some country, recalculated."""
    (made,) = all_converted([source], kind, locale)
    return made


def all_converted(
    sources: list[Path], kind: str, locale: str = "en-US", soffice: str = "soffice"
) -> list[Path]:
    """Workbooks of one folder, converted by one LibreOffice: it takes a second to start.

    A profile of its own tells it to recalculate when it loads: by default it trusts cached values.
    """
    (folder,) = {source.parent for source in sources}
    name = "-".join(Path(soffice).parts[1:-1])  # none for the one on the path
    profile, out = folder / f"profile{name}", folder / f"recalculated{name}"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS.format(locale))
    command = [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    command += ["--convert-to", kind, "--outdir", str(out), *map(str, sources)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    suffix = kind.split(":")[0]  # the filter and its options follow
    return [(out / source.name).with_suffix(f".{suffix}") for source in sources]


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
