"""A workbook with the reference of all functions and an example call of each.

The calls have no values until Excel with the add-in, or ``shorewise calc``, computes them.
"""

import re
import textwrap
from typing import Any

from ..workbook.layout.sheet import Book, Formula, Sheet, block
from .calling import DATE, Function, call
from .functions import FUNCTIONS
from .reference_page import formula, typed

_WIDTHS = {1: 26, 2: 28, 3: 50, 4: 18, 5: 44, 6: 26, 7: 40}
_HEADS = ("Function", "Argument", "Meaning", "Unit", "Allowed", "If omitted", "Example")
_HEAD = 4
_NUMBER = re.compile(r"-?[0-9][0-9,]*(\.[0-9]+)?%?")  # Excel flags such a text as a number
_NAME, _WHAT, _FIRST = 1, 2, 3  # columns of both sheets


def functions_book() -> Book:
    """The workbook as a :class:`Book` with the sheets Reference and Examples."""
    return Book("Functions of Shorewise", [_reference(), _examples()], {})


def _headed(title: str, what: str, widths: dict[int, int]) -> Sheet:
    sheet = Sheet(title, "output", widths=widths)
    sheet.put(1, 1, title, "title")
    sheet.put(2, 1, what, "subtitle")
    return sheet


def _reference() -> Sheet:
    """The sheet Reference: a row for each function and each argument."""
    sheet = _headed("Reference", "What each function takes and gives", _WIDTHS)
    for column, head in enumerate(_HEADS, 1):
        sheet.put(_HEAD, column, head, "head")
    row = _HEAD
    for function in FUNCTIONS:
        row += 1
        does = (function.name, "", function.does, function.unit, "", "", formula(function))
        _row(sheet, row, "strong label", *does)
        example = (*function.example, *[None] * len(function.parameters))
        for row, (one, value) in enumerate(  # noqa: B020 - continues below the function's row
            zip(function.parameters, example, strict=False), row + 1
        ):
            omitted = one.if_omitted.removeprefix("; ").removesuffix(" if omitted") or "required"
            texts = (function.name, one.name, one.label, one.unit, one.allowed, omitted)
            _row(sheet, row, "repeated label", *texts, typed(value))
    sheet.freeze = f"C{_HEAD + 1}"
    sheet.head_rows = _HEAD
    return sheet


def _row(sheet: Sheet, row: int, style: str, *texts: str) -> None:
    for column, text in enumerate(texts, 1):
        if _NUMBER.fullmatch(text):
            sheet.put(row, column, *_number(text))
        else:
            sheet.put(row, column, text or None, style if column == _NAME else "text")
    sheet.heights[row] = max(
        len(textwrap.wrap(text, int(_WIDTHS[column] * 1.1))) or 1
        for column, text in enumerate(texts, 1)
    )


def _number(text: str) -> tuple[float, str, str]:
    """The number in a text, with the style and number format that display it as in the text."""
    figures = text.replace(",", "").removesuffix("%")
    _, point, decimals = figures.partition(".")
    shown = ("#,##0" if "," in text else "0") + point + "0" * len(decimals)
    if text.endswith("%"):
        return float(figures) / 100, "fact", shown + "%"
    return float(figures) if point else int(figures), "fact", shown


def _examples() -> Sheet:
    """The sheet Examples: for each function its arguments in cells, and a call that reads them."""
    sheet = _headed(
        "Examples", "Every function at work", {1: 34, 2: 26} | dict.fromkeys(range(3, 13), 16)
    )
    row = _HEAD
    for function in FUNCTIONS:
        sheet.put(row, _NAME, function.name, "topic")
        sheet.put(row, _WHAT, function.does, "topic")
        row += 1
        cells = []
        for one, value in zip(function.parameters, function.example, strict=False):
            if value is None:
                cells.append("")
                continue
            listed = value if isinstance(value, tuple) else (value,)
            rows = [line if isinstance(line, tuple) else (line,) for line in listed]
            sheet.put(row, _WHAT, one.name, "label")
            for down, line in enumerate(rows):
                for across, cell in enumerate(line):
                    sheet.put(row + down, _FIRST + across, cell, "fixed", _format(one.unit))
            cells.append(block(row, _FIRST, len(rows), len(rows[0])).replace("$", ""))
            row += len(rows)
        sheet.put(row, _WHAT, "result", "label")
        text = f"{function.name}({','.join(cells)})"
        sheet.put(row, _FIRST, Formula(text, None), "result", _format(function.unit))
        row += _height(function) + 1
    sheet.freeze = f"C{_HEAD}"
    sheet.head_rows = _HEAD - 1
    return sheet


def _format(unit: str) -> str:
    """The Excel number format of a unit."""
    what = unit.split("/")[0].split(" ")[0]
    formats = {"money": "#,##0.00", "local": "#,##0.00", "fraction": "0.0%", DATE: "yyyy-mm-dd"}
    return formats.get(what, "General")


def _height(function: Function) -> int:
    """Number of rows of the result of an example."""
    result: Any = call(function, *function.example)
    return len(result) if isinstance(result, list) else 1
