"""Payback and present value of plain savings, by hand and against the timeline."""

import numpy as np
import pytest

from shorewise.engine import Scenario
from shorewise.engine.calculators.cashflow import payback, present_value


def one(compute, saving, setup, rate):
    return compute(np.array([saving], float), np.array([float(setup)]), np.array([rate])).item()


@pytest.mark.parametrize(
    ("saving", "setup", "rate", "value"),
    [
        pytest.param([300, 400, 500], 1_000, 0, 200, id="undiscounted"),
        pytest.param([0] * 11 + [110], 100, 0.10, 0, id="a-year"),
        pytest.param([0], 50, 0.10, -50, id="setup-alone-is-not-discounted"),
    ],
)
def test_present_value_by_hand(saving, setup, rate, value):
    assert one(present_value, saving, setup, rate) == pytest.approx(value, abs=1e-9)


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
def test_payback_by_hand(saving, setup, rate, month):
    assert one(payback, saving, setup, rate) == pytest.approx(month, nan_ok=True)


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.9])
def test_savings_of_the_timeline_give_what_its_lines_give(rate):
    scenario = Scenario.default()
    scenario.values["discount_rate"][...] = rate
    values = scenario.evaluate()
    saving = values["saving"][0, 1:, 0, 0]
    zero, rates = np.zeros(len(saving)), np.full(len(saving), rate)
    # 1e-12: sums in another order.
    np.testing.assert_allclose(
        present_value(saving, zero, rates), values["npv"][0, 1:, 0, 0, 0], rtol=1e-12
    )
    expected = values["discounted_payback_month"][0, 1:, 0, 0, 0]
    np.testing.assert_array_equal(payback(saving, zero, rates), expected)
