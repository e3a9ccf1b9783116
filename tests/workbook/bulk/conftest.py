"""A portfolio of few rows for all tests of bulk, which is quick."""

import pytest

from shorewise.workbook.bulk import portfolio


@pytest.fixture(autouse=True)
def short_portfolio(monkeypatch):
    monkeypatch.setattr(portfolio, "ROWS_MAX", 10)
