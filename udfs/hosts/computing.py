"""Worker processes for long calculations of a server, shared fairly between users.

Threads cannot be stopped, so a call that may take long runs in another process, which is killed at
the timeout. No user can occupy all processes.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from ...engine.errors import ShorewiseError
from ..calling import computed
from ..functions import FUNCTIONS
from ..uncertainty import WORK_LIMIT
from .guard import USER
from .server_limits import Limits

_BY_NAME = {one.name: one for one in FUNCTIONS}


class TooLongError(ShorewiseError):
    """A calculation that exceeded its timeout and was stopped."""


class LostProcessError(ShorewiseError):
    """A calculation whose process was ended from outside, as by a system short of memory."""


class Processes:
    """Worker processes, shared fairly between users.

    Parameters
    ----------
    limits : Limits
        ``compute_seconds`` is the timeout of a calculation, including the wait for a process;
        ``work`` limits the size of a simulation.
    count : int, optional
        Number of processes; by default one per processor, at least 2. A user can occupy half.
    """

    def __init__(self, limits: Limits, count: int | None = None):
        self._count = count or max(2, os.cpu_count() or 2)
        self.limits, self._per_user = limits, max(1, self._count // 2)
        self._pool = self._new_pool()
        self._users: dict[str, tuple[asyncio.Semaphore, int]] = {}
        self._calls: dict[tuple[str, str, str], tuple[asyncio.Task[Any], int]] = {}

    def warm(self) -> None:
        """Start all processes, so that no user waits for their imports."""
        for _ in range(2 * self._per_user):
            self._pool.schedule(_do_nothing)

    async def call(self, function: str, *arguments: Any) -> Any:
        """The result of a function in cells, by its name, with resolved arguments.

        A call equal to one of the same user that is under way waits for it. It is stopped when all
        requests for it were interrupted. Raises the errors of :meth:`run`.
        """
        key = USER.get(), function, repr(arguments)
        task, waiting = self._calls.get(key) or (
            asyncio.create_task(self.run(_call, function, arguments, self.limits.work)),
            0,
        )
        self._calls[key] = task, waiting + 1
        try:
            return await asyncio.shield(task)
        finally:
            task, waiting = self._calls.pop(key)
            if waiting > 1:
                self._calls[key] = task, waiting - 1
            else:
                task.cancel()

    async def run(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """The result of a function, computed in a worker process.

        Parameters
        ----------
        work : callable
            Defined at the top level of a module.
        *arguments
            Picklable.

        Raises
        ------
        TooLongError
            The calculation exceeded its timeout and was killed.
        LostProcessError
            The process ended before the calculation did.
        ShorewiseError
            Raised by the function.
        """
        from pebble import ProcessExpired

        user, seconds = USER.get(), self.limits.compute_seconds
        slots, waiting = self._users.get(user) or (asyncio.Semaphore(self._per_user), 0)
        self._users[user] = slots, waiting + 1
        try:
            async with asyncio.timeout(seconds), slots:
                try:
                    return await asyncio.wrap_future(self._scheduled(work, arguments))
                except BrokenProcessPool:  # by another process, most likely
                    return await asyncio.wrap_future(self._scheduled(work, arguments))
        except (TimeoutError, FutureTimeoutError):
            raise TooLongError(
                f"stopped after {seconds} s: ask for fewer cells, draws, months or plans"
            ) from None
        except (ProcessExpired, BrokenProcessPool):
            raise LostProcessError(
                "the process of this calculation was ended, perhaps for want of memory: try "
                "again, or ask for fewer cells, draws, months or plans"
            ) from None
        finally:
            slots, waiting = self._users.pop(user)
            if waiting > 1:
                self._users[user] = slots, waiting - 1

    def stop(self) -> None:
        """Kill all processes, including busy ones."""
        _stop(self._pool)

    def _new_pool(self) -> Any:
        from pebble import ProcessPool

        return ProcessPool(self._count, context=multiprocessing.get_context("spawn"))

    def _scheduled(self, work: Callable[..., Any], arguments: tuple[Any, ...]) -> Future[Any]:
        """The future of a calculation, in new processes where the pool is broken.

        A process that is ended while it has nothing to do breaks its pool.
        """
        if not self._pool.active:
            broken, self._pool = self._pool, self._new_pool()
            asyncio.get_running_loop().run_in_executor(None, _stop, broken)
        return self._pool.schedule(work, arguments, timeout=self.limits.compute_seconds)


def _stop(pool: Any) -> None:
    pool.stop()
    pool.join()


def _do_nothing() -> None:
    """Do nothing; importing this module is what takes time."""


def _call(function: str, arguments: tuple[Any, ...], work: int) -> Any:
    WORK_LIMIT.set(work)
    return computed(_BY_NAME[function], arguments)
