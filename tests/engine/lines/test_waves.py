"""Waves: when heads start, ramp up, work and end; and the months of the horizon that count."""

import copy

import numpy as np
import pytest

from shorewise.engine import Scenario, ScenarioError, default_model, take
from tests.support import plain_loops as loops
from tests.support.plain_months import Months
from tests.support.sample_scenarios import consistent, random_data, random_scenario
from tests.support.soak import seeds

WITH_WAVES = pytest.mark.parametrize("seed", seeds(range(1, 90, 3)))
SEEDS = pytest.mark.parametrize("seed", seeds(range(30)))
LINES = default_model().lines


def of_waves(*waves, abroad=(), **changes):
    """Lines of the mid case with eight heads in waves."""
    data = loops.preset_data("mid", abroad=abroad, **changes)
    data["plans"][1]["waves"] = [{"site": "Mid", **wave} for wave in waves]
    return Scenario.from_dict(data, "waves").evaluate()


def of_site(lines, name, plan=1, site=1):
    return take(lines, name, plan=plan, site=site).tolist()


@WITH_WAVES
@pytest.mark.parametrize(
    ("line", "loop"),
    [
        ("working", Months.working),
        ("employed", Months.employed),
        ("starting", Months.starting),
        ("effective_output", Months.output),
    ],
)
def test_waves_are_a_loop_over_the_months(seed, line, loop):
    months = Months(random_scenario(seed))
    for plan in months.plans:
        for site in months.sites:
            expected = [loop(months, plan, site, month) for month in months.months]
            # 1e-11: a sum of six waves, and powers of one half.
            assert of_site(months.lines, line, plan, site) == pytest.approx(
                expected, rel=1e-11, abs=1e-14
            )


def test_each_wave_has_its_own_lead_time_ramp_and_rework():
    """Two waves of a quarter and three quarters of the heads, in months 1 and 7."""
    lines = of_waves({"month": 1, "share": 0.25}, {"month": 7, "share": 0.75})
    expected = [
        0.25 * loops.output("mid", month) + 0.75 * loops.output("mid", month - 6)
        for month in range(1, 37)
    ]
    assert of_site(lines, "effective_output") == pytest.approx(expected, rel=1e-12)
    assert of_site(lines, "working") == [0, *[0.25] * 6, *[1] * 29]


def test_waves_cost_what_their_teams_cost_that_start_in_their_months():
    """Of months of one year; processes and infrastructure are paid once, when the site opens."""
    lines = of_waves({"month": 1, "heads": 2}, {"month": 4, "heads": 6})
    _, first = loops.flows("mid", 2)
    _, second = loops.flows("mid", 6)
    second[0] -= 90_000
    expected = [
        cost + (second[month - 4] if month >= 4 else 0) for month, cost in enumerate(first[:12], 1)
    ]
    # The trips of a team are those of all heads of the plan: 2 of 8 pay a quarter of them.
    assert loops.of_plan(lines, "cost")[:12] == pytest.approx(expected, rel=1e-12)


def test_output_is_steady_after_the_last_wave():
    lines = of_waves(
        {"month": 1, "share": 0.5}, {"month": 12, "share": 0.5}, abroad={"rework_start": 0.06}
    )
    steady = take(lines, "steady_output", site=1).item()
    found = of_site(lines, "effective_output")
    assert found[16:] == pytest.approx([steady] * 20, rel=1e-12)  # a lead time of 1, a ramp of 4
    assert found[15] < steady


def test_heads_given_in_numbers_are_shares_of_those_at_the_site():
    heads = of_waves({"month": 1, "heads": 2}, {"month": 5, "heads": 6})
    shares = of_waves({"month": 1, "share": 0.25}, {"month": 5, "share": 0.75})
    for name in LINES:
        np.testing.assert_array_equal(heads[name], shares[name], name)


@WITH_WAVES
def test_a_wave_may_be_split_in_two_without_any_change(seed):
    data = random_data(seed)
    split = copy.deepcopy(data)
    for plan in split["plans"]:
        waves = plan.get("waves", [])
        sites = [wave["site"] for wave in waves]
        for site, wave in {wave["site"]: wave for wave in waves}.items():  # the last of each site
            if sites.count(site) < 6:  # no site may have more
                wave["share"] /= 2
                waves.append(dict(wave))
    before, after = (Scenario.from_dict(one, "waves").evaluate() for one in (data, split))
    for name in ("npv", "total_cost", "total_value", "peak_funding", "break_even_month"):
        # The same shares added in another order.
        assert after[name] == pytest.approx(before[name], rel=1e-9, abs=1e-6, nan_ok=True), name


@WITH_WAVES
def test_a_later_site_costs_nothing_and_delivers_nothing_before_its_first_month(seed):
    data = consistent(random_data(seed) | {"decision": "instead"})
    months = Months(Scenario.from_dict(data, "later"))
    for plan in months.plans:
        for site in months.sites:
            opens = months.opens(plan, site) or months.months[-1] + 1
            assert not any(of_site(months.lines, "site_cash", plan, site)[: opens - 1])
            heads = take(months.lines, "site_heads", plan=plan, site=site).item()
            for line in ("effective_output", "employed", "service_months"):  # of each head
                assert not heads * any(of_site(months.lines, line, plan, site)[: opens - 1]), line


def test_a_site_that_opens_in_month_9_costs_and_is_worth_nothing_until_then():
    lines = of_waves({"month": 9, "share": 1}, abroad={"transfer_month": 3, "transfer_fee": 900})
    for name in ("cost", "value", "capital", "depreciation", "stop_cost", "cumulative_cash"):
        flow = loops.of_plan(lines, name)
        assert not any(flow[:8]), name
        assert any(flow[8:]), name


def test_a_team_in_place_is_there_in_month_1_and_hires_its_later_waves():
    lines = of_waves(
        {"month": 1, "share": 0.5}, {"month": 3, "share": 0.5}, abroad={"established": 1}
    )
    assert of_site(lines, "working") == [0.5, 0.5, 0.5, *[1] * 33]
    assert of_site(lines, "starting") == [0, 0, 0.5, *[0] * 33]
    hire = 0.15 * 60_000 + 80 * loops.onshore_loaded() / 1_720
    assert loops.of_plan(lines, "setup_cost") == pytest.approx(4 * hire, rel=1e-12)


def test_heads_that_end_are_paid_severance_and_notice_in_their_last_month():
    terms = {"stop_severance_weeks": 4, "stop_notice_weeks": 6}
    lines = of_waves(
        {"month": 1, "share": 0.25, "end": 25}, {"month": 1, "share": 0.75}, abroad=terms
    )
    # Two heads that delivered in months 2 to 25: two years of service, at the pay of year 3.
    owed = 2 * 60_000 * (2 * 4 + 6) / 52 * 1.05**2
    expected = [owed if month == 25 else 0 for month in range(1, 37)]
    assert loops.of_plan(lines, "exit_spent") == pytest.approx(expected, rel=1e-12)
    assert of_site(lines, "working") == [0, *[1] * 24, *[0.75] * 11]


def test_a_site_whose_heads_have_all_ended_costs_nothing_more():
    lines = of_waves({"month": 1, "share": 1, "end": 12})
    assert not any(loops.of_plan(lines, "cost")[12:])
    assert not any(loops.of_plan(lines, "value")[12:])


RENT = {"name": "Office", "basis": "per month", "amount": 1_000, "site": "Mid"}
MOVE = {"name": "Move", "basis": "one-off", "amount": 5_000, "site": "Mid"}


@pytest.mark.parametrize(
    ("waves", "paid"),
    [
        ([{"share": 1}], range(1, 37)),
        ([{"share": 1, "month": 5}], range(5, 37)),
        ([{"share": 1, "end": 12}], range(1, 13)),
        ([{"share": 0.5, "end": 12}, {"share": 0.5, "month": 3, "end": 20}], range(1, 21)),
        # Between two waves nobody is there.
        ([{"share": 0.5, "end": 6}, {"share": 0.5, "month": 10, "end": 11}],
         [*range(1, 7), 10, 11]),
        ([{"share": 1, "end": 50}], range(1, 37)),
    ],
)  # fmt: skip
def test_extra_costs_per_month_are_paid_in_the_months_in_which_the_plan_has_heads_there(
    waves, paid
):
    lines = of_waves(*waves, extra_costs=[RENT])
    expected = [1_000 if month in paid else 0 for month in range(1, 37)]
    assert loops.of_plan(lines, "extras_cost") == expected


@pytest.mark.parametrize("month", range(10, 15))
def test_a_one_off_cost_is_paid_only_while_the_plan_has_heads_there(month):
    lines = of_waves(
        {"share": 1, "month": 11, "end": 13}, extra_costs=[MOVE | {"from_month": month}]
    )
    assert sum(loops.of_plan(lines, "extras_cost")) == (5_000 if 11 <= month <= 13 else 0)


def test_leaving_a_site_whose_heads_have_all_ended_costs_nothing_more():
    lines = of_waves({"share": 1, "end": 12}, abroad={"stop_break_cost": 70_000})
    assert not any(loops.of_plan(lines, "stop_cost")[12:])
    assert loops.of_plan(lines, "stop_cost")[11] >= 70_000


@pytest.mark.parametrize(("late", "credited"), [(0, 1), (0.25, 0.75), (0.75, 0.25)])
def test_onshore_hiring_is_avoided_by_heads_that_start_within_the_horizon(late, credited):
    waves = [{"share": 1 - late}, {"share": late, "month": 37}] if late else [{"share": 1}]
    lines = of_waves(*waves, decision="instead", sizing="output")
    # What the baseline pays beyond the value of its output, as it recruits and ramps up.
    pairs = zip(
        loops.of_plan(lines, "cost", 0), loops.of_plan(lines, "running_value", 0), strict=True
    )
    beyond = sum(cost - value for cost, value in pairs)
    assert beyond > 0
    avoided = sum(loops.of_plan(lines, "value")) - sum(loops.of_plan(lines, "running_value"))
    assert avoided == pytest.approx(credited * beyond, rel=1e-9)


def test_a_plan_that_starts_after_the_horizon_avoids_no_onshore_hiring():
    """A file with such a plan is refused; a workbook may be edited to have one."""
    data = loops.preset_data("mid", decision="instead")
    values = dict(Scenario.from_dict(data, "instead").values)
    values["wave_month"] = np.where(np.arange(2)[:, None, None, None] == 1, 37, 1)[None]
    lines = default_model().evaluate(values, 36)
    for name in ("value", "cash_value", "cost", "npv", "total_hiring_avoided"):
        assert not np.any(loops.of_plan(lines, name)), name


def test_the_onshore_team_goes_when_the_last_wave_delivers():
    lines = of_waves(
        {"month": 1, "share": 0.5}, {"month": 10, "share": 0.5},
        severance_weeks=12, parallel_months=2,
    )  # fmt: skip
    # The last wave starts in month 10 and delivers from month 11; two months in parallel.
    assert loops.of_plan(lines, "exit_month") == 12
    paid = [month for month, amount in enumerate(loops.of_plan(lines, "exit_spent"), 1) if amount]
    assert paid == [11, 12]


# The horizon is an input.

# Steps on the way, which count months of the timeline that do not count, or look for the lowest.
OF_TIMELINE = ("timeline_end", "last_month_behind", "lowest_cost", "opening_month")


@SEEDS
@pytest.mark.parametrize("counted", [1, 5, 6, 18])
def test_months_that_do_not_count_change_no_result(seed, counted):
    data = consistent(random_data(seed) | {"horizon_months": 24, "months_counted": counted})
    found = Scenario.from_dict(data, "counted").evaluate()
    for name, entry in LINES.items():
        if entry.unit == "money/month" and entry.over == ("plan", "month"):
            later = found[name][..., counted:]
            if not name.startswith(("cumulative", "discounted_cumulative")):
                assert not later.any(), name


@SEEDS
def test_a_scenario_agrees_whatever_the_length_of_its_timeline(seed):
    data = consistent(random_data(seed) | {"horizon_months": 12, "months_counted": 0})
    short = Scenario.from_dict(data, "12 months").evaluate()
    longer = data | {"horizon_months": 31, "months_counted": 12}
    long = Scenario.from_dict(longer, "12 of 31 months").evaluate()
    for name, entry in LINES.items():
        if {"month", "year", "quarter", "wave"} & {*entry.over} or name.startswith(OF_TIMELINE):
            continue
        if not np.issubdtype(short[name].dtype, np.number):
            np.testing.assert_array_equal(long[name], short[name], name)
            continue
        # The same sums with more terms, all of which are 0.
        scale = np.nanmax(np.abs(short["total_cost"] + short["total_value"]))
        np.testing.assert_allclose(long[name], short[name], 1e-9, 1e-12 * scale, err_msg=name)


def test_all_months_of_the_horizon_may_count():
    usual, all_of_them = loops.preset("mid"), loops.preset("mid", months_counted=36)
    assert loops.of_plan(all_of_them, "npv") == loops.of_plan(usual, "npv")


@pytest.mark.parametrize("counted", [37, 120])
def test_no_more_months_may_count_than_the_horizon_has(counted):
    bound = (
        rf"months_counted is {counted}; it must be within the horizon of 36 months: set at most 36"
    )
    with pytest.raises(ScenarioError, match=bound):
        loops.preset("mid", months_counted=counted)


@pytest.mark.parametrize("counted", range(1, 37))
def test_the_first_months_of_the_mid_case_are_a_loop_over_these_months(counted):
    lines = loops.preset("mid", months_counted=counted)
    values, costs = loops.flows("mid", months=counted)
    assert loops.of_plan(lines, "npv") == pytest.approx(loops.npv(values, costs), rel=1e-9)
    even = loops.break_even(values, costs)
    assert loops.of_plan(lines, "break_even_month") == pytest.approx(
        float("nan") if even is None else even, nan_ok=True
    )
    assert loops.of_plan(lines, "lowest_cumulative") == pytest.approx(loops.lowest(values, costs))
    cash = loops.cash_flows("mid", months=counted)
    assert loops.of_plan(lines, "peak_funding") == pytest.approx(loops.lowest(*cash))
