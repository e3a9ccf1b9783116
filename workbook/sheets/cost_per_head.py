"""The Cost per head sheet: what a head's output costs each plan, and what that rests on."""

from ...engine.measures import OVERHEAD
from ..layout.context import Context
from ..layout.positions import COST_PER_HEAD, HEAD_ROW
from ..layout.sheet import Sheet
from .plan_tables import plan_sheet, plan_table

STACK = ("plan_direct_cost", *OVERHEAD.values())
STACK_ROW = HEAD_ROW + 5  # of the first of these, below the heads of plans
_TABLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Heads, and their output", ("plan_entered_heads", "plan_equivalent_heads")),
    (
        "Cost per head, grossed up to the output of an onshore head",
        (*STACK, "plan_fully_loaded_cost", "risk_adjusted_cost", "plan_onshore_cost"),
    ),
    (
        "Per hour of an onshore head's output",
        ("rate_card_hour", "plan_rate", "risk_adjusted_hour"),
    ),
    (
        "Both readings of management overhead",
        (
            "net_saving_steady_direct",
            "break_even_month_direct",
            "net_saving_steady_onshore",
            "break_even_month_onshore",
        ),
    ),
    (
        "Limits of price and pay",
        ("margin_at_match", "salary_break_even", "salary_break_even_exact"),
    ),
    (
        "What the cost over the horizon rests on: figures on sheet Assumptions",
        ("share_official", "share_secondary", "share_own", "share_assumed"),
    ),
)
_NOTES = (
    "Highest salary: average abroad in today's proportions; exact until a charge meets a bound.",
    "Readings: management overhead as a share of the cost abroad, or of the onshore cost.",
)


def cost_per_head_sheet(context: Context) -> Sheet:
    """The cost of each plan by head and hour, from salary to the fully loaded cost."""
    note = "What the output of one onshore head costs, in steady state. Labels lead to their lines."
    sheet = plan_sheet(context, COST_PER_HEAD, note)
    row = HEAD_ROW + 1
    for title, names in _TABLES:
        row = plan_table(context, sheet, COST_PER_HEAD, row, title, names)
    for row, words in enumerate(_NOTES, row):  # noqa: B020 - the rows below the tables
        sheet.put(row, 1, words, "note")
    return sheet
