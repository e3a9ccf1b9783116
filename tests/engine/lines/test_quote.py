"""Quote: the worked figures of model.md section 3, to the digits printed there."""

import pytest

from shorewise.engine import Scenario

MID = Scenario.preset("mid")


def plan(name, number, **changes):
    values = Scenario.from_dict(MID.to_dict() | changes, "case").evaluate()[name]
    return values[0, number if values.shape[1] > 1 else 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("name", "number", "expected", "half_digit"),
    [
        pytest.param("quote_hours", 0, 2_879, 0.5, id="section-3-hours"),
        pytest.param("blended_rate_needed", 1, 104.20, 0.005, id="section-3-blended"),
        pytest.param("plan_rate", 1, 82.95, 0.005, id="section-3-effective-hour"),
        pytest.param("plan_onshore_rate", 1, 148.85, 0.005, id="section-1-onshore-hour"),
        pytest.param("share_needed", 1, 0.678, 0.0005, id="section-3-share-offshore"),
        pytest.param("margin_at_match", 0, 0.143, 0.0005, id="section-3-margin-all-onshore"),
    ],
)
def test_figure_is_as_printed(name, number, expected, half_digit):
    assert plan(name, number) == pytest.approx(expected, abs=half_digit)


def test_delivering_the_needed_share_leaves_the_target_margin():
    share, hours = plan("share_needed", 1), plan("quote_hours", 1)
    hour = share * plan("plan_rate", 1) + (1 - share) * plan("plan_onshore_rate", 1)
    assert 1 - hours * hour / 500_000 == pytest.approx(0.40, rel=1e-12)


def test_the_walk_away_price_leaves_the_lowest_margin():
    assert 1 - plan("quote_cost", 1) / plan("walk_away_price", 1) == pytest.approx(0.20)


def test_management_overhead_comes_out_of_the_margin():
    # model.md sections 1 and 3: five points more of 90,600, grossed up, for 2,879 hours of 1,720.
    data = MID.to_dict()
    data["sites"][1]["management_rate"] = 0.25
    dearer = Scenario.from_dict(data, "dearer").evaluate()["margin_at_match"][0, 1].item()
    hour = 0.05 * 90_600 * 1.09 / 0.93 / 0.94 / 1_720
    # Half an hour of the 2,879 is worth 4e-6 of the price.
    assert plan("margin_at_match", 1) - dearer == pytest.approx(2_879 * hour / 500_000, abs=4e-6)


def test_a_dearer_competitor_leaves_more_margin():
    low, high = (plan("margin_at_match", 1, competitor_discount=d) for d in (0.3, 0.1))
    assert high > low


def test_a_plan_that_saves_nothing_can_match_nothing():
    assert plan("share_needed", 0) != plan("share_needed", 0)  # NaN: no answer
