"""Extra costs of the scenario's own: four bases, sites, months."""

import numpy as np
import pytest

from shorewise.engine import Scenario, take

MID = Scenario.preset("mid").to_dict()
PLAN, SITE = 1, 1


def evaluate(*extra, **changes):
    rows = [{"name": f"Extra {n}"} | row for n, row in enumerate(extra)]
    return Scenario.from_dict(MID | {"extra_costs": rows} | changes, "case").evaluate()


BEFORE = evaluate()


def cost_by_month(*extra):
    """What the extra costs add to each month of the plan."""
    return (evaluate(*extra)["cost"] - BEFORE["cost"])[0, PLAN, 0, 0]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param({"basis": "per head", "amount": 1_200}, 1_200, id="per-head"),
        pytest.param({"basis": "share of pay", "amount": 0.1}, 6_000, id="a-tenth-of-60000"),
        pytest.param({"basis": "per month", "amount": 500}, 0, id="per-month-is-not-per-head"),
        pytest.param({"basis": "one-off", "amount": 500}, 0, id="one-off-is-not-per-head"),
        pytest.param({"amount": 1_200, "to_month": 30}, 0, id="with-an-end-it-is-not-steady"),
    ],
)
def test_recurring_costs_without_an_end_are_part_of_the_cost_per_head(row, expected):
    found = evaluate(row | {"site": "Mid"})["cost_per_head"] - BEFORE["cost_per_head"]
    assert found.ravel() == pytest.approx([0, expected])


@pytest.mark.parametrize(
    ("row", "months", "each"),
    [
        pytest.param({"basis": "per month", "amount": 1_000}, range(1, 37), 1_000, id="to-the-end"),
        pytest.param(
            {"basis": "per month", "amount": 1_000, "from_month": 13, "to_month": 15},
            [13, 14, 15], 1_000, id="as-entered-in-year-2",
        ),
        pytest.param(
            {"basis": "one-off", "amount": 5_000, "from_month": 7}, [7], 5_000, id="once"
        ),
        pytest.param(
            {"basis": "one-off", "amount": 5_000, "from_month": 7, "to_month": 9},
            [7], 5_000, id="once-whatever-its-end",
        ),
        pytest.param(
            {"basis": "per head", "amount": 1_200, "from_month": 13, "to_month": 14},
            [13, 14], 8 * 100 * 1.05, id="per-head-grows-with-wages",
        ),
        pytest.param(
            {"basis": "share of pay", "amount": 0.1, "from_month": 2, "to_month": 2},
            [2], 8 * 6_000 / 12, id="share-of-pay",
        ),
        pytest.param({"basis": "per head", "amount": 1_200, "to_month": 1}, [], 0,
                     id="no-heads-in-the-month-before-delivery"),
    ],
)  # fmt: skip
def test_extra_costs_fall_into_their_months(row, months, each):
    expected = [each if month in months else 0 for month in range(1, 37)]
    # 1e-6: months of about 100,000, a unit in the last place of which is 1e-11.
    assert cost_by_month(row | {"site": "Mid"}) == pytest.approx(expected, abs=1e-6)


def test_an_extra_cost_of_a_site_without_heads_is_not_paid():
    found = evaluate({"basis": "per month", "amount": 9_000, "site": "Mid"})
    np.testing.assert_array_equal(take(found, "cost", plan=0), take(BEFORE, "cost", plan=0))


@pytest.mark.parametrize("basis", ["per head", "share of pay", "per month", "one-off"])
@pytest.mark.parametrize("ends", [0, 20])
def test_an_extra_cost_onshore_raises_the_onshore_cost_of_the_output(basis, ends):
    found = evaluate(
        {"basis": basis, "amount": 0.3, "site": "Onshore", "from_month": 14, "to_month": ends}
    )
    assert not take(found, "saving", plan=0).any()
    assert (
        take(found, "value", plan=PLAN, month=13) > take(BEFORE, "value", plan=PLAN, month=13)
    ).all()
    # From month 2: the setup's knowledge transfer is priced at the onshore hour.
    np.testing.assert_array_equal(found["cost"][..., 1:][0, PLAN], BEFORE["cost"][..., 1:][0, PLAN])


def test_a_fixed_onshore_cost_is_spread_over_the_heads_of_the_baseline():
    found = evaluate({"basis": "per month", "amount": 8_000, "site": "Onshore"})
    added = (found["value"] - BEFORE["value"])[0, PLAN, 0, 0]
    # 8 heads in the baseline and 8 at Mid: 8,000 by the output of the month.
    np.testing.assert_allclose(
        added, 8_000 * take(BEFORE, "effective_output", plan=PLAN, site=SITE), rtol=1e-9
    )


def test_a_single_amount_applies_at_every_site_and_a_table_at_the_sites_it_names():
    rows = [{"amount": 10}, {"amount": {"Mid": 7}}]
    names = [{"name": f"Extra {n}"} | row for n, row in enumerate(rows)]
    amounts = Scenario.from_dict(MID | {"extra_costs": names}, "case").values["extra_amount"]
    assert amounts[0, 0, :, :2, 0].tolist() == [[10, 0], [10, 7]]


def test_extra_costs_have_their_own_bar_in_the_waterfall_and_part_of_the_stack():
    found = evaluate({"basis": "per head", "amount": 1_200, "site": "Mid"})
    assert found["plan_extra_cost"].ravel() == pytest.approx([0, 1_200])
    assert found["bar_extra"].ravel() == pytest.approx([0, -1_200 / 256_025])
    assert found["all_checks"].item()
