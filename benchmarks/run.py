"""Benchmarks, each against a peer or a floor in the same run.

``make bench`` runs them all and rewrites benchmarks/RESULTS.md; without ``--write`` the tables are
printed. Inputs are built outside the timed part; every figure is a median with its range.
"""

import argparse
import datetime
import inspect
import io
import math
import os
import pickle
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

import hosts
import ironcalc
import numpy as np
import peer
import whole_process
from openpyxl import Workbook, load_workbook

from shorewise.engine import Scenario, default_model
from shorewise.workbook import describe, workbook_bytes
from shorewise.workbook.layout.sheet import DataTable, Formula
from shorewise.workbook.ooxml.compilation import stamp
from shorewise.workbook.rendering.render import package

Times = list[float]
# As an installed package: byte code is there, whatever the shell that runs this says of writing it.
INSTALLED = os.environ | {"PYTHONDONTWRITEBYTECODE": ""}
# A user's first workbook: the interpreter's start and all imports count.
FIRST = """
import time
from shorewise.engine import Scenario
from shorewise.workbook import describe, workbook_bytes
workbook_bytes(describe(Scenario.default()))
print(time.process_time())
"""
# What an analyst waits for: pandas is loaded, too.
FRAME = "import shorewise; shorewise.Scenario.default().results()"


def seconds(call: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    call()
    return time.process_time() - start


def timed(call: Callable[[], object], runs: int) -> Times:
    """CPU seconds of each run, after one run that does not count."""
    call()
    return [seconds(call) for _ in range(runs)]


def in_turn(measures: list[Callable[[], float]], rounds: int) -> list[Times]:
    """Seconds of each measure by round, after one round that does not count.

    Taking turns, all meet the same noise, so that their ratios in a round can be trusted.
    """
    found = [[measure() for measure in measures] for _ in range(rounds + 1)]
    return [list(times) for times in zip(*found[1:], strict=True)]


def shown(times: Times, unit: float = 1e3) -> str:
    """Median and range, in milliseconds by default."""
    low, middle, high = min(times), statistics.median(times), max(times)
    return f"{middle * unit:,.2f} ({low * unit:,.2f}-{high * unit:,.2f})"


def ratio(times: Times, others: Times) -> str:
    """Median and range of the ratio in each round."""
    return shown([one / other for one, other in zip(times, others, strict=True)], 1) + " x"


def without_tables(book):
    """The book with values in place of its data tables: IronCalc loads no file with one."""
    for sheet in book.sheets:
        for place, cell in sheet.cells.items():
            if isinstance(cell.content, DataTable):
                sheet.cells[place] = cell._replace(content=cell.content.value)
    return book


def recalculated(scenario: Scenario, file) -> Callable[[], object]:
    """A call with which IronCalc recalculates the workbook of a scenario, written to a file."""
    book = without_tables(describe(scenario))
    file.write(stamp(package(book), {s.title: s.computed() for s in book.sheets}))
    file.flush()
    return ironcalc.load_from_xlsx(file.name, "en", "UTC", "en").evaluate


def evaluate() -> list[str]:
    """The whole model for batches of scenarios, against IronCalc recalculating the workbook."""
    scenario, model = Scenario.default(), default_model()
    rows = [
        "| scenarios at once | ms (range) | scenarios/s | against IronCalc |",
        "|---:|---:|---:|---:|",
    ]
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        peer_times = timed(recalculated(scenario, file), 15)
    peer_rate = 1 / statistics.median(peer_times)
    for count in (1, 10, 100, 1_000, 10_000):
        rng = np.random.default_rng(7)
        batch = {name: np.repeat(array, count, axis=0) for name, array in scenario.values.items()}
        batch["salary"] = batch["salary"] * rng.uniform(0.8, 1.2, batch["salary"].shape)
        times = timed(
            lambda b=batch: model.evaluate(b, scenario.horizon_months), 9 if count < 5_000 else 3
        )
        rate = count / statistics.median(times)
        rows.append(f"| {count:,} | {shown(times)} | {rate:,.0f} | {rate / peer_rate:,.1f} x |")
    rows.append(f"| IronCalc, 1 | {shown(peer_times)} | {peer_rate:,.0f} | 1 x |")
    return rows


def build() -> list[str]:
    """One workbook: describe, render, stamp; against openpyxl saving the same cells."""
    scenario = Scenario.default()
    book = describe(scenario)
    raw = package(book)
    filled = {s.title: s.computed() for s in book.sheets}

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
        "evaluate and describe; the formulas of the shape are known": timed(
            lambda: describe(scenario), 9
        ),
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


def against_xlsxwriter() -> list[str]:
    """One workbook's bytes, first in a fresh process (its start and imports count) and warm."""
    scenario = Scenario.default()
    book = describe(scenario)
    prepared = peer.prepared(book)
    steps = (
        "from scenario to bytes",
        "of it, from described book to bytes",
        "XlsxWriter, from the same cells to bytes",
    )
    warm = in_turn(
        [
            lambda: seconds(lambda: workbook_bytes(describe(scenario))),
            lambda: seconds(lambda: workbook_bytes(book)),
            lambda: seconds(lambda: peer.write(prepared)),
        ],
        9,
    )
    with tempfile.NamedTemporaryFile() as file:
        pickle.dump(prepared, file)
        file.flush()
        ours, theirs = in_turn(
            [lambda: _printed("-c", FIRST), lambda: _printed(peer.__file__, file.name)], 9
        )
    rows = [
        "| step | first, ms (range) | of XlsxWriter | warm, ms (range) | of XlsxWriter |",
        "|---|---:|---:|---:|---:|",
    ]
    for step, first, again in zip(steps, (ours, None, theirs), warm, strict=True):
        of_first = f"{shown(first)} | {ratio(first, theirs)}" if first else " | "
        rows.append(f"| {step} | {of_first} | {shown(again)} | {ratio(again, warm[-1])} |")
    one, other = workbook_bytes(book), peer.write(prepared)
    count, different = compared(one, other)
    sizes = f"{len(one) / 1e3:,.0f} and {len(other) / 1e3:,.0f} kB"
    rows.append(
        f"\nThey take turns; a ratio is of one round. {count:,} cells of the two files ({sizes}), "
        "read back with openpyxl, were compared by formula, value, number format, font, fill and "
        f"protection; {len(different)} differ: {', '.join(different) or 'none'}."
    )
    return [*rows, "", peer.SCOPE]


def _printed(*arguments: str) -> float:
    """What a fresh Python prints: its CPU seconds."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, env=INSTALLED, check=True, capture_output=True, text=True)
    return float(done.stdout)


def compared(one: bytes, other: bytes) -> tuple[int, list[str]]:
    """How many cells the first of two workbooks has, and the places of those that differ."""
    count, different = 0, set()
    for cached in (False, True):
        ours, theirs = (load_workbook(io.BytesIO(b), data_only=cached) for b in (one, other))
        cells = [cell for sheet in ours for cell in sheet._cells.values()]
        count = len(cells)
        for cell in cells:
            found = theirs[cell.parent.title][cell.coordinate]
            if not (_same(cell.value, found.value) and _looks(cell) == _looks(found)):
                different.add(f"{cell.parent.title}!{cell.coordinate}")
    return count, sorted(different)


def _same(one, other) -> bool:
    """Whether two contents are equal, numbers to the 15 digits that every program keeps."""
    one, other = (getattr(content, "text", content) for content in (one, other))  # array formulas
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=1e-14)
    return one == other


def _looks(cell) -> tuple:
    font, fill = cell.font, cell.fill
    colours = (font.color.rgb[-6:], fill.fill_type and fill.fgColor.rgb[-6:])  # without the alpha
    locked = cell.protection.locked
    return cell.number_format, font.name, font.sz, font.b, font.i, *colours, locked


def start_up() -> list[str]:
    """The command line and the package as users start them: CPU seconds of whole processes."""
    command = Path(sys.executable).with_name("shorewise")
    rows = ["| command | CPU s (range) | goal |", "|---|---:|---:|"]
    with tempfile.TemporaryDirectory() as folder:
        for label, arguments, goal in (
            ("python -c pass", [sys.executable, "-c", "pass"], ""),
            ("import shorewise", [sys.executable, "-c", "import shorewise"], "pass + 0.05"),
            ("... and a frame of results", [sys.executable, "-c", FRAME], ""),
            ("shorewise --version", [command, "--version"], "0.2"),
            ("shorewise compare", [command, "compare", "--force"], "1.5"),
        ):
            times = [_cpu(arguments, folder) for _ in range(11)][1:]
            rows.append(f"| `{label}` | {shown(times, 1)} | {goal} |")
    return rows


def _cpu(arguments, folder: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(arguments, cwd=folder, env=INSTALLED, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def report() -> str:
    """All tables as Markdown."""
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    names = ("numpy", "openpyxl", "ironcalc", "xlsxwriter")
    packages = ", ".join(f"{name} {version(name)}" for name in names)
    python = platform.python_version()
    lines = [
        "# Benchmarks",
        "",
        f"Made by `make bench` on {datetime.date.today()}: {machine}, Python {python}, {packages}.",
        "CPU time, medians with ranges (whole runs of bulk: wall time). Trust the ratios.",
        "The embedded default: 4 plans, 4 sites, 1 role, 36 months.",
    ]
    tables = {
        "Evaluate": evaluate,
        "Build one workbook": build,
        "Build one workbook, against XlsxWriter": against_xlsxwriter,
        "Start-up": start_up,
        "One workbook from the command line": whole_process.whole_process,
        "Functions in cells, by host": hosts.by_host,
        "Functions in cells, by a server": hosts.by_server,
        "Start of the functions in cells": hosts.by_start,
        "Long calls in cells": hosts.by_waiting,
        "First call in a cell": hosts.by_first_call,
    }
    return "\n".join(lines) + "\n" + sections(tables)


def sections(tables: dict[str, Callable[[], list[str]]]) -> str:
    """Tables under their titles, with what they say of themselves."""
    lines = []
    for title, table in tables.items():
        lines += ["", f"## {title}", "", inspect.cleandoc(table.__doc__ or ""), "", *table()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="rewrite benchmarks/RESULTS.md")
    text = report()
    if parser.parse_args().write:
        Path(__file__).with_name("RESULTS.md").write_text(text)
    print(text)
