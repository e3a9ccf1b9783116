"""The glossary at the end of sheet About."""

from ...engine.governance import glossary
from ..layout.context import Context
from ..layout.sheet import Sheet

TITLE = "Glossary"
_WIDTH = 108  # of the meaning, in characters


def put_glossary(context: Context, sheet: Sheet, row: int) -> None:
    """Put the terms that a reader meets, each with its meaning beside it."""
    sheet.put(row, 1, TITLE, "topic")
    for row, one in enumerate(glossary(), row + 1):  # noqa: B020 - the rows below the title
        sheet.put(row, 1, one.term[0].upper() + one.term[1:], "label")
        sheet.put(row, 2, one.meaning, "text")
        sheet.heights[row] = context.lines_of(one.meaning, _WIDTH)
