"""Delay and downside, against figures worked out by hand."""

import pytest

from shorewise.engine import Scenario, take

MID = Scenario.preset("mid").to_dict()
# model.md section 1: eight heads at 1/1.09, 7 % lost to communication, 6 % to rework.
OUTPUT_VALUE = 8 / 1.09 * 0.93 * 0.94 * 256_025


def evaluate(site=None, **changes):
    data = MID | changes
    onshore, mid = MID["sites"]
    return Scenario.from_dict(data | {"sites": [onshore, mid | (site or {})]}, "case").evaluate()


def of_plan(name, **changes):
    return take(evaluate(**changes), name, plan=1)


def test_the_expected_loss_is_probability_times_impact():
    risks = [
        {"name": "Flood", "probability": 0.1, "weeks": 2, "cost": 50_000},
        {"name": "Strike", "probability": 0.5, "weeks": 1},
    ]
    # 0.7 weeks of 46, and a tenth of 50,000.
    expected = OUTPUT_VALUE * 0.7 / 46 + 5_000
    assert of_plan("plan_risk_loss", risks=risks) == pytest.approx(expected, rel=1e-9)


def test_there_is_no_loss_without_risks():
    assert of_plan("plan_risk_loss", risks=[]) == 0


def test_a_plan_without_heads_at_a_site_bears_none_of_its_risks():
    assert take(evaluate(), "plan_risk_loss", plan=0).item() == 0


def test_pivots_cost_output():
    found = of_plan("plan_pivot_loss", pivots=3, site={"pivot_weeks": 2})
    assert found == pytest.approx(OUTPUT_VALUE * 6 / 46, rel=1e-9)


def test_the_cost_of_delay_is_proportional_to_its_weeks():
    assert of_plan("plan_delay_cost", delay_value=10_000, site={"delay_weeks": 3}) == 30_000


def test_the_slowest_site_with_heads_sets_the_delay():
    data = MID | {"sites": [*MID["sites"], {"name": "Slow", "delay_weeks": 9}]}
    data["plans"] = [*MID["plans"], {"name": "Both", "heads": {"Mid": 4, "Slow": 1}}]
    assert Scenario.from_dict(data, "case").evaluate()["plan_delay"].ravel().tolist() == [0, 0, 9]


def three_sites(*vendors):
    sites = [{"name": "Home"}]
    sites += [{"name": f"S{n}", "vendor_number": vendor} for n, vendor in enumerate(vendors)]
    heads = {"Home": 2, "S0": 4, "S1": 2}
    plans = [{"name": "All", "heads": {"Home": 8}}, {"name": "Split", "heads": heads}]
    return Scenario.from_dict({"sites": sites, "plans": plans}, "case").evaluate()


def test_concentration_on_locations_is_the_herfindahl_hirschman_index():
    found = three_sites(1, 1)["place_concentration"].ravel()
    assert found.tolist() == [1, (2**2 + 4**2 + 2**2) / 8**2]


@pytest.mark.parametrize(
    ("vendors", "expected"),
    [
        pytest.param((1, 1), 1, id="own-staff-everywhere"),
        pytest.param((2, 2), (2**2 + 6**2) / 8**2, id="one-vendor-at-both"),
        pytest.param((2, 3), (2**2 + 4**2 + 2**2) / 8**2, id="a-vendor-each"),
    ],
)
def test_concentration_on_vendors_counts_own_staff_as_one_vendor(vendors, expected):
    assert three_sites(*vendors)["vendor_concentration"].ravel().tolist() == [1, expected]


def test_a_split_plan_loses_less_to_concentration():
    found = three_sites(2, 3)
    loss = found["plan_concentration_loss"] / found["plan_output_value"]
    assert loss.ravel() == pytest.approx([0.01, 0.01 * 24 / 64])


def test_the_onshore_plan_saves_nothing_after_risk():
    assert take(evaluate(), "net_saving_risk_adjusted", plan=0).item() == pytest.approx(
        0, abs=1e-15
    )


def test_rate_card_loaded_and_risk_adjusted_costs_per_hour_are_comparable():
    found = evaluate()
    hours = [
        take(found, n, plan=1).item() for n in ("rate_card_hour", "plan_rate", "risk_adjusted_hour")
    ]
    assert hours[:2] == pytest.approx([60_000 / 1_720, 142_674.79 / 1_720], rel=1e-6)
    assert hours[2] > hours[1]


def test_more_risk_never_costs_less():
    costs = [
        of_plan("risk_adjusted_cost", risks=[{"name": "R", "probability": p, "weeks": 4}])
        for p in (0, 0.1, 0.5, 1)
    ]
    assert costs == sorted(set(costs))


def test_an_offshore_team_starts_earlier_than_onshore_hiring():
    # S0-11, S0-12: months against 4-8 weeks.
    assert take(evaluate(hiring_months=4), "earlier_start", site=1).item() == 3


@pytest.mark.parametrize(
    ("changes", "name", "expected"),
    [
        pytest.param({"open_questions": 0.2, "answer_days": 0.5}, "waiting_share", 0.1, id="S3-09"),
        pytest.param({"open_questions": 0.2, "answer_days": 1}, "waiting_share", 0.2, id="S0-41"),
        pytest.param(
            {"open_questions": 0.2}, "communication_share", 0.07 + 0.93 * 0.1, id="in-what-is-left"
        ),
        pytest.param(
            {"training_cost": 1_500, "training_effect": 0.4}, "attrition", 0.12 * 0.8, id="S0-47"
        ),
        pytest.param(
            {"training_cost": 9_000, "training_effect": 0.4}, "attrition", 0.12 * 0.6, id="at-most"
        ),
        pytest.param({"soc2_cost": 16_000}, "security", 1_200 + 2_000, id="S3-49"),
        pytest.param({"gdpr_cost": 8_000}, "security", 1_200 + 1_000, id="S3-49-gdpr"),
        pytest.param({"access_cost": 1_400}, "security", 2_200, id="S3-45"),
        pytest.param({"audit_trail_cost": 1_300}, "security", 2_200, id="S3-46"),
        pytest.param({"traceability_cost": 1_200}, "security", 2_200, id="S3-47"),
        pytest.param({"incident_cost": 1_300}, "security", 2_200, id="S3-48"),
        pytest.param(
            {"change_order_rate": 0.1, "vendor_fee_rate": 0.2},
            "vendor_fee",
            0.3 * 90_600,
            id="S3-64",
        ),
    ],
)
def test_coordination_and_quality_costs_can_be_entered(changes, name, expected):
    assert evaluate(site=changes)[name].ravel()[1] == pytest.approx(expected)


def test_output_grows_with_experience_for_some_years():
    found = evaluate(site={"learning_rate": 0.1, "learning_years": 2}, horizon_months=60)
    learning = take(found, "learning", site=1)
    # By month of delivery: a year is full in month 13.
    assert learning[[0, 11, 12, 24, 36, 59]] == pytest.approx([1, 1, 1.1, 1.21, 1.21, 1.21])


def test_unbilled_hours_raise_the_cost_of_each_billed_hour():
    full, part = evaluate(), evaluate(utilisation=0.8)
    assert part["plan_rate"] == pytest.approx(full["plan_rate"] / 0.8)
    assert part["quote_hours"] == pytest.approx(full["quote_hours"] * 0.8)


@pytest.mark.parametrize(
    "decision",
    [
        {"decision": "replace"},
        {"decision": "instead"},
        {"decision": "add", "billing_rate": 150},
        {"decision": "add", "billing_rate": 1},
    ],
    ids=lambda given: f"{given['decision']}-{given.get('billing_rate', 'none')}",
)
def test_the_cash_of_a_risk_is_the_same_whatever_the_output_is_worth(decision):
    risks = [{"name": "Fine", "probability": 0.1, "cost": 500_000}]
    lost = of_plan("npv_risk_adjusted", risks=[], **decision) - of_plan(
        "npv_risk_adjusted", risks=risks, **decision
    )
    # 50,000 a year in 36 monthly amounts, each at the end of its month, at 10 % a year.
    assert lost == pytest.approx(sum(50_000 / 12 * 1.1 ** (-m / 12) for m in range(1, 37)))
    assert lost == pytest.approx(129_944, abs=1)


def test_the_cost_of_delay_is_charged_month_by_month_whatever_the_output_is_worth():
    for rate in (1, 150):
        kept = [
            of_plan("total_kept", delay_value=value, site={"delay_weeks": 3}, decision="add",
                    billing_rate=rate)
            for value in (0, 10_000)
        ]  # fmt: skip
        assert kept[0] - kept[1] == pytest.approx(3 * 30_000)  # three years of three weeks


def test_cash_costs_of_risk_start_when_the_site_opens():
    data = MID | {"risks": [{"name": "Fine", "probability": 0.1, "cost": 120_000}]}
    data["plans"] = [MID["plans"][0], MID["plans"][1] | {"waves": [{"month": 13, "share": 1}]}]
    lines = Scenario.from_dict(data, "late").evaluate()
    spent = take(lines, "risk_cost_month", plan=1).reshape(-1).tolist()
    assert spent == pytest.approx([0] * 12 + [1_000] * 24)


def test_the_risk_adjusted_cost_is_a_steady_state_figure_of_running_cost():
    usual = of_plan("risk_adjusted_cost")
    for changes in (
        {"severance_weeks": 20, "parallel_months": 3},
        {"failure_probability": 1},
        {"decision": "instead"},
    ):
        assert of_plan("risk_adjusted_cost", **changes) == usual
