"""``shorewise.diff``: the differences between two scenarios as data frames and plain data."""

import json

import pytest
from openpyxl import load_workbook

import shorewise as sw

HYBRID = sw.Scenario.from_toml("examples/hybrid.toml")
DEARER = HYBRID.with_inputs({"site.Krakow.salary.ML engineer": 88_000, "discount_rate": 0.12})


def test_the_parts_of_each_plan_sum_to_the_change_of_its_results():
    found = sw.diff(HYBRID, DEARER)
    table = found.table()
    sums = table.groupby("plan")[["npv", "net_saving", "break_even_month"]].sum()
    change = DEARER.results()[[*sums]] - HYBRID.results()[[*sums]]
    for measure in sums:
        for plan in ("Nearshore", "Offshore", "Hybrid"):
            assert sums.loc[plan, measure] == pytest.approx(change.loc[plan, measure], abs=1e-9)
            assert table.attrs["change"][plan][measure] == pytest.approx(
                change.loc[plan, measure], abs=1e-9
            )


def test_the_table_has_both_values_and_the_inputs_have_labels():
    found = sw.diff(HYBRID, DEARER, plan="Hybrid")
    table = found.table().set_index("difference")
    assert table.loc["discount_rate", ["a", "b"]].tolist() == [0.1, 0.12]
    assert table.loc["site.Krakow.salary.ML engineer", "unit"] == "USD/year"
    assert found.inputs()["label"].tolist() == ["Discount rate", "Salary"]


@pytest.mark.soak
def test_files_and_workbooks_may_be_compared(tmp_path):
    book = sw.compare(DEARER, tmp_path / "second.xlsx")
    found = sw.diff("examples/hybrid.toml", book)
    assert found
    assert found.table().equals(sw.diff(HYBRID, DEARER).table())


def test_nothing_differs_from_itself():
    found = sw.diff(HYBRID, HYBRID)
    assert not found
    assert found.table().empty
    assert found.inputs().empty


def test_the_plain_data_are_json():
    found = sw.diff(HYBRID, DEARER)
    data = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert data["plans"]["Hybrid"]["parts"]["discount_rate"]["npv"] < 0
    assert [one["address"] for one in data["inputs"]] == [
        "discount_rate",
        "site.Krakow.salary.ML engineer",
    ]


def test_the_workbook_is_written_once(tmp_path):
    path = sw.diff(HYBRID, DEARER).write(tmp_path / "diff.xlsx")
    assert load_workbook(path).sheetnames == ["Differences"]
    with pytest.raises(sw.WorkbookError, match="exists already; force=True replaces it"):
        sw.diff(HYBRID, DEARER).write(path)
    assert sw.diff(HYBRID, DEARER).write(path, force=True) == path
