"""Excel expressions of the NumPy functions that lines of the model may use."""

from collections.abc import Callable

import numpy as np

from ...engine.axes import (
    along,
    events_to_date,
    first_day,
    present_value,
    running_total,
    sum_by_period,
    sum_in_force,
    sum_since,
    whole_cents,
    without_residue,
)
from ...engine.rates_of_return import internal_rate, modified_internal_rate
from .expression import Binary, Call, Constant, Expression, Prefix

OPERATORS: dict[Callable, str] = {
    np.add: "+",
    np.subtract: "-",
    np.multiply: "*",
    np.divide: "/",
    np.power: "^",
    np.equal: "=",
    np.not_equal: "<>",
    np.less: "<",
    np.less_equal: "<=",
    np.greater: ">",
    np.greater_equal: ">=",
}
COMPARISONS = {np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal}
# Excel functions with the same arguments in the same order.
CALLS: dict[Callable, str] = {
    np.where: "IF",
    np.minimum: "MIN",
    np.maximum: "MAX",
    np.absolute: "ABS",
    np.floor: "INT",
    np.sqrt: "SQRT",
    np.exp: "EXP",
    np.log: "LN",
    np.logical_not: "NOT",
}
# Excel functions of any number of arguments: a & b & c is AND(a,b,c).
CONJUNCTIONS: dict[Callable, str] = {
    np.logical_and: "AND",
    np.bitwise_and: "AND",
    np.logical_or: "OR",
    np.bitwise_or: "OR",
}
QUANTIFIERS: dict[Callable, str] = {np.all: "AND", np.any: "OR"}
REDUCTIONS: dict[Callable, str] = {np.sum: "SUM", np.min: "MIN", np.max: "MAX"}
# Rates of return of a row; Excel's error where there is none becomes the text for NaN.
RATES: dict[Callable, str] = {internal_rate: "IRR", modified_internal_rate: "MIRR"}
RUNNING = (np.cumsum, running_total)  # these start from an opening balance
# Sums over rules or months that meet a condition.
SUMS = (events_to_date, sum_by_period, sum_in_force, sum_since)
COMPOSED: dict[Callable, Callable[..., Expression]] = {}


def expression_for(function):
    """Decorator that declares an expression of more than one operator or call."""

    def declare(compose):
        COMPOSED[function] = compose
        return compose

    return declare


@expression_for(np.negative)
def _(value):
    return Prefix("-", (value,))


@expression_for(np.clip)
def _(value, low, high):
    return Call("MIN", (high, Call("MAX", (low, value))))


@expression_for(np.ceil)
def _(value):
    return Prefix("-", (Call("INT", (Prefix("-", (value,)),)),))


@expression_for(np.floor_divide)
def _(one, other):
    return Call("INT", (Binary("/", (one, other)),))


@expression_for(first_day)
def _(start, number):
    before = Call("EOMONTH", (start, Binary("-", (number, Constant(2)))))
    return Binary("+", (before, Constant(1)))


@expression_for(without_residue)
def _(fraction):
    return Call("ROUND", (fraction, Constant(12)))


@expression_for(whole_cents)
def _(amount):
    return Call("ROUND", (amount, Constant(2)))


def elementwise(function: Callable, arguments: tuple[Expression, ...]) -> Expression:
    """Excel expression of an elementwise NumPy function."""
    if function in OPERATORS:
        return Binary(OPERATORS[function], arguments)
    if function in CALLS:
        return Call(CALLS[function], arguments)
    return COMPOSED[function](*arguments)


def is_supported(function) -> bool:
    """Whether a NumPy function can be written as a formula."""
    with_axes = (np.take_along_axis, present_value, along, *SUMS, *RUNNING)
    tables = (OPERATORS, CALLS, COMPOSED, CONJUNCTIONS, QUANTIFIERS, REDUCTIONS, RATES, with_axes)
    return any(function in table for table in tables)
