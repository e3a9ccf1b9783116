"""The reference in docs/countries.md is that of the tables."""

import pytest

from shorewise.engine.locations import locations
from shorewise.udfs.countries_page import countries_reference
from tests.support import plain_charges
from tests.support.paths import ROOT

PAGE = (ROOT / "docs" / "countries.md").read_text("utf-8")


def test_the_page_is_up_to_date():
    _, _, generated = PAGE.partition("<!-- generated: everything below -->\n")
    assert generated == countries_reference(), "make docs"


def test_every_row_of_the_tables_is_on_the_page():
    for row in plain_charges.table("statutory_rules.csv"):
        assert f"\n| {row['line'].replace('|', '/')} | " in PAGE, row["line"]
        assert row["source"].replace("|", "/") in PAGE


@pytest.mark.parametrize("code", sorted(locations()))
def test_a_country_has_a_row_of_coverage_and_a_section(code):
    location = locations()[code]
    assert f"\n| {code} | {location.country} | {len(location.rules)} | " in PAGE
    assert f"\n## {location.country} ({code})\n" in PAGE
