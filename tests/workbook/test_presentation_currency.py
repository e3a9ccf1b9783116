"""Amounts on sheets for readers in another currency, at a rate that anybody can change."""

import pytest
from openpyxl import load_workbook

from shorewise.engine import Scenario, ScenarioError, take
from shorewise.workbook import compare, describe, read, workbook_bytes
from tests.support.engine_differences import differing
from tests.support.sample_scenarios import small_data, small_scenario
from tests.support.spreadsheet_engines import (
    by_formualizer,
    by_ironcalc,
    by_libreoffice,
    without_tables,
)

IN_EUROS = {"presentation_currency": "EUR", "presentation_rate": 0.5}
RATE = 0.5
READERS = ("Board", "Cost per head", "Cash and P&L", "Scenarios")
AS_ENTERED = ("Highest salary",)  # limits of pay, which are compared with the pay that is entered


def amounts(book):
    """Amounts on sheets for readers: unit and figures by sheet and row, first column last."""
    found = {}
    for sheet in (sheet for sheet in book.sheets if sheet.title in READERS):
        unit_column = 3 if sheet.title == "Scenarios" else 2
        for (row, column), cell in sheet.cells.items():
            unit = sheet.cells.get((row, unit_column))
            unit = getattr(unit and unit.content, "value", unit and unit.content)
            value = getattr(cell.content, "value", None)
            is_figure = column > unit_column and isinstance(value, float)
            if is_figure and isinstance(unit, str) and unit.startswith(("USD", "EUR")):
                found[sheet.title, row, column] = unit, value
    return found


def test_every_amount_on_a_sheet_for_readers_is_at_the_rate():
    ours, theirs = (amounts(describe(small_scenario(**more))) for more in ({}, IN_EUROS))
    assert ours.keys() == theirs.keys()
    assert {title for title, _, _ in ours} == {*READERS}
    as_entered = 0
    for at, (unit, value) in ours.items():
        if theirs[at][0] == unit:  # limits of pay
            as_entered += 1
            assert theirs[at][1] == value, at
        else:
            assert theirs[at][0] == unit.replace("USD", "EUR"), at
            assert theirs[at][1] == pytest.approx(value * RATE, rel=1e-12, abs=1e-9), at
    assert 0 < as_entered <= 2 * 2  # two rows of two plans


def test_the_board_says_the_currency_and_the_rate():
    board = describe(small_scenario(**IN_EUROS)).sheets[0]
    texts = [getattr(cell.content, "value", cell.content) for cell in board.cells.values()]
    texts = [text for text in texts if isinstance(text, str)]
    assert any("in EUR at 0.5 per USD." in text for text in texts)
    assert any("NPV after risk EUR " in text for text in texts)
    assert {chart.y_title for chart in board.charts} >= {"EUR", "EUR/year"}


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("engine", [by_ironcalc, by_formualizer])
def test_formulas_in_another_currency_equal_the_engine(engine, tmp_path):
    assert differing(small_scenario(**IN_EUROS), tmp_path, engine) == []


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("engine", [by_ironcalc, by_formualizer, by_libreoffice])
def test_a_rate_that_is_typed_converts_sheets_for_readers(engine, tmp_path):
    path, npv = tmp_path / "typed.xlsx", take(small_scenario().evaluate(), "npv", plan=1).item()
    book = describe(small_scenario())
    sheet = next(one for one in book.sheets if one.title == "Cash and P&L")
    row = next(r for (r, c), cell in sheet.cells.items() if cell.content == "Net present value")
    wanted = {"amount": ("Cash and P&L", f"D{row}"), "unit": ("Cash and P&L", f"B{row}")}
    for code, rate, shown, factor in (
        ("GBP", 0.8, "GBP", 0.8),
        ("", 0.8, "other currency", 0.8),  # a rate without a name
        ("USD", 0.8, "other currency", 0.8),
        ("GBP", 1, "USD", 1),  # a name without a rate
    ):
        path.write_bytes(workbook_bytes(without_tables(describe(small_scenario()))))
        typed = load_workbook(path)
        empty = " " if engine is by_ironcalc else None  # IronCalc takes an emptied cell as 0
        for name, value in (("presentation_currency", code or empty), ("presentation_rate", rate)):
            [(title, address)] = typed.defined_names[name].destinations
            typed[title][address].value = value
        typed.save(path)
        found = engine(str(path), [*wanted.values()])
        assert found[wanted["unit"]] == shown
        assert found[wanted["amount"]] == pytest.approx(npv * factor, rel=1e-9)


def test_a_workbook_in_another_currency_is_read_as_it_was_made(tmp_path):
    scenario = small_scenario(**IN_EUROS)
    assert read(compare(scenario, tmp_path / "eur.xlsx")) == scenario


def test_the_rate_is_that_of_the_tables_where_none_is_set():
    data = small_data() | {"presentation_currency": "EUR"}
    del data["presentation_rate"]
    rate = take(Scenario.from_dict(data).values, "presentation_rate").item()
    lisbon = {"name": "Lisbon", "location": "PT", "attrition_rate": 0, "wage_inflation": 0}
    plans = [{"name": "All", "heads": {"Onshore": 1}}]
    onshore = {"name": "Onshore", "salary": 1}
    fx = Scenario.from_dict({**small_data(), "sites": [onshore, lisbon], "plans": plans})
    assert rate == take(fx.values, "fx_rate", site=1).item()  # euros per dollar, of Portugal


REFUSED = {
    "a rate alone": ({"presentation_rate": 0.9}, "presentation_rate is 0.9, and presentation_"),
    "its own": (IN_EUROS | {"presentation_currency": "USD"}, "name another currency than USD"),
    "no code": ({"presentation_currency": "euro"}, "must be three capital letters, like USD"),
    "no rate": ({"presentation_currency": "XXX"}, "no exchange rate of XXX: set presentation_rate"),
    "zero": (IN_EUROS | {"presentation_rate": 0}, "presentation_rate is 0; it must be between"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_shown_is_refused(case):
    given, message = REFUSED[case]
    data = small_data()
    del data["presentation_rate"]
    with pytest.raises(ScenarioError, match=message):
        Scenario.from_dict(data | given)


def test_in_another_reporting_currency_the_same_amounts_are_shown():
    scenario = small_scenario(**IN_EUROS)
    ours, theirs = (amounts(describe(one)) for one in (scenario, scenario.in_currency("GBP")))
    for at, (unit, value) in ours.items():
        if unit.startswith("EUR"):
            assert theirs[at][0] == unit
            assert theirs[at][1] == pytest.approx(value, rel=1e-9, abs=1e-6), at
