"""Words that a shell offers for arguments and options when the tab key is pressed.

Each function is a ``shell_complete`` callback of Click. What cannot be found offers nothing: a
message would stand in the middle of the line that is being typed.
"""

import functools
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from ..scenarios import Scenario

VARIABLE = "_SHOREWISE_COMPLETE"  # by which a shell's function asks for words
Item = CompletionItem[str]
Complete = Callable[[click.Context, click.Parameter, str], list[Item]]
_MARKS = re.compile(r"[^\w@%+=:,./-]")  # that a shell reads as more than themselves
_CASES = (".toml", ".xlsx", ".xlsm")


def _words(known: Callable[[click.Context], Mapping[str, str]]) -> Complete:
    """A callback that offers names, each with a description, which may be empty."""

    @functools.wraps(known)
    def complete(context: click.Context, _: click.Parameter, typed: str) -> list[Item]:
        try:
            names = known(context)
        except Exception:  # such as a scenario file with a mistake
            return []
        start = typed.casefold()
        return [
            CompletionItem(_quoted(name), help=about or None)
            for name, about in names.items()
            if name.casefold().startswith(start)
        ]

    return complete


def _quoted(name: str) -> str:
    """A name as it may stand on a command line: Bash inserts it as it is, and reads it twice."""
    in_bash = os.environ.get(VARIABLE, "").startswith("bash")
    return _MARKS.sub(r"\\\\\g<0>", name) if in_bash else name


def _case(context: click.Context) -> "Scenario":
    """The scenario that the line names so far; otherwise the embedded default.

    Click keeps what it cannot assign yet, as an option is still without its value, in ``args``.
    """
    from .options import scenario_of

    given = context.params
    named = [given.get(name) for name in ("scenario", "book", "a", "base")]
    words = [str(word) for word in (*named, *context.args) if word is not None]
    path = next((word for word in words if word.lower().endswith(_CASES)), None)
    return scenario_of(Path(path) if path else None, given.get("preset"))


@_words
def presets(_: click.Context) -> Mapping[str, str]:
    """Presets with their descriptions."""
    from ..engine import presets as embedded

    return embedded()


@_words
def measures(_: click.Context) -> Mapping[str, str]:
    """Measures with their labels."""
    from ..engine.reference import measure_rows

    return {row.name: row.label for row in measure_rows()}


@_words
def inputs(_: click.Context) -> Mapping[str, str]:
    """Names of what a scenario may set, with their labels."""
    from ..engine.reference import input_rows

    return {row.name: row.label for row in input_rows()}


@_words
def work_types(_: click.Context) -> Mapping[str, str]:
    """Types of work with their labels."""
    from ..engine.reference import work_type_rows

    return {row.name: row.label for row in work_type_rows()}


@_words
def lines(_: click.Context) -> Mapping[str, str]:
    """Lines of the model with their labels."""
    from ..engine.reference import line_rows

    return {row.name: row.label for row in line_rows()}


@_words
def addresses(context: click.Context) -> Mapping[str, str]:
    """Inputs that goal seek may change: by name for all sites abroad, or of one site or role."""
    from ..engine import INPUTS
    from ..engine.address import addresses as known

    labels = {entry.name: entry.label for entry in INPUTS}
    by_name = {entry.name: entry.label for entry in INPUTS if entry.is_by_site_or_role}
    found = known(_case(context))
    return by_name | {text: labels[at.name] for text, at in found.items() if "." in text}


@_words
def plans(context: click.Context) -> Mapping[str, str]:
    """Plans of the scenario that is named on the line."""
    return dict.fromkeys(_case(context).plans, "")


@_words
def languages(_: click.Context) -> Mapping[str, str]:
    """Codes of languages of workbooks."""
    from ..workbook.languages.language import languages as known

    return dict.fromkeys(known(), "")


@_words
def countries(_: click.Context) -> Mapping[str, str]:
    """Codes of countries with their names."""
    from ..engine.locations import locations

    return {code: place.country for code, place in locations().items()}


@_words
def rules(_: click.Context) -> Mapping[str, str]:
    """Rules of the linter with their titles."""
    from ..workbook.lint import rules as known

    return {rule.id: rule.title for rule in known()}


@_words
def frequencies(_: click.Context) -> Mapping[str, str]:
    """Periods of a statement."""
    return {"FY": "fiscal years", "Q": "fiscal quarters", "M": "months"}


@_words
def methods(_: click.Context) -> Mapping[str, str]:
    """Methods of sampling."""
    return {"sobol": "Sobol sequence", "latin": "Latin hypercube"}


@_words
def shells(_: click.Context) -> Mapping[str, str]:
    """Shells whose scripts can be printed."""
    return dict.fromkeys(("bash", "zsh", "fish", "powershell"), "")


def files(_context: click.Context, _: click.Parameter, typed: str) -> list[Item]:
    """Files, for an argument that may also be an address."""
    return [CompletionItem(typed, type="file")]
