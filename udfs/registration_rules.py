"""What would break or hide a function in some Excel host, found before a user meets it.

The rules are those of VBA, into which the xlwings add-in writes a wrapper for each function, of
Excel's dialogs, and of the conversion by COM. ``RULES`` lists them, with reason and cure.
"""

import inspect
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from .calling import Function

_HELP_MAX, _NAMES_MAX, _ARGUMENTS_MAX = 255, 254, 60
_CONVERTED = (list, tuple, str, float, int, bool)
# MS-VBAL, section 3.3.5.2: reserved identifiers; and what the wrapper itself uses.
_RESERVED = frozenset(
    re.findall(
        r"\w+",
        """
    abs addressof and any application array as attribute boolean byref byte byval call case cbool
    cbyte ccur cdate cdbl cdec cdecl cint circle clng clnglng clngptr close const csng cstr currency
    cvar cverr date debug decimal declare defbool defbyte defcur defdate defdbl defdec defint deflng
    deflnglng deflngptr defobj defsng defstr defvar dim do doevents double each else elseif empty
    end endif enum eqv erase err event exit false fix for friend function get global gosub goto if
    imp implements in input inputb int integer is lbound len lenb let like lock long longlong
    longptr loop lset me mod new next not nothing null object on open option optional or paramarray
    preserve print private pset public put raiseevent redim rem resume return rset scale seek select
    set sgn shared single spc static stop string sub tab then thisworkbook to true type typeof
    ubound unlock until variant wend while with withevents write xlpy xor activeworkbook argsarray
    caller
    """,
    )
)
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,254}")
_LIKE_A_CELL = re.compile(r"[A-Za-z]+\d+|[Rr]\d*[Cc]\d*")

Wrong = Iterator[tuple[str, str]]  # the argument, or nothing, and what is wrong with it


class Rule(NamedTuple):
    """One rule: how it is broken, why it matters, and the cure."""

    wrong: Callable[[Function, Callable[..., Any]], Wrong]
    why: str
    cure: str


class Finding(NamedTuple):
    """One rule that a function breaks; the argument is empty where it is the function's own."""

    function: str
    argument: str
    what: str
    why: str
    cure: str


def _names(function: Function) -> list[tuple[str, str]]:
    """The function's own name, and that of each argument."""
    return [("", function.name), *((one.name, one.name) for one in function.parameters)]


def _reserved(function: Function, _python: Callable) -> Wrong:
    for argument, name in _names(function):
        if name.lower() in _RESERVED:
            yield argument, f"{name} is a word of VBA or of the wrapper"


def _no_identifier(function: Function, _python: Callable) -> Wrong:
    for argument, name in _names(function):
        if not _IDENTIFIER.fullmatch(name):
            yield argument, f"{name[:40]!r} is no name in VBA"


def _cell(function: Function, _python: Callable) -> Wrong:
    for argument, name in _names(function):
        if _LIKE_A_CELL.fullmatch(name):
            yield argument, f"{name} looks like a cell"


def _repeated(function: Function, _python: Callable) -> Wrong:
    for number, one in enumerate(function.parameters):
        if one.name.lower() in (other.name.lower() for other in function.parameters[:number]):
            yield one.name, f"{one.name} is there twice"


def _too_long(function: Function, _python: Callable) -> Wrong:
    together = ", ".join(one.name for one in function.parameters)
    if len(together) > _NAMES_MAX:
        yield "", f"names of arguments have {len(together)} characters, {_NAMES_MAX} are shown"
    helps = [("", function.does), *((one.name, one.help) for one in function.parameters)]
    for argument, text in helps:
        if len(text) > _HELP_MAX:
            yield argument, f"help has {len(text)} characters, {_HELP_MAX} are shown"


def _too_many(function: Function, _python: Callable) -> Wrong:
    if len(function.parameters) > _ARGUMENTS_MAX:
        yield "", f"{len(function.parameters)} arguments, at most {_ARGUMENTS_MAX} are allowed"


def _undocumented(function: Function, _python: Callable) -> Wrong:
    if not function.does.strip() or not function.unit:
        yield "", "no help or no unit"
    for one in function.parameters:
        if not (one.label.strip() and one.unit and one.allowed):
            yield one.name, "no help, no unit or no range"


def _not_converted(_function: Function, python: Callable) -> Wrong:
    for name, one in inspect.signature(python).parameters.items():
        if one.annotation not in (*_CONVERTED, inspect.Parameter.empty):
            yield name, f"the hint {one.annotation} has no converter"


def _not_as_declared(function: Function, python: Callable) -> Wrong:
    found = inspect.signature(python).parameters
    if [*found] != [one.name for one in function.parameters]:
        yield "", f"its arguments are {', '.join(found)}, not as declared"
    for one in found.values():
        if one.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD:
            yield one.name, "it has no place of its own among the arguments"


def _optional_first(function: Function, _python: Callable) -> Wrong:
    for before, one in itertools.pairwise(function.parameters):
        if before.optional and not one.optional:
            yield one.name, f"it is required after {before.name}, which is not"


RULES = (
    Rule(_reserved, "The import of the wrapper fails as a whole.", "Take another name."),
    Rule(
        _no_identifier,
        "VBA refuses the wrapper.",
        "Start with a letter; letters, digits and underscores follow.",
    ),
    Rule(
        _cell,
        "Excel reads a cell's address: up to XFD1048576 today, and R1C1 in some languages.",
        "Put a word after the digits, or leave them out.",
    ),
    Rule(_repeated, "VBA does not tell capitals from small letters.", "Take another name."),
    Rule(_too_long, "Excel cuts the text without a word.", "Shorten it."),
    Rule(_too_many, "VBA refuses the wrapper.", "Gather arguments in a table."),
    Rule(_undocumented, "Excel's dialog has nothing to show.", "Say what it is, and its unit."),
    Rule(
        _not_converted,
        "xlwings fails when the module is imported through COM.",
        "Use list, tuple, str, float, int or bool.",
    ),
    Rule(
        _not_as_declared,
        "xlwings hands arguments over by their places.",
        "Keep the signature and the table together: registered() makes it of the table.",
    ),
    Rule(_optional_first, "VBA refuses the wrapper.", "Put required arguments first."),
)


def lint(functions: Iterable[tuple[Function, Callable[..., Any]]]) -> list[Finding]:
    """What is wrong with functions and the Python functions registered for them."""
    found, seen = [], set()
    for function, python in functions:
        for rule in RULES:
            for argument, what in rule.wrong(function, python):
                found.append(Finding(function.name, argument, what, rule.why, rule.cure))
        if function.name.lower() in seen:
            why = "One of them hides the other."
            found.append(Finding(function.name, "", "it is there twice", why, "Take another name."))
        seen.add(function.name.lower())
    return found
