"""Inputs that contradict each other, and what is said of inputs without effect."""

import pytest

import shorewise as sw
from shorewise.engine import Scenario, ScenarioError
from shorewise.engine.assumptions import Unset

TWO_ROLES = {
    "roles": ["Engineer", "Tester"],
    "sites": [{"name": "Home"}, {"name": "Away"}],
    "plans": [
        {"name": "Base", "heads": {"Home": {"Engineer": 4, "Tester": 2}}},
        {"name": "Move", "heads": {"Away": {"Engineer": 4, "Tester": 2}}},
    ],
}


def read(**changes):
    return Scenario.from_dict(TWO_ROLES | changes, "case.toml")


def with_heads(base, move):
    return [{"name": "Base", "heads": {"Home": base}}, {"name": "Move", "heads": {"Away": move}}]


ENGINEERS, BOTH = {"Engineer": 4}, {"Engineer": 4, "Tester": 2}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param(
            {"decision": "add"}, "billing_rate is 0; it must be above 0", id="added-for-nothing"
        ),
        pytest.param(
            {"failure_probability": 0.1, "failure_month": 50},
            "failure_month is 50; it must be within the horizon of 36 months",
            id="fails-after-the-horizon",
        ),
        pytest.param(
            {"parallel_months": 40},
            "parallel_months is 40; it must be within the horizon of 36 months",
            id="parallel-after-the-horizon",
        ),
        pytest.param(
            {"plans": with_heads(BOTH, ENGINEERS)},
            "plan 'Move' has no heads of 'Tester', which the baseline 'Base' has",
            id="role-missing-in-the-plan",
        ),
        pytest.param(
            {"plans": with_heads(ENGINEERS, BOTH)},
            "the baseline 'Base' has no heads of 'Tester', which plan 'Move' has",
            id="role-missing-in-the-baseline",
        ),
    ],
)
def test_contradictory_inputs_are_refused_with_what_to_do(changes, told):
    with pytest.raises(ScenarioError, match=r"case\.toml") as refused:
        read(**changes)
    assert told in str(refused.value)
    assert "set " in str(refused.value)


@pytest.mark.parametrize("plans", [with_heads(BOTH, ENGINEERS), with_heads(ENGINEERS, BOTH)])
def test_plans_of_other_roles_are_read_where_heads_stay_as_entered(plans):
    assert read(plans=plans, sizing="heads").plans == ("Base", "Move")


def test_a_failure_month_past_the_horizon_matters_only_where_the_start_may_fail():
    assert read(failure_month=50).horizon_months == 36


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"decision": "add", "billing_rate": 90, "severance_weeks": 10, "parallel_months": 3},
            "severance_weeks, parallel_months are not used where decision is 'add', "
            "only where it is 'replace'",
        ),
        (
            {"decision": "instead", "parallel_months": 3},
            "parallel_months is not used where decision is 'instead', only where it is 'replace'",
        ),
        (
            {"billing_rate": 90},
            "billing_rate is not used where decision is 'replace', only where it is 'add'",
        ),
    ],
)
def test_an_input_that_the_decision_does_not_use_is_named(changes, said):
    assert said in read(**changes).assumed


def test_the_sentence_on_the_overlap_goes_when_the_overlap_is_set():
    case = sw.Scenario.from_dict(TWO_ROLES)
    [said] = case.assumed
    assert said.startswith("2 hours a day of overlap with Home are assumed for Away")
    assert case.with_inputs({"site.Away.overlap_hours": 3}).assumed == ()
    assert case.with_inputs({"horizon_months": 24}).assumed == (said,)
    assert case.with_inputs({"discount_rate": 0.2}).assumed == (said,)


def test_what_is_left_open_is_found_again_in_the_sentences_of_a_workbook():
    case = read(decision="instead", parallel_months=3)
    said = (*case.assumed, "amounts are converted from USD at 0.9 EUR each")
    found = Unset.from_sentences(said, case.sites)
    assert found == Unset(case.unset.overlap, ("amounts are converted from USD at 0.9 EUR each",))


@pytest.mark.parametrize("name", sorted(sw.presets()))
def test_every_preset_uses_all_that_it_sets(name):
    assert not [said for said in Scenario.preset(name).assumed if "not used" in said]
