"""Shapley values and sequences: parts that sum to a change."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shorewise.engine.differences.attribution import sequence_values, shapley_values

GAMES = st.integers(1, 4).flatmap(
    lambda count: st.lists(
        st.floats(-1e6, 1e6, allow_subnormal=False), min_size=1 << count, max_size=1 << count
    )
)


def game(worths):
    """The evaluation that gives each subset its worth, by the bits of its members."""
    worths = np.array(worths)

    def evaluate(made):
        return worths[made @ (1 << np.arange(made.shape[1]))]

    return evaluate, len(worths).bit_length() - 1


def by_definition(worths, count):
    """Shapley values as defined: the mean of what each adds, over every order of all players."""
    orders = list(itertools.permutations(range(count)))
    added = [0.0] * count
    for order in orders:
        present = 0
        for player in order:
            added[player] += worths[present | 1 << player] - worths[present]
            present |= 1 << player
    return [one / len(orders) for one in added]


@given(GAMES)
def test_shapley_values_are_the_mean_of_what_each_adds_over_every_order(worths):
    evaluate, count = game(worths)
    expected = by_definition(worths, count)
    # 1e-9 of amounts up to 1e6: sums of 24 orders in another order.
    assert shapley_values(evaluate, count) == pytest.approx(expected, abs=1e-9, rel=1e-9)


@pytest.mark.parametrize("split", [shapley_values, sequence_values])
@given(worths=GAMES)
def test_the_parts_sum_to_the_change(split, worths):
    evaluate, count = game(worths)
    assert split(evaluate, count).sum() == pytest.approx(worths[-1] - worths[0], abs=1e-8)


def test_two_factors_of_a_product_share_the_interaction_equally():
    # 10 * 100 becomes 12 * 150: 800 more. By hand: 2 * 125 and 50 * 11, at the mean of the other.
    def product(made):
        return np.where(made[:, 0], 12, 10) * np.where(made[:, 1], 150, 100)

    assert shapley_values(product, 2).tolist() == [250, 550]
    assert sequence_values(product, 2).tolist() == [250, 550]


def test_a_difference_without_effect_in_any_subset_gets_exactly_nothing():
    def figures(made):
        return np.where(made[:, 0], 0.1, 0.3) * np.where(made[:, 2], 7.7, 1.1)

    assert shapley_values(figures, 3)[1] == 0
    assert sequence_values(figures, 3)[1] == 0


@given(st.lists(st.floats(-1e6, 1e6), min_size=8, max_size=8), st.permutations(range(3)))
def test_shapley_values_do_not_depend_on_the_order_of_the_differences(worths, order):
    evaluate, count = game(worths)

    def reordered(made):
        return evaluate(made[:, np.argsort(order)])

    found = shapley_values(reordered, count)
    assert found == pytest.approx(shapley_values(evaluate, count)[list(order)], abs=1e-8)


@pytest.mark.parametrize("split", [shapley_values, sequence_values])
@given(worths=GAMES)
def test_the_way_back_has_the_same_parts_with_the_other_sign(split, worths):
    evaluate, count = game(worths)
    back = split(lambda made: evaluate(~made), count)
    assert back == pytest.approx(-split(evaluate, count), abs=1e-8)


def test_a_subset_without_an_answer_leaves_no_part():
    worths = [1.0, 2.0, np.nan, 4.0]
    evaluate, count = game(worths)
    assert np.isnan(shapley_values(evaluate, count)).all()
