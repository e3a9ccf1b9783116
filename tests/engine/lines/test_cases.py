"""Cases and sensitivity: what the levels of the drivers do."""

import numpy as np
import pytest

from shorewise.engine import INPUTS, Scenario, default_model, take
from shorewise.engine.drivers import DRIVERS
from shorewise.engine.errors import ScenarioError

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
def test_the_tornado_matches_the_reference_model(driver, swing):
    row = 2 * list(DRIVERS).index(driver)
    low, high = (
        take(evaluate(sensitivity_case=row + end), "net_saving_steady", plan=1).item()
        for end in (1, 2)
    )
    assert round(100 * abs(high - low), 1) == swing


@pytest.mark.parametrize("driver", DRIVERS)
def test_the_base_case_changes_no_input(driver):
    found = MID.evaluate()
    np.testing.assert_array_equal(found[f"live_{driver}"], found[driver])


@pytest.mark.parametrize("driver", [name for name in DRIVERS if BY_NAME[name].axes])
def test_no_case_changes_the_onshore_base(driver):
    for number in (2, 3):
        found = evaluate(case_number=number)
        np.testing.assert_array_equal(found[f"live_{driver}"][:, :, 0], found[driver][:, :, 0])


def test_the_pessimistic_case_saves_less_than_the_base_and_the_optimistic_more():
    saving = [take(evaluate(case_number=n), "net_saving", plan=1).item() for n in (3, 1, 2)]
    assert saving == sorted(set(saving))


def test_a_custom_level_multiplies_the_figure_of_the_site():
    cases = [{"name": "salary", "optimistic": 0.5}]
    found = evaluate(case_number=2, cases=cases)["live_salary"]
    assert found.ravel().tolist() == [180_000, 30_000]


def test_a_level_is_added_if_the_default_is_0():
    cases = [{"name": "fx_drift", "pessimistic": 0.04}]
    assert evaluate(case_number=3, cases=cases)["live_fx_drift"].ravel().tolist() == [0, 0.04]


def test_an_input_at_its_level_stays_within_its_valid_range():
    cases = [{"name": "benefits_rate", "pessimistic": 100}]
    assert evaluate(case_number=3, cases=cases)["live_benefits_rate"].ravel()[1] == 1


def small_choice(salaries, **changes):
    """All onshore and a plan for each salary of a site abroad, of two heads each."""
    sites = [{"name": "Onshore", "salary": 100_000}]
    sites += [{"name": f"Site {n}", "salary": pay} for n, pay in enumerate(salaries, 1)]
    plans = [{"name": site["name"], "heads": {site["name"]: 2}} for site in sites]
    data = {"name": "choice", "sites": sites, "plans": plans, "management_capacity": 1_000}
    data |= {"break_even_limit": 36} | changes
    return Scenario.from_dict(data, "choice")


def shown(scenario):
    found = scenario.evaluate()
    return found["shown_plan"].item(), found["shown_because"].item(), found


def test_by_default_the_plan_recommended_is_shown():
    plan, because, found = shown(small_choice([30_000, 20_000]))
    assert found["recommended"].ravel().tolist() == [0, 0, 1]
    assert (plan, because) == (3, 1)
    plan, because, found = shown(small_choice([20_000, 30_000]))
    assert found["recommended"].ravel().tolist() == [0, 1, 0]
    assert (plan, because) == (2, 1)


def test_of_equal_plans_recommended_the_first_is_shown():
    plan, because, found = shown(small_choice([20_000, 20_000]))
    assert found["recommended"].ravel().tolist() == [0, 1, 1]
    assert (plan, because) == (2, 1)


def test_where_no_plan_abroad_is_recommended_that_with_the_highest_npv_after_risk_is_shown():
    plan, because, found = shown(small_choice([400_000, 300_000]))
    assert found["recommended"].ravel().tolist() == [1, 0, 0]
    npv = found["npv_risk_adjusted"].ravel()
    assert npv[1] < npv[2] < npv[0] == 0
    assert (plan, because) == (3, 2)


def test_plan_1_is_shown_if_capacity_is_added_and_it_is_recommended():
    plan, because, found = shown(small_choice([400_000], decision="add", billing_rate=300))
    assert found["recommended"].ravel().tolist() == [1, 0]
    assert (plan, because) == (1, 1)


@pytest.mark.parametrize("name", ["Site 1", 2, 2.0])
def test_a_plan_chosen_by_name_or_number_is_shown(name):
    plan, because, _ = shown(small_choice([30_000, 20_000], sensitivity_plan=name))
    assert (plan, because) == (2, 0)


def test_recommended_is_a_name_for_the_plan_recommended():
    plan, because, _ = shown(small_choice([30_000, 20_000], sensitivity_plan="recommended"))
    assert (plan, because) == (3, 1)


def test_an_unknown_plan_to_show_is_refused_by_name():
    with pytest.raises(ScenarioError, match=r"unknown plan 'Site 3'; did you mean Site 2\?"):
        small_choice([30_000, 20_000], sensitivity_plan="Site 3")


def test_the_sensitivity_tables_have_the_net_saving_of_each_plan():
    found = Scenario.default().evaluate()
    # 1e-12: the same quotient, of sums in another order.
    np.testing.assert_allclose(
        found["sensitive_saving"].ravel(), found["net_saving"].ravel(), rtol=1e-12, atol=1e-12
    )


def test_only_live_lines_use_inputs_before_the_case_is_applied():
    model = default_model()
    for name, line in model.lines.items():
        assert line.live_of or not set(DRIVERS) & set(model.parameters[name]), name
