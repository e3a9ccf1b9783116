"""Countries: their rules, and their figures as defaults of a site."""

import pytest

from shorewise.engine import Scenario, ScenarioError, take
from shorewise.engine.locations import Rule, currencies, engagements, locations
from tests.support.sample_scenarios import in_currency
from tests.support.single_site import charges


def test_american_charges_at_180000_match_the_reference_model():
    total, _ = charges("US-federal", 180_000)
    assert total == pytest.approx(13_812, abs=0.005)  # model.md section 1


def test_a_floor_raises_the_contribution_base():
    # PhilHealth: 2.5 % of at least 10,000 pesos a month (statutory_rules.csv).
    _, rules = charges("PH", 60_000)
    assert rules[2] == pytest.approx(0.025 * 120_000, abs=0.005)


def test_the_tables_hold_82_countries_and_their_regions_and_regimes():
    countries = {code.partition("-")[0] for code in locations()}
    assert len(countries) == 82
    assert {"CA-QC", "MX-CMX", "CO-integral salary", "US-federal"} <= {*locations()}


@pytest.mark.parametrize("iso", sorted(locations()))
def test_every_rule_with_a_rate_has_a_source(iso):
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


def test_figures_of_a_location_are_defaults_of_the_site():
    values = Scenario.from_dict(two_sites(), "case").values
    assert take(values, "salary", site=1, role=0) == 72_000  # locations.csv, USD
    assert take(values, "productive_hours", site=1) == 1_744
    assert take(values, "fx_rate", site=1) == 3.9418


def test_the_attrition_rate_of_india_matches_the_survey():
    data = two_sites()
    data["sites"][1] = {"name": "There", "location": "IN"}
    values = Scenario.from_dict(data, "case").values
    assert take(values, "attrition_rate", site=1) == 0.171  # Aon 2025


def test_every_figure_of_a_location_can_be_overridden():
    values = Scenario.from_dict(two_sites(salary=50_000, fx_rate=4, statutory_rate=0.1), "c").values
    assert take(values, "salary", site=1, role=0) == 50_000
    assert take(values, "fx_rate", site=1) == 4
    assert take(values, "statutory_rate", site=1).tolist() == [0.1, *[0] * 15]


def test_a_salary_is_converted_to_the_reporting_currency():
    data = in_currency("EUR", two_sites())
    values = Scenario.from_dict(data, "case").values
    assert take(values, "salary", site=1, role=0) == pytest.approx(72_000 * 0.8951)
    assert take(values, "fx_rate", site=1) == pytest.approx(3.9418 / 0.8951)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"attrition_rate": None}, "no figure was found for Poland", id="fact"),
        pytest.param({"location": "EG"}, "salary: no figure was found for Egypt", id="salary"),
        pytest.param({"location": "XX"}, "it must be a country's code, such as PL", id="unknown"),
        pytest.param({"statutory_rate": 0.2, "statutory": []}, "are mutually exclusive", id="both"),
        pytest.param(
            {"statutory_rates": {"Pensions": 0}}, "unknown charge 'Pensions'; there are Pension",
            id="unknown-charge",
        ),
        pytest.param({"statutory_rates": 0.1}, "statutory_rates is 0.1", id="rates-no-table"),
        pytest.param({"statutory": [{"rate": 1.5}]}, "statutory_rate is 1.5", id="rate"),
        pytest.param({"statutory": [{"rat": 0.1}]}, "did you mean rate?", id="key"),
        pytest.param({"statutory": [{"rate": 0.1}] * 17}, "up to 16 tables", id="seventeen"),
        pytest.param({"statutory": [0.2]}, "it must be a table", id="not-a-table"),
    ],
)  # fmt: skip
def test_a_missing_or_invalid_figure_asks_for_a_value(changes, words):
    data = two_sites()
    data["sites"][1] |= changes
    if data["sites"][1]["attrition_rate"] is None:
        del data["sites"][1]["attrition_rate"]
    with pytest.raises(ScenarioError) as error:
        Scenario.from_dict(data, "case.toml")
    assert words in str(error.value)
    assert "case.toml: sites[1] 'There'" in str(error.value)


def test_a_statutory_rate_can_be_set_and_must_be_if_none_was_found():
    data = two_sites()
    data["sites"][1] |= {"location": "US", "statutory_rates": {"SUTA": 0.027, "FUTA net": 0.01}}
    scenario = Scenario.from_dict(data, "case")
    rates = dict(
        zip(scenario.rule_names[1], take(scenario.values, "statutory_rate", site=1), strict=True)
    )
    assert (rates["SUTA"], rates["FUTA net"]) == (0.027, 0.01)


def test_a_currency_without_a_rate_asks_for_every_amount_that_needs_one():
    words = r"'There': salary, fx_rate: no exchange rate was found for ISK; set them, or fx_date"
    with pytest.raises(ScenarioError, match=words):
        Scenario.from_dict(in_currency("ISK", two_sites()), "case")
    there = {"salary": 9_000_000, "fx_rate": 0.026}
    found = Scenario.from_dict(in_currency("ISK", two_sites(**there)), "case").values
    assert take(found, "fx_rate", site=1).item() == 0.026


def test_all_missing_figures_are_asked_for_at_once():
    data = two_sites()
    data["sites"][0]["location"] = "US"
    data["sites"][1] = {"name": "There", "location": "PL"}
    data["sites"].append({"name": "Cairo", "location": "EG"})
    with pytest.raises(ScenarioError) as caught:
        Scenario.from_dict(data, "case.toml")
    message = str(caught.value)
    assert len(message) <= 300
    assert message == (
        "case.toml: sites[1] 'There': attrition_rate, wage_inflation: no figure was found for "
        "Poland; set them; sites[2] 'Cairo': salary, attrition_rate, wage_inflation: no figure was "
        "found for Egypt; set them"
    )


def test_a_mandatory_charge_without_a_rate_counts_0_and_the_scenario_says_so():
    sentence = (
        "no rate was found, so 0 is counted, for There (Workers' compensation): set statutory_rates"
    )
    data = two_sites(location="US")
    assert sentence in Scenario.from_dict(data, "case").assumed
    data["sites"][1]["statutory_rates"] = {"Workers' compensation": 0.004}
    assert sentence not in Scenario.from_dict(data, "case").assumed


USD_ONCE = ("competitor_price", "training_target", "risks")
USD_ANYWHERE = ("salary", "workspace_cost", "equipment_cost", "tools_cost")
USD_ABROAD = (
    "trip_cost",
    "access_cost",
    "audit_trail_cost",
    "traceability_cost",
    "incident_cost",
    "audit_cost",
    "process_development_cost",
    "management_infrastructure_cost",
)


def in_rupees(there=(), here=(), **changes):
    """Two sites in INR that set nothing but what is given, at 100 each."""
    sites = [
        {"name": "Here", **dict.fromkeys(here, 100)},
        {"name": "There", **dict.fromkeys(there, 100)},
    ]
    return two_sites() | {"currency": "INR", "sites": sites} | changes


def test_a_scenario_that_sets_all_amounts_may_be_in_any_currency():
    found = Scenario.from_dict(in_currency("INR", in_rupees()), "case.toml")
    assert found.currency == "INR"
    assert Scenario.from_dict(found.to_dict(), "again").to_dict() == found.to_dict()


@pytest.mark.parametrize(
    ("engagement", "key"),
    [
        pytest.param("employer_of_record", "vendor_fee_month", id="599-dollars-a-month"),
        pytest.param("build_operate_transfer", "transfer_fee", id="5000-dollars-a-head"),
    ],
)
def test_amounts_of_an_engagement_model_are_converted_as_well(engagement, key):
    data = in_currency("INR", in_rupees())
    data["sites"][1] = {k: v for k, v in data["sites"][1].items() if k != key}
    data["sites"][1]["engagement"] = engagement
    found = take(Scenario.from_dict(data, "case.toml").values, key, site=1).item()
    assert found == pytest.approx(engagements()[engagement][key] * currencies()["INR"])


def test_a_role_without_a_salary_has_the_default_or_that_of_the_location_converted():
    data = in_currency("INR", in_rupees())
    data["roles"] = ["Engineer", "Tester"]
    data["plans"] = [{"name": "All", "heads": {"Here": {"Engineer": 1}}}]
    data["sites"][1]["salary"] = {"Engineer": 3_000_000}
    found = take(Scenario.from_dict(data, "case.toml").values, "salary", site=1)
    assert found[1] == pytest.approx(60_000 * currencies()["INR"])
    data["sites"][1]["location"] = "IN"  # whose figure is converted
    found = take(Scenario.from_dict(data, "case.toml").values, "salary", site=1)
    assert found[0] == 3_000_000
    assert found[1] == pytest.approx(locations()["IN"].facts["salary"] * currencies()["INR"])


def test_exchange_rates_are_per_us_dollar():
    assert currencies()["USD"] == 1


def test_rules_survive_conversion_to_plain_data():
    scenario = Scenario.from_dict(two_sites(), "case")
    again = Scenario.from_dict(scenario.to_dict(), "again")
    assert again.rule_names == scenario.rule_names
    for part in ("rate", "base", "exempt", "cap", "floor", "flat"):
        name = f"statutory_{part}"
        assert (again.values[name] == scenario.values[name]).all(), name
