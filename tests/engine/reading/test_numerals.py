"""Which number a text stands for; the expected values are read off the texts by hand."""

import pytest

from shorewise.engine.reading.numerals import instead, readings
from shorewise.udfs import SHORE_LOADED_COST

ONE = {
    "8%": 0.08, "8 %": 0.08, "8,5%": 0.085, "8.5 per cent": 0.085, "+5%": 0.05, "25 bps": 0.0025,
    "\uff13\uff05": 0.03, "0,085": 0.085, "0.085": 0.085, ",5": 0.5, "5,": 5,
    "$60,000": 60_000, "60 000": 60_000, "60\u00a0000": 60_000, "60\u202f000": 60_000,
    "60'000": 60_000, "CHF 1\u2019234.50": 1_234.5, "€1.234,56": 1_234.56, "1,234.56": 1_234.56,
    "1.234.567": 1_234_567, "₹1,20,000": 120_000, "EUR 60.000": 60_000, "60,000 zł": 60_000,
    "60k": 60_000, "£1.5 mn": 1_500_000, "9 months": 9, "(1,200.00)": -1_200, "5-": -5,
    "\u22125": -5,
    "1_000": 1_000, "1e3": 1_000, "60 TEUR": 60_000, "TEUR 60": 60_000, "2 Mrd.": 2e9,
    "12 lakh": 1_200_000, "1.2 crore": 12_000_000, "8 Prozent": 0.08, "36 Monate": 36,
    "CHF 1'234.\u2013": 1_234, "1.200,--": 1_200,
}  # fmt: skip


@pytest.mark.parametrize(("text", "number"), ONE.items())
def test_a_number_with_symbols_and_separators_is_understood(text, number):
    assert [*map(float, readings(text))] == [number]


@pytest.mark.parametrize(
    "text",
    ["", "many", "nan", "inf", "1,2,3", "1.2.3,4", "12,34.5", "1/2", "%", "0x10", "1e999999",
     "9" * 100, "2027-01-01", "12:30", "=1+1", "A1", "5 6 apples and pears",
     "60 T\u20ac", "60 M\u20ac", "12 years", "5 days", "2 dozen", "ca. 50",
     "60000\u00b2", "\u00bd"],
)  # fmt: skip
def test_a_text_that_is_no_number_suggests_none(text):
    assert instead(text) == ""


def test_the_valid_range_decides_what_a_comma_before_three_digits_means():
    assert instead("1,250") == ": write 1250 or 1.25, whichever is meant"
    assert instead("1,250", 100, 10_000) == ": write 1250"
    assert instead("1,250", 0, 2) == ": write 1.25"
    assert instead("1,250", whole=True) == ": write 1250"


def test_a_number_outside_the_valid_range_is_not_suggested():
    assert instead("150%", 0, 1) == ""
    assert instead("2.5k", 0, 100) == ""


def test_the_message_in_a_cell_suggests_the_number_to_write():
    start = "Shorewise: salary is the text "
    assert SHORE_LOADED_COST("60k") == f"{start}'60k'; it must be a number: write 60000"
    assert SHORE_LOADED_COST("many").endswith("it must be a number")
