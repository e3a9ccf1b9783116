"""Fills of cells that show the verdict on a plan: what the colour says is what the word says."""

from openpyxl.utils import get_column_letter

from ...engine.lines import WORDS
from ...engine.model import Model
from ..layout.references import Ref
from ..layout.sheet import Formula, Mark, Sheet

VERDICT = "verdict"  # unit of the lines in question, and the key of their words


def colour_verdicts(sheet: Sheet, model: Model) -> None:
    """Mark each row of verdicts on a sheet, wherever it was put."""
    found: dict[int, list[int]] = {}
    for (row, column), cell in sheet.cells.items():
        value = cell.content.value if isinstance(cell.content, Formula) else None
        if isinstance(value, Ref):
            line = model.lines.get(value.array.rpartition(":")[2])
            if line and line.unit == VERDICT:
                found.setdefault(row, []).append(column)
    for row, columns in found.items():
        first, last = (f"{get_column_letter(pick(columns))}{row}" for pick in (min, max))
        for number, word in enumerate(WORDS[VERDICT]):
            # The baseline has a text, which is no number of a verdict.
            sheet.marks.append(Mark(f"{first}:{last}", f"{first}={number}", word, "ink"))
