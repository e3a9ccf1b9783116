"""Text tables for a terminal or a pipe, in which no figure is truncated."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..engine.lines import Line
    from ..engine.scenario import Scenario
    from ..workbook.recalc import SkippedCell

_FRAME = 3  # characters of the frame beside each column
_FORMATS = {
    "fraction": "{:.1%}",
    "fraction/year": "{:.1%}",
    "fraction/month": "{:.2%}",
    "months": "{:.1f}",
    "month": "{:.0f}",
    "index": "{:.2f}",
    "heads": "{:,.2f}",
}


def print_table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table with a column of labels and columns of figures, which are never truncated.

    If the terminal is too narrow for all columns, several tables are printed below each other.
    """
    import click
    from rich.cells import cell_len
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    columns = [[head, *cells] for head, *cells in zip(heads, *rows, strict=True)]
    # Headings can wrap between words, figures cannot.
    widths = [max(map(cell_len, [*column[0].split(), *column[1:], ""])) for column in columns]
    every = 1 + sum(width + _FRAME for width in widths)
    width = None if sys.stdout.isatty() else max(every, 32 + 18 * len(heads))
    console = Console(width=width, emoji=False, highlight=False)
    for part in _parts(widths, console.width):
        table = Table(title=escape(title))
        for number in part:
            head = escape(heads[number])
            if number:
                table.add_column(head, justify="right", min_width=widths[number])
            else:
                table.add_column(head, overflow="fold")  # an address is one long word
        for row in zip(*(columns[number][1:] for number in part), strict=True):
            table.add_row(*map(escape, row))
        with console.capture() as found:  # rich exits on a closed pipe
            console.print(table)
        click.echo(found.get(), nl=False)


def _parts(widths: Sequence[int], room: int) -> Iterator[list[int]]:
    """Column numbers of each table: the labels and as many other columns as fit."""
    labels = min(widths[0], room // 3) + _FRAME + 1
    part, used = [0], labels
    for number, width in enumerate(widths[1:], 1):
        if used + width + _FRAME > room and len(part) > 1:
            yield part
            part, used = [0], labels
        part.append(number)
        used += width + _FRAME
    yield part


def formatted(line: "Line", value: float | None) -> str:
    """A value in the format of its line; NaN and None give the line's text for no answer."""
    if value is None or value != value:
        return line.missing
    return _FORMATS.get(line.unit, "{:,.0f}").format(value)


def counted(number: int, what: str) -> str:
    """A count with its noun, such as "1 part" or "2,000 parts"."""
    return f"{number:,} {what}{'s' * (number != 1)}"


def print_own_formulas(computed: int, skipped: Iterable["SkippedCell"], which: str) -> None:
    """Print how many formulas of a user's workbook were computed, and which are left to Excel."""
    import click

    if computed:
        click.echo(f"{counted(computed, 'formula')} of your own {which}: computed", err=True)
    reasons: dict[str, list[str]] = {}
    for one in skipped:
        reasons.setdefault(one.reason, []).append(one.cell)
    for reason, cells in reasons.items():
        shown = ", ".join(cells[:5]) + (f" and {len(cells) - 5:,} more" if len(cells) > 5 else "")
        click.echo(f"{shown}: not computed: {reason}; Excel computes it on opening", err=True)


def print_results(case: "Scenario", found: Mapping[str, Any]) -> None:
    """Print the measures of each plan, and what is recommended for which question.

    Sentences say which plans beside the baseline have no internal rate of return, and why, and
    which limits a plan misses.
    """
    import click

    from ..engine import default_model
    from ..engine.criteria import best_plans, describe_best_plans, describe_question, none_in_words
    from ..engine.measures import MEASURES

    lines = default_model().lines
    print_table(
        f"{found['scenario']}, {found['horizon_months']} months",
        [found["currency"], *(plan["name"] for plan in found["plans"])],
        (
            [lines[name].label, *(formatted(lines[name], plan[key]) for plan in found["plans"])]
            for key, name in MEASURES.items()
        ),
    )
    for plan in found["plans"][1:]:
        if reason := plan["no_answer"].get("irr_year_cash"):
            click.echo(f"{plan['name']}: no internal rate of return, as {reason}.")
    click.echo(describe_question(case.values))
    for plan in found["plans"]:
        if missed := " and ".join(plan["missed_limits"]):
            click.echo(f"{plan['name']} is not recommended: it {missed}.")
    best = describe_best_plans(best_plans(case), none_in_words(case))
    click.echo(f"Recommended, {best[0].lower()}{best[1:]}")
