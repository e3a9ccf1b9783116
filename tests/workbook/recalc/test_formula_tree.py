"""Formulas as trees, also those made to take long."""

import contextlib
import re
import time

import pytest

from shorewise.workbook.ooxml.cell_references import Reference
from shorewise.workbook.ooxml.formula_tokens import FormulaError
from shorewise.workbook.recalc.formula_tree import (
    Array,
    Binary,
    Call,
    Constant,
    Name,
    Unary,
    parse,
)
from shorewise.workbook.recalc.reach import mentions


@pytest.mark.parametrize(
    "text",
    ["a" * 50_000, "'" * 49_999, "A1:" * 5_000, "((" * 8_000, '"' * 16_001, "[" * 16_000,
     "A!" * 8_000, "a.b!c:" * 2_500, "1" * 16_000, "$A" * 8_000, "{" * 16_000, "#" * 16_000],
)  # fmt: skip
def test_formulas_made_to_take_long_do_not(text):
    start = time.process_time()
    for read in (mentions, parse):
        with contextlib.suppress(FormulaError):
            read(text)
    assert time.process_time() - start < 2


ONE, TWO = Constant("number", "1"), Constant("number", "2")


# The order of operators is Microsoft's, "Calculation operators and precedence in Excel".
@pytest.mark.parametrize(
    ("formula", "tree"),
    [
        ("1+2*2", Binary("+", ONE, Binary("*", TWO, TWO))),
        ("2^1^2", Binary("^", Binary("^", TWO, ONE), TWO)),
        ("-2^2", Binary("^", Unary("-", TWO), TWO)),
        ("1&2=2", Binary("=", Binary("&", ONE, TWO), TWO)),
        ("(1)%", Unary("%", Unary("(", ONE))),
        ("F(,1)", Call("F", (Constant("missing", ""), ONE))),
        ("F()", Call("F", ())),
        ('{1,-2;"a",true}', Array((("1", "-2"), ('"a"', "true")))),
        ("@n", Unary("@", Name("n"))),
        ("S!A1:B2", Reference("S", (1, 1, 2, 2), (False,) * 4)),
        ("A1:F()", Binary(":", Reference("", (1, 1, 1, 1), (False,) * 4), Call("F", ()))),
    ],
)
def test_a_formula_becomes_a_tree(formula, tree):
    assert parse(formula) == tree


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("1+", "ends too early"),
        ("1+*2", "misses an operand"),
        ("F(1;2)", "misses a )"),
        ("{A1}", "has an array with 'A1', which is no constant"),
        ("{1 2}", "misses a }"),
        ("{1,}", "has an array with '}'"),
        ("A1@B1", "cannot be understood"),
        ("T[a]", "reads a table by its name"),
        ("A1:B2 B2:C3", "reads where two ranges meet"),
        ("(A1,B2)", "reads several ranges as one"),
        ("A1#", "reads what an array fills"),
        ("(" * 70 + "1" + ")" * 70, "is nested too deeply"),
    ],
)
def test_what_has_no_tree_is_refused(formula, why):
    with pytest.raises(FormulaError, match=re.escape(why)):
        parse(formula)
