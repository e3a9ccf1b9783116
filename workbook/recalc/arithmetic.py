"""Excel's operators and conversions: it counts with 15 digits where formualizer has 17.

Where the 15 digits leave open what Excel shows, :class:`UnsureError` is raised, and the cell is
not computed.
"""

import math
import re
from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Any

# A plain number in a text; dates, money and percentages are for Excel to understand.
_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?\s*")
_SORTED = re.compile("[A-Z0-9 ]*")
_CANCELLED, _NOTHING = 2.0**-44, 2.0**-50  # of an operand: where a difference is noise, and is 0
_TINY = 1e-9  # what is left of numbers that cancel each other
_RATE_MAX = 0.9
_TEXT_MAX = 32_767
_TIMES_MAX = 2.0**27  # from which on MOD is #NUM! in some versions of Excel
_NORMAL_MIN = 2.0**-1022  # below it Excel has no numbers but 0
_PLAIN_FROM, _PLAIN_TO = 1e-4, 1e15  # numbers that Excel joins to a text without an exponent
_ARITHMETIC = {"+", "-", "*", "/", "^"}


class UnsureError(Exception):
    """What Excel would show is not known for sure, with the reason."""


def is_error(value: Any) -> bool:
    """Whether a value is an error as formualizer hands it over."""
    return isinstance(value, dict)


def error(kind: str) -> dict[str, str]:
    """An error as formualizer takes it, such as Div."""
    return {"type": "Error", "kind": kind}


def number(value: Any) -> Any:
    """A value as a number, as Excel converts it; else an error."""
    if is_error(value) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if value is None:
        return 0.0
    if isinstance(value, (bool, int, float)):
        return float(value) if math.isfinite(value) else error("Num")
    if _NUMBER.fullmatch(value):
        return float(value)
    if any(letter.isdigit() for letter in value):
        raise UnsureError(f"takes the text {value[:20]!r} for a number or a date")
    return error("Value")


def text(value: Any) -> Any:
    """A value as a text, as Excel joins it to others; an error stays one."""
    if isinstance(value, str) and value and max(value) > "\uffff":
        raise UnsureError("takes a text with a letter that Excel counts as two")
    if is_error(value) or isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if not value:
        return "0"
    if not _PLAIN_FROM <= abs(value) < _PLAIN_TO or Decimal(f"{value:.15g}") != _shortened(value):
        raise UnsureError(f"writes {value:.17g} as a text")
    written = f"{Decimal(f'{value:.15g}'):f}"  # 15 digits, without an exponent
    return written.rstrip("0").rstrip(".") if "." in written else written


def _shortened(value: float) -> Decimal:
    """A number rounded to 15 digits, from the 17 that identify it."""
    digits = Decimal(repr(value))
    step = Decimal(1).scaleb(digits.adjusted() - 14)
    return (digits / step).to_integral_value(ROUND_HALF_UP) * step


def truth(value: Any) -> Any:
    """A value as a condition; or an error."""
    if is_error(value) or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if value.upper() not in ("TRUE", "FALSE"):
            raise UnsureError(f"takes the text {value[:20]!r} for a condition")
        return value.upper() == "TRUE"
    return bool(value)


def chain(code: str, first: Any, *others: Any) -> Any:
    """A chain of operators from left to right, such as "+ -" of three operands.

    "last" at the end of the code says that nothing comes after it.
    """
    signs = code.removesuffix(" last").split()
    for number, (sign, other) in enumerate(zip(signs, others, strict=True), 1):
        last = number == len(signs) and code.endswith(" last")
        first = operator(sign, last=last)(first, other)
    return first


def operator(sign: str, *, last: bool = False) -> Callable[[Any, Any], Any]:
    """An operator of two values, or of arrays cell by cell.

    Parameters
    ----------
    sign : str
    last : bool
        Whether it is the last step of a formula, where Excel shows noise as 0.
    """
    if sign == "&":
        one: Callable[[Any, Any], Any] = _joined
    elif sign in _ARITHMETIC:

        def one(left: Any, right: Any) -> Any:
            return _calculated(sign, number(left), number(right), last)

    else:

        def one(left: Any, right: Any) -> Any:
            return _compared(sign, left, right)

    return lambda left, right: each(one, left, right)


def each(one: Callable[..., Any], *values: Any) -> Any:
    """A function of values applied to arrays cell by cell; missing cells count as #N/A."""
    if not any(isinstance(value, list) for value in values):
        return one(*values)
    grids = [value if isinstance(value, list) else [[value]] for value in values]
    rows, columns = max(map(len, grids)), max(len(grid[0]) for grid in grids)
    return [
        [one(*(at(grid, row, column) for grid in grids)) for column in range(columns)]
        for row in range(rows)
    ]


def at(grid: list[list[Any]], row: int, column: int) -> Any:
    """The cell of an array as Excel repeats single rows and columns; else #N/A."""
    row, column = 0 if len(grid) == 1 else row, 0 if len(grid[0]) == 1 else column
    if row < len(grid) and column < len(grid[0]):
        return grid[row][column]
    return error("Na")


def _joined(left: Any, right: Any) -> Any:
    left, right = text(left), text(right)
    if len(left) + len(right) > _TEXT_MAX:
        raise UnsureError("joins texts to one that is longer than a cell holds")
    return _error_of(left, right) or left + right


def _error_of(*values: Any) -> Any:
    """The error among values; None if there is none."""
    found = {one["kind"] for one in values if is_error(one)}
    if len(found) > 1:
        raise UnsureError("meets two different errors, of which Excel shows one")
    return error(*found) if found else None


def _calculated(sign: str, left: Any, right: Any, last: bool) -> Any:
    if found := _error_of(left, right):
        return found
    try:
        if sign == "*":
            result = left * right
        elif sign == "/":
            result = left / right
        elif sign == "^":
            return _power(left, right)
        else:
            return _sum(left, right if sign == "+" else -right, last)
    except ZeroDivisionError:
        return error("Div")
    except OverflowError:
        return error("Num")
    if 0 < abs(result) < _NORMAL_MIN:
        raise UnsureError(f"gives {result:.3g}, a number too small for Excel")
    return result or 0.0 if math.isfinite(result) else error("Num")


def _power(left: float, right: float) -> Any:
    if left == 0 and right <= 0:
        raise UnsureError("raises 0 to a power that is not above 0")
    result = left**right
    if isinstance(result, complex) and abs(1 / right - round(1 / right)) < _TINY:
        raise UnsureError("takes a root of a number below 0")
    if left and not isinstance(result, complex) and abs(result) < _NORMAL_MIN:
        raise UnsureError(f"gives {result:.3g}, a number too small for Excel")
    return error("Num") if isinstance(result, complex) or not math.isfinite(result) else result


def _sum(left: float, right: float, last: bool) -> Any:
    result = left + right
    if not math.isfinite(result):
        return error("Num")
    largest = max(abs(left), abs(right))
    if result and abs(result) < _CANCELLED * largest:
        if last and abs(result) <= _NOTHING * largest:
            return 0.0
        raise UnsureError("takes numbers from each other that agree in 13 digits or more")
    return result


def _compared(sign: str, left: Any, right: Any) -> Any:
    if found := _error_of(left, right):
        return found
    left, right = _like(left, right), _like(right, left)
    rank, other = (_rank(one) for one in (left, right))
    if rank != other:
        order = (rank > other) - (rank < other)
    elif rank == 0:
        left, right = (float(f"{one:.15g}") for one in (left, right))
        if 0 in (left, right) and 0 < abs(left + right) < _TINY:
            raise UnsureError(f"compares {left + right:.3g} with 0")
        if left != right and abs(left - right) < _CANCELLED * max(abs(left), abs(right)):
            raise UnsureError("compares numbers that agree in 13 digits or more")
        order = (left > right) - (left < right)
    elif rank == 1:
        order = _text_order(left, right, sign)
    else:
        order = left - right
    return {
        "=": order == 0, "<>": order != 0, "<": order < 0, ">": order > 0, "<=": order <= 0,
        ">=": order >= 0,
    }[sign]  # fmt: skip


def _like(value: Any, other: Any) -> Any:
    """An empty cell as a value of the other operand's type."""
    if value is not None:
        return value
    return "" if isinstance(other, str) else False if isinstance(other, bool) else 0.0


def _rank(value: Any) -> int:
    return 2 if isinstance(value, bool) else 1 if isinstance(value, str) else 0


def _text_order(left: str, right: str, sign: str) -> int:
    left, right = left.upper(), right.upper()
    if left == right:
        return 0
    # Excel sorts by words' own rules: only letters and digits of ASCII are sure.
    if sign not in ("=", "<>") and not _SORTED.fullmatch(left + right):
        raise UnsureError("asks which of two texts comes first")
    if not (left + right).isascii() and left.casefold() == right.casefold():
        raise UnsureError("compares texts with letters that Excel may take for alike")
    return 1 if left > right else -1


def negative(value: Any) -> Any:
    """A number with its sign changed, in arrays cell by cell."""
    return each(lambda one: one if is_error(one) else -one or 0.0, each(number, value))


def hundredth(value: Any) -> Any:
    """A number divided by 100, in arrays cell by cell."""
    return each(lambda one: one if is_error(one) else one / 100, each(number, value))


def rounded(value: Any, digits: Any, way: str = ROUND_HALF_UP) -> Any:
    """A number rounded to some decimals, from the 15 digits that Excel shows."""
    value, digits = number(value), number(digits)
    if found := _error_of(value, digits):
        return found
    digits = int(digits)
    if abs(digits) > 15:
        raise UnsureError(f"rounds to {digits} digits")
    short = Decimal(f"{value:.15g}")
    step = Decimal(1).scaleb(-digits)
    result = float((short / step).to_integral_value(way) * step)
    exact = float((Decimal(value) / step).to_integral_value(way) * step)
    if way != ROUND_HALF_UP and result != exact:
        raise UnsureError(f"rounds {value:.17g}, which Excel may take for {value:.15g}")
    return result or 0.0


def whole(value: Any) -> Any:
    """The largest whole number that is not above a number, for INT."""
    value = number(value)
    if is_error(value):
        return value
    if math.floor(value) != math.floor(float(f"{value:.15g}")):
        raise UnsureError(f"rounds {value:.17g}, which Excel may take for {value:.15g}")
    return float(math.floor(value))


def cut(value: Any, digits: Any = 0.0) -> Any:
    """A number truncated to some decimals, for TRUNC and ROUNDDOWN."""
    return rounded(value, digits, ROUND_DOWN)


def raised(value: Any, digits: Any) -> Any:
    """A number rounded away from 0, for ROUNDUP."""
    return rounded(value, digits, ROUND_UP)


def remainder(value: Any, divisor: Any) -> Any:
    """The remainder of a division, with the divisor's sign, for MOD."""
    value, divisor = number(value), number(divisor)
    if found := _error_of(value, divisor):
        return found
    times = _calculated("/", value, divisor, False)
    times = whole(times)
    if not is_error(times) and abs(times) >= _TIMES_MAX:
        raise UnsureError("takes what is left of a division of a number by a much smaller one")
    return times if is_error(times) else _sum(value, -divisor * times, last=False)


def formatted(value: Any, form: str) -> Any:
    """A number as a text in one of :data:`FORMATS`, for TEXT."""
    if isinstance(value, (str, bool)):
        raise UnsureError("writes as a number what is none")
    value = number(value)
    if is_error(value):
        return value
    digits = len(form.rstrip("%").partition(".")[2])
    value = value * 100 if form.endswith("%") else value
    shown = rounded(value, float(digits))
    if abs(shown - value) > 0.4999999 * 10**-digits:
        raise UnsureError(f"rounds {value:.17g} to {digits} digits")
    if abs(value) >= _PLAIN_TO or (value < 0 and not shown):
        raise UnsureError(f"writes {value:.15g} as a text")
    grouped = "," if "," in form else ""
    return f"{shown:{grouped}.{digits}f}" + ("%" if form.endswith("%") else "")


FORMATS = ("0", "0.0", "0.00", "#,##0", "#,##0.0", "#,##0.00", "0%", "0.0%", "0.00%")


def short(value: Any) -> Any:
    """A value to look for: a number of 15 digits at most, a text without wildcards."""
    if value is None:
        raise UnsureError("looks for an empty cell")
    if isinstance(value, str) and any(sign in value for sign in "*?~"):
        raise UnsureError("looks for a text with * or ?, which stand for others")
    if isinstance(value, float) and float(f"{value:.15g}") != value:
        raise UnsureError(f"looks for {value:.17g}, a number of more than 15 digits")
    return value


_CRITERION = re.compile(r"(<>|<=|>=|=|<|>)?(.*)", re.DOTALL)


def criterion(value: Any) -> Any:
    """A criterion of SUMIF and similar functions: a number, or a text that may have an operator."""
    if not isinstance(value, str):
        if value is None:
            raise UnsureError("has an empty cell as criterion")
        return short(value)
    sign, rest = _CRITERION.fullmatch(value).groups()  # type: ignore[union-attr]
    short(rest)
    is_number = _NUMBER.fullmatch(rest) is not None and rest == rest.strip()
    if sign == "<>":
        raise UnsureError("has a criterion that empty cells meet")
    if not rest or (not is_number and (rest[0].isdigit() or any(c in rest for c in "/:-%$,."))):
        raise UnsureError(f"has the criterion {value[:20]!r}")
    if sign in ("<", ">", "<=", ">=") and not is_number:
        raise UnsureError(f"has the criterion {value[:20]!r}")
    if rest.upper() in ("TRUE", "FALSE") or rest.startswith(("#", "=", "<", ">")):
        raise UnsureError(f"has the criterion {value[:20]!r}")
    return value


def index(value: Any) -> Any:
    """The number of a row, a column or a choice, 1 or more."""
    value = number(value)
    if not is_error(value):
        if value != math.floor(value):
            raise UnsureError(f"takes number {value:.15g} of a list")
        if not value:
            raise UnsureError("takes a whole row or column by number 0")
    return value


def rate(value: Any, periods: Any = None) -> Any:
    """A rate of interest per period, of a size at which all formulas for it agree to 15 digits."""
    value, periods = number(value), number(100.0 if periods is None else periods)
    if found := _error_of(value, periods):
        return found
    if value and not (abs(value) <= _RATE_MAX and 0.5 <= abs(value * periods) <= 200):
        raise UnsureError(f"has an interest rate of {value:.15g} over {periods:.15g} periods")
    return value


def summand(value: Any) -> Any:
    """A cell of a range as SUMPRODUCT takes it: what is no number counts as 0."""
    return each(
        lambda one: one if is_error(one) or type(one) in (int, float) else 0.0,
        value,
    )


def few(value: Any) -> Any:
    """A whole number of days, months or letters."""
    value = number(value)
    if not is_error(value) and (value != math.floor(value) or abs(value) > 10_000):
        raise UnsureError(f"counts {value:.15g} days, months or letters")
    return value


def flag(value: Any) -> Any:
    """0 or 1."""
    value = number(value)
    if not is_error(value) and value not in (0, 1):
        raise UnsureError(f"has {value:.15g} where 0 or 1 is meant")
    return value


def some_text(value: Any) -> Any:
    """A text with something in it."""
    value = text(value)
    if value == "":
        raise UnsureError("looks for an empty text")
    return value


def date(value: Any) -> Any:
    """A day's number, from March 1900 on: Excel counts one too many before."""
    value = number(value)
    if not is_error(value) and not 61 <= value < 2_958_466:
        raise UnsureError(f"takes {value:.15g} for a date")
    return value


def year(value: Any) -> Any:
    """A year that DATE takes as it is written."""
    value = number(value)
    if not is_error(value) and not 1901 <= value <= 9998:
        raise UnsureError(f"takes {value:.15g} for a year")
    return value


def single(value: Any) -> Any:
    """The only cell of an array."""
    if not isinstance(value, list):
        return value
    if len(value) == 1 == len(value[0]):
        return value[0][0]
    raise UnsureError("applies a function to each cell of an array")
