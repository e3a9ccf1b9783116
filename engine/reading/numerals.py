"""Numbers as people write them, with symbols and separators.

:func:`numeral` reads what is unambiguous. :func:`instead` is for messages about other texts: it
suggests the plain number, and the user decides.
"""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from .currency_signs import currencies_of

_LONGEST = 60  # characters of a text that may be meant as a number
_MINUS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_APART = re.compile(r"[\s'`\u2019\u00b4_]+")  # what parts thousands, besides commas and full stops
# A number after a currency, or before one or a unit; symbols are gone by then.
_PARTS = re.compile(
    r"(?P<before>r|[^\W\d_]{2,4}\.?|)(?P<core>[0-9.,]*[0-9][0-9.,]*)(?P<after>[%\u2030]|[^\W\d_]{0,12}\.?)"
)
_SCALES = {
    "%": -2, "percent": -2, "pct": -2, "pc": -2, "prozent": -2, "\u2030": -3, "bp": -4, "bps": -4,
    "k": 3, "tsd": 3, "thousand": 3, "teur": 3, "keur": 3, "kusd": 3, "lakh": 5, "lakhs": 5,
    "mn": 6, "mio": 6, "million": 6, "crore": 7, "crores": 7, "bn": 9, "mrd": 9,
}  # fmt: skip
# Words that change no number. Any other may: 60 T, 12 years in months.
_UNITS = frozenset(
    {"", "month", "months", "monat", "monate", "mois", "hour", "hours", "h", "head", "heads", "fte"}
)
_NO_CENTS = re.compile(r"(?<=\d)([.,])--?(?!\d)", re.ASCII)  # 1'200.- is 1'200.0, not negative

# As :func:`numeral` reads texts: spaces and apostrophes of any kind part thousands.
_ALIKE = (
    _MINUS
    | str.maketrans(dict.fromkeys("\u00a0\u2007\u2008\u2009\u202f\u2002\u2003\u2005\u2006", " "))
    | str.maketrans(dict.fromkeys("\u2018\u2019\u00b4`\u02bc", "'"))
)
_DRESSED = re.compile(
    r"(?P<open>\()? ?(?P<minus>[+-]?) ?(?P<before>(?:[^\d\s.,()+%-]{1,4}\.?)?) ?(?P<second>-?)"
    r"(?P<core>\d[\d.,' ]*(?:e[+-]?\d+)?|[.,]\d+(?:e[+-]?\d+)?)"
    r"(?P<after>%|(?:[^\d\s.,()+%-]{1,4}\.?)?) ?(?P<last>-?) ?(?P<close>\))?",
    re.ASCII | re.IGNORECASE,
)
_PLAIN = re.compile(r"(\d*)(?:([.,])(\d*))?(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_GROUPS = re.compile(r"[1-9]\d{0,2}(?:([ '.,])\d{3})(?:\1\d{3})*(?:([.,])(\d+))?", re.ASCII)
# A number whose mark parts no thousands: 0.5, 80000.5, 80.25, 80.2500.
_SIMPLE = re.compile(r"-?(?:0|\d{4,})?([.,])\d+|-?\d{1,3}([.,])(?:\d\d?|\d{4,})", re.ASCII)
_GROUPS_OF_INDIA = re.compile(r"[1-9]\d?(?:,\d\d)+,\d{3}(?:(\.)(\d+))?", re.ASCII)


class Numeral(NamedTuple):
    """A number that a text stands for.

    Attributes
    ----------
    numbers : tuple of Decimal
        None if the text is no number; two if a comma or full stop may part thousands or decimals.
    mark : str
        The decimal sign where the text shows it: "." or ",", or "".
    is_percent : bool
        Whether it has a percent sign, which ``numbers`` count.
    sign : str
        What stands before or behind it, such as the sign of a currency.
    """

    numbers: tuple[Decimal, ...] = ()
    mark: str = ""
    is_percent: bool = False
    sign: str = ""


def numeral(text: str, decimal: str = "") -> Numeral:
    """The number that a text stands for, with its thousands, percent sign and currency sign.

    Parameters
    ----------
    text : str
        Such as "8%", "$60,000", "1.234,5", "(1 200)" or "60'000 EUR".
    decimal : str
        The decimal sign of the table, "." or ","; "" if it is not known.

    Examples
    --------
    >>> numeral("8,5 %").numbers, numeral("1.234").numbers, numeral("1.234", ",").numbers
    ((Decimal('0.085'),), (Decimal('1234'), Decimal('1.234')), (Decimal('1234'),))
    """
    if len(text) > _LONGEST:
        return Numeral()
    plain = " ".join(text.translate(_ALIKE).split())
    found = _DRESSED.fullmatch(_NO_CENTS.sub(r"\g<1>0", plain))
    if not found or bool(found["open"]) != bool(found["close"]):
        return Numeral()
    minuses = [found[name] == "-" for name in ("minus", "second", "last")] + [bool(found["open"])]
    if sum(minuses) > 1 or (found["before"] and found["after"] not in ("", "%")):
        return Numeral()
    is_percent = found["after"] == "%"
    sign = found["before"] or ("" if is_percent else found["after"])
    texts, mark = _unambiguous(found["core"].strip(), decimal)
    scale = Decimal("0.01") if is_percent else Decimal(1)
    numbers = (Decimal(one) * scale * (-1 if any(minuses) else 1) for one in texts)
    return Numeral(tuple(numbers), mark, is_percent, sign)


def _unambiguous(core: str, decimal: str) -> tuple[tuple[str, ...], str]:
    """Plain texts of the numbers that digits may stand for, and their decimal sign if certain."""
    groups = _GROUPS.fullmatch(core)
    if groups and groups[2] is None and core.count(groups[1]) == 1 and groups[1] in ".,":
        joined, exact = core.replace(groups[1], ""), core.replace(",", ".")
        if decimal:
            return ((exact,) if decimal == groups[1] else (joined,)), ""
        return (joined, exact), ""
    if plain := _PLAIN.fullmatch(core):
        whole, mark, fraction, exponent = (part or "" for part in plain.groups())
        if not fraction.strip("0"):  # 48.0 is 48 in any table
            mark = ""
        if mark and decimal not in ("", mark):
            return (), ""
        return (f"{whole or 0}.{fraction or 0}{exponent}",), mark
    group, mark, fraction = ",", "", ""
    if groups:
        group, mark, fraction = (part or "" for part in groups.groups())
    elif indian := _GROUPS_OF_INDIA.fullmatch(core):
        mark, fraction = (part or "" for part in indian.groups())
    else:
        return (), ""
    if mark == "" and group in ".,":
        mark = "," if group == "." else "."
    if mark == group or (mark and decimal not in ("", mark)):
        return (), ""
    whole = core.removesuffix(f"{mark}{fraction}" if fraction else "").replace(group, "")
    return (f"{whole}.{fraction or 0}",), mark


def decimal_sign(text: str) -> str:
    """The decimal sign that a number shows beyond doubt: "." or ","; "" for any other text."""
    if "." not in text and "," not in text:
        return ""
    if (simple := _SIMPLE.fullmatch(text)) and text[-1] != "0":
        return simple[1] or simple[2]
    return numeral(text).mark


def readings(text: str) -> list[Decimal]:
    """The numbers that a text may stand for, none where it stands for none.

    Parameters
    ----------
    text : str
        Such as "8%", "$60,000", "1.234,5", "(1 200)" or "60k".

    Returns
    -------
    list of Decimal
        Two where a comma or full stop may part thousands or decimals.

    Examples
    --------
    >>> readings("8,5 %"), readings("EUR 1,250")
    ([Decimal('0.085')], [Decimal('1250'), Decimal('1.250')])
    """
    if len(text) > _LONGEST or any(unicodedata.category(one) == "No" for one in text):
        return []  # 1000 with a raised 1 has a footnote
    plain = unicodedata.normalize("NFKC", text).translate(_MINUS).strip().lower()
    try:
        number = Decimal(plain)
        if len(both := numeral(plain).numbers) == 2:
            return [*both]
        return [number] if number.is_finite() and abs(number.adjusted()) < _LONGEST else []
    except InvalidOperation:
        pass
    plain = "".join(c for c in plain if unicodedata.category(c) != "Sc")
    plain = _APART.sub("", plain.replace("per cent", "%"))
    plain = _NO_CENTS.sub(r"\g<1>0", plain)
    negative = plain.startswith("-") or plain.endswith("-")
    if plain.startswith("(") and plain.endswith(")"):
        plain, negative = plain[1:-1], True
    found = _PARTS.fullmatch(plain.strip("-+"))
    if not found:
        return []
    words = {found["before"].rstrip("."), found["after"].rstrip(".")}
    if any(
        word not in _UNITS and word not in _SCALES and not currencies_of(word) for word in words
    ):
        return []
    scale = sum(_SCALES.get(word, 0) for word in words)
    numbers = [number.scaleb(scale) for number in _grouped(found["core"])]
    return [-number if negative else number for number in numbers]


def _grouped(core: str) -> list[Decimal]:
    """Readings of digits with commas and full stops among them."""
    marks = {mark for mark in ".," if mark in core}
    if len(marks) == 2:
        decimal = max(marks, key=core.rindex)
        (group,) = marks - {decimal}
        whole, _, fraction = core.partition(decimal)
        if decimal in fraction or group in fraction or not _are_groups(whole, group):
            return []
        return [Decimal(f"{whole.replace(group, '')}.{fraction}")]
    if not marks:
        return [Decimal(core)]
    (mark,) = marks
    joined = core.replace(mark, "")
    if core.count(mark) > 1:
        return [Decimal(joined)] if _are_groups(core, mark) else []
    before, _, after = core.partition(mark)
    exact = Decimal(f"{before or 0}.{after or 0}")
    if after == "000" and 0 < len(before) <= 3 and before[0] != "0":
        return [Decimal(joined)]  # nobody writes three decimals that say nothing
    if len(after) == 3 and 0 < len(before) <= 3 and before[0] != "0":
        return [Decimal(joined), exact]
    return [exact]


def _are_groups(digits: str, mark: str) -> bool:
    """Whether a mark parts groups of three digits, or of two before the last as in India."""
    first, *others = digits.split(mark)
    last = others[-1:] == [] or len(others[-1]) == 3
    return 0 < len(first) <= 3 and last and all(len(one) in (2, 3) for one in others)


def instead(
    value: object,
    lowest: float = float("-inf"),
    highest: float = float("inf"),
    whole: bool = False,
) -> str:
    """The end of a message: which plain number to write for a text, "" where none is allowed.

    Parameters
    ----------
    value : object
        What was given.
    lowest, highest : float
        The valid range.
    whole : bool
        Only whole numbers are valid.

    Examples
    --------
    >>> instead("8%", 0, 1), instead("1,234"), instead("many")
    (': write 0.08', ': write 1234 or 1.234, whichever is meant', '')
    """
    if not isinstance(value, str):
        return ""
    fit = [
        f"{number.normalize():f}"
        for number in readings(value)
        if lowest <= number <= highest and not (whole and number % 1)
    ]
    if fit == [value.strip()]:
        return ""  # a text all the same: no other digits would help
    if len(fit) == 2:
        return f": write {fit[0]} or {fit[1]}, whichever is meant"
    return f": write {fit[0]}" if fit else ""
