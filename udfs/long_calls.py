"""Long functions for a host that waits for each call: the cell is calculated again later.

A call returns :data:`WAITING` at once, and a thread computes the answer. When it is there, the cell
is calculated again and the call returns the answer. Equal calls share one computation; one that no
cell waits for any more is abandoned.
"""

import hashlib
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Protocol

from .calling import Function, computed_in_steps, resolved
from .coerce import MARK, CellError, Rows

WAITING = "computing ..."
CHANGING = (
    f"{MARK}the arguments differ at every calculation, as with NOW or RAND; put their values into "
    "cells"
)
_AT_ONCE = 0.02  # seconds in which an answer that is soon there is waited for
_THREADS, _KEPT = 2, 256  # threads that compute, and finished calls that are kept
_LOST = 3  # answers in a row that a cell did not fetch, since its arguments had changed
_LOOK = 1.0  # seconds between two looks whether cells still wait
_Key = tuple[str, bytes]  # of a call: the function, and a hash of its resolved arguments


class Cell(Protocol):
    """A cell that asks, or the cells of an array formula."""

    address: str
    """Equal for the same cell, and different for others."""

    def calculate(self) -> None:
        """Have it calculated again; returns at once."""

    def if_emptied(self, then: Callable[[], None]) -> None:
        """Call a function if it no longer holds a formula; returns at once."""


class LongCalls:
    """The long calls of all cells of a process."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._jobs: OrderedDict[_Key, _Job] = OrderedDict()
        self._asked: dict[str, _Job] = {}  # by cell: the last call whose answer it did not get
        self._lost: dict[str, int] = {}  # by cell: answers in a row that it did not fetch
        self._queue: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    def ask(self, function: Function, arguments: tuple[Any, ...], cell: Cell) -> Any:
        """The answer to a cell's call, or :data:`WAITING`.

        Parameters
        ----------
        function : Function
        arguments : tuple
            As for :func:`~.calling.call`.
        cell : Cell
            Calculated again when the answer is there.

        Returns
        -------
        As :func:`~.calling.call`; :data:`CHANGING` for arguments that are others every time.
        """
        try:
            rows = resolved(function, arguments)
        except CellError as error:
            self.leave(cell)
            return str(error)
        key = function.name, hashlib.sha256(repr(rows).encode()).digest()
        with self._lock:
            if self._has_lost_too_many(cell, key):
                return CHANGING
            job = self._job(key, function, rows)
            job.cells[cell.address] = cell
            self._asked[cell.address] = job
        if not job.ended.wait(_AT_ONCE):
            return WAITING
        with self._lock:
            job.cells.pop(cell.address, None)
            self._asked.pop(cell.address, None)
            self._lost.pop(cell.address, None)
        return job.answer()

    def leave(self, cell: Cell) -> None:
        """The cell no longer waits; a computation for which no other cell waits is abandoned."""
        with self._lock:
            job = self._asked.pop(cell.address, None)
            if job is None:
                return
            job.cells.pop(cell.address, None)
            if not job.cells and not job.ended.is_set():
                job.abandoned = True
                if self._jobs.get(job.key) is job:
                    del self._jobs[job.key]

    def _job(self, key: _Key, function: Function, rows: tuple[Rows, ...]) -> "_Job":
        """The computation of a call, begun now if there is none yet."""
        job = self._jobs.get(key)
        if job is not None:
            self._jobs.move_to_end(key)
            return job
        job = self._jobs[key] = _Job(key, function, rows)
        for old in [k for k, one in self._jobs.items() if one.ended.is_set()][:-_KEPT]:
            del self._jobs[old]
        if len(self._threads) < _THREADS:
            thread = threading.Thread(target=self._work, name="shorewise", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._queue.put(job)
        return job

    def _has_lost_too_many(self, cell: Cell, key: _Key) -> bool:
        """Leave the cell's earlier call, and count it if its answer was there."""
        earlier = self._asked.get(cell.address)
        if earlier is None or earlier.key == key:
            return False
        lost = self._lost.get(cell.address, 0) + 1 if earlier.ended.is_set() else 0
        self.leave(cell)
        self._lost[cell.address] = lost
        if lost < _LOST:
            return False
        del self._lost[cell.address]
        return True

    def _work(self) -> None:
        while True:
            job = self._queue.get()
            job.run(self.leave)
            with self._lock:
                cells = [*job.cells.values()]
            for cell in cells:
                cell.calculate()


class _Job:
    """One computation, and the cells that wait for it."""

    def __init__(self, key: _Key, function: Function, rows: tuple[Rows, ...]):
        self.key, self.cells = key, dict[str, Cell]()
        self.ended, self.abandoned = threading.Event(), False
        self._steps = computed_in_steps(function, rows)
        self._result: Any = None
        self._error: Exception | None = None

    def run(self, leave: Callable[[Cell], None]) -> None:
        """Compute the answer, or stop where no cell waits for it."""
        looked = time.monotonic()
        try:
            while not self.abandoned:
                next(self._steps)
                if time.monotonic() > looked + _LOOK:
                    looked = time.monotonic()
                    for cell in [*self.cells.values()]:
                        cell.if_emptied(lambda cell=cell: leave(cell))  # type: ignore[misc]
            self._steps.close()
        except StopIteration as end:
            self._result = end.value
        except Exception as error:
            self._error = error  # of the program: shown where the call is answered
        self.ended.set()

    def answer(self) -> Any:
        """The result, as the call itself would have given it."""
        if self._error is not None:
            raise self._error
        return [[*row] for row in self._result] if isinstance(self._result, list) else self._result
