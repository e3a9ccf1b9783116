"""Cells of Excel on Windows that wait for an answer, reached from other threads by xlwings."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import xlwings as xw


class ComCell:
    """A cell that asks, or the cells of an array formula.

    Parameters
    ----------
    caller : xlwings.udfs.ComRange
        What xlwings gives for the argument ``caller``. It is used by any thread, and tries again
        while Excel is busy, such as while a user edits a cell.
    """

    def __init__(self, caller: Any):
        self._caller, self._looking = caller, False
        self.address: str = xw.Range(impl=caller.impl).get_address(external=True)

    def calculate(self) -> None:
        """Have it calculated again, whether Excel calculates automatically or by hand."""
        _begin(self._calculated())

    async def _calculated(self) -> None:
        # Dirty alone calculates in automatic mode only, Calculate alone only what is dirty.
        await self._caller._com(lambda cells: (cells.impl.api.Dirty(), cells.impl.api.Calculate()))

    def if_emptied(self, then: Callable[[], None]) -> None:
        """Call a function if it no longer holds a formula."""
        if not self._looking:
            self._looking = True
            _begin(self._looked(then))

    async def _looked(self, then: Callable[[], None]) -> None:
        try:
            found = await self._caller.get_formula()
            first = found[0][0] if isinstance(found, (list, tuple)) else found
            if not str(first).startswith("="):
                then()
        finally:
            self._looking = False


def _begin(work: Coroutine[Any, Any, None]) -> None:
    """Do something in the event loop of xlwings, which may reach Excel; errors end it."""
    from xlwings.com_server import loop

    asyncio.run_coroutine_threadsafe(work, loop)
