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
