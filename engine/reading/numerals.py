"""Numbers as people write them, with symbols and separators: what to write instead.

Nothing is computed from such a text: a message suggests the plain number, and the user decides.
"""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

_LONGEST = 60  # characters of a text that may be meant as a number
_MINUS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_APART = re.compile(r"[\s'`\u2019\u00b4_]+")  # what parts thousands, besides commas and full stops
# A number after a currency, or before one or a unit; symbols are gone by then.
_PARTS = re.compile(
    r"(?P<before>r|[^\W\d_]{2,4}\.?|)(?P<core>[0-9.,]*[0-9][0-9.,]*)(?P<after>[%\u2030]|[^\W\d_]{0,12}\.?)"
)
_SCALES = {
    "%": -2, "percent": -2, "pct": -2, "pc": -2, "\u2030": -3, "bp": -4, "bps": -4,
    "k": 3, "tsd": 3, "thousand": 3, "mn": 6, "mio": 6, "million": 6, "bn": 9,
}  # fmt: skip


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
    if len(text) > _LONGEST:
        return []
    plain = unicodedata.normalize("NFKC", text).translate(_MINUS).strip().lower()
    try:
        number = Decimal(plain)
        return [number] if number.is_finite() and abs(number.adjusted()) < _LONGEST else []
    except InvalidOperation:
        pass
    plain = "".join(c for c in plain if unicodedata.category(c) != "Sc")
    plain = _APART.sub("", plain.replace("per cent", "%"))
    negative = plain.startswith("-") or plain.endswith("-")
    if plain.startswith("(") and plain.endswith(")"):
        plain, negative = plain[1:-1], True
    found = _PARTS.fullmatch(plain.strip("-+"))
    if not found:
        return []
    scale = _SCALES.get(found["after"].rstrip("."), 0)
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
