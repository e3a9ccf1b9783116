"""Formulas as trees, also those made to take long."""

import contextlib
import time

import pytest

from shorewise.workbook.recalc import grammar


@pytest.mark.parametrize(
    "text",
    ["a" * 50_000, "'" * 49_999, "A1:" * 5_000, "((" * 8_000, '"' * 16_001, "[" * 16_000,
     "A!" * 8_000, "a.b!c:" * 2_500, "1" * 16_000, "$A" * 8_000, "{" * 16_000, "#" * 16_000],
)  # fmt: skip
def test_formulas_made_to_take_long_do_not(text):
    start = time.process_time()
    for read in (grammar.scan, grammar.parse):
        with contextlib.suppress(grammar.FormulaError):
            read(text)
    assert time.process_time() - start < 2
