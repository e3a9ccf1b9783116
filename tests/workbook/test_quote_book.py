"""The workbook of a quote: live differences, verdicts and totals beside the law."""

import pytest
from openpyxl import load_workbook

from shorewise.engine.employment_law import find_location
from shorewise.engine.quote_forensics import examine_quote
from shorewise.engine.quote_rows import Item, Quote
from shorewise.workbook.lint import lint
from shorewise.workbook.quote_book import quote_book, write_quote
from tests.support.spreadsheet_engines import by_formualizer, by_ironcalc

ITEMS = (
    ("Salário base", 60_000.0),
    ("Subsídio de férias", 5_000.0),
    ("TSU", 14_250.0),
    ("FCT", 555.0),
    ("Management fee", 7_200.0),
    ("Management fee", 100.0),
    ("=1+1", 300.0),
    ("Laptop", 600.0),
)


@pytest.fixture(scope="module")
def found():
    quote = Quote(tuple(Item(f"line {n}", *item) for n, item in enumerate(ITEMS, 2)), ())
    return examine_quote(quote, find_location("PT"), 60_000)


@pytest.fixture
def path(found, tmp_path):
    return write_quote(found, tmp_path / "quote.xlsx")


def labelled(sheet, column):
    """Rows by the label in a column."""
    return {cell.value: cell.row for cell in sheet[column] if cell.value}


def test_the_amounts_are_inputs_and_the_rest_is_computed_from_them(path):
    book = load_workbook(path)
    assert book.sheetnames == ["Findings", "Quote", "Law", "Checks"]
    findings, quote = book["Findings"], book["Quote"]
    row = labelled(findings, "B")["TSU"]
    assert quote[f"D{row}"].value == 14_250
    assert not quote[f"D{row}"].protection.locked
    assert findings[f"E{row}"].value == f"=Quote!$D{row}"
    assert findings[f"F{row}"].value == 14_250
    assert findings[f"G{row}"].value == f"=E{row}-F{row}"
    assert "seg-social.pt" in findings[f"N{row}"].value


def test_the_values_are_those_of_the_quote(path, found):
    findings = load_workbook(path, data_only=True)["Findings"]
    rows = labelled(findings, "B")
    for line in found.lines:
        row = next(r for r in range(9, 30) if findings[f"B{r}"].value == line.item)
        if line.item != "Management fee":
            assert findings[f"I{row}"].value == line.verdict
            assert findings[f"E{row}"].value == line.quoted
    assert findings[f"E{rows['Quote in all']}"].value == pytest.approx(88_005)
    assert findings[f"E{rows['Margin']}"].value == pytest.approx(7_300)
    assert findings[f"E{rows['double-counted']}"].value == pytest.approx(5_000)
    assert findings[f"E{rows['abolished']}"].value == pytest.approx(555)
    assert findings[f"E{rows['missing']}"].value == pytest.approx(-1_050)


@pytest.mark.parametrize("engine", [by_formualizer, by_ironcalc])
def test_another_engine_computes_the_same_values(found, path, engine):
    expected = {cell: formula.value for cell, formula in quote_book(found).formulas().items()}
    again = engine(str(path), list(expected))
    for cell, value in expected.items():
        assert again[cell] == (pytest.approx(value) if isinstance(value, float) else value), cell


@pytest.mark.parametrize(
    ("amount", "verdict"),
    [(13_000.0, "below the law"), (14_260.0, "as by law"), (16_000.0, "above the law")],
)
def test_an_amount_typed_over_the_old_one_changes_its_verdict_and_the_totals(
    path, tmp_path, amount, verdict
):
    book = load_workbook(path)
    row = labelled(book["Findings"], "B")["TSU"]
    total = labelled(book["Findings"], "B")["Quote in all"]
    book["Quote"][f"D{row}"] = amount
    book.save(tmp_path / "edited.xlsx")
    cells = [("Findings", f"I{row}"), ("Findings", f"E{total}"), ("Checks", "D5")]
    again = by_formualizer(str(tmp_path / "edited.xlsx"), cells)
    assert again[cells[0]] == verdict
    assert again[cells[1]] == pytest.approx(88_005 - 14_250 + amount)
    assert again[cells[2]] is True


def test_names_of_items_never_become_formulas(path):
    book = load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    texts = [cell for cell in cells if cell.value == "=1+1"]
    assert len(texts) == 2
    assert {cell.data_type for cell in texts} == {"s"}


def test_the_workbook_keeps_the_rules_of_good_models(path):
    assert lint(path) == []
