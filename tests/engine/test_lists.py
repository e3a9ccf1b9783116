"""Lists and inputs by role in a scenario file: what they mean, and what is refused."""

import pytest

from shorewise.engine import Scenario, ScenarioError, take
from shorewise.engine.lists import LISTS
from shorewise.engine.tables import rows

BASE = {
    "roles": ["Engineer", "Tester"],
    "sites": [{"name": "Home"}, {"name": "Away"}],
    "plans": [{"name": "All", "heads": {"Home": {"Engineer": 1}}}],
}


def scenario(**changes):
    return Scenario.from_dict(BASE | changes, "case.toml")


def of(name, **changes):
    return scenario(**changes).values[name]


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"risks": {"name": "X"}}, ["risks is", "[[risks]] tables"]),
        ({"risks": ["X"]}, ["risks is", "[[risks]] tables"]),
        ({"risks": [{"name": "X"}] * 11}, ["11 risks", "at most 10"]),
        ({"risks": [{"probability": 1}]}, ["risks[0]", "name is empty"]),
        ({"risks": [{"name": "X", "odds": 1}]}, ["risks[0]", "unknown key 'odds'"]),
        (
            {"risks": [{"name": "X", "probability": 1.5}]},
            ["risks[0] 'X'", "probability is 1.5", "between 0 and 1"],
        ),
        (
            {"risks": [{"name": "X", "probability": {"Home": 0.1}}]},
            ["probability cannot be set at 'Home'", "onshore base"],
        ),
        (
            {"risks": [{"name": "X", "probability": {"Awy": 0.1}}]},
            ["unknown site 'Awy'", "did you mean Away? There are Home, Away"],
        ),
        ({"risks": [{"name": "X", "weeks": {"Away": 1}}]}, ["weeks is", "between 0 and 52"]),
        (
            {"extra_costs": [{"name": "X", "site": "Nowhere"}]},
            ["unknown site 'Nowhere'; there are Home, Away"],
        ),
        ({"extra_costs": [{"name": "X", "site": ["Away"]}]}, ["extra_costs[0]: unknown site"]),
        (
            {"extra_costs": [{"name": "X", "basis": "weekly"}]},
            [
                "basis is 'weekly'",
                "one of per head (0), share of pay (1), per month (2), one-off (3)",
            ],
        ),
        (
            {"extra_costs": [{"name": "X", "from_month": 0}]},
            ["from_month is 0", "a whole number between 1 and 120"],
        ),
        ({"extra_costs": [{"name": "X", "amount": "much"}]}, ["amount is 'much'", "0 or more"]),
        ({"scorecard": [{"name": "Delivery sped"}]}, ["scorecard[0]", "did you mean Delivery"]),
        ({"scorecard": [{"name": "Delivery speed", "score": 0}]}, ["score is 0", "1 and 10"]),
        ({"checklists": [{"name": 3}]}, ["checklists[0]"]),
        ({"vendors": [{"name": "x" * 61}]}, ["name is", "1 to 60 characters"]),
        ({"work_type": "tesing"}, ["work_type of 'Engineer' is 'tesing'", "testing"]),
        ({"work_type": {"Tster": "testing"}}, ["unknown role 'Tster'", "did you mean Tester?"]),
        ({"work_type": {"Tester": 1}}, ["work_type of 'Tester' is 1"]),
        ({"ambiguity": {"Nobody": 1}}, ["ambiguity: unknown role 'Nobody'"]),
        ({"ambiguity": 0}, ["ambiguity of 'Engineer' is 0", "between 1 and 10"]),
    ],
    ids=lambda value: None if isinstance(value, list) else next(iter(value)),
)
def test_a_mistake_in_a_list_is_named(changes, parts):
    with pytest.raises(ScenarioError) as raised:
        scenario(**changes)
    assert str(raised.value).startswith("case.toml: ")
    for part in parts:
        assert part in str(raised.value)


def test_the_default_risks_are_those_of_the_table():
    found = scenario()
    table = list(rows("risks.csv"))
    assert [n for n in found.list_names["risk"] if n] == [row["name"] for row in table]
    assert take(found.values, "risk_cost", risk=slice(None, len(table))).tolist() == [
        float(row["cost"]) for row in table
    ]


def test_an_empty_list_replaces_the_default():
    assert not of("risk_probability", risks=[]).any()


def test_choices_may_be_written_as_words():
    extra = [{"name": basis, "basis": basis} for basis in ("one-off", "per head", "per month")]
    assert of("extra_basis", extra_costs=extra)[0, 0, 0, :4, 0].tolist() == [3, 0, 2, 0]


def test_rows_with_fixed_names_may_be_in_any_order():
    card = [
        {"name": "Operating resilience", "score": 5},
        {"name": "Project complexity", "score": 1},
    ]
    assert of("factor_score", scorecard=card)[0, 0, 0, :, 0].tolist() == [1, 3, 3, 3, 3, 3, 3, 5]


def test_a_work_type_sets_the_traits_that_are_not_given():
    found = scenario(work_type={"Tester": "testing"}, criticality={"Tester": 5})
    traits = ("ambiguity", "collaboration", "criticality", "change_frequency")
    assert [take(found.values, t).tolist() for t in traits] == [
        [3, 1], [3, 2], [3, 5], [3, 2],
    ]  # fmt: skip


@pytest.mark.parametrize("entry", LISTS, ids=lambda entry: entry.key)
def test_a_list_that_is_not_given_keeps_its_names_in_plain_data(entry):
    found = scenario()
    again = Scenario.from_dict(found.to_dict(), "again")
    assert again.list_names[entry.axis] == found.list_names[entry.axis]
