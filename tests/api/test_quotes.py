"""sw.quote: a vendor's quote as a data frame with totals."""

import pandas as pd
import pytest

import shorewise as sw

FRAME = pd.DataFrame(
    {
        "item": ["Salary", "Pension", "EOR fee", "Mystery"],
        "amount_month": [10_000, 1_000, 1_200, 100],
    }
)


def test_a_quote_is_a_frame_with_totals():
    found = sw.quote(FRAME, "Poland", 120_000)
    table = found.table().set_index("item")
    # Pension: 9.76 % of 120,000 is 11,712.
    assert table.loc["Pension", "by_law"] == pytest.approx(11_712)
    assert table.loc["Pension", "difference"] == pytest.approx(288)
    assert table.loc["Pension", "verdict"] == "above the law"
    assert pd.isna(table.loc["Mystery", "by_law"])
    assert found.table().attrs["totals"]["margin"] == 14_400
    assert found.totals["quote"] == table["quoted"].sum() == pytest.approx(147_600)
    assert found.law()["amount"].sum() == pytest.approx(146_376)
    assert found.to_dict()["currency"] == "PLN"


def test_what_items_are_may_be_a_frame_too():
    items = pd.DataFrame({"item": ["Mystery"], "charge": ["FGSP"]})
    table = sw.quote(FRAME, "PL", 120_000, items=items).table().set_index("item")
    assert table.loc["Mystery", "charges"] == ("FGSP",)


def test_a_quote_is_written_as_a_workbook(tmp_path):
    path = sw.quote(FRAME, "PL", 120_000, month="2026-12").write(tmp_path / "quote.xlsx")
    assert len(sw.lint(path)) == 0


def test_the_currency_may_be_another():
    found = sw.quote(FRAME, "PL", 120_000, currency="USD")
    assert repr(found) == f"<Quote of 147,600 USD a year in Poland: {len(found.table())} lines>"
    assert found.table().attrs["currency"] == "USD"
