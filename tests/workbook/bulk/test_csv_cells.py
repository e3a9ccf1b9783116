"""Cells of CSV files, against the csv module and Python's own texts of numbers."""

import csv
import io
import math

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from shorewise.workbook.bulk.csv_cells import csv_lines, csv_of_lines, safe, text_cells
from shorewise.workbook.number_text import number_lines

FLOATS = st.floats() | st.floats(-1e7, 1e7) | st.integers(-(10**9), 10**9).map(float)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
@example(["", "a,b", 'a "b"', "a\nb", "a\r", "=1+1", "-2", "-2x", "'=1", "Variation 1", " a"])
def test_columns_of_texts_are_what_the_csv_module_reads(texts):
    data = csv_of_lines(csv_lines([text_cells(texts), ["1.5"] * len(texts)])).decode()
    read = [*csv.reader(io.StringIO(data, newline=""))]
    assert read == [[safe(text), "1.5"] for text in texts]


@given(st.lists(FLOATS))
@example([0.0, -0.0, 5e-324, 1e-5, 1e-4, 1e16, 1e22, 123456789.125, math.nan, -math.inf])
def test_rows_of_numbers_are_written_as_python_writes_them(numbers):
    texts = [repr(one) if math.isfinite(one) else "" for one in numbers]
    assert number_lines(np.array(numbers, float).reshape(-1, 1)) == texts
    table = np.array([numbers, numbers[::-1]], float).T
    assert number_lines(table) == [*map(",".join, zip(texts, texts[::-1], strict=True))]
