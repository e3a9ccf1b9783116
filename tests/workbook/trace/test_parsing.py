"""Formula text parsed into the tree of expressions: printed again, it is the same text."""

import pytest

from shorewise.engine import Scenario
from shorewise.workbook import describe
from shorewise.workbook.trace.expression import Binary, Call, Constant, Name, Postfix, Prefix, text
from shorewise.workbook.trace.parsing import FormulaSyntaxError, parsed

BOOK = describe(Scenario.default())
A, B = Name("A1"), Name("B1")
TREES = {
    "A1-B1-A1": Binary("-", (Binary("-", (A, B)), A)),
    "A1-(B1-A1)": Binary("-", (A, Binary("-", (B, A)))),
    "-A1^2": Binary("^", (Prefix("-", (A,)), Constant(2))),
    "-5%^2": Binary("^", (Postfix("%", (Prefix("-", (Constant(5),)),)), Constant(2))),
    'IF(A1="","x""y",)': Call("IF", (Binary("=", (A, Constant(""))), Constant('x"y'), Name(""))),
    "A1:INDEX(B1,3)": Binary(":", (A, Call("INDEX", (B, Constant(3))))),
    "INDEX(B1,3):A1": Binary(":", (Call("INDEX", (B, Constant(3))), A)),
    "@A1&#N/A": Binary("&", (Prefix("@", (A,)), Name("#N/A"))),
    "{1,2;3,4}*TRUE": Binary("*", (Name("{1,2;3,4}"), Constant(True))),
    "'My (own) sheet'!$A$1:B9+T[a'#b]": Binary(
        "+", (Name("'My (own) sheet'!$A$1:B9"), Name("T[a'#b]"))
    ),
    "NA()": Call("NA", ()),
}


@pytest.mark.parametrize("formula", TREES)
def test_formula_is_understood_as_excel_understands_it(formula):
    assert parsed(formula) == TREES[formula]
    assert text(parsed(formula), str) == formula


def test_every_formula_and_name_of_a_workbook_is_printed_as_it_was():
    formulas = [*(formula.text for formula in BOOK.formulas().values()), *BOOK.names.values()]
    assert [one for one in formulas if text(parsed(one), str) != one] == []


REFUSED = {
    "A1:A3 B1": "where two ranges meet",
    "SUM((A1,B1))": "several ranges as one",
    "SUM(1": r"misses a \)",
    "(1": r"misses a \)",
    "F(1))": "closes a bracket",
    "1+": "misses an operand before 'its end'",
    "": "misses an operand",
    "{1,2": "misses a }",
    "A1#": "cannot be understood",
    "1E999": "too large",
    "-" * 70 + "1": "nested too deeply",
    "1+" * 9_000 + "1": "18,001 characters",
}


@pytest.mark.parametrize("formula", REFUSED)
def test_formula_that_is_not_understood_is_refused_with_the_reason(formula):
    with pytest.raises(FormulaSyntaxError, match=REFUSED[formula]):
        parsed(formula)
