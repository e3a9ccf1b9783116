"""What differs between two scenarios, and what each difference changes."""

import itertools
import json
import math

import pytest

from shorewise.engine import DomainError, Scenario, ScenarioError, take
from shorewise.engine.differences.attribution import SHAPLEY_MAX
from shorewise.engine.differences.comparison import MEASURES, compare_scenarios
from tests.support.sample_scenarios import random_scenario, small_data
from tests.support.soak import seeds

HYBRID = Scenario.from_toml("examples/hybrid.toml")


def changed(edit, data=None):
    """The example of four plans, or other data, after an edit in place."""
    data = data or HYBRID.to_dict()
    edit(data)
    return Scenario.from_dict(data, "changed")


def two_edits(data):
    data["sites"][1]["salary"]["ML engineer"] = 88_000
    data["discount_rate"] = 0.12


def figure(scenario, plan, measure):
    values = scenario.evaluate()
    return take(values, MEASURES[measure], plan=scenario.plans.index(plan)).item()


def parts(found, plan, measure):
    return {group: one[measure] for group, one in found.plans[plan].parts.items()}


def test_a_scenario_does_not_differ_from_itself():
    found = compare_scenarios(HYBRID, HYBRID)
    assert found.is_empty
    assert found.method == ""
    assert {change for one in found.plans.values() for change in one.change.values()} == {0}


def test_differences_are_named_by_their_addresses_with_both_values():
    found = compare_scenarios(HYBRID, changed(two_edits))
    assert [(one.address, one.a, one.b) for one in found.inputs] == [
        ("discount_rate", 0.1, 0.12),
        ("site.Krakow.salary.ML engineer", 80_000, 88_000),
    ]


def test_the_parts_of_three_inputs_are_the_mean_over_every_order_of_making_them():
    """Evaluates each step of each order as a scenario of its own, by the definition."""
    edits = {
        "discount_rate": lambda data: data.update(discount_rate=0.15),
        "site.Krakow.salary.ML engineer": lambda data: data["sites"][1]["salary"].update(
            {"ML engineer": 95_000}
        ),
        "site.Krakow.attrition_rate": lambda data: data["sites"][1].update(attrition_rate=0.4),
    }

    def all_of(names):
        def edit(data):
            for name in names:
                edits[name](data)

        return changed(edit)

    orders = list(itertools.permutations(edits))
    worth = {
        frozenset(names): figure(all_of(names), "Hybrid", "npv")
        for count in range(4)
        for names in itertools.combinations(edits, count)
    }
    expected = dict.fromkeys(edits, 0.0)
    for order in orders:
        for n, name in enumerate(order):
            gain = worth[frozenset(order[: n + 1])] - worth[frozenset(order[:n])]
            expected[name] += gain / len(orders)
    found = compare_scenarios(HYBRID, all_of(edits))
    # 1e-9: the same figures, added in another order.
    assert parts(found, "Hybrid", "npv") == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("seed", seeds(range(12)))
def test_the_parts_of_random_pairs_sum_to_the_change_and_turn_their_sign_on_the_way_back(seed):
    a, b = random_scenario(seed), random_scenario(seed + 1_000)
    there, back = compare_scenarios(a, b), compare_scenarios(b, a)
    for name, plan in there.plans.items():
        for measure in MEASURES:
            before, after = figure(a, name, measure), figure(b, name, measure)
            of_each = list(parts(there, name, measure).values())
            if math.isfinite(before) and math.isfinite(after):
                # 1e-9: random scenarios have amounts far larger than what is left of them.
                size = abs(before) + abs(after) + max(map(abs, filter(None, of_each)), default=0)
                close = pytest.approx(after - before, rel=1e-9, abs=1e-9 * size)
                assert plan.change[measure] == close
                if None not in of_each:
                    assert sum(of_each) == close
                    others = list(parts(back, name, measure).values())
                    assert sorted(of_each) == pytest.approx(
                        sorted(-one for one in others), rel=1e-6, abs=1e-9 * size
                    )
            else:
                assert plan.change[measure] is None
                assert of_each == [None] * len(of_each)


def test_a_horizon_that_differs_is_one_of_the_differences():
    def shorter(data):
        two_edits(data)
        data["horizon_months"] = 24

    b = changed(shorter)
    found = compare_scenarios(HYBRID, b)
    assert found.inputs[0].address == "horizon_months"
    change = figure(b, "Hybrid", "npv") - figure(HYBRID, "Hybrid", "npv")
    assert sum(parts(found, "Hybrid", "npv").values()) == pytest.approx(change)
    assert parts(found, "Hybrid", "npv")["horizon_months"] < 0


def many_edits(data):
    """More numbers than are split one by one: two inputs at each site and role."""
    for site in data["sites"][1:]:
        site["salary"] = {role: pay * 1.05 for role, pay in site["salary"].items()}
        site["management_rate"] = 0.3
        site["trip_cost"] = 5_000
    data["discount_rate"] = 0.12


def test_where_many_numbers_differ_those_of_one_input_change_together():
    found = compare_scenarios(HYBRID, changed(many_edits))
    assert len(found.inputs) > SHAPLEY_MAX
    assert {*found.groups} == {"discount_rate", "salary", "management_rate", "trip_cost"}
    assert len(found.members("salary")) == 6
    assert "numbers of one input change together" in found.method


def test_too_many_differences_are_made_one_at_a_time_and_the_method_says_so():
    sites = [{"name": "Onshore"}, *({"name": f"Site {n}"} for n in range(12))]
    plans = [{"name": "Base", "heads": {"Onshore": 12}}]
    plans.append({"name": "Abroad", "heads": {site["name"]: 1 for site in sites[1:]}})
    data = {"horizon_months": 12, "roles": ["Engineer"], "sites": sites, "plans": plans}
    names = ("trip_cost", "management_rate", "attrition_rate", "benefits_rate", "workspace_cost",
             "equipment_cost", "tools_cost", "onboarding_cost", "recruitment_rate",
             "knowledge_transfer_hours", "training_cost")  # fmt: skip
    moved = [sites[0], *(site | dict.fromkeys(names, 0.5) for site in sites[1:])]
    a, b = Scenario.from_dict(data), Scenario.from_dict(data | {"sites": moved})
    found, back = compare_scenarios(a, b), compare_scenarios(b, a)
    assert "one at a time, in the order of the inputs and in the reverse" in found.method
    there = parts(found, "Abroad", "npv")
    assert len(there) == 12 * len(names)
    change = figure(b, "Abroad", "npv") - figure(a, "Abroad", "npv")
    assert sum(there.values()) == pytest.approx(change)
    returned = parts(back, "Abroad", "npv")
    assert there == pytest.approx({name: -one for name, one in returned.items()}, abs=1e-6)


def test_a_plan_of_one_scenario_is_said_and_not_compared():
    def with_plan(data):
        heads = dict.fromkeys(data["roles"], 4)
        data["plans"].append({"name": "Late", "heads": {"Krakow": heads}})

    found = compare_scenarios(HYBRID, changed(with_plan))
    assert found.sentences == ("plan Late: only in B",)
    assert "Late" not in found.plans
    assert found.inputs == ()


def with_site(data):
    data["sites"].append({"name": "Gdansk"})
    data["roles"].append("Designer")
    data["plans"][0]["heads"]["New York"]["Designer"] = 1
    for plan in data["plans"][1:]:
        plan["heads"]["Gdansk"] = {"Designer": 2}


def test_a_site_and_a_role_of_one_scenario_change_figures_by_their_heads():
    b = changed(with_site)
    for first, second, letter in ((HYBRID, b, "B"), (b, HYBRID, "A")):
        found = compare_scenarios(first, second)
        assert found.sentences == (
            f"site Gdansk: only in {letter}; what it changes is part of the heads",
            f"role Designer: only in {letter}; what it changes is part of the heads",
        )
        assert found.groups == ("heads",)
        change = figure(second, "Nearshore", "npv") - figure(first, "Nearshore", "npv")
        assert parts(found, "Nearshore", "npv")["heads"] == pytest.approx(change)


def test_the_order_of_plans_sites_roles_and_rows_makes_no_difference():
    def reordered(data):
        for key in ("sites", "plans"):
            data[key][1:] = reversed(data[key][1:])
        data["roles"].reverse()
        data["risks"].reverse()

    assert compare_scenarios(HYBRID, changed(reordered)).is_empty


def test_a_risk_of_one_scenario_is_one_difference():
    def other_risk(data):
        data["risks"][0] = {"name": "Strike", "probability": 0.3, "weeks": 4}

    first = HYBRID.list_names["risk"][0]
    found = compare_scenarios(HYBRID, changed(other_risk))
    assert {*found.groups} == {f"risk {first}: only in A", "risk Strike: only in B"}
    assert parts(found, "Hybrid", "npv_risk_adjusted")["risk Strike: only in B"] < 0


def test_a_charge_of_one_site_and_scenario_is_one_difference():
    def charge(data):
        data["sites"][1]["statutory"].append({"line": "New levy", "rate": 0.02})

    found = compare_scenarios(HYBRID, changed(charge))
    assert found.groups == ("charge at Krakow New levy: only in B",)
    assert parts(found, "Nearshore", "npv")[found.groups[0]] < 0


def test_the_order_of_charges_makes_no_difference_to_a_share_of_another_charge():
    rules = [{"line": "Levy", "rate": 0.1, "flat": 5}, {"line": "Pension", "rate": 0.2}]
    rules.append({"line": "Solidarity", "rate": 0.5, "of_charge": "Pension"})

    def of(order):
        def edit(data):
            data["sites"][1].pop("statutory_rate", None)
            data["sites"][1]["statutory"] = [rules[n] for n in order]

        return changed(edit)

    assert compare_scenarios(of([0, 1, 2]), of([2, 1, 0])).is_empty
    assert compare_scenarios(of([0, 1, 2]), of([1, 2, 0])).is_empty


def test_the_first_month_is_one_of_the_differences_where_the_law_changes_with_the_month():
    def levy(start):
        def edit(data):
            rule = {"line": "New levy", "rate": 0.02, "first_month": "2028-01"}
            data["sites"][1]["statutory"].append(rule)
            data["start_month"] = start

        return changed(edit)

    a, b = levy("2027-01"), levy("2028-01")
    found = compare_scenarios(a, b)
    [one] = found.inputs
    assert (one.address, one.label, one.a, one.b) == (
        "start_month",
        "First month",
        "2027-01",
        "2028-01",
    )
    assert found.texts == ()
    change = figure(b, "Nearshore", "npv") - figure(a, "Nearshore", "npv")
    assert change < 0
    assert parts(found, "Nearshore", "npv")["start_month"] == pytest.approx(change)


def test_the_first_month_is_a_text_where_no_law_changes_with_it():
    def later(data):
        data["start_month"] = "2031-05"

    a = changed(lambda data: data.update(start_month="2031-04"))
    found = compare_scenarios(a, changed(later))
    assert found.texts == (("First month", "2031-04", "2031-05"),)
    assert found.inputs == ()


def test_texts_that_differ_are_said():
    text = json.dumps(HYBRID.to_dict()).replace("New York", "Boston")
    data = json.loads(text) | {"name": "Version 2", "prepared_by": "N. N."}
    found = compare_scenarios(HYBRID, Scenario.from_dict(data))
    assert ("Name", HYBRID.name, "Version 2") in found.texts
    assert ("Prepared by", HYBRID.prepared_by, "N. N.") in found.texts
    assert found.sentences == ("the onshore base is called New York in A and Boston in B",)
    assert found.inputs == ()


def test_an_onshore_base_that_is_abroad_in_the_other_scenario_is_refused():
    text = json.dumps(HYBRID.to_dict()).replace("New York", "?")
    text = text.replace("Krakow", "New York").replace("?", "Krakow")
    with pytest.raises(ScenarioError, match="the onshore base is site 'New York' of A"):
        compare_scenarios(HYBRID, Scenario.from_dict(json.loads(text)))


def test_amounts_in_another_currency_are_converted_and_nothing_else_differs():
    found = compare_scenarios(HYBRID, HYBRID.in_currency("EUR"))
    assert found.inputs == ()
    assert found.currency == "USD"
    assert found.sentences[0].startswith("B: amounts are converted from EUR at")


def test_a_currency_without_a_rate_is_refused():
    data = HYBRID.to_dict() | {"currency": "XTS"}
    with pytest.raises(ScenarioError, match="no exchange rate was found for XTS"):
        compare_scenarios(HYBRID, Scenario.from_dict(data))


def test_a_plan_that_never_breaks_even_has_no_change_to_split_and_is_said():
    def dear(data):
        data["sites"][1]["salary"] = 400_000

    a = Scenario.from_dict(small_data())
    found = compare_scenarios(a, changed(dear, small_data() | {"horizon_months": 36}))
    plan = found.plans["Mid"]
    assert plan.b["break_even_month"] is None
    assert {one["break_even_month"] for one in plan.parts.values()} == {None}
    assert any("Mid: break-even has no answer in" in sentence for sentence in found.no_answers)
    assert None not in {one["npv"] for one in plan.parts.values()}


def test_one_plan_may_be_asked_for():
    assert [*compare_scenarios(HYBRID, changed(two_edits), "Hybrid").plans] == ["Hybrid"]


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        pytest.param("Hybird", "no plan is called 'Hybird'; did you mean Hybrid", id="unknown"),
        pytest.param("All onshore", "is the baseline of A", id="baseline"),
    ],
)
def test_a_plan_without_a_change_is_refused(plan, words):
    with pytest.raises(DomainError, match=words):
        compare_scenarios(HYBRID, changed(two_edits), plan)


def test_inputs_without_effect_are_listed_with_parts_of_nothing():
    def inert(data):
        data["sensitivity_plan"] = 3
        data["cases"] = [{"name": "salary", "optimistic": 0.5}]

    found = compare_scenarios(HYBRID, changed(inert))
    assert {one.address for one in found.inputs} >= {"sensitivity_plan", "driver.salary.optimistic"}
    assert {value for one in found.plans["Hybrid"].parts.values() for value in one.values()} == {0}


def located(code, **figures):
    """A scenario whose site abroad is in a country; figures of its own where none is found."""
    own = {"attrition_rate": 0.1, "wage_inflation": 0.05}
    sites = [
        {"name": "Home", "salary": 100_000},
        {"name": "Site", "location": code} | own | figures,
    ]
    plans = [{"name": "Home", "heads": {"Home": 4}}, {"name": "Away", "heads": {"Site": 4}}]
    return Scenario.from_dict({"roles": ["Dev"], "sites": sites, "plans": plans}, code)


def test_another_country_of_a_site_is_one_change():
    found = compare_scenarios(located("PL"), located("PT"))
    away = found.plans["Away"]
    moved = [group for group, part in away.parts.items() if part["npv"]]
    assert moved == ["site.Site.location"]
    assert away.parts["site.Site.location"]["npv"] == pytest.approx(away.change["npv"])
    assert ("Country of Site", "PL", "PT") in found.texts
    names = {one.input for one in found.members("site.Site.location")}
    assert {"salary", "fx_rate", "statutory_rate", "utc_offset", "stop_notice_weeks"} <= names


def test_a_figure_of_ones_own_is_no_part_of_the_country():
    found = compare_scenarios(located("PL"), located("PT", salary=70_000, attrition_rate=0.2))
    moved = {group for group, part in found.plans["Away"].parts.items() if part["npv"]}
    assert moved == {"site.Site.location", "site.Site.salary.Dev", "site.Site.attrition_rate"}
