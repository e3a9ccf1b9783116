"""Internal and modified internal rates of return: published cases, identities, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shorewise.engine.rates_of_return import (
    has_one_positive_rate,
    internal_rate,
    modified_internal_rate,
    sign_changes,
)
from tests.support.effort import loops_taken

SETUP, SAVING = -257_000, 30_000


def rate_of(flows):
    return internal_rate(np.array(flows, float)).item()


def worth(rate, flows):
    """Present value of flows, by a loop."""
    return sum(flow / (1 + rate) ** period for period, flow in enumerate(flows))


@pytest.mark.parametrize(
    ("flows", "rate", "tolerance"),
    [
        # Half a unit of the last digit printed; where all are printed, some units of the last place
        pytest.param(
            [-70_000, 12_000, 15_000, 18_000, 21_000, 26_000],
            0.08663094803653162,
            1e-14,
            id="C02-excel-irr",
        ),
        pytest.param([-70_000, 12_000, 15_000, 18_000, 21_000], -0.02124, 5e-6, id="C02-4-years"),
        pytest.param([-100, 39, 59, 55, 20], 0.28095, 5e-6, id="C05-numpy-irr"),
        pytest.param([-100, 0, 0, 74], -0.0955, 5e-5, id="C05-numpy-irr-below-0"),
        pytest.param([-100, 100, 0, 7], 0.06206, 5e-6, id="C05-numpy-irr-just-above-0"),
        pytest.param([-100, 110], 0.1, 1e-15, id="two-flows"),
        pytest.param([0, 0, -100, 0, 121, 0], 0.1, 1e-15, id="zeros-around"),
        pytest.param([100, -110], 0.1, 1e-15, id="a-loan"),
        pytest.param([-100, 50, 50], 0, 1e-15, id="money-back"),
        pytest.param([-1, *[50] * 36], 50, 1e-12, id="fifty-fold"),
        pytest.param([-(2.0**30), *[0] * 29, 1], -0.5, 1e-14, id="halved-each-period"),
        pytest.param([-1e15, 1e15 * 1.01], 0.01, 1e-15, id="large-amounts"),
    ],
)
def test_the_internal_rate_matches_the_published_case(flows, rate, tolerance):
    assert rate_of(flows) == pytest.approx(rate, rel=0, abs=tolerance)


@pytest.mark.parametrize(
    "flows",
    [
        pytest.param([0, 0, 0], id="nothing"),
        pytest.param([1, 2, 3], id="all-positive"),
        pytest.param([-1, -2, 0], id="all-negative"),
        pytest.param([5], id="one-flow"),
        pytest.param([-100, 230, -132], id="10-and-20-per-cent"),
        pytest.param([-100, 100, 0, -7], id="C05-two-rates-below-0"),
        pytest.param([-5, 10.5, 1, -8, 1], id="C05-three-rates"),
        pytest.param([100, -150, 100], id="sign-changes-without-a-rate"),
        pytest.param([-1, np.nan, 3], id="nan"),
        pytest.param([-1, np.inf], id="infinite"),
    ],
)
def test_a_flow_without_a_rate_for_sure_has_no_answer(flows):
    assert np.isnan(rate_of(flows))


def test_an_investment_with_a_cost_at_its_end_has_its_only_rate_above_0():
    flows = [SETUP, *[SAVING] * 29, -100_000]
    rate = rate_of(flows)
    assert rate > 0
    assert worth(rate, flows) == pytest.approx(0, abs=1e-6)
    assert sign_changes(np.array(flows, float)).item() == 2


def test_a_residue_of_rounding_is_no_sign_change():
    flows = np.array([-100, 1e-14, -1e-14, 110])
    assert sign_changes(flows).item() == 1
    assert rate_of(flows) == pytest.approx(1.1 ** (1 / 3) - 1, rel=1e-12)


def test_money_first_ahead_by_less_than_the_rounding_tolerance_has_the_rate_of_the_rest():
    # The model takes so small a cumulative flow as 0, so that the rest is behind, then ahead.
    assert rate_of([1e-8, -100, 110]) == pytest.approx(0.1, rel=1e-12)


@pytest.mark.parametrize(
    ("flows", "changes", "is_one"),
    [
        pytest.param([-1, 0, 2], 1, True, id="once-with-a-gap"),
        pytest.param([0, -2, 1, 0], 1, False, id="money-lost"),
        pytest.param([-1, 2, -2, 3], 3, False, id="behind-again"),
        pytest.param([-5, 3, -1, 6], 3, True, id="ahead-once"),
        pytest.param([-1, 1], 1, False, id="ends-at-0"),
        pytest.param([3, 4], 0, False, id="no-change"),
    ],
)
def test_sign_changes_are_counted_by_hand(flows, changes, is_one):
    flows = np.array(flows, float)
    assert sign_changes(flows).item() == changes
    assert has_one_positive_rate(flows).item() == is_one


AMOUNTS = st.lists(st.floats(1, 1e4), min_size=1, max_size=24)


@given(AMOUNTS, AMOUNTS)
def test_the_present_value_at_the_internal_rate_is_0(spent, earned):
    flows = [-amount for amount in spent] + earned
    rate = rate_of(flows)
    scale = worth(rate, np.abs(flows))
    # 1e-12: rounding of 48 terms, each a power of up to 47; near -1 that of 1 + rate counts more.
    assert abs(worth(rate, flows)) <= 1e-12 * scale / min(1, 1 + rate)


@given(AMOUNTS, AMOUNTS, st.floats(1e-6, 1e6))
def test_scaling_or_reversing_the_sign_of_flows_does_not_change_the_rate(spent, earned, factor):
    flows = np.array([-amount for amount in spent] + earned)
    rate = rate_of(flows)
    assert rate_of(flows * factor) == pytest.approx(rate, rel=1e-10, abs=1e-12)
    assert rate_of(-flows) == rate


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=8))
def test_a_rate_of_several_sign_changes_is_the_only_one_above_0(flows):
    rate = rate_of(flows)
    if sign_changes(np.array(flows, float)).item() > 1 and not np.isnan(rate):
        coefficients = np.trim_zeros(np.array(flows[::-1], float))  # of powers of 1 / (1 + rate)
        roots = np.roots(coefficients)
        factors = roots[np.abs(roots.imag) < 1e-9].real
        above = 1 / factors[(factors > 0) & (factors < 1 - 1e-9)] - 1
        assert above == pytest.approx([rate], rel=1e-6)


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=8))
def test_a_flow_first_behind_then_ahead_for_good_has_one_positive_rate(flows):
    """The condition for lines: docs/extending.md."""
    to_date = np.cumsum(flows)
    behind, ahead = np.flatnonzero(to_date < 0), np.flatnonzero(to_date > 0)
    pays_back = len(behind) and len(ahead) and behind.max() < ahead.min() and to_date[-1] > 0
    spends_first = next((flow for flow in flows if flow), 0) < 0
    is_one = has_one_positive_rate(np.array(flows, float)).item()
    assert bool(pays_back) == (is_one and spends_first)


def test_every_row_of_an_array_has_the_rate_it_has_alone():
    flows = np.random.default_rng(1).normal(0, 1, (50, 4, 1, 1, 6))
    flows[..., 0] -= 3
    flows[..., 1:] += 1
    together = internal_rate(flows)
    assert together.shape == (50, 4, 1, 1, 1)
    alone = [rate_of(row) for row in flows.reshape(-1, 6)]
    # 1e-14: sums of several rows at once may be in another order.
    np.testing.assert_allclose(together.ravel(), alone, rtol=1e-12, atol=1e-14)
    assert 0 < np.isnan(together).sum() < together.size / 2


def test_the_rates_of_sixty_thousand_plans_of_ten_years_are_found_together():
    flows = np.random.default_rng(1).normal(SAVING, 5_000, (15_000, 4, 1, 1, 120))
    flows[..., 0] += 10 * SETUP
    rates = []
    assert loops_taken(lambda: rates.append(internal_rate(flows))) < 100  # some 10
    assert not np.isnan(rates).any()


@pytest.mark.parametrize(
    ("flows", "finance", "reinvest", "rate", "tolerance"),
    [
        pytest.param(
            [-100, 50, -60, 70], 0.10, 0.12, -0.03909366594356467, 1e-15, id="C05-numpy-mirr"
        ),
        pytest.param([-100, 0, 121], 0.3, 0.3, 0.1, 1e-15, id="nothing-to-reinvest"),
        # 100 in two periods are 100 + 60 / 1.2 at the start; 100 * 1.1 + 120 at the end.
        pytest.param([-100, -60, 100, 120], 0.2, 0.1, (230 / 150) ** (1 / 3) - 1, 1e-15,
                     id="by-hand"),
    ],
)  # fmt: skip
def test_the_modified_rate_matches_the_published_case(flows, finance, reinvest, rate, tolerance):
    found = modified_internal_rate(np.array(flows, float), finance, reinvest).item()
    assert found == pytest.approx(rate, rel=0, abs=tolerance)


@pytest.mark.parametrize("flows", [[1, 2], [-1, -2], [0, 0], [5]], ids=str)
def test_flows_of_one_sign_have_no_modified_rate(flows):
    assert np.isnan(modified_internal_rate(np.array(flows, float), 0.1, 0.1)).all()


@given(AMOUNTS, AMOUNTS)
def test_the_modified_rate_at_the_internal_rate_is_the_internal_rate(spent, earned):
    flows = np.array([-amount for amount in spent] + earned)
    rate = rate_of(flows)
    found = modified_internal_rate(flows, rate, rate).item()
    assert found == pytest.approx(rate, rel=1e-9, abs=1e-11)


def test_a_rate_has_the_same_bits_alone_as_among_others():
    rng = np.random.default_rng(3)
    flows = rng.normal(size=(500, 24)) * 1_000
    flows[:, 0] -= 5_000 * rng.random(500)
    flows[:, 1:] += 600 * rng.random((500, 1))
    together = internal_rate(flows)
    alone = np.concatenate([internal_rate(flows[n : n + 1]) for n in range(len(flows))])
    np.testing.assert_array_equal(together, alone)
    assert np.isfinite(together).sum() > 100
