"""Hosts of the functions in cells, each as a function from calls to what the cells show."""

import io
import json
import os
import subprocess
import sys
from typing import Any, NamedTuple

from openpyxl import load_workbook

from shorewise.udfs.calc import calculated
from shorewise.workbook import workbook_bytes
from shorewise.workbook.sheet import Book, Formula, Sheet, block


class Answers(NamedTuple):
    """What the calls gave, how often each was evaluated, and what the host was told at import."""

    shown: list
    evaluations: list[int]
    imported: Any


def by_com(calls) -> Answers:
    """Calls of (name, arguments) through xlwings' add-in for Windows."""
    return _answers("tests.parity.com", calls, {"XLWINGS_LICENSE_KEY": ""})


def by_office_js(calls) -> Answers:
    """Calls of (name, arguments) through xlwings' Office.js hosts."""
    return _answers("tests.parity.office_js", calls, {"XLWINGS_ON_SERVER": "true"})


def _answers(module, calls, environment) -> Answers:
    run = subprocess.run(
        [sys.executable, "-m", module],
        input=json.dumps([*calls]),
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    answers, imported = json.loads(run.stdout)
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
    places, row, below = [], 1, 1
    for name, arguments in json.loads(json.dumps([*calls])):  # lists, as the others get them
        written = []
        for argument in arguments:
            text, height = _in_cells(cells, row, argument)
            written.append(text)
            row += height
        shown.put(below, 1, Formula(f"{name}({','.join(written)})", None), "result")
        places.append(below)
        below += _TALLEST
    package, computed, left = calculated(workbook_bytes(Book("Calls", [cells, shown], {})))
    assert left == []
    assert computed >= len(places)
    found = load_workbook(io.BytesIO(package), data_only=True)["Calls"]
    formulas = load_workbook(io.BytesIO(package))["Calls"]
    answers = []
    for place in places:
        area = found[formulas.cell(place, 1).value.ref]
        rows = [[cell.value for cell in line] for line in area] if isinstance(area, tuple) else None
        answers.append(found.cell(place, 1).value if rows is None else rows)
    return Answers([*map(_one_cell, answers)], [], None)


_TALLEST = 40  # rows that any result of the table takes at most
_ERRORS = {"#DIV/0!": "1/0", "#N/A": "NA()", "#REF!": "#REF!"}


def _in_cells(sheet, row, argument):
    """An argument as a formula holds it, and how many rows of cells it took."""
    if argument is None:
        return "", 0
    if isinstance(argument, bool):
        return str(argument).upper(), 0
    if isinstance(argument, (int, float)):
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
