"""Numbers of texts by their unit, and the units that headings state."""

from decimal import Decimal

import pytest

from shorewise.engine.reading.amounts import amount
from shorewise.engine.reading.headings import Heading, Headings, currency_of_unit


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("8 %", "fraction/year", "0.08"),
        ("110%", "factor", "1.1"),
        ("€ 4,500", "money/year", "4500"),
        ("4.500 EUR", "money", "4500"),
        ("1'234.50", "hours", "1234.50"),
        ("TND 4.500,00", "money", "4500"),
    ],
)
def test_a_text_that_is_one_number_in_its_unit_is_that_number(text, unit, number):
    assert amount(text, unit).number == Decimal(number)


@pytest.mark.parametrize(
    ("text", "unit", "refused", "readings"),
    [
        ("8 %", "money/year", ", without a percent sign", 0),
        ("$8", "fraction", ", without the sign of a currency", 0),
        ("zł 8", "local/year", ", without the sign of a currency", 0),
        ("1.234", "money", "", 2),
        ("TND 1.234", "money", "", 2),  # the dinar has three decimals
        ("8 apples", "money", "", 0),
    ],
)
def test_any_other_text_is_refused(text, unit, refused, readings):
    found = amount(text, unit)
    assert (found.number, found.refused, len(found.readings)) == (None, refused, readings)


def test_a_heading_is_found_by_name_label_and_with_a_unit():
    known = Headings({"trip_cost": ["Cost of a trip"], "one": ["Same"], "other": ["same"]})
    assert known.find("Trip cost (USD)") == Heading("trip_cost", "USD")
    assert known.find("COST OF A TRIP, EUR/trip") == Heading("trip_cost", "EUR/trip")
    assert known.find("Same") is known.find(12.0) is known.find("(USD)") is None


@pytest.mark.parametrize(
    ("stated", "unit", "currency"),
    [
        ("USD", "money/year", "usd"),
        ("EUR p.a.", "money/year", "eur"),
        ("€ per month", "money/month", "€"),
        ("USD/month", "money/year", None),
        ("kUSD", "money/year", None),
        ("hours/day", "hours/day", ""),
        ("%", "fraction", None),
        ("USD", "fraction", None),
    ],
)
def test_the_unit_of_a_heading_agrees_or_is_refused(stated, unit, currency):
    assert currency_of_unit(stated, unit) == currency
