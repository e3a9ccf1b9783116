"""The Guide sheet shows the tables it is made of, row by row."""

import pytest

from shorewise.engine.tables import rows
from tests.support.written_workbooks import default_book


@pytest.fixture(scope="module")
def shown():
    """Texts of each row of the sheet."""
    [guide] = [sheet for sheet in default_book().sheets if sheet.title == "Guide"]
    found = {}
    for (row, _), cell in guide.cells.items():
        found.setdefault(row, set()).add(cell.content)
    return list(found.values())


@pytest.mark.parametrize(
    "table",
    ["comparison.csv", "contradictions.csv", "engagement_guide.csv", "lessons.csv", "rules.csv"],
)
def test_every_row_of_a_table_is_one_row_of_the_guide(shown, table):
    for row in rows(table):
        texts = {text for text in row.values() if text}
        assert any(texts <= cells for cells in shown), row


def test_every_type_of_work_is_one_row_of_the_guide(shown):
    for row in rows("work_types.csv"):
        texts = {row[column] for column in ("label", "why", "articles", "source")}
        assert any(texts <= cells for cells in shown), row
