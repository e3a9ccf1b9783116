"""Worker processes on this machine, in which interrupts are left to the parent process."""

import contextlib
import itertools
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator
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
) -> Generator[Result, None, None]:
    """Results of jobs as they complete, in any order.

    Parameters
    ----------
    work : callable
        A function at the top level of a module, called with each job.
    jobs : iterator
        Advanced as results arrive, so that only a few jobs are queued.
    processes : int
        Number of worker processes.

    Raises
    ------
    WorkbookError
        A process ended before its job was completed.
    """
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_start
    ) as pool:

        def submit(count: int) -> set[Future[Result]]:
            futures = set()
            for job in itertools.islice(jobs, count):
                with _interrupts_held_back():  # submitting may start a process
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
                process.terminate()  # partly written files have temporary names
            pool.shutdown(wait=True, cancel_futures=True)
            raise


@contextlib.contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Block Ctrl-C within the context, and in processes that it starts until :func:`_start`."""
    if threading.current_thread() is not threading.main_thread():  # only that gets signals
        yield
        return
    if sys.platform == "win32":
        handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, handler)
        return
    resource_tracker.ensure_running()  # its start would unblock Ctrl-C
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)  # a pending signal is delivered now


def _start() -> None:
    """Ignore Ctrl-C, which the parent process handles, and end when the parent ends."""
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
