"""Rates of return of the cash of a plan, against sums written out month by month."""

import numpy as np
import pytest

from shorewise.engine import take
from tests.support.sample_scenarios import random_scenario
from tests.support.soak import seeds


def present_value(rate, flows):
    return sum(flow / (1 + rate) ** month for month, flow in enumerate(flows))


@pytest.mark.parametrize("seed", seeds(range(24)))
def test_mirr_exists_wherever_cash_flows_out_and_in(seed):
    values = random_scenario(seed).evaluate()
    last, rate = (take(values, name).item() for name in ("last_month", "monthly_rate"))
    for plan, flows in enumerate(take(values, "cash_saving")):
        flows = flows[: int(last)]
        found = take(values, "mirr_year_cash", plan=plan).item()
        put_in = -present_value(rate, [min(flow, 0) for flow in flows])
        back = sum(
            max(flow, 0) * (1 + rate) ** (last - 1 - month) for month, flow in enumerate(flows)
        )
        if put_in > 0 and back > 0:
            assert found == pytest.approx((back / put_in) ** (12 / (last - 1)) - 1, rel=1e-9)
        else:
            assert np.isnan(found)


@pytest.mark.parametrize("seed", seeds(range(24)))
def test_at_the_internal_rate_the_cash_is_worth_nothing(seed):
    values = random_scenario(seed).evaluate()
    for plan, flows in enumerate(take(values, "cash_saving")):
        to_date = np.cumsum(flows)
        behind, ahead = np.flatnonzero(to_date < 0), np.flatnonzero(to_date > 0)
        exists = behind.size and to_date[-1] > 0 and behind.max() < ahead.min()
        found = take(values, "irr_month_cash", plan=plan).item()
        assert np.isnan(found) == (not exists)
        if exists:
            size = present_value(found, np.abs(flows))
            assert present_value(found, flows) == pytest.approx(0, abs=1e-9 * size)
            year = take(values, "irr_year_cash", plan=plan).item()
            assert year == pytest.approx((1 + found) ** 12 - 1)
