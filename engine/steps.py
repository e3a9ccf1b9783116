"""Long computations in steps, so that whoever runs them can show progress, or stop."""

from collections.abc import Generator
from typing import TypeVar

_Result = TypeVar("_Result")
Steps = Generator[float, None, _Result]
"""Yields the fraction done after each step and returns the result; closing it abandons the rest."""


def finished(steps: Steps[_Result]) -> _Result:
    """The result of a computation in steps, after running it to its end."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
