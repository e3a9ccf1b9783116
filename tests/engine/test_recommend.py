"""The recommended plan and placement, against every one computed by itself."""

import functools
import itertools

import numpy as np
import pytest

from shorewise.engine import Scenario, ScenarioError, recommend, take
from shorewise.engine.criteria import best_plans, missed_limits
from shorewise.engine.placement import FIGURES, with_proposal
from tests.support.sample_scenarios import random_scenario
from tests.support.soak import seeds

ROLES = ["Lead", "Engineer", "Tester"]


def case(**changes):
    sites = [
        {"name": "Home", "salary": {"Lead": 200_000, "Engineer": 150_000, "Tester": 100_000}},
        {"name": "Near", "overlap_hours": 6, "salary": 60_000, "time_zone": "America/Bogota"},
        {"name": "Far", "overlap_hours": 0, "salary": 30_000, "established": 1},
    ]
    heads = {"Lead": 1, "Engineer": 6, "Tester": 3}
    data = {
        "roles": ROLES,
        "work_type": {
            "Lead": "solution_architecture",
            "Engineer": "ai_systems",
            "Tester": "testing",
        },
        "sites": sites,
        "plans": [{"name": "All", "heads": {"Home": heads}}],
    }
    return Scenario.from_dict(data | changes, "case")


def plan_of(placement):
    heads = {}
    for role, site in placement.items():
        heads.setdefault(site, {})[role] = {"Lead": 1, "Engineer": 6, "Tester": 3}[role]
    return {"name": "Placed", "heads": heads}


# Written from the definition of each criterion; the higher, the better.
FIGURE_OF = {
    "npv": lambda values: take(values, "npv_risk_adjusted", plan=1).item(),
    "risk_adjusted_cost": lambda values: -take(values, "risk_adjusted_cost", plan=1).item(),
    "peak_funding": lambda values: take(values, "cumulative", plan=1).min(),
}


def one_by_one(criterion="npv", **changes):
    """Figure of each placement that meets the limits, each computed as a scenario of its own."""
    return {sites: figures[criterion] for sites, figures in placements(**changes).items()}


@functools.cache
def placements(**changes):
    """Figures by which each placement that meets the limits may be chosen."""
    scenario, found = case(**changes), {}
    data = scenario.to_dict()
    for sites in itertools.product(scenario.sites, repeat=len(ROLES)):
        placement = dict(zip(ROLES, sites, strict=True))
        plans = [data["plans"][0], plan_of(placement)]
        values = Scenario.from_dict(data | {"plans": plans}, "one").evaluate()
        met = all(
            take(values, limit, plan=1).item()
            for limit in ("plan_fits", "plan_pays", "plan_manageable")
        )
        if met:
            found[sites] = {one: figure(values) for one, figure in FIGURE_OF.items()}
    return found


@pytest.mark.soak(keep=12)
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="as-it-is"),
        pytest.param({"management_capacity": 14}, id="few-hours-of-leaders"),
        pytest.param({"break_even_limit": 4}, id="quick-break-even"),
        pytest.param({"near_overlap": 7}, id="nothing-is-near"),
        pytest.param({"concentration_rate": 0.3}, id="spread-is-worth-it"),
        pytest.param({"onshore_only": 0, "work_type": "testing"}, id="everything-may-go"),
    ],
)
@pytest.mark.parametrize("criterion", FIGURE_OF)
@pytest.mark.parametrize("sizing", ["heads", "output"])
def test_the_placement_is_the_best_of_those_that_meet_the_limits(changes, sizing, criterion):
    scenario = case(**changes, sizing=sizing, criterion=criterion)
    expected = one_by_one(criterion, **changes, sizing=sizing)
    found = recommend(scenario)
    chosen = tuple(found.placement[role] for role in ROLES)
    assert expected[chosen] == pytest.approx(max(expected.values()), rel=1e-12)


def test_criteria_choose_different_placements_and_each_is_named():
    found = {one: recommend(case(criterion=one)) for one in FIGURE_OF}
    assert found["peak_funding"].placement != found["npv"].placement
    assert [one.criterion.split(",")[0] for one in found.values()] == [
        "highest NPV after risk",
        "lowest cost after risk",
        "lowest peak funding",
    ]


def test_the_proposal_stands_beside_the_plans_with_the_same_figures_as_a_plan():
    scenario = case()
    found = recommend(scenario)
    data = scenario.to_dict()
    data["plans"].append(plan_of(found.placement))
    values = Scenario.from_dict(data, "with").evaluate()
    for key, line in FIGURES.items():
        expected = take(values, line, plan=1).item()
        assert found.figures[key] == pytest.approx(expected, rel=1e-12), key
    assert [*found.plans] == ["All"]
    assert found.plans["All"]["npv_risk_adjusted"] == 0
    assert found.plans["All"]["break_even_month"] is None


def test_the_proposal_can_be_added_as_a_plan_which_the_search_then_finds():
    scenario = case()
    found = recommend(scenario)
    assert found.matches == ""
    added = with_proposal(scenario, found.placement)
    assert added.plans == ("All", "Proposed")
    again = recommend(added)
    assert again.matches == "Proposed"
    assert again.plans["Proposed"] == pytest.approx(found.figures)
    assert with_proposal(added, found.placement).plans[-1] == "Proposed 2"
    with pytest.raises(ScenarioError, match="there twice"):
        with_proposal(added, found.placement, "Proposed")


def test_each_role_goes_to_a_site_where_its_work_is_allowed():
    assert recommend(case()).placement == {"Lead": "Home", "Engineer": "Near", "Tester": "Far"}


def test_only_placements_allowed_by_the_work_are_searched():
    assert recommend(case()).searched == 1 * 2 * 3  # home; home or near; anywhere


def test_reasons_name_figures_and_the_inputs_that_change_them():
    scenario = case()
    reasons = recommend(scenario).reasons
    text = "\n".join(reason.text for reason in reasons)
    for part in ("Lead must stay onshore", "Near has 6", "limit is 12", "there are 40"):
        assert part in text
    score = take(scenario.evaluate(), "work_score", role=1)
    assert f"{score:.0%}" in text
    names = {name for reason in reasons for name in reason.inputs}
    assert names <= set(scenario.values)


def test_open_questions_and_a_distant_vendor_are_reasons():
    scenario = case()
    data = scenario.to_dict()
    data["sites"][2] |= {"vendor_fee_rate": 0.2, "open_questions": 0.4, "answer_days": 0.5}
    rules = {r.rule: r.text for r in recommend(Scenario.from_dict(data, "vendor")).reasons}
    assert "20% of the time at Far" in rules["R5"]
    assert "0 of the 3 conditions" in rules["R7"]


def test_the_recommendation_says_if_no_placement_abroad_meets_the_limits():
    found = recommend(case(management_capacity=0, break_even_limit=3))
    assert set(found.placement.values()) == {"Home"}
    assert found.reasons[0].text.startswith("No placement abroad is better and meets all limits.")
    # Home is not counted; the tester may go to two sites and the engineer to one.
    assert "Of 5 that the work allows, " in found.reasons[0].text
    assert "0 need at most 0 hours" in found.reasons[0].text


def test_too_many_placements_are_refused_with_a_remedy():
    roles = [f"Role {n}" for n in range(12)]
    sites = [{"name": f"Site {n}", "overlap_hours": 8} for n in range(1, 4)]
    heads = {"Home": dict.fromkeys(roles, 1)}
    data = {"roles": roles, "sites": [{"name": "Home"}, *sites]}
    scenario = Scenario.from_dict(data | {"plans": [{"name": "All", "heads": heads}]}, "many")
    with pytest.raises(
        ScenarioError, match=r"16,777,216 placements .* at most 50,000.*onshore_only"
    ):
        recommend(scenario)


@pytest.mark.parametrize("seed", seeds(range(30)))
def test_the_recommended_plan_is_the_best_of_those_that_meet_the_limits(seed):
    scenario = random_scenario(seed)
    values = scenario.evaluate()
    sites, heads = range(len(scenario.sites)), values["heads"][0]
    eligible = []
    for plan in range(len(scenario.plans)):
        fits = all(
            take(values, "allowed", site=s, role=r)
            for s in sites
            for r in range(len(scenario.roles))
            if heads[plan, s, r, 0]
        )
        behind = np.flatnonzero(take(values, "cumulative", plan=plan) < 0)
        month = behind.max() + 1 if behind.size else 0
        pays = month < values["break_even_limit"].item() and month < scenario.horizon_months
        hours = take(values, "management_needed", plan=plan).item()
        delivers = take(values, "value", plan=plan).any()
        if fits and pays and delivers and hours <= values["management_capacity"].item():
            eligible.append(plan)
    figures = values["npv_risk_adjusted"].ravel()
    if values["criterion"].item() == 1:
        figures = -values["risk_adjusted_cost"].ravel()
    elif values["criterion"].item() == 2:
        figures = values["cumulative_cash"][0, :, 0, 0, :].min(axis=-1)
    best = max((figures[plan] for plan in eligible), default=None)
    size = best - figures.min() + 1 if eligible else 0
    expected = [
        float(p in eligible and best - figures[p] <= 1e-9 * size) for p in range(len(figures))
    ]
    assert values["recommended"].ravel().tolist() == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, 2, id="advantage-40-per-cent-after-risk"),
        pytest.param({"saving_target": 0.45}, 1, id="marginal-pays-but-saves-less"),
        pytest.param({"break_even_limit": 6}, 0, id="trap-breaks-even-too-late"),
    ],
)
def test_the_verdict_on_a_plan_is_trap_marginal_or_advantage(changes, expected):
    data = Scenario.preset("mid").to_dict() | changes
    assert take(Scenario.from_dict(data, "mid").evaluate(), "verdict", plan=1).item() == expected


def test_the_recommended_plan_follows_the_criterion_and_meets_the_limits():
    data = Scenario.from_toml("examples/hybrid.toml").to_dict()
    data["plans"][2]["heads"]["Bengaluru"] = {"Platform engineer": 300}
    data["sizing"] = "heads"
    scenario = Scenario.from_dict(data, "large")
    [(by, plans)], values = best_plans(scenario).items(), scenario.evaluate()
    assert by == "highest NPV after risk, among the plans that meet all limits"
    assert values["npv_risk_adjusted"].argmax() == 2
    assert take(values, "management_left", plan=2).item() < 0  # it asks too much of leaders
    assert plans == ("Nearshore",)
    funding = best_plans(Scenario.from_dict(data | {"criterion": "peak_funding"}, "funding"))
    assert funding == {
        "lowest peak funding, among the plans that meet all limits": ("All onshore",)
    }


def test_a_plan_that_delivers_after_the_horizon_is_not_recommended():
    data = Scenario.default().to_dict()
    data["plans"][1]["waves"] = [{"month": 36, "share": 1}]  # hired in the last month
    case = Scenario.from_dict(data)
    values = case.evaluate()
    assert take(values, "plan_admitted", plan=1) == 0
    assert take(values, "recommended", plan=1) == 0
    assert "delivers nothing of value within the horizon" in missed_limits(case)[1]


@pytest.mark.parametrize("seed", seeds(range(40)))
def test_a_plan_misses_a_limit_exactly_where_it_is_not_admitted(seed):
    case = random_scenario(seed)
    admitted = take(case.evaluate(), "plan_admitted")
    assert [not missed for missed in missed_limits(case)] == [
        bool(one) for one in np.broadcast_to(admitted, len(case.plans))
    ]


def test_a_proposal_is_no_plan_whose_heads_start_later():
    data = Scenario.default().to_dict()
    assert recommend(Scenario.from_dict(data)).matches == "Mid"
    data["plans"][1]["waves"] = [{"month": 1, "share": 0.5}, {"month": 6, "share": 0.5}]
    assert recommend(Scenario.from_dict(data)).matches == ""
