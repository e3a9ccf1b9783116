"""Countries: their rules, and their figures as defaults of a site."""

import pytest

from shorewise.engine import Scenario, ScenarioError
from shorewise.engine.locations import Rule, currencies, locations
from tests.sites import charges


def test_us_charges_at_180000_are_the_reference_models():
    total, _ = charges("US", 180_000)
    assert total == pytest.approx(13_812, abs=0.005)  # model.md section 1


def test_a_floor_raises_the_base():
    # PhilHealth: 2.5 % of at least 10,000 pesos a month (statutory_rules.csv).
    _, rules = charges("PH", 60_000)
    assert rules[1] == pytest.approx(0.025 * 120_000, abs=0.005)


def test_tables_hold_17_locations_and_51_rules():
    found = locations().values()
    assert (len(found), sum(len(location.rules) for location in found)) == (17, 51)


@pytest.mark.parametrize("iso", sorted(locations()))
def test_every_rule_has_a_source_unless_none_was_found(iso):
    for rule in locations()[iso].rules:
        assert rule.rate == 0 or rule.source, rule.line
        assert isinstance(rule, Rule)


@pytest.mark.parametrize("iso", sorted(locations()))
def test_every_figure_has_a_source_and_a_confidence(iso):
    location = locations()[iso]
    for name in ("salary", "attrition_rate", "wage_inflation"):
        if location.facts[name] is not None:
            source, confidence = location.sources[name]
            assert len(source) > 3
            assert confidence.split()[0] in ("high", "medium", "low")


def two_sites(**changes):
    site = {"name": "There", "location": "PL", "attrition_rate": 0.12, "wage_inflation": 0.05}
    return {
        "sites": [{"name": "Here"}, site | changes],
        "plans": [{"name": "All", "heads": {"Here": 1}}, {"name": "Go", "heads": {"There": 1}}],
    }


def test_a_location_gives_its_figures_as_defaults():
    values = Scenario.from_dict(two_sites(), "case").values
    assert values["salary"][0, 0, 1, 0, 0] == 72_000  # locations.csv, USD
    assert values["productive_hours"][0, 0, 1, 0, 0] == 1_744
    assert values["fx_rate"][0, 0, 1, 0, 0] == 3.9418


def test_india_loses_people_as_its_survey_says():
    data = two_sites()
    data["sites"][1] = {"name": "There", "location": "IN"}
    values = Scenario.from_dict(data, "case").values
    assert values["attrition_rate"][0, 0, 1, 0, 0] == 0.171  # Aon 2025


def test_every_figure_of_a_location_can_be_overridden():
    values = Scenario.from_dict(two_sites(salary=50_000, fx_rate=4, statutory_rate=0.1), "c").values
    assert values["salary"][0, 0, 1, 0, 0] == 50_000
    assert values["fx_rate"][0, 0, 1, 0, 0] == 4
    assert values["statutory_rate"][0, 0, 1, 0].tolist() == [0.1, *[0] * 7]


def test_a_salary_is_converted_to_the_reporting_currency():
    data = two_sites() | {"currency": "EUR"}
    values = Scenario.from_dict(data, "case").values
    assert values["salary"][0, 0, 1, 0, 0] == pytest.approx(72_000 * 0.8951)
    assert values["fx_rate"][0, 0, 1, 0, 0] == pytest.approx(3.9418 / 0.8951)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"attrition_rate": None}, "no figure was found for Poland", id="fact"),
        pytest.param({"location": "EG"}, "salary: no figure was found for Egypt", id="salary"),
        pytest.param({"location": "XX"}, "it must be one of AR, BR, CO", id="unknown"),
        pytest.param({"statutory_rate": 0.2, "statutory": []}, "one of them must go", id="both"),
        pytest.param(
            {"location": "US"}, "SUTA: no rate was found for United States", id="rate-not-found"
        ),
        pytest.param(
            {"statutory_rates": {"Pensions": 0}}, "unknown key 'Pensions'; allowed are Pension",
            id="unknown-charge",
        ),
        pytest.param({"statutory_rates": 0.1}, "statutory_rates is 0.1", id="rates-no-table"),
        pytest.param({"statutory": [{"rate": 1.5}]}, "statutory_rate is 1.5", id="rate"),
        pytest.param({"statutory": [{"rat": 0.1}]}, "did you mean rate?", id="key"),
        pytest.param({"statutory": [{"rate": 0.1}] * 9}, "up to 8 tables", id="nine"),
        pytest.param({"statutory": [0.2]}, "it must be a table", id="not-a-table"),
    ],
)  # fmt: skip
def test_what_is_not_found_or_wrong_asks_for_a_value(changes, words):
    data = two_sites()
    data["sites"][1] |= changes
    if data["sites"][1]["attrition_rate"] is None:
        del data["sites"][1]["attrition_rate"]
    with pytest.raises(ScenarioError) as error:
        Scenario.from_dict(data, "case.toml")
    assert words in str(error.value)
    assert "case.toml: sites[1] 'There'" in str(error.value)


def test_a_rate_of_the_country_can_be_set_and_one_that_was_not_found_must():
    data = two_sites()
    data["sites"][1] |= {"location": "US", "statutory_rates": {"SUTA": 0.027, "FUTA net": 0.01}}
    scenario = Scenario.from_dict(data, "case")
    rates = dict(
        zip(scenario.rule_names[1], scenario.values["statutory_rate"][0, 0, 1, 0], strict=True)
    )
    assert (rates["SUTA"], rates["FUTA net"]) == (0.027, 0.01)


def test_a_currency_without_a_rate_asks_for_one():
    with pytest.raises(ScenarioError, match="no exchange rate was found for JPY; set it"):
        Scenario.from_dict(two_sites() | {"currency": "JPY"}, "case")


def test_rates_are_per_us_dollar():
    assert currencies()["USD"] == 1


def test_rules_survive_the_way_to_plain_data_and_back():
    scenario = Scenario.from_dict(two_sites(), "case")
    again = Scenario.from_dict(scenario.to_dict(), "again")
    assert again.rule_names == scenario.rule_names
    for part in ("rate", "base", "exempt", "cap", "floor", "flat"):
        name = f"statutory_{part}"
        assert (again.values[name] == scenario.values[name]).all(), name
