"""Numbers in the cells of a column of a table, also as people write them: "8%", "$60,000"."""

import re
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pandas as pd

from ...engine.declaration import NO_YES, Input
from ...engine.reading.amounts import amount
from ...engine.reading.consistency import number_instead
from ...engine.reading.currency_signs import currencies_of
from ...engine.reading.numerals import numeral

_OTHER = {".": ",", ",": "."}
# What people and programs write where a number is missing; which one is meant is for them to say.
_MISSING = frozenset(
    {"n/a", "na", "n.a.", "#n/a", "#nv", "nan", "null", "none", "nil", "k.a.", "tbd", "?"}
    | {"-", "--", "\u2013", "\u2014", "."}
)
_BOOLEANS = {
    **dict.fromkeys(("true", "wahr", "vrai", "ja", "oui"), "yes"),
    **dict.fromkeys(("false", "falsch", "faux", "nein", "non"), "no"),
}
# Numbers, one a line.
_DIGITS = re.compile(r"-?[0-9]+(?:\n-?[0-9]+)*")
_DECIMALS = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:\n-?[0-9]+(?:\.[0-9]+)?)*")
_A_DAY = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?")
FIRST_DAY = r"^(\d{4}-\d\d)-01( 00:00:00)?$"  # Excel turns months into days


def numbers_in(
    cells: pd.Series, entry: Input, decimal: str, currency: Callable[[int], str]
) -> tuple[np.ndarray, dict[int, str]]:
    """Numbers of a column, NaN for an empty cell, and what is allowed in place of invalid cells.

    Parameters
    ----------
    cells : Series
    entry : Input
        The input that the column sets.
    decimal : str
        Decimal sign of texts, "." or ","; "" if it is not known.
    currency : callable
        Gives the currency of the row at a position, which the signs of amounts must agree with.

    Returns
    -------
    numbers : array of float, shape (row,)
    invalid : dict of int to str
        What is allowed, by the position of the cell.
    """
    invalid: dict[int, str] = {}
    if pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells):
        numbers = cells.to_numpy(float, na_value=np.nan)
    else:
        numbers, invalid = _numbers_of_texts(cells, entry, decimal, currency)
    with np.errstate(invalid="ignore"):
        wrong = (numbers < entry.lowest) | (numbers > entry.highest)
        if entry.whole:
            wrong |= np.isfinite(numbers) & (numbers != np.floor(numbers))
    for n in np.flatnonzero(wrong).tolist():
        cell = cells.iloc[n]
        invalid[n] = _allowed(entry, str(cell), decimal if isinstance(cell, str) else ".")
    return numbers, invalid


def _numbers_of_texts(
    cells: pd.Series, entry: Input, decimal: str, currency: Callable[[int], str]
) -> tuple[np.ndarray, dict[int, str]]:
    usual = None if entry.choices or entry.is_month else _plain_numbers(cells, decimal)
    if usual is not None:
        return usual, {}
    texts = cells.astype(str).str.strip()
    empty = cells.isna().to_numpy() | (texts == "").to_numpy()
    if entry.choices or entry.is_month:
        texts = texts.replace(FIRST_DAY, r"\1", regex=True) if entry.is_month else texts
        if entry.choices == NO_YES:
            texts = texts.map(lambda text: _BOOLEANS.get(text.casefold(), text))
        texts = texts.map(lambda text: str(entry.number_of(text)))
    texts = texts.where(~empty)
    invalid: dict[int, str] = {}
    pointed = texts.str.replace(",", ".", regex=False) if decimal == "," else texts
    numbers = pd.to_numeric(pointed, errors="coerce").to_numpy(float)
    odd = np.isnan(numbers) & ~empty
    if decimal != "." or odd.any():  # a full stop, Python's decimal sign, may part thousands
        odd |= _with_points(cells)
    if not odd.any():
        return numbers, invalid
    numbers = numbers.copy()
    for n in np.flatnonzero(odd).tolist():
        plain, why = _plain(str(texts.iloc[n]), entry, decimal, currency(n))
        if why:
            numbers[n], invalid[n] = np.nan, why
        else:
            numbers[n] = pd.to_numeric(plain)
    return numbers, invalid


def _plain_numbers(cells: pd.Series, decimal: str) -> np.ndarray | None:
    """Texts of digits, with decimal points where these are known; None with any other cell."""
    try:
        lines = "\n".join(cells.tolist())
    except TypeError:
        return None
    if not (_DECIMALS if decimal == "." else _DIGITS).fullmatch(lines):
        return None
    numbers = np.array([*map(float, lines.split("\n"))])
    return numbers if len(numbers) == len(cells) else None  # a cell may have several lines


def _with_points(cells: pd.Series) -> np.ndarray:
    """Whether each cell is a text with a full stop; numbers of other types are beyond doubt."""
    found = (isinstance(cell, str) and "." in cell for cell in cells)
    return np.fromiter(found, bool, len(cells))


def _plain(text: str, entry: Input, decimal: str, currency: str) -> tuple[str, str]:
    """A number as Python writes it, or else what is allowed in place of the text."""
    found = amount(text, entry.unit, decimal)
    if found.refused:
        return "", f"{entry.allowed}{found.refused}"
    if found.sign and currency not in currencies_of(found.sign):
        return "", (
            f"an amount in {currency}, the currency of the row; convert it, or give the row "
            "another currency in column currency"
        )
    if found.readings:
        return "", f"{entry.allowed}: {two_readings(text, found.readings)}"
    if found.number is None:
        return "", _allowed(entry, text, decimal)
    return f"{found.number}", ""


def _allowed(entry: Input, text: str, decimal: str) -> str:
    """What is allowed in place of a text, and which number to write if one is meant."""
    if text.strip().casefold() in _MISSING:
        return f"{entry.allowed}, or empty to keep the value of the base"
    if _A_DAY.fullmatch(text) and not entry.is_month:
        return (
            f"{entry.allowed}; it is a date, which Excel makes of some numbers: format the cell as "
            "a number and enter it again"
        )
    contradiction = decimal and not numeral(text, decimal).numbers
    if contradiction and numeral(text, _OTHER[decimal]).numbers:
        words = {".": "points", ",": "commas"}
        return f"{entry.allowed}; numbers of this table have decimal {words[decimal]}"
    hint = _share_instead(entry, text, decimal) or number_instead(entry, text)
    return f"{entry.allowed}{hint.replace('.', ',') if decimal == ',' else hint}"


def _share_instead(entry: Input, text: str, decimal: str) -> str:
    """The end of a message about a number without a percent sign that may be a percentage."""
    found = numeral(text, decimal)
    bare = len(found.numbers) == 1 and not (found.is_percent or found.sign)
    if not bare or not entry.unit.startswith("fraction"):
        return ""
    (number,) = found.numbers
    if not entry.highest < number <= 100:
        return ""
    return f"; if a percentage is meant, write {number.normalize():f}% or {number / 100:f}"


def two_readings(text: str, readings: tuple[Decimal, ...]) -> str:
    """The two numbers that a text may stand for, and how to say which is meant."""
    thousands, exact = readings
    mark = "," if "," in text else "."
    return (
        f"it may be {thousands:f} or {exact.normalize():f}; write the one that is meant, or set "
        f"decimal: {_OTHER[mark]!r} makes it {thousands:f}, {mark!r} makes it {exact.normalize():f}"
    )
