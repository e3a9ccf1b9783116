"""Calculation engines we did not write, each as a function from a package to its cells' values."""

import ironcalc
from formualizer import Workbook
from openpyxl.utils.cell import coordinate_to_tuple

Cells = dict[tuple[str, str], object]


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
