"""Hosts of the functions in cells, each as a function from calls to what the cells show."""

import io
import itertools
import json
import os
import subprocess
import sys
import tempfile
from typing import Any, NamedTuple

from openpyxl import Workbook, load_workbook

from shorewise.engine import Scenario
from shorewise.workbook import describe, workbook_bytes
from shorewise.workbook.layout.sheet import Book, Formula, Sheet, block
from shorewise.workbook.rendering.render import package
from tests.support import spreadsheet_engines
from tests.support.recalculation import calculated
from tests.support.spreadsheet_engines import without_tables


class Answers(NamedTuple):
    """What the calls gave, how often each was evaluated, and what the host was told at import."""

    shown: list
    evaluations: list[int]
    imported: Any


def by_com(calls) -> Answers:
    """Calls of (name, arguments) through xlwings' add-in for Windows."""
    return _answers("tests.support.com_host", calls, {"XLWINGS_LICENSE_KEY": ""})


def by_office_js(calls) -> Answers:
    """Calls of (name, arguments) through xlwings' Office.js hosts."""
    return _answers("tests.support.office_js_host", calls, {"XLWINGS_ON_SERVER": "true"})


def long_calls_by_com():
    """What com_long_calls.py says."""
    return _said_by("tests.support.com_long_calls", {"XLWINGS_LICENSE_KEY": ""})


def streams_by_lite():
    """What lite_streams.py says."""
    return _said_by("tests.support.lite_streams", {"XLWINGS_ON_SERVER": "true"})


def _said_by(module, environment, told=""):
    run = subprocess.run(
        [sys.executable, "-m", module],
        input=told,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def _answers(module, calls, environment) -> Answers:
    answers, imported = _said_by(module, environment, json.dumps([*calls]))
    shown, evaluations = zip(*answers, strict=True)
    return Answers([*map(_one_cell, shown)], [*evaluations], imported)


def _one_cell(shown):
    """A result of one cell as that cell."""
    return shown[0][0] if isinstance(shown, list) and len(shown) == 1 == len(shown[0]) else shown


def by_formualizer(calls) -> Answers:
    """Calls of (name, arguments) in a workbook that ``shorewise calc`` computes.

    Ranges and errors stand in cells; what is omitted is nothing between commas.
    """
    cells, shown = Sheet("Cells", "input"), Sheet("Calls", "output")
    for row, formula in zip(itertools.count(1, _TALLEST), _formulas(cells, calls), strict=False):
        shown.put(row, 1, Formula(formula, None), "result")
    data, computed, left = calculated(workbook_bytes(Book("Calls", [cells, shown], {})))
    assert left == [], left[:3]
    assert computed >= len(calls)
    found = load_workbook(io.BytesIO(data), data_only=True)["Calls"]
    arrays = load_workbook(io.BytesIO(data))["Calls"]
    answers = []
    for row in range(1, 1 + _TALLEST * len(calls), _TALLEST):
        area = found[arrays.cell(row, 1).value.ref]
        lines = area if isinstance(area, tuple) else ((area,),)
        for cell in itertools.chain.from_iterable(lines):  # an error is one, not its text
            assert (cell.data_type == "e") == (cell.value in _ERRORS)
        answers.append([[cell.value for cell in line] for line in lines])
    return Answers([*map(_one_cell, answers)], [], None)


def by_ironcalc(calls) -> Answers:
    """Calls of (name, arguments) of a workbook's own names, without an add-in; the first cell."""
    cells, shown = Sheet("Cells", "input"), Sheet("Calls", "output")
    for row, formula in enumerate(_formulas(cells, calls), 1):
        shown.put(row, 1, Formula(formula, None), "result")
    book = without_tables(describe(Scenario.default()))
    book.sheets += [cells, shown]
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(package(book))
        file.flush()
        places = [("Calls", f"A{row}") for row in range(1, len(calls) + 1)]
        found = spreadsheet_engines.by_ironcalc(file.name, places)
    return Answers([found[place] for place in places], [], None)


def by_python_engine(engine, calls) -> Answers:
    """Calls of (name, arguments) in a workbook that pycel or formulas loads; the first cell."""
    cells, book = Sheet("Cells", "input"), Workbook()
    written = [*_formulas(cells, calls)]
    there, shown = book.active, book.create_sheet("Calls")
    there.title = cells.title
    for (row, column), cell in cells.cells.items():
        made, content = there.cell(row, column), cell.content
        made.value = f"={content.text}" if isinstance(content, Formula) else content
        made.data_type = "s" if isinstance(content, str) else made.data_type
    for row, text in enumerate(written, 1):
        shown.cell(row, 1).value = f"={text}"
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        book.save(file.name)
        command = [sys.executable, "-W", "ignore", "-m", "tests.support.python_engines"]
        command += [engine, file.name, str(len(written))]
        run = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    return Answers(json.loads(run.stdout), [], None)


_TALLEST = 120  # rows that any result of the table takes at most
_ERRORS = {"#DIV/0!": "1/0", "#N/A": "NA()", "#REF!": "#REF!"}


def _formulas(cells, calls):
    """Each call as a cell holds it; puts ranges and errors into cells of their own."""
    row = 1
    for name, arguments in json.loads(json.dumps([*calls])):  # lists, as the others get them
        written = []
        for argument in arguments:
            text, height = _in_cells(cells, row, argument)
            written.append(text)
            row += height
        yield f"{name}({','.join(written)})"


def _in_cells(sheet, row, argument):
    """An argument as a formula holds it, and how many rows of cells it took."""
    if argument is None:
        return "", 0
    if isinstance(argument, bool):
        return str(argument).upper(), 0
    # A formula of Excel has numbers of up to 15 digits; longer ones stand in cells.
    if isinstance(argument, (int, float)) and float(f"{argument:.15g}") == argument:
        return repr(argument), 0
    if isinstance(argument, str) and argument not in _ERRORS:
        return '"' + argument.replace('"', '""') + '"', 0
    rows = argument if isinstance(argument, list) else [[argument]]
    rows = [line if isinstance(line, list) else [line] for line in rows]
    for down, line in enumerate(rows):
        for across, cell in enumerate(line):
            text = _ERRORS.get(cell) if isinstance(cell, str) else None
            content = cell if text is None else Formula(text, None)
            sheet.put(row + down, 1 + across, content, "fixed")
    return f"Cells!{block(row, 1, len(rows), len(rows[0]))}", len(rows)
