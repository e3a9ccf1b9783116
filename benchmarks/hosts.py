"""Benchmarks of functions in cells by host: one call, a long column, and the start.

Each host runs in a process of its own, since xlwings decides at import which host it serves; a
plain NumPy call of the engine is timed in the same process. ``python -m benchmarks.hosts`` prints
the tables; Office.js needs XLWINGS_LICENSE_KEY.
"""

import importlib
import itertools
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

NAME, LINE = "SHORE_LOADED_COST", "fully_loaded_cost"
CALLS, ROWS, ROUNDS = 300, 100_000, 3
SERVER_CALLS = 500  # to a server in a round
COLUMN = [[50_000 + row / 2] for row in range(ROWS)]
Timed = tuple[Callable[[int], object], Callable[[], object]]  # a small call, a long one


def _plain_python() -> Timed:
    from shorewise import udfs

    function = getattr(udfs, NAME)
    return (lambda number: function(60_000 + number)), (lambda: function(COLUMN))


def _com() -> Timed:
    from tests.support import com_host

    excel = com_host.import_xlwings()
    column = com_host.Cells(COLUMN)

    def call(cells):
        return excel.udfs.call_udf("shorewise.udfs", NAME, (cells, *[com_host.OMITTED] * 8))

    return (lambda number: call(60_000.0 + number)), (lambda: call(column))


def _office_js() -> Timed:
    from tests.support import office_js_host

    call = office_js_host.call
    return (lambda number: call(NAME, [60_000 + number])), (lambda: call(NAME, [COLUMN]))


def _formualizer() -> Timed:
    import formualizer

    from shorewise.udfs.recalculation import registry
    from shorewise.workbook.recalc.evaluator import register

    workbook = formualizer.Workbook()
    register(workbook, registry())
    sheet = workbook.sheet("Sheet")
    sheet.set_values_batch(1, 1, ROWS, 1, COLUMN)

    def call(arguments):
        sheet.set_formula(1, 2, f"=SUM({NAME}({arguments}))")  # more than 10,000 cells never spill
        return workbook.evaluate_cell("Sheet", 1, 2)

    return (lambda number: call(60_000 + number)), (lambda: call(f"A1:A{ROWS}"))


# Hosts, each with the environment variables that xlwings reads.
HOSTS: dict[str, tuple[Callable[[], Timed], dict[str, str]]] = {
    "plain Python": (_plain_python, {}),
    "COM": (_com, {"XLWINGS_LICENSE_KEY": ""}),
    "Office.js": (_office_js, {"XLWINGS_ON_SERVER": "true"}),
    "formualizer": (_formualizer, {}),
}


def _seconds(call: Callable[[], object]) -> list[float]:
    """CPU seconds of each round, after one to warm up."""
    found = []
    for _ in range(ROUNDS + 1):
        start = time.process_time()
        call()
        found.append(time.process_time() - start)
    return found[1:]


def measure(host: str) -> dict[str, list[float]]:
    """CPU seconds of a small and of a long call, through the host and in plain NumPy."""
    small, long = HOSTS[host][0]()
    import numpy as np

    from shorewise.engine.calculators.one_site import site_values

    numbers = iter(range(CALLS * (ROUNDS + 1)))  # all different: small calls are cached
    one, column = np.array([60_000.0]), np.array(COLUMN)[:, 0]

    def small_calls():
        for _ in range(CALLS):
            small(next(numbers))

    def engine_calls():
        for _ in range(CALLS):
            site_values({"salary": one}, [LINE])

    return {
        "small": [s / CALLS for s in _seconds(small_calls)],
        "small in NumPy": [s / CALLS for s in _seconds(engine_calls)],
        "long": _seconds(long),
        "long in NumPy": _seconds(lambda: site_values({"salary": column}, [LINE])),
    }


def by_host() -> list[str]:
    """One call and a column of 100,000 rows through each host, against plain NumPy."""
    rows = [
        "| host | us/call (range) | of NumPy | rows/s, 100,000 rows | of NumPy |",
        "|---|---:|---:|---:|---:|",
    ]
    for host, (_, environment) in HOSTS.items():
        if host == "Office.js" and not os.environ.get("XLWINGS_LICENSE_KEY"):
            rows.append(f"| {host} | needs XLWINGS_LICENSE_KEY | | | |")
            continue
        found = _in_subprocess(host, environment)
        middle = {what: statistics.median(times) for what, times in found.items()}
        small = [1e6 * seconds for seconds in found["small"]]
        rows.append(
            f"| {host} | {middle['small'] * 1e6:,.0f} ({min(small):,.0f}-{max(small):,.0f}) "
            f"| {middle['small'] / middle['small in NumPy']:.1f} x "
            f"| {ROWS / middle['long']:,.0f} | {middle['long'] / middle['long in NumPy']:.1f} x |"
        )
    return rows


def measure_server() -> dict[int, list[float]]:
    """Seconds of each round of calls, by the number of concurrent calls; 0 is plain NumPy."""
    import numpy as np

    from shorewise.engine.calculators.one_site import site_values
    from tests.support import addin_server

    numbers = itertools.count(40_000)  # all different: small calls are cached

    def rounds(work: Callable[[], object]) -> list[float]:
        found = []
        for _ in range(ROUNDS + 1):
            start = time.perf_counter()
            work()
            found.append(time.perf_counter() - start)
        return found[1:]

    def engine_calls():
        for _ in range(SERVER_CALLS):
            site_values({"salary": np.array([60_000.0])}, [LINE])

    found = {0: rounds(engine_calls)}
    with addin_server.running(SHOREWISE_CALLS_MINUTE=1_000_000) as server:
        for at_once in (1, 20, 100):
            found[at_once] = rounds(
                lambda at_once=at_once: server.answers(
                    [(NAME, [next(numbers)]) for _ in range(SERVER_CALLS)], at_once
                )
            )
    return found


def by_server() -> list[str]:
    """Concurrent calls to one process of xlwings Server behind its guard."""
    rows = ["| calls at once | calls/s (range) | of NumPy |", "|---:|---:|---:|"]
    if not os.environ.get("XLWINGS_LICENSE_KEY"):
        return [*rows, "| needs XLWINGS_LICENSE_KEY | | |"]
    found = _in_subprocess("server", {})
    plain = statistics.median(found.pop("0"))
    for at_once, times in found.items():
        rates = [SERVER_CALLS / one for one in times]
        rows.append(
            f"| {at_once} | {statistics.median(rates):,.0f} ({min(rates):,.0f}-{max(rates):,.0f}) "
            f"| {statistics.median(times) / plain:.1f} x |"
        )
    return rows


def measure_start() -> dict[str, float]:
    """Seconds of each import, one after the other, in a fresh process."""
    found = {}
    for module in ("numpy", "xlwings", "shorewise.udfs"):
        start = time.perf_counter()
        importlib.import_module(module)
        found[module] = time.perf_counter() - start
    return found


def by_start() -> list[str]:
    """Imports that each start of Python in an Excel host waits for, one after the other.

    xlwings loads pandas, and matplotlib where it is installed.
    """
    rows = ["| import | s (range) |", "|---|---:|"]
    runs = [_in_subprocess("start", {"XLWINGS_LICENSE_KEY": ""}) for _ in range(ROUNDS)]
    for module in runs[0]:
        times = [run[module] for run in runs]
        rows.append(
            f"| {module} | {statistics.median(times):.2f} ({min(times):.2f}-{max(times):.2f}) |"
        )
    return rows


def _in_subprocess(what: str, environment: dict[str, str]) -> dict:
    """The results of a measurement in a process of its own."""
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.hosts", what],
        cwd=Path(__file__).parents[1],
        env=os.environ | environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(run.stdout)


if __name__ == "__main__":
    if sys.argv[1:] == ["server"]:
        json.dump(measure_server(), sys.stdout)
    elif sys.argv[1:] == ["start"]:
        json.dump(measure_start(), sys.stdout)
    elif sys.argv[1:]:
        json.dump(measure(sys.argv[1]), sys.stdout)
    else:
        print("\n".join([*by_host(), "", *by_server(), "", *by_start()]))
