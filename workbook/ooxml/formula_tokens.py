"""Formulas as files hold them, in tokens: by openpyxl's tokenizer, with its faults put right.

openpyxl's tokenizer knows strings, arrays, calls, brackets, separators and which sign is a prefix.
It does not know numbers such as 12E+5, escapes in references to tables, Excel's newer errors, the
operators @, # and :, nor tabs, and takes names such as ``inf`` for numbers. What it may get wrong
is therefore hidden from it, character by character, behind letters or signs that it does know.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from openpyxl.formula.tokenizer import Token as Piece
from openpyxl.formula.tokenizer import Tokenizer, TokenizerError

from .cell_references import AREA, NO_MORE, SHEET, parse_reference
from .structured_references import STRUCTURED

LONGEST = 16_384  # characters; Excel takes 8,192, without what stands for names of tables

_HIDDEN = re.compile(
    rf"""(?P<text>"(?:[^"]|"")*+")"""
    rf"|(?P<error>(?:{SHEET})?\#(?:N/A|[A-Z][A-Z0-9/_]*+[!?]))"
    rf"|(?P<table>{STRUCTURED})"
    rf"|(?P<reference>(?<![\w.\\?!$])(?:{SHEET})?(?:{AREA}){NO_MORE})"
    rf"|(?P<number>(?<![\w.])(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[Ee][+-]?[0-9]++)?+(?![\w.]))"
    rf"|(?P<sheet>{SHEET})"
    rf"|(?P<sign>[@\#:])"
    rf"|(?P<space>[^\S ])"
)
_SIGNS = {"@": "+", "#": "%", ":": "*"}  # signs of the same position: prefix, postfix, infix
_NAME = re.compile(rf"(?:{SHEET}|!)?(?:[^\W\d]|\\)[\w.\\?]*+")
_CALL = re.compile(rf"(?:{SHEET})?[^\W\d][\w.]*+\(")
_STORED = re.compile(r"_xlfn\.|_xlws\.|_xludf\.", re.IGNORECASE)
_SPACES = re.compile(" +")


class FormulaError(Exception):
    """A formula that cannot be understood, with the reason."""


class Kind(StrEnum):
    """What a token is."""

    NUMBER = "number"
    TEXT = "text"
    LOGICAL = "logical"
    ERROR = "error"
    REFERENCE = "reference"
    TABLE = "table"  # a reference to a table's columns or rows
    NAME = "name"
    UNKNOWN = "unknown"  # an operand that is none of these
    CALL = "call"  # up to and with the opening bracket
    OPEN = "open"
    CLOSE = "close"  # of a call or of brackets
    ARRAY_OPEN = "array open"
    ARRAY_CLOSE = "array close"
    ARGUMENT = "argument"  # a comma between arguments, or between cells of an array
    ROW = "row"  # a semicolon between rows of an array
    PREFIX = "prefix"
    INFIX = "infix"
    POSTFIX = "postfix"


OPERANDS = frozenset(
    (Kind.NUMBER, Kind.TEXT, Kind.LOGICAL, Kind.ERROR, Kind.REFERENCE, Kind.TABLE, Kind.NAME,
     Kind.UNKNOWN)
)  # fmt: skip
_PIECES = {
    (Piece.PAREN, Piece.OPEN): Kind.OPEN,
    (Piece.PAREN, Piece.CLOSE): Kind.CLOSE,
    (Piece.FUNC, Piece.CLOSE): Kind.CLOSE,
    (Piece.ARRAY, Piece.OPEN): Kind.ARRAY_OPEN,
    (Piece.ARRAY, Piece.CLOSE): Kind.ARRAY_CLOSE,
    (Piece.SEP, Piece.ARG): Kind.ARGUMENT,
    (Piece.SEP, Piece.ROW): Kind.ROW,
    (Piece.OP_PRE, ""): Kind.PREFIX,
    (Piece.OP_IN, ""): Kind.INFIX,
    (Piece.OP_POST, ""): Kind.POSTFIX,
}


class Token(NamedTuple):
    """A token of a formula: its kind, and its text as the formula has it."""

    kind: Kind
    text: str


def tokens(formula: str) -> list[Token]:
    """The tokens of a formula, without spaces.

    Parameters
    ----------
    formula : str
        Without an equals sign.

    Raises
    ------
    FormulaError
        Too long, or brackets or quotes that do not match.
    """
    if len(formula) > LONGEST:
        raise FormulaError(f"has {len(formula):,} characters; Excel takes 8,192")
    hidden: dict[tuple[int, int], Kind] = {}

    def hide(match: re.Match[str]) -> str:
        kind, text = match.lastgroup or "", match[0]
        if kind == "sign":
            return _SIGNS[text]
        if kind == "space":
            return " "
        if kind == "reference" and parse_reference(text) is None:
            kind = "name"
        if kind != "sheet":
            hidden[match.span()] = Kind(kind)
        return f'"{"_" * (len(text) - 2)}"' if kind == "text" else "_" * len(text)

    masked = _HIDDEN.sub(hide, formula)
    try:
        pieces = Tokenizer(f"={masked}").items
    except (TokenizerError, AssertionError, AttributeError, IndexError):
        if "[" in masked:
            raise FormulaError(_TABLE) from None
        raise FormulaError("has brackets or quotes that do not match") from None
    found, at = [], 0
    for piece in pieces:
        if piece.type == Piece.WSPACE:  # of which openpyxl keeps one
            at = _SPACES.match(masked, at).end()  # type: ignore[union-attr]
            continue
        end = at + len(piece.value)
        text = formula[at:end]
        found.append(Token(hidden.get((at, end)) or _kind(piece, text), text))
        at = end
    return found


def references(formula: str) -> Iterator[re.Match[str]]:
    """The references to cells in a formula, with their positions; none in texts or brackets."""
    for match in _HIDDEN.finditer(formula):
        if match.lastgroup == "reference" and parse_reference(match[0]) is not None:
            yield match


def function_name(call: str) -> str:
    """A function's name in capitals, without the prefixes with which files store newer ones."""
    return _STORED.sub("", call.removesuffix("(")).upper()


_TABLE = "reads a table by its name, in a way that is not understood"


def _kind(piece: Piece, text: str) -> Kind:
    """The kind of a token that was not hidden."""
    if (known := _PIECES.get((piece.type, piece.subtype))) is not None:
        return known
    if piece.type == Piece.FUNC:
        return Kind.CALL if _CALL.fullmatch(text) else Kind.UNKNOWN
    if text.upper() in ("TRUE", "FALSE"):
        return Kind.LOGICAL
    return Kind.NAME if _NAME.fullmatch(text) else Kind.UNKNOWN
