"""Benchmarks of functions in cells by host: one call, a long column, a long call, and the start.

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
from typing import Any

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


SITES = [["name", "salary"], ["Krakow", 60_000]]
SMALL_CALLS, DRAWS = 200, 50_000


def measure_waiting_com() -> dict[str, list[float]]:
    """Seconds for which calls hold Excel's thread: small ones, and a simulation at its start."""
    from tests.support import com_host

    excel = com_host.import_xlwings()
    simulated = [SITES, None, None, DRAWS]

    def small(number):
        arguments = (60_000.0 + number, *[com_host.OMITTED] * 8)
        start = time.perf_counter()
        excel.udfs.call_udf("shorewise.udfs", NAME, arguments)
        return time.perf_counter() - start

    small(-1)
    com_host.Caller(excel, "SHORE_SIMULATE", [*simulated[:3], 64, None]).value()
    numbers = itertools.count()
    found = {"alone": [small(next(numbers)) for _ in range(SMALL_CALLS)], "at once": [], "held": []}
    found |= {"meanwhile": [], "in all": []}
    for seed in range(ROUNDS):
        start = time.perf_counter()
        cell = com_host.Caller(excel, "SHORE_SIMULATE", [*simulated, seed])
        found["held"].append(cell.shown[0][1])
        while len(cell.shown) == 1:
            found["meanwhile"].append(small(next(numbers)))
            time.sleep(0.01)
        found["in all"].append(time.perf_counter() - start)
        found["at once"].append(cell.shown[-1][1])
    return found


def measure_waiting_server() -> dict[str, list[float]]:
    """Seconds of small calls over HTTP, alone and while a simulation runs."""
    import asyncio

    from tests.support import addin_server
    from tests.support.addin_server import CALL, as_sent

    numbers = itertools.count(40_000)

    async def timed(server, name, arguments):
        start = time.perf_counter()
        status, _, content = await server.ask("POST", CALL, as_sent(name, arguments))
        assert status == 200, content
        return time.perf_counter() - start

    async def both(server):
        await timed(server, NAME, [next(numbers)])
        await timed(server, "SHORE_SIMULATE", [SITES, None, None, 64])
        alone = [await timed(server, NAME, [next(numbers)]) for _ in range(SMALL_CALLS)]
        meanwhile, in_all = [], []
        for seed in range(ROUNDS):
            arguments = [SITES, None, None, DRAWS, seed]
            long = asyncio.create_task(timed(server, "SHORE_SIMULATE", arguments))
            await asyncio.sleep(0.05)
            while not long.done():
                meanwhile.append(await timed(server, NAME, [next(numbers)]))
                await asyncio.sleep(0.01)
            in_all.append(await long)
        return {"alone": alone, "meanwhile": meanwhile, "in all": in_all}

    limits = {"SHOREWISE_CALLS_MINUTE": 1_000_000, "SHOREWISE_WORK": 1_000_000_000}
    with addin_server.running(**limits, SHOREWISE_COMPUTE_SECONDS=30) as server:
        return asyncio.run(both(server))


def by_waiting() -> list[str]:
    """How long a long call holds Excel's thread through COM, and small calls meanwhile anywhere.

    A simulation of 50,000 draws, as wall time; through COM with the stand-in for Excel.
    """
    rows = [
        "| host | what | ms, median | ms, longest | of a small call alone |",
        "|---|---|---:|---:|---:|",
    ]
    hosts = {"COM": ("waiting-com", {"XLWINGS_LICENSE_KEY": ""}), "HTTP": ("waiting-server", {})}
    words = {
        "alone": "small call, nothing else running",
        "held": "simulation, until Excel goes on",
        "meanwhile": "small call while the simulation runs",
        "at once": "simulation, calculated again with its answer",
        "in all": "simulation, until its answer is there",
    }
    for host, (what, environment) in hosts.items():
        if host == "HTTP" and not os.environ.get("XLWINGS_LICENSE_KEY"):
            rows.append("| HTTP | needs XLWINGS_LICENSE_KEY | | | |")
            continue
        found = _in_subprocess(what, environment)
        alone = statistics.median(found["alone"])
        for name in [name for name in words if name in found]:
            middle = statistics.median(found[name])
            rows.append(
                f"| {host} | {words[name]} | {1e3 * middle:,.2f} | {1e3 * max(found[name]):,.2f} "
                f"| {middle / alone:,.1f} x |"
            )
    return rows


def measure_first_com() -> float:
    """CPU seconds of this process until the first call through COM is answered."""
    from tests.support import com_host

    excel = com_host.import_xlwings()
    excel.udfs.call_udf("shorewise.udfs", NAME, (60_000.0, *[com_host.OMITTED] * 8))
    return time.process_time()


def measure_first_server() -> list[float]:
    """CPU seconds of a server until it listens, and until its first call is answered."""
    from tests.support import addin_server

    def seconds(pid):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")

    with addin_server.running() as server:
        listening = seconds(server.pid)
        server.answers([(NAME, [60_000])], 1)
        return [listening, seconds(server.pid)]


def by_first_call() -> list[str]:
    """CPU seconds of Python from its start to the answer of the first call."""
    rows = ["| host | CPU s (range) | goal |", "|---|---:|---:|"]
    com = [_in_subprocess("first-com", {"XLWINGS_LICENSE_KEY": ""}) for _ in range(ROUNDS)]
    found = {"COM, with its stand-in for Excel": com}
    if os.environ.get("XLWINGS_LICENSE_KEY"):
        server = [_in_subprocess("first-server", {}) for _ in range(ROUNDS)]
        found["HTTP, the first call to a server that listens"] = [b - a for a, b in server]
        found["HTTP, with the start of the server"] = [b for _, b in server]
    for host, times in found.items():
        rows.append(
            f"| {host} | {statistics.median(times):.2f} ({min(times):.2f}-{max(times):.2f}) | "
            f"{'' if 'start' in host else '1.5'} |"
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


def _in_subprocess(what: str, environment: dict[str, str]) -> Any:
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


MEASURES: dict[str, Callable[[], Any]] = {
    "server": measure_server,
    "start": measure_start,
    "waiting-com": measure_waiting_com,
    "waiting-server": measure_waiting_server,
    "first-com": measure_first_com,
    "first-server": measure_first_server,
}

if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] in MEASURES:
        json.dump(MEASURES[sys.argv[1]](), sys.stdout)
    elif sys.argv[1:]:
        json.dump(measure(sys.argv[1]), sys.stdout)
    else:
        tables = (by_host, by_server, by_start, by_waiting, by_first_call)
        print("\n\n".join("\n".join(table()) for table in tables))
