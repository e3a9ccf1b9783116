"""Books and packages that cannot become a finished workbook are refused in one line."""

import io
import re
import zipfile

import numpy as np
import pytest
from openpyxl import Workbook, load_workbook

from shorewise.workbook import Book, Sheet, WorkbookError, stamp, workbook_bytes
from shorewise.workbook.layout.sheet import FileLink, Formula, Row


def saved():
    book = Workbook()
    book.active.title = "Budget"
    book["Budget"]["B2"] = "=1+1"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_formula_without_a_value_is_named():
    with pytest.raises(WorkbookError, match=r"^Budget!B2: a formula without a value$"):
        stamp(saved(), {"Budget": {"A1": 2}})


@pytest.mark.parametrize("titles", [[], ["Budget", "Other"]], ids=["too-few", "too-many"])
def test_another_number_of_sheets_is_refused(titles):
    with pytest.raises(WorkbookError, match=f"^values for {len(titles)} sheets, .* has 1$"):
        stamp(saved(), {title: {"B2": 2} for title in titles})


def test_two_sheets_of_one_title_are_refused():
    sheets = [Sheet("Board", "output"), Sheet("board", "output")]
    with pytest.raises(WorkbookError, match=r"^twice: two sheets have the same title$"):
        workbook_bytes(Book("twice", sheets, {}))


def test_a_style_that_does_not_exist_is_refused():
    sheet = Sheet("Board", "output")
    sheet.put(1, 1, "text", "loud")
    with pytest.raises(WorkbookError, match=r"^no style is called 'loud'; there are title, "):
        workbook_bytes(Book("any", [sheet], {}))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float64(1.5), 1.5),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (np.nan, "#N/A"),
        (-np.inf, "#N/A"),
    ],
)
def test_values_of_numpy_and_numbers_that_are_none_are_read_back(value, expected):
    sheet = Sheet("Board", "output")
    sheet.put(1, 1, Formula("1+1", value), "result")
    if not isinstance(value, np.bool_):  # which openpyxl takes for a number
        sheet.put(1, 2, value, "result")
    data = io.BytesIO(workbook_bytes(Book("any", [sheet], {})))
    (row,) = load_workbook(data, data_only=True)["Board"].iter_rows(values_only=True)
    assert {*row} == {expected}
    assert all(type(one) is type(expected) for one in row)


def test_more_rows_are_the_bytes_of_rows_put_cell_by_cell():
    rows = [
        Row(("a", 1.5, " spaced "), FileLink("part/a b.xlsx")),
        Row(("=1+1", 0.1 + 0.2, "<&>"), FileLink("part/%&\"'ä!.xlsx")),
        Row(("none", "none", "a"), FileLink("part/none.xlsx")),
        Row(("b", -1e300, "Ä")),
    ]

    def board(put):
        sheet = Sheet("Board", "output", more=rows[put:])
        sheet.put(1, 1, "List", "title")
        for number, row in enumerate(rows[:put], 3):
            for column, content in enumerate(row.contents, 1):
                sheet.put(number, column, content, "label", "0.00" if column == 2 else "General",
                          row.link if column == 1 else None)  # fmt: skip
        with zipfile.ZipFile(io.BytesIO(workbook_bytes(Book("any", [sheet], {})))) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        # The marks of a long list are set for whole columns, whatever its texts.
        return {
            name: re.sub(rb"<ignoredErrors>.*?</ignoredErrors>", b"", data)
            for name, data in parts.items()
        }

    assert board(1) == board(4) == board(2)
