"""A vendor's quote beside the law: each case computed by hand from the rates in its comments."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shorewise.engine.calculators.employment import employer_cost
from shorewise.engine.employment_law import day_of_month, find_location
from shorewise.engine.errors import DomainError
from shorewise.engine.ledger import Row
from shorewise.engine.locations import locations
from shorewise.engine.quote_forensics import examine_quote
from shorewise.engine.quote_items import read_mapping
from shorewise.engine.quote_rows import Item, Quote


def examined(country, salary, items, month="2027-01", region="", **more):
    """The result for a quote of items with amounts a year."""
    quote = Quote(tuple(Item(f"line {n}", *item) for n, item in enumerate(items, 2)), ())
    return examine_quote(quote, find_location(country, region), salary, month=month, **more)


def by_item(found):
    return {line.item: line for line in found.lines}


# Poland 2026 and 2027: pension 9.76 and disability 6.5 % up to 282,600, accident 1.67, Labour Fund
# 2.45, FGSP 0.1 and PPK 1.5 % of all pay.
POLAND = [
    ("Gross salary", 120_000.0),
    ("Pension", 11_712.0),
    ("Disability", 7_800.0),
    ("Accident", 2_004.0),
    ("Labour Fund", 2_940.0),
    ("FGSP", 120.0),
    ("PPK", 1_800.0),
]


def test_a_quote_of_poland_at_the_rates_of_the_law_has_only_its_fee_above_it():
    found = examined("PL", 120_000, [*POLAND, ("EOR fee", 14_400.0)])
    lines = by_item(found)
    assert {lines[name].verdict for name, _ in POLAND[1:]} == {"as by law"}
    assert lines["Gross salary"].verdict == "as agreed"
    totals = found.totals
    assert totals["quote"] == pytest.approx(160_776)
    assert totals["statutory"] == totals["statutory_by_law"] == pytest.approx(26_376)
    assert totals["margin"] == 14_400
    assert totals["margin_of_pay"] == pytest.approx(0.12)
    assert totals["margin_of_cost"] == pytest.approx(14_400 / 146_376)
    for name in ("double_counted", "above_law", "below_law", "missing", "not_recognised"):
        assert totals[name] == pytest.approx(0), name


def test_a_charge_on_all_pay_is_above_its_cap():
    # 9.76 % of 300,000 is 29,280; of the cap of 282,600 it is 27,581.76.
    found = examined("PL", 300_000, [("Salary", 300_000.0), ("Pension", 29_280.0)])
    line = by_item(found)["Pension"]
    assert (line.verdict, line.by_law) == ("above the law", pytest.approx(27_581.76))
    assert line.difference == pytest.approx(1_698.24)
    assert "charged on all pay, above the cap of 282,600 PLN" in line.words
    assert found.totals["above_law"] == pytest.approx(1_698.24)


def test_charges_that_no_item_names_are_missing_with_their_amount():
    found = examined("PL", 120_000, POLAND[:3])
    missing = {line.item: line for line in found.lines if line.verdict == "missing"}
    assert {name: line.by_law for name, line in missing.items()} == {
        "Accident": pytest.approx(2_004),
        "Labour Fund": pytest.approx(2_940),
        "FGSP": pytest.approx(120),
        "PPK (default enrolment)": pytest.approx(1_800),
    }
    assert "0 for who opts out" in missing["PPK (default enrolment)"].words
    assert found.totals["missing"] == pytest.approx(6_864)


def test_a_charge_beside_the_sum_that_contains_it_is_double_counted():
    # ZUS takes 9.76 + 6.5 + 1.67 + 2.45 + 0.1 = 20.48 %: 24,576.
    found = examined(
        "PL", 120_000, [("Salary", 120_000.0), ("ZUS", 24_576.0), ("ZUS pension", 11_712.0)]
    )
    lines = by_item(found)
    assert (lines["ZUS"].verdict, lines["ZUS"].by_law) == ("as by law", pytest.approx(24_576))
    assert "20.48 % of the salary" in lines["ZUS"].words
    assert (lines["ZUS pension"].verdict, lines["ZUS pension"].by_law) == ("double-counted", 0)
    assert lines["ZUS pension"].words == "already in ZUS"
    assert found.totals["double_counted"] == pytest.approx(11_712)


@pytest.mark.parametrize(
    ("rest", "contained"),
    [
        # 20.48 % less the pension of 9.76 % leaves 10.72 %: 12,864.
        pytest.param(12_864.0, False, id="the-rest-alone"),
        pytest.param(24_576.0, True, id="all-of-it"),
    ],
)
def test_social_security_is_what_other_items_leave_of_it_unless_its_amount_has_room(
    rest, contained
):
    items = [("Salary", 120_000.0), ("Pension", 11_712.0), ("Social security", rest)]
    lines = by_item(examined("PL", 120_000, items))
    assert lines["Social security"].verdict == "as by law"
    assert (lines["Pension"].verdict == "double-counted") == contained
    assert ("Pension (emerytalna)" in lines["Social security"].charges) == contained


def test_two_parts_of_one_charge_are_no_double_count_and_the_same_charge_twice_is():
    # Solidarity Fund of 1.45 % is within the 2.45 % of the Labour Fund.
    parts = [("Labour Fund", 1_200.0), ("Solidarity Fund", 1_740.0)]
    found = examined("PL", 120_000, [("Salary", 120_000.0), *parts])
    assert [by_item(found)[name].verdict for name, _ in parts] == ["as by law"] * 2
    twice = [("Labour Fund", 2_940.0), ("Solidarity Fund", 1_740.0)]
    found = examined("PL", 120_000, [("Salary", 120_000.0), *twice])
    assert [by_item(found)[name].verdict for name, _ in twice] == ["as by law", "double-counted"]
    assert found.totals["double_counted"] == pytest.approx(1_740)


# Portugal: TSU 23.75 % and work accident insurance 1.75 % of pay; holiday and Christmas subsidies
# are inside annual gross; the funds FCT and FGCT ended and were suspended.
PORTUGAL = [("Salário base", 60_000.0), ("TSU", 14_250.0), ("Work accident insurance", 1_050.0)]


def test_the_subsidies_of_portugal_are_inside_annual_gross():
    extra = [("Subsídio de férias", 5_000.0), ("Subsídio de Natal", 5_000.0)]
    found = examined("PT", 60_000, [*PORTUGAL, *extra])
    assert [by_item(found)[name].verdict for name, _ in extra] == ["double-counted"] * 2
    assert found.totals["double_counted"] == pytest.approx(10_000)
    assert found.totals["employer_cost_by_law"] == pytest.approx(75_300)


def test_twelve_fourteenths_of_annual_gross_and_two_subsidies_are_the_agreed_pay():
    pay = [("Salário base", 60_000 * 12 / 14), ("Subsídios de férias e Natal", 60_000 * 2 / 14)]
    lines = by_item(examined("PT", 60_000, [*pay, *PORTUGAL[1:]]))
    assert lines["Subsídios de férias e Natal"].verdict == "as by law"
    assert sum(lines[name].by_law for name, _ in pay) == pytest.approx(60_000)


@pytest.mark.parametrize(
    ("item", "month", "verdict"),
    [
        pytest.param("FCT", "2026-06", "abolished", id="fct-after-its-end"),
        pytest.param("FCT", "2023-06", "not settled", id="fct-before-its-end"),
        pytest.param("FGCT", "2026-12", "abolished", id="fgct-while-suspended"),
        pytest.param("FGCT", "2027-01", "not settled", id="fgct-after-the-suspension"),
    ],
)
def test_a_fund_that_ended_is_abolished_from_the_month_after(item, month, verdict):
    found = examined("PT", 60_000, [*PORTUGAL, (item, 555.0)], month)
    line = by_item(found)[item]
    assert line.verdict == verdict
    assert "Decreto-Lei 115/2023" in line.source
    expected = 555 if verdict == "abolished" else 0
    assert found.totals["double_counted"] == pytest.approx(expected)
    assert found.totals["statutory"] == pytest.approx(15_855)


@pytest.mark.parametrize(
    ("country", "salary", "item", "amount", "by_law"),
    [
        # Spain, MEI: 0.75 % to 2026-12, 0.83 % in 2027, on 50,000.
        pytest.param("ES", 50_000, "Intergenerational equity MEI", 375.0, 415, id="spain-below"),
        # Canada: 2.282 % of 60,000 to 2026-12, 2.3 % after it.
        pytest.param("CA", 60_000, "Employment insurance", 1_369.2, 1_380, id="canada-below"),
    ],
)
def test_an_amount_by_the_law_of_earlier_months_is_named(country, salary, item, amount, by_law):
    found = examined(country, salary, [("Salary", float(salary)), (item, amount)])
    line = by_item(found)[item]
    assert line.by_law == pytest.approx(by_law)
    assert line.verdict == "below the law"
    assert line.words.endswith("the amount is that of the law to 2026-12")


def test_a_charge_of_the_tables_that_ended_is_not_due():
    poland = find_location("PL")
    last = day_of_month("2026-12")
    rules = tuple(
        replace(rule, last_month=last) if rule.line == "FGSP" else rule for rule in poland.rules
    )
    quote = Quote((Item("line 2", "Salary", 120_000.0), Item("line 3", "FGSP", 120.0)), ())
    found = examine_quote(quote, replace(poland, rules=rules), 120_000, month="2027-01")
    line = by_item(found)["FGSP"]
    assert (line.verdict, line.by_law, line.words) == ("abolished", 0, "law to 2026-12 only")
    assert found.totals["double_counted"] == 120


def test_a_thirteenth_month_that_the_law_asks_for_is_given_its_amount():
    # Costa Rica: the aguinaldo is a charge of 8.33333 % of pay; Philippines: one extra month.
    rica = examined("CR", 24_000_000, [("Salary", 24e6), ("13th month", 2e6)])
    assert by_item(rica)["13th month"].charges == ("Aguinaldo (one month)",)
    assert by_item(rica)["13th month"].by_law == pytest.approx(2e6, abs=1)
    manila = examined("PH", 1_200_000, [("Salary", 1.2e6), ("13th month pay", 1e5)])
    assert by_item(manila)["13th month pay"].verdict == "as by law"
    without = examined("PH", 1_200_000, [("Salary", 1.2e6)])
    line = by_item(without)["Extra months of pay"]
    assert (line.verdict, line.by_law) == ("missing", pytest.approx(1e5))
    within = examined("PH", 1_200_000, [("Salary", 1.3e6)])
    assert by_item(within)["Salary"].verdict == "as agreed"
    assert "Extra months of pay" not in by_item(within)


def test_a_thirteenth_month_that_no_law_asks_for_is_pay_if_the_contract_says_so():
    line = by_item(examined("PL", 120_000, [*POLAND, ("13th month", 10_000.0)]))["13th month"]
    assert (line.category, line.verdict, line.by_law) == ("Pay", "not by law", 0)


def test_severance_that_a_fund_pays_is_double_counted_and_elsewhere_no_charge():
    # Austria: the severance fund takes 1.53 % of pay.
    items = [("Gehalt", 80_000.0), ("Abfertigung neu", 1_224.0), ("Severance accrual", 4_000.0)]
    lines = by_item(examined("AT", 80_000, items))
    assert lines["Abfertigung neu"].verdict == "as by law"
    assert lines["Severance accrual"].verdict == "double-counted"
    line = by_item(examined("PL", 120_000, [*POLAND, ("Severance accrual", 5_000.0)]))
    assert line["Severance accrual"].category == "Other"
    assert line["Severance accrual"].verdict == "not by law"
    # After 3 years two months of pay: from 2 to 8 years of tenure.
    assert "2 months of pay after 3 years" in line["Severance accrual"].words


def test_a_charge_that_does_not_hold_for_the_pay_is_above_the_law():
    # Colombia: health of 8.5 % only from ten minimum wages, 210,108,600 a year.
    items = [("Salario", 120e6), ("Health", 10.2e6)]
    line = by_item(examined("CO", 120_000_000, items))["Health"]
    assert (line.verdict, line.by_law) == ("above the law", 0)
    above = by_item(examined("CO", 240_000_000, [("Salario", 240e6), ("Health", 20.4e6)]))
    assert above["Health"].verdict == "as by law"


def test_a_charge_whose_rate_the_tables_lack_is_neither_too_high_nor_silent():
    # Emirates: health insurance per head, premium not found.
    found = examined("AE", 300_000, [("Salary", 300_000.0), ("Health insurance", 8_000.0)])
    line = by_item(found)["Health insurance"]
    assert (line.verdict, line.by_law, line.difference) == ("no rate in the tables", None, None)
    assert any("its rate was not found" in sentence for sentence in found.notes)
    unnamed = by_item(examined("AE", 300_000, [("Salary", 300_000.0)]))
    assert unnamed["Health insurance per head"].verdict == "missing"
    assert unnamed["Health insurance per head"].by_law is None


def test_an_item_that_matches_nothing_counts_nowhere_else():
    found = examined("PL", 120_000, [*POLAND, ("Compliance reserve", 3_000.0)])
    line = by_item(found)["Compliance reserve"]
    assert (line.category, line.verdict, line.by_law) == ("Not recognised", "not recognised", None)
    assert found.totals["not_recognised"] == 3_000
    assert found.totals["other"] == found.totals["margin"] == 0


def test_a_user_says_what_an_item_is():
    rows = [
        Row("line 2", {"item": "Compliance reserve", "kind": "fee", "charge": ""}),
        Row("line 3", {"item": "Fundusz X", "kind": "", "charge": "FGSP"}),
    ]
    mapping = read_mapping(rows, "items.csv", find_location("PL"))
    items = [("Compliance reserve", 3_000.0), ("FUNDUSZ X", 120.0)]
    lines = by_item(examined("PL", 120_000, [*POLAND[:5], *items], mapping=mapping))
    assert lines["Compliance reserve"].verdict == "margin"
    assert (lines["FUNDUSZ X"].charges, lines["FUNDUSZ X"].verdict) == (("FGSP",), "as by law")


def test_a_total_is_not_counted_and_one_that_does_not_sum_is_said():
    right = examined("PL", 120_000, [*POLAND, ("Total", 146_376.0)])
    assert right.totals["quote"] == pytest.approx(146_376)
    assert right.notes[0] == "line 9, 'Total', is a total, which is not counted."
    wrong = examined("PL", 120_000, [*POLAND, ("Total", 150_000.0)])
    assert wrong.totals["quote"] == pytest.approx(146_376)
    assert "it is 150,000.00 a year, and the items above it are 146,376.00" in wrong.notes[0]


def test_a_subtotal_of_words_that_mean_more_is_known_by_its_amount():
    subtotal = ("Total gross salary", 120_000.0)
    found = examined("PL", 120_000, [POLAND[0], subtotal, *POLAND[1:]])
    assert found.totals["quote"] == pytest.approx(146_376)
    other = examined("PL", 120_000, [subtotal, *POLAND[1:]])
    assert by_item(other)["Total gross salary"].verdict == "not recognised"


def test_amounts_in_another_currency_are_compared_at_the_rate_of_the_tables():
    zloty = find_location("PL").fx_rate
    salary = 120_000 / zloty
    items = [(name, amount / zloty) for name, amount in POLAND]
    found = examined("PL", salary, items, currency="USD")
    assert {line.verdict for line in found.lines} == {"as agreed", "as by law"}
    assert found.totals["quote"] == pytest.approx(146_376 / zloty)
    assert any("1 USD is" in sentence for sentence in found.notes)


def test_a_region_has_charges_of_its_own():
    # Accident insurance of an IT company is 0.67 %, of others 1.67 %.
    items = [("Salary", 120_000.0), ("Accident", 804.0)]
    assert by_item(examined("PL", 120_000, items))["Accident"].verdict == "below the law"
    here = by_item(examined("PL", 120_000, items, region="it company"))
    assert here["Accident"].verdict == "as by law"


def test_a_source_older_than_a_year_is_said():
    found = examined("PL", 120_000, POLAND, "2028-01")
    assert any("older than a year" in sentence for sentence in found.notes)
    now = examined("PL", 120_000, POLAND, "2026-11")
    assert not any("older than a year" in sentence for sentence in now.notes)


def test_a_salary_of_nothing_is_refused():
    with pytest.raises(DomainError, match="salary is 0; it must be above 0"):
        examined("PL", 0.0, POLAND)


@pytest.mark.parametrize(
    "item",
    [
        pytest.param("Vacation accrual", id="paid-leave"),
        pytest.param("Employee social security (withheld)", id="withheld"),
        pytest.param("Income tax", id="income-tax"),
    ],
)
def test_what_gross_pay_contains_is_double_counted(item):
    found = examined("PL", 120_000, [*POLAND, (item, 9_000.0)])
    line = by_item(found)[item]
    assert (line.category, line.verdict, line.by_law) == ("Pay", "double-counted", 0)
    assert found.totals["double_counted"] == 9_000


def test_a_penalty_on_dismissal_is_no_charge_of_each_month():
    items = [("Salário", 300_000.0), ("FGTS", 26_666.60), ("Multa FGTS 40%", 9_600.0)]
    lines = by_item(examined("BR", 300_000, items))
    # FGTS: 8 % of 300,000 and of 1.3333 months, 33,332.50.
    assert lines["FGTS"].verdict == "as by law"
    assert (lines["Multa FGTS 40%"].category, lines["Multa FGTS 40%"].verdict) == (
        "Other",
        "not by law",
    )


def test_charges_on_the_salary_without_its_extra_months_are_named():
    line = by_item(examined("BR", 300_000, [("Salário", 300_000.0), ("INSS", 60_000.0)]))["INSS"]
    assert line.by_law == pytest.approx(66_666.50)
    assert line.words.endswith("charged on the salary without its extra months")


def test_a_collector_stands_for_what_other_items_leave_of_its_charges():
    # Mexico: the quote names CEAV apart from IMSS, which takes it.
    items = [("Salary", 900_000.0), ("IMSS", 84_227.0), ("CEAV", 81_244.0)]
    lines = by_item(examined("MX", 900_000, items))
    # 2027: 8.603 % of 104.93 % of 900,000 is 81,244.15.
    assert lines["CEAV"].by_law == pytest.approx(81_244.15, abs=0.01)
    # Fixed 8,734.90; 1.1 % above 128,454.45; 4.5 + 0.54355 + 2 % of 944,370.
    rest = 8_734.90 + 0.011 * (944_370 - 128_454.45) + 0.0704355 * 944_370
    assert lines["IMSS"].by_law == pytest.approx(rest)
    assert [lines[name].verdict for name in ("IMSS", "CEAV")] == ["as by law"] * 2


NAMES = [
    "Gross salary", "13th month", "Social security", "Pension", "Pension and disability", "Health",
    "Employer burden", "Accident", "Unemployment", "Severance accrual", "Labour fund", "Training",
    "EOR fee", "FX markup", "VAT", "Deposit", "Laptop", "Office", "Mystery", "FCT", "Family",
]  # fmt: skip
AMOUNTS = st.floats(-1e5, 1e7, allow_nan=False)
ITEMS = st.lists(st.tuples(st.sampled_from(NAMES), AMOUNTS), min_size=1, max_size=12)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([*locations()]), ITEMS, st.floats(1_000, 1e7), st.booleans())
def test_a_quote_is_the_sum_of_its_parts_and_the_law_is_given_out_once(
    code, items, salary, in_dollars
):
    location = locations()[code]
    quote = Quote(tuple(Item(f"line {n}", *item) for n, item in enumerate(items)), ())
    currency = "USD" if in_dollars else location.currency
    found = examine_quote(quote, location, salary, currency=currency)
    totals = found.totals
    quoted = sum(amount for _, amount in items)
    parts = ("pay", "statutory", "margin", "other", "not_recognised")
    assert totals["quote"] == pytest.approx(quoted, abs=1e-6)
    assert sum(totals[name] for name in parts) == pytest.approx(quoted, abs=1e-6)
    rate = location.fx_rate if in_dollars else 1.0
    cost = employer_cost(np.array([salary * rate]), location, missing_rate=0.0)
    by_law = sum(line.by_law or 0.0 for line in found.lines)
    assert by_law == pytest.approx(totals["employer_cost_by_law"], rel=1e-9)
    flat_of_unknown = sum(
        amount
        for rule, amount in zip(cost.rules, cost.charges[0], strict=True)
        if rule.rate is None
    )
    assert by_law == pytest.approx((cost.total[0] - flat_of_unknown) / rate, rel=1e-9)
    assert sum(amount.amount or 0 for amount in found.law) == pytest.approx(by_law, rel=1e-9)
