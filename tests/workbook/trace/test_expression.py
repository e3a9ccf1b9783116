"""Text of expressions: the brackets that keep the value NumPy computes, and no others."""

import ast
import itertools
import shutil

import numpy as np
import pytest
from openpyxl import Workbook

from shorewise.workbook.trace.cells import Reference
from shorewise.workbook.trace.expression import Binary, Call, Constant, Name, Prefix, text
from shorewise.workbook.trace.lowering import lowered
from tests.support.paths import ROOT
from tests.support.spreadsheet_engines import by_formualizer, by_libreoffice

# Halves of halves, of which quotients are seldom rounded: floor(-3 / 0.3) is not -3 // 0.3.
VALUES = {"a": 1.75, "b": -2.5, "c": 0.3125, "d": 4.0, "e": -1.125}
ONE = (1,) * 5
FORMULAS, DEEPEST = 1_500, 5
SHAPES = (
    *((np.add, 2), (np.subtract, 2), (np.multiply, 2), (np.divide, 2), (np.negative, 1)) * 4,
    *((np.power, 2), (np.floor_divide, 2), (np.minimum, 2), (np.maximum, 2), (np.ceil, 1)),
    *((np.absolute, 1), (np.floor, 1), (np.exp, 1), (np.clip, 3), (np.where, 3)),
)
COMPARISONS = (np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal)
LIBREOFFICE = pytest.mark.skipif(
    not shutil.which("soffice"), reason="LibreOffice is not installed; .ci/run installs it"
)


def grown(rng, depth):
    """A random expression as nested tuples: a NumPy function and its arguments."""
    if depth == 0 or rng.random() < 0.15:
        return rng.choice(list(VALUES)) if rng.random() < 0.7 else float(rng.integers(-3, 4))
    function, arguments = SHAPES[rng.integers(len(SHAPES))]
    parts = [grown(rng, depth - 1) for _ in range(arguments)]
    if function is np.where:
        comparison = COMPARISONS[rng.integers(len(COMPARISONS))]
        parts[0] = (comparison, parts[0], grown(rng, depth - 1))
    if function is np.power:  # other powers of negative numbers are no numbers, in Excel nor is 0^0
        parts[1] = float(rng.choice([-2, -1, 1, 2]))
    if all(isinstance(part, float) for part in parts):  # NumPy would compute it before it is traced
        parts[0] = "a"
    return (function, *parts)


def applied(tree, given):
    """What the functions of a random expression return for arrays, or for traced references."""
    if not isinstance(tree, tuple):
        return given.get(tree, tree)
    function, *parts = tree
    return function(*(applied(part, given) for part in parts))


def random_formulas():
    """Formulas of random expressions and the values that NumPy computes for them."""
    rng = np.random.default_rng(20270301)
    traced = {name: Reference(name, (), ONE, float) for name in VALUES}
    arrays = {name: np.full(ONE, value) for name, value in VALUES.items()}
    column = {name: f"{letter}$1" for name, letter in zip(VALUES, "ABCDE", strict=True)}
    while True:
        tree = (np.add, grown(rng, DEEPEST), "a")
        try:
            with np.errstate(all="raise"):
                value = applied(tree, arrays).item()
        except FloatingPointError:  # an error in Excel
            continue
        if 1e-6 < abs(value) < 1e9:  # not what is left of sums that cancel
            yield text(lowered(applied(tree, traced)), lambda one: column[one.name]), value


# Not IronCalc, which takes a/-(-b*c) for a/b*c, nor Gnumeric, which takes a^b^c for a^(b^c).
@pytest.mark.parametrize(
    "oracle", [by_formualizer, pytest.param(by_libreoffice, marks=LIBREOFFICE)]
)
def test_formula_of_a_random_expression_has_the_value_that_numpy_computes(tmp_path, oracle):
    book, expected = Workbook(), {}
    book.active.append(list(VALUES.values()))
    for row, (formula, value) in enumerate(itertools.islice(random_formulas(), FORMULAS), 2):
        book.active.cell(row, 1, f"={formula}")
        expected[book.active.title, f"A{row}"] = value
    book.save(tmp_path / "random.xlsx")
    found = oracle(str(tmp_path / "random.xlsx"), expected)
    wrong = {
        (cell, book.active[cell[1]].value): (found[cell], value)
        for cell, value in expected.items()
        if found[cell] != pytest.approx(value, rel=1e-9)  # some sums nearly cancel
    }
    assert wrong == {}


A, B, C = Name("A1"), Name("B1"), Name("C1")
TEXTS = {
    "A1-(B1-C1)": Binary("-", (A, Binary("-", (B, C)))),
    "A1-B1-C1": Binary("-", (Binary("-", (A, B)), C)),
    "(A1+B1)*C1": Binary("*", (Binary("+", (A, B)), C)),
    "A1=(B1=C1)": Binary("=", (A, Binary("=", (B, C)))),
    "A1&B1+C1": Binary("&", (A, Binary("+", (B, C)))),
    "(A1&B1)+C1": Binary("+", (Binary("&", (A, B)), C)),
    "-(A1^2)": Prefix("-", (Binary("^", (A, Constant(2))),)),
    "-A1^2": Binary("^", (Prefix("-", (A,)), Constant(2))),
    "A1--B1": Binary("-", (A, Prefix("-", (B,)))),
    "-1^A1": Binary("^", (Constant(-1), A)),
    "-(-1)": Prefix("-", (Constant(-1),)),
    "IF(A1<B1,A1+1,TRUE)": Call(
        "IF", (Binary("<", (A, B)), Binary("+", (A, Constant(1))), Constant(True))
    ),
    "NA()": Call("NA", ()),
    '"5"" pipe"': Constant('5" pipe'),
    "1E-09": Constant(1e-9),
    "1E+15": Constant(1e15),
    "1234567": Constant(1234567.0),
    "-0.5": Constant(-0.5),
}


@pytest.mark.parametrize("expected", TEXTS)
def test_text_has_the_brackets_that_it_needs_and_no_others(expected):
    assert text(TEXTS[expected], print_reference=str) == expected


TRACE = ROOT / "workbook" / "trace"
WRITERS = {"expression.py: text", "lambdas.py: signature"}  # a signature is shown, not computed


def texts_with_brackets(node):
    """Pieces of text that hold a bracket, but for messages of errors and docstrings."""
    if isinstance(node, ast.Constant):
        return [node] if isinstance(node.value, str) and "(" in node.value else []
    is_remark = isinstance(node, ast.Raise) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )
    children = [] if is_remark else ast.iter_child_nodes(node)
    return [found for child in children for found in texts_with_brackets(child)]


def test_only_one_function_writes_the_brackets_of_formulas():
    functions = {
        f"{path.name}: {node.name}"
        for path in TRACE.glob("*.py")
        if path.name != "cells.py"  # its texts are messages only
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and texts_with_brackets(node)
    }
    assert functions == WRITERS
