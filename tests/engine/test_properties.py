"""What must hold for every scenario, shown on random ones."""

import copy
import functools
import math

import numpy as np
import pytest

from shorewise.engine import INPUTS, Scenario, default_model, take
from tests.support.sample_scenarios import consistent, random_data, random_scenario
from tests.support.soak import SOAK, seeds

LINES = default_model().lines
COUNT = 40 if SOAK else 10  # of random scenarios
SEEDS = pytest.mark.parametrize("seed", range(COUNT))
AMOUNTS = ("money", "local", "presentation currency")
MONEY = [entry.name for entry in INPUTS if entry.unit.startswith("money")]
# Parts of a statutory charge that are amounts in local currency.
RULE_AMOUNTS = {
    entry.name.removeprefix("statutory_")
    for entry in INPUTS
    if entry.name.startswith("statutory_") and entry.unit.startswith("local")
}
NO_BOUND = 1e17  # from here on a number says that there is no bound: it is no price
BARS = [
    "onshore_overhead",
    "direct",
    "management",
    "contract",
    "travel",
    "security",
    "attrition",
    "extra",
    "hours",
    "productivity",
    "communication",
    "rework",
]
COSTS = [
    "direct_cost",
    "management_overhead",
    "contract_management",
    "travel",
    "security",
    "backfill_cost",
    "extra_cost",
    "hours_loss",
    "productivity_loss",
    "communication_loss",
    "rework_loss",
]
CASES = pytest.mark.parametrize("case", ["low", "mid", "high"])


def complete(seed):
    """Every input of a random scenario, as plain data."""
    return random_scenario(seed).to_dict() | {"currency": "USD"}  # as the defaults of what is added


@functools.cache
def evaluated(seed):
    """Every line of a random scenario; no test changes them."""
    return random_scenario(seed).evaluate()


def example(case):
    return Scenario.preset(case).to_dict()


def evaluate(data):
    return Scenario.from_dict(data, "test").evaluate()


def above_the_lowest_price(data):
    """Salaries that no case takes down to the lowest that is allowed, where they would stop."""
    for site in data["sites"]:
        site["salary"] = {role: max(9.0, amount) for role, amount in site["salary"].items()}
    return data


@functools.cache
def with_prices_doubled(seed):
    data = above_the_lowest_price(complete(seed))
    data |= {name: 2 * data[name] for name in data.keys() & set(MONEY)}
    for site in data["sites"]:
        for name in site.keys() & set(MONEY):
            given = site[name]
            site[name] = (
                {r: 2 * x for r, x in given.items()} if isinstance(given, dict) else 2 * given
            )
        for rule in site["statutory"]:
            rule |= {key: 2 * rule[key] for key in RULE_AMOUNTS & rule.keys()}
    for row in data["risks"]:
        row["cost"] *= 2
    for row in data["extra_costs"]:
        if row["basis"] != 1:  # a share of pay is no price
            given = row["amount"]
            row["amount"] = (
                {site: 2 * x for site, x in given.items()} if isinstance(given, dict) else 2 * given
            )
    return evaluate(above_the_lowest_price(complete(seed))), evaluate(data)


@SEEDS
def test_doubling_every_price_doubles_every_amount_of_money(seed):
    before, after = with_prices_doubled(seed)
    for name, entry in LINES.items():
        if entry.unit.startswith(AMOUNTS):  # exact: doubling only moves the exponent
            unbounded = np.abs(before[name]) >= NO_BOUND
            assert (np.abs(after[name][unbounded]) >= NO_BOUND).all(), name
            expected = np.where(unbounded, after[name], 2 * before[name])
            np.testing.assert_array_equal(after[name], expected, name)


@SEEDS
def test_doubling_every_price_changes_no_ratio_and_no_break_even_month(seed):
    before, after = with_prices_doubled(seed)
    for name, entry in LINES.items():
        if not entry.unit.startswith(AMOUNTS):
            np.testing.assert_array_equal(after[name], before[name], name)


@functools.cache
def with_a_twin_of_the_baseline(seed):
    data = complete(seed)
    if data["decision"] == "add":  # added capacity is worth what it earns, onshore too
        data = consistent(data | {"decision": "replace"})
    data["plans"].append(data["plans"][0] | {"name": "Twin"})
    return {name: array[0, -1] for name, array in evaluate(data).items() if array.shape[1] > 1}


@SEEDS
def test_a_plan_equal_to_the_baseline_saves_exactly_nothing(seed):
    assert not with_a_twin_of_the_baseline(seed)["saving"].any()


@SEEDS
@pytest.mark.parametrize(
    "line", ["break_even_month", "break_even_month_whole", "discounted_payback_month"]
)
def test_a_plan_equal_to_the_baseline_has_no_break_even(seed, line):
    assert np.isnan(with_a_twin_of_the_baseline(seed)[line]).all()


@SEEDS
def test_waterfall_bars_lead_from_the_headline_saving_to_the_net_saving(seed):
    found = evaluated(seed)
    bars = np.array([found["plan_headline_saving"], *(found[f"bar_{bar}"] for bar in BARS)])
    # 1e-13 of the bars' own size: ten additions, some units in the last place each.
    gap = np.abs(bars.sum(axis=0) - found["net_saving_steady"])
    assert (gap <= 1e-13 * (1 + np.abs(bars).sum(axis=0))).all()


@SEEDS
@pytest.mark.parametrize("prefix", ["", "plan_"], ids=["by-role", "by-plan"])
def test_direct_cost_and_overhead_add_up_to_the_fully_loaded_cost(seed, prefix):
    found = evaluated(seed)
    names = {"plan_backfill_cost": "plan_attrition_cost"}
    parts = [found[names.get(prefix + name, prefix + name)] for name in COSTS]
    # 1e-13 of the parts' own size: ten additions of both signs, some units in the last place each.
    gap = np.abs(sum(parts) - found[f"{prefix}fully_loaded_cost"])
    assert (gap <= 1e-13 * sum(np.abs(part) for part in parts)).all()


@SEEDS
def test_value_less_cost_adds_up_to_the_closing_cumulative_saving(seed):
    found = evaluated(seed)
    for value, cost, closing in zip(
        found["value"][0], found["cost"][0], found["closing_cumulative"][0], strict=True
    ):
        flows = [*value.flat, *(-cost).flat]
        # 1e-13 of all flows: up to 120 additions, a unit in the last place each.
        assert abs(math.fsum(flows) - closing.item()) <= 1e-13 * np.abs(flows).sum()


@SEEDS
def test_the_fully_loaded_cost_of_a_plan_is_its_cost_divided_by_its_output(seed):
    found = evaluated(seed)
    kept = (1 - found["communication_share"]) * (1 - found["live_rework_end"])
    worked = found["productive_hours"] / found["productive_hours"][:, :, :1]
    skilled = found["rated_productivity"] * worked
    output = (found["exact_heads"] * skilled * kept).sum(axis=(2, 3), keepdims=True)
    teams = found["site_entered_heads"] / found["team_size"]  # the last may be incomplete
    by_team = found["travel"][:, :, :, :1] * found["team_size"] + found["compliance"]
    cost = (found["sized_heads"] * found["cost_per_head"]).sum(axis=(2, 3), keepdims=True)
    unfilled = (np.ceil(teams) - teams) * found["site_growth"]  # sizing makes all teams larger
    cost = cost + (unfilled * by_team).sum(axis=2, keepdims=True)
    # 1e-13: sums of up to 12 products, some units in the last place each.
    np.testing.assert_allclose(found["plan_fully_loaded_cost"], cost / output, rtol=1e-13)


@SEEDS
def test_no_line_is_infinite_even_if_nothing_is_delivered(seed):
    data = consistent(complete(seed) | {"horizon_months": 6})
    for site in data["sites"][1:]:
        site |= {"lead_time_months": 60, "established": 0}
    found = evaluate(data)
    assert [name for name in LINES if np.isinf(found[name].astype(float)).any()] == []


def break_even_by_setup(data):
    """Break-even month of each plan, at rising setup cost of every site; infinite for none."""
    months = []
    for setup in (0, 10_000, 40_000, 100_000, 300_000, 1_000_000):
        for site in data["sites"][1:]:
            site |= {"process_development_cost": setup, "established": 0}
        months.append(take(evaluate(data), "break_even_month", plan=slice(1, None)))
    return np.diff(np.nan_to_num(months, nan=1e9), axis=0)


@SEEDS
def test_break_even_never_comes_sooner_if_setup_costs_more(seed):
    assert (break_even_by_setup(complete(seed)) >= 0).all()


@CASES
def test_break_even_comes_later_if_setup_costs_more(case):
    assert (break_even_by_setup(example(case)) > 0).all()


def cost_by_overlap(data):
    """Fully loaded cost of each plan, as the overlap of every site grows hour by hour."""
    costs = []
    for hours in range(13):
        for site in data["sites"][1:]:
            site["overlap_hours"] = hours
        costs.append(take(evaluate(data), "plan_fully_loaded_cost", plan=slice(1, None)))
    return np.array(costs)


@pytest.mark.soak(keep=5)
@SEEDS
def test_more_overlap_never_costs_more(seed):
    # Whole heads would be rounded up: a head less may leave a dearer, incomplete team.
    costs = cost_by_overlap(complete(seed) | {"whole_heads": 0})
    # 1e-13: beyond the target the cost is the same, but for some units in the last place.
    assert (costs[1:] <= costs[:-1] * (1 + 1e-13)).all()


@CASES
def test_more_overlap_costs_less_until_its_target_is_met(case):
    costs = cost_by_overlap(example(case))
    assert (np.diff(costs[:5], axis=0) < 0).all()  # model.md section 1: the target is 4 h


@CASES
@pytest.mark.parametrize(("lower", "higher"), [(0, 0.05), (0.05, 0.1), (0.1, 0.3), (0.3, 1)])
def test_npv_falls_as_the_discount_rate_rises_if_savings_follow_costs(case, lower, higher):
    """True of flows that change sign once, from cost to saving, and are worth their cost."""
    data = example(case)
    before = evaluate(data | {"discount_rate": lower})
    after = evaluate(data | {"discount_rate": higher})
    signs = np.sign(take(before, "saving", plan=1))
    assert (np.diff(signs) >= 0).all()
    assert take(before, "npv", plan=1).item() > max(0, take(after, "npv", plan=1).item())


@SEEDS
def test_npv_at_a_discount_rate_of_0_is_the_closing_cumulative_saving(seed):
    found = evaluate(complete(seed) | {"discount_rate": 0})
    # 1e-13 of the total cost and value: the same savings, added in another order.
    scale = (found["total_cost"] + found["total_value"]).max()
    np.testing.assert_allclose(found["npv"], found["closing_cumulative"], 0, 1e-13 * scale)


def split_role(data):
    twin, role = "Role twin", data["roles"][0]
    data["roles"].append(twin)
    for site in data["sites"]:
        site["salary"][twin] = site["salary"][role]
    for entry in INPUTS:
        if entry.axes == ("role",):
            data[entry.name][twin] = data[entry.name][role]
    for plan in data["plans"]:
        for heads in plan["heads"].values():
            heads[role] = heads[twin] = heads.get(role, 0) / 2


def split_site(data):
    """What is spent once a site or a team is 0 here."""
    site = data["sites"][-1]
    for row in (row for key in ("risks", "extra_costs", "location_score") for row in data[key]):
        for by_site in (value for value in row.values() if isinstance(value, dict)):
            by_site["Site twin"] = by_site[site["name"]]
    data["sites"].insert(1, site | {"name": "Site twin"})
    for plan in data["plans"]:
        if halves := {r: n / 2 for r, n in plan["heads"].get(site["name"], {}).items()}:
            plan["heads"] |= {site["name"]: halves, "Site twin": halves}
        waves = plan.get("waves", [])
        plan["waves"] = waves + [
            wave | {"site": "Site twin"} for wave in waves if wave["site"] == site["name"]
        ]
    book = data.get("assumptions", [])
    twins = [entry | {"site": "Site twin"} for entry in book if entry.get("site") == site["name"]]
    data |= {"assumptions": book + twins} if book else {}


def add_site(data):
    data["sites"].insert(1, {"name": "Site new", "salary": 70_000})


def add_role(data):
    data["roles"].insert(0, "Role new")


def add_plan(data):
    data["plans"].append(
        {"name": "Plan new", "heads": {data["sites"][-1]["name"]: dict.fromkeys(data["roles"], 3)}}
    )


@pytest.mark.soak(keep=25)
@pytest.mark.parametrize("change", [split_role, split_site, add_site, add_role, add_plan])
@pytest.mark.parametrize("seed", [s for s in range(80) if len(random_data(s)["sites"]) > 1][:COUNT])
def test_an_unused_role_site_or_plan_changes_no_result_of_a_plan(seed, change):
    data = complete(seed)
    once = ("process_development_cost", "management_infrastructure_cost", "stop_break_cost")
    by_team = ("travel_trips", "gdpr_cost", "soc2_cost", "audits")
    data["sites"][-1] |= dict.fromkeys((*once, *by_team), 0)
    for row in data["risks"]:
        row["cost"] = 0
    data["extra_costs"] = [row for row in data["extra_costs"] if row["basis"] < 2]
    data |= {"concentration_rate": 0, "whole_heads": 0}
    changed = copy.deepcopy(data)
    change(changed)
    before, after = evaluate(data), evaluate(changed)
    # 1e-12: sums in another order; what is a difference is measured by what it is taken from.
    flows = float(np.max(before["total_cost"] + before["total_value"]))
    yearly = before["plan_fully_loaded_cost"].max()  # the losses are differences of such costs
    scales = {"money": flows, "money/month": flows, "money/year": yearly}
    scales |= {"fraction": 1.0, "factor": 1.0, "months": 120.0}
    for name, entry in LINES.items():
        # Of all sites, of all plans; of all roles of a site, whether a plan has them or not.
        if name in (
            "place_concentration",
            "recommended",
            "has_highest_npv",
            "has_saving",
            "npv_with_saving",
            "highest_npv_with_saving",
            "recommended_with_saving",
            "number_recommended_with_saving",
            "shown_by_default",
            "shown_number",
            "first_shown",
            "shown_plan",
            "shown_because",
            "last_plan",
            "plan_merit",
            "plan_nearest_above",
            "plan_nearest_below",
        ):
            continue
        if entry.over[:1] == ("plan",) and set(entry.over) <= {"plan", "month"}:
            np.testing.assert_allclose(
                after[name][:, : len(data["plans"])].astype(float),
                before[name].astype(float),
                rtol=1e-12,
                atol=1e-12 * scales.get(entry.unit, 0.0),
                err_msg=name,
            )


# The highest pay looks ahead, and so does tax at the end of a year.
LOOK_AHEAD = ("pay_times_month", "profit_tax_due")


@SEEDS
def test_the_shortest_and_the_longest_horizon_agree_on_their_first_six_months(seed):
    # An exit, a failed start and the profit tax of a year are brought forward into the horizon.
    early = {"decision": 1, "parallel_months": 0, "failure_month": 1, "profit_tax_rate": 0}
    early["months_counted"] = 0
    data = complete(seed) | early
    for plan in data["plans"]:  # heads that start later avoid onshore hiring in a longer one alone
        for wave in plan.get("waves", []):
            wave["month"] = min(wave["month"], 6)
    short, long = (evaluate(data | {"horizon_months": months}) for months in (6, 120))
    for name, entry in LINES.items():
        if "month" in entry.over and not name.startswith(LOOK_AHEAD):
            np.testing.assert_array_equal(short[name], long[name][..., :6], name)


@pytest.mark.parametrize("seed", seeds(range(100)))
def test_all_checks_pass(seed):
    assert evaluated(seed)["all_checks"].item() is True


@pytest.mark.parametrize(
    ("onshore", "elsewhere"),
    [
        pytest.param(1, 1e12, id="lowest-and-highest"),
        pytest.param(1e12, 1, id="highest-and-lowest"),
        pytest.param(180_000, 600_000_000, id="another-currency-by-mistake"),
    ],
)
def test_all_checks_pass_at_the_ends_of_the_valid_ranges(onshore, elsewhere):
    data = example("mid")
    for site, salary in zip(data["sites"], (onshore, elsewhere), strict=True):
        site["salary"] = salary
    assert evaluate(data)["all_checks"].item() is True


def test_an_established_site_ignores_the_lead_time_entered():
    data = complete(1)
    data["sites"][-1] |= {"established": 1, "lead_time_months": 24}
    data["plans"][-1]["heads"] = {data["sites"][-1]["name"]: {data["roles"][0]: 4}}
    data["plans"][-1].pop("waves", None)
    data["months_counted"] = 0
    assert (take(evaluate(data), "working", plan=-1, site=-1) == 1).all()


@pytest.mark.parametrize(
    ("changes", "name", "expected"),
    [
        pytest.param({"shift_premium": 0.1}, "pay", 66_000, id="a-tenth-of-60000-more"),
        pytest.param({"training_cost": 1_000}, "workplace", 8_800, id="7800-and-1000"),
        pytest.param({"audits": 4, "audit_cost": 2_000}, "security", 2_200, id="1200-and-8000/8"),
        pytest.param(
            {"documentation_share": 0.02}, "communication_share", 0.09, id="7-and-2-points"
        ),
    ],
)
def test_costs_without_a_figure_in_the_articles_can_be_entered(changes, name, expected):
    data = example("mid")
    data["sites"][1] |= changes
    assert evaluate(data)[name].reshape(2)[1] == pytest.approx(expected)
