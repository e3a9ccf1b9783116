"""Published cases by their numbers, C01 to C32, and D, the arithmetic of the first article.

C02, C04, C04b and the rest of C05, rates of return and flows on dates: test_rates_of_return.py and
calculators/test_investment.py. Without a home in the model: C15 (a table of rates, nothing to
compute), C31 (errors in spreadsheets). C07 and C08, the costs of a contract:
lines/test_contract_and_backfill.py.
"""

import numpy as np
import pytest

from shorewise.engine import Scenario, results, take
from shorewise.engine.lines import quote, returns
from shorewise.engine.locations import locations
from tests.support.single_site import charges, of, paid_back

NOT_IN_C26 = ("Aguinaldo", "INS work risk")
# A site that costs its salary and delivers what onshore delivers.
FREE = dict.fromkeys(
    [
        "statutory_rate",
        "benefits_rate",
        "workspace_cost",
        "equipment_cost",
        "tools_cost",
        "local_management_rate",
        "management_rate",
        "travel_trips",
        "access_cost",
        "audit_trail_cost",
        "traceability_cost",
        "incident_cost",
        "attrition_rate",
        "communication_base",
        "rework_end",
    ],
    0,
) | {"overlap_hours": 8, "productivity": 1}


@pytest.mark.parametrize(
    ("rate", "first_month", "flows", "expected", "tolerance"),
    [
        # 1e-9: a few units in the last place; 5e-6: half a unit of the last digit printed.
        pytest.param(
            0.10, 12, [-10_000, 3_000, 4_200, 6_800], 1_188.4434123352207, 1e-9, id="C01-excel-npv"
        ),
        pytest.param(
            0.08, 0, [-40_000, 5_000, 8_000, 12_000, 30_000], 3_065.22267, 5e-6, id="C05-numpy-npv"
        ),
    ],
)
def test_the_present_value_of_yearly_flows_matches_the_published_case(
    rate, first_month, flows, expected, tolerance
):
    months = first_month + 12 * np.arange(len(flows))
    month = np.arange(months[-1] + 1).reshape(1, 1, 1, 1, -1)
    saving = np.zeros(month.shape)
    saving[..., months] = flows
    factor = returns.discount_factor(month, rate)
    found = returns.npv(returns.discounted_saving(saving, factor)).item()
    assert found == pytest.approx(expected, rel=0, abs=tolerance)


@pytest.mark.parametrize(
    ("setup", "saving", "month"),
    [
        pytest.param(1_000, [300, 400, 500], 2.6, id="C06-interpolated"),
        pytest.param(1_000, [500, 500], 2, id="C06-at-the-end-of-the-last-month"),
        pytest.param(1_000, [100, 100], np.nan, id="C06-never"),
        pytest.param(420_000, [1_400_000 / 12], 3.6, id="C09-otis-cio-magazine"),
        pytest.param(420_000, [1_400_000 / 12] * 12, 3.6, id="C09-otis-month-by-month"),
    ],
)
def test_the_break_even_month_matches_the_published_case(setup, saving, month):
    # 1e-12: one division and one subtraction, some units in the last place.
    assert paid_back(setup, *saving) == pytest.approx(month, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("plan", "text"),
    [pytest.param(1, "45.00", id="C11-farshore"), pytest.param(2, "45.04", id="C11-nearshore")],
)
def test_the_blended_rate_matches_the_published_case(plan, text):
    """Rates stand in the salary's place, and no site loses any output."""
    even = {"productivity": 1, "communication_base": 0, "overlap_hours": 8, "rework_end": 0}
    data = {
        "sites": [
            {"name": "Onsite", "salary": 80},
            {"name": "Farshore", "salary": 30} | even,
            {"name": "Nearshore", "salary": 42} | even,
        ],
        "plans": [
            {"name": "All onsite", "heads": {"Onsite": 100}},
            {"name": "Farshore", "heads": {"Onsite": 30, "Farshore": 70}},
            {"name": "Nearshore", "heads": {"Onsite": 8, "Nearshore": 92}},
        ],
    }
    blended = take(Scenario.from_dict(data, "C11").evaluate(), "plan_salary", plan=plan).item()
    assert f"{blended:.2f}" == text


def pessimistic():
    scenario = Scenario.preset("pessimistic")
    values = scenario.evaluate()
    return results(scenario, values)["plans"][1], take(values, "saving", plan=1)


def test_c14_the_pessimistic_case_does_not_break_even_within_24_months():
    found, _ = pessimistic()
    assert found["break_even_month"] is None or found["break_even_month"] > 24


def test_c14_the_pessimistic_case_breaks_even_after_about_five_years():
    found, _ = pessimistic()
    assert found["break_even_month"] == pytest.approx(60, abs=6)


def test_c14_the_pessimistic_case_costs_more_for_its_first_year_and_a_half():
    # The source says three years until costs are comparable; our curve is steeper: docs/limits.md.
    _, saving = pessimistic()
    assert (saving[:18] <= 0).all()
    assert (saving[36:] > 0).all()


@pytest.mark.parametrize(
    ("given", "line", "expected"),
    [
        pytest.param(
            {"salary": 400, "management_rate": 0.15 / 0.4, "productivity": 0.8},
            "fully_loaded_cost",
            1_000 * (1 - 0.3125),
            id="C12-little",
        ),
        *(
            pytest.param(
                {"salary": 100, "productivity": 1 / multiplier},
                "fully_loaded_cost",
                100 * multiplier,
                id=f"C16-cocomo-{name}",
            )
            for name, multiplier in {
                "very-low": 1.22,
                "low": 1.09,
                "nominal": 1.00,
                "high": 0.93,
                "very-high": 0.86,
                "extra-high": 0.80,
            }.items()
        ),
        pytest.param(
            {"salary": 5_500, "statutory_rate": 0.2048}, "direct_cost", 6_626.40, id="C20-one-rate"
        ),
        pytest.param(
            {"salary": 5_000, "statutory_rate": 0.4, "vendor_fee_rate": 0.1},
            "direct_cost",
            7_700,
            id="C28-eor",
        ),
        pytest.param({"salary": 12_000, "extra_months": 2}, "pay", 14_000, id="C32-portugal"),
    ],
)
def test_a_site_without_other_costs_matches_the_published_case(given, line, expected):
    # 1e-12: a handful of operations, some units in the last place.
    assert of(line, FREE | given).item() == pytest.approx(expected, rel=1e-12)


def test_c20_polish_charges_on_a_monthly_pay_of_5500_match_the_published_case():
    # The source prints the amounts of one month, to the grosz, of an employee who has opted out of
    # PPK, the pension scheme of the workplace; the tables have it, as nobody has to opt in.
    total, rules = charges("PL", 5_500 * 12, statutory_rates={"PPK (default enrolment)": 0})
    assert [round(rule / 12, 2) for rule in rules[:5]] == [536.80, 357.50, 91.85, 134.75, 5.50]
    assert 5_500 + total / 12 == pytest.approx(6_626.40, abs=0.005)


@pytest.mark.parametrize(
    ("salary", "expected"),
    [
        pytest.param(20_000, 2_250, id="C23-20k"),
        pytest.param(50_000, 6_750, id="C23-50k"),
        pytest.param(100_000, 14_250, id="C23-100k"),
    ],
)
def test_british_national_insurance_matches_the_published_case(salary, expected):
    _, rules = charges("GB", salary)
    assert rules[0] == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, 11_439, id="C24-2026"),
        # The wage base of 2025; the tables hold that of 2026.
        pytest.param({"statutory": [{"rate": 0.062, "cap": 176_100}]}, 10_918.20, id="C24-2025"),
    ],
)
def test_us_social_security_stops_at_its_cap(changes, expected):
    _, rules = charges("US", 1_000_000, **changes)
    assert rules[0] == pytest.approx(expected, abs=0.005)


def test_c26_costa_rican_charges_match_the_published_case():
    # The case is of the years in which pensions (IVM) took 5.25%, and of social security alone: the
    # tables have the rate of today, the lowest bases, the 13th month and the policy for accidents.
    ours = (rule for rule in locations()["CR"].rules if not rule.line.startswith(NOT_IN_C26))
    rules = [
        {"line": rule.line, "rate": 0.0525 if rule.line == "Pension IVM" else rule.rate}
        for rule in ours
    ]
    total, _ = charges("CR", 1_000_000, statutory=rules)
    assert total / 1_000_000 == pytest.approx(0.265, rel=1e-12)  # ten products and their sum


@pytest.mark.parametrize(
    ("scale", "text"),
    [
        pytest.param(1, "45.65", id="C29-total-compensation"),
        pytest.param(1 / 32.07, "1.4234", id="C29-loaded-factor"),
    ],
)
def test_hourly_costs_of_american_private_industry_match_the_published_case(scale, text):
    # The parts print 13.57 for 13.58: benefits are what the legally required 3.31 leave of it.
    rates = {"statutory_rate": 3.31 / 32.07, "benefits_rate": (13.58 - 3.31) / 32.07}
    found = scale * of("direct_cost", FREE | {"salary": 32.07} | rates).item()
    assert f"{found:.{len(text.partition('.')[2])}f}" == text


def test_the_quote_of_the_article_matches_its_arithmetic():
    assert f"{quote.implied_quote(500_000, 0.30):,.2f}" == "714,285.71"


@pytest.mark.parametrize(
    ("salary", "onshore", "text"),
    [
        pytest.param(60, 150, "60.0", id="D-60-against-150-an-hour"),
        pytest.param(40_000, 180_000, "77.8", id="D-40000-against-180000"),
        pytest.param(80_000, 180_000, "55.6", id="D-80000-against-180000"),
    ],
)
def test_the_headline_saving_of_the_article_matches_its_arithmetic(salary, onshore, text):
    found = of("headline_saving", {"salary": salary, "onshore_salary": onshore}).item()
    assert f"{100 * found:.1f}" == text


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        pytest.param("Europe/Warsaw", 3, id="D-warsaw"),
        pytest.param("Asia/Kolkata", 0, id="D-kolkata"),
    ],
)
def test_the_overlap_with_new_york_matches_the_article(zone, hours):
    data = {
        "start_month": "2026-01",
        "sites": [
            {"name": "New York", "time_zone": "America/New_York"},
            {"name": "There", "time_zone": zone},
        ],
        "plans": [{"name": "All onshore", "heads": {"New York": 1}}],
    }
    assert take(Scenario.from_dict(data, "D").evaluate(), "overlap", site=1) == hours
