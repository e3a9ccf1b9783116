"""Plans in steady state, against heads worked out by hand."""

import pytest

from shorewise.engine import Scenario

MID = Scenario.preset("mid").to_dict()


def of_plan(name, heads=8, **site):
    onshore, mid = MID["sites"]
    plans = [MID["plans"][0], {"name": "Mid", "heads": {"Mid": heads}}]
    data = MID | {"sites": [onshore, mid | site], "plans": plans}
    return Scenario.from_dict(data, "case").evaluate()[name][0, 1].item()


def test_heads_count_by_the_output_that_is_left():
    # model.md section 1: 1/1.09, 7 % lost to communication, 6 % to rework.
    assert of_plan("plan_equivalent_heads") == pytest.approx(8 / 1.09 * 0.93 * 0.94, rel=1e-12)


def test_headcount_may_double_while_output_stands_still():
    doubled = {"heads": 16, "productivity": 0.5 / 1.09}
    assert of_plan("plan_heads", **doubled) == 2 * of_plan("plan_heads")
    assert of_plan("plan_equivalent_heads", **doubled) == pytest.approx(
        of_plan("plan_equivalent_heads"), rel=1e-12
    )
