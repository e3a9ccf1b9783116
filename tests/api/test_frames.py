"""Results as data frames: the engine's figures under their names."""

import numpy as np
import pandas as pd
import pytest

import shorewise as sw
from shorewise.engine import default_model, take
from shorewise.engine.lines.statement import STATED
from shorewise.engine.measures import FIGURES
from tests.support.paths import HYBRID
from tests.support.sample_scenarios import random_scenario


@pytest.fixture(scope="module")
def case():
    return sw.read(HYBRID)


@pytest.mark.parametrize("seed", range(5))
def test_results_have_the_engine_s_figure_of_each_plan(seed):
    scenario = random_scenario(seed)
    values, frame = scenario.evaluate(), sw.results(scenario)
    assert tuple(frame.index) == scenario.plans
    for measure, line in FIGURES.items():
        found = np.broadcast_to(take(values, line), len(scenario.plans))
        np.testing.assert_array_equal(frame[measure], found, err_msg=measure)


def test_results_name_the_verdict_and_the_recommended_plan(case):
    frame = case.results()
    values = case.evaluate()
    assert pd.isna(frame.loc["All onshore", "verdict"])
    assert {*frame["verdict"].dropna()} <= {"trap", "marginal", "advantage"}
    assert frame["recommended"].dtype == bool
    assert frame["recommended"].tolist() == (take(values, "recommended") == 1).tolist()


def test_a_plan_that_never_breaks_even_has_nan_in_its_month(case):
    frame = case.results()
    assert np.isnan(frame.loc["All onshore", "break_even_month"])
    assert frame["break_even_month"].dtype == float


def test_units_and_labels_stand_in_attrs_for_every_column(case):
    frame = case.results()
    assert frame.attrs["units"].keys() == frame.attrs["labels"].keys() == {*frame.columns}
    assert frame.attrs["units"]["npv"] == "USD"
    assert frame.attrs["units"]["fully_loaded_cost"] == "USD/year"
    assert frame.attrs["units"]["net_saving"] == "fraction"
    assert frame.attrs["labels"]["npv"] == default_model().lines["npv"].label
    assert frame.attrs["horizon_months"] == 48


def test_monthly_is_tidy_and_adds_up_to_the_results(case):
    frame = case.monthly(["cost", "saving", "cumulative"])
    assert list(frame.columns) == ["plan", "month", "line", "value"]
    assert len(frame) == 4 * 48 * 3
    wide = frame.pivot(index=["plan", "month"], columns="line", values="value")
    total = wide["cost"].groupby(level="plan").sum()
    np.testing.assert_allclose(total[list(case.plans)], case.results()["total_cost"], rtol=1e-12)
    to_date = wide["saving"].groupby(level="plan").cumsum()
    np.testing.assert_allclose(wide["cumulative"], to_date, rtol=1e-9, atol=1e-6)


def test_monthly_has_the_usual_lines_of_each_plan_by_default(case):
    frame = case.monthly()
    assert {*frame["line"]} == {
        "plan_output", "value", "cost", "saving", "cumulative", "discounted_saving",
        "cumulative_discounted",
    }  # fmt: skip
    assert frame.attrs["units"]["cost"] == "USD/month"
    assert frame.attrs["start_month"] == case.start_month


def test_a_line_that_is_the_same_for_all_plans_is_there_for_each(case):
    frame = case.monthly("discount_factor")
    assert (frame.groupby("month")["value"].nunique() == 1).all()
    assert frame["plan"].nunique() == 4


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("cots", "lines: no line is called 'cots'; did you mean cost?"),
        ("site_cash", "lines: site_cash varies by plan, site, month; each line must vary by month"),
        ("npv", "lines: npv varies by plan; each line must vary by month"),
    ],
)
def test_a_line_that_does_not_fit_is_one_clear_error(case, lines, words):
    with pytest.raises(sw.DomainError) as found:
        case.monthly(lines)
    assert words in str(found.value)


def test_statement_has_a_row_for_each_line_and_a_column_for_each_fiscal_year(case):
    frame = case.statement()  # 48 months from April 2027
    assert frame.index.names == ["plan", "kind", "line", "label"]
    assert frame.columns.tolist() == ["FY2027", "FY2028", "FY2029", "FY2030", "FY2031", "total"]
    assert frame.index.unique("plan").tolist() == list(case.plans)
    assert {*STATED} <= {*frame.index.get_level_values("line")}
    assert {*frame.dtypes} == {np.dtype(float)}


@pytest.mark.parametrize("freq", ["FY", "Q", "M"])
@pytest.mark.parametrize("start", range(1, 13))
def test_statement_sums_the_monthly_lines_by_fiscal_period(case, start, freq):
    moved = case.with_inputs({"fiscal_year_start": start})
    months = moved.monthly([*STATED]).set_index(["plan", "line", "month"])["value"].unstack()
    last = f"{pd.Timestamp(2000, (start + 10) % 12 + 1, 1):%b}".upper()
    dates = pd.period_range(moved.start_month, periods=moved.horizon_months, freq="M")
    fiscal = dates.asfreq(f"Q-{last}")  # pandas' own fiscal calendar
    months.columns = {
        "FY": [f"FY{one.qyear}" for one in fiscal],
        "Q": [f"FY{one.qyear} Q{one.quarter}" for one in fiscal],
        "M": dates.astype(str),
    }[freq]
    expected = months.T.groupby(level=0, sort=False).sum().T
    found = moved.statement(freq).droplevel(["kind", "label"])
    assert found.columns.tolist() == [*expected.columns, "total"]
    pd.testing.assert_frame_equal(
        found.loc[expected.index, expected.columns], expected, rtol=1e-9, atol=0.01
    )
    np.testing.assert_allclose(
        found["total"].loc[expected.index], months.sum(axis=1), rtol=1e-9, atol=0.01
    )


def test_rows_of_the_statement_are_chosen_by_plan_kind_and_line(case):
    frame = case.statement("Q")
    cash = frame.loc[("Hybrid", "cash view")]
    assert cash.index.get_level_values("line").tolist() == [
        "cash_cost", "cash_value", "cash_saving", "cumulative_cash",
    ]  # fmt: skip
    by_plan = frame.xs("cash_saving", level="line")["total"].droplevel(["kind", "label"])
    np.testing.assert_allclose(
        by_plan, [case.statement(plan=one).xs("cash_saving", level="line")["total"].item()
                  for one in case.plans],
    )  # fmt: skip
    assert sw.statement(case, "Q", "Hybrid").equals(frame.loc[["Hybrid"]])


def test_attrs_of_the_statement_say_currency_year_and_peak_funding(case):
    frame = case.with_inputs({"fiscal_year_start": 7}).statement()
    attrs, lines = frame.attrs, {*frame.index.get_level_values("line")}
    assert (attrs["currency"], attrs["fiscal_year_start"], attrs["freq"]) == ("USD", 7, "FY")
    assert attrs["units"].keys() == attrs["labels"].keys() == lines
    assert {*attrs["units"].values()} == {"USD"}
    # April to June 2027, three whole years, July 2030 to March 2031
    assert attrs["months"] == {"FY2027": 3, "FY2028": 12, "FY2029": 12, "FY2030": 12, "FY2031": 9}
    assert attrs["peak_funding"] == case.results()["peak_funding"].to_dict()
    assert attrs["peak_funding_month"]["All onshore"] is None


def test_a_frequency_that_does_not_exist_is_refused(case):
    with pytest.raises(sw.DomainError, match="freq is 'year'; it must be FY"):
        case.statement("year")
