"""Functions for Excel cells, registered through xlwings: name ``shorewise.udfs`` in UDF Modules."""

from typing import Any

from .functions import FUNCTIONS

__all__ = [one.name for one in FUNCTIONS]


def __getattr__(name: str) -> Any:
    """A function registered with xlwings, which takes over a second to import on first use."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .register import registered

    globals().update({one.name: registered(one, __name__) for one in FUNCTIONS})
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
