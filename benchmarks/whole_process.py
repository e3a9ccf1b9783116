"""One workbook from the command line: CPU seconds of whole processes."""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from shorewise.engine import Scenario
from shorewise.workbook import Formula, describe
from shorewise.workbook.layout.sheet import DataTable

_ROUNDS = 9
_OPENPYXL = """
import json
from openpyxl import Workbook
workbook = Workbook(write_only=False)
workbook.remove(workbook.active)
with open("cells.json") as file:
    for title, cells in json.load(file).items():
        sheet = workbook.create_sheet(title)
        for row, column, content in cells:
            sheet.cell(row, column, content)
workbook.save("plain.xlsx")
"""


def whole_process() -> list[str]:
    """CPU seconds of `shorewise compare` where the shape is known and where it is new.

    Against plain openpyxl, which reads finished cells and saves them, without styles. All take
    turns.
    """
    compare = [Path(sys.executable).with_name("shorewise"), "compare", "--force"]
    rows = ["| process | CPU s (range) | of plain openpyxl |", "|---|---:|---:|"]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "cells.json").write_text(json.dumps(_cells()))
        known, none = str(Path(folder, "known")), ""
        processes = {
            "`shorewise compare`, shape known": (compare, known),
            "`shorewise compare`, shape new": (compare, none),
            "plain openpyxl, the same cells": ([sys.executable, "-c", _OPENPYXL], none),
        }
        times: dict[str, list[float]] = {name: [] for name in processes}
        for turn in range(_ROUNDS + 1):
            for name, (command, cache) in processes.items():
                took = _cpu(command, folder, cache)
                if turn:  # the first fills the cache and compiles byte code
                    times[name].append(took)
    *_, plain = times.values()
    for name, found in times.items():
        ratio = statistics.median(a / b for a, b in zip(found, plain, strict=True))
        spread = f"{statistics.median(found):.2f} ({min(found):.2f}-{max(found):.2f})"
        rows.append(f"| {name} | {spread} | {ratio:.2f} x |")
    return rows


def _cells() -> dict[str, list]:
    """Cells of the default's workbook by sheet: row, column, formula or value."""
    found = {}
    for sheet in describe(Scenario.default()).sheets:
        found[sheet.title] = [
            (row, column, _plain(cell.content)) for (row, column), cell in sheet.cells.items()
        ]
    return found


def _plain(content):
    if isinstance(content, Formula):
        return "=" + content.text
    if isinstance(content, DataTable):
        return content.value
    return content if content is None or isinstance(content, (int, float)) else str(content)


def _cpu(command, folder: str, cache: str) -> float:
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "", "SHOREWISE_CACHE": cache}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    print("\n".join(whole_process()))
