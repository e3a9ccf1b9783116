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


@pytest.mark.parametrize("kind", ["M", "D"])
def test_periods_within_a_month_are_months(found, kind):
    table = TABLE.assign(month=TABLE["month"].dt.to_period(kind))
    pd.testing.assert_frame_equal(sw.actuals(small_scenario(), table).variance, found.variance)
    objects = table.assign(month=table["month"].astype(object))
    pd.testing.assert_frame_equal(sw.actuals(small_scenario(), objects).variance, found.variance)


def test_a_quarter_is_no_month():
    table = TABLE.assign(month=TABLE["month"].dt.to_period("Q"))
    with pytest.raises(sw.ScenarioError, match="table: row 1: month is '2027Q1'; it must be"):
        sw.actuals(small_scenario(), table)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"ledger": None}, "ledger is a NoneType; it must be a data frame, or the path of a .csv"),
        ({"ledger": [{"month": 1}]}, "ledger is a list; it must be a data frame, or the path"),
        ({"accounts": 3}, "accounts is a int; it must be a data frame, or the path of a .csv"),
        ({"plan": 1}, "plan is a int; it must be a name, or None"),
        ({"query": 1}, "query is a int; it must be a name, or None"),
        ({"scenario": None}, "scenario is a NoneType; it must be a Scenario, a mapping with"),
    ],
)
def test_an_argument_of_a_wrong_type_is_named(options, said):
    with pytest.raises(sw.ScenarioError, match=said):
        sw.actuals(**{"scenario": small_scenario(), "ledger": TABLE} | options)


def test_a_scenario_of_a_wrong_type_is_named():
    with pytest.raises(sw.ScenarioError, match="scenario is a list; it must be a mapping with the"):
        sw.Scenario.from_dict([])
    for read in (sw.read, sw.Scenario.from_toml):
        with pytest.raises(sw.ScenarioError, match="path is a NoneType; it must be the path of a"):
            read(None)
