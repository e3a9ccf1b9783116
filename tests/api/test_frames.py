"""Results as data frames: the engine's figures under their names."""

import numpy as np
import pandas as pd
import pytest

import shorewise as sw
from shorewise.engine import default_model, take
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
        ("site_cost", "lines: site_cost varies by plan, site, month; each line must vary by month"),
        ("npv", "lines: npv varies by plan; each line must vary by month"),
    ],
)
def test_a_line_that_does_not_fit_is_one_clear_error(case, lines, words):
    with pytest.raises(sw.DomainError) as found:
        case.monthly(lines)
    assert words in str(found.value)
