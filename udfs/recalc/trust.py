"""Which functions are trusted, and with what arguments: tested, proved by the file, or never.

What stands in :data:`TESTED` gives what LibreOffice gives, over empty cells, texts, errors and
noise in the last digits as well (tests/udfs/recalc). All else must be proved by the file itself.
"""

import re

# Arguments, one letter each, "?" before those that may be omitted, "*" after those that go on:
#   n number, t text, b condition, v any one value, d day, y year, i number of a row or choice,
#   k value to look for, c criterion, 0 nothing but 0 or FALSE,
#   r numbers or ranges of them, R ranges, B conditions or ranges, a ranges or arrays of numbers.
TESTED = {
    "ABS": "n", "AND": "B*", "AVERAGE": "r*", "AVERAGEIF": "Rc?R", "CHOOSE": "iv*",
    "CONCATENATE": "t*", "CONCAT": "t*", "COUNT": "R*", "COUNTA": "R*", "COUNTIF": "Rc",
    "COUNTIFS": "(Rc)*", "DATE": "ynn", "DAY": "d", "DAYS": "dd", "EDATE": "dn", "EOMONTH": "dn",
    "EXACT": "tt", "EXP": "n", "FALSE": "", "FIND": "tt?n", "FV": "nnn?nn", "HLOOKUP": "kRi0",
    "IF": "bv?v", "IFERROR": "vv", "IFNA": "vv", "INDEX": "Ri?i", "INT": "n", "IPMT": "nnnn?nn",
    "ISBLANK": "v", "ISERROR": "v", "ISLOGICAL": "v", "ISNA": "v", "ISNUMBER": "v", "ISTEXT": "v",
    "LARGE": "Rn", "LEFT": "t?n", "LEN": "t", "LN": "n", "LOG10": "n", "LOWER": "t",
    "MATCH": "kR0", "MAX": "r*", "MEDIAN": "r*", "MID": "tnn", "MIN": "r*", "MOD": "nn",
    "MONTH": "d", "NA": "", "NOT": "b", "NPER": "nnn?nn", "NPV": "nr*", "OR": "B*", "PI": "",
    "PMT": "nnn?nn", "POWER": "nn", "PPMT": "nnnn?nn", "PRODUCT": "r*", "PV": "nnn?nn",
    "REPT": "tn", "RIGHT": "t?n", "ROUND": "nn", "ROUNDDOWN": "nn", "ROUNDUP": "nn", "SIGN": "n",
    "SLN": "nnn", "SMALL": "Rn", "SQRT": "n", "SUBSTITUTE": "ttt", "SUM": "r*", "SUMIF": "Rc?R",
    "SUMIFS": "R(Rc)*", "SUMPRODUCT": "a*", "TRIM": "t", "TRUE": "", "TRUNC": "n?n", "UPPER": "t",
    "VLOOKUP": "kRi0", "YEAR": "d",
}  # fmt: skip

_ARRAYS = "which formualizer computes in another way than Excel"
_RANDOM = "whose value changes from one moment to the next"
_PLACE = "whose reach is not known beforehand"
_FILE = "which asks for what only Excel knows of the file"
NEVER = (
    dict.fromkeys(
        ("ANCHORARRAY", "CEILING", "DATEVALUE", "FLOOR", "IRR", "MIRR", "SEQUENCE", "SORT", "TEXT",
         "TIMEVALUE", "UNIQUE", "VALUE", "XIRR"), _ARRAYS)
    | dict.fromkeys(("NOW", "RAND", "RANDARRAY", "RANDBETWEEN", "TODAY"), _RANDOM)
    | dict.fromkeys(("INDIRECT", "OFFSET"), _PLACE)
    | dict.fromkeys(
        ("AGGREGATE", "CALL", "CELL", "CUBEVALUE", "FORMULATEXT", "GETPIVOTDATA", "HYPERLINK",
         "INFO", "ISFORMULA", "PHONETIC", "REGISTER.ID", "RTD", "SHEET", "SHEETS", "WEBSERVICE"),
        _FILE)
    | {"LET": "whose names are not followed", "LAMBDA": "whose names are not followed"}
)  # fmt: skip

PASSES = 3  # cells of the file that must agree before they prove a function that is not tested


def arguments(spec: str, count: int) -> str | None:
    """The letters of a function's arguments, one each; None if it does not take that many."""
    group = re.search(r"(\((\w+)\)|(\w))\*$", spec)
    needed, _, optional = (spec[: group.start()] if group else spec).partition("?")
    if group:
        repeated = group[2] or group[3]
        more = count - len(needed)
        if more < len(repeated) or more % len(repeated):
            return None
        return needed + repeated * (more // len(repeated))
    return (needed + optional)[:count] if len(needed) <= count <= len(needed + optional) else None
