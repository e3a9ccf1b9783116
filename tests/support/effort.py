"""Processor time in units of a loop that the same machine runs just before.

A limit in seconds fails on a slow machine. These tests tell an algorithm that is linear from one
that is not, where the difference is a factor of five or more.
"""

import time
from collections.abc import Callable

_STEPS = 1_000_000


def _processor_time(action: Callable[[], object]) -> float:
    start = time.process_time()
    action()
    return time.process_time() - start


def _count() -> None:
    total = 0
    for number in range(_STEPS):
        total += number


def loops_taken(action: Callable[[], object]) -> float:
    """Processor time of an action, in times of a loop of a million additions (some 0.05 s)."""
    loop = min(_processor_time(_count) for _ in range(3))
    return _processor_time(action) / loop
