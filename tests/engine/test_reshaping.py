"""A case in another shape: what is in both shapes stays, what is new starts as documented."""

import numpy as np
import pytest

from shorewise.engine import Scenario, ScenarioError, take
from shorewise.engine.grades import ASSUMPTION, OWN
from shorewise.engine.locations import locations
from shorewise.engine.reshaping import Changes, reshaped
from tests.support.paths import HYBRID

RESULTS = ("npv", "npv_risk_adjusted", "net_saving", "plan_fully_loaded_cost", "total_value")
ROLES = ["Developer", "Tester"]
# A case with everything that follows an axis: waves, a country, a list by site, a book, a plan.
DATA = {
    "name": "Team",
    "horizon_months": 24,
    "roles": ROLES,
    "sensitivity_plan": "Near",
    "sites": [
        {"name": "Home", "salary": {"Developer": 120_000, "Tester": 90_000}},
        {"name": "Krakow", "location": "PL", "salary": {"Developer": 70_000, "Tester": 50_000},
         "attrition_rate": 0.12, "wage_inflation": 0.05},
        {"name": "Far", "salary": 40_000, "management_rate": 0.2, "attrition_rate": 0.2,
         "wage_inflation": 0.08},
    ],
    "plans": [
        {"name": "Stay", "heads": {"Home": {"Developer": 4, "Tester": 2}}},
        {"name": "Near", "heads": {"Krakow": {"Developer": 4, "Tester": 2}},
         "waves": [{"site": "Krakow", "month": 1, "share": 0.5},
                   {"site": "Krakow", "month": 4, "share": 0.5}]},
        {"name": "Away", "heads": {"Home": {"Developer": 1}, "Far": {"Developer": 3, "Tester": 2}}},
    ],
    "extra_costs": [{"name": "Fit-out", "amount": {"Krakow": 1_000, "Far": 2_000}}],
    "assumptions": [{"figure": "salary", "site": "Krakow", "owner": "Anna", "evidence": "payroll"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def case():
    return Scenario.from_dict(DATA)


def built(**changes):
    return Scenario.from_dict(DATA | changes)


def like_far(name):
    return DATA["sites"][2] | {"name": name}


def test_no_change_gives_the_same_case(case):
    assert reshaped(case, Changes()).scenario == case
    hybrid = Scenario.from_toml(HYBRID)
    assert reshaped(hybrid, Changes()).scenario == hybrid


def test_a_longer_horizon_equals_the_case_built_with_it(case):
    assert reshaped(case, Changes(months=60)).scenario == built(horizon_months=60)


def test_a_new_plan_is_the_last_one_by_another_name(case):
    found = reshaped(case, Changes(plans={"Copy": ""})).scenario
    assert found == built(plans=[*DATA["plans"], DATA["plans"][2] | {"name": "Copy"}])


def test_a_new_plan_may_start_from_another_with_its_waves(case):
    found = reshaped(case, Changes(plans={"Copy": "Near"})).scenario
    assert found == built(plans=[*DATA["plans"], DATA["plans"][1] | {"name": "Copy"}])


def test_a_new_role_has_the_pay_of_the_first_or_of_the_role_named(case):
    usual = reshaped(case, Changes(roles={"Designer": ""})).scenario
    named = reshaped(case, Changes(roles={"Designer": "Tester"})).scenario
    assert take(usual.values, "salary", site=0).tolist() == [120_000, 90_000, 120_000]
    assert take(named.values, "salary", site=0).tolist() == [120_000, 90_000, 90_000]
    assert not take(named.values, "heads", role=2).any()


def test_a_new_site_starts_from_the_site_named(case):
    found = reshaped(case, Changes(sites={"Farther": "Far"})).scenario
    extra = [{"name": "Fit-out", "amount": {"Krakow": 1_000, "Far": 2_000, "Farther": 2_000}}]
    direct = built(sites=[*DATA["sites"], like_far("Farther")], extra_costs=extra)
    assert found.values.keys() == direct.values.keys()
    for name, array in found.values.items():
        if name != "figure_basis":
            assert np.array_equal(array, direct.values[name]), name


def test_a_new_site_starts_from_the_first_abroad_without_its_evidence(case):
    found = reshaped(case, Changes(sites={"Gdansk": ""})).scenario
    assert found.locations == ("", "PL", "", "PL")
    assert take(found.values, "salary", site=3).tolist() == [70_000, 50_000]
    before = take(case.values, "figure_basis", site=1)
    after = take(found.values, "figure_basis", site=3)
    assert (after[before == OWN] == ASSUMPTION).all()
    assert (after[before != OWN] == before[before != OWN]).all()
    assert any(found.book.of(1, figure) for figure in range(len(before)))
    assert not any(found.book.of(3, figure) for figure in range(len(before)))


def test_a_new_site_takes_the_figures_and_law_of_a_country(case):
    for like in ("PT", "pt", "Portugal"):
        shape = reshaped(case, Changes(sites={"Lisbon": like}))
        portugal = locations()["PT"]
        assert shape.scenario.locations[3] == "PT"
        assert shape.countries == {3: "PT"}
        assert set(take(shape.scenario.values, "salary", site=3)) == {portugal.facts["salary"]}
        names = [name for name in shape.scenario.rule_names[3] if name]
        assert names == [rule.line for rule in portugal.rules]


def test_a_country_without_a_figure_leaves_that_of_the_site_before(case):
    [note] = reshaped(case, Changes(sites={"Lisbon": "PT"})).notes
    found = reshaped(case, Changes(sites={"Lisbon": "PT"})).scenario
    assert locations()["PT"].facts["attrition_rate"] is None
    for name in ("attrition_rate", "management_rate"):
        assert take(found.values, name, site=3) == take(case.values, name, site=1)
    assert "attrition, wage inflation, overheads and all else are as at Krakow" in note


def test_a_site_of_a_workbook_comes_before_a_country_of_the_same_name():
    named = Scenario.from_dict(DATA | {"sites": [*DATA["sites"], like_far("Portugal")]})
    found = reshaped(named, Changes(sites={"Porto": "Portugal"})).scenario
    assert found.locations[-1] == ""
    assert take(found.values, "management_rate", site=4) == 0.2


def test_a_new_site_may_start_from_another_new_one(case):
    found = reshaped(case, Changes(sites={"Lisbon": "PT", "Porto": "Lisbon"})).scenario
    assert found.locations[3:] == ("PT", "PT")
    for name in ("salary", "statutory_rate", "management_rate", "utc_offset"):
        values = take(found.values, name)
        assert np.array_equal(values[3], values[4])


def test_the_first_site_abroad_has_the_default_cost_of_distance():
    home = Scenario.from_dict(DATA | {
        "sites": DATA["sites"][:1], "plans": DATA["plans"][:1], "extra_costs": [],
        "assumptions": [], "sensitivity_plan": 0,
    })  # fmt: skip
    found = reshaped(home, Changes(sites={"Second": ""})).scenario
    assert take(found.values, "salary", site=1).tolist() == [120_000, 90_000]
    assert take(found.values, "trip_cost", site=1) > 0 == take(found.values, "trip_cost", site=0)


def test_results_of_the_plans_that_were_there_do_not_change(case):
    changes = Changes({"Copy": ""}, {"Lisbon": "PT", "Farther": "Far"}, {"Designer": ""})
    before, after = case.evaluate(), reshaped(case, changes).scenario.evaluate()
    for name in RESULTS:
        was, now = take(before, name), take(after, name)
        assert np.allclose(now[:3], was, rtol=1e-12, equal_nan=True)
        assert np.allclose(now[3], was[2], rtol=1e-12, equal_nan=True)


def test_what_is_added_and_dropped_again_leaves_the_case_as_it_was(case):
    changes = Changes({"Copy": ""}, {"Lisbon": "PT", "Gdansk": ""}, {"Designer": ""})
    more = reshaped(case, changes).scenario
    dropped = Changes(drop_plans=["Copy"], drop_sites=["Gdansk", "Lisbon"], drop_roles=["Designer"])
    assert reshaped(more, dropped).scenario == case


def test_the_plan_shown_keeps_its_number_or_becomes_the_recommended_one(case):
    assert take(case.values, "sensitivity_plan") == 2
    kept = reshaped(case, Changes(drop_plans=["Away"])).scenario
    assert take(kept.values, "sensitivity_plan") == 2
    gone = reshaped(case, Changes(drop_plans=["Near"]))
    assert take(gone.scenario.values, "sensitivity_plan") == 0
    assert gone.notes == ("Charts and Sensitivity show the plan recommended, as theirs is dropped",)


def test_heads_of_a_role_that_is_dropped_are_named(case):
    shape = reshaped(case, Changes(drop_roles=["Tester"]))
    assert shape.notes == ("with role Tester its heads are gone: 2 in Stay, 2 in Near, 2 in Away",)
    assert take(shape.scenario.values, "heads", plan=1, site=1).tolist() == [4]


def test_months_that_do_not_all_count_are_named():
    counted = Scenario.from_dict(DATA | {"months_counted": 24})
    assert reshaped(counted, Changes(months=60)).notes == (
        "24 of the 60 months count, as months_counted says; 0 counts all",
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (Changes(plans={"near": ""}), "plan 'near' is there already"),
        (Changes(sites={"KRAKOW": ""}), "site 'KRAKOW' is there already"),
        (Changes(roles={"x" * 61: ""}), "1 to 60 characters"),
        (Changes(roles={" ": ""}), "1 to 60 characters"),
        (Changes(plans={"Copy": "Nowhere"}), "'Nowhere' is no plan of the workbook"),
        (Changes(sites={"Lisbon": "Krakov"}), "Krakow"),
        (Changes(sites={"Lisbon": "Atlantis"}), "no country of sheet Countries"),
        (Changes(drop_plans=["None"]), "'None' is no plan of the workbook"),
        (Changes(drop_plans=["Stay"]), "plan 'Stay' is the baseline, which cannot be dropped"),
        (Changes(drop_sites=["Home"]), "site 'Home' is the onshore base"),
        (Changes(drop_sites=["Far"]), "Away has heads there; move them on sheet Team"),
        (Changes(drop_roles=ROLES), "every role would be dropped; keep one at least"),
        (Changes(months=5), "horizon_months is 5; it must be a whole number between 6 and 120"),
        (Changes(months=121), "horizon_months is 121"),
        (Changes(sites={f"S{n}": "Far" for n in range(40)}), "43 sites; there may be at most 40"),
    ],
)
def test_what_is_not_allowed_is_refused(case, changes, words):
    with pytest.raises(ScenarioError) as error:
        reshaped(case, changes)
    assert words in str(error.value)


def test_a_site_goes_with_the_plan_that_alone_has_heads_there(case):
    found = reshaped(case, Changes(drop_plans=["Away"], drop_sites=["Far"])).scenario
    assert (found.sites, found.plans) == (("Home", "Krakow"), ("Stay", "Near"))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"months_counted": 20}, "months_counted is 20; it must be within the horizon of 12"),
        (
            {"plans": [DATA["plans"][0], DATA["plans"][1] | {
                "waves": [{"site": "Krakow", "month": 18, "share": 1}]}], "decision": "instead",
             "sensitivity_plan": 0},
            "start in month 18, after the 12 months that count",
        ),
        ({"failure_probability": 0.1, "failure_month": 20}, "failure_month is 20"),
    ],
)  # fmt: skip
def test_a_shorter_horizon_that_an_input_contradicts_is_refused(data, words):
    long = Scenario.from_dict(DATA | data)
    with pytest.raises(ScenarioError) as error:
        reshaped(long, Changes(months=12))
    assert words in str(error.value)
