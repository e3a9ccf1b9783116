"""Sheet Board says what is recommended and why; the sheets behind it have each figure once."""

import functools
from collections import Counter

import numpy as np
import pytest

from shorewise.engine import Scenario, results
from shorewise.engine.model import default_model
from shorewise.workbook import describe
from tests.support.generated_workbooks import PLAN_SHEETS
from tests.support.written_workbooks import default_book

# What decision makers look for, each on the one sheet where it belongs.
FIGURES = (
    "verdict", "plan_fits", "plan_pays", "plan_manageable", "plan_saves", "recommended",
    "plan_entered_heads", "plan_heads", "plan_equivalent_heads", "plan_headline_saving",
    "net_saving_steady", "net_saving", "net_saving_risk_adjusted", "npv", "npv_risk_adjusted",
    "break_even_month", "discounted_payback_month", "setup_cost", "peak_funding",
    "peak_funding_month", "irr_year_cash", "mirr_year_cash", "roi_cash", "payback_cash",
    "total_decision_cost", "total_hiring_avoided", "total_value", "total_cost",
    "salary_break_even", "salary_break_even_exact", "share_official", "share_secondary",
    "share_own", "share_assumed", "break_even_stopped", "best_stop_month", "highest_stopped",
    "worst_stop_month", "lowest_stopped", "net_saving_steady_direct", "break_even_month_direct",
    "net_saving_steady_onshore", "break_even_month_onshore", "risk_adjusted_cost",
    "plan_onshore_cost", "rate_card_hour", "plan_rate", "risk_adjusted_hour", "margin_at_match",
)  # fmt: skip


def summary(scenario=None):
    """Rows of the sheets of plans by label: the values of all plans; and every text on them."""
    book = describe(scenario) if scenario else default_book()
    scenario = scenario or Scenario.default()
    rows, texts = {}, []
    for sheet in (sheet for sheet in book.sheets if sheet.title in PLAN_SHEETS):
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


def sheet_of(title, scenario=None):
    """A sheet of the workbook of a scenario, by default of the default one."""
    book = describe(scenario) if scenario else default_book()
    return next(sheet for sheet in book.sheets if sheet.title == title)


def test_each_figure_stands_once_on_the_sheets_of_plans():
    labels = Counter(default_model().lines[name].label for name in FIGURES)
    found = Counter(
        cell.content
        for title in PLAN_SHEETS
        for (row, column), cell in sheet_of(title).cells.items()
        if column == 1 and isinstance(cell.content, str) and cell.content in labels
    )
    assert found == labels


def reasons(scenario):
    """The sentence of the recommendation, and the title, of sheet Board."""
    cells = sheet_of("Board", scenario).cells
    return cells[2, 3].content.value, cells[1, 1].content.value


def test_the_sentence_of_the_recommendation_has_the_figures_of_the_plan():
    scenario = Scenario.default()
    sentence, title = reasons(None)
    mid = results(scenario, scenario.evaluate())["plans"][1]
    assert title == "Recommended: Mid"
    assert sentence == (
        "Mid, by highest NPV after risk among the plans that meet all limits: NPV after risk USD "
        f"{mid['npv_risk_adjusted'] / 1e6:.2f} million; "
        f"it breaks even after {mid['break_even_month']:.1f} months and saves "
        f"{mid['net_saving_risk_adjusted']:.0%} over the horizon after risk."
    )


def test_where_the_baseline_is_recommended_the_best_of_the_others_is_named():
    data = Scenario.default().to_dict() | {"management_capacity": 0}
    sentence, title = reasons(Scenario.from_dict(data, "no leaders"))
    assert title == "Recommended: All onshore"
    start = "No plan is better than the baseline. Best of the others by NPV after risk: Far: "
    assert sentence.startswith(start + "NPV after risk USD ")


def test_where_no_plan_is_recommended_the_best_of_them_is_named():
    data = Scenario.default().to_dict() | {"decision": "add", "billing_rate": 20}
    sentence, title = reasons(Scenario.from_dict(data, "a loss"))
    assert title == "Recommended: do not add: every plan loses money"
    assert sentence.startswith("No plan meets all limits. Best of the plans by NPV after risk: ")
    assert "; it does not break even and saves -" in sentence


def test_board_shows_the_three_widest_drivers_and_marks_assumptions():
    board, table = sheet_of("Board"), sheet_of("Sensitivity")
    shown = [[board.cells[row, at].content.value for at in (8, 9, 10, 11)] for row in (7, 8, 9)]
    widest = [
        [table.cells[row, at].content.value for at in (17, 18, 19, 22)] for row in (18, 19, 20)
    ]
    assert shown == widest
    swings = [abs(high - low) for _, low, high, _ in shown]
    assert swings == sorted(swings, reverse=True)
    assert "K7:K9" in [mark.cells for mark in board.marks]


def test_the_decision_and_the_sizing_stand_in_words_at_the_top():
    _, texts = summary()
    (question,) = (text for text in texts if text.startswith("To decide: "))
    assert question.startswith("To decide: replace an onshore team, over 36 months, in USD. ")
    assert "Heads sized to the same output." in question


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
        assert all(
            rows["Saving, headline (salaries only)"][plan] >= rows[name][plan] for name in four
        )


def test_a_team_replaced_without_exit_cost_is_told_so():
    assert "No exit cost is entered." in summary()[1]


def test_the_bridge_goes_from_steady_state_to_the_saving_after_risk():
    book = default_book()
    charts = next(sheet for sheet in book.sheets if sheet.title == "Bridge")
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
    """Figures of the default scenario in one of its cases, and those of sheet Scenarios."""
    scenario = Scenario.from_dict(Scenario.default().to_dict() | {"case_number": number})
    cells = sheet_of("Scenarios", scenario).cells
    by_case = {
        (cells[row, 1].content.value, cell.content.value): [
            cells[row, at].content.value for at in (4, 5, 6, 12, 13)
        ]
        for (row, column), cell in cells.items()
        if column == 2 and row > 5
    }
    return summary(scenario)[0], by_case


@pytest.mark.soak
@pytest.mark.parametrize("chosen", [1, 2])
def test_the_cases_stand_side_by_side_whichever_is_chosen(chosen):
    _, by_case = summary_of_case(chosen)
    labels = ("Net present value", "Saving over the horizon", "Break-even")
    for number in (1, 2, 3):
        alone, _ = summary_of_case(number)
        for label in (*labels, "Saving over the horizon, risk-adjusted"):
            for plan, name in enumerate(Scenario.default().plans):
                assert by_case[name, label][number - 1] == pytest.approx(
                    alone[label][plan], nan_ok=True
                )


def test_scenarios_has_the_difference_of_each_case_from_the_base_case():
    for base, optimistic, pessimistic, better, worse in summary_of_case(1)[1].values():
        for other, difference in ((optimistic, better), (pessimistic, worse)):
            if "none" in (base, other):
                assert difference == "none"
            else:
                assert difference == pytest.approx(other - base)


def test_funding_and_returns_of_cash_stand_beside_the_savings():
    rows, texts = summary()
    labels = [
        "Peak funding need", "Month of the peak funding need", "Internal rate of return, cash",
        "Modified internal rate of return, cash", "Return on investment, cash",
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
    [chart, _] = next(sheet for sheet in book.sheets if sheet.title == "Bridge").charts
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
