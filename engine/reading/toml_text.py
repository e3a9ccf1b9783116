"""TOML files from strangers: bounded before they are parsed, and one line for what is wrong."""

import re
import tomllib
from pathlib import Path
from typing import Any

from ..errors import ShorewiseError
from .toml_mistakes import mistake

DEPTH_MAX = 20  # brackets within brackets
PARTS_MAX = 20  # names of one key, joined by dots
WORD_MAX = 400  # characters of a number or a bare key
TEXT_MAX = 10_000  # characters of a quoted text
MARKS_MAX = 200_000  # brackets, commas, equals signs and line ends: many times the largest scenario

# Quantifiers are possessive: no text makes them go back, so the time is linear in its length.
_TOKEN = re.compile(
    r"""
    (?P<space>(?:[ \t\r]++|\#[^\n]*+)++)
    |(?P<text>
        \"{3}(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5})?
        |'{3}(?:[^']++|'(?!''))*+(?:'{3,5})?
        |"(?:[^"\\\n]++|\\.)*+"?
        |'[^'\n]*+'?
    )
    |(?P<word>[^\s\#"'\[\]{}=,.]++)
    |(?P<mark>[\[\]{}=,\n])
    |(?P<dot>\.)
    |(?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


def read_toml(path: str | Path, size: int, what: str, error: type[ShorewiseError]) -> Any:
    """The data of a TOML file.

    Parameters
    ----------
    path : path
    size : int
        Most bytes of a file of this kind.
    what : str
        The kind, for messages: "scenario".
    error : type of ShorewiseError
        What is raised.

    Raises
    ------
    ShorewiseError
        A file that cannot be read, that is too large or nested too deep for its kind, or that is
        not TOML.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(size + 1)
    except (OSError, ValueError) as wrong:
        raise error(f"{path}: {getattr(wrong, 'strerror', None) or wrong}") from None
    if len(data) > size:
        raise error(f"{path}: more than {size:,} bytes; no {what} is that long")
    try:
        text = data.decode().removeprefix("\ufeff").replace("\r\n", "\n")  # as Windows writes it
    except UnicodeDecodeError as wrong:
        raise error(f"{path}: not UTF-8 text, at byte {wrong.start}") from None
    excess = _excess(text)
    if excess:
        raise error(f"{path}: not valid TOML: {excess}; no {what} needs that")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise error(f"{path}: not valid TOML: {mistake(text, str(wrong))}") from None


def _excess(text: str) -> str:
    """What of a text is more than any file of ours has, and where; "" where nothing is."""
    depth = parts = marks = 0
    for token in _TOKEN.finditer(text):
        kind, length = token.lastgroup, token.end() - token.start()
        found = ""
        if kind == "mark":
            marks += 1
            parts = 0
            if token[0] in "[{":
                depth += 1
            elif token[0] in "]}":
                depth = max(depth - 1, 0)
            if marks > MARKS_MAX:
                found = f"more than {MARKS_MAX:,} keys, values and lines"
            elif depth > DEPTH_MAX:
                found = f"brackets more than {DEPTH_MAX} deep"
        elif kind == "dot":
            parts += 1
            if parts > PARTS_MAX:
                found = f"more than {PARTS_MAX} names joined by dots"
        elif kind == "word" and length > WORD_MAX:
            found = f"a number or key of more than {WORD_MAX} characters"
        elif kind == "text" and length > TEXT_MAX:
            found = f"a text of more than {TEXT_MAX:,} characters"
        if found:
            return f"{found} (at line {text.count(chr(10), 0, token.start()) + 1})"
    return ""
