"""Rules for functions in cells that would fail, or be shortened, in some Excel host.

They come from VBA, in which the xlwings add-in writes a wrapper of each function, from Excel's
dialogs, and from the conversion by COM. :data:`RULES` lists them, each with reason and cure.
"""

import inspect
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from shorewise.udfs.calling import Function

_HELP_MAX, _NAMES_MAX = 255, 254  # characters
_ARGUMENTS_MAX = 60
_CONVERTIBLE = (list, tuple, str, float, int, bool)
# Reserved identifiers (MS-VBAL, section 3.3.5.2), and names that the wrapper itself uses.
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

Violations = Iterator[tuple[str, str]]  # argument, "" for the function itself, and message


class Rule(NamedTuple):
    """A rule: the check that finds violations, why they matter, and the cure."""

    violations: Callable[[Function, Callable[..., Any]], Violations]
    why: str
    cure: str


class Finding(NamedTuple):
    """A violation of a rule by a function, or by one of its arguments unless that is empty."""

    function: str
    argument: str
    what: str
    why: str
    cure: str


def _names(function: Function) -> list[tuple[str, str]]:
    """The names of a function and of its arguments, each after the argument or ""."""
    return [("", function.name), *((one.name, one.name) for one in function.parameters)]


def _reserved(function: Function, _python: Callable) -> Violations:
    for argument, name in _names(function):
        if name.lower() in _RESERVED:
            yield argument, f"{name} is a word of VBA or of the wrapper"


def _invalid_identifier(function: Function, _python: Callable) -> Violations:
    for argument, name in _names(function):
        if not _IDENTIFIER.fullmatch(name):
            yield argument, f"{name[:40]!r} is not a valid name in VBA"


def _like_a_cell(function: Function, _python: Callable) -> Violations:
    for argument, name in _names(function):
        if _LIKE_A_CELL.fullmatch(name):
            yield argument, f"{name} looks like a cell"


def _repeated(function: Function, _python: Callable) -> Violations:
    for number, one in enumerate(function.parameters):
        if one.name.lower() in (other.name.lower() for other in function.parameters[:number]):
            yield one.name, f"{one.name} is used twice"


def _too_long(function: Function, _python: Callable) -> Violations:
    together = ", ".join(one.name for one in function.parameters)
    if len(together) > _NAMES_MAX:
        yield "", f"names of arguments have {len(together)} characters; {_NAMES_MAX} are shown"
    helps = [("", function.does), *((one.name, one.help) for one in function.parameters)]
    for argument, text in helps:
        if len(text) > _HELP_MAX:
            yield argument, f"help has {len(text)} characters; {_HELP_MAX} are shown"


def _too_many(function: Function, _python: Callable) -> Violations:
    if len(function.parameters) > _ARGUMENTS_MAX:
        yield "", f"{len(function.parameters)} arguments; at most {_ARGUMENTS_MAX} are allowed"


def _undocumented(function: Function, _python: Callable) -> Violations:
    if not function.does.strip() or not function.unit:
        yield "", "no help or no unit"
    for one in function.parameters:
        if not (one.label.strip() and one.unit and one.allowed):
            yield one.name, "no help, no unit or no range"


def _not_converted(_function: Function, python: Callable) -> Violations:
    for name, one in inspect.signature(python).parameters.items():
        if one.annotation not in (*_CONVERTIBLE, inspect.Parameter.empty):
            yield name, f"the type hint {one.annotation} has no converter"


def _not_as_declared(function: Function, python: Callable) -> Violations:
    found = inspect.signature(python).parameters
    if [*found] != [one.name for one in function.parameters]:
        yield "", f"its arguments are {', '.join(found)}, not as declared"
    for one in found.values():
        if one.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD:
            yield one.name, "it cannot be passed by position"


def _optional_first(function: Function, _python: Callable) -> Violations:
    for before, one in itertools.pairwise(function.parameters):
        if before.optional and not one.optional:
            yield one.name, f"it is required after {before.name}, which is optional"


RULES = (
    Rule(_reserved, "The import of the wrapper fails as a whole.", "Choose another name."),
    Rule(
        _invalid_identifier,
        "VBA rejects the wrapper.",
        "Start with a letter; letters, digits and underscores follow.",
    ),
    Rule(
        _like_a_cell,
        "Excel takes it for a cell's address: up to XFD1048576 today, R1C1 in some languages.",
        "Add a word after the digits, or omit them.",
    ),
    Rule(_repeated, "VBA ignores the case of letters.", "Choose another name."),
    Rule(_too_long, "Excel cuts the text off silently.", "Shorten it."),
    Rule(_too_many, "VBA rejects the wrapper.", "Combine arguments in a table."),
    Rule(_undocumented, "Excel's dialog has nothing to show.", "Add help and a unit."),
    Rule(
        _not_converted,
        "xlwings fails when the module is imported through COM.",
        "Use list, tuple, str, float, int or bool.",
    ),
    Rule(
        _not_as_declared,
        "xlwings passes arguments by position.",
        "Make the function from its entry with registered().",
    ),
    Rule(_optional_first, "VBA rejects the wrapper.", "Put required arguments first."),
)


def findings(functions: Iterable[tuple[Function, Callable[..., Any]]]) -> list[Finding]:
    """Violations of all rules by functions and the Python functions registered for them."""
    found, seen = [], set()
    for function, python in functions:
        for rule in RULES:
            for argument, what in rule.violations(function, python):
                found.append(Finding(function.name, argument, what, rule.why, rule.cure))
        if function.name.lower() in seen:
            why = "One of them hides the other."
            found.append(
                Finding(function.name, "", "it is used twice", why, "Choose another name.")
            )
        seen.add(function.name.lower())
    return found
