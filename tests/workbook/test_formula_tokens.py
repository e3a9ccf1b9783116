"""Tokens of formulas: what openpyxl's tokenizer gives, and what it gets wrong put right."""

import pytest

from shorewise.workbook.ooxml.cell_references import parse_reference
from shorewise.workbook.ooxml.formula_tokens import FormulaError, Kind, tokens


@pytest.mark.parametrize("text", ["12E+5", "0.5E-3", "10e2", "1.5E+10", ".5", "3."])
def test_a_number_in_scientific_notation_is_one_token(text):
    assert tokens(f"A1+{text}") == [
        (Kind.REFERENCE, "A1"),
        (Kind.INFIX, "+"),
        (Kind.NUMBER, text),
    ]


@pytest.mark.parametrize("name", ["inf", "nan", "Infinity", "_1_0", "A1B", "XFE1", "A0", "\\n.x?"])
def test_a_name_that_looks_like_a_number_or_cell_is_a_name(name):
    assert tokens(f"{name}*2")[0] == (Kind.NAME, name)


@pytest.mark.parametrize(
    "text",
    ["T[a'#b]", "T[a'[b]", "T[a']b]", "T[it''s]", "T[[#This Row],[x]]", "T[@[a b]]", "[@x]",
     "T[#Headers]", "T[[a]:[b]]", "[1]Sheet1!A1", "'[1]My ''sheet'''!$A$1:B2", "A:A", "1:3",
     "'a[1]b'!A1", "First:Last!A1", "Größe!A1", "[1]First:Last!A1"],
)  # fmt: skip
def test_a_reference_is_one_token(text):
    kind = Kind.TABLE if text.startswith(("T[", "[@")) else Kind.REFERENCE
    assert tokens(f"SUM({text},1)")[1] == (kind, text)


@pytest.mark.parametrize("error", ["#SPILL!", "#CALC!", "#N/A", "Sheet1!#REF!", "#GETTING_DATA!"])
def test_an_error_is_one_token(error):
    assert tokens(f"IFERROR({error},0)")[1] == (Kind.ERROR, error)


@pytest.mark.parametrize(
    ("formula", "kinds"),
    [
        ("@A1", "prefix reference"),
        ("@'My sheet'!A1", "prefix reference"),
        ("A1#", "reference postfix"),
        ("INDEX(A1,1)#", "call reference argument number close postfix"),
        ("A1:INDEX(B:B,3)", "reference infix call reference argument number close"),
        ("A1:LOG10(3)", "reference infix call number close"),
        ("(A1):B2", "open reference close infix reference"),
        ("-A1%", "prefix reference postfix"),
        ("(A1,B1)", "open reference infix reference close"),  # a union, not arguments
        ("A1 \t\n\r\u00a0B1", "reference reference"),
        ("T[a]:T[b]", "table infix table"),
        ('{1,-2;"a",TRUE}', "array open number argument prefix number row text argument logical "
         "array close"),
        ('"say ""A1"""&A1', "text infix reference"),
    ],
)  # fmt: skip
def test_operators_are_told_from_operands(formula, kinds):
    assert " ".join(token.kind for token in tokens(formula)) == kinds


def test_tokens_keep_all_characters_but_spaces():
    formula = "SUM(@'My sheet'!A1: B2,12E+5)&T[a'#b]#"
    assert "".join(token.text for token in tokens(formula)) == formula.replace(": ", ":")


@pytest.mark.parametrize("text", ["A1)", '"a', "'a", "{1,2)", "T[a", "1" * 20_000])
def test_what_does_not_match_is_an_error(text):
    with pytest.raises(FormulaError):
        tokens(text)


@pytest.mark.parametrize(
    ("text", "area", "r1c1"),
    [
        ("A1", (1, 1, 1, 1), "R[-2]C[-1]"),
        ("$B$9:A$3", (3, 1, 9, 2), "R3C[-1]:R9C2"),
        ("B:$C", (1, 2, 1 << 20, 3), "C[0]:C3"),
        ("'My sheet'!3:3", (3, 1, 3, 1 << 14), "My sheet!R[0]"),
    ],
)
def test_a_reference_has_an_area_and_a_text_in_r1c1(text, area, r1c1):
    found = parse_reference(text)
    assert found.area == area
    assert found.in_r1c1(3, 2) == r1c1


@pytest.mark.parametrize("text", ["A0", "XFE1", "A1048577", "name", "T[a]", "A1:", "A", "", "A1:B"])
def test_what_is_no_reference_has_none(text):
    assert parse_reference(text) is None
