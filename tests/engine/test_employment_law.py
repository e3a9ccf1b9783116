"""Employment law of countries: changes, the age of sources, notice and severance by tenure."""

import datetime

import numpy as np
import pytest

from shorewise.engine.declaration import day_of
from shorewise.engine.employment_law import (
    find_location,
    law_changes,
    months_by_tenure,
    stale,
    tenure_sources,
    terms,
)
from shorewise.engine.errors import DomainError
from shorewise.engine.locations import Location, Rule, locations
from tests.support import plain_charges


def place(*rules):
    """A country that does not exist, with some rules."""
    return Location("XX", "Nowhere", "XXX", "UTC", 1, "", {"extra_months": 1.0}, {}, rules)


def dated(rate, first="", last="", **more):
    """A rule that is law in some months."""
    days = {"first_month": first, "last_month": last}
    days = {name: day_of(month) if month else None for name, month in days.items()}
    return Rule("Pension", rate, charge="Pension", **days, **more)


@pytest.mark.parametrize(
    ("country", "region", "code"),
    [
        ("PL", "", "PL"),
        ("pl", "", "PL"),
        ("POLAND", "", "PL"),
        (" poland ", "IT COMPANY", "PL-it company"),
        ("Mexico", "mexico city", "MX-CMX"),
        ("mx-cmx", "", "MX-CMX"),
        ("China", "", "CN"),  # whose name in the table has the city
    ],
)
def test_a_country_is_found_by_code_or_name_in_any_letter_case(country, region, code):
    assert find_location(country, region).iso == code


@pytest.mark.parametrize(
    ("country", "region", "words"),
    [
        ("Polnd", "", "country is 'Polnd'; it must be .*; did you mean Poland?"),
        ("", "", "country is ''; it must be an ISO code or a name, such as PL or Poland"),
        ("MX", "Texas", r"region is 'Texas'; for Mexico it must be Mexico City \(CMX\)"),
        ("KE", "Nairobi", "for Kenya it must be empty: the tables have no regions of it"),
    ],
)
def test_a_country_or_region_that_the_tables_lack_is_refused(country, region, words):
    with pytest.raises(DomainError, match=words):
        find_location(country, region)


def test_a_change_of_law_says_what_held_before_and_after():
    location = place(
        dated(0.10, last="2026-12", confidence="high"),
        dated(0.12, first="2027-01", last="2027-12", cap=50_000.0),
        dated(0.13, first="2028-01", source="Act 1", source_date="2026-05"),
        Rule("Health", 0.05, charge="Health"),
    )
    found = law_changes(location, "2027-01", "2030-12")
    assert [(c.month, c.charge, c.before, c.after) for c in found] == [
        ("2027-01", "Pension", "10 % of pay", "12 % of pay up to 50,000"),
        ("2028-01", "Pension", "12 % of pay up to 50,000", "13 % of pay"),
    ]
    assert found[1].source == "Act 1, 2026-05"


def test_only_changes_within_the_months_are_listed():
    location = place(dated(0.1, last="2026-12"), dated(0.2, first="2027-01"))
    assert law_changes(location, "2027-02", "2030-01") == []
    assert law_changes(location, "2020-01", "2026-12") == []
    assert len(law_changes(location, "2027-01", "2027-01")) == 1


def test_a_charge_that_begins_or_ends_was_none_before_or_after():
    location = place(dated(0.1, first="2027-04", last="2027-06"))
    changes = [(c.month, c.before, c.after) for c in law_changes(location)]
    assert changes == [("2027-04", "none", "10 % of pay"), ("2027-07", "10 % of pay", "none")]


def test_each_bracket_of_a_change_stands_beside_the_one_that_it_replaces():
    location = place(
        dated(0.09, last="2026-09", to_pay=100.0), dated(0.11, last="2026-09", from_pay=100.01),
        dated(0.10, first="2026-10", to_pay=100.0), dated(0.12, first="2026-10", from_pay=100.01),
    )  # fmt: skip
    changes = [(c.before, c.after) for c in law_changes(location, "2026-10", "2026-10")]
    assert changes == [
        ("9 % of pay, up to a pay of 100", "10 % of pay, up to a pay of 100"),
        ("11 % of pay, from a pay of 100.01", "12 % of pay, from a pay of 100.01"),
    ]


def test_months_in_the_wrong_order_are_refused():
    with pytest.raises(DomainError, match="to_month is 2026-12; it must not be before from_month"):
        law_changes(place(), "2027-01", "2026-12")


def test_every_dated_row_of_the_tables_is_a_change_of_law():
    rows = [row for row in plain_charges.table("statutory_rules.csv") if not row["only_in"]]
    begins = {(r["iso"], r["line"], r["first_month"]) for r in rows if r["first_month"]}
    found = {
        (code, change.charge, change.month)
        for code, location in locations().items()
        for change in law_changes(location, "2000-01")
        if change.after != "none"
    }
    assert begins <= found
    assert len(begins) > 20


@pytest.mark.parametrize(
    ("date", "as_of", "flag"),
    [
        ("2024-05", "2027-01", "read 2024-05, older than a year"),
        ("2026-01", "2027-01", ""),  # a year, not more
        ("2025-12-31", "2027-01", "read 2025-12-31, older than a year"),
        ("2026-01-15", datetime.date(2027, 1, 15), ""),
        ("2026-01-15", datetime.date(2027, 1, 16), "read 2026-01-15, older than a year"),
        ("2024-02-29", datetime.date(2025, 3, 1), "read 2024-02-29, older than a year"),
        ("", "2027-01", ""),
        ("undated", "2027-01", ""),
    ],
)
def test_a_source_older_than_a_year_is_flagged(date, as_of, flag):
    assert stale(Rule("A", 0.1, source_date=date), as_of) == flag


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule("A", 0.0976, cap=282_600.0), "9.76 % of pay up to 282,600"),
        (Rule("A", 0.011, base=1.0493, exempt=9.5), "1.1 % of 104.93 % of pay above 9.5"),
        (Rule("A", 0.1, on_extra=0.0), "10 % of pay without the extra months"),
        (Rule("A", 0.1, floor=5.0), "10 % of pay on at least 5"),
        (Rule("A", 0.0, flat=8_734.9), "8,734.9 flat"),
        (Rule("A", 0.01, flat=5.0), "1 % of pay and 5 flat"),
        (Rule("A", 0.12, of_charge=2), "12 % of Cesantias"),
        (Rule("A", 0.1, minimum=1.0, maximum=9.0), "10 % of pay, at least 1, at most 9"),
        (Rule("A", None), "rate not found"),
        (Rule("A", 0.0), "0"),
    ],
)  # fmt: skip
def test_terms_of_a_charge_are_said_in_words(rule, words):
    assert terms(rule, place(rule, Rule("Cesantias", 0.08))) == words


@pytest.mark.parametrize("iso", sorted({r["iso"] for r in plain_charges.table("termination.csv")}))
def test_notice_and_severance_are_those_of_the_row_for_the_tenure(iso):
    for kind in ("notice", "severance"):
        rows = [
            row
            for row in plain_charges.table("termination.csv")
            if (row["iso"], row["kind"]) == (iso, kind)
        ]
        if not rows:
            continue
        for years in (0.0, 0.5, 1.0, 3.0, 3.5):
            known = [row for row in rows if float(row["from_years"]) <= years]
            expected = np.nan
            if known:
                row = max(known, key=lambda one: float(one["from_years"]))
                amount = float(row["amount"]) + float(row["per_year"]) * years
                amount = min(amount, float(row["most"] or "inf"))
                expected = amount * 12 / 52 if row["unit"] == "weeks" else amount
            found = months_by_tenure(locations()[iso], kind, np.array([years]))
            assert found == pytest.approx([expected], nan_ok=True), (kind, years)


def test_an_old_source_of_severance_is_flagged_too():
    (row,) = (
        row
        for row in plain_charges.table("termination.csv")
        if (row["iso"], row["kind"]) == ("KE", "severance")
    )
    assert row["source_date"] == "2026-09-29"
    flag = "read 2026-09-29, older than a year"
    assert flag in tenure_sources(locations()["KE"], "severance", "2027-10")[0]
    assert flag not in tenure_sources(locations()["KE"], "severance", "2027-09")[0]
