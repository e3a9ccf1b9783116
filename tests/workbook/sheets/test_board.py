"""The Summary sheet says what is decided, and the bridge ends at the saving after risk."""

import functools

import numpy as np
import pytest

from shorewise.engine import Scenario, results
from shorewise.workbook import describe
from tests.support.written_workbooks import default_book


def summary(scenario=None):
    """Rows of Summary by label: the values of all plans; and every text of the sheet."""
    book = describe(scenario) if scenario else default_book()
    scenario = scenario or Scenario.default()
    sheet = next(sheet for sheet in book.sheets if sheet.title == "Summary")
    rows, texts = {}, []
    for (row, column), cell in sorted(sheet.cells.items()):
        value = getattr(cell.content, "value", cell.content)
        if isinstance(value, str):
            texts.append(value)
        if column == 1 and isinstance(value, str):
            rows[value] = [
                getattr(sheet.cells[row, at].content, "value", None)
                for at in range(3, 3 + len(scenario.plans))
                if (row, at) in sheet.cells
            ]
    return rows, texts


def test_the_decision_and_the_sizing_stand_in_words_at_the_top():
    _, texts = summary()
    assert "Decision: replace an onshore team" in texts
    assert "Heads sized to the same output." in texts
    assert "by highest NPV after risk" in texts


def test_sized_plans_deliver_the_output_of_the_heads_of_the_baseline():
    rows, _ = summary()
    assert rows["Heads as entered, of the plan"] == pytest.approx([8, 8, 8, 8])
    assert rows["Onshore-equivalent heads"] == pytest.approx([8, 8, 8, 8])
    assert all(sized > 8 for sized in rows["Heads of the plan, sized"][1:])


def test_each_saving_has_one_name_and_none_exceeds_the_headline():
    rows, _ = summary()
    names = [name for name in rows if name.startswith(("Saving, ", "Saving over"))]
    four = [name for name in names if "management" not in name and ":" not in name]
    assert len(four) == 4
    for plan in (1, 2, 3):
        assert all(rows[four[0]][plan] >= rows[name][plan] for name in four)


def test_a_team_replaced_without_exit_cost_is_told_so():
    assert "No exit cost is entered." in summary()[1]


def test_the_bridge_goes_from_steady_state_to_the_saving_after_risk():
    book = default_book()
    charts = next(sheet for sheet in book.sheets if sheet.title == "Charts")
    bars = {
        cell.content: charts.cells[row, 3].content.value
        for (row, column), cell in charts.cells.items()
        if column == 1 and row >= 8 and isinstance(cell.content, str)
    }
    names = list(bars)
    first, last = names.index("Headline saving"), names.index("Steady state")
    assert sum(bars[name] for name in names[first:last]) == pytest.approx(bars["Steady state"])
    steps = [bars[name] for name in names[last + 1 : names.index("After risk")]]
    assert len(steps) == 7
    assert bars["Steady state"] + np.sum(steps) == pytest.approx(bars["After risk"])


@functools.cache
def summary_of_case(number):
    """Rows of the summary of the default scenario in one of its cases."""
    data = Scenario.default().to_dict() | {"case_number": number}
    return summary(Scenario.from_dict(data))[0]


@pytest.mark.parametrize("chosen", [1, 2])
def test_the_cases_stand_side_by_side_whichever_is_chosen(chosen):
    rows = summary_of_case(chosen)
    for number, case in enumerate(("base", "optimistic", "pessimistic"), 1):
        alone = summary_of_case(number)
        for label in ("Net present value", "Saving over the horizon", "Break-even"):
            assert rows[f"{label}: {case}"] == alone[label]
        risky = "Saving over the horizon, risk-adjusted"
        assert rows[f"{risky}: {case}"] == alone[risky]


def test_funding_and_returns_of_cash_stand_beside_the_savings():
    rows, texts = summary()
    labels = [
        "Peak funding need", "Month of the peak funding need", "Internal rate of return, cash",
        "Modified internal rate of return, cash", "Return on the money put in, cash",
        "Payback, cash",
    ]  # fmt: skip
    found = Scenario.default()
    plans = results(found, found.evaluate())["plans"]
    keys = (
        "peak_funding", "peak_funding_month", "irr_year_cash", "mirr_year_cash", "roi_cash",
        "payback_cash",
    )  # fmt: skip
    for label, key in zip(labels, keys, strict=True):
        assert rows[label][1:] == [plan[key] for plan in plans[1:]]
    assert all(label in texts for label in labels)
    assert (
        "No rate of return where the cash is not first behind and then ahead for good, so no rate "
        "or several exist." in texts
    )


@pytest.mark.parametrize(
    ("changes", "compared", "saving", "left_out"),
    [
        (
            {"decision": "replace"},
            "Each plan is compared with the same output bought onshore.",
            "Saving against the same output onshore",
            "No exit cost is entered.",
        ),
        (
            {"decision": "replace", "severance_weeks": 4},
            "Each plan is compared with the same output bought onshore.",
            "Saving against the same output onshore",
            "Exit cost: as entered.",
        ),
        (
            {"decision": "instead"},
            "Each plan is compared with hiring for the same output onshore.",
            "Saving against hiring for the same output onshore",
            "No onshore team leaves, so there is no exit cost.",
        ),
        (
            {"decision": "add", "billing_rate": 150},
            "Each plan is compared with what its capacity earns.",
            "Gain against what the capacity earns; the first two rows against onshore cost",
            "No onshore team leaves, so there is no exit cost.",
        ),
    ],
    ids=["replace", "exit", "instead", "add"],
)
def test_what_is_compared_follows_from_the_decision(changes, compared, saving, left_out):
    data = Scenario.default().to_dict() | changes
    _, texts = summary(Scenario.from_dict(data, "decided"))
    assert any(compared in text for text in texts)
    assert saving in texts
    assert left_out in texts


def test_output_lost_before_a_site_delivers_is_named_as_not_modelled():
    _, texts = summary()
    assert any("output lost before a site delivers" in text for text in texts)


def test_gains_and_losses_of_the_bridge_have_series_of_their_own():
    book = default_book()
    [chart, _] = next(sheet for sheet in book.sheets if sheet.title == "Charts").charts
    gains, below, losses, below_zero = chart.series[2:]
    bars = dict(zip(chart.categories, zip(gains.values, losses.values, strict=True), strict=True))
    assert bars["Onshore overhead"][0] > 0 == bars["Onshore overhead"][1]
    assert bars["Management"][1] > 0 == bars["Management"][0]
    assert {*below.values, *below_zero.values} == {0}


def test_drivers_that_move_nothing_stand_beside_the_tornado():
    sheet = next(s for s in default_book().sheets if s.title == "Sensitivity")
    rows = [
        [sheet.cells[row, column].content.value for column in (17, 18, 19, 20)]
        for row in range(18, 38)
    ]
    for driver, low, high, left_out in rows:
        assert (driver == "-") == (low == high)
        assert (left_out == "-") != (driver == "-")
    assert [row[3] for row in rows][-2:] == [
        "Output lost at each change of direction",
        "Discount rate",
    ]
