"""The model gives the figures of the reference, domain/model.md, to every digit printed there."""

import copy
from functools import cache

import pytest

from shorewise.engine import Scenario, take
from tests.support.sample_scenarios import reference_scenario

# Where a case of the reference is found: the scenario, and the position of its site and plan.
PLACES = {
    ("far", "low"): 1,
    ("mid", "mid"): 1,
    ("near", "high"): 1,
    ("far", "default"): 2,
    ("mid", "default"): 1,
    ("near", "default"): 3,
}
SCENARIOS = ("low", "mid", "high", "default")
ROLE = "Senior ML engineer"

# Section 1, onshore: line or input, factor to the unit printed, as printed.
ONSHORE = [
    ("salary", 1, "180,000"),
    ("statutory_charges", 1, "13,812"),
    ("benefits_rate", 100, "15.5"),
    ("workspace_cost", 1, "6,000"),
    ("equipment_cost", 1, "3,000"),
    ("tools_cost", 1, "3,000"),
    ("local_management_rate", 100, "8"),
    ("attrition_rate", 100, "13.2"),
    ("recruitment_rate", 100, "20"),
    ("lost_ramp_months", 1, "0.75"),
    ("onshore_loaded_cost", 1, "256,025.00"),
    ("fully_loaded_rate", 1, "148.85"),
]
# Section 1, other sites, and section 2's inputs: name, factor, as printed far, mid, near.
SITE_INPUTS = [
    ("salary", 1, "40,000", "60,000", "80,000"),
    ("extra_months", 1, "0", "0", "0"),
    ("statutory_rate", 100, "12.00", "20.00", "20.48"),
    ("benefits_rate", 100, "8", "6", "4"),
    ("workspace_cost", 1, "3,000", "3,000", "3,000"),
    ("equipment_cost", 1, "2,400", "2,400", "2,400"),
    ("tools_cost", 1, "2,400", "2,400", "2,400"),
    ("local_management_rate", 100, "15", "10", "8"),
    ("vendor_fee_rate", 100, "0", "0", "0"),
    ("vendor_fee_month", 1, "0", "0", "0"),
    ("management_rate", 100, "25", "20", "15"),
    ("travel_trips", 1, "6", "6", "6"),
    ("trip_cost", 1, "4,500", "3,000", "2,500"),
    ("team_size", 1, "8", "8", "8"),
    ("security_controls", 1, "1,200", "1,200", "1,200"),
    ("attrition_rate", 100, "17.1", "12.0", "12.0"),
    ("recruitment_rate", 100, "15", "15", "15"),
    ("communication_base", 100, "3", "3", "3"),
    ("overlap_hours", 1, "0", "2", "4"),
    ("rework_start", 100, "30", "20", "12"),
    ("rework_end", 100, "10", "6", "4"),
    ("rework_half_life", 1, "3", "3", "3"),
    ("lead_time_months", 1, "1", "1", "1"),
    ("knowledge_transfer_hours", 1, "80", "80", "80"),
    ("process_development_cost", 1, "40,000", "40,000", "40,000"),
    ("management_infrastructure_cost", 1, "50,000", "50,000", "50,000"),
    ("wage_inflation", 100, "9.1", "5.0", "5.0"),
    ("fx_drift", 100, "0", "0", "0"),
]
SITE_LINES = [
    ("direct_cost", 1, "62,520.00", "90,600.00", "115,094.72"),
    ("cost_per_head", 1, "84,909.18", "114,427.80", "137,852.23"),
    ("fully_loaded_cost", 1, "129,324.85", "142,674.79", "148,037.19"),
    ("net_saving_head", 100, "49.4874", "44.2731", "42.1786"),
    ("headline_saving", 100, "77.7778", "66.6667", "55.5556"),
]
PLAN_LINES = [
    ("plan_fully_loaded_cost", 1, "129,324.85", "142,674.79", "148,037.19"),
    ("net_saving_steady", 100, "49.4874", "44.2731", "42.1786"),
    ("plan_headline_saving", 100, "77.7778", "66.6667", "55.5556"),
    ("setup_cost", 1, "233,265.12", "257,265.12", "281,265.12"),
    ("net_saving", 100, "37.1196", "34.8994", "34.2555"),
    ("break_even_month", 1, "9.189390", "9.197669", "7.819089"),
    ("break_even_month_whole", 1, "10", "10", "8"),
    ("discounted_payback_month", 1, "10", "10", "9"),
    ("npv", 1, "1,172,711.80", "1,356,263.31", "1,589,098.59"),
    ("lowest_cumulative", 1, "-256,234.45", "-290,808.77", "-300,318.96"),
]
MONTHS = [
    ("value", 2, "34,864.17", "46,601.25", "72,847.65"),
    ("cost", 2, "56,606.12", "76,285.20", "91,901.49"),
    ("cumulative", 12, "147,106.03", "162,690.50", "272,000.55"),
    ("value", 36, "120,034.78", "146,632.77", "170,255.35"),
    ("cost", 36, "67,377.19", "84,104.43", "101,321.39"),
    ("cumulative", 36, "1,420,041.27", "1,644,087.31", "1,910,131.10"),
]
RAMPS = {
    "far": (0.40, 0.60, 0.80, 0.90),
    "mid": (0.40, 0.60, 0.80, 0.90),
    "near": (0.50, 0.75, 0.90),
}


@cache
def scenario(source):
    return reference_scenario() if source == "default" else Scenario.preset(source)


@cache
def values(source):
    return scenario(source).evaluate()


def printed_like(text, number):
    """The number with as many decimals as the reference prints: half a unit of the last digit."""
    return f"{number:,.{len(text.partition('.')[2])}f}"


def cases(table, section):
    """Every cell of a table, at each of its two places, with the section it was printed in."""
    return [
        pytest.param(name, place, how, text, id=f"{section}-{name}-{how}-{place[0]}-in-{place[1]}")
        for name, how, *texts in table
        for place in PLACES
        for text in [texts[("far", "mid", "near").index(place[0])]]
    ]


def mid_case(changes):
    """Values of the mid case with some inputs changed, of the scenario or of the site."""
    data = copy.deepcopy(scenario("mid").to_dict())
    for name, value in changes.items():
        (data if name in data else data["sites"][1])[name] = value
        if name == "statutory_rate":  # in place of the rules
            del data["sites"][1]["statutory"]
    return Scenario.from_dict(data, "mid case").evaluate()


def steady_saving(**changes):
    return 100 * take(mid_case(changes), "net_saving_steady", plan=1).item()


@pytest.mark.parametrize("source", SCENARIOS)
@pytest.mark.parametrize(
    ("name", "factor", "text"), ONSHORE, ids=[f"section-1-onshore-{row[0]}" for row in ONSHORE]
)
def test_the_onshore_table_matches_the_printed_one(source, name, factor, text):
    assert printed_like(text, factor * take(values(source), name).flat[0]) == text


@pytest.mark.parametrize("source", SCENARIOS)
def test_the_onshore_loaded_cost_is_1_422_salaries(source):
    found = values(source)
    ratio = found["onshore_loaded_cost"] / found["salary"]
    assert printed_like("1.422", ratio[0, 0, 0, 0, 0]) == "1.422"


@pytest.mark.parametrize("source", SCENARIOS)
def test_the_onshore_year_has_1720_hours(source):
    assert take(values(source), "productive_hours", site=0).item() == 1_720


@pytest.mark.parametrize(("name", "place", "factor", "text"), cases(SITE_INPUTS, "sections-1-2"))
def test_site_inputs_match_the_printed_ones(name, place, factor, text):
    site = PLACES[place]
    assert printed_like(text, factor * take(values(place[1]), name, site=site).flat[0]) == text


@pytest.mark.parametrize("place", PLACES, ids=lambda p: f"section-2-ramp-{p[0]}-in-{p[1]}")
def test_the_ramp_matches_the_printed_one_and_then_stays_at_1(place):
    ramp = take(values(place[1]), "ramp", site=PLACES[place])
    printed = RAMPS[place[0]]
    assert ramp.tolist() == [*printed, *[1.0] * (12 - len(printed))]


@pytest.mark.parametrize(("name", "place", "factor", "text"), cases(SITE_LINES, "section-1"))
def test_the_site_table_matches_the_printed_one(name, place, factor, text):
    site = PLACES[place]
    assert printed_like(text, factor * take(values(place[1]), name, site=site).flat[0]) == text


@pytest.mark.parametrize(("name", "place", "factor", "text"), cases(PLAN_LINES, "section-2"))
def test_the_plan_table_matches_the_printed_one(name, place, factor, text):
    plan = PLACES[place]
    assert printed_like(text, factor * take(values(place[1]), name, plan=plan)) == text


@pytest.mark.parametrize(("name", "place", "month", "text"), cases(MONTHS, "section-2-month"))
def test_monthly_figures_match_the_printed_ones(name, place, month, text):
    plan = PLACES[place]
    assert printed_like(text, take(values(place[1]), name, plan=plan, month=month - 1)) == text


@pytest.mark.parametrize(
    ("month", "text"), [(12, "1.0000"), (13, "1.0815"), (24, "1.0815"), (25, "1.16964225")]
)
def test_each_full_year_raises_pay_by_inflation_and_drift(month, text):
    # By hand: 1.05 x 1.03 = 1.0815, and its square.
    growth = mid_case({"wage_inflation": 0.05, "fx_drift": 0.03})["growth"]
    assert printed_like(text, growth[0, 0, 1, 0, month - 1]) == text


def test_the_ramp_counts_from_the_first_delivery():
    shares = [month / 13 for month in range(1, 13)]
    lossless = {"rework_start": 0, "rework_end": 0, "productivity": 1}
    lossless |= {"communication_base": 0, "communication_per_hour": 0}
    found = mid_case({"ramp": shares, "lead_time_months": 2} | lossless)
    delivered = take(found, "effective_output", plan=1, site=1)
    assert delivered.tolist() == [0, 0, *shares, *[1.0] * 22]


@pytest.mark.parametrize(("month", "text"), [(1, "0.2000"), (4, "0.1300"), (7, "0.0950")])
def test_the_rework_gap_halves_every_three_months(month, text):
    # By hand, by month of delivery: 0.06 + 0.14, and half and a quarter of the 0.14.
    assert printed_like(text, take(values("mid"), "rework_share", site=1, month=month - 1)) == text


def test_the_effective_hourly_cost_of_the_mid_case_matches_the_printed_one():
    hour = take(values("mid"), "fully_loaded_rate", site=1, role=0)
    assert printed_like("82.95", hour) == "82.95"


@pytest.mark.parametrize(
    ("salary", "half_digit", "month"),
    [
        pytest.param(58_890.30, 0.005, 9, id="section-4-goal-seek-month-9"),
        pytest.param(71_956, 0.5, 12, id="section-4-goal-seek-month-12"),
    ],
)
def test_the_highest_salary_that_breaks_even_matches_the_printed_one(salary, half_digit, month):
    # Half a unit of the last digit printed on either side: just ahead, and just behind.
    ahead, behind = (
        take(mid_case({"salary": {ROLE: salary + step}}), "cumulative", plan=1, month=month - 1)
        for step in (-half_digit, half_digit)
    )
    assert ahead > 0 > behind


@pytest.mark.parametrize(
    ("name", "low", "high", "text"),
    [
        pytest.param("salary", {ROLE: 40_000}, {ROLE: 80_000}, "33.0", id="section-4-salary"),
        pytest.param("statutory_rate", 0.0225, 0.36, "13.2", id="section-4-statutory"),
        pytest.param("productivity", 0.82, 1.00, "11.2", id="section-4-productivity"),
        pytest.param("rework_end", 0.02, 0.15, "8.2", id="section-4-rework"),
        pytest.param("overlap_hours", 0, 4, "4.8", id="section-4-overlap"),
        pytest.param("management_rate", 0.15, 0.25, "4.4", id="section-4-management"),
        pytest.param("attrition_rate", 0.05, 0.25, "1.8", id="section-4-attrition"),
    ],
)
def test_the_tornado_swing_matches_the_printed_one(name, low, high, text):
    swing = abs(steady_saving(**{name: low}) - steady_saving(**{name: high}))
    assert printed_like(text, swing) == text


@pytest.mark.parametrize(
    ("basis", "text"),
    [
        pytest.param(0, "44", id="section-5-item-3-basis-a"),
        pytest.param(1, "28", id="section-5-item-3-basis-b"),
    ],
)
def test_the_basis_of_management_overhead_changes_the_net_saving_as_printed(basis, text):
    assert printed_like(text, steady_saving(management_basis=basis)) == text
