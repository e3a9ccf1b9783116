"""Break-even of any cash flow: properties, over flows that hypothesis looks for."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from shorewise.engine.calculators.cashflow import break_even

AMOUNT = st.integers(-1_000_000, 1_000_000)
FLOWS = st.lists(AMOUNT, min_size=2, max_size=24)
SETUP = st.integers(0, 1_000_000)
# The same examples every time: a run that fails can be repeated.
REPEATABLE = settings(derandomize=True, deadline=None, max_examples=300)


def month(setup, flows):
    return break_even(np.array([flows], float), np.array([float(setup)]))[0]


@REPEATABLE
@given(setup=SETUP, more=SETUP, flows=FLOWS)
def test_break_even_comes_later_as_setup_rises(setup, more, flows):
    before, after = month(setup, flows), month(setup + more, flows)
    assert np.isnan(after) or after >= before


@REPEATABLE
@given(setup=SETUP, flows=FLOWS)
def test_a_flow_that_ends_behind_never_breaks_even_and_one_that_ends_ahead_does(setup, flows):
    closing = sum(flows) - setup
    if closing:
        assert np.isnan(month(setup, flows)) == (closing < 0)


@REPEATABLE
@given(setup=SETUP, flows=FLOWS)
def test_nothing_is_behind_after_break_even(setup, flows):
    moment = month(setup, flows)
    if not np.isnan(moment):
        to_date = np.cumsum(flows) - setup
        assert (to_date[int(np.ceil(moment)) - 1 if moment > 0 else 0 :] >= 0).all()


@REPEATABLE
@given(setup=SETUP, flows=FLOWS, scale=st.integers(1, 1_000))
def test_break_even_does_not_depend_on_the_currency(setup, flows, scale):
    one, other = month(setup, flows), month(setup * scale, [flow * scale for flow in flows])
    # 1e-9 of a month: the same quotient from larger whole numbers.
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-9)
