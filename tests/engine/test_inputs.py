"""The declarations of inputs are sound."""

import re

import pytest

from shorewise.engine import INPUTS, default_model
from shorewise.engine.uncertainty import draws
from tests.support.for_each import for_each

ONE = for_each("entry", INPUTS, ids=[entry.name for entry in INPUTS])
ESTIMATED = [entry for entry in INPUTS if entry.low is not None or entry.high is not None]
ONSHORE_ONLY = [entry for entry in INPUTS if entry.fixed_onshore]


def numbers(values):
    return values if isinstance(values, tuple) else (values,)


def test_input_names_are_unique():
    names = [entry.name for entry in INPUTS]
    assert len(names) == len(set(names))


def test_input_labels_are_unique():
    labels = [entry.label for entry in INPUTS]
    assert len(labels) == len(set(labels))


@ONE
def test_the_default_is_within_the_valid_range(entry):
    assert all(entry.lowest <= number <= entry.highest for number in numbers(entry.default))


@ONE
def test_the_onshore_default_is_within_the_valid_range(entry):
    assert all(entry.lowest <= number <= entry.highest for number in numbers(entry.default_at(0)))


@ONE
def test_a_default_varies_only_by_month_of_tenure_or_by_rule(entry):
    steps = {"tenure": 12, "rule": 16, "driver": 20}.get(entry.axes[-1] if entry.axes else "", 1)
    assert {len(numbers(entry.default)), len(numbers(entry.default_at(0)))} == {steps}


@for_each("entry", ESTIMATED, ids=[entry.name for entry in ESTIMATED])
def test_the_default_is_within_the_plausible_range(entry):
    assert entry.low <= numbers(entry.default)[0] <= entry.high


@for_each("entry", ESTIMATED, ids=[entry.name for entry in ESTIMATED])
def test_the_plausible_range_is_within_the_valid_range(entry):
    assert entry.lowest <= entry.low <= entry.high <= entry.highest


@ONE
def test_every_input_has_a_source(entry):
    assert entry.source.strip()


@ONE
def test_every_input_has_a_unit(entry):
    assert entry.unit.strip()


@ONE
def test_every_input_has_a_heading(entry):
    assert entry.topic.strip()


@for_each("entry", ONSHORE_ONLY, ids=[entry.name for entry in ONSHORE_ONLY])
def test_an_input_without_an_onshore_value_says_what_applies_there(entry):
    assert entry.onshore is not None


@ONE
def test_whole_number_inputs_have_whole_defaults(entry):
    assert not entry.whole or all(isinstance(number, int) for number in numbers(entry.default))


@ONE
def test_no_input_name_looks_like_a_cell_address(entry):
    assert not re.fullmatch(r"[A-Za-z]{1,3}[0-9]+", entry.name)


@ONE
def test_no_input_name_looks_like_an_r1c1_reference(entry):
    assert not re.fullmatch(r"([Rr][0-9]*)?([Cc][0-9]*)?", entry.name)


@ONE
def test_every_input_name_is_lower_case(entry):
    assert re.fullmatch(r"[a-z][a-z0-9_]*", entry.name)


@ONE
def test_every_input_is_used_by_a_line_or_by_simulations(entry):
    used = {name for names in default_model().parameters.values() for name in names}
    assert (entry.name in used) != (entry.name in draws.INPUTS)


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        pytest.param("attrition_rate", "between 0 and 1", id="fraction"),
        pytest.param("lead_time_months", "a whole number between 0 and 60", id="whole"),
        pytest.param("productive_hours", "between 1 and 8,784", id="hours-of-a-leap-year"),
    ],
)
def test_the_valid_range_in_words_names_both_ends(name, allowed):
    assert default_model().inputs[name].allowed == allowed


def test_communication_never_costs_the_whole_output():
    highest = {entry.name: entry.highest for entry in INPUTS}
    lost = highest["communication_base"] + highest["documentation_share"]
    lost += highest["communication_per_hour"] * highest["overlap_target_hours"]
    assert lost < 1
