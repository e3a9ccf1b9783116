"""Inputs that are entered as words, and the names of the cells that this takes.

This module does not need openpyxl: see :mod:`.scenario_texts`.
"""

from ...engine.declaration import Input, Scope

# Choices of numbers: drivers by their number in the list of cases.
_NUMBERED = ("correlation_first", "correlation_second")
SHOWN_PLAN = "sensitivity_plan"  # the name of a plan, or the word for the one recommended
RECOMMENDED = "Recommended"


def is_in_words(entry: Input) -> bool:
    """Whether an input is entered as one of its words, so that a cell elsewhere has its number.

    The grades of statutory charges are numbers: words would cost a formula for each charge.
    """
    return bool(entry.choices) and entry.scope is not Scope.CHARGE and entry.name not in _NUMBERED


def is_chosen(entry: Input) -> bool:
    """Whether an input is entered as a word or as the name of a plan."""
    return is_in_words(entry) or entry.name == SHOWN_PLAN


def words_of(name: str) -> str:
    """Name of the place of the words of an input, whose own place has their number."""
    return f"words:{name}"


def word_key(name: str, position: int) -> str:
    """Key of the text of a word of an input, by its position in the input's array."""
    return f"words:{name} {position}"


def code_name(name: str) -> str:
    """Defined name of the cell with the number of an input that is entered in words."""
    return f"{name}_code"


def choices_name(name: str) -> str:
    """Defined name of the words among which an input is chosen."""
    return f"{name}_choices"
