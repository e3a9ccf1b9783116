"""Ranges as people select them: what each kind of table gives, and the cell that a message names.

Changes that mean nothing, made at random: blank rows and columns, a title, a turned table, labels,
texts of numbers. Expected messages are written by hand from the table above them.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shorewise import udfs
from tests.support.effort import loops_taken

SITES = [
    ["name", "salary", "attrition_rate", "heads"],
    ["Krakow", 80_000, 0.12, 5],
    ["Pune", 40_000, 0.2, 3],
]
PLANS = [["", "Onshore", "Krakow", "Pune"], ["Stay", 8, None, None], ["Go", 2, 4, 2]]
SETTINGS = [["discount_rate", 0.08], ["horizon_months", 24], ["billing_rate", 4_500]]
MEASURES = [["npv", "net_saving"]]
COMPARED = udfs.SHORE_COMPARE(SITES, PLANS, SETTINGS, MEASURES)
LABELS = {
    "name": ["Name", "SITE", " Site name "],
    "salary": ["Salary", "SALARY", "Salary (USD)", "salary [USD/year]", "Salary, USD p.a."],
    "attrition_rate": ["Attrition", "attrition rate", "ATTRITION (fraction/year)"],
    "heads": ["Heads", "FTE", "Head count"],
    "Onshore": ["onshore", "ONSHORE"],
    "Krakow": ["krakow", "KRAKOW"],
    "Pune": ["pune", " Pune "],
    "discount_rate": ["Discount rate", "DISCOUNT_RATE", "discount rate"],
    "horizon_months": ["Horizon", "horizon months"],
    "billing_rate": ["Billing rate", "Billing rate of added capacity"],
}  # fmt: skip
TEXTS = {
    80_000: ["$80,000", "80'000", "80 000.00", "USD 80000"],
    40_000: ["$ 40,000.00", "40000"],
    4_500: ["$4,500", "4'500.0"],
    0.12: ["12 %", "12%", "0.12", "0,12"],
    0.2: ["20 %", "20.0%"],
    0.08: ["8%", "8,0 %"],
    8: ["8", "8.0"],
}  # fmt: skip


def message(text):
    return f"Shorewise: {text}"


def rewritten(draw, table, *, texts=True):
    """A table that means the same: other headings and texts, turned, with gaps and a title."""
    heads = {(r, c) for r, row in enumerate(table) for c, _ in enumerate(row) if not r or not c}
    rows = [
        [
            draw(st.sampled_from([cell, *(LABELS if (r, c) in heads else {}).get(cell, [])]))
            if isinstance(cell, str)
            else draw(st.sampled_from([cell, *TEXTS.get(cell, [])]))
            if texts and cell is not None
            else cell
            for c, cell in enumerate(row)
        ]
        for r, row in enumerate(table)
    ]
    if draw(st.booleans()):
        rows = [list(column) for column in zip(*rows, strict=True)]
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(rows)))
        rows.insert(at, [draw(st.sampled_from([None, "", " "]))] * len(rows[0]))
    for _ in range(draw(st.integers(0, 3))):
        at, blank = draw(st.integers(0, len(rows[0]))), draw(st.sampled_from([None, ""]))
        rows = [[*row[:at], blank, *row[at:]] for row in rows]
    if draw(st.booleans()):
        rows.insert(0, ["Our figures for 2027", *[None] * (len(rows[0]) - 1)])
    return rows


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.data())
def test_a_table_that_means_the_same_gives_the_same(data):
    tables = [rewritten(data.draw, one) for one in (SITES, PLANS, SETTINGS)]
    assert udfs.SHORE_COMPARE(*tables, MEASURES) == COMPARED, tables


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.data())
def test_further_inputs_that_mean_the_same_give_the_same(data):
    others = [["trip_cost", 4_500], ["local_management_rate", 0.2]]
    expected = udfs.SHORE_LOADED_COST(60_000, others=others)
    assert isinstance(expected, float)
    found = rewritten(data.draw, others)
    assert udfs.SHORE_LOADED_COST(60_000, others=found) == expected, found


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from([0.08, 0.12, 0.2, None]), min_size=1, max_size=6), st.data())
def test_texts_of_rates_give_what_their_numbers_give(rates, data):
    texts = [r if r is None else data.draw(st.sampled_from(TEXTS[r])) for r in rates]
    numbers, found = (
        udfs.SHORE_LOADED_COST(60_000, [[rate] for rate in column]) for column in (rates, texts)
    )
    assert found == numbers


BLANK = [None] * 4
WRONG = {
    "number": ([*SITES[:2], BLANK, ["Pune", -1, 0.2, 3]],
               "sites, row 4, column 2 (salary of Pune) is -1; it must be 1 or more, up to 1e+12"),
    "turned": ([["name", None, "Krakow"], ["salary", None, -1]],
               "sites, row 2, column 3 (salary of Krakow) is -1; it must be 1 or more, up to "
               "1e+12"),
    "truth": ([["name", "salary"], ["Krakow", True]],
              "sites, row 2, column 2 (salary of Krakow) is TRUE; it must be a number, 1 or "
              "more, up to "
              "1e+12"),
    "two-readings": ([["name", "salary"], ["Krakow", "60.000"]],
                     "sites, row 2, column 2 (salary of Krakow) is the text '60.000'; it must be "
                     "a number, "
                     "1 or more, up to 1e+12: write 60000 or 60, whichever is meant"),
    "per-cent": ([["name", "salary"], ["Krakow", "8 %"]],
                 "sites, row 2, column 2 (salary of Krakow) is the text '8 %'; it must be a "
                 "number, 1 or more, "
                 "up to 1e+12, without a percent sign"),
    "currency": ([["name", "salary"], ["Krakow", "€ 60,000"]],
                 "sites, row 2, column 2 (salary of Krakow) is '€ 60,000', in another currency "
                 "than USD, that "
                 "of all amounts; convert it, or set currency in settings"),
    "currency-of-a-heading": ([["name", "Salary (EUR)"], ["Krakow", 60_000]],
                              "sites, row 1, column 2 is 'Salary (EUR)', in another currency "
                              "than USD, "
                              "that of all amounts; convert it, or set currency in settings"),
    "unit-of-a-heading": ([["name", "Salary (USD/month)"], ["Krakow", 60_000]],
                          "sites, row 1, column 2 is 'Salary (USD/month)', but its unit is "
                          "money/year; give numbers in that unit and leave out 'USD/month'"),
    "per-cent-of-a-heading": ([["name", "Attrition (%)"], ["Krakow", 12]],
                              "sites, row 1, column 2 is 'Attrition (%)', but its unit is "
                              "fraction/year; give numbers in that unit and leave out '%'; a "
                              "number there is a fraction: 0.12 is 12 %"),
    "country": ([["name", "country"], ["Krakow", "Polnd"]],
                "sites, row 2, column 2 (location of Krakow) is 'Polnd'; it must be a country's "
                "code"),
    "unknown-heading": ([["name", "salry"], ["Krakow", 60_000]],
                        "sites, row 1, column 2 is 'salry'; did you mean salary?"),
    "heading-twice": ([["name", "Salary", None, "salary"], ["Krakow", 1, None, 2]],
                      "sites, row 1, column 4 is 'salary', which names salary a second time, "
                      "after sites, row "
                      "1, column 2; leave one of them out"),
    "merged-head": ([["name", "salary", None], ["Krakow", 60_000, 7]],
                    "sites, row 1, column 3 is empty, but sites, row 2, column 3 is 7; each line "
                    "of values "
                    "needs a heading of its own, and merged cells are one"),
    "no-headings": (SITES[1:],
                    "sites, row 1, column 1 is 'Krakow', which is not an input of a site; the "
                    "first row or the "
                    "first column must have the names (of an Excel table, select Table1[#All])"),
    "number-before": ([[2027, None], ["name", "salary"], ["Krakow", 60_000]],
                      "sites, row 1, column 1 is 2,027, before the headings in row 2; select the "
                      "range from "
                      "its headings on"),
    "site-twice": ([*SITES, BLANK, ["KRAKOW", 1, 0.1, 1]],
                   "sites, row 5, column 1 is 'KRAKOW', as sites, row 2, column 1 is already; "
                   "names must "
                   "differ"),
    "total": ([*SITES, ["Total", 120_000, None, 8]],
              "sites, row 4, column 1 is 'Total': leave totals out of the range"),
    "average": ([*SITES, ["Durchschnitt", 60_000, None, 4]],
                "sites, row 4, column 1 is 'Durchschnitt': leave totals out of the range"),
    "sums": ([*SITES, ["Total offshore", 120_000, None, 8]],
             "sites, row 4, column 1 is 'Total offshore': leave totals out of the range"),
    "sums-without-a-name": ([*SITES, [None, 120_000, None, 8]],
                            "sites, row 4 has no name and the sums or means of the numbers above: "
                            "leave totals out of the range"),
    "note-below-the-table": ([*SITES, ["Source: HR", None, None, None]],
                             "sites, row 4, column 1 is 'Source: HR', with nothing beside it; "
                             "leave notes out of the range"),
    "sums-and-means": ([*SITES, ["Total FTE", 60_000, 0.16, 8]],
                       "sites, row 4, column 1 is 'Total FTE': leave totals out of the range"),
    "sums-and-means-without-a-name": ([*SITES, [None, 60_000, 0.16, 8]],
                                      "sites, row 4 has no name and the sums or means of the "),
    "sums-of-texts": ([*SITES[:2], ["Pune", "$40,000", "20%", "3"],
                       ["Total offshore", "$120,000", None, "8"]],
                      "sites, row 4, column 1 is 'Total offshore': leave totals out of the range"),
    "sign-of-a-mean": ([*SITES, ["\u00d8", 65_000, 0.15, 4]],
                       "sites, row 4, column 1 is '\u00d8': leave totals out of the range"),
    "name-is-a-number": ([*SITES, [101, 60_000, 0.1, 2]],
                         "sites, row 4, column 1 is 101; it must be a text"),
    "too-many-heads": ([*SITES[:1], ["Krakow", 80_000, 0.12, 1_000_000]],
                       "sites, row 2, column 4 (heads of Krakow at Krakow) is 1000000; it must be"),
    "note": ([*SITES, BLANK, ["Source: HR", None, None, None]],
             "sites, row 5, column 1 is 'Source: HR', below a blank row and with nothing beside "
             "it; leave "
             "notes out of the range"),
}  # fmt: skip


@pytest.mark.parametrize(("sites", "text"), WRONG.values(), ids=WRONG)
def test_a_wrong_table_of_sites_names_the_cell(sites, text):
    assert udfs.SHORE_COMPARE(sites).startswith(message(text))


WRONG_PLANS = {
    "unknown-site": ([["", "Krakau"], ["Go", 2]], "plans, row 1, column 2 is 'Krakau', which is "
                                                  "no site"),
    "total-row": ([*PLANS, ["Summe", 10, 4, 2]],
                  "plans, row 4, column 1 is 'Summe': leave totals out of the range"),
    "total-column": ([[*row, total] for row, total in zip(PLANS, ("Total", 8, 8), strict=True)],
                     "plans, row 1, column 5 is 'Total': leave totals out of the range"),
    "plan-twice": ([*PLANS, BLANK, ["go", 1, 1, 1]],
                   "plans, row 5, column 1 is 'go', as plans, row 3, column 1 is already"),
    "heads": ([["", "Krakow"], ["Go", -2]],
              "plans, row 2, column 2 (heads of Go at Krakow) is -2; it must be between 0 and "
              "100,000"),
    "site-twice": ([["", "Krakow", "krakow"], ["Go", 1, 2]],
                   "plans, row 1, column 3 is 'krakow' a second time"),
    "name-is-true": ([PLANS[0], [True, 1, None, None], ["Go", 1, 1, 1]],
                     "plans, row 2, column 1 is TRUE; it must be a text"),
    "no-heads": ([PLANS[0], ["Go", None, None, None]], "plans, row 2 (Go): plan 'Go' has no heads"),
}  # fmt: skip


@pytest.mark.parametrize(("plans", "text"), WRONG_PLANS.values(), ids=WRONG_PLANS)
def test_a_wrong_table_of_plans_names_the_cell(plans, text):
    assert udfs.SHORE_COMPARE(SITES, plans).startswith(message(text))


def test_units_and_notes_may_stand_beside_settings():
    plain = [["discount_rate", 0.2], ["management_capacity", 7]]
    with_units = [
        ["Input", "Unit", "Value", "Source"],
        ["Discount rate", "fraction/year", 0.2, "the board"],
        ["management_capacity", "hours/week", 7, None],
    ]
    found = udfs.SHORE_COMPARE(SITES, None, with_units)
    assert found == udfs.SHORE_COMPARE(SITES, None, plain) != udfs.SHORE_COMPARE(SITES)
    with_units[2][1] = "hours/day"
    assert udfs.SHORE_COMPARE(SITES, None, with_units).startswith(
        message("settings, row 3, column 1 is 'management_capacity (hours/day)', but its unit")
    )


def test_a_wrong_setting_or_measure_names_the_cell():
    for settings_, text in (
        ([["Setting", "Value"], ["discount_rate", 2]],
         "settings, row 2, column 2 (discount_rate) is 2; it must be between 0 and 1"),
        ([["discount_rate", 0.08, "a year"]],
         "settings, row 1, column 3 is 'a year', a second value for discount_rate"),
        ([["Discount rate", 0.1], ["Hourly wages", 8]],
         "settings, row 2, column 1 is 'Hourly wages'"),
        ([["risk.Failed audit.cost", -1]],
         "settings, row 1, column 2 (risk.Failed audit.cost) is -1; it must be 0 or more"),
    ):  # fmt: skip
        assert udfs.SHORE_COMPARE(SITES, None, settings_).startswith(message(text))
    assert udfs.SHORE_COMPARE(SITES, None, None, [["npv", None, "zzz"]]) == message(
        "measures, row 1, column 3 is 'zzz', which is not a line of a plan"
    )


def test_equal_sites_and_plans_between_others_are_no_means():
    same = [["Site", "Salary", "FTE"], ["Krakow", 80_000, 2], ["Pune", 80_000, 2]]
    found = udfs.SHORE_COMPARE([*same, [None, 80_000, 2]], None, None, "npv")
    assert [row[0] for row in found[1:]] == ["All onshore", "Krakow", "Pune", "Site 3"]
    assert found[4][1] == found[2][1]
    average = [["", "Onshore", "Krakow"], ["Low", 6, 2], ["High", 2, 6], ["Average case", 4, 4]]
    found = udfs.SHORE_COMPARE(same, average, None, "npv")
    assert [row[0] for row in found[2:]] == ["Low", "High", "Average case"]


def test_a_site_without_heads_has_a_team_of_its_team_size():
    table = [["name", "salary", "team_size"], ["Krakow", 80_000, 5], ["Pune", 40_000, None]]
    heads = [["name", "salary", "team_size", "heads"], [*table[1], 5], [*table[2], 8]]
    assert udfs.SHORE_COMPARE(table) == udfs.SHORE_COMPARE(heads)


def test_the_first_error_of_a_table_comes_back():
    rows = [SITES[0], ["Krakow", 80_000, "#REF!", 5], ["#N/A", 1, 1, 1]]
    assert udfs.SHORE_COMPARE(rows) == "#REF!"


def test_amounts_may_be_in_another_currency_if_settings_name_it():
    in_euro = [["name", "Salary (EUR)"], ["Krakow", "€ 60,000"]]
    plain = [["name", "salary"], ["Krakow", 60_000]]
    currency = [["Reporting currency", "EUR"]]
    found = udfs.SHORE_COMPARE(in_euro, None, currency, MEASURES)
    assert found == udfs.SHORE_COMPARE(plain, None, currency, MEASURES)
    located = [["location", "PL"]]
    assert udfs.SHORE_LOADED_COST("€ 60,000", others=located) == message(
        "salary has an amount in €; all amounts of a call must be in one currency, here USD, as a "
        "location has it"
    )


def test_a_blank_row_of_further_inputs_is_the_default_of_its_case():
    others = [["trip_cost"], [1_000], [None]]
    found = udfs.SHORE_LOADED_COST([[60_000], [80_000]], others=others)
    assert found[1] == [udfs.SHORE_LOADED_COST(80_000)]
    assert found[0] == [udfs.SHORE_LOADED_COST(60_000, others=[["trip_cost", 1_000]])]
    wrong = [["trip_cost"], [1_000], [None], [-1]]
    found = udfs.SHORE_LOADED_COST([[60_000]] * 3, others=wrong)
    assert found[2][0].startswith(message("others, row 4, column 1 (trip_cost) is -1;"))


@pytest.mark.parametrize("blank", [None, ""], ids=repr)
def test_whole_columns_are_read_as_far_as_they_are_filled(blank):
    rows = 1_048_576
    sites = [*SITES, *[[blank] * 4] * (rows - len(SITES))]
    column = [[60_000.0], [None], [80_000.0], *[[blank]] * (rows - 3)]

    def call():
        assert udfs.SHORE_COMPARE(sites, PLANS, SETTINGS, MEASURES) == COMPARED
        assert len(udfs.SHORE_LOADED_COST(column, column)) == 3

    assert loops_taken(call) < 40  # some 1
    assert udfs.SHORE_IRR([[-100.0], [110.0], *[[blank]] * (rows - 2)]) == pytest.approx(0.1)
