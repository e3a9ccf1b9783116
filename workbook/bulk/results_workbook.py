"""The results of a run as a workbook: one table, and the dictionary of its columns."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from ..compilation import workbook_bytes
from ..layout.number_formats import MONEY, MONEY_HOUR, PERCENT
from ..layout.sheet import Book, Row, Sheet, block
from ..rendering.theme import Theme
from .result_columns import TEXT, YES_NO, ResultColumn

ROWS_MAX = 10_000  # of results: the workbook of more would take longer than their computation
_HEAD, _FIRST = 1, 2  # rows of both sheets: the head, so that any program finds it, and the first
_FORMATS = {
    "fraction": PERCENT,
    "fraction/year": PERCENT,
    "fraction/month": "0.00%",
    "currency": MONEY,
    "currency/year": MONEY,
    "currency/hour": MONEY_HOUR,
    "months": "0.0",
    "heads": "0.00",
}
_DICTIONARY_WIDTHS = (10, 30, 44, 16, 14, 120)


def results_workbook(
    frame: pd.DataFrame, dictionary: Sequence[ResultColumn], theme: Theme | None
) -> bytes:
    """The workbook of results.

    Parameters
    ----------
    frame : DataFrame
        The results, at least one row.
    dictionary : sequence of ResultColumn
        What each column of results and errors means.
    theme : Theme or None
    """
    columns = {one.column: one for one in dictionary if one.table == "results"}
    sheets = [_results(frame, [columns[name] for name in frame.columns]), _dictionary(dictionary)]
    return workbook_bytes(Book("Results", sheets, {}), theme)


def _results(frame: pd.DataFrame, columns: Sequence[ResultColumn]) -> Sheet:
    """The sheet Results: a row for each scenario and plan, with the heads of results.csv."""
    sheet = Sheet("Results", "calculation", widths={1: 20})
    for number, one in enumerate(columns, 1):
        is_text = one.type in (TEXT, YES_NO)
        sheet.put(_HEAD, number, one.column, "head" if is_text else "number head")
        sheet.widths.setdefault(number, max(12, len(one.column) + 2))
    cells = [_cells(frame[one.column], one) for one in columns]
    first, *rows = zip(*cells, strict=True)
    for number, (one, content) in enumerate(zip(columns, first, strict=True), 1):
        if one.type in (TEXT, YES_NO):
            sheet.put(_FIRST, number, content, "label")
        else:
            shown = _FORMATS.get(one.unit, "General")
            sheet.put(_FIRST, number, content, "calculation", shown)
    sheet.more = [*map(Row, rows)]
    sheet.filter = block(_HEAD, 1, len(frame) + 1, len(columns))
    sheet.freeze = f"B{_FIRST}"
    sheet.head_rows, sheet.pages_wide = _HEAD, 1
    return sheet


def _cells(values: pd.Series, column: ResultColumn) -> list[Any]:
    """Cells of a column; None where there is no answer."""
    if column.type == YES_NO:
        return ["yes" if value else "no" for value in values]
    return [None if pd.isna(value) else value for value in values.astype(object).tolist()]


def _dictionary(dictionary: Sequence[ResultColumn]) -> Sheet:
    """The sheet Dictionary: what each column of results and errors means."""
    sheet = Sheet("Dictionary", "calculation")
    sheet.widths = dict(enumerate(_DICTIONARY_WIDTHS, 1))
    for column, name in enumerate(ResultColumn._fields, 1):
        sheet.put(_HEAD, column, name.capitalize(), "head")
    for row, one in enumerate(dictionary, _FIRST):
        for column, text in enumerate(one, 1):
            sheet.put(row, column, text, "label")
    sheet.filter = block(_HEAD, 1, len(dictionary) + 1, len(ResultColumn._fields))
    sheet.freeze = f"C{_FIRST}"
    sheet.head_rows = _HEAD
    return sheet
