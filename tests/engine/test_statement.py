"""The statement: flows of the months by fiscal period, summed here in a plain loop by calendar."""

import math

import pytest

from shorewise.engine import DomainError, Scenario, take
from shorewise.engine.lines.statement import STATED
from shorewise.engine.statement import statement
from tests.support.paths import HYBRID
from tests.support.sample_scenarios import random_scenario

BALANCES = {
    "cumulative": "saving",
    "cumulative_cash": "cash_saving",
    "cumulative_after_tax": "cash_after_tax",
}
PARTS = {"cash", "internal time", "output lost"}


def hybrid(**changes):
    """The hybrid example, with costs and savings of all kinds."""
    data = Scenario.from_toml(HYBRID).to_dict()
    data |= {"start_month": "2026-11", "horizon_months": 27, "severance_weeks": 10}
    data |= {"profit_tax_rate": 0.25}
    return Scenario.from_dict(data | changes, "hybrid")


def calendar(scenario):
    """Year and month of each month of the horizon."""
    year, month = map(int, scenario.start_month.split("-"))
    found = []
    for _ in range(scenario.horizon_months):
        found.append((year, month))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def label(year, month, start, freq):
    """The period of a calendar month, as a finance department names it."""
    if freq == "M":
        return f"{year}-{month:02d}"
    ends = year + 1 if 1 < start <= month else year
    return f"FY{ends}" + (f" Q{(month - start) % 12 // 3 + 1}" if freq == "Q" else "")


def by_loop(scenario, values, line, plan, start, freq):
    """A line by period, and what it is at the end of each."""
    sums, ends = {}, {}
    flows = take(values, line, plan=plan).tolist()
    for (year, month), flow in zip(calendar(scenario), flows, strict=True):
        period = label(year, month, start, freq)
        sums[period] = sums.get(period, 0.0) + flow
        ends[period] = flow
    return sums, ends


@pytest.fixture(scope="module")
def quarterly():
    return statement(hybrid(fiscal_year_start=4), "Q")


@pytest.mark.parametrize("freq", ["FY", "Q", "M"])
@pytest.mark.parametrize("start", range(1, 13))
def test_every_row_is_the_sum_of_its_months_by_the_calendar(start, freq):
    scenario = hybrid(fiscal_year_start=start)
    values, found = scenario.evaluate(), statement(scenario, freq)
    assert {row.line for row in found.rows} == {*STATED, *BALANCES}
    for row in found.rows:
        plan = scenario.plans.index(row.plan)
        sums, ends = by_loop(scenario, values, row.line, plan, start, freq)
        expected = ends if row.line in BALANCES else sums
        assert found.periods == tuple(expected)
        # Within a cent: sums of the same months in another order.
        assert row.amounts == pytest.approx(tuple(expected.values()), rel=1e-12, abs=0.01)


@pytest.mark.parametrize("freq", ["FY", "Q", "M"])
@pytest.mark.parametrize("seed", range(8))
def test_periods_add_up_to_the_horizon(seed, freq):
    scenario = random_scenario(seed)
    values, found = scenario.evaluate(), statement(scenario, freq)
    assert sum(found.months) == take(values, "last_month").item()
    for row in found.rows:
        flow = take(values, row.line, plan=scenario.plans.index(row.plan))
        whole = flow[-1] if row.line in BALANCES else math.fsum(flow)
        assert row.total == pytest.approx(whole, rel=1e-9, abs=0.01)
        assert row.line in BALANCES or math.fsum(row.amounts) == pytest.approx(row.total)


@pytest.mark.parametrize("seed", range(8))
def test_cash_internal_time_and_output_lost_are_the_total_cost(seed):
    found = statement(random_scenario(seed))
    for peak in found.peaks:
        rows = [row for row in found.rows if row.plan == peak.plan]
        [cost] = [row for row in rows if row.line == "cost"]
        parts = [row.amounts for row in rows if row.kind in PARTS]
        sums = [math.fsum(amounts) for amounts in zip(*parts, strict=True)]
        assert sums == pytest.approx(cost.amounts, rel=1e-9, abs=0.01)
        [cash] = [row for row in rows if row.line == "cash_cost"]
        in_cash = [row.amounts for row in rows if row.kind == "cash"]
        sums = [math.fsum(amounts) for amounts in zip(*in_cash, strict=True)]
        assert sums == pytest.approx(cash.amounts, rel=1e-9, abs=0.01)


def test_a_cumulative_row_ends_where_the_saving_of_the_horizon_does(quarterly):
    for balance, flow in BALANCES.items():
        to_date = [row for row in quarterly.rows if row.line == balance]
        flows = [row for row in quarterly.rows if row.line == flow]
        for one, other in zip(to_date, flows, strict=True):
            assert one.total == one.amounts[-1]
            assert one.total == pytest.approx(other.total, rel=1e-9, abs=0.01)


def test_a_fiscal_year_is_named_by_the_year_in_which_it_ends():
    # November 2026 to January 2029; the British fiscal year begins in April.
    found = statement(hybrid(fiscal_year_start=4))
    assert found.periods == ("FY2027", "FY2028", "FY2029")
    assert found.months == (5, 12, 10)
    found = statement(hybrid(fiscal_year_start=1))
    assert found.periods == ("FY2026", "FY2027", "FY2028", "FY2029")
    assert found.months == (2, 12, 12, 1)


def test_a_quarter_is_counted_within_its_fiscal_year(quarterly):
    assert quarterly.periods[:3] == ("FY2027 Q3", "FY2027 Q4", "FY2028 Q1")
    assert quarterly.periods[-1] == "FY2029 Q4"
    assert quarterly.months[0] == 2  # November and December
    assert quarterly.months[-1] == 1  # January


def test_the_peak_funding_need_is_the_lowest_cumulative_cash_and_its_month():
    scenario = hybrid()
    found = statement(scenario, "M")
    for peak in found.peaks:
        [row] = [r for r in found.rows if (r.plan, r.line) == (peak.plan, "cumulative_cash")]
        lowest = min(row.amounts)
        assert peak.amount == lowest
        expected = found.periods[row.amounts.index(lowest)] if lowest < 0 else ""
        assert peak.month == expected


def test_the_baseline_needs_no_funding_and_has_no_month_of_it():
    baseline = statement(hybrid()).peaks[0]
    assert (baseline.amount, baseline.month) == (0, "")


def test_rows_of_a_kind_stand_together_in_each_plan(quarterly):
    kinds = [row.kind for row in quarterly.rows if row.plan == "Hybrid"]
    changes = [kind for n, kind in enumerate(kinds) if n == 0 or kinds[n - 1] != kind]
    assert changes == [
        "cash", "internal time", "output lost", "total", "cash view", "profit view", "after tax",
    ]  # fmt: skip


def test_one_plan_is_stated_as_it_is_among_all():
    scenario = hybrid()
    one, every = statement(scenario, plan="Hybrid"), statement(scenario)
    assert one.rows == tuple(row for row in every.rows if row.plan == "Hybrid")
    assert one.peaks == every.peaks[-1:]


def test_data_for_json_have_the_rows_of_each_plan(quarterly):
    data = quarterly.to_dict()
    assert data["periods"] == [*quarterly.periods]
    assert [plan["name"] for plan in data["plans"]] == [peak.plan for peak in quarterly.peaks]
    assert data["plans"][0]["peak_funding_month"] is None
    rows = [row for plan in data["plans"] for row in plan["rows"]]
    assert [tuple(row["amounts"]) for row in rows] == [row.amounts for row in quarterly.rows]


@pytest.mark.parametrize("freq", ["year", "fy", "", "Y", 12, None, ["FY"]])
def test_another_frequency_is_refused_with_those_that_exist(freq):
    with pytest.raises(DomainError) as refused:
        statement(hybrid(), freq)
    assert str(refused.value) == (
        f"freq is {freq!r}; it must be FY (fiscal years), Q (fiscal quarters) or M (months)"
    )


def test_an_unknown_plan_is_refused_with_the_nearest_name():
    with pytest.raises(DomainError, match=r"no plan is called 'Hybird'; did you mean Hybrid\?"):
        statement(hybrid(), plan="Hybird")


def test_a_plan_that_is_no_text_is_refused():
    with pytest.raises(DomainError, match="plan is 3; it must be the name of a plan"):
        statement(Scenario.default(), plan=3)
