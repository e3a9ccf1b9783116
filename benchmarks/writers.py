"""Other writers of .xlsx files, given the finished cells of a workbook.

None of them evaluates a model, traces a formula, or writes styles, rules, names and charts here.
``WRITERS`` says what each writes of the cells.
"""

from collections.abc import Callable
from pathlib import Path

# Of each sheet its title, and row and column from 0, content, and whether that is a formula.
Sheets = list[tuple[str, list[tuple]]]
Call = Callable[[], object]


def rvgsrust(sheets: Sheets, path: Path) -> Call:
    """Cells by rvgsrust-xlsxwriter."""
    from rvgsrust_xlsxwriter import Workbook

    def write() -> None:
        workbook = Workbook(str(path))
        for title, cells in sheets:
            sheet = workbook.add_worksheet(title)
            for row, column, content, is_formula in cells:
                (sheet.write_formula if is_formula else sheet.write)(row, column, content)
        workbook.close()

    return write


def wolfxl(sheets: Sheets, path: Path) -> Call:
    """Cells by wolfxl."""
    from wolfxl import Workbook

    def write() -> None:
        workbook = Workbook()
        for title, cells in sheets:
            sheet = workbook.create_sheet(title)
            for row, column, content, _ in cells:
                sheet.cell(row + 1, column + 1, content)
        workbook.save(str(path))

    return write


def excelsior(sheets: Sheets, path: Path) -> Call:
    """Cells by excelsior-fast."""
    from excelsior import Editor

    tables = [  # it does not find a sheet with & in its title again
        (title.replace("&", "and"), [[*map(_text, row)] for row in _grid(cells)])
        for title, cells in sheets
    ]

    def write() -> None:
        editor = Editor.create(str(path), tables[0][0])
        for n, (title, table) in enumerate(tables):
            if n:
                editor.add_worksheet(title)
                editor.with_worksheet(title)
            editor.append_table_at(table, "A1")
        editor.save(str(path))

    return write


def jetxl(sheets: Sheets, path: Path) -> Call:
    """Cells by jetxl."""
    import jetxl as library
    import pyarrow

    configured = []
    for title, cells in sheets:
        columns = zip(*_grid([one for one in cells if not one[3]], cells), strict=True)
        table = {f"{n}": _typed(column, pyarrow) for n, column in enumerate(columns)}
        formulas = [(row + 1, column, text, "0") for row, column, text, is_one in cells if is_one]
        configured.append(
            {
                "data": pyarrow.table(table),
                "name": title,
                "write_header_row": False,
                "formulas": formulas,
            }
        )
    return lambda: library.write_sheets_arrow(configured, str(path), 1)


def xlsxturbo(sheets: Sheets, path: Path) -> Call:
    """Cells by xlsxturbo."""
    import pandas as pd
    import xlsxturbo as library

    frames = [
        (pd.DataFrame(_grid(cells), dtype=object), title, {"header": False})
        for title, cells in sheets
    ]
    return lambda: library.dfs_to_xlsx(frames, str(path), compression_level=1)


def rustpy(sheets: Sheets, path: Path) -> Call:
    """Cells by rustpy-xlsxwriter."""
    from rustpy_xlsxwriter import FastExcel

    records = [
        (title, [{f"{n}": cell for n, cell in enumerate(row)} for row in _grid(cells)])
        for title, cells in sheets
    ]

    def write() -> None:
        workbook = FastExcel(str(path))
        for title, rows in records:
            workbook = workbook.sheet(title, rows)
        workbook.save()

    return write


def rapidxlsx(sheets: Sheets, path: Path) -> Call:
    """Cells by rapidxlsx."""
    import rapidxlsx as library

    rows = [row for _, cells in sheets for row in _grid(cells)]  # it writes a single sheet
    width = max(map(len, rows))
    padded = ([*row, *[None] * (width - len(row))] for row in rows)
    columns = {f"{n}": [*map(_text, column)] for n, column in enumerate(zip(*padded, strict=True))}
    return lambda: library.write(str(path), columns)


# By name: what makes the call, and what it writes of the cells.
WRITERS = {
    "jetxl 0.3": (jetxl, "values and formulas; numbers of mixed columns as text"),
    "excelsior-fast 0.13": (excelsior, "values, formulas without their values"),
    "rvgsrust-xlsxwriter 0.3": (rvgsrust, "values, formulas without their values"),
    "wolfxl 2": (wolfxl, "values, formulas without their values"),
    "xlsxturbo 1.12": (xlsxturbo, "values; a formula is text, or one for a whole column"),
    "rustpy-xlsxwriter 0.8": (rustpy, "values; a formula is text, or one for a whole column"),
    "rapidxlsx 0.1": (rapidxlsx, "text on one sheet; it has neither formulas nor sheets"),
}


def _grid(cells: list[tuple], area: list[tuple] | None = None) -> list[list]:
    """Rows with a cell in each column, None where there is nothing."""
    area = area or cells
    rows, columns = (1 + max(cell[n] for cell in area) for n in (0, 1))
    grid: list[list] = [[None] * columns for _ in range(rows)]
    for row, column, content, _ in cells:
        grid[row][column] = content
    return grid


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)


def _typed(column: tuple, pyarrow) -> object:
    """An Arrow column: numbers if all cells are, else texts."""
    if all(cell is None or type(cell) in (int, float) for cell in column):
        return pyarrow.array([None if cell is None else float(cell) for cell in column])
    return pyarrow.array([None if cell is None else str(cell) for cell in column])
