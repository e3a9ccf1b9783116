"""Presets: found by name, and what their first lines say."""

import numpy as np
import pytest

from shorewise.engine import Scenario, ScenarioError, presets, results, take

NAMES = ["freelancers", "high", "low", "mid", "pessimistic"]


def plan(name, number=1):
    scenario = Scenario.preset(name)
    values = scenario.evaluate()
    return results(scenario, values)["plans"][number], values


def test_there_is_a_preset_for_each_case_of_the_articles():
    assert list(presets()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_preset_passes_all_checks(name):
    assert Scenario.preset(name).evaluate()["all_checks"].all()


@pytest.mark.parametrize("name", NAMES)
def test_every_preset_describes_itself_in_one_sentence(name):
    assert presets()[name][0].isupper()
    assert presets()[name].endswith(".")


@pytest.mark.parametrize(
    ("name", "salary"),
    [
        pytest.param("low", 40_000, id="S0-09-low"),
        pytest.param("mid", 60_000, id="S0-09-mid"),
        pytest.param("high", 80_000, id="S0-09-high"),
    ],
)
def test_salaries_of_the_presets_match_the_article(name, salary):
    assert take(Scenario.preset(name).values, "salary", role=0).tolist() == [180_000, salary]


@pytest.mark.parametrize("name", ["low", "mid", "high"])
def test_results_of_the_presets_are_within_the_bands_of_the_article(name):
    found, _ = plan(name)
    assert 0.30 <= found["net_saving"] < found["net_saving_steady"] <= 0.50  # S0-57
    assert found["net_saving_steady"] < found["headline_saving"]
    assert 6 <= found["break_even_month"] <= 12  # S0-62


@pytest.mark.parametrize(
    ("name", "hint"),
    [("Mid", "; did you mean mid?"), ("../default", ""), ("", "")],
    ids=["capital", "path", "empty"],
)
def test_an_unknown_preset_is_named_with_the_available_ones(name, hint):
    with pytest.raises(ScenarioError) as caught:
        Scenario.preset(name)
    assert str(caught.value) == f"no preset is called {name!r}; there are {', '.join(NAMES)}{hint}"


def test_three_freelancers_save_far_less_than_their_rate_card_says():
    found, values = plan("freelancers")
    assert found["headline_saving"] > 0.6
    assert found["net_saving"] < found["headline_saving"] / 3
    assert np.isclose(take(values, "overlap", site=1), 0)
