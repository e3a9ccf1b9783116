"""Actuals through the public face: data frames, and the workbook."""

import pandas as pd
import pytest

import shorewise as sw
from tests.support.sample_scenarios import small_scenario

TABLE = pd.DataFrame(
    {
        "month": pd.to_datetime(["2027-01-31", "2027-02-28", "2027-02-28", "2027-01-31"]),
        "group": ["Setup", "Pay", "output", "output"],
        "amount": [150_000, 30_000, 2.5, 0],
        "site": [None, "Mid", None, None],
    }
)


@pytest.fixture(scope="module")
def found():
    return sw.actuals(small_scenario(), TABLE)


def test_the_variance_is_a_row_for_each_group_and_one_for_all(found):
    frame = found.variance
    assert frame.loc["Pay", "actual"] == 30_000
    parts = frame[["planned", "actual", "variance", "volume", "price", "currency"]]
    assert parts.iloc[:-1].sum().to_numpy() == pytest.approx(parts.loc["All groups"].to_numpy())
    causes = frame[["volume", "price", "currency"]].sum(axis=1)
    assert causes.to_numpy() == pytest.approx(frame["variance"].to_numpy())
    assert frame.attrs == {"currency": "USD"}


def test_results_before_are_those_of_the_plan(found):
    before = sw.results(small_scenario()).loc["Mid"]
    assert found.results.loc["npv", "planned"] == pytest.approx(before["npv"])
    assert found.results.columns.tolist() == ["planned", "restated"]


def test_months_after_the_last_actual_one_have_no_actual_cost(found):
    months = found.by_month.loc["Pay"]
    assert months["actual"].notna().tolist() == [True, True, False, False, False, False]
    assert months["restated"].iloc[:2].tolist() == [0, 30_000]
    total = found.by_month["restated"].groupby("month").sum()
    assert total.to_numpy() == pytest.approx(found.monthly["cost"].to_numpy())
    assert found.monthly["is_actual"].tolist() == [True, True, False, False, False, False]


def test_a_scenario_restates_itself_from_a_ledger(found):
    scenario = sw.Scenario.from_dict(small_scenario().to_dict())
    same = scenario.with_actuals(TABLE, plan="Mid")
    pd.testing.assert_frame_equal(same.results, found.results)
    assert (same.plan, same.last_actual_month) == ("Mid", 2)
    assert repr(same) == "<Reforecast of plan 'Mid', 2 actual months>"
    assert "Heads are not given: volume is part of price." in same.notes


def test_the_workbook_is_written_and_is_a_ledger_itself(found, tmp_path):
    path = found.write(tmp_path / "running.xlsx")
    again = sw.actuals(path, path)
    pd.testing.assert_frame_equal(again.variance, found.variance)
    assert sw.check(path).empty


def test_a_mistake_is_an_error_of_ours():
    with pytest.raises(sw.ScenarioError, match="table: row 1: month is empty"):
        sw.actuals(small_scenario(), TABLE.assign(month=None))
