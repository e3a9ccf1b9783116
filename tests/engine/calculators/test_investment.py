"""Rates of return and present values of one flow: published cases, several rates, refusals."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shorewise.engine.calculators.investment import (
    annual_rate,
    dated_present_value,
    dated_rate_of_return,
    rate_of_return,
)
from shorewise.engine.errors import DomainError
from shorewise.engine.rates_of_return import internal_rate

FLOWS = np.array([-10_000, 2_750, 4_250, 3_250, 2_750], float)
DATES = [(2008, 1, 1), (2008, 3, 1), (2008, 10, 30), (2009, 2, 15), (2009, 4, 1)]
DAYS = np.array([date(*one).toordinal() for one in DATES], float)


def rate_of(flows, guess=np.nan):
    return rate_of_return(np.array(flows, float), np.arange(len(flows)), guess)


def test_the_present_value_on_dates_matches_case_c04():
    found = dated_present_value(np.array([0.09]), FLOWS, DAYS).item()
    assert found == pytest.approx(2086.647602031535, rel=1e-14)


def test_the_internal_rate_on_dates_matches_case_c04b():
    assert dated_rate_of_return(FLOWS, DAYS) == pytest.approx(0.3733625335188316, abs=1e-14)


def test_the_order_of_dates_after_the_first_does_not_change_the_internal_rate():
    order = [0, 4, 3, 2, 1]
    found = dated_rate_of_return(FLOWS[order], DAYS[order])
    assert found == pytest.approx(0.3733625335188316, abs=1e-14)


def test_a_date_before_the_first_has_no_internal_rate_as_in_excel():
    with pytest.raises(DomainError, match="date 2 is 45 days before the first one"):
        dated_rate_of_return(FLOWS[::-1], DAYS[::-1])


@pytest.mark.parametrize(
    ("flows", "guess", "rate", "tolerance"),
    [
        # Half a unit of the last digit printed, or some units of the last place.
        pytest.param([-100, 100, 0, -7], 0.1, -0.0833, 5e-5, id="C05-two-rates"),
        pytest.param([-5, 10.5, 1, -8, 1], 0.1, 0.0886, 5e-5, id="C05-three-rates"),
        pytest.param([-100, 230, -132], 0.1, 0.1, 1e-14, id="10-and-20-per-cent"),
        pytest.param([-100, 230, -132], 0.9, 0.2, 1e-14, id="the-higher-one"),
        pytest.param([1_000, -3_600, 4_310, -1_716], 0.21, 0.2, 1e-12, id="10-20-30-per-cent"),
    ],
)
def test_a_guess_chooses_the_nearest_of_several_rates(flows, guess, rate, tolerance):
    assert rate_of(flows, guess) == pytest.approx(rate, rel=0, abs=tolerance)


def test_several_rates_without_a_guess_are_refused_with_the_rates():
    with pytest.raises(DomainError, match=r"internal rates: 10 %, 20 %; give a guess to choose"):
        rate_of([-100, 230, -132])


@pytest.mark.parametrize(
    ("flows", "rate"),
    [
        pytest.param([-100, 220, -121], 0.1, id="a-double-root"),
        pytest.param([-100, 101] * 3, 0.01, id="five-sign-changes-and-one-rate"),
        pytest.param([100, -150, 100], np.nan, id="sign-changes-without-a-rate"),
        pytest.param([1, 2], np.nan, id="no-sign-change"),
        pytest.param([0, 0], np.nan, id="nothing"),
        pytest.param([-100, 50, 50], 0, id="money-back"),
    ],
)
def test_a_flow_with_one_rate_or_none_needs_no_guess(flows, rate):
    assert rate_of(flows) == pytest.approx(rate, abs=1e-13, nan_ok=True)


def test_flows_on_one_day_are_added():
    days = np.array([0, 0, 365, 365])
    found = dated_rate_of_return(np.array([-50, -50, 100, 10.0]), days)
    assert found == pytest.approx(0.1, abs=1e-14)
    assert np.isnan(dated_rate_of_return(np.array([-50, 50.0]), np.zeros(2)))


def test_a_day_that_doubles_the_money_has_a_rate():
    found = dated_rate_of_return(np.array([-100, 200.0]), np.array([0, 1.0]))
    assert found == pytest.approx(2.0**365, rel=1e-12)


def test_a_date_before_the_first_one_is_refused():
    with pytest.raises(
        DomainError, match=r"date 2 is 60 days before the first one, .*; put the ear"
    ):
        dated_present_value(np.array([0.1]), FLOWS[:2], DAYS[1::-1])


def test_more_than_a_hundred_sign_changes_are_refused():
    with pytest.raises(DomainError, match="change their sign 101 times; they may at most 100"):
        rate_of([-1, 1] * 51)


def test_a_rate_of_a_month_compounds_to_that_of_a_year():
    assert annual_rate(np.array(0.01), np.array(12)) == pytest.approx(
        0.126825030131970, rel=1e-14
    )  # 1.01 ** 12 - 1
    assert annual_rate(np.array(0.3), np.array(1)) == pytest.approx(0.3, rel=1e-15)


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=8))
def test_the_rate_is_that_of_the_lines_wherever_they_have_one(flows):
    expected = internal_rate(np.array(flows, float)).item()
    if not np.isnan(expected):
        # 1e-6: a double root below 0 near the rate makes both ill-conditioned.
        assert rate_of(flows) == pytest.approx(expected, rel=1e-6, abs=1e-9)


@given(st.lists(st.integers(-9, 9), min_size=2, max_size=7), st.floats(-0.9, 3))
def test_the_present_value_at_a_chosen_rate_is_0(flows, guess):
    rate = rate_of(flows, guess)
    if not np.isnan(rate):
        terms = [flow / (1 + rate) ** period for period, flow in enumerate(flows)]
        # 1e-7: a double root is known to the square root of the precision.
        assert abs(sum(terms)) <= 1e-7 * sum(map(abs, terms))
