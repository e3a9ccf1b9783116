"""Two of the charts of sheet Board: the cumulative saving, and the stack of costs of a head."""

from ..layout.context import Context
from ..layout.derived import SHOWN_OF
from ..layout.number_formats import MONEY_AXIS
from ..layout.positions import (
    BOARD,
    COST_PER_HEAD,
    HEAD_ROW,
    NUMBER_ROW,
    RETURNS,
)
from ..layout.references import Text
from ..layout.sheet import Chart, Series, block
from .cost_per_head import STACK, STACK_ROW


def cumulative(context: Context, anchor: str, width_cm: float, height_cm: float) -> Chart:
    """Cumulative saving of each plan by month, with the months of break-even."""
    place, marks = (context.layout.places[n] for n in ("cumulative_shown", "break_even_mark"))
    months = context.scenario.horizon_months
    at = context.take("break_even_mark")
    curves = [
        Series(
            f"Board!{block(HEAD_ROW, BOARD.first_column + p)}",
            context.plan_title(p).value,
            f"Timeline!{block(place.row + p, place.column - 1, 1, months + 1)}",
            [0.0, *context.take("cumulative_shown", plan=p)],
        )
        for p in range(len(context.scenario.plans))
    ]
    points = Series(
        f"Returns!{block(context.layout.places['break_even_month'].row, 1)}",
        context.model.lines["break_even_month"].label,
        f"Timeline!{block(place.row, place.column - 1, len(at))}",  # the opening: 0
        [0.0] * len(at),
        x_cells=f"Returns!{block(marks.row, RETURNS.first_column, 1, len(at))}",
        xs=tuple(at),
    )
    return Chart(
        kind="curve",
        title="Cumulative saving by plan",
        summary="Lines: cumulative saving of each plan by month; a diamond marks each break-even.",
        anchor=anchor,
        width_cm=width_cm,
        height_cm=height_cm,
        x_title="Month",
        y_title=Text.of("shown currency"),
        y_title_cell=context.cell_of("shown_currency"),
        number_format=MONEY_AXIS,
        category_cells=f"Timeline!{block(NUMBER_ROW, place.column - 1, 1, months + 1)}",
        categories=[str(month) for month in range(months + 1)],
        series=[*curves, points],
    )


def cost_stack(context: Context, anchor: str, width_cm: float, height_cm: float) -> Chart:
    """Direct cost and each overhead of every plan, per head and year."""
    first = COST_PER_HEAD.first_column
    plans = [context.plan_title(p).value for p in range(len(context.scenario.plans))]
    sheet = f"'{COST_PER_HEAD.title}'!"
    return Chart(
        kind="stack",
        title="Fully loaded cost by plan",
        summary="Stacked columns: direct cost and each overhead of every plan.",
        anchor=anchor,
        width_cm=width_cm,
        height_cm=height_cm,
        x_title="Plan",
        y_title=Text.of("shown currency", after="/year"),
        y_title_cell=f"{sheet}{block(STACK_ROW, 2)}",
        number_format=MONEY_AXIS,
        category_cells=f"{sheet}{block(HEAD_ROW, first, 1, len(plans))}",
        categories=plans,
        series=[
            Series(
                f"{sheet}{block(STACK_ROW + n, 1)}",
                context.model.lines[name].label,
                f"{sheet}{block(STACK_ROW + n, first, 1, len(plans))}",
                context.refs(f"{SHOWN_OF}{name}").ravel().tolist(),
            )
            for n, name in enumerate(STACK)
        ],
    )
