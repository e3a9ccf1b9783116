"""Payback and present value of plain savings, by hand and against the timeline."""

import numpy as np
import pytest

from shorewise.engine import Scenario, take
from shorewise.engine.calculators.cashflow import payback, payback_period, present_value


def one(compute, saving, setup, rate, setup_month):
    arguments = [np.array([float(number)]) for number in (setup, rate, setup_month)]
    return compute(np.array([saving], float), *arguments).item()


@pytest.mark.parametrize(
    ("saving", "setup", "rate", "setup_month", "value"),
    [
        pytest.param([300, 400, 500], 1_000, 0, 1, 200, id="undiscounted"),
        pytest.param([0] * 11 + [110], 100, 0.10, 0, 0, id="a-year"),
        pytest.param([0], 50, 0.10, 0, -50, id="setup-before-month-1-is-not-discounted"),
        # A rate that is 10 % a month.
        pytest.param([0], 110, 1.1**12 - 1, 1, -100, id="setup-in-month-1-is-discounted"),
        pytest.param([0, 121], 110, 1.1**12 - 1, 1, 0, id="setup-in-month-1-and-a-return"),
    ],
)
def test_present_value_matches_the_hand_calculation(saving, setup, rate, setup_month, value):
    found = one(present_value, saving, setup, rate, setup_month)
    assert found == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(
    ("saving", "setup", "rate", "month"),
    [
        pytest.param([300, 400, 500], 1_000, 0, 3, id="within-month-3"),
        pytest.param([500, 500], 1_000, 0, 2, id="at-the-end-of-month-2"),
        pytest.param([100, 100], 1_000, 0, np.nan, id="never"),
        pytest.param([200, -150, 100], 100, 0, 3, id="behind-again"),
        pytest.param([0] * 11 + [109], 100, 0.10, np.nan, id="not-after-discounting"),
        pytest.param([0] * 11 + [111], 100, 0.10, 12, id="after-discounting"),
        pytest.param([10], 0, 0.10, 0, id="nothing-to-recover"),
    ],
)
def test_payback_matches_the_hand_calculation(saving, setup, rate, month):
    assert one(payback, saving, setup, rate, 0) == pytest.approx(month, nan_ok=True)


@pytest.mark.parametrize(
    ("setup", "setup_month", "month"),
    [
        pytest.param(0, 1, 0, id="nothing-to-recover"),
        pytest.param(100, 1, 1, id="within-month-1"),
        # At 10 % a month savings of 110 are worth 100 and 90.909 of month 0.
        pytest.param(190, 0, 2, id="before-month-1"),
        pytest.param(209, 1, 2, id="in-month-1-worth-190"),
        pytest.param(211, 1, np.nan, id="in-month-1-worth-191.8"),
    ],
)
def test_payback_discounts_the_setup_by_its_month(setup, setup_month, month):
    found = one(payback, [110, 110], setup, 1.1**12 - 1, setup_month)
    assert found == pytest.approx(month, nan_ok=True)


@pytest.mark.parametrize(
    ("flows", "rate", "periods"),
    [
        pytest.param([-1_000, 300, 400, 500], 0, 2.6, id="C06-interpolated"),
        pytest.param([-1_000, 500, 500], 0, 2, id="C06-at-the-end-of-the-last-period"),
        pytest.param([-1_000, 100, 100], 0, np.nan, id="C06-never"),
        pytest.param([-1_000, 1_200], 0, 1_000 / 1_200, id="two-flows"),
        pytest.param([-1_000, 1_100], 0.1, 1, id="discounted-exactly"),
        pytest.param([-1_000, 660, 605], 0.1, 1.8, id="discounted"),  # 600 and 500
        # 600, 500, -200 and 500: 100 short after the third
        pytest.param([-1_000, 660, 605, -266.2, 732.05], 0.1, 3.2, id="behind-again"),
        pytest.param([100, 100], 0, 0, id="never-behind"),
        pytest.param([0, 0], 0, np.nan, id="nothing"),
        pytest.param([-100], 0, np.nan, id="setup-alone"),
    ],
)
def test_the_payback_period_matches_the_hand_calculation(flows, rate, periods):
    found = payback_period(np.array([flows], float), np.array([rate], float)).item()
    assert found == pytest.approx(periods, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.9])
def test_monthly_savings_of_a_scenario_give_its_payback_and_present_value(rate):
    scenario = Scenario.default()
    scenario.values["discount_rate"][...] = rate
    values = scenario.evaluate()
    saving = take(values, "saving", plan=slice(1, None))
    zero, rates = np.zeros(len(saving)), np.full(len(saving), rate)
    setup_month = np.ones(len(saving))
    # 1e-12: sums in another order.
    np.testing.assert_allclose(
        present_value(saving, zero, rates, setup_month),
        take(values, "npv", plan=slice(1, None)),
        rtol=1e-12,
    )
    expected = take(values, "discounted_payback_month", plan=slice(1, None))
    np.testing.assert_array_equal(payback(saving, zero, rates, setup_month), expected)
