"""Long calculations of a server: in processes that can be ended, a fair share for each user.

A thread cannot be stopped. So a call that may take long is computed in another process, which is
ended when its time is up; and one user never holds all processes at once.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any

from ...engine.errors import ShorewiseError
from ..calling import call
from ..functions import FUNCTIONS
from ..uncertainty import WORK_LIMIT
from .guard import USER
from .limits import Limits

_BY_NAME = {one.name: one for one in FUNCTIONS}


class TooLongError(ShorewiseError):
    """A calculation that did not end within its time and was stopped."""


class Processes:
    """Processes that compute, shared fairly between users.

    Parameters
    ----------
    limits : Limits
        ``compute_seconds`` is the time of one calculation, waiting for a process included;
        ``work`` how large a simulation may be.
    count : int, optional
        Processes; one a processor by default, and at least 2. One user has half of them at most.
    """

    def __init__(self, limits: Limits, count: int | None = None):
        from pebble import ProcessPool

        count = count or max(2, os.cpu_count() or 2)
        self.limits, self._each = limits, max(1, count // 2)
        self._pool = ProcessPool(count, context=multiprocessing.get_context("spawn"))
        self._turns: dict[str, tuple[asyncio.Semaphore, int]] = {}

    def warm(self) -> None:
        """Start the processes now, so that no user waits for their imports."""
        for _ in range(2 * self._each):
            self._pool.schedule(_ready)

    async def call(self, function: str, *arguments: Any) -> Any:
        """What cells show for a call of a function; raises as :meth:`run`."""
        return await self.run(_called, function, arguments, self.limits.work)

    async def run(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """The result of a function of a module, computed in another process.

        Raises
        ------
        TooLongError
            It was not done in time, and has been ended.
        ShorewiseError
            What the function itself raises.
        """
        user, seconds = USER.get(), self.limits.compute_seconds
        turn, waiting = self._turns.get(user) or (asyncio.Semaphore(self._each), 0)
        self._turns[user] = turn, waiting + 1
        try:
            async with asyncio.timeout(seconds), turn:
                future = self._pool.schedule(work, arguments, timeout=seconds)
                return await asyncio.wrap_future(future)
        except (TimeoutError, FutureTimeoutError):
            raise TooLongError(
                f"stopped after {seconds} s: ask for fewer cells, draws, months or plans"
            ) from None
        finally:
            turn, waiting = self._turns.pop(user)
            if waiting > 1:
                self._turns[user] = turn, waiting - 1

    def stop(self) -> None:
        """End all processes, whatever they compute."""
        self._pool.stop()
        self._pool.join()


def _ready() -> None:
    """Nothing: importing this module is what takes time."""


def _called(function: str, arguments: tuple[Any, ...], work: int) -> Any:
    WORK_LIMIT.set(work)
    return call(_BY_NAME[function], *arguments)
