"""Tax: a published amount by hand, an independent loop over fiscal years and vintages, invariants.

The loop knows the text alone: months of the calendar, cost of a year in vintages, half a share in
the first and in the last year of each.
"""

import numpy as np
import pytest

from shorewise.engine import Scenario, take
from tests.support import plain_loops as loops
from tests.support.sample_scenarios import consistent, random_data
from tests.support.soak import seeds

NO_COST = dict.fromkeys((
    "statutory_rate", "benefits_rate", "workspace_cost", "equipment_cost", "tools_cost",
    "local_management_rate", "training_cost", "attrition_rate", "wage_inflation",
), 0)  # fmt: skip
NO_COST_ABROAD = NO_COST | dict.fromkeys((
    "management_rate", "travel_trips", "access_cost", "audit_trail_cost", "traceability_cost",
    "incident_cost", "gdpr_cost", "soc2_cost", "audits",
), 0)  # fmt: skip
FULL_OUTPUT = {
    "productivity": 1, "communication_base": 0, "overlap_hours": 8, "rework_start": 0,
    "rework_end": 0,
}  # fmt: skip
RATES = ("profit_tax_rate", "local_tax_rate", "vat_unrecovered", "withholding_rate")
MID_RUNNING = (
    839_137.20  # 915,422.40 of the reference table, in the 11 months of delivery of year 1
)
SEEDS = pytest.mark.parametrize("seed", seeds(range(36)))
CLOSE = {"rel": 1e-9, "abs": 1e-4}


def team(onshore=(), abroad=(), **changes):
    """Lines of eight heads abroad that cost 839,000 a year in cash and nothing else."""
    data = {
        "horizon_months": 36,
        "start_month": "2027-01",
        "sizing": "heads",
        "roles": ["Engineer"],
        "sites": [
            {"name": "Onshore", "salary": 180_000} | NO_COST | dict(onshore),
            {"name": "Mid", "salary": 104_875, "established": 1}
            | NO_COST_ABROAD
            | FULL_OUTPUT
            | dict(abroad),
        ],
        "plans": [
            {"name": "All onshore", "heads": {"Onshore": 8}},
            {"name": "Mid", "heads": {"Mid": 8}},
        ],
    }
    return Scenario.from_dict(data | changes, "team").evaluate()


def of_plan(lines, name, plan=1):
    return take(lines, name, plan=plan).reshape(-1).tolist()


def first_year_tax(**how):
    return of_plan(team(**how), "tax_by_year")[0]


# The published amount: 839k of running cost, amortised over 15 years, at 21 %.


def test_the_published_839k_is_mids_running_cost_of_the_first_year_with_onshore_time():
    lines = loops.preset("mid")
    spent = sum(of_plan(lines, "running_cost")[:12]) - of_plan(lines, "setup_cost")[0]
    assert spent == pytest.approx(MID_RUNNING, rel=1e-12)
    assert loops.abroad_head("mid") * 8 * 11 / 12 == pytest.approx(MID_RUNNING, rel=1e-12)
    extra = MID_RUNNING * (1 - 1 / 30) * 0.21
    assert extra == pytest.approx(170_344.85, abs=0.01)


def test_amortising_839k_abroad_over_15_years_costs_170k_more_tax_in_the_first_year():
    amortised = first_year_tax(profit_tax_rate=0.21)
    at_once = first_year_tax(profit_tax_rate=0.21, abroad={"deductible_share": 1})
    assert amortised - at_once == pytest.approx(839_000 * 29 / 30 * 0.21, rel=1e-12)
    assert amortised - at_once == pytest.approx(170_317, abs=0.5)


def test_the_cash_of_mids_first_year_amortised_costs_164k_more_tax():
    # 8 x (90,600 direct + 2,250 travel + 1,200 compliance + 1,080 recruitment) x 11/12 = 697,620,
    # recruitment of the start 8 x 9,000 and 40,000 of processes; 50,000 are capital.
    amortised, at_once = (
        of_plan(
            loops.preset("mid", abroad={"deductible_share": share}, profit_tax_rate=0.21), "tax"
        )
        for share in (0, 1)
    )
    extra = amortised[11] - at_once[11]
    assert extra == pytest.approx((697_620 + 72_000 + 40_000) * 29 / 30 * 0.21, rel=1e-12)
    assert amortised[:11] == at_once[:11] == [0] * 11


def test_tax_of_the_first_year_is_on_avoided_onshore_cost_less_deductions():
    # Eight onshore salaries are avoided; a thirtieth of the 839,000 is deducted.
    assert first_year_tax(profit_tax_rate=0.21) == pytest.approx(
        0.21 * (8 * 180_000 - 839_000 / 30), rel=1e-12
    )


def test_a_loss_of_the_plan_lowers_the_tax_of_the_firm():
    dear = {"salary": 200_000, "deductible_share": 1}
    assert first_year_tax(profit_tax_rate=0.25, abroad=dear) == pytest.approx(-0.25 * 8 * 20_000)


@pytest.mark.parametrize(
    ("years", "deducted"),
    [
        pytest.param(1, [1 / 2, 1, 1], id="half-now-half-next-year"),
        pytest.param(2, [1 / 4, 3 / 4, 1], id="a-quarter-a-half-a-quarter"),
        pytest.param(15, [1 / 30, 3 / 30, 5 / 30], id="section-174"),
    ],
)
def test_equal_cost_each_year_is_amortised_from_the_middle_of_its_year(years, deducted):
    lines = team(profit_tax_rate=0.21, abroad={"amortisation_years": years})
    found = take(lines, "site_amortisation", plan=1, site=1).reshape(-1)[:3]
    assert found == pytest.approx([839_000 * share for share in deducted], rel=1e-12)


# The taxes at the site, and the mark-up.


def test_taxes_at_the_site_are_paid_in_each_month():
    abroad = {
        "transfer_markup": 0.10, "local_tax_rate": 0.19, "vat_unrecovered": 0.05,
        "withholding_rate": 0.15,
    }  # fmt: skip
    cash = 839_000 / 12
    expected = cash * (0.10 * 0.19 + 0.05 + 1.10 * 0.15)
    assert of_plan(team(abroad=abroad), "tax") == pytest.approx([expected] * 36, rel=1e-12)


def test_the_mark_up_is_deducted_at_home():
    plain = {"deductible_share": 1}
    marked = plain | {"transfer_markup": 0.10}
    with_it, without = (first_year_tax(profit_tax_rate=0.21, abroad=a) for a in (marked, plain))
    assert without - with_it == pytest.approx(0.21 * 83_900, rel=1e-9)


def test_capital_is_deducted_as_it_is_depreciated_and_bears_no_mark_up():
    abroad = {
        "established": 0, "lead_time_months": 0, "management_infrastructure_cost": 72_000,
        "process_development_cost": 0, "recruitment_rate": 0, "deductible_share": 1,
        "transfer_markup": 0.10, "local_tax_rate": 0.50,
    }  # fmt: skip
    lines = team(abroad=abroad, profit_tax_rate=0.21, depreciation_months=36)
    output = np.array(of_plan(lines, "cash_value")[:12]).sum()
    assert of_plan(lines, "profit_tax")[11] == pytest.approx(
        0.21 * (output - 1.1 * 839_000 - 72_000 * 12 / 36), rel=1e-12
    )
    assert of_plan(lines, "tax")[0] == pytest.approx(839_000 / 12 * 0.10 * 0.50, rel=1e-12)


# When it is paid.


def test_profit_tax_is_paid_in_the_last_month_of_each_fiscal_year_within_the_horizon():
    lines = team(profit_tax_rate=0.21, fiscal_year_start=4, horizon_months=18)
    paid = [month for month, tax in enumerate(of_plan(lines, "profit_tax"), 1) if tax]
    assert paid == [3, 15, 18]  # March, March, and the end of the horizon in June


def test_no_tax_is_paid_for_fiscal_years_after_the_months_that_count():
    lines = team(profit_tax_rate=0.21, months_counted=18)
    paid = [month for month, tax in enumerate(of_plan(lines, "profit_tax"), 1) if tax]
    assert paid == [12, 18]


def test_tax_of_all_fiscal_years_and_quarters_is_the_tax_of_all_months():
    lines = team(profit_tax_rate=0.21, fiscal_year_start=6)
    paid = sum(of_plan(lines, "tax"))
    assert sum(of_plan(lines, "tax_by_year")) == pytest.approx(paid, rel=1e-12)
    assert sum(of_plan(lines, "tax_by_quarter")) == pytest.approx(paid, rel=1e-12)


# What comes after the horizon.


def one_year_then_nothing(years, **changes):
    plan = {"name": "Mid", "heads": {"Mid": 8}, "waves": [{"site": "Mid", "share": 1, "end": 12}]}
    data = {"plans": [{"name": "All onshore", "heads": {"Onshore": 8}}, plan]}
    abroad = {"amortisation_years": years}
    return team(abroad=abroad, horizon_months=120, profit_tax_rate=0.21, **data, **changes)


@pytest.mark.parametrize("years", range(1, 10))
def test_deductions_over_enough_years_are_the_whole_cost(years):
    lines = one_year_then_nothing(years)
    deducted = take(lines, "site_deduction", plan=1, site=1).sum()
    assert deducted == pytest.approx(839_000, rel=1e-12)
    assert of_plan(lines, "later_tax_relief") == [0]


def test_relief_after_the_horizon_is_the_tax_on_what_is_not_yet_deducted():
    # Half a year's share in the first year and nine whole ones of 15 years, within ten years.
    expected = 839_000 * (15 - 9.5) / 15
    lines = one_year_then_nothing(15)
    assert of_plan(lines, "later_deductions") == pytest.approx([expected], rel=1e-9)
    assert of_plan(lines, "later_tax_relief") == pytest.approx([0.21 * expected], rel=1e-9)


# The results after tax.


def test_break_even_and_present_value_after_tax_are_those_of_the_cash_after_tax():
    lines = loops.preset("mid", abroad={"vat_unrecovered": 0.05}, profit_tax_rate=0.21)
    cash, none = of_plan(lines, "cash_after_tax"), [0] * 36
    even = loops.break_even(cash, none)
    assert even > loops.break_even(of_plan(lines, "cash_saving"), none)
    assert of_plan(lines, "payback_after_tax") == pytest.approx([even], rel=1e-12)
    assert of_plan(lines, "npv_after_tax") == pytest.approx([loops.npv(cash, none)], rel=1e-12)
    assert of_plan(lines, "peak_funding_after_tax") == pytest.approx([min(np.cumsum(cash))])


def test_a_plan_that_tax_keeps_behind_has_no_break_even_after_tax():
    lines = loops.preset("mid", abroad={"vat_unrecovered": 0.5}, profit_tax_rate=0.6)
    assert of_plan(lines, "recovered") == [1]
    assert np.isnan(of_plan(lines, "payback_after_tax")).all()


@SEEDS
def test_without_rates_cash_after_tax_is_exactly_cash_before_tax(seed):
    data = random_data(seed) | {"profit_tax_rate": 0}
    data["sites"] = [
        {key: value for key, value in site.items() if key not in RATES} for site in data["sites"]
    ]
    lines = Scenario.from_dict(data, "untaxed").evaluate()
    for after, before in (
        ("cash_after_tax", "cash_saving"),
        ("cash_after_tax_by_year", "cash_saving_by_year"),
        ("cumulative_after_tax", "cumulative_cash"),
        ("npv_after_tax", "npv_cash"),
        ("peak_funding_after_tax", "peak_funding"),
    ):
        assert np.array_equal(lines[after], lines[before]), after


@SEEDS
def test_tax_changes_no_result_before_tax(seed):
    data = random_data(seed)
    others = ("deductible_share", "amortisation_years", "transfer_markup", *RATES)
    plain = data | {"profit_tax_rate": 0}
    plain["sites"] = [
        {key: value for key, value in site.items() if key not in others} for site in data["sites"]
    ]
    taxed, untaxed = (Scenario.from_dict(one, "one").evaluate() for one in (data, plain))
    for name in ("npv", "net_saving", "break_even_month", "peak_funding", "npv_risk_adjusted"):
        assert np.array_equal(taxed[name], untaxed[name], equal_nan=True), name


@SEEDS
@pytest.mark.parametrize("decision", ["replace", "instead"])
def test_the_baseline_pays_no_tax_on_itself_whatever_the_onshore_rule(seed, decision):
    data = consistent(random_data(seed) | {"profit_tax_rate": 0.3, "decision": decision})
    lines = Scenario.from_dict(data, "baseline").evaluate()
    scale = take(lines, "total_value", plan=0).item()
    assert np.abs(of_plan(lines, "tax", 0)).max() <= 1e-12 * scale
    assert of_plan(lines, "cumulative_after_tax", 0) == pytest.approx([0] * lines["month"].size)


# The whole of it, again, from the text.


def fiscal_years(start, fiscal_year_start, months):
    """Calendar year in which the fiscal year of each month begins."""
    year, calendar = map(int, start.split("-"))
    found = []
    for _ in range(months):
        found.append(year if calendar >= fiscal_year_start else year - 1)
        year, calendar = (year, calendar + 1) if calendar < 12 else (year + 1, 1)
    return found


def deducted_in(year, spent, share, years):
    """Deductions of a year from cost by year of spending, vintage by vintage."""
    deductions = 0.0
    for vintage, cost in spent.items():
        age = year - vintage
        if age == 0:
            deductions += cost * share
        if age in (0, years):
            deductions += cost * (1 - share) / years / 2
        elif 0 < age < years:
            deductions += cost * (1 - share) / years
    return deductions


def by_fiscal_year(flow, years):
    sums = dict.fromkeys(years, 0.0)
    for year, amount in zip(years, flow, strict=True):
        sums[year] += amount
    return sums


def expected_tax(scenario, lines, plan):
    """Taxes of every month of a plan, from its cash alone."""
    months = scenario.horizon_months
    years = fiscal_years(scenario.start_month, int(take(lines, "fiscal_year_start")), months)
    last = int(take(lines, "months_counted")) or months
    last = min(last, months)

    def setting(name, site):
        return float(take(lines, name, site=site))

    def month_by_month(name, **at):
        return take(lines, name, plan=plan, **at).reshape(-1)

    taxes, patterns = np.zeros(months), []
    for site in range(len(scenario.sites)):
        cash = month_by_month("site_cash", site=site)
        bought = take(lines, "capital_opening", plan=plan, site=site).item()
        expense = cash - bought * (
            np.arange(1, months + 1) == take(lines, "opens_in", plan=plan, site=site)
        )
        paid = expense * (1 + setting("transfer_markup", site))
        taxes += expense * setting("transfer_markup", site) * setting("local_tax_rate", site)
        taxes += paid * setting("withholding_rate", site) + cash * setting("vat_unrecovered", site)
        if site == 0:
            paid = paid + month_by_month("decision_cost")
        rule = setting("deductible_share", site), int(setting("amortisation_years", site))
        patterns.append((by_fiscal_year(paid, years), *rule))
    value = by_fiscal_year(month_by_month("cash_value"), years)
    depreciation = by_fiscal_year(month_by_month("depreciation"), years)
    adds = take(lines, "decision").item() == 2
    for year in value:
        ends = [month for month in range(last) if years[month] == year]
        if not ends:
            continue
        deductions = sum(deducted_in(year, *pattern) for pattern in patterns)
        taxed = value[year] if adds else deducted_in(year, value, *patterns[0][1:])
        profit = taxed - deductions - depreciation[year]
        taxes[ends[-1]] += profit * take(lines, "profit_tax_rate").item()
    return taxes


@SEEDS
def test_tax_agrees_with_a_loop_over_fiscal_years_and_vintages(seed):
    rng, data = np.random.default_rng(seed), random_data(seed)
    data |= {"profit_tax_rate": 0.3, "fiscal_year_start": int(rng.integers(1, 13))}
    data["horizon_months"] = months = int(rng.choice([6, 11, 12, 13, 30, 60, 120]))
    data["months_counted"] = int(rng.choice([0, 0, rng.integers(1, months + 1)]))
    data = consistent(data | {"decision": ("replace", "instead", "add")[seed % 3]})
    for number, site in enumerate(data["sites"]):
        site["amortisation_years"] = int(rng.choice([1, 2, 3, 5, 15, 30]))
        site["deductible_share"] = 1 if number == 0 and seed % 2 else float(rng.choice([0, 0.4, 1]))
    scenario = Scenario.from_dict(data, f"seed {seed}")
    lines = scenario.evaluate()
    for plan in range(len(scenario.plans)):
        expected = expected_tax(scenario, lines, plan)
        scale = take(lines, "total_cost", plan=plan).item() + 1
        assert of_plan(lines, "tax", plan) == pytest.approx(expected, rel=1e-9, abs=1e-11 * scale)


def test_the_simple_formula_holds_where_all_onshore_cost_is_deducted_at_once():
    """Tax of a year: the rate times the cash value less deductions."""
    lines = loops.preset("mid", profit_tax_rate=0.21)
    cash, opens = (take(lines, name, plan=1, site=1) for name in ("site_cash", "opens_in"))
    expense = cash - take(lines, "infrastructure_setup", plan=1, site=1) * (
        np.arange(1, 37) == opens
    )
    spent = by_fiscal_year(expense, [1] * 12 + [2] * 12 + [3] * 12)
    for year in (1, 2, 3):
        deductions = (
            deducted_in(year, spent, 0, 15) + of_plan(lines, "depreciation_by_year")[year - 1]
        )
        expected = 0.21 * (of_plan(lines, "cash_value_by_year")[year - 1] - deductions)
        assert of_plan(lines, "tax_by_year")[year - 1] == pytest.approx(expected, rel=1e-12)
