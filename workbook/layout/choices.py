"""Inputs that are entered as words, and the names of the cells that this takes.

This module does not need openpyxl: see :mod:`.scenario_texts`.
"""

from ...engine.declaration import Input, Scope


def is_in_words(entry: Input) -> bool:
    """Whether an input is entered as one of its words, so that a cell beside has its number."""
    return entry.scope is Scope.SCENARIO and bool(entry.choices)


def words_of(name: str) -> str:
    """Name of the place of the words of an input, whose own place has their number."""
    return f"words:{name}"


def code_name(name: str) -> str:
    """Defined name of the cell with the number of an input that is entered in words."""
    return f"{name}_code"


def choices_name(name: str) -> str:
    """Defined name of the words among which an input is chosen."""
    return f"{name}_choices"
