"""Heads sized to the output of the baseline, against plain loops and figures of the question."""

import math

import pytest

from shorewise.engine import Scenario, take
from tests.support import plain_loops as loops

# Printed with three decimals: half a unit of the last digit.
EQUAL = {"low": (12.186, 1.833e6), "mid": (9.975, 1.713e6), "high": (8.591, 1.713e6)}


@pytest.mark.parametrize("name", EQUAL)
def test_heads_of_equal_output_and_their_present_value_are_those_of_the_question(name):
    heads, worth = EQUAL[name]
    lines = loops.preset(name, sizing="output")
    output = loops.HEADS * take(lines, "steady_output", site=1).item()
    # The figures divide by an output of three decimals: Far's 12.186 is 8 x 8 / 5.252, not 12.185.
    assert loops.HEADS**2 / round(output, 3) == pytest.approx(heads, abs=5e-4)
    assert take(lines, "sized_heads", plan=1, site=1).item() == pytest.approx(heads, rel=2e-4)
    assert loops.of_plan(lines, "npv") == pytest.approx(worth, abs=500)


@pytest.mark.parametrize("name", EQUAL)
def test_heads_of_equal_output_and_their_present_value_are_those_of_plain_loops(name):
    lines = loops.preset(name, sizing="output")
    heads = loops.HEADS / loops.steady_output(name)
    assert take(lines, "sized_heads", plan=1, site=1).item() == pytest.approx(heads, rel=1e-9)
    # Travel is of a full team of eight: the cost of a head stays as it is.
    worth = loops.npv(*loops.flows(name, heads))
    assert loops.of_plan(lines, "npv") == pytest.approx(worth, rel=1e-9)


@pytest.mark.parametrize("name", EQUAL)
def test_whole_heads_are_the_next_whole_number(name):
    lines = loops.preset(name, sizing="output", whole_heads="whole")
    found = take(lines, "sized_heads", plan=1, site=1).item()
    assert found == math.ceil(loops.HEADS / loops.steady_output(name))


@pytest.mark.parametrize("name", EQUAL)
def test_heads_as_entered_stay_as_they_are(name):
    lines = loops.preset(name, sizing="heads")
    assert take(lines, "sized_heads", plan=1, site=1).item() == loops.HEADS


def test_fewer_productive_hours_lower_the_steady_state_saving():
    lines = loops.preset("mid", abroad={"productive_hours": 1_400})
    head = loops.abroad_head("mid") / loops.steady_output("mid", 1_400 / 1_720)
    found = loops.of_plan(lines, "net_saving_steady")
    assert found == pytest.approx(1 - head / loops.onshore_loaded(), abs=1e-12)
    assert found == pytest.approx(0.315, abs=5e-4)
    usual = loops.of_plan(loops.preset("mid"), "net_saving_steady")
    assert usual == pytest.approx(0.443, abs=5e-4)


def test_a_role_that_is_spread_over_sites_keeps_its_split():
    data = Scenario.default().to_dict()
    names = [site["name"] for site in data["sites"]]
    split = {names[0]: 1, names[1]: 2, names[2]: 5}
    data["plans"] = [
        {"name": "Onshore", "heads": {names[0]: 8}},
        {"name": "Spread", "heads": split},
    ]
    lines = Scenario.from_dict(data | {"sizing": "output"}, "spread").evaluate()
    sized = [take(lines, "sized_heads", plan=1, site=s).item() for s in range(3)]
    output = [take(lines, "steady_output", site=s).item() for s in range(3)]
    factor = 8 / sum(h * o for h, o in zip(split.values(), output, strict=True))
    assert sized == pytest.approx([h * factor for h in split.values()], rel=1e-12)


HYBRID = {
    "sizing": "output",
    "roles": ["Engineer", "Tester"],
    "sites": [{"name": "Home", "salary": 180_000}, {"name": "Away", "salary": 60_000}],
    "plans": [
        {"name": "Base", "heads": {"Home": {"Engineer": 4, "Tester": 4}}},
        {
            "name": "Hybrid",
            "heads": {"Home": {"Engineer": 1, "Tester": 1}, "Away": {"Engineer": 3, "Tester": 3}},
        },
    ],
}


def hybrid(**changes):
    return Scenario.from_dict(HYBRID | changes, "hybrid").evaluate()


@pytest.mark.parametrize(
    "decision", [{"decision": "replace"}, {"decision": "instead"},
                 {"decision": "add", "billing_rate": 100}], ids=lambda given: given["decision"],
)  # fmt: skip
def test_rounding_heads_up_costs_money_and_earns_nothing(decision):
    exact, whole = hybrid(**decision), hybrid(whole_heads="whole", **decision)
    assert loops.of_plan(whole, "plan_heads") > loops.of_plan(exact, "plan_heads")
    for name in ("total_value", "plan_output_value", "plan_equivalent_heads"):
        assert loops.of_plan(whole, name) == pytest.approx(loops.of_plan(exact, name), rel=1e-12)
    for name in ("npv", "npv_risk_adjusted", "net_saving", "net_saving_steady"):
        assert loops.of_plan(whole, name) < loops.of_plan(exact, name)
    assert loops.of_plan(whole, "risk_adjusted_cost") > loops.of_plan(exact, "risk_adjusted_cost")
    assert whole["all_checks"].all()


@pytest.mark.parametrize("name", EQUAL)
def test_the_present_value_of_whole_heads_is_that_of_plain_loops(name):
    lines = loops.preset(name, sizing="output", whole_heads="whole")
    needed = loops.HEADS / loops.steady_output(name)
    values, _ = loops.flows(name, needed)
    _, costs = loops.flows(name, math.ceil(needed))
    # The trips of the one team that was entered grow with its heads.
    assert loops.of_plan(lines, "npv") == pytest.approx(loops.npv(values, costs), rel=1e-9)


def test_onshore_heads_that_stay_are_not_rounded_up():
    exact, whole = hybrid(), hybrid(whole_heads="whole")
    stay = take(exact, "sized_heads", plan=1, site=0).tolist()
    assert take(whole, "sized_heads", plan=1, site=0).tolist() == stay
    assert (
        take(whole, "replaced_heads", plan=1).tolist()
        == take(exact, "replaced_heads", plan=1).tolist()
    )


def test_heads_that_sizing_leaves_alone_are_not_rounded():
    lines = loops.preset("mid", sizing="heads", whole_heads="whole")
    assert take(lines, "sized_heads", plan=1, site=1).item() == loops.HEADS
    plans = [HYBRID["plans"][0], {"name": "Same", "heads": {"Home": {"Engineer": 4, "Tester": 4}}}]
    plans = [plan | {"heads": {"Home": {"Engineer": 1.5, "Tester": 4}}} for plan in plans]
    found = hybrid(plans=plans, whole_heads="whole", decision="instead")
    assert take(found, "sized_heads", plan=1, site=0).tolist() == [1.5, 4]
