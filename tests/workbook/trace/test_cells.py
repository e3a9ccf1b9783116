"""Cells behave as arrays where a formula exists, and refuse whatever would freeze them."""

import math
import operator

import numpy as np
import pytest

from shorewise.engine import ShorewiseError
from shorewise.engine.axes import BASELINE, LAST_MONTH, MONTH, ONSHORE, ROLE, SITE
from shorewise.workbook.trace.cells import (
    Cells,
    FrozenValueError,
    Reference,
    UnsupportedFunctionError,
)
from shorewise.workbook.trace.numpy_functions import is_supported
from tests.support.for_each import for_each

AXES = ("plan", "site", "role", "month")
FULL = (1, 2, 3, 2, 4)
SUPPORTED = {f for f in vars(np).values() if callable(f) and is_supported(f)}

# Shapes over scenario, plan, site, role, month that broadcast together.
SHAPES = {
    "single": ((1, 1, 1, 1, 1),) * 3,
    "same": (FULL,) * 3,
    "axes-apart": ((1, 2, 1, 1, 1), (1, 1, 3, 1, 1), (1, 1, 1, 2, 4)),
    "months-over-sites": ((1, 1, 1, 1, 4), (1, 1, 3, 1, 1), (1, 1, 3, 1, 4)),
}
TYPES = {"float": np.float64, "int": np.int64, "bool": np.bool_}
UNARY = (np.absolute, np.floor, np.ceil, np.sqrt, np.exp, np.log, np.logical_not, np.negative)
TERNARY = (np.where, np.clip)
REDUCING = (np.sum, np.min, np.max, np.all, np.any)
TOOK_APART = {*UNARY, *TERNARY, *REDUCING, np.cumsum, np.take_along_axis}
BINARY = tuple(sorted(SUPPORTED - TOOK_APART, key=lambda f: f.__name__))


def reference(shape=FULL, dtype=np.float64, name="rate"):
    axes = [axis for axis, size in zip(AXES, shape[1:], strict=True) if size > 1]
    return Reference(name, axes, shape, dtype)


SUBJECTS = {"reference": reference(), "cells": reference() * 2}
subjects = for_each("x", [pytest.param(x, id=name) for name, x in SUBJECTS.items()])


def each(table):
    return [pytest.param(value, id=name) for name, value in table.items()]


def plain():
    return np.ones(FULL)


def unpack(x):
    _first, *_rest = x


FREEZING = {
    "if": lambda x: 1 if x else 0,
    "if-comparison": lambda x: 1 if x > 0 else 0,
    "not": lambda x: not x,
    "and": lambda x: x and 1,
    "chained-comparison": lambda x: 0 < x < 1,
    "bool": bool,
    "any": lambda x: any([x]),
    "builtin-max": lambda x: max(x, 1),
    "float": float,
    "int": int,
    "complex": complex,
    "math": math.exp,
    "math-floor": math.floor,
    "list-index": lambda x: [1, 2][x],
    "range": range,
    "len": len,
    "iteration": list,
    "comprehension": lambda x: [part for part in x],  # noqa: C416
    "unpack": unpack,
    "builtin-sum": sum,
    "in": lambda x: 1 in x,
    "in-list": lambda x: x in [1, 2],
    "asarray": np.asarray,
    "array": np.array,
    "array-of-list": lambda x: np.array([x, x]),
    "float64": np.float64,
    "add-in-place": lambda x: operator.iadd(x, 2),
    "subtract-in-place": lambda x: operator.isub(x, 2),
    "multiply-in-place": lambda x: operator.imul(x, 2),
    "divide-in-place": lambda x: operator.itruediv(x, 2),
    "floor-divide-in-place": lambda x: operator.ifloordiv(x, 2),
    "power-in-place": lambda x: operator.ipow(x, 2),
    "and-in-place": lambda x: operator.iand(x, True),
    "plain-array-in-place": lambda x: operator.iadd(plain(), x),
    "out": lambda x: np.add(x, x, out=plain()),
    "out-cells": lambda x: np.add(x, 1, out=x),
    "out-of-plain": lambda x: np.add(plain(), plain(), out=x),
    "write-element": lambda x: operator.setitem(x, 0, 1),
    "write-slice": lambda x: operator.setitem(x, np.s_[:, :1], 0),
    "write-into-plain-array": lambda x: operator.setitem(plain(), np.s_[:], x),
    "array-left": lambda x: plain() * x,
    "array-right": lambda x: x * plain(),
    "array-in-where": lambda x: np.where(x > 0, x, plain()),
    "array-in-clip": lambda x: np.clip(x, plain(), 2),
    "array-of-one": lambda x: x + np.array([1.0]),
    "index-array": lambda x: np.take_along_axis(x, np.zeros(FULL, int), axis=4),
}

UNSUPPORTED = {
    "np.percentile": lambda x: np.percentile(x, 50),
    "np.median": np.median,
    "np.mean": np.mean,
    "np.prod": np.prod,
    "np.sin": np.sin,
    "np.isnan": np.isnan,
    "np.sign": np.sign,
    "np.round": np.round,
    "np.remainder": lambda x: x % 2,
    "np.matmul": lambda x: x @ x,
    "np.invert": lambda x: ~x,
    "np.positive": lambda x: +x,
    "np.bitwise_xor": lambda x: x ^ x,
    "np.diff": np.diff,
    "np.concatenate": lambda x: np.concatenate([x, x]),
    "np.reshape": lambda x: np.reshape(x, -1),
    "np.broadcast_to": lambda x: np.broadcast_to(x, FULL),
    "np.zeros_like": np.zeros_like,
    "np.ones_like": np.ones_like,
    "np.interp": lambda x: np.interp(x, [0, 1], [0, 1]),
    "np.argmax": np.argmax,
    "np.add.reduce": np.add.reduce,
    "np.add.accumulate": np.add.accumulate,
    "np.add.outer": lambda x: np.add.outer(x, x),
    "np.add.at": lambda x: np.add.at(x, 0, 1),
    "np.multiply.reduceat": lambda x: np.multiply.reduceat(x, [0]),
    "np.add with where": lambda x: np.add(x, 1, where=True),
    "np.add with dtype": lambda x: np.add(x, 1, dtype=np.float32),
    "np.sqrt with casting": lambda x: np.sqrt(x, casting="safe"),
}

REFUSED_KEYS = {
    "integer": 0,
    "beyond": np.s_[:, 90:91],
    "first-two": np.s_[:, :2],
    "step": np.s_[:1:1],
    "backwards": np.s_[::-1],
    "ellipsis": np.s_[..., :1],
    "new-axis": np.s_[None],
    "list": np.s_[[0, 1]],
}

PICKS = {
    "onshore": ONSHORE,
    "baseline": BASELINE,
    "last-month": LAST_MONTH,
    "first-scenario": np.s_[:1],
    "whole": np.s_[:],
    "onshore-baseline": np.s_[:, :1, :1],
    "last-role-last-month": np.s_[:, :, :, -1:, -1:],
}


@subjects
@pytest.mark.parametrize("use", each(FREEZING))
def test_an_operation_that_would_freeze_cells_is_refused(x, use):
    with pytest.raises(FrozenValueError, match="; "):  # what it was; and what to do
        use(x)


@pytest.mark.parametrize(
    "use",
    [
        pytest.param(lambda x, array: np.clip(x, 0, 1, out=array), id="clip"),
        pytest.param(lambda x, array: np.cumsum(x, axis=MONTH, out=array), id="cumsum"),
    ],
)
def test_no_array_function_writes_cells_into_a_plain_array(use):
    array = plain()
    with pytest.raises((FrozenValueError, UnsupportedFunctionError)):
        use(reference(), array)
    np.testing.assert_array_equal(array, plain())


def test_a_refused_in_place_operation_does_not_change_the_cells():
    before = x = reference()
    with pytest.raises(FrozenValueError):
        x += 1
    assert x is before


@subjects
@pytest.mark.parametrize(("name", "use"), [pytest.param(*e, id=e[0]) for e in UNSUPPORTED.items()])
def test_a_function_without_a_formula_is_refused_by_name(x, name, use):
    with pytest.raises(UnsupportedFunctionError) as caught:
        use(x)
    assert str(caught.value).startswith(f"{name} has no")


@subjects
@pytest.mark.parametrize(
    "method", ["sum", "mean", "max", "min", "cumsum", "clip", "astype", "reshape", "T", "item"]
)
def test_a_method_is_refused_with_a_remedy(x, method):
    with pytest.raises(AttributeError, match=rf"{method}.*call the NumPy function.*np\.sum\(x\)"):
        getattr(x, method)


@pytest.mark.parametrize("key", each(REFUSED_KEYS))
def test_a_reference_can_be_sliced_only_to_one_position(key):
    with pytest.raises(UnsupportedFunctionError, match=r"rate\["):
        reference()[key]


@pytest.mark.parametrize("key", each(REFUSED_KEYS | PICKS))
def test_computed_cells_cannot_be_sliced(key):
    with pytest.raises(UnsupportedFunctionError, match="line of its own"):
        (reference() * 2)[key]


@subjects
def test_cells_are_not_hashable_as_arrays_are_not(x):
    with pytest.raises(TypeError, match="unhashable"):
        hash(x)


@pytest.mark.parametrize("error", [FrozenValueError, UnsupportedFunctionError])
def test_a_refusal_is_a_type_error_and_a_shorewise_error(error):
    assert issubclass(error, TypeError)
    assert issubclass(error, ShorewiseError)


def test_the_error_of_a_frozen_value_names_the_cells():
    with pytest.raises(FrozenValueError, match="salary"):
        bool(reference(name="salary"))


def outcome(function, *operands, **options):
    """Shape and dtype of the result, or the kind of NumPy's own error."""
    try:
        with np.errstate(all="ignore"):
            result = function(*operands, **options)
    except (TypeError, ValueError, IndexError) as error:
        return type(error)
    return result.shape, result.dtype


def assert_as_numpy(function, shapes, types, **options):
    cells = [reference(s, t) for s, t in zip(shapes, types, strict=True)]
    arrays = [np.ones(s, t) for s, t in zip(shapes, types, strict=True)]
    assert outcome(function, *cells, **options) == outcome(function, *arrays, **options)


def functions(known):
    return each({function.__name__: function for function in known})


shapes = for_each("shape", each(SHAPES))
one_type = for_each("kind", each(TYPES))
other_type = for_each("other", each(TYPES))


@pytest.mark.parametrize("function", functions(UNARY))
@shapes
@one_type
def test_a_function_of_one_operand_has_the_shape_and_type_of_numpy(function, shape, kind):
    assert_as_numpy(function, shape[:1], [kind])


@pytest.mark.parametrize("function", functions(BINARY))
@shapes
@one_type
@other_type
def test_a_function_of_two_operands_has_the_shape_and_type_of_numpy(function, shape, kind, other):
    assert_as_numpy(function, shape[:2], [kind, other])


@pytest.mark.parametrize("function", functions(BINARY))
@one_type
@pytest.mark.parametrize("number", [2, 2.5, True, np.float64(2), np.int64(2), np.array(2)])
def test_a_number_combined_with_cells_has_the_type_of_numpy(function, kind, number):
    shape = SHAPES["same"][:1]
    assert_as_numpy(lambda x: function(x, number), shape, [kind])
    assert_as_numpy(lambda x: function(number, x), shape, [kind])


@pytest.mark.parametrize("function", functions(TERNARY))
@shapes
@one_type
@other_type
def test_a_function_of_three_operands_has_the_shape_and_type_of_numpy(function, shape, kind, other):
    assert_as_numpy(function, shape, [np.bool_, kind, other])
    assert_as_numpy(function, shape, [other, np.int64, kind])


@pytest.mark.parametrize("function", functions(REDUCING))
@shapes
@one_type
@pytest.mark.parametrize("axis", [SITE, MONTH, (SITE, ROLE)])
def test_a_reduction_has_the_shape_and_type_of_numpy(function, shape, kind, axis):
    assert_as_numpy(function, shape[:1], [kind], axis=axis, keepdims=True)


@shapes
@one_type
def test_a_running_total_has_the_shape_and_type_of_numpy(shape, kind):
    assert_as_numpy(np.cumsum, shape[:1], [kind], axis=MONTH)


@one_type
@other_type
@pytest.mark.parametrize("months", [1, 36])
def test_a_lookup_has_the_shape_and_type_of_numpy(kind, other, months):
    table, index = (1, 1, 3, 1, 12), (1, 1, 3, 1, months)
    assert_as_numpy(np.take_along_axis, [table, index], [kind, other], axis=MONTH)


@pytest.mark.parametrize("key", each(PICKS))
@shapes
def test_a_slice_has_the_shape_of_numpy(key, shape):
    assert reference(shape[2])[key].shape == np.ones(shape[2])[key].shape


def test_every_supported_function_is_compared_with_numpy():
    assert set(BINARY) | TOOK_APART == SUPPORTED
    assert all(f.nin == 2 for f in BINARY)


@subjects
def test_cells_have_five_axes_like_arrays(x):
    assert isinstance(x, Cells)
    assert (x.ndim, x.shape) == (5, FULL)


def test_a_slice_of_one_position_selects_it():
    assert reference()[:, 1:2].picked == {"plan": 1}
