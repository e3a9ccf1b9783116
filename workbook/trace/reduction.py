"""Reductions over axes as calls over ranges of cells."""

from .expression import Binary, Call, Expression, Reduction, Reference


def over_range(reduction: Reduction) -> Call:
    """A reduction whose references each stand for a range: ``SUM``, ``MIN``, ``SUMPRODUCT``."""
    (operand,) = reduction.parts
    if isinstance(operand, Reference):
        return Call(reduction.name, (operand,))
    factors = _factors(operand)
    # Between commas Excel takes truth values for 0 and wants ranges of one shape.
    if all(
        isinstance(factor, Reference)
        and not factor.is_truth
        and set(reduction.axes) <= set(factor.free)
        for factor in factors
    ):
        return Call("SUMPRODUCT", factors)
    return Call("SUMPRODUCT", (operand,))


def _factors(expression: Expression) -> tuple[Expression, ...]:
    """Factors of a product: a * b * c."""
    match expression:
        case Binary("*", (left, right)):
            return (*_factors(left), *_factors(right))
    return (expression,)
