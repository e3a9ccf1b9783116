"""Numbers that texts in cells stand for, by the unit of the input: "8 %", "€ 4,500", "1'234.50"."""

import functools
from decimal import Decimal
from typing import NamedTuple

from .currency_signs import currencies_of, is_sign
from .numerals import numeral

# Units besides fractions of which a percent sign leaves no doubt.
_SHARES = ("factor", "relative", "coefficient")
_THREE_DECIMALS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")  # ISO 4217
_CACHED = 4_096


class Amount(NamedTuple):
    """What a text stands for, in a unit.

    Attributes
    ----------
    number : Decimal or None
        None where the text is refused.
    sign : str
        The sign or code of a currency beside the number.
    refused : str
        Why a number is refused, as the end of a sentence about what is allowed.
    readings : tuple of Decimal
        Both numbers, where a comma or full stop may part thousands or decimals.
    """

    number: Decimal | None = None
    sign: str = ""
    refused: str = ""
    readings: tuple[Decimal, ...] = ()


@functools.lru_cache(_CACHED)
def amount(text: str, unit: str, decimal: str = "") -> Amount:
    """The number that a text stands for in a unit.

    One mark before three digits has two readings, unless the sign of a currency stands beside it,
    since amounts have two decimals at most.

    Parameters
    ----------
    text : str
    unit : str
        Of the input: a percent sign is for fractions and factors, that of a currency for money.
    decimal : str
        The decimal sign of the table, "." or ","; "" if it is not known.

    Examples
    --------
    >>> amount("8 %", "fraction").number, amount("€ 4,500", "money/year").number
    (Decimal('0.08'), Decimal('4500'))
    >>> amount("1.234", "money/year").readings
    (Decimal('1234'), Decimal('1.234'))
    """
    found = numeral(text, decimal)
    if not found.numbers or (found.sign and not is_sign(found.sign)):
        return Amount()
    if found.is_percent and not (unit.startswith("fraction") or unit in _SHARES):
        return Amount(refused=", without a percent sign")
    if found.sign and not unit.startswith("money"):
        return Amount(refused=", without the sign of a currency")
    has_two_decimals = found.sign and not {*currencies_of(found.sign)} & {*_THREE_DECIMALS}
    if len(found.numbers) == 2 and not has_two_decimals:
        return Amount(readings=found.numbers)
    return Amount(found.numbers[0], found.sign)
