"""The reference in docs/functions.md is that of the functions, and its examples hold."""

import formualizer
import pytest

from shorewise import udfs
from shorewise.udfs.functions import FUNCTIONS
from shorewise.udfs.reference_page import formula, reference
from tests.support.paths import FUNCTIONS_PAGE

PAGE = FUNCTIONS_PAGE.read_text()
MARK = "<!-- generated: everything below -->\n"


def test_the_page_is_up_to_date():
    prose, _, generated = PAGE.partition(MARK)
    assert generated == reference(), "make docs"
    assert prose.rstrip().endswith("0.2 is 20 %.")


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda one: one.name)
def test_the_page_names_the_function_and_each_argument(function):
    anchor = f'\n<a id="{function.anchor}"></a>\n\n'
    assert PAGE.count(anchor) == 1
    _, _, section = PAGE.partition(f"{anchor}#### `{function.signature}`\n")
    section = section.partition("\n#### ")[0]
    assert function.does in section
    for parameter in function.parameters:
        assert f"\n| `{parameter.name}` | {parameter.label} | " in section


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda one: one.name)
def test_the_example_gives_the_same_in_a_calculation_engine_and_in_python(function):
    book = formualizer.Workbook()
    book.add_sheet("S")
    book.register_function(function.name, getattr(udfs, function.name))
    # formualizer hands over 0 for what is omitted between commas: an empty cell stands there.
    book.set_formula("S", 1, 1, formula(function).replace(",,", ",Z9,").replace(",,", ",Z9,"))
    book.evaluate_all()
    expected = getattr(udfs, function.name)(*function.example)
    first = expected[0][0] if isinstance(expected, list) else expected
    assert book.get_value("S", 1, 1) == first


@pytest.mark.parametrize(
    ("cell", "call"),
    [
        ("`=SHORE_TRAVEL_COST(0)` gives 0", lambda: udfs.SHORE_TRAVEL_COST(0) == 0),
        ("salary is -1; it must be", lambda: "is -1; it must be" in udfs.SHORE_LOADED_COST(-1)),
        ("salary is empty; it", lambda: "salary is empty; it" in udfs.SHORE_LOADED_COST("")),
        ("salary is TRUE; it", lambda: "salary is TRUE; it" in udfs.SHORE_LOADED_COST(True)),
        (
            "salary is the text '1.234'; it",
            lambda: "'1.234'; it" in udfs.SHORE_LOADED_COST("1.234"),
        ),
    ],
)
def test_the_rules_for_cells_on_the_page_hold(cell, call):
    assert cell in PAGE
    assert call()
