"""One site against onshore, and break-even of plain savings, without a scenario."""

import numpy as np
import pytest

from shorewise.engine import DomainError
from shorewise.engine.calculators.cashflow import break_even
from shorewise.engine.calculators.one_site import employer_charges, site_values
from shorewise.engine.locations import locations
from tests.support.single_site import charges, of, paid_back

# Settings under which the reference model prints its tables.
REFERENCE = {
    "distance_loss": 0,
    "vacancy_months": 0,
    "onshore_vacancy_months": 0,
    "successor_transfer": 0,
}
CASES = {
    "far": {
        "salary": 40_000,
        "statutory_rate": 0.12,
        "benefits_rate": 0.08,
        "local_management_rate": 0.15,
        "management_rate": 0.25,
        "trip_cost": 4_500,
        "attrition_rate": 0.171,
        "productivity": 1 / 1.22,
        "overlap_hours": 0,
        "rework_end": 0.10,
    },
    "mid": {"salary": 60_000},
    "near": {
        "salary": 80_000,
        "statutory_rate": 0.2048,
        "benefits_rate": 0.04,
        "local_management_rate": 0.08,
        "management_rate": 0.15,
        "trip_cost": 2_500,
        "productivity": 1,
        "overlap_hours": 4,
        "rework_end": 0.04,
        # A ramp cannot be given: 0.85 lost months for the default 1.30, at 115,094.72 / 12 each.
        "recruitment_rate": 0.15 + (0.85 - 1.30) * 115_094.72 / 12 / 80_000,
    },
}


@pytest.mark.parametrize(
    ("setup", "saving", "month"),
    [
        pytest.param(0, [100], 0, id="nothing-to-recover"),
        pytest.param(0, [100, 100], 0, id="nothing-to-recover-month-by-month"),
        pytest.param(100, [0], np.nan, id="no-saving"),
        pytest.param(100, [-1], np.nan, id="a-loss"),
        pytest.param(100, [200, -150, 100], 2.5, id="below-zero-again"),
        pytest.param(100, [200, -150], np.nan, id="below-zero-at-the-end"),
        pytest.param(100, [100, -100, 100], 3, id="back-at-zero-in-the-last-month"),
        pytest.param(100, [100, 0, 0], 1, id="stays-at-zero"),
    ],
)
def test_break_even_month_matches_the_hand_calculation(setup, saving, month):
    # 1e-12: one division and one subtraction, some units in the last place.
    assert paid_back(setup, *saving) == pytest.approx(month, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("setup", [1, 999, 1_000, 123_456.78])
def test_a_single_saving_equals_the_same_saving_in_every_month(setup):
    # 1e-9: the row adds up to 120 savings, each addition within a unit in the last place.
    assert paid_back(setup, 1_100) == pytest.approx(paid_back(setup, *[1_100] * 120), rel=1e-9)


def test_each_plan_breaks_even_independently_of_the_others():
    saving = np.array([[300.0, 400, 500], [500, 500, 0], [100, 100, 100]])
    expected = [paid_back(1_000, *row) for row in saving]
    np.testing.assert_array_equal(break_even(saving, np.full(3, 1_000.0)), expected)


@pytest.mark.parametrize(
    ("case", "line", "text"),
    [
        pytest.param("far", "fully_loaded_cost", "129,324.85", id="model.md-section-1-far"),
        pytest.param("mid", "fully_loaded_cost", "142,674.79", id="model.md-section-1-mid"),
        pytest.param("near", "fully_loaded_cost", "148,037.19", id="model.md-section-1-near"),
        pytest.param("far", "direct_cost", "62,520.00", id="model.md-section-1-far-direct"),
        pytest.param("mid", "direct_cost", "90,600.00", id="model.md-section-1-mid-direct"),
        pytest.param("near", "direct_cost", "115,094.72", id="model.md-section-1-near-direct"),
        pytest.param("mid", "onshore_loaded_cost", "256,025.00", id="model.md-section-1-onshore"),
    ],
)
def test_costs_of_a_site_match_the_reference_model(case, line, text):
    # Compared in the digits the reference prints: half a unit of the last one.
    assert f"{of(line, CASES[case] | REFERENCE).item():,.2f}" == text


def test_an_employer_of_record_costs_its_monthly_fee():
    # model.md section 1: 599 a month.
    assert of("vendor_fee", {"vendor_fee_month": 599}).item() == 599 * 12


def test_the_onshore_salary_changes_only_the_baseline():
    given = {"salary": 60_000, "onshore_salary": 120_000}
    found = site_values({n: np.array([x]) for n, x in given.items()}, ["headline_saving", "pay"])
    assert (found["headline_saving"].item(), found["pay"].item()) == (0.5, 60_000)


def test_each_row_is_computed_independently():
    salaries, overlaps = [40_000, 60_000, 80_000], [0, 4, 2]
    together = of("fully_loaded_cost", {"salary": salaries, "overlap_hours": overlaps})
    alone = [
        of("fully_loaded_cost", {"salary": salary, "overlap_hours": overlap}).item()
        for salary, overlap in zip(salaries, overlaps, strict=True)
    ]
    assert together.tolist() == alone


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"salary": [40_000, 60_000], "overlap_hours": 2}, id="of-the-site"),
        pytest.param({"salary": [40_000, 60_000], "overlap_target_hours": 4}, id="of-the-whole"),
    ],
)
def test_a_single_number_applies_to_every_row(given):
    single = {"salary": [40_000, 60_000]} | {n: [x, x] for n, x in given.items() if n != "salary"}
    assert of("fully_loaded_cost", given).tolist() == of("fully_loaded_cost", single).tolist()


def test_an_input_of_the_whole_scenario_may_differ_by_row():
    found = of(
        "management_overhead",
        {"salary": 60_000, "management_basis": [0, 1], "onshore_vacancy_months": 0},
    )
    # 20 % of the direct cost, and of the onshore loaded cost: model.md section 1.
    assert [f"{x:,.2f}" for x in found] == ["18,120.00", "51,205.00"]


def test_defaults_give_the_mid_case():
    assert of("fully_loaded_cost", {}).tolist() == of("fully_loaded_cost", CASES["mid"]).tolist()


@pytest.mark.parametrize(
    ("given", "text"),
    [
        pytest.param(
            {"attrition_rate": 1.2}, "attrition_rate is 1.2; it must be between 0 and 1", id="above"
        ),
        pytest.param(
            {"productivity": 0.0}, "productivity is 0; it must be between 0.05 and 3", id="below"
        ),
        pytest.param({"salary": np.nan}, "salary is empty; it must be 1 or more", id="nan"),
        pytest.param({"salary": np.inf}, "salary is inf; it must be 1 or more", id="inf"),
        pytest.param(
            {"onshore_salary": 0.0},
            "onshore_salary is 0; it must be 1 or more",
            id="onshore-salary",
        ),
        pytest.param(
            {"salary": [1.0, 2.0, -3.0, -4.0]},
            "salary in row 3 is -3; it must be 1 or more",
            id="first-wrong-row",
        ),
        pytest.param(
            {"discount_rate": 2.0},
            "discount_rate is 2; it must be between 0 and 1",
            id="of-the-whole",
        ),
        pytest.param(
            {"management_basis": 0.5},
            "management_basis is 0.5; it must be one of direct cost (0), onshore cost (1), "
            "hours (2)",
            id="not-whole",
        ),
        pytest.param(
            {"lead_time_months": [1.0, 2.5]},
            "lead_time_months in row 2 is 2.5; it must be a whole",
            id="row-not-whole",
        ),
        pytest.param(
            {"salry": 1.0}, "no input is called salry; did you mean salary?", id="unknown"
        ),
        pytest.param({"heads": 1.0}, "no input is called heads", id="over-plans"),
        pytest.param({"ramp": 1.0}, "no input is called ramp", id="over-tenure"),
    ],
)
def test_the_error_names_the_input_the_value_and_the_bound(given, text):
    with pytest.raises(DomainError) as caught:
        of("fully_loaded_cost", given)
    assert str(caught.value).startswith(text)


@pytest.mark.parametrize("iso", ["PL", "GB", "IN", "PT", "CR"])
def test_charges_of_a_country_equal_those_of_a_site_in_it(iso):
    pay = [20_000.0, 50_000.0, 1e6]
    found = employer_charges(np.array(pay), locations()[iso], np.full(3, np.nan))
    # 1e-12: the site's pay is converted to another currency and back.
    assert found == pytest.approx([charges(iso, amount)[0] for amount in pay], rel=1e-12)


def test_a_charge_without_a_rate_is_nan_unless_a_rate_is_given():
    found = employer_charges(np.array([7_000.0, 7_000.0]), locations()["US"], np.array([np.nan, 0]))
    assert np.isnan(found[0])
    assert found[1] == pytest.approx(7_000 * (0.062 + 0.0145 + 0.006 + 0.034), rel=1e-12)
