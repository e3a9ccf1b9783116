"""Which functions are trusted, and with what arguments: tested, proved by the file, or never.

Functions of :data:`TESTED` agree with LibreOffice, also over empty cells, texts, errors and noise
in the last digits (tests/workbook/recalc/test_trust.py). Any other must be proved by the file.
"""

import re

# Arguments, one letter each, "?" before those that may be omitted, "*" after those that go on:
#   n number, m whole number, i number of a row or choice, p rate per period, w 0 or 1, d day,
#   y year, t text, s text that is not empty, b condition, v any one value, k value to look for,
#   c criterion, 0 nothing but 0 or FALSE, r numbers or ranges of them, R ranges,
#   B conditions or ranges, a ranges or arrays of numbers.
TESTED = {
    "ABS": "n", "AND": "B*", "AVERAGE": "r*", "AVERAGEIF": "Rc?R", "CHOOSE": "iv*",
    "CONCATENATE": "t*", "CONCAT": "t*", "COUNT": "R*", "COUNTA": "R*", "COUNTIF": "Rc",
    "COUNTIFS": "(Rc)*", "DATE": "ymm", "DAY": "d", "EDATE": "dm", "EOMONTH": "dm",
    "EXACT": "tt", "EXP": "n", "FALSE": "", "FIND": "st?i", "FV": "nnn?nw", "HLOOKUP": "kRi0",
    "IF": "bv?v", "IFERROR": "vv", "IFNA": "vv", "INDEX": "Ri?i", "INT": "n",
    "ISBLANK": "v", "ISERROR": "v", "ISLOGICAL": "v", "ISNA": "v", "ISNUMBER": "v", "ISTEXT": "v",
    "LARGE": "Ri", "LEFT": "t?m", "LEN": "t", "LN": "n", "LOG10": "n", "LOWER": "t",
    "MATCH": "kR0", "MAX": "r*", "MEDIAN": "r*", "MID": "tim", "MIN": "r*", "MOD": "nn",
    "MONTH": "d", "NA": "", "NOT": "b", "NPV": "pr*", "OR": "B*", "PI": "",
    "PMT": "nnn", "POWER": "nn", "PRODUCT": "r*", "PV": "nnn?nw",
    "REPT": "tm", "RIGHT": "t?m", "ROUND": "nn", "ROUNDDOWN": "nn", "ROUNDUP": "nn", "SIGN": "n",
    "SLN": "nnn", "SMALL": "Ri", "SQRT": "n", "SUBSTITUTE": "tst", "SUM": "r*", "SUMIF": "Rc?R",
    "SUMIFS": "R(Rc)*", "SUMPRODUCT": "a*", "TRIM": "t", "TRUE": "", "TRUNC": "n?n", "UPPER": "t",
    "VLOOKUP": "kRi0", "YEAR": "d",
}  # fmt: skip

_ARRAYS = "which formualizer computes in another way than Excel"
_RANDOM = "whose value changes from one moment to the next"
_REACH = "whose reach is not known beforehand"
_FILE = "which asks for what only Excel knows of the file"
NEVER = (
    dict.fromkeys(
        ("ANCHORARRAY", "CEILING", "DATEVALUE", "FLOOR", "IRR", "MIRR", "SEQUENCE", "SORT", "TEXT",
         "TIMEVALUE", "UNIQUE", "VALUE", "XIRR"), _ARRAYS)
    | dict.fromkeys(("NOW", "RAND", "RANDARRAY", "RANDBETWEEN", "TODAY"), _RANDOM)
    | dict.fromkeys(("INDIRECT", "OFFSET"), _REACH)
    | dict.fromkeys(
        ("AGGREGATE", "CALL", "CELL", "CUBEVALUE", "FORMULATEXT", "GETPIVOTDATA", "HYPERLINK",
         "INFO", "ISFORMULA", "PHONETIC", "REGISTER.ID", "RTD", "SHEET", "SHEETS", "WEBSERVICE"),
        _FILE)
    | {"LET": "whose names are not followed", "LAMBDA": "whose names are not followed"}
)  # fmt: skip

# Functions that are not trusted where they read or give an error.
NO_ERRORS = {
    "AVERAGEIF", "COUNTIF", "COUNTIFS", "FV", "HLOOKUP", "LARGE", "MEDIAN", "NPV", "PMT", "PRODUCT",
    "PV", "SMALL", "SUBTOTAL", "SUMIF", "SUMIFS", "SUMPRODUCT", "VLOOKUP",
}  # fmt: skip
PASSES = 3  # saved values that prove a function that is not tested


def arguments(spec: str, count: int) -> str | None:
    """The letter of each argument of a call; None if the function does not take that many."""
    group = re.search(r"(\((\w+)\)|(\w))\*$", spec)
    needed, _, optional = (spec[: group.start()] if group else spec).partition("?")
    if group:
        repeated = group[2] or group[3]
        more = count - len(needed)
        if more < len(repeated) or more % len(repeated):
            return None
        return needed + repeated * (more // len(repeated))
    return (needed + optional)[:count] if len(needed) <= count <= len(needed + optional) else None
