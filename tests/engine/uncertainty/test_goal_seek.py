"""Goal seek: what it finds puts the measure at its target; what it does not is said in words."""

import numpy as np
import pytest

from shorewise.engine import Scenario, addresses, default_model, take
from shorewise.engine.errors import DomainError
from shorewise.engine.measures import FIGURES
from shorewise.engine.uncertainty.goal_seek import solve, solve_all
from shorewise.engine.uncertainty.varied_inputs import address_of, with_value
from tests.support.sample_scenarios import (
    random_data,
    random_scenario,
    reference_scenario,
    with_reference_settings,
)

MID = 1
DEFAULT = reference_scenario()


def measured(scenario, name, value, measure, plan):
    """The measure with the input at a value, by the whole model."""
    values = with_value(scenario.values, address_of(scenario, name), np.array([value]))
    found = default_model().evaluate(values, scenario.horizon_months)
    return take(found, FIGURES[measure], plan=plan).item()


@pytest.mark.parametrize(("month", "salary"), [(9, 58_890.30), (12, 71_956)])
def test_the_highest_salary_that_breaks_even_matches_the_reference_model(month, salary):
    found = solve(DEFAULT, "salary", "break_even_month", month, MID)
    assert found.values == (pytest.approx(salary, abs=0.5),)
    assert found.exact
    assert measured(DEFAULT, "salary", found.values[0] - 0.01, "break_even_month", MID) < month
    assert measured(DEFAULT, "salary", found.values[0] + 0.01, "break_even_month", MID) > month


@pytest.mark.parametrize(("month", "salary"), [(9, 58_890.30), (9.5, 58_890.30), (12, 71_956)])
def test_the_highest_salary_is_found_for_whole_months_as_well(month, salary):
    found = solve(DEFAULT, "salary", "break_even_month_whole", month, MID)
    assert found.values == (pytest.approx(salary, abs=0.5),)
    assert "more is too late" in found.text


@pytest.mark.parametrize("name", ["site.Mid.salary", "site.Mid.productivity"])
def test_the_rounded_value_in_words_still_meets_the_deadline(name):
    # Rounded to the nearest digit, half of them would be a hair too late: month 10 for 9.
    for month in (8, 9, 10, 12, 13, 16, 19):
        text = solve(DEFAULT, name, "break_even_month", month, MID).text
        number = text.partition(f"{name} ")[2].partition(" (")[0].replace(",", "")
        value = float(number.removesuffix(" %")) / (100 if number.endswith("%") else 1)
        assert measured(DEFAULT, name, value, "break_even_month_whole", MID) <= month


def test_the_highest_salary_is_found_for_a_discounted_payback():
    found = solve(DEFAULT, "salary", "discounted_payback_month", 9, MID)
    assert found.status == "one"
    for more, month in ((-0.01, 9), (0.01, 10)):
        value = found.values[0] + more
        assert measured(DEFAULT, "salary", value, "discounted_payback_month", MID) == month


@pytest.mark.parametrize(
    ("name", "measure", "target", "exact"),
    [
        ("management_rate", "net_saving", 0.30, True),
        ("site.Mid.management_rate", "net_saving", 0.30, True),
        ("productivity", "net_saving_steady", 0.30, False),
        ("overlap_hours", "net_saving", 0.36, False),
        ("discount_rate", "npv", 1_000_000, False),
        ("rework_half_life", "npv", 1_200_000, False),
        ("salary", "npv", 0, True),
        ("plan.Mid.heads.Mid", "npv", 3_000_000, True),
        ("plan.Mid.heads.Mid", "net_saving", 0.30, False),
        ("plan.Mid.heads.Mid", "npv", 900_000, True),
        ("salary", "irr_year_cash", 5, False),
        ("salary", "peak_funding", -200_000, False),
    ],
)
def test_the_solution_brings_the_measure_to_its_target(name, measure, target, exact):
    found = solve(DEFAULT, name, measure, target, MID)
    assert (found.status, found.exact) == ("one", exact)
    reached = measured(DEFAULT, name, found.values[0], measure, MID)
    assert reached == pytest.approx(target, rel=1e-9, abs=1e-4 if target == 0 else 0)
    assert name in found.text


ABROAD = [seed for seed in range(12) if len(random_data(seed)["sites"]) > 1]


@pytest.mark.parametrize("seed", ABROAD)
def test_the_current_value_is_found_from_its_own_result_in_any_scenario(seed):
    scenario = random_scenario(seed)
    plan = len(scenario.plans) - 1
    for name, measure in (("discount_rate", "npv"), ("salary", "fully_loaded_cost")):
        value = float(address_of(scenario, name).get(scenario.values).max(initial=0.1))
        target = measured(scenario, name, value, measure, plan)
        found = solve(scenario, name, measure, target, plan)
        if found.status == "always":
            continue
        near = [measured(scenario, name, v, measure, plan) for v in found.values]
        assert near == pytest.approx([target] * len(near), rel=1e-7)
        assert any(v == pytest.approx(value, rel=1e-6) for v in found.values), found.text


def test_scenarios_solved_together_give_the_same_as_one_by_one():
    salaries = np.linspace(30_000, 90_000, 7)
    values = with_value(DEFAULT.values, address_of(DEFAULT, "site.Mid.salary"), salaries)
    overlap = address_of(DEFAULT, "overlap_hours")
    found = solve_all(DEFAULT, values, overlap, "net_saving", 0.34, MID)
    for n in range(len(salaries)):
        alone = {k: v[n : n + 1] if v.shape[0] > 1 else v for k, v in values.items()}
        one = solve_all(DEFAULT, alone, overlap, "net_saving", 0.34, MID)
        np.testing.assert_allclose(found.values[n], one.values[0], rtol=1e-12)
    assert 0 < np.isfinite(found.values[:, 0]).sum() < len(salaries)


def test_all_of_several_solutions_are_listed():
    hybrid = Scenario.from_toml("examples/hybrid.toml")
    found = solve(hybrid, "utc_offset", "net_saving", 0.27, 1)
    assert found.status == "many"
    assert len(found.values) >= 2
    for value in found.values:
        assert measured(hybrid, "utc_offset", value, "net_saving", 1) == pytest.approx(0.27)
    assert f"at {len(found.values)} values of utc_offset" in found.text


@pytest.mark.parametrize("measure", ["payback_cash", "payback_after_tax"])
def test_the_highest_salary_for_a_payback_of_cash_pays_back_in_that_month(measure):
    found = solve(DEFAULT, "salary", measure, 12, MID)
    assert found.status == "one"
    assert measured(DEFAULT, "salary", found.values[0], measure, MID) == pytest.approx(12, abs=1e-6)
    assert measured(DEFAULT, "salary", found.values[0] + 100, measure, MID) > 12
    assert "pays back its cash" in found.text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("overlap_hours", "net_saving", 0.9), ["No overlap_hours between 0 and 24", "below 90 %"]),
        (("salary", "break_even_month", 1), ["No salary", "from month 1 on", "always below 0"]),
        (("discount_rate", "net_saving", 0.3), ["always above 30 %"]),
        (("fx_rate", "net_saving", 0.3), ["is 34.89937432 % at any, always above 30 %"]),
        (("lead_time_months", "net_saving", 0.3), ["jumps past 30 %", "at 12 and", "at 13"]),
    ],
)
def test_a_missing_solution_is_explained_in_words(arguments, words):
    found = solve(DEFAULT, *arguments, MID)
    assert (found.status, found.values) == ("none", ())
    assert [word for word in words if word not in found.text] == []


def test_the_answer_says_if_an_input_does_not_matter():
    saving = take(DEFAULT.evaluate(), "net_saving", plan=MID).item()
    found = solve(DEFAULT, "discount_rate", "net_saving", saving, MID)
    assert found.status == "always"
    assert "does not matter" in found.text


def test_a_scenario_of_only_the_onshore_base_has_nothing_to_solve():
    data = DEFAULT.to_dict()
    data |= {"sites": data["sites"][:1], "plans": data["plans"][:1]}
    with pytest.raises(DomainError, match="at all sites but the onshore base; there are none"):
        solve(Scenario.from_dict(data, "onshore"), "salary", "npv", 0, 0)


def test_solutions_outside_the_range_are_ignored():
    found = solve(DEFAULT, "salary", "break_even_month", 12, MID, 75_000, 90_000)
    assert found.status == "none"
    assert "between 75,000 and 90,000" in found.text
    found = solve(DEFAULT, "salary", "break_even_month", 12, MID, 20_000, 70_000)
    assert (found.status, found.values) == ("always", ())
    assert found.text.startswith("Any salary between 20,000 and 70,000 will do")
    assert solve(DEFAULT, "salary", "break_even_month", 12, MID, 70_000, 80_000).status == "one"


def test_a_plan_that_turns_negative_again_misses_the_deadline():
    # A risk of moving office in month 20 takes back what was saved: by month 12 it is ahead, not
    # for good.
    data = DEFAULT.to_dict()
    data["extra_costs"] = [
        {"name": "Move", "basis": "one-off", "amount": 1_500_000, "site": "Mid", "from_month": 20}
    ]
    scenario = Scenario.from_dict(data, "move")
    found = solve(scenario, "salary", "break_even_month", 12, MID)
    for value in found.values:
        at = measured(scenario, "salary", value * (1 - 1e-9), "break_even_month", MID)
        assert at <= 12


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (("salery", "npv", 0), ["'salery'", "did you mean salary?"]),
        (("salary", "nvp", 0), ["'nvp'", "did you mean npv?"]),
        (("salary", "npv", float("nan")), ["target is nan"]),
        (("salary", "break_even_month", 37), ["target is month 37", "between 1 and 36"]),
        (("benefits_rate", "npv", 0, -1), ["benefits_rate is -1", "it must be"]),
        (("benefits_rate", "npv", 0, 0.4, 0.2), ["between 0.4 and 0.2", "below the second"]),
    ],
)
def test_an_invalid_argument_is_named(arguments, parts):
    with pytest.raises(DomainError) as raised:
        solve(DEFAULT, *arguments[:3], MID, *arguments[3:])
    assert [part for part in parts if part not in str(raised.value)] == []


def test_the_baseline_has_no_break_even_to_solve_for():
    found = solve(DEFAULT, "salary", "break_even_month", 9, 0)
    assert found.status == "none"
    assert "no answer" in found.text


def test_the_last_whole_number_that_meets_the_deadline_is_found():
    found = solve(DEFAULT, "lead_time_months", "break_even_month", 12, MID)
    assert (found.values, found.exact) == ((3.0,), False)
    assert measured(DEFAULT, "lead_time_months", 3, "break_even_month", MID) <= 12
    assert measured(DEFAULT, "lead_time_months", 4, "break_even_month", MID) > 12


def test_every_whole_number_is_tried():
    data = DEFAULT.to_dict()
    data["sites"][1] |= {"vendor_fee_rate": 0.2, "transfer_fee": 10_000}
    scenario = Scenario.from_dict(data, "transfer")
    target = measured(scenario, "site.Mid.transfer_month", 11, "npv", MID)
    assert solve(scenario, "site.Mid.transfer_month", "npv", target, MID).values == (11.0,)


def test_a_range_of_solutions_is_listed_by_its_ends():
    target = measured(DEFAULT, "overlap_hours", 10, "net_saving", MID)
    found = solve(DEFAULT, "overlap_hours", "net_saving", target, MID)
    assert found.status == "many"
    assert found.values[-1] == 24
    assert found.values[0] == pytest.approx(4, abs=0.5)
    assert not found.exact


def test_the_value_found_in_another_case_is_the_one_to_enter():
    scenario = Scenario.from_dict(DEFAULT.to_dict() | {"case_number": 3}, "pessimistic")
    found = solve(scenario, "salary", "break_even_month", 24, MID)
    assert "as entered" in found.text
    assert "as entered" not in solve(DEFAULT, "salary", "break_even_month", 24, MID).text


def test_a_statutory_rate_is_solved_for_by_the_name_of_its_charge():
    with pytest.raises(DomainError, match=r"stands for many; name one, such as site\..*\.rate"):
        solve(DEFAULT, "statutory_rate", "net_saving", 0.2, MID)
    name = next(text for text in addresses(DEFAULT) if text.startswith("site.Mid.statutory."))
    found = solve(DEFAULT, name, "net_saving", 0.33, MID)
    assert found.status == "one"
    assert measured(DEFAULT, name, found.values[0], "net_saving", MID) == pytest.approx(0.33)


def test_the_overlap_needed_is_found_even_if_time_zones_set_it():
    entered = Scenario.from_toml("examples/hybrid.toml").to_dict()
    hybrid = Scenario.from_dict(with_reference_settings(entered), "hybrid")
    far = hybrid.sites.index("Bengaluru")
    assert take(hybrid.values, "overlap_computed", site=far).item() == 1
    found = solve(hybrid, "site.Bengaluru.overlap_hours", "net_saving", 0.26, 2)
    assert found.status == "one"
    data = hybrid.to_dict()
    data["sites"][far] |= {"overlap_hours": found.values[0], "overlap_computed": 0}
    changed = Scenario.from_dict(data, "changed").evaluate()
    assert take(changed, "net_saving", plan=2).item() == pytest.approx(0.26, abs=1e-9)
    assert take(hybrid.evaluate(), "net_saving", plan=2).item() != pytest.approx(0.26, abs=1e-3)


def test_one_salary_for_several_sites_is_distinguished_from_proportional_pay():
    hybrid = Scenario.from_toml("examples/hybrid.toml")
    values, plan = hybrid.evaluate(), hybrid.plans.index("Hybrid")
    highest = take(values, "salary_break_even", plan=plan).item()
    found = solve(hybrid, "salary", "break_even_month", 12, plan)
    assert found.values[0] != pytest.approx(highest, rel=1e-3)
    assert "One salary for all its sites and roles abroad." in found.text
    assert f"today's proportions, as on Cost per head, {highest:,.10g} on average." in found.text
    # The same number where the question is the same: pay at all sites times one factor.
    times = solve(hybrid, "salary_times", "break_even_month", 12, plan).values[0]
    assert times == pytest.approx(take(values, "pay_times_break_even", plan=plan).item(), rel=1e-9)
    # Elsewhere there is one salary only, and nothing to add.
    assert solve(DEFAULT, "salary", "break_even_month", 12, MID).text.endswith("more is too late.")
    assert "Cost per head" not in solve(hybrid, "salary", "break_even_month", 13, plan).text


@pytest.mark.parametrize("name", ["months_counted", "parallel_months"])
def test_months_beyond_the_horizon_are_not_searched(name):
    months = DEFAULT.horizon_months
    assert f"between 0 and {months} will do" in solve(DEFAULT, name, "npv", 1e12, MID).text
    last = solve_all(DEFAULT, DEFAULT.values, address_of(DEFAULT, name), "npv", 1e12, MID)
    assert last.points.max() == months


@pytest.mark.parametrize(("low", "high"), [(0, 40), (40, 50)])
def test_a_search_of_months_beyond_the_horizon_is_refused(low, high):
    words = rf"months_counted is {high}; it must be within the horizon of 36 months: set at most 36"
    with pytest.raises(DomainError, match=words):
        solve(DEFAULT, "months_counted", "npv", 0, MID, low, high)
    assert solve(DEFAULT, "months_counted", "npv", 0, MID, 0, 36).text


def test_a_decision_that_needs_a_billing_rate_is_not_searched_without_one():
    assert "between 0 and 1 will do" in solve(DEFAULT, "decision", "npv", 1e12, MID).text
