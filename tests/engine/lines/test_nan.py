"""NaN, the sign that no answer exists: exactly in the lines that declare where."""

from collections import Counter

import numpy as np
import pytest

from shorewise.engine import Scenario, default_model
from tests.support.sample_scenarios import eight_data, extreme_data, random_data

LINES = default_model().lines
DECLARED = {name for name, line in LINES.items() if line.nan_where}


def with_nan(data):
    """Names of the lines that give NaN anywhere in a scenario."""
    values = Scenario.from_dict(data, "test").evaluate()
    return {name for name in LINES if np.isnan(values[name].astype(float)).any()}


@pytest.fixture(scope="module")
def seen():
    """How many scenarios, random and extreme, give NaN in each line."""
    data = [make(seed) for make in (random_data, extreme_data) for seed in range(120)]
    return Counter(name for one in data for name in with_nan(one))


@pytest.mark.soak
def test_no_line_gives_nan_without_declaring_where(seen):
    assert {*seen} - DECLARED == set()


@pytest.mark.soak
def test_every_line_that_declares_where_it_gives_nan_does_so_somewhere(seen):
    assert DECLARED - {*seen} == set()


def test_a_plan_that_pays_back_and_saves_enough_has_an_answer_in_every_line():
    data = eight_data(salary=20_000)
    values = Scenario.from_dict(data, "test").evaluate()
    of_plans = [line.name for line in LINES.values() if "plan" in line.over]
    found = [name for name in of_plans if np.isnan(values[name][:, 1].astype(float)).any()]
    assert found == []


def test_only_lines_that_declare_nan_declare_a_word_for_it():
    assert {name for name, line in LINES.items() if line.missing != "n/a"} - DECLARED == set()


def test_where_a_line_gives_nan_is_part_of_what_it_means():
    for name in DECLARED:
        line = LINES[name]
        assert line.meaning.endswith(f" No answer where {line.nan_where}."), name
