"""What each cost grows with: local pay, onshore pay, general inflation, or nothing."""

import pytest

from shorewise.engine import Scenario, take
from tests.support import plain_loops as loops
from tests.support.plain_months import RUNNING, Months
from tests.support.sample_scenarios import random_data, random_scenario
from tests.support.soak import seeds

SEEDS = pytest.mark.parametrize("seed", seeds(range(30)))
INDICES = ("local pay", "own")
TIMES = {"local": "growth", "onshore": "staff_growth", "general": "general_growth"}


def far(index, **changes):
    """Lines of the far case over five years: eight heads as entered, that replace eight onshore."""
    return loops.preset(
        "low",
        horizon_months=60,
        sizing="heads",
        decision="replace",
        management_basis=1,
        cost_index=index,
        **changes,
    )


def test_wages_abroad_do_not_raise_the_time_of_onshore_managers():
    """By hand: a quarter of the onshore loaded cost of eight heads, in years 2 to 5.

    Wages grow by 9.1 % abroad and by 3.5 % onshore, so that growth with local pay counts
    325 thousand too much over 60 months.
    """
    year = 0.25 * 256_025 * 8
    too_much = year * sum(1.091**n - 1.035**n for n in range(1, 5))
    assert 324_500 < too_much < 325_500
    local, own = (loops.of_plan(far(index), "internal_cost") for index in INDICES)
    assert sum(local) - sum(own) == pytest.approx(too_much, rel=1e-9)
    assert own[:12] == local[:12]


def test_the_cost_over_60_months_falls_by_what_managers_and_prices_no_longer_grow():
    """With no general inflation, workplace, trips and controls stay at their cost of year 1."""
    seats, trips, controls = 7_800, 6 * 4_500 / 8, 1_200
    managers = 0.25 * 256_025 * sum(1.091**n - 1.035**n for n in range(1, 5))
    prices = (seats + trips + controls) * sum(1.091**n - 1 for n in range(1, 5))
    local, own = (loops.of_plan(far(one, general_inflation=0), "total_cost") for one in INDICES)
    assert local - own == pytest.approx(8 * (managers + prices), rel=1e-9)


def test_one_off_costs_do_not_grow():
    for index in INDICES:
        data = loops.preset_data("mid", cost_index=index, general_inflation=0.4)
        data["plans"][1]["waves"] = [{"month": 25, "share": 1}]
        lines = Scenario.from_dict(data, "later").evaluate()
        assert loops.of_plan(lines, "setup_spent")[24] == pytest.approx(90_000 + 8 * 9_000)


def test_one_off_internal_time_does_not_grow():
    data = loops.preset_data("mid", cost_index="own")
    data["plans"][1]["waves"] = [{"month": 25, "share": 1}]
    lines = Scenario.from_dict(data, "later").evaluate()
    expected = 8 * 80 * loops.onshore_loaded() / 1_720
    assert loops.of_plan(lines, "internal_cost")[24] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("group", "factor"),
    [
        pytest.param("pay", 1.05 * 1.02, id="pay-by-local-wages-and-currency"),
        pytest.param("charges", 1.05 * 1.02, id="charges-by-local-wages-and-currency"),
        pytest.param("benefits", 1.05 * 1.02, id="benefits-by-local-wages-and-currency"),
        pytest.param("vendor", 1.05 * 1.02, id="vendor-by-local-wages-and-currency"),
        pytest.param("hiring", 1.05 * 1.02, id="successors-by-local-wages-and-currency"),
        pytest.param("lost", 1.05 * 1.02, id="output-lost-by-local-wages-and-currency"),
        pytest.param("internal", 1.035, id="staff-by-onshore-wages"),
        pytest.param("seat", 1.04, id="workplace-by-general-inflation"),
        pytest.param("travel", 1.04, id="travel-by-general-inflation"),
        pytest.param("compliance", 1.04, id="compliance-by-general-inflation"),
    ],
)
def test_a_group_grows_with_its_own_index(group, factor):
    changes = {"cost_index": "own", "general_inflation": 0.04}
    abroad = {"fx_drift": 0.02, "vendor_fee_rate": 0.1, "contract_management_share": 0.03}
    lines = loops.preset("mid", abroad=abroad, **changes)
    flow = loops.of_plan(lines, f"{group}_cost")
    assert flow[12] / flow[11] == pytest.approx(factor, rel=1e-12)
    assert flow[24] / flow[12] == pytest.approx(factor, rel=1e-12)
    assert len({*flow[1:12]}) == 1


def test_with_local_pay_every_running_cost_grows_with_pay_at_the_site():
    lines = loops.preset("mid", cost_index="local pay", general_inflation=0.4)
    for group in RUNNING.keys() - {"vendor"}:
        flow = loops.of_plan(lines, f"{group}_cost")
        assert flow[12] / flow[11] == pytest.approx(1.05, rel=1e-12), group


@SEEDS
@pytest.mark.parametrize("index", INDICES)
def test_growth_is_a_loop_over_the_months(seed, index):
    months = Months(Scenario.from_dict(random_data(seed) | {"cost_index": index}, "growth"))
    for site in months.sites:
        for kind, line in TIMES.items():
            expected = [months.grown(kind, site, month) for month in months.months]
            found = take(months.lines, line, site=site)
            assert found.tolist() == pytest.approx(expected, rel=1e-12), (line, site)


@SEEDS
def test_what_the_output_is_worth_grows_with_onshore_pay_and_general_prices(seed):
    months = Months(random_scenario(seed))
    for plan in months.plans:
        for cash, line in ((False, "value"), (True, "cash_value")):
            expected = months.value(plan, cash)
            scale = max(map(abs, expected)) + max(months.cost(0))
            # The decision "instead" has differences of two large flows.
            assert loops.of_plan(months.lines, line, plan) == pytest.approx(
                expected, rel=1e-9, abs=1e-12 * scale
            )
