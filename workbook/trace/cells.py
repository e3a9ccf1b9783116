"""Symbolic cells: arrays that record operations instead of computing.

A line's function, called with cells, returns cells by NumPy's dispatch protocols. Any operation
that would turn a live formula into a constant raises an error. :mod:`.lowering` translates cells to
Excel expressions.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from ...engine.axes import AXES, POSITION
from ...engine.errors import ShorewiseError
from .numpy_functions import is_supported

_WHOLE = slice(None)
_FORMULA = "Excel formula; workbook/trace/numpy_functions.py lists the functions that have one"


class FrozenValueError(TypeError, ShorewiseError):
    """An attempt to convert a cell to a constant, which would not be recalculated.

    Usual cause: an ``if`` on a model value, ``float(x)``, or ``x += 1``.
    Cure: ``np.where(condition, yes, no)``, which becomes ``IF`` on the sheet; ``x = x + 1``.
    """


class UnsupportedFunctionError(TypeError, ShorewiseError):
    """A NumPy function, method or option that has no Excel formula.

    Cure: write the line with the functions of :mod:`shorewise.workbook.trace.numpy_functions`, or
    add an entry there.
    """


def full_name(function: Callable) -> str:
    """The name of a function in messages: ``np.where``, ``running_total``."""
    is_numpy = isinstance(function, np.ufunc) or (function.__module__ or "").startswith("numpy")
    return f"np.{function.__name__}" if is_numpy else function.__name__


def _frozen(what: str):
    def refuse(self, *_args, **_kwargs):
        raise FrozenValueError(
            f"{what} would freeze {self!r} into a plain value; use NumPy's functions of arrays, "
            "such as np.where(condition, yes, no)"
        )

    return refuse


class Cells(NDArrayOperatorsMixin):
    """The symbolic result of a NumPy function on cells.

    Parameters
    ----------
    function : callable
        A NumPy function or ufunc with an entry in :mod:`.numpy_functions`.
    args, options : tuple, dict
        Its positional and keyword arguments: cells and numbers.

    Attributes
    ----------
    shape, dtype
        Shape and dtype of the result for arrays.
    """

    def __init__(self, function: Callable, args: tuple, options: Mapping[str, Any]):
        self.function: Any = function
        self.args, self.options = args, options
        for arg in args:
            if isinstance(arg, (list, tuple, np.ndarray)) and np.ndim(arg):
                raise FrozenValueError(
                    f"an array of shape {np.shape(arg)} inside a formula would be frozen; "
                    "make it an input"
                )
        with np.errstate(all="ignore"):
            twin = function(*(_stand_in(arg) for arg in args), **options)
        if not isinstance(twin, (np.ndarray, np.generic)):
            raise UnsupportedFunctionError(
                f"{full_name(function)} with {len(args)} arguments has no formula; "
                "use a call that returns one array"
            )
        self.shape: tuple[int, ...] = twin.shape
        self.dtype: np.dtype = twin.dtype

    @property
    def ndim(self) -> int:
        """Number of axes, always five."""
        return len(self.shape)

    def __repr__(self):
        return f"cells of {self.function.__name__}"

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        if "out" in options:
            raise FrozenValueError(
                f"np.{ufunc.__name__} in place would freeze {self!r}; assign its result to a name"
            )
        if method != "__call__":
            raise UnsupportedFunctionError(f"np.{ufunc.__name__}.{method} has no {_FORMULA}")
        if options:
            names = ", ".join(options)
            raise UnsupportedFunctionError(
                f"np.{ufunc.__name__} with {names} has no formula; leave {names} out"
            )
        return self._apply(ufunc, inputs, {})

    def __array_function__(self, function, _types, args, options):
        return self._apply(function, args, options)

    def _apply(self, function, args, options):
        if "out" in options:
            raise FrozenValueError(
                f"{full_name(function)} into an array would freeze {self!r}; "
                "assign its result to a name"
            )
        if not is_supported(function):
            raise UnsupportedFunctionError(f"{full_name(function)} has no {_FORMULA}")
        return Cells(function, args, options)

    def __getitem__(self, _key):
        raise UnsupportedFunctionError(
            f"only inputs and lines can be sliced, not {self!r}; put it on a line of its own"
        )

    def __getattr__(self, name):
        raise AttributeError(f"cells have no {name!r}; call the NumPy function, such as np.sum(x)")

    __array__ = _frozen("np.asarray()")
    __bool__ = _frozen("an if")
    __float__ = _frozen("float()")
    __int__ = _frozen("int()")
    __index__ = _frozen("an index")
    __complex__ = _frozen("complex()")
    __len__ = _frozen("len()")
    __iter__ = _frozen("a loop")
    __contains__ = _frozen("in")
    __setitem__ = _frozen("writing an element")
    __hash__ = None  # type: ignore[assignment]  # as NumPy arrays


class Reference(Cells):
    """The symbolic cells of an input or a line.

    Parameters
    ----------
    name : str
    axes : tuple of str
        Axes over which it varies.
    shape : tuple of int
        Sizes of scenario (1), plan, site, role and month.
    dtype : numpy dtype
    picked : mapping of str to int
        Position along each axis that was sliced to one position, counted from 0.
    """

    def __init__(self, name, axes, shape, dtype, picked: Mapping[str, int] | None = None):
        self.name, self.axes, self.picked = name, tuple(axes), dict(picked or {})
        self.shape, self.dtype = tuple(shape), np.dtype(dtype)
        self.function, self.args, self.options = None, (), {}

    def __repr__(self):
        return self.name

    def __getitem__(self, key):
        keys = (key if isinstance(key, tuple) else (key,)) + (_WHOLE,) * len(AXES)
        picked, shape = dict(self.picked), list(self.shape)
        for position, part in enumerate(keys[: len(AXES)]):
            if part == _WHOLE:
                continue
            if not _takes_one(part) or not (taken := range(shape[position])[part]):
                raise UnsupportedFunctionError(
                    f"{self.name}[{part}]: a slice of cells takes one position, such as :1 or -1:"
                )
            axis = next((name for name in self.axes if POSITION[name] == position), None)
            if axis and axis not in picked:
                picked[axis] = taken[0]
            shape[position] = 1
        return Reference(self.name, self.axes, shape, self.dtype, picked)

    @property
    def free(self) -> tuple[str, ...]:
        """Axes over which it still varies after slicing."""
        return tuple(axis for axis in self.axes if axis not in self.picked)


def _takes_one(part) -> bool:
    """Whether a slice takes one position for every size of the axis."""
    if not isinstance(part, slice) or part.step is not None:
        return False
    return part == slice(-1, None) or part.stop == (part.start or 0) + 1


def _stand_in(arg):
    """An array of the same shape and dtype that allocates no memory."""
    if isinstance(arg, Cells):
        return np.broadcast_to(np.zeros((), arg.dtype), arg.shape)
    return arg
