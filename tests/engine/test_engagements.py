"""Engagement models: defaults of a site, and the transfer of a team."""

import numpy as np
import pytest

from shorewise.engine import INPUTS, Scenario, ScenarioError
from shorewise.engine.locations import engagements

INPUT = {entry.name: entry for entry in INPUTS}


def scenario(**site):
    return Scenario.from_dict(
        {
            "horizon_months": 36,
            "sites": [{"name": "Here"}, {"name": "There", "wage_inflation": 0, **site}],
            "plans": [
                {"name": "All", "heads": {"Here": 4}},
                {"name": "Go", "heads": {"There": 4}},
            ],
        },
        "case.toml",
    )


def cost_by_month(**site):
    return scenario(**site).evaluate()["site_cost"][0, 1, 1, 0]


@pytest.mark.parametrize("name", sorted(engagements()))
def test_defaults_of_an_engagement_are_inputs_within_their_range(name):
    for key, value in engagements()[name].items():
        assert INPUT[key].lowest <= value <= INPUT[key].highest, key


@pytest.mark.parametrize("name", sorted(engagements()))
def test_a_site_takes_the_defaults_of_its_engagement(name):
    values = scenario(engagement=name).values
    for key, value in engagements()[name].items():
        assert values[key][0, 0, 1, 0, 0] == value, key


def test_what_a_site_sets_itself_wins():
    values = scenario(engagement="managed_service", vendor_fee_rate=0.3).values
    assert values["vendor_fee_rate"][0, 0, 1, 0, 0] == 0.3


@pytest.mark.parametrize(
    ("name", "fee"),
    [
        pytest.param("staff_augmentation", 0.20, id="model-md-1-staff-augmentation"),
        pytest.param("managed_service", 0.35, id="model-md-1-managed-service"),
    ],
)
def test_vendor_fee_is_the_published_share(name, fee):
    assert engagements()[name]["vendor_fee_rate"] == fee


def test_an_employer_of_record_costs_599_a_month():
    found = [
        scenario(**site).evaluate()["vendor_fee"][0, 0, 1, 0, 0]
        for site in ({"engagement": "employer_of_record"}, {})
    ]
    assert found == [599 * 12, 0]  # model.md section 1


def test_an_unknown_engagement_is_named_with_those_there_are():
    with pytest.raises(ScenarioError, match="engagement is 'bot'; it must be one of build_operate"):
        scenario(engagement="bot")


def test_the_onshore_site_has_no_engagement():
    data = scenario().to_dict()
    data["sites"][0]["engagement"] = "staff_augmentation"
    with pytest.raises(ScenarioError, match="'Here': engagement cannot be set; the first site is"):
        Scenario.from_dict(data, "case.toml")


def test_the_vendor_s_fee_ends_with_the_transfer():
    site = {"vendor_fee_month": 1_000, "transfer_month": 13}
    change = np.diff(cost_by_month(**site))
    # Four heads at 1,000 a month; nothing else changes without wage inflation.
    assert change[11] == pytest.approx(-4_000)
    assert change[12:] == pytest.approx(0)


def test_the_transfer_costs_its_fee_once_per_head():
    with_fee, without = (cost_by_month(transfer_month=13, transfer_fee=fee) for fee in (2_500, 0))
    difference = with_fee - without
    assert difference[12] == pytest.approx(10_000)
    assert np.count_nonzero(difference) == 1


def test_without_a_transfer_nothing_is_taken_over():
    assert scenario(transfer_fee=2_500).evaluate()["transferred"].sum() == 0
