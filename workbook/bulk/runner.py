"""The run: partitions handed to processes, finished ones skipped, results put together."""

import contextlib
import io
import itertools
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from importlib.util import find_spec
from multiprocessing import get_context, parent_process, resource_tracker
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ...engine.errors import DomainError
from ...engine.scenario import Scenario
from ...engine.uncertainty.simulation import check_draws
from ..errors import WorkbookError
from ..rendering.theme import Theme
from .columns import Columns, Problem
from .csv_cells import original
from .destinations import ERRORS, RESULTS, part_name, target_of
from .manifest import COUNTS, describes
from .memory import keep_freed
from .partition import BOOKS, CODED, Job, contradictions, heads, stamp_of, work
from .portfolio import portfolio
from .row_sources import origin_of
from .rows import PARTITION, rows_of

PORTFOLIO, PARQUET = "portfolio.xlsx", "results.parquet"
_WHOLE = (PORTFOLIO, PARQUET, ERRORS, RESULTS)  # files about the whole run


class Summary(NamedTuple):
    """What a run did: scenarios, rows that were not allowed, partitions found finished."""

    scenarios: int
    problems: int
    partitions: int
    skipped: int


def bulk(
    source,
    place: str | Path,
    base: Scenario | None = None,
    *,
    query: str | None = None,
    workbooks: bool = True,
    compact: bool = False,
    theme: Theme | None = None,
    draws: int = 0,
    limit: int | None = None,
    only: Collection[str] = (),
    strict: bool = False,
    processes: int = 1,
    scheduler: str | None = None,
    partition: int = PARTITION,
    bom: bool = False,
    progress: Callable[[dict[str, int]], None] | None = None,
    on_note: Callable[[str], None] | None = None,
) -> Summary:
    """Make a workbook and results of each row of a table.

    Parameters
    ----------
    source, query
        The table: see :func:`.tables.frames`.
    place : path or URL
        A folder, a .zip, or a URL of fsspec's. Partitions that are finished there, of the same rows
        and the same version, are verified and kept.
    base : Scenario, optional
        What the columns do not say; the embedded default.
    workbooks : bool
        False for results only.
    compact : bool
        Smaller files that take longer.
    theme : Theme, optional
    draws : int
        Simulate each scenario with so many draws, for more columns of results; 0 for none.
    limit : int, optional
        Rows to take at most.
    only : collection of str, optional
        Ids of the scenarios to take, each of which is then a partition.
    strict : bool
        Stop before anything is written if a row is not allowed.
    processes : int
        How many work at once on this machine.
    scheduler : str, optional
        Address of a Dask scheduler, whose workers do the work instead.
    partition : int
        Rows that are written together.
    bom : bool
        Start results.csv and errors.csv with a byte order mark, by which Excel knows UTF-8.
    progress : callable, optional
        Called with the rows, scenarios and cells not allowed (``problems``) of each partition that
        is finished.
    on_note : callable, optional
        Called with how the table was read, where it is a text file and not plain CSV.

    Raises
    ------
    WorkbookError
        A table, column or place that is of no use, or in which another run writes; with ``strict``,
        the first cell not allowed.
    DomainError
        Too few draws, rows or processes.
    """
    base = base or Scenario.default()
    origin = origin_of(source)
    for name, number in {"processes": processes, "partition": partition}.items():
        if number < 1:
            raise DomainError(f"{name} is {number}; it must be 1 or more")
    if draws:
        check_draws(draws)
    if strict and origin == "standard input":
        raise WorkbookError(
            "standard input is read once; strict=True needs a table to read twice",
            parameters=["strict"],
        )
    if strict:
        wrong = problems_of(source, base, query=query, limit=limit, only=only, draws=draws)
        if wrong:
            raise refused(origin, wrong[0])
    target = target_of(place)
    table = rows_of(source, partition, query=query, limit=limit, only=only, on_note=on_note)
    head = next(table)
    Columns(list(head.frame.columns), base, origin)  # a wrong column stops the run
    data = base.to_dict()
    skipped = 0
    done: list[dict[str, int]] = []
    untrue = [*_WHOLE]  # once a part changes; the last goes first

    def changing() -> None:
        check_lock()
        while untrue:
            target.remove(untrue.pop())

    def jobs() -> Iterator[Job]:
        nonlocal skipped
        options = (workbooks, compact, theme, draws)
        for number, rows in enumerate(itertools.chain([head], table)):
            first, frame, repeated, numbers, faults = rows
            stamp = stamp_of(frame, data, *map(repr, options), repeated, numbers, faults)
            more = stamp, numbers, faults
            job = Job(number, first, frame, repeated, data, origin, target.place, *options, *more)
            found = target.manifest(job.name)
            if found and describes(found, stamp) and target.holds(job.name, found["files"]):
                skipped += 1
                finished({key: found[key] for key in COUNTS})
            else:
                changing()
                yield job

    def finished(counts: dict[str, int]) -> None:
        check_lock()
        done.append(counts)
        if progress:
            progress(counts)

    with target.alone() as check_lock:
        _refuse_others(target)
        for counts in _worked(jobs(), processes, scheduler):
            finished(counts)
        names = [part_name(n) for n in range(len(done))]
        for name in sorted(target.parts().difference(names)):  # of a longer table
            changing()
            target.drop(name)
        scenarios, problems = (sum(one[key] for one in done) for key in ("scenarios", "problems"))
        check_lock()
        _put_together(target, names, scenarios, workbooks, theme, draws, bom, check_lock)
    return Summary(scenarios, problems, len(done), skipped)


def _refuse_others(target) -> None:
    """Raise where something of somebody else's would go: where a run made a file, parts are."""
    others = target.others()
    if not target.parts():
        others.update(filter(target.has, _WHOLE))
    if others:
        raise WorkbookError(
            f"{target.place}/{min(others)}: exists already and no run made it; name another place"
        )


def problems_of(
    source,
    base: Scenario,
    *,
    query: str | None = None,
    limit: int | None = None,
    only: Collection[str] = (),
    draws: int = 0,
    on_note: Callable[[str], None] | None = None,
) -> list[Problem]:
    """Every cell of a table that is not allowed; nothing is written.

    With draws also every scenario that cannot be drawn; ``on_note`` as for :func:`bulk`.
    """
    if draws:
        check_draws(draws)
    found = []
    table = rows_of(source, query=query, limit=limit, only=only, on_note=on_note)
    for _, frame, repeated, numbers, faults in table:
        columns = Columns(list(frame.columns), base, origin_of(source))
        blocks, problems = columns.blocks(frame, numbers, repeated, faults)
        found += problems
        for block in blocks if draws else ():
            found += contradictions(block)
    return found


def refused(origin: str, one: Problem) -> WorkbookError:
    """The error of a cell that is not allowed."""
    return WorkbookError(f"{origin}: {one.text}")


def _worked(jobs: Iterator[Job], processes: int, scheduler: str | None) -> Iterator[dict[str, int]]:
    """Counts of the jobs as they are done; never more than a few wait at once."""
    if scheduler is not None:
        from .cluster import worked

        yield from worked(jobs, scheduler)
        return
    if processes == 1:
        yield from map(work, jobs)
        return
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_start
    ) as pool:

        def submitted(count: int) -> set[Future]:
            found = set()
            for job in itertools.islice(jobs, count):
                with _unheard():  # it may start a process
                    found.add(pool.submit(work, job))
            return found

        try:
            waiting = submitted(2 * processes)
            while waiting:
                ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for one in ready:
                    yield one.result()
                waiting |= submitted(len(ready))
        except BrokenProcessPool:
            raise WorkbookError(
                "a process ended, perhaps for lack of memory; run the same command again to resume"
            ) from None
        except BaseException:
            for process in list((pool._processes or {}).values()):
                process.terminate()  # what it has half done stands under another name
            pool.shutdown(wait=True, cancel_futures=True)
            raise


@contextlib.contextmanager
def _unheard() -> Iterator[None]:
    """Hold back Ctrl-C for a moment: processes that start then do so too, until :func:`_start`."""
    if threading.current_thread() is not threading.main_thread():  # which alone gets signals
        yield
        return
    if sys.platform == "win32":
        heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, heard)
        return
    resource_tracker.ensure_running()  # which would let Ctrl-C through when it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)  # and one that came is heard now


def _start() -> None:
    """Leave Ctrl-C to the process that started this one, and end when that one ends."""
    keep_freed()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    parent = parent_process()
    assert parent

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def _put_together(
    target,
    names,
    scenarios: int,
    workbooks: bool,
    theme: Theme | None,
    draws: int,
    bom: bool,
    check_lock: Callable[[], None],
) -> None:
    """What is about the whole run; the results last, so that all is there where they are."""
    if scenarios:
        if find_spec("pyarrow"):
            target.put(PARQUET, _parquet(target, names, draws))
        found = _results(target, names, draws)
        placed = ((f"{name}/{BOOKS}" if workbooks else "", frame) for name, frame in found)
        target.put(PORTFOLIO, [portfolio(placed, theme)])
    target.put(ERRORS, _joined(target, names, ERRORS, list(Problem._fields), bom))
    check_lock()
    target.put(RESULTS, _joined(target, names, RESULTS, heads(draws), bom))
    check_lock()
    target.finish()


def _results(target, names: list[str], draws: int) -> Iterator[tuple[str, pd.DataFrame]]:
    """Name and results of each partition that has any."""
    texts = {"scenario": str, "name": str, "plan": str}
    empty = {head: [""] for head in heads(draws) if head not in texts}
    for name in names:
        data = io.BytesIO(target.read(f"{name}/{RESULTS}"))
        frame = pd.read_csv(
            data,
            names=heads(draws),
            dtype=texts | dict.fromkeys(CODED, str),
            keep_default_na=False,
            na_values=empty,
        )
        for text in texts:
            if frame[text].str.startswith("'").any():
                frame[text] = frame[text].map(original)
        if len(frame):
            yield name, frame.astype({head: float for head in empty if head not in CODED})


def _parquet(target, names: list[str], draws: int) -> Iterator[bytes]:
    """The results as Parquet, by way of a file of no name: they may not fit in memory."""
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    with tempfile.TemporaryFile() as file:
        writer = None
        for _, frame in _results(target, names, draws):
            table = pyarrow.Table.from_pandas(frame, preserve_index=False)
            writer = writer or ParquetWriter(file, table.schema, compression="zstd")
            writer.write_table(table)
        if writer:
            writer.close()
        file.seek(0)
        while data := file.read(1 << 20):
            yield data


def _joined(target, names: list[str], file: str, heads: list[str], bom: bool) -> Iterator[bytes]:
    yield (",".join(heads) + "\n").encode("utf-8-sig" if bom else "utf-8")
    for name in names:
        yield target.read(f"{name}/{file}")
