"""Engagement models: defaults of a site, and the transfer of a team."""

import numpy as np
import pytest

from shorewise.engine import INPUTS, Scenario, ScenarioError, take
from shorewise.engine.locations import covered_by_fee, engagement_shares, engagements
from tests.support.sample_scenarios import with_reference_settings

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
    changes = {"sizing": "heads", "general_inflation": 0}  # four heads, as entered
    data = scenario(**site).to_dict() | changes
    return take(Scenario.from_dict(data, "case").evaluate(), "site_cash", plan=1, site=1)


@pytest.mark.parametrize("name", sorted(engagements()))
def test_defaults_of_an_engagement_model_are_valid_inputs(name):
    for key, value in engagements()[name].items():
        assert INPUT[key].lowest <= value <= INPUT[key].highest, key


@pytest.mark.parametrize("name", sorted(engagements()))
def test_a_site_takes_the_defaults_of_its_engagement_model(name):
    values = scenario(engagement=name).values
    for key, value in engagements()[name].items():
        assert take(values, key, site=1) == value, key


def test_a_value_set_by_the_site_overrides_its_engagement_model():
    values = scenario(engagement="managed_service", vendor_fee_rate=0.3).values
    assert take(values, "vendor_fee_rate", site=1) == 0.3


@pytest.mark.parametrize(
    ("name", "fee"),
    [
        pytest.param("staff_augmentation", 0.20, id="model-md-1-staff-augmentation"),
        pytest.param("managed_service", 0.35, id="model-md-1-managed-service"),
    ],
)
def test_the_vendor_fee_is_the_published_share(name, fee):
    assert engagements()[name]["vendor_fee_rate"] == fee


def model_md_net_saving(fee, management, seat, local, recruiting, attrition):
    """Net saving of the mid case by the table of model.md section 1, with a vendor's fee.

    ``seat`` is workspace, equipment and tools; ``local`` and ``recruiting`` are rates.
    """
    pay, charges, benefits = 60_000, 0.20 * 60_000, 0.06 * 60_000
    direct = (pay + charges + benefits + seat + local * (pay + charges)) * (1 + fee)
    leaving = attrition * (recruiting * pay + 1.3 * direct / 12)  # 1.3 months lost in the ramp
    subtotal = direct + management * direct + 6 * 3_000 / 8 + 1_200 + leaving
    output = 1 / 1.09 * (1 - 0.07) * (1 - 0.06)
    return 1 - subtotal / output / 256_025


def mid_net_saving(**site):
    """Net saving in steady state of eight heads at a site with defaults, the mid case."""
    sites = [{"name": "Onshore"}, {"name": "Mid", **site}]
    plans = [
        {"name": "All onshore", "heads": {"Onshore": 8}},
        {"name": "Mid", "heads": {"Mid": 8}},
    ]
    data = with_reference_settings({"sites": sites, "plans": plans})
    found = Scenario.from_dict(data, "mid").evaluate()
    return take(found, "net_saving_steady", plan=1).item()


@pytest.mark.parametrize(
    ("engagement", "printed", "by_hand"),
    [
        pytest.param("dedicated", "44.3", (0, 0.20, 7_800, 0.10, 0.15, 0.12), id="no-fee"),
        # Covered: leads at the site, recruiting, and the output lost while successors ramp up.
        pytest.param("managed_service", "35.3", (0.35, 0.15, 7_800, 0, 0, 0), id="reference-35.3"),
        # Covered: the seat and recruiting; leading the people takes the high end of 15-25 %.
        pytest.param(
            "staff_augmentation", "37.2", (0.20, 0.25, 0, 0.10, 0, 0.12), id="reference-37.2"
        ),
    ],
)
def test_costs_covered_by_the_vendor_fee_are_not_paid_twice(engagement, printed, by_hand):
    found = mid_net_saving(engagement=engagement)
    assert f"{100 * found:.1f}" == printed
    assert found == pytest.approx(model_md_net_saving(*by_hand), rel=1e-8)  # 1 / 1.09 as declared


def test_costs_covered_by_the_fee_are_0_in_the_table_of_engagement_models():
    for model, covered in covered_by_fee().items():
        assert [engagements()[model][name] for name in covered] == [0] * len(covered)


def test_a_site_that_sets_a_covered_cost_pays_for_it():
    with_leads = mid_net_saving(engagement="managed_service", local_management_rate=0.10)
    by_hand = model_md_net_saving(0.35, 0.15, 7_800, 0.10, 0, 0)
    assert with_leads == pytest.approx(by_hand, rel=1e-8)


@pytest.mark.parametrize(
    "engagement",
    ["managed_service", {"managed_service": 0.4, "build_operate_transfer": 0.6}],
    ids=["set-by-the-site", "by-the-mix"],
)
def test_a_transfer_that_ends_the_fee_needs_the_costs_it_covered(engagement):
    later = {"local_management_rate": 0.1, "recruitment_rate": 0.1, "attrition_rate": 0.1}
    site = {"engagement": engagement, "transfer_month": 24}
    with pytest.raises(ScenarioError, match="set attrition_rate, local_management_rate, recru"):
        scenario(**site)
    assert take(scenario(**site, **later).values, "transfer_month", site=1) == 24


def test_an_employer_of_record_costs_599_a_month():
    found = [
        take(scenario(**site).evaluate(), "vendor_fee", site=1, role=0)
        for site in ({"engagement": "employer_of_record"}, {})
    ]
    assert found == [599 * 12, 0]  # model.md section 1


@pytest.mark.parametrize(
    ("engagement", "words"),
    [
        pytest.param("bot", "engagement is 'bot'; it must be one of build_operate_tr", id="name"),
        pytest.param("bot", "staff_augmentation, hybrid, or a table of shares", id="mix-in-list"),
        pytest.param(0.7, "engagement is 0.7; it must be one of", id="number"),
        pytest.param(["dedicated"], "engagement is ['dedicated']; it must be one of", id="list"),
        pytest.param({"dedicate": 1}, "'dedicate'; did you mean dedicated?", id="unknown"),
        pytest.param({"hybrid": 1}, "unknown engagement model 'hybrid'", id="mix-of-a-mix"),
        pytest.param({}, "its shares sum to 0; they must sum to 1", id="empty"),
        pytest.param({"dedicated": 0.9}, "its shares sum to 0.9; they must sum to 1", id="short"),
        pytest.param(
            {"dedicated": 0.7, "managed_service": 0.300001}, "sum to 1.000001; they", id="above"
        ),
        pytest.param(
            {"dedicated": 1, "managed_service": 0},
            "share of managed_service is 0; it must be above 0 and up to 1",
            id="nothing",
        ),
        pytest.param({"dedicated": -1}, "share of dedicated is -1; it must be", id="negative"),
        pytest.param({"dedicated": 2}, "share of dedicated is 2; it must be", id="two"),
        pytest.param({"dedicated": float("nan")}, "share of dedicated is nan", id="nan"),
        pytest.param({"dedicated": True}, "share of dedicated is True", id="true"),
        pytest.param({"dedicated": "most"}, "share of dedicated is 'most'", id="text"),
    ],
)
def test_an_unknown_engagement_model_is_named_with_the_allowed_ones(engagement, words):
    with pytest.raises(ScenarioError) as caught:
        scenario(engagement=engagement)
    assert str(caught.value).startswith("case.toml: sites[1] 'There'")
    assert words in str(caught.value)


def there(name, **site):
    return take(scenario(**site).values, name, site=1)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # engagements.csv: 0 and 0.20; 50,000 and 10,000.
        pytest.param("vendor_fee_rate", 0.3 * 0.20, id="both-say-it"),
        pytest.param("management_infrastructure_cost", 0.7 * 50_000 + 0.3 * 10_000, id="both"),
        # A dedicated team has the declared 40,000 and 0.15, the other 10,000 and 0.
        pytest.param("process_development_cost", 0.7 * 40_000 + 0.3 * 10_000, id="one-says-it"),
        pytest.param("recruitment_rate", 0.7 * 0.15, id="the-other-says-0"),
        pytest.param("management_rate", 0.7 * 0.20 + 0.3 * 0.25, id="more-leading"),
        pytest.param("local_management_rate", 0.10, id="neither-says-it"),
    ],
)
@pytest.mark.parametrize(
    "engagement",
    ["hybrid", {"dedicated": 0.7, "staff_augmentation": 0.3}],
    ids=["by-name", "by-shares"],
)
def test_a_mix_has_the_weighted_mean_of_its_models(engagement, name, expected):
    # 1e-12: two products and a sum, some units in the last place.
    assert there(name, engagement=engagement) == pytest.approx(expected, rel=1e-12)


def test_a_model_without_a_figure_counts_with_that_of_the_country(monkeypatch):
    monkeypatch.setitem(engagements()["managed_service"], "attrition_rate", 0.05)
    mix = {"managed_service": 0.5, "dedicated": 0.5}
    site = {"engagement": mix, "location": "US", "statutory_rates": {"SUTA": 0.027}}
    # locations.csv: 13.2 % in the US; half of it, and half of 5 %.
    assert there("attrition_rate", **site) == pytest.approx(0.091, rel=1e-12)


def test_no_figure_is_asked_for_if_every_model_has_one(monkeypatch):
    for model in ("managed_service", "dedicated"):
        monkeypatch.setitem(engagements()[model], "attrition_rate", 0.05)
    site = {"location": "PL", "engagement": {"managed_service": 0.5, "dedicated": 0.5}}
    assert there("attrition_rate", **site) == 0.05  # none was found for Poland
    site["engagement"] = {"managed_service": 0.5, "staff_augmentation": 0.5}
    with pytest.raises(ScenarioError, match="attrition_rate: no figure was found for Poland"):
        scenario(**site)


@pytest.mark.parametrize(
    ("share", "month"),
    [(0.6, 24), (0.4, 0)],
    ids=["mostly-build-operate-transfer", "mostly-another"],
)
def test_a_whole_number_of_a_mix_is_that_of_its_largest_share(share, month):
    mix = {"build_operate_transfer": share, "dedicated": 1 - share}
    assert there("transfer_month", engagement=mix) == month


def test_a_value_set_by_the_site_overrides_a_mix():
    assert there("vendor_fee_rate", engagement="hybrid", vendor_fee_rate=0.3) == 0.3


@pytest.mark.parametrize("name", sorted(engagements()))
def test_a_mix_of_one_model_equals_that_model(name):
    alone, whole = scenario(engagement=name), scenario(engagement={name: 1})
    for key, value in alone.values.items():
        np.testing.assert_array_equal(value, whole.values[key], key)


def test_shares_of_ten_digits_sum_to_1():
    third = 0.3333333333
    mix = dict.fromkeys(["dedicated", "managed_service", "staff_augmentation"], third)
    fee = there("vendor_fee_rate", engagement=mix)
    assert fee == pytest.approx((0 + 0.35 + 0.20) / 3, rel=1e-9)


@pytest.mark.parametrize("name", sorted(engagement_shares()))
def test_shares_of_a_named_mix_belong_to_known_models_and_sum_to_1(name):
    shares = engagement_shares()[name]
    assert shares.keys() <= engagements().keys()
    assert sum(shares.values()) == pytest.approx(1, rel=1e-12)


def test_the_onshore_site_has_no_engagement_model():
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
