"""What each change of the law costs: by hand, against a plain loop, and in sum."""

import numpy as np
import pytest

from shorewise.engine import Scenario, take
from shorewise.engine.locations import locations
from tests.support.sample_scenarios import random_scenario
from tests.support.soak import seeds

# Law 21.735: the employer's pension contribution in Chile, by the year from whose August it holds.
CHILE = {2026: 0.035, 2027: 0.0425, 2028: 0.05, 2029: 0.057, 2030: 0.064, 2031: 0.071, 2032: 0.078,
         2033: 0.085}  # fmt: skip
SALARY, HEADS, GROWTH, MONTHS = 40_000, 5, 1.04, 96


def scenario(site, months=MONTHS, start="2027-01", **settings):
    return Scenario.from_dict(
        {
            "currency": "USD",
            "horizon_months": months,
            "start_month": start,
            "roles": ["Engineer"],
            "sizing": "heads",
            "sites": [
                {"name": "Home", "salary": 120_000, "statutory": []},
                {"name": "There", "salary": SALARY, "local_management_rate": 0, "extra_months": 0,
                 "attrition_rate": 0.1, "wage_inflation": GROWTH - 1, "fx_drift": 0,
                 "lead_time_months": 0} | site,
            ],
            "plans": [
                {"name": "Home", "heads": {"Home": HEADS}},
                {"name": "There", "heads": {"There": HEADS}},
            ],
        }
        | settings,
        "case",
    )  # fmt: skip


def rate_in_chile(year, month):
    return CHILE[min(2033, year if month >= 8 else year - 1)]


def test_what_chile_announced_costs_in_each_month_equals_a_plain_loop():
    found = scenario({"location": "CL"}).evaluate()
    expected = []
    for number in range(MONTHS):
        year, month = 2027 + number // 12, number % 12 + 1
        pay = SALARY * HEADS / 12 * GROWTH ** (number // 12)
        expected.append(pay * (rate_in_chile(year, month) - CHILE[2026]))
    assert take(found, "site_law_change", plan=1).sum(axis=0).tolist() == pytest.approx(expected)
    assert take(found, "law_total", plan=1).item() == pytest.approx(sum(expected))
    assert take(found, "law_total", plan=0).item() == 0


def test_each_step_of_chile_costs_its_rise_from_its_month_on():
    found = scenario({"location": "CL"}).evaluate()
    months = [8 + 12 * n for n in range(7)]
    assert take(found, "change_month", site=1).tolist() == [*months, MONTHS + 1]
    for n, month in enumerate(months):
        rise = CHILE[2027 + n] - CHILE[2026 + n]
        pay = [SALARY * HEADS / 12 * GROWTH ** (m // 12) for m in range(month - 1, MONTHS)]
        costs = [
            take(found, name, plan=1, site=1)[n] for name in ("change_cost", "change_month_cost")
        ]
        assert costs == pytest.approx([sum(pay) * rise, pay[0] * rise])
        before, after = (
            take(found, f"charges_{when}_change", site=1)[n] for when in ("before", "after")
        )
        assert after - before == pytest.approx(SALARY * rise)
    assert take(found, "change_cost", plan=1, site=1)[7] == 0


def test_another_first_month_leaves_out_what_was_law_by_then():
    found = scenario({"location": "CL"}, start="2030-09", months=36).evaluate()
    assert take(found, "change_month", site=1).tolist() == [12, 24, 36, *[37] * 5]
    assert take(found, "change_month", site=0).tolist() == [37] * 8


def test_a_change_in_the_first_month_is_the_law_beside_which_the_others_stand():
    found = scenario({"location": "CL"}, start="2027-08", months=12).evaluate()
    assert take(found, "change_month", site=1).tolist() == [13] * 8


def test_months_that_do_not_count_have_no_change():
    found = scenario({"location": "CL"}, months_counted=20).evaluate()
    assert take(found, "change_month", site=1).tolist() == [8, 20, *[21] * 6]
    pay = SALARY * HEADS / 12 * GROWTH
    cost = take(found, "change_cost", plan=1, site=1)[1]
    assert cost == pytest.approx(pay * (CHILE[2028] - CHILE[2027]))


def test_changes_beyond_the_eighth_are_in_the_total_and_said_apart():
    steps = [
        {"rate": 0.01 * n, "first_month": f"2027-{n + 1:02}", "last_month": f"2027-{n + 1:02}"}
        for n in range(1, 11)
    ]
    found = scenario({"statutory": steps, "wage_inflation": 0}, months=12).evaluate()
    month = SALARY * HEADS / 12
    assert take(found, "law_total", plan=1).item() == pytest.approx(month * 0.55)
    # The eight that are counted leave the law of September 2027, 8 %, to the end.
    listed = month * (0.01 * sum(range(1, 8)) + 0.08 * 4)
    assert take(found, "change_cost", plan=1).sum() == pytest.approx(listed)
    rest = take(found, "law_total_unlisted", plan=1).item()
    assert rest == pytest.approx(month * 0.55 - listed)


def test_no_country_has_announced_more_changes_than_are_counted():
    for code, place in locations().items():
        days = {day for rule in place.rules for day in (rule.first_month,) if day is not None}
        assert len([day for day in days if day > 46_388]) <= 8, code  # 1 January 2027


@pytest.mark.parametrize("seed", seeds(range(40)))
def test_all_changes_together_are_the_change_of_charges_by_law(seed):
    case = random_scenario(seed)
    found = case.evaluate()
    total = take(found, "change_cost").sum(axis=(1, 2)) + take(found, "law_total_unlisted")
    np.testing.assert_allclose(
        total, take(found, "site_law_change").sum(axis=(1, 2)), rtol=1e-9, atol=1e-3
    )
    starts, ends = (found[f"statutory_{part}_month"][0, 0] for part in ("first", "last"))
    dates = take(found, "month_date")
    counted = int(take(found, "last_month").item())
    for site in range(len(case.sites)):
        law = [
            [(starts[site, 0, n] <= day <= ends[site, 0, n]) for n in range(starts.shape[-1])]
            for day in dates
        ]
        expected = [m + 1 for m in range(1, counted) if law[m] != law[m - 1]][:8]
        months = take(found, "change_month", site=site).tolist()
        assert months[: len(expected)] == expected
        assert months[len(expected) :] == [counted + 1] * (8 - len(expected))
