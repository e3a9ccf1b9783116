"""The Guide sheet: what the source articles say of work, places and engagement models."""

from collections.abc import Iterable, Sequence
from typing import Any

from ...engine.locations import covered_by_fee, engagements
from ...engine.model import default_model
from ...engine.tables import rows
from ..layout.context import Context
from ..layout.sheet import Sheet

_WIDTHS = {1: 34, 2: 46, 3: 40, 4: 46, 5: 22}

# What a vendor's fee may pay for, in the order of sheet Inputs.
_MAY_BE_COVERED = (
    "workspace_cost",
    "equipment_cost",
    "tools_cost",
    "local_management_rate",
    "attrition_rate",
    "recruitment_rate",
)


def guide_sheet(context: Context) -> Sheet:
    """Tables to choose inputs by; nothing on it is computed."""
    sheet = Sheet("Guide", "output", widths=_WIDTHS)
    context.heading(sheet, "Guide", "What the source articles say. Nothing here is computed.")
    row = 5
    for title, heads, entries in _tables():
        row = _table(context, sheet, row, title, heads, entries) + 2
    sheet.freeze = "A5"
    sheet.head_rows = 4
    return sheet


def _tables() -> Iterable[tuple[str, tuple[str, ...], list[tuple[str, ...]]]]:
    """Title, column heads and rows of each table."""
    yield (
        "Types of work (traits: ambiguity, collaboration, criticality, change; 1 to 5)",
        ("Type of work", "Why", "Traits", "The articles say", "Source"),
        [
            (r["label"], r["why"], _traits(r), r["articles"], r["source"])
            for r in rows("work_types.csv")
        ],
    )
    yield (
        "Choose the engagement model first, then the place",
        ("Model", "Best for", "Location", "Watch out for", "Source"),
        [tuple(r.values()) for r in rows("engagement_guide.csv")],
    )
    yield (
        "What a vendor's fee covers",
        ("Model", "Fee", "Covered by the fee: 0 on sheet Inputs", "Still paid beside it", "Source"),
        list(_fees()),
    )
    yield (
        "Nearshoring and offshoring compared",
        ("Factor", "Nearshoring", "Offshoring", "Question to ask", "Source"),
        [tuple(r.values()) for r in rows("comparison.csv")],
    )
    yield (
        "Decision rules",
        ("No.", "Rule", "", "", "Source"),
        [(r["rule"], r["says"], "", "", r["source"]) for r in rows("rules.csv")],
    )
    yield (
        "Lessons",
        ("Lesson", "Why", "", "", "Source"),
        [(r["lesson"], r["why"], "", "", r["source"]) for r in rows("lessons.csv")],
    )
    yield (
        "Where the articles contradict themselves or the facts",
        ("Contradiction", "What", "How it is settled", "Where to see it", "Source"),
        [tuple(r.values()) for r in rows("contradictions.csv")],
    )


def _fees() -> Iterable[tuple[str, ...]]:
    """Of each engagement model with a fee, what the site need not pay again."""
    inputs = default_model().inputs
    for model, given in engagements().items():
        rate, month = given.get("vendor_fee_rate", 0), given.get("vendor_fee_month", 0)
        if rate or month:
            covered = covered_by_fee()[model]
            beside = [name for name in _MAY_BE_COVERED if name not in covered]
            fee = f"{rate:.0%} of direct cost" if rate else f"{month:,.0f} a head and month"
            texts = ("; ".join(inputs[one].label for one in names) for names in (covered, beside))
            yield (
                model.replace("_", " ").capitalize(),
                fee,
                *texts,
                "engine/tables/engagements.csv",
            )


def _traits(row: dict[str, str]) -> str:
    traits = [row[t] for t in ("ambiguity", "collaboration", "criticality", "change_frequency")]
    return ", ".join(traits) + ("; onshore only" if row["onshore_only"] == "1" else "")


def _table(
    context: Context,
    sheet: Sheet,
    row: int,
    title: str,
    heads: Sequence[str],
    entries: Iterable[Any],
) -> int:
    sheet.topic(row, title, 5)
    for column in range(1, 6):
        sheet.put(row + 1, column, heads[column - 1] or None, "head")
    for row, entry in enumerate(entries, row + 2):  # noqa: B020 - the rows below the title
        for column, text in enumerate(entry, 1):
            sheet.put(row, column, text or None, "text")
        wrapped = (context.lines_of(t, _WIDTHS[c] - 2) for c, t in enumerate(entry, 1))
        sheet.heights[row] = max(1, *wrapped)
    return row
