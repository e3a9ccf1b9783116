"""Results and errors as JSON, one line for each scenario of a table."""

import itertools
from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any

import orjson

from .columns import Problem
from .result_columns import QUESTION
from .result_frames import Part

_ABOUT = ("currency", "horizon_months", *QUESTION)  # the same for all plans of a scenario
_ROW = itemgetter("row")
_CELL = ("column", "value", "allowed")


def json_lines(part: Part) -> bytes:
    """The scenarios of a partition, in the order of the table, each a line.

    ``plans`` has the results of each plan, null where there is no answer, and is empty for a
    rejected row; ``errors`` has its invalid cells. ``kept`` are the kept columns, if there are any.
    """
    results = {row: [*plans] for row, plans in _by_row(part.results().to_dict("records"))}
    errors = {row: [*cells] for row, cells in _by_row(part.errors().to_dict("records"))}
    lines = (
        _line(results.get(row, []), errors.get(row, []), part.keep)
        for row in sorted({*results, *errors})
    )
    return b"".join(lines)


def problem_lines(problems: Iterable[Problem]) -> bytes:
    """The rows with invalid cells, each a line."""
    cells = (one._asdict() for one in problems)
    return b"".join(_line([], [*some], ()) for _, some in _by_row(cells))


def _by_row(records: Iterable[dict[str, Any]]) -> Iterator[tuple[int, Iterator[dict[str, Any]]]]:
    return itertools.groupby(records, _ROW)


def _line(
    plans: list[dict[str, Any]], errors: list[dict[str, Any]], keep: tuple[str, ...]
) -> bytes:
    first = (plans or errors)[0]
    line: dict[str, Any] = {"scenario": first["scenario"], "row": first["row"]}
    if plans:
        line["name"] = first["name"]
    if keep:
        line["kept"] = {name: first[name] for name in keep}
    if plans:
        line |= {name: first[name] for name in _ABOUT}
    shared = {*line, *keep, *_ABOUT}
    line["plans"] = [{k: v for k, v in plan.items() if k not in shared} for plan in plans]
    line["errors"] = [{name: one[name] for name in _CELL} for one in errors]
    return orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
