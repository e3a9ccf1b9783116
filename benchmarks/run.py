"""Benchmarks, each against a peer or a floor in the same run.

``make bench`` runs them all and rewrites benchmarks/RESULTS.md; without ``--write`` the tables are
printed. Inputs are built outside the timed part; every figure is a median with its range.
"""

import argparse
import datetime
import io
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import ironcalc
import numpy as np
from openpyxl import Workbook

from shorewise.engine import Scenario, default_model
from shorewise.workbook import describe
from shorewise.workbook.render import package
from shorewise.workbook.sheet import DataTable, Formula
from shorewise.workbook.stamp import stamp, values

Times = list[float]


def timed(call: Callable[[], object], runs: int) -> Times:
    """CPU seconds of each run, after one run that does not count."""
    call()
    times = []
    for _ in range(runs):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return times


def shown(times: Times, unit: float = 1e3) -> str:
    """Median and range, in milliseconds by default."""
    low, middle, high = min(times), statistics.median(times), max(times)
    return f"{middle * unit:,.2f} ({low * unit:,.2f}-{high * unit:,.2f})"


def without_tables(book):
    """The book with values in place of its data tables: IronCalc loads no file with one."""
    for sheet in book.sheets:
        for place, cell in sheet.cells.items():
            if isinstance(cell.content, DataTable):
                sheet.cells[place] = cell._replace(content=cell.content.value)
    return book


def evaluate() -> list[str]:
    """The whole model for batches of scenarios, against IronCalc recalculating the workbook."""
    scenario, model = Scenario.default(), default_model()
    rows = [
        "| scenarios at once | ms (range) | scenarios/s | against IronCalc |",
        "|---:|---:|---:|---:|",
    ]
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        book = without_tables(describe(scenario))
        file.write(stamp(package(book), {s.title: values(s.cells) for s in book.sheets}))
        file.flush()
        peer = ironcalc.load_from_xlsx(file.name, "en", "UTC", "en")
        recalculated = timed(peer.evaluate, 15)
    peer_rate = 1 / statistics.median(recalculated)
    for count in (1, 10, 100, 1_000, 10_000):
        rng = np.random.default_rng(7)
        batch = {name: np.repeat(array, count, axis=0) for name, array in scenario.values.items()}
        batch["salary"] = batch["salary"] * rng.uniform(0.8, 1.2, batch["salary"].shape)
        times = timed(
            lambda b=batch: model.evaluate(b, scenario.horizon_months), 9 if count < 5_000 else 3
        )
        rate = count / statistics.median(times)
        rows.append(f"| {count:,} | {shown(times)} | {rate:,.0f} | {rate / peer_rate:,.1f} x |")
    rows.append(f"| IronCalc, 1 | {shown(recalculated)} | {peer_rate:,.0f} | 1 x |")
    return rows


def build() -> list[str]:
    """One workbook: describe, render, stamp; against openpyxl saving the same cells."""
    scenario = Scenario.default()
    book = describe(scenario)
    raw = package(book)
    filled = {s.title: values(s.cells) for s in book.sheets}

    def plain():
        workbook = Workbook()
        for sheet in book.sheets:
            worksheet = workbook.create_sheet(sheet.title)
            for (row, column), cell in sheet.cells.items():
                content = cell.content
                if isinstance(content, DataTable):
                    content = content.value
                text = "=" + content.text if isinstance(content, Formula) else content
                worksheet.cell(row, column).value = text
        workbook.save(io.BytesIO())

    parts = {
        "evaluate, trace and describe": timed(lambda: describe(scenario), 9),
        "render with openpyxl": timed(lambda: package(book), 9),
        "stamp values": timed(lambda: stamp(raw, filled), 9),
        "all three": timed(lambda: stamp(package(describe(scenario)), filled), 9),
        "plain openpyxl, the same cells unstyled": timed(plain, 9),
    }
    floor = statistics.median(parts["plain openpyxl, the same cells unstyled"])
    rows = ["| step | ms (range) | of plain openpyxl |", "|---|---:|---:|"]
    rows += [
        f"| {step} | {shown(times)} | {statistics.median(times) / floor:.2f} x |"
        for step, times in parts.items()
    ]
    cells = sum(len(sheet.cells) for sheet in book.sheets)
    rows.append(f"\n{cells:,} cells, {len(book.formulas()):,} of them formulas.")
    return rows


def start_up() -> list[str]:
    """The command line as a user runs it: CPU seconds of whole processes, against bare Python."""
    command = Path(sys.executable).with_name("shorewise")
    rows = ["| command | CPU s (range) | goal |", "|---|---:|---:|"]
    with tempfile.TemporaryDirectory() as folder:
        for label, arguments, goal in (
            ("python -c pass", [sys.executable, "-c", "pass"], ""),
            ("shorewise --version", [command, "--version"], "0.2"),
            ("shorewise compare", [command, "compare", "--force"], "1.5"),
        ):
            times = [_cpu(arguments, folder) for _ in range(11)][1:]
            rows.append(f"| `{label}` | {shown(times, 1)} | {goal} |")
    return rows


def _cpu(arguments, folder: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(arguments, cwd=folder, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def report() -> str:
    """All tables as Markdown."""
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "openpyxl", "ironcalc"))
    python = platform.python_version()
    lines = [
        "# Benchmarks",
        "",
        f"Made by `make bench` on {datetime.date.today()}: {machine}, Python {python}, {packages}.",
        "CPU time, medians with ranges; the machine is shared and noisy, so trust the ratios.",
        "The embedded default: 4 plans, 4 sites, 1 role, 36 months.",
    ]
    for title, table in (
        ("Evaluate", evaluate),
        ("Build one workbook", build),
        ("Start-up", start_up),
    ):
        lines += ["", f"## {title}", "", (table.__doc__ or "").strip(), "", *table()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="rewrite benchmarks/RESULTS.md")
    text = report()
    if parser.parse_args().write:
        Path(__file__).with_name("RESULTS.md").write_text(text)
    print(text)
