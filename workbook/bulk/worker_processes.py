"""Worker processes of this machine: jobs handed out, interrupts left to the process that asked."""

import contextlib
import itertools
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process, resource_tracker
from typing import TypeVar

from ..errors import WorkbookError
from .memory import keep_freed

Job = TypeVar("Job")
Result = TypeVar("Result")


def results_of(
    work: Callable[[Job], Result], jobs: Iterator[Job], processes: int
) -> Iterator[Result]:
    """Results of jobs as they are done, in any order.

    Parameters
    ----------
    work : callable
        A function of a module, called with each job.
    jobs : iterator
        Asked for more as results come, so that few jobs wait at a time.
    processes : int
        How many work at once.

    Raises
    ------
    WorkbookError
        A process has ended before its job was done.
    """
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_start
    ) as pool:

        def submit(count: int) -> set[Future[Result]]:
            futures = set()
            for job in itertools.islice(jobs, count):
                with _interrupts_held_back():  # a process may start
                    futures.add(pool.submit(work, job))
            return futures

        try:
            waiting = submit(2 * processes)
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
                waiting |= submit(len(done))
        except BrokenProcessPool:
            raise WorkbookError(
                "a process ended, perhaps for lack of memory; run the same command again to resume"
            ) from None
        except BaseException:
            for process in list((pool._processes or {}).values()):
                process.terminate()  # what it has half written has a temporary name
            pool.shutdown(wait=True, cancel_futures=True)
            raise


@contextlib.contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Hold back Ctrl-C for a moment, in processes that start in it too until :func:`_start`."""
    if threading.current_thread() is not threading.main_thread():  # which alone gets signals
        yield
        return
    if sys.platform == "win32":
        handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, handler)
        return
    resource_tracker.ensure_running()  # which would let Ctrl-C through when it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)  # one that came is delivered now


def _start() -> None:
    """Leave Ctrl-C to the process that started this one, and end when that one ends."""
    keep_freed()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    parent = parent_process()
    assert parent

    def end_with_parent() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()
