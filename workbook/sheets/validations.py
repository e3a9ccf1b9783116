"""Data validation of input cells."""

from ...engine.declaration import Input
from ..layout.choices import choices_name, is_chosen
from ..layout.sheet import Rule

_FEW = 5  # choices that are offered as a list, each in words

DATES = (36_526, 73_050)  # 1 January 2000 and 31 December 2099 as Excel counts days
A_DATE = "a date from 2000 to 2099"


def validation(entry: Input, cells: str) -> Rule:
    """Data validation of an input's cells."""
    if is_chosen(entry):
        title, choices = entry.label, choices_name(entry.name)
        return Rule(cells, "list", 0, 0, title, allowed_text(entry), choices)
    kind = "list" if 0 < len(entry.choices) <= _FEW else "whole" if entry.whole else "decimal"
    if entry.is_month:
        kind = "date"
    return Rule(cells, kind, entry.lowest, entry.highest, entry.label, allowed_text(entry))


def allowed_text(entry: Input) -> str:
    """The valid range, as short as a cell needs it."""
    if is_chosen(entry):
        return "a choice of the list"
    if entry.choices:
        if len(entry.choices) > _FEW:
            return f"{entry.lowest} to {entry.highest}"
        return ", ".join(f"{number} {word}" for number, word in enumerate(entry.choices))
    if entry.is_month:
        return "a date from 2000 to 2099"
    if entry.unit.startswith("fraction"):
        return f"{entry.lowest:.0%} to {entry.highest:.0%}"
    text = entry.allowed.partition(", up to")[0].replace("a whole number", "whole,")
    return text.replace("between ", "").replace(" and ", " to ")
