"""Tables in a terminal, or in a pipe with room for every figure."""

import sys
from collections.abc import Iterable, Sequence

_FORMATS = {"fraction": "{:.1%}", "months": "{:.1f}", "month": "{:.0f}"}


def print_table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table whose first column holds labels, the others figures."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(title))
    for number, head in enumerate(heads):
        table.add_column(escape(head), justify="right" if number else "left")
    for row in rows:
        table.add_row(*map(escape, row))
    width = None if sys.stdout.isatty() else 32 + 18 * len(heads)
    Console(width=width, emoji=False, highlight=False).print(table)


def shown(line, value: float | None) -> str:
    """A line's value as a reader wants it; NaN and None as the line's word for no answer."""
    if value is None or value != value:
        return line.missing
    return _FORMATS.get(line.unit, "{:,.0f}").format(value)


def print_results(found) -> None:
    """The measures of each plan."""
    from ..engine import default_model
    from ..engine.results import MEASURES

    lines = default_model().lines
    print_table(
        f"{found['scenario']}, {found['horizon_months']} months",
        [found["currency"], *(plan["name"] for plan in found["plans"])],
        (
            [lines[name].label, *(shown(lines[name], plan[key]) for plan in found["plans"])]
            for key, name in MEASURES.items()
        ),
    )
