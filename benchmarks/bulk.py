"""Benchmarks of bulk reports: workbooks a second against other writers and a lower bound.

``make bench`` runs this after run.py and appends its tables; ``--long`` makes 100,000 workbooks and
a million results instead, which takes some 20 minutes and 2 GB on the disk.

Other writers get finished values and formulas: they neither evaluate nor trace, and but for
XlsxWriter and openpyxl they write plain cells, without formats, widths, rules or charts.
"""

import io
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import distributed
import numpy as np
import pandas as pd
import peer
from run import in_turn, ratio, recalculated, seconds, sections, shown, timed
from writers import WRITERS

from shorewise.engine import Scenario, default_model
from shorewise.engine.measures import MEASURES, OVERHEAD
from shorewise.workbook import describe
from shorewise.workbook.bulk import bulk
from shorewise.workbook.bulk.columns import Columns
from shorewise.workbook.bulk.memory import keep_freed
from shorewise.workbook.compilation import compile_scenario
from shorewise.workbook.layout.derived import derived
from shorewise.workbook.layout.scenario_texts import links, texts_of
from shorewise.workbook.layout.sheet import DataTable, Formula
from shorewise.workbook.ooxml.zip_writer import fast, member
from shorewise.workbook.rendering.render import package

BATCH = 50
LINES = [*MEASURES.values(), *OVERHEAD.values(), "verdict", "recommended"]


def stamping() -> list[str]:
    """Workbooks of a table's rows from computed values, against other writers of the same cells.

    Five inputs vary from row to row. Lower bounds: compressing the same parts as a whole and
    writing them, and writing alone.
    """
    keep_freed()  # as worker processes do
    base, model = Scenario.default(), default_model()
    frame = table(BATCH)
    (block,), _ = Columns([*frame.columns], base, "table").blocks(frame, 1)
    values = model.evaluate(block.values, base.horizon_months)
    values |= derived(values, model, base.horizon_months, base.start_month) | links(base, values)
    texts = [texts_of(block.scenario(n), values, n) for n in range(BATCH)]
    compiled = compile_scenario(base)
    made = [*compiled.filled(values, texts)]
    with zipfile.ZipFile(io.BytesIO(made[-1])) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    codec, book = fast(), describe(base)
    prepared, cells = peer.prepared(book), _cells(book)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "one.xlsx")

        def stamped() -> None:
            for one in compiled.filled(values, texts):
                path.write_bytes(one)

        def evaluated() -> None:
            found = model.evaluate(block.values, base.horizon_months)
            derived(found, model, base.horizon_months, base.start_month)

        def deflated() -> None:
            for _ in range(BATCH):
                path.write_bytes(b"".join(member(name, part, codec).data for name, part in parts))

        def written() -> None:
            for one in made:
                path.write_bytes(one)

        calls = {
            "stamped": (stamped, BATCH),
            "evaluating the same rows": (evaluated, BATCH),
            "lower bound: deflate all parts, write": (deflated, BATCH),
            "lower bound: write": (written, BATCH),
        }
        for name, (make, what) in WRITERS.items():
            calls[f"{name}: {what}"] = (make(cells, path), 1)
        calls |= {
            "XlsxWriter: as above": (lambda: path.write_bytes(peer.write(prepared)), 1),
            "openpyxl: the whole workbook": (lambda: path.write_bytes(package(book)), 1),
        }
        measures = [lambda c=call, n=count: seconds(c) / n for call, count in calls.values()]
        found = dict(zip(calls, in_turn(measures, 5), strict=True))
    rows = ["| writer | ms (range) | workbooks/s | of the stamped |", "|---|---:|---:|---:|"]
    for name, times in found.items():
        rate = 1 / statistics.median(times)
        rows.append(f"| {name} | {shown(times)} | {rate:,.1f} | {ratio(times, found['stamped'])} |")
    size, unpacked = len(made[-1]), sum(len(part) for _, part in parts)
    formulas = sum(is_formula for _, sheet in cells for *_, is_formula in sheet)
    rows.append(f"\n{size:,} bytes a workbook, {unpacked:,} unpacked; {formulas:,} formulas.")
    return rows


def runs() -> list[str]:
    """Whole runs: a table to workbooks and results, and to results only.

    Beyond the start: what a run of ten times as many scenarios takes longer. Without the cache of
    compiled workbooks, each process compiles the workbook first.
    """
    rows = ["| run | scenarios | s | scenarios/s | beyond the start |", "|---|---:|---:|---:|---:|"]
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        ways = {
            "1 process": {"processes": 1},
            "2 processes": {"processes": 2},
            "Dask, 2 workers": {"scheduler": cluster.scheduler_address},
        }
        for workbooks, count in ((True, 2_000), (False, 100_000)):
            what = "workbooks and results" if workbooks else "results only"
            for way, options in ways.items():
                few = _took(count // 10, workbooks, options)
                took = _took(count, workbooks, options)
                further = (count - count // 10) / (took - few)
                rates = f"{count / took:,.0f} | {further:,.0f}"
                rows.append(f"| {what}, {way} | {count:,} | {took:,.1f} | {rates} |")
    return rows


def _took(count: int, workbooks: bool, options: dict) -> float:
    """Seconds of a run."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        bulk(table(count), folder, workbooks=workbooks, **options)
        return time.perf_counter() - start


def blocks() -> list[str]:
    """All lines of 3 plans and 36 months, every input varied in each scenario, by size of block.

    Against a loop over the rows of a DataFrame, a scenario at a time, and IronCalc recalculating.
    """
    keep_freed()  # as worker processes do
    data = Scenario.default().to_dict()
    base = Scenario.from_dict(data | {"plans": data["plans"][:3], "sites": data["sites"][:3]}, "3")
    model, rng = default_model(), np.random.default_rng(7)
    columns = pd.DataFrame({"discount_rate": rng.uniform(0.02, 0.2, 50)})

    def looped() -> None:
        for row in columns.itertuples(index=False):
            moved = {"discount_rate": np.full((1,) * 5, row.discount_rate)}
            model.evaluate(base.values | moved, base.horizon_months)

    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        peer = recalculated(base, file)
        times = in_turn([lambda: seconds(looped) / 50, lambda: seconds(peer)], 5)
    loop, iron = map(statistics.median, times)
    rows = ["| scenarios in a block | scenarios/s | of the results | of a loop | of IronCalc |"]
    rows.append("|---:|---:|---:|---:|---:|")
    for count in (64, 128, 256, 512, 1024, 2048, 4096, 8192):
        varied = {
            name: array.repeat(count, axis=0) * rng.uniform(0.97, 1, (count, *array.shape[1:]))
            if array.dtype.kind == "f"
            else array.repeat(count, axis=0)
            for name, array in base.values.items()
        }
        rates = []
        for wanted in (None, LINES):
            measure = lambda v=varied, w=wanted: model.evaluate(v, base.horizon_months, w)  # noqa: E731
            rates.append(count / min(timed(measure, max(3, 8192 // count))))
        rows.append(
            f"| {count:,} | {rates[0]:,.0f} | {rates[1]:,.0f} | {rates[0] * loop:,.0f} x "
            f"| {rates[0] * iron:,.0f} x |"
        )
    return rows


def growth() -> list[str]:
    """Results only, from a CSV file, in one process: time and peak memory by number of rows."""
    rows = ["| rows | s | most memory, MB |", "|---:|---:|---:|"]
    for count in (1_000, 10_000, 100_000):
        took, memory = _in_subprocess(count, "results")
        rows.append(f"| {count:,} | {took:,.1f} | {memory} |")
    return rows


def long() -> list[str]:
    """100,000 workbooks, deleted once their partition is complete, and a million results."""
    rows = ["| run, 2 processes | s | scenarios/s | most memory of a process, MB |"]
    rows.append("|---|---:|---:|---:|")
    for what, count in (("workbooks", 100_000), ("results", 1_000_000)):
        took, memory = _in_subprocess(count, what)
        rows.append(f"| {count:,} {what} | {took:,.0f} | {count / took:,.0f} | {memory} |")
    return rows


def _in_subprocess(count: int, what: str) -> tuple[float, str]:
    """Seconds of a run in a process of its own, and the peak memory of it and of its children."""
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder, "table.csv")
        for start in range(0, count, 100_000):
            rows = table(min(count, 100_000), start)
            rows.to_csv(given, index=False, mode="a", header=not start)
        start = time.perf_counter()
        said = subprocess.run(
            [sys.executable, __file__, "--one", what, str(given), f"{folder}/out"],
            check=True,
            capture_output=True,
            text=True,
            env={k: v for k, v in os.environ.items() if k != "MALLOC_TRIM_THRESHOLD_"},  # Dask's
        ).stdout
        took = time.perf_counter() - start
    return took, " and ".join(f"{int(one) / 1024:,.0f}" for one in said.split())


def _subprocess(what: str, table: str, destination: str) -> None:
    """The run that :func:`_in_subprocess` starts: in this process, or in two worker processes."""
    few = what == "results" and Path(table).stat().st_size < 50 << 20

    def clear(_) -> None:
        for folder in Path(destination).glob("part-*/workbooks"):
            shutil.rmtree(folder)

    made = {} if what == "results" else {"progress": clear}
    bulk(table, destination, workbooks=bool(made), processes=1 if few else 2, **made)
    # Not getrusage, which for a new process starts at the memory of its parent.
    print(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])
    if not few:
        print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


def table(count: int, first: int = 0) -> pd.DataFrame:
    """A table of scenarios in which five inputs vary from row to row."""
    rng = np.random.default_rng(7 + first)
    return pd.DataFrame(
        {
            "scenario": [f"S{n:07d}" for n in range(first, first + count)],
            "site.Mid.salary": rng.integers(40_000, 90_000, count),
            "site.Far.management_rate": rng.uniform(0.1, 0.5, count),
            "site.Near.overlap_hours": rng.uniform(2, 8, count),
            "plan.Mid.heads.Mid": rng.integers(1, 20, count),
            "discount_rate": rng.uniform(0.02, 0.2, count),
        }
    )


def _cells(book) -> list[tuple[str, list[tuple]]]:
    """Cells by sheet: row and column from 0, content, and whether that is a formula."""
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


SHORT = {"Stamp": stamping, "Bulk": runs, "Blocks": blocks, "Growth of bulk": growth}

if __name__ == "__main__":
    os.environ["SHOREWISE_CACHE"] = ""
    if sys.argv[1:2] == ["--one"]:
        _subprocess(*sys.argv[2:])
    else:
        tables = {"Long runs of bulk": long} if sys.argv[1:] == ["--long"] else SHORT
        print(sections(tables), end="")
