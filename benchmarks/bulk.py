"""Reports in bulk: workbooks a second against other writers and against the floor, in one run.

``make bench`` runs it after run.py and puts its tables below that one's. Other writers get finished
values and formulas: they neither evaluate nor trace; rvgsrust-xlsxwriter and wolfxl write plain
cells, without formats, widths, rules or charts. The floor compresses and writes the same bytes.
"""

import io
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import peer
from run import in_turn, ratio, seconds, shown

from shorewise.engine import Scenario
from shorewise.workbook import describe
from shorewise.workbook.bulk import bulk
from shorewise.workbook.context import Context
from shorewise.workbook.package import fast, member
from shorewise.workbook.render import package
from shorewise.workbook.sheet import DataTable, Formula
from shorewise.workbook.template import Template, marked_texts

BATCH = 50


def stamping() -> list[str]:
    """One workbook of a known shape from finished figures, against what else could write it."""
    scenario = Scenario.default()
    context, book = Context.of(scenario), describe(scenario)
    template = Template.compiled(scenario)
    said = [marked_texts(scenario, context.texts)] * BATCH
    (data,) = template.workbooks(context.values, said[:1])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    codec, prepared, cells = fast(), peer.prepared(book), _cells(book)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "one.xlsx")

        def stamped() -> None:
            for one in template.workbooks(context.values, said):
                path.write_bytes(one)

        def floor() -> None:
            for _ in range(BATCH):
                path.write_bytes(b"".join(member(name, part, codec).data for name, part in parts))

        calls = {
            "stamped": (stamped, BATCH),
            "floor: deflate and write the same bytes": (floor, BATCH),
            "rvgsrust-xlsxwriter, plain cells": (lambda: _rust(cells, path), 1),
            "wolfxl, plain cells": (lambda: _wolfxl(cells, path), 1),
            "XlsxWriter": (lambda: path.write_bytes(peer.write(prepared)), 1),
            "openpyxl": (lambda: path.write_bytes(package(book)), 1),
        }
        measures = [lambda c=call, n=count: seconds(c) / n for call, count in calls.values()]
        found = dict(zip(calls, in_turn(measures, 5), strict=True))
    rows = ["| writer | ms (range) | stamped is faster by |", "|---|---:|---:|"]
    for name, times in found.items():
        rows.append(f"| {name} | {shown(times)} | {ratio(times, found['stamped'])} |")
    rows.append(f"\n{len(data):,} bytes a workbook, {sum(len(p) for _, p in parts):,} unpacked.")
    return rows


def runs() -> list[str]:
    """Whole runs: rows of a table to workbooks and results, and to results only."""
    rows = ["| run | scenarios | s | scenarios/s |", "|---|---:|---:|---:|"]
    for workbooks, count in ((True, 1_000), (False, 20_000)):
        frame = _table(count)
        for processes in (1, 2):
            with tempfile.TemporaryDirectory() as folder:
                start = time.perf_counter()
                bulk(frame, folder, workbooks=workbooks, processes=processes)
                took = time.perf_counter() - start
            what = "workbooks and results" if workbooks else "results only"
            plural = "es" if processes > 1 else ""
            rows.append(
                f"| {what}, {processes} process{plural} | {count:,} | {took:,.1f} "
                f"| {count / took:,.0f} |"
            )
    return rows


def growth() -> list[str]:
    """Results only, from a CSV file, one process: time and the most memory by number of rows."""
    rows = ["| rows | s | most memory, MB |", "|---:|---:|---:|"]
    for count in (1_000, 10_000, 100_000):
        with tempfile.TemporaryDirectory() as folder:
            table = Path(folder, "table.csv")
            _table(count).to_csv(table, index=False)
            start = time.perf_counter()
            line = subprocess.run(
                [sys.executable, __file__, "--one", str(table), f"{folder}/out"],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            took = time.perf_counter() - start
        rows.append(f"| {count:,} | {took:,.1f} | {int(line) / 1024:,.0f} |")
    return rows


def _table(count: int) -> pd.DataFrame:
    rng = np.random.default_rng(7)
    return pd.DataFrame(
        {
            "scenario": [f"S{n:07d}" for n in range(count)],
            "site.Mid.salary": rng.integers(40_000, 90_000, count),
            "site.Far.management_rate": rng.uniform(0.1, 0.5, count),
            "site.Near.overlap_hours": rng.uniform(2, 8, count),
            "plan.Mid.heads.Mid": rng.integers(1, 20, count),
            "discount_rate": rng.uniform(0.02, 0.2, count),
        }
    )


def _cells(book) -> list[tuple[str, list[tuple]]]:
    """Plain cells by sheet: row and column from 0, and what stands there."""
    found = []
    for sheet in book.sheets:
        cells = []
        for (row, column), cell in sheet.cells.items():
            content = cell.content
            if isinstance(content, DataTable):
                content = content.value
            if content is not None:
                text = "=" + content.text if isinstance(content, Formula) else content
                cells.append((row - 1, column - 1, text, isinstance(content, Formula)))
        found.append((sheet.title, cells))
    return found


def _rust(sheets, path: Path) -> None:
    from rvgsrust_xlsxwriter import Workbook

    workbook = Workbook(str(path))
    for title, cells in sheets:
        sheet = workbook.add_worksheet(title)
        for row, column, content, is_formula in cells:
            if is_formula:
                sheet.write_formula(row, column, content)
            else:
                sheet.write(row, column, content)
    workbook.close()


def _wolfxl(sheets, path: Path) -> None:
    from wolfxl import Workbook

    workbook = Workbook()
    for title, cells in sheets:
        sheet = workbook.create_sheet(title)
        for row, column, content, _ in cells:
            sheet.cell(row + 1, column + 1, content)
    workbook.save(str(path))


def report() -> str:
    """All tables."""
    lines = []
    for title, table in (("Stamp", stamping), ("Bulk", runs), ("Growth of bulk", growth)):
        lines += ["", f"## {title}", "", (table.__doc__ or "").strip(), "", *table()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    os.environ["SHOREWISE_CACHE"] = ""
    if sys.argv[1:2] == ["--one"]:
        bulk(sys.argv[2], sys.argv[3], workbooks=False)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    else:
        print(report())
