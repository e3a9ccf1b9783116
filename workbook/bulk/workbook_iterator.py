"""Iteration over the workbooks of a table's scenarios."""

from collections.abc import Callable, Collection, Iterator

from ...engine.model import default_model
from ...engine.scenario import Scenario
from ..languages.language import ENGLISH, language_of
from ..rendering.theme import Theme
from .column_names import ColumnNames
from .columns import Columns, Problem
from .partition import TOGETHER_STAMPED, parts, workbooks_of
from .partition_rows import rows_of
from .row_sources import Source, origin_of
from .runner import problem_error
from .table_options import DETECTED, TableOptions


def workbooks(
    source: Source,
    base: Scenario | None = None,
    *,
    query: str | None = None,
    options: TableOptions = DETECTED,
    compact: bool = False,
    theme: Theme | None = None,
    language: str = ENGLISH,
    limit: int | None = None,
    only: Collection[str] = (),
    on_problem: Callable[[Problem], None] | None = None,
    on_note: Callable[[str], None] | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Workbooks of the rows of a table, with the same bytes as :func:`.bulk` writes.

    Workbooks are generated on demand, in the order of rows. If columns change the shape of the
    model, rows of the same shape are grouped within each 1,000. Memory does not depend on the
    number of rows.

    Parameters
    ----------
    source, base, query, options, compact, theme, language, limit, only, on_note
        As for :func:`.bulk`.
    on_problem : callable, optional
        Called with each invalid cell, before the workbooks of its 1,000 rows; its row is skipped.

    Yields
    ------
    id : str
    workbook : bytes

    Raises
    ------
    WorkbookError
        The table or a column cannot be used; without ``on_problem``, the first invalid cell.
    """
    language_of(language)
    base, origin = (base or Scenario.default()).without_roster(), origin_of(source)
    model = default_model()
    names = ColumnNames(base, options)
    table = rows_of(
        source, query=query, limit=limit, only=only, options=options, names=names, on_note=on_note
    )
    for rows in table:
        columns = Columns(list(rows.frame.columns), base, origin)
        blocks, problems = columns.blocks(
            rows.frame, rows.numbers, rows.repeated, rows.faults, rows.kept, rows.decimal
        )
        for problem in problems:
            if on_problem is None:
                raise problem_error(origin, problem)
            on_problem(problem)
        for part in (part for block in blocks for part in parts(block, TOGETHER_STAMPED)):
            values = model.evaluate(part.values, part.base.horizon_months)
            yield from zip(
                part.ids, workbooks_of(part, values, theme, compact, language), strict=True
            )
