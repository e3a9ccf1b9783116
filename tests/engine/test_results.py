"""The results as plain data: their keys, what stands where no answer exists, their types."""

import json

import numpy as np
import pytest

from shorewise.engine import Scenario, ScenarioError, default_model, results, take
from tests.support import plain_loops as loops
from tests.support.sample_scenarios import random_scenario
from tests.support.soak import seeds

PLAN_KEYS = [
    "name",
    "fully_loaded_cost",
    "rate_card_hour",
    "fully_loaded_hour",
    "risk_adjusted_hour",
    "headline_saving",
    "net_saving_steady",
    "net_saving_risk_adjusted",
    "net_saving",
    "break_even_month",
    "break_even_month_whole",
    "discounted_payback_month",
    "npv",
    "setup_cost",
    "peak_funding",
    "peak_funding_month",
    "irr_month_cash",
    "irr_year_cash",
    "mirr_year_cash",
    "roi_cash",
    "payback_cash",
    "heads_entered",
    "heads",
    "npv_risk_adjusted",
    "break_even_stopped",
    "net_saving_steady_direct",
    "break_even_month_direct",
    "net_saving_steady_onshore",
    "break_even_month_onshore",
    "overhead",
    "no_answer",
    "missed_limits",
    "cases",
]
OVERHEAD_KEYS = [
    "management_overhead",
    "contract_management",
    "travel",
    "security",
    "attrition",
    "extra_costs",
    "working_hours",
    "productivity",
    "communication",
    "rework",
]


def of(scenario):
    return results(scenario, scenario.evaluate())


@pytest.fixture(scope="module")
def mid():
    return of(Scenario.preset("mid"))


@pytest.fixture(scope="module")
def never():
    """A site that never pays: the onshore salary for less output."""
    data = Scenario.preset("mid").to_dict()
    data["sites"][1]["salary"] = 180_000
    return of(Scenario.from_dict(data, "never"))["plans"][1]


def test_results_have_the_keys_of_the_docstring(mid):
    keys = ["scenario", "currency", "horizon_months", "decision", "sizing", "criterion"]
    assert list(mid) == [*keys, "recommended", "assumptions", "plans"]


def test_each_plan_has_the_same_keys(mid):
    assert [list(plan) for plan in mid["plans"]] == [PLAN_KEYS, PLAN_KEYS]


def test_overhead_has_a_key_for_each_of_its_parts(mid):
    assert [list(plan["overhead"]) for plan in mid["plans"]] == [OVERHEAD_KEYS, OVERHEAD_KEYS]


def test_results_name_their_scenario(mid):
    assert (mid["scenario"], mid["currency"], mid["horizon_months"]) == (
        "Mid-cost site, 60,000",
        "USD",
        36,
    )


def test_plans_are_in_the_order_of_the_scenario():
    scenario = random_scenario(11)
    assert [plan["name"] for plan in of(scenario)["plans"]] == list(scenario.plans)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        pytest.param("fully_loaded_cost", "142,674.79", id="model.md-section-1-fully-loaded"),
        pytest.param("headline_saving", "0.666667", id="model.md-section-1-headline"),
        pytest.param("net_saving_steady", "0.442731", id="model.md-section-1-net-saving"),
        pytest.param("net_saving", "0.348994", id="model.md-section-2-net-saving"),
        pytest.param("break_even_month", "9.197669", id="model.md-section-2-break-even"),
        pytest.param("break_even_month_whole", "10", id="model.md-section-2-whole-month"),
        pytest.param("discounted_payback_month", "10", id="model.md-section-2-payback"),
        pytest.param("npv", "1,356,263.31", id="model.md-section-2-npv"),
        pytest.param("setup_cost", "257,265.12", id="model.md-section-2-setup"),
        pytest.param(
            "peak_funding",
            f"{loops.lowest(*loops.cash_flows('mid')):,.2f}",
            id="loop-over-the-cash-of-the-months",
        ),
    ],
)
def test_each_key_holds_its_own_measure(mid, key, text):
    # Compared in the digits the reference prints: half a unit of the last one.
    assert f"{mid['plans'][1][key]:,.{len(text.partition('.')[2])}f}" == text


MID_OUTPUT = 1.09 * 114_427.80  # the mid case's subtotal over its productivity


@pytest.mark.parametrize(
    ("key", "spent"),
    [
        # Per head at the site, model.md section 1: rate x direct, trips x cost / heads, input.
        pytest.param("management_overhead", 0.20 * 90_600, id="model.md-section-1-management"),
        pytest.param("travel", 6 * 3_000 / 8, id="model.md-section-1-travel"),
        pytest.param("security", 1_200, id="model.md-section-1-security"),
        pytest.param(
            "attrition",
            0.12 * (0.15 * 60_000 + 1.3 * 90_600 / 12),
            id="model.md-section-1-attrition",
        ),
        pytest.param("productivity", 0.09 * 114_427.80, id="model.md-section-1-productivity"),
        pytest.param(
            "communication", MID_OUTPUT * (1 / 0.93 - 1), id="model.md-section-1-communication"
        ),
        pytest.param("rework", MID_OUTPUT / 0.93 * (1 / 0.94 - 1), id="model.md-section-1-rework"),
    ],
)
def test_each_overhead_key_holds_its_own_amount(mid, key, spent):
    # 1e-12: the same few operations in another order, at most some units in the last place.
    assert mid["plans"][1]["overhead"][key] == pytest.approx(spent, rel=1e-12)


@pytest.mark.parametrize(
    "key", ["break_even_month", "break_even_month_whole", "discounted_payback_month"]
)
@pytest.mark.parametrize("plan", ["baseline", "loss"])
def test_the_result_is_none_if_there_is_no_break_even(mid, never, plan, key):
    assert (mid["plans"][0] if plan == "baseline" else never)[key] is None


def test_the_net_saving_is_none_if_nothing_is_delivered():
    data = Scenario.preset("mid").to_dict()
    data["sites"][1]["lead_time_months"] = 36
    assert of(Scenario.from_dict(data, "late"))["plans"][1]["net_saving"] is None


@pytest.mark.parametrize("key", ["break_even_month_whole", "discounted_payback_month"])
def test_whole_months_are_integers(mid, key):
    assert type(mid["plans"][1][key]) is int


def test_fractional_months_are_floats(mid):
    assert type(mid["plans"][1]["break_even_month"]) is float


@pytest.mark.parametrize("seed", seeds(range(20)))
def test_results_can_be_written_as_strict_json(seed):
    found = of(random_scenario(seed))
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_an_infinite_figure_is_refused_in_one_line_that_names_it_and_its_plan(monkeypatch):
    scenario = Scenario.default()
    evaluate = default_model().evaluate

    def infinite(*arguments):
        found = evaluate(*arguments)
        lowest = found["risk_adjusted_cost"].copy()
        lowest[0, 2] = np.inf
        return found | {"risk_adjusted_cost": lowest}

    monkeypatch.setattr(default_model(), "evaluate", infinite)
    label = default_model().lines["risk_adjusted_cost"].label
    with pytest.raises(ScenarioError, match=rf"{label} of plan 'Far' is infinite") as raised:
        scenario.evaluate()
    assert len(str(raised.value)) <= 300


@pytest.mark.parametrize("chosen", [1, 3])
def test_each_case_has_the_results_of_the_scenario_in_that_case(chosen):
    data = Scenario.from_toml("examples/hybrid.toml").to_dict()
    scenario = Scenario.from_dict(data | {"case_number": chosen})
    found = results(scenario, scenario.evaluate())["plans"]
    for number, case in enumerate(("base", "optimistic", "pessimistic"), 1):
        alone = Scenario.from_dict(data | {"case_number": number})
        expected = results(alone, alone.evaluate())["plans"]
        for plan, one in zip(found, expected, strict=True):
            assert plan["cases"][case] == {key: one[key] for key in plan["cases"][case]}


def test_a_measure_without_an_answer_says_why(never):
    missing = {key for key in PLAN_KEYS if never[key] is None}
    assert never["no_answer"].keys() == missing
    assert never["no_answer"]["irr_year_cash"] == (
        "the cash is not first behind and then ahead for good, so no rate or several exist"
    )


def test_a_plan_with_all_answers_gives_no_reasons(mid):
    assert mid["plans"][1]["no_answer"] == {}


def test_the_baseline_needs_no_funding_and_says_so(mid):
    baseline = mid["plans"][0]
    assert baseline["peak_funding"] == 0
    assert baseline["peak_funding_month"] is None
    assert baseline["no_answer"]["peak_funding_month"] == "no cash has to be funded"
    assert baseline["no_answer"]["roi_cash"] == "no cash has to be funded"


def test_the_peak_of_funding_and_the_return_follow_from_the_cash_of_the_months():
    scenario = Scenario.preset("mid")
    values = scenario.evaluate()
    plan = results(scenario, values)["plans"][1]
    cash, to_date = take(values, "cash_saving", plan=1).tolist(), []
    for saved in cash:
        to_date.append((to_date[-1] if to_date else 0) + saved)
    lowest = min(to_date)
    assert plan["peak_funding"] == pytest.approx(lowest)
    assert plan["peak_funding_month"] == 1 + to_date.index(lowest)
    assert plan["roi_cash"] == pytest.approx(to_date[-1] / -lowest)
    rate = plan["irr_month_cash"]
    present = sum(saved / (1 + rate) ** n for n, saved in enumerate(cash, 1))
    assert present == pytest.approx(0, abs=0.01)  # of millions
    assert 1 + plan["irr_year_cash"] == pytest.approx((1 + rate) ** 12)
    month = int(plan["payback_cash"])  # 0 is crossed on a straight line within the next month
    left = plan["payback_cash"] - month
    assert to_date[month - 1] < 0 < to_date[month]
    assert to_date[month - 1] + left * cash[month] == pytest.approx(0, abs=0.01)
