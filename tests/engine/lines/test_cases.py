"""Cases and sensitivity: what the levels of the drivers do."""

import numpy as np
import pytest

from shorewise.engine import INPUTS, Scenario, default_model
from shorewise.engine.drivers import DRIVERS

MID = Scenario.preset("mid")
BY_NAME = {entry.name: entry for entry in INPUTS}


def evaluate(**changes):
    return Scenario.from_dict(MID.to_dict() | changes, "case").evaluate()


@pytest.mark.parametrize(
    ("driver", "swing"),
    [
        # model.md section 4: the tornado of the mid case, in points of steady-state net saving.
        ("salary", 33.0),
        ("statutory_rate", 13.2),
        ("productivity", 11.2),
        ("rework_end", 8.2),
        ("overlap_hours", 4.8),
        ("management_rate", 4.4),
        ("attrition_rate", 1.8),
    ],
)
def test_tornado_of_the_reference(driver, swing):
    row = 2 * list(DRIVERS).index(driver)
    low, high = (
        evaluate(sensitivity_case=row + end)["net_saving_steady"][0, 1].item() for end in (1, 2)
    )
    assert round(100 * abs(high - low), 1) == swing


@pytest.mark.parametrize("driver", DRIVERS)
def test_the_base_leaves_every_input_as_it_is(driver):
    found = MID.evaluate()
    np.testing.assert_array_equal(found[f"live_{driver}"], found[driver])


@pytest.mark.parametrize("driver", [name for name in DRIVERS if BY_NAME[name].axes])
def test_no_case_moves_the_onshore_base(driver):
    for number in (2, 3):
        found = evaluate(case_number=number)
        np.testing.assert_array_equal(found[f"live_{driver}"][:, :, 0], found[driver][:, :, 0])


def test_the_pessimistic_case_saves_less_than_the_base_and_the_optimistic_more():
    saving = [evaluate(case_number=n)["net_saving"][0, 1].item() for n in (3, 1, 2)]
    assert saving == sorted(set(saving))


def test_a_level_of_ones_own_is_a_factor_on_the_site_s_figure():
    cases = [{"name": "salary", "optimistic": 0.5}]
    found = evaluate(case_number=2, cases=cases)["live_salary"]
    assert found.ravel().tolist() == [180_000, 30_000]


def test_a_level_is_added_where_the_default_is_0():
    cases = [{"name": "fx_drift", "pessimistic": 0.04}]
    assert evaluate(case_number=3, cases=cases)["live_fx_drift"].ravel().tolist() == [0, 0.04]


def test_an_input_at_its_level_stays_within_its_valid_range():
    cases = [{"name": "benefits_rate", "pessimistic": 100}]
    assert evaluate(case_number=3, cases=cases)["live_benefits_rate"].ravel()[1] == 1


@pytest.mark.parametrize("plan", [1, 2, 3])
def test_the_tables_show_the_plan_that_is_chosen(plan):
    scenario = Scenario.from_dict(Scenario.default().to_dict() | {"sensitivity_plan": plan}, "plan")
    found = scenario.evaluate()
    # 1e-12: the same quotient, of sums with zeros added.
    assert found["chosen_saving"].item() == pytest.approx(
        found["net_saving"][0, plan - 1].item(), rel=1e-12
    )


def test_every_line_but_the_live_ones_asks_for_the_live_input():
    model = default_model()
    for name, line in model.lines.items():
        assert line.live_of or not set(DRIVERS) & set(model.parameters[name]), name
