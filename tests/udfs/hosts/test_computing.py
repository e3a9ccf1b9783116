"""Calls in processes of their own: equal ones are one, and one that nobody awaits is stopped."""

import asyncio
import contextlib
import os
import signal

import pytest

from shorewise import udfs
from shorewise.udfs.calling import resolved
from shorewise.udfs.functions import FUNCTIONS
from shorewise.udfs.hosts.computing import LostProcessError, Processes
from shorewise.udfs.hosts.server_limits import Limits

SITES = [["name", "salary"], ["A", 60_000]]
BY_NAME = {one.name: one for one in FUNCTIONS}


class Counting(Processes):
    """Counts the calculations that were begun, and those that were stopped."""

    begun = stopped = 0

    async def ask(self, name, *arguments):
        """A call with arguments as cells have them."""
        return await self.call(name, *resolved(BY_NAME[name], arguments))

    async def run(self, work, *arguments):
        self.begun += 1
        try:
            return await super().run(work, *arguments)
        except asyncio.CancelledError:
            self.stopped += 1
            raise


@pytest.mark.soak
def test_equal_calls_are_one_calculation_that_stops_when_nobody_waits():
    async def asked(pool):
        equal = [pool.ask("SHORE_SIMULATE", SITES, None, None, 64) for _ in range(5)]
        *shared, other = await asyncio.gather(
            *equal, pool.ask("SHORE_SIMULATE", SITES, None, None, 64, 7)
        )
        begun = pool.begun
        long = [
            asyncio.create_task(pool.ask("SHORE_SIMULATE", SITES, None, None, 100_000, 8))
            for _ in range(2)
        ]
        await asyncio.sleep(0.1)
        long[0].cancel()
        await asyncio.sleep(0.1)
        stopped = [pool.stopped]
        long[1].cancel()
        for one in long:
            with contextlib.suppress(asyncio.CancelledError):
                await one
        await asyncio.sleep(0)
        # All processes are free again.
        again = await pool.ask("SHORE_LOADED_COST", 60_000)
        return shared, other, begun, [*stopped, pool.stopped], again, pool.begun

    pool = Counting(Limits(compute_seconds=60), 2)
    try:
        shared, other, begun, stopped, again, all_begun = asyncio.run(asked(pool))
    finally:
        pool.stop()
    assert shared == [udfs.SHORE_SIMULATE(SITES, None, None, 64)] * 5
    assert other == udfs.SHORE_SIMULATE(SITES, None, None, 64, 7)
    assert begun == 2
    assert stopped == [0, 1]
    assert again == udfs.SHORE_LOADED_COST(60_000)
    assert all_begun == 4


def end_myself():
    os.kill(os.getpid(), signal.SIGKILL)


def test_calculations_go_on_after_processes_were_ended_from_outside():
    async def asked(pool):
        first = await pool.run(os.getpid)
        os.kill(first, signal.SIGKILL)  # while it has nothing to do, which breaks pebble's pool
        again = []
        for _ in range(10):
            await asyncio.sleep(0.1)
            again.append(await pool.run(os.getpid))
        with pytest.raises(LostProcessError, match="was ended, perhaps for want of memory: try"):
            await pool.run(end_myself)
        return first, again, await pool.ask("SHORE_LOADED_COST", 60_000)

    pool = Counting(Limits(compute_seconds=60), 2)
    try:
        first, again, answer = asyncio.run(asked(pool))
    finally:
        pool.stop()
    assert first not in again
    assert answer == udfs.SHORE_LOADED_COST(60_000)
