"""Execution of jobs by the workers of a Dask cluster."""

import contextlib
import gc
import itertools
import logging
import time
from collections.abc import Generator, Iterator
from typing import Any

from ...engine.errors import install
from ..code_version import code_hash
from ..errors import WorkbookError
from .memory import keep_freed
from .partition import Job, work

_JOBS_PER_THREAD = 2  # one running, one queued
ANSWER_TIMEOUT = 10  # seconds to wait for the scheduler
NO_WORKER_TIMEOUT = 30  # seconds without a worker until the run ends, enough for a restart
_RESUME = "run the same command again to resume"
_LOGGERS = ("distributed", "tornado", "asyncio")
_POLL_INTERVAL = 1  # seconds between checks of the scheduler and its workers


def worked(jobs: Iterator[Job], address: str) -> Generator[dict[str, int], None, None]:
    """Counts of the jobs as they complete; only a few are queued at a time.

    Parameters
    ----------
    jobs : iterator of Job
    address : str
        Address of the Dask scheduler.

    Yields
    ------
    dict of str to int

    Raises
    ------
    WorkbookError
        The scheduler does not answer or has stopped, there are no workers, a worker has another
        version, or a job failed.
    """
    try:
        client_type = _client_type()
    except ImportError:
        raise WorkbookError(
            f"a Dask scheduler needs: {install('dask')}", parameters=["scheduler"]
        ) from None
    with _silenced():
        try:
            client = client_type(address, timeout=ANSWER_TIMEOUT, set_as_default=False)
        except OSError as error:
            raise WorkbookError(
                f"{address or 'scheduler'}: no scheduler answers: {_line(error)}; start one, or "
                "leave out scheduler",
                parameters=["scheduler"],
            ) from None
        try:
            yield from _results(client, jobs, address)
        finally:
            with contextlib.suppress(Exception):  # the scheduler may have stopped
                client.close(timeout=0.3)


def _client_type() -> Any:
    """A Dask client that is closed where its address is not allowed either.

    Dask closes it where a connection fails, with OSError alone: after any other error its
    destructor waits for 20 seconds and then prints a traceback.
    """
    from distributed import Client

    class ClosedClient(Client):
        async def _ensure_connected(self, timeout: Any = None) -> None:
            try:
                await super()._ensure_connected(timeout=timeout)
            except (ValueError, TypeError) as error:
                raise OSError(_line(error)) from None

    return ClosedClient


def _results(client: Any, jobs: Iterator[Job], address: str) -> Iterator[dict[str, int]]:
    from distributed import wait

    threads = sum(_threads(client, address).values())
    if not threads:
        raise WorkbookError(f"{address}: the scheduler has no workers")

    def submitted(count: int) -> list[Any]:
        some = itertools.islice(jobs, count)
        # Jobs are not pure: those with equal arguments may find different folders.
        return [client.submit(_checked, code_hash(), job, pure=False) for job in some]

    waiting = submitted(_JOBS_PER_THREAD * threads)
    last_seen = time.monotonic()
    while waiting:
        with contextlib.suppress(Exception), client.as_current():  # not completed, or cancelled
            wait(waiting, timeout=_POLL_INTERVAL, return_when="FIRST_COMPLETED")
        ready = [future for future in waiting if future.done()]
        if not ready:
            if _threads(client, address):
                last_seen = time.monotonic()
            elif time.monotonic() - last_seen > NO_WORKER_TIMEOUT:
                raise WorkbookError(f"{address}: no worker is left; start some and {_RESUME}")
            continue
        waiting = [future for future in waiting if future not in ready]
        for future in ready:
            try:
                counts = future.result(timeout=_POLL_INTERVAL)
            except WorkbookError:
                raise
            except TimeoutError:  # the worker has stopped, and another repeats the job
                _threads(client, address)
                waiting.append(future)
                continue
            except Exception as error:  # of the worker or of Dask
                _threads(client, address)  # raises a clearer error if the scheduler has stopped
                raise WorkbookError(f"{address}: a worker failed: {_line(error)}") from None
            last_seen = time.monotonic()
            # Released first, because Dask repeats the job if the worker with its result stops now.
            future.release()
            yield counts
            waiting += submitted(1)


def _threads(client: Any, address: str) -> dict[str, int]:
    """Number of threads by worker.

    Raises
    ------
    WorkbookError
        The scheduler has stopped.
    """
    try:
        if client.status == "running":
            return client.sync(client.scheduler.ncores, callback_timeout=ANSWER_TIMEOUT)
    except Exception:  # a lost connection raises many types of error
        pass
    raise WorkbookError(f"{address}: the scheduler has stopped; start it again and {_RESUME}")


@contextlib.contextmanager
def _silenced() -> Iterator[None]:
    """Silence Dask's log messages of lost connections, since an error of one line reports them."""
    names = [*logging.root.manager.loggerDict]
    loggers = [logging.getLogger(name) for name in names if name.startswith(_LOGGERS)]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        gc.collect()  # failed tasks of Dask log their errors when they are collected
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _checked(version: str, job: Job) -> dict[str, int]:
    """Counts of a job run by this worker, which must have the same version as the client."""
    if code_hash() != version:
        from distributed import get_worker

        raise WorkbookError(
            f"worker {get_worker().address} has another version of Shorewise, or of a package "
            "that it needs, than this machine"
        )
    keep_freed()
    return work(job)


def _line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
