"""Results of long computations, each computed once for all who ask for it."""

import contextvars
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from ..engine.steps import Steps

TAKES_TURNS: contextvars.ContextVar[bool] = contextvars.ContextVar("takes_turns", default=False)
"""Whether the caller lets other computations of its thread continue between two steps."""
_WAIT = 0.02  # seconds between two looks at a computation of another thread


class SharedResults:
    """The latest results of computations in steps, and those under way.

    Whoever asks for a computation that is under way waits for it. If it is abandoned or fails, one
    of those who wait computes it anew.

    Parameters
    ----------
    count : int
        How many results are kept.
    """

    def __init__(self, count: int):
        self._count = count
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._running: dict[Hashable, _Running] = {}

    def steps(self, key: Hashable, start: Callable[[], Steps[Any]]) -> Steps[Any]:
        """A computation in steps, or the wait for an equal one.

        Parameters
        ----------
        key : hashable
            Equal for equal computations.
        start : callable
            Starts the computation.

        Yields
        ------
        float
            The fraction done.

        Returns
        -------
        object
        """
        while True:
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
                running = self._running.get(key)
                if running is None:
                    mine = self._running[key] = _Running()
                    break
            if running.thread == threading.get_ident() and not TAKES_TURNS.get():
                # It would never continue while this one waits for it.
                return (yield from start())
            if not TAKES_TURNS.get():
                running.ended.wait(_WAIT)
            yield running.fraction
        try:
            result = yield from mine.followed(start())
            with self._lock:
                self._kept[key] = result
                if len(self._kept) > self._count:
                    self._kept.popitem(last=False)
            return result
        finally:
            with self._lock:
                del self._running[key]
            mine.ended.set()


class _Running:
    """A computation under way: its thread, the fraction done, and whether it has ended."""

    def __init__(self) -> None:
        self.thread, self.fraction, self.ended = threading.get_ident(), 0.0, threading.Event()

    def followed(self, steps: Steps[Any]) -> Steps[Any]:
        """The computation itself, while its progress is recorded."""
        while True:
            self.thread = threading.get_ident()
            try:
                self.fraction = next(steps)
            except StopIteration as end:
                return end.value
            yield self.fraction
