"""Reductions over axes as calls of Excel functions over ranges."""

from .expression import Binary, Call, Constant, Expression, Reduction, Reference


def over_range(reduction: Reduction) -> Call:
    """A reduction over ranges as a call of ``SUM``, ``MIN``, ``MAX`` or ``SUMPRODUCT``."""
    (operand,) = reduction.parts
    if isinstance(operand, Reference):
        return Call(reduction.name, (operand,))
    if reduction.name != "SUM":
        return extreme(reduction.name, operand)
    factors = _factors(operand)
    # As separate arguments, booleans would count as 0 and ranges would need the same shape.
    if all(
        isinstance(factor, Reference)
        and not factor.is_truth
        and set(reduction.axes) <= set(factor.free)
        for factor in factors
    ):
        return Call("SUMPRODUCT", factors)
    return Call("SUMPRODUCT", (operand,))


def extreme(name: str, operand: Expression) -> Call:
    """The ``MIN`` or ``MAX`` of an expression over ranges, in a form that all programs compute."""
    ranked = Call("SMALL" if name == "MIN" else "LARGE", (operand, Constant(1)))
    return Call("SUMPRODUCT", (ranked,))


def _factors(expression: Expression) -> tuple[Expression, ...]:
    """Factors of a product such as a * b * c."""
    match expression:
        case Binary("*", (left, right)):
            return (*_factors(left), *_factors(right))
    return (expression,)
