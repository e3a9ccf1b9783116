"""What a parser of TOML objects to, in words for who wrote the file, with the line to write."""

import re

from .numerals import instead

_WHERE = re.compile(r"(.*) \(at line (\d+), column (\d+)\)", re.DOTALL)
_TWICE = "Cannot overwrite a value"
_OF_A_KEY = (
    "Expected '=' after a key",
    "Expected ']",
    "Invalid initial character for a key",
    "Invalid statement",
)
_OF_A_VALUE = ("Invalid value", "Expected newline or end of document", "Unclosed")
_SHOWN = 80  # characters of a line or value in a message
# Texts in quotes, a comment, or what stands without quotes between marks.
_PARTS = re.compile(
    r"""
    (?P<text>"(?:[^"\\]|\\.)*"|'[^']*')
    |(?P<comment>\#.*)
    |(?P<bare>[^\s=\[\]{},."'#][^=\[\]{},."'#]*)
    """,
    re.VERBOSE,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_COLON = re.compile(r"\s*([\w-]+)\s*:\s*(\S.*)")
_MONTH = re.compile(r"20[0-9]{2}-[0-9]{1,2}")
_CURLY = "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb"


def mistake(text: str, objection: str) -> str:
    """The mistake in a file of which a parser says what it expected instead.

    Parameters
    ----------
    text : str
        The file.
    objection : str
        The parser's message, which ends with a line and a column.

    Returns
    -------
    str
        What is wrong, in which line, and what to write; the parser's message if that is not known.
    """
    if objection.startswith(_TWICE):
        return objection + _key_twice(text, objection)
    where = _WHERE.fullmatch(objection)
    if not where:
        return objection
    number = int(where[2])
    lines = text.split("\n")
    if where[1] == "Illegal character '\\n'":
        return f"a text is not closed by the quote with which it begins (at line {number})"
    if number > len(lines):
        return objection
    line = lines[number - 1]
    said = None
    if where[1].startswith(_OF_A_KEY):
        said = _about_keys(line)
    elif where[1].startswith(_OF_A_VALUE):
        said = _about_value(line)
    return f"{said[0]} (at line {number}){said[1]}" if said else objection


def _key_twice(text: str, objection: str) -> str:
    at = re.search(r"at line (\d+)", objection)
    lines = text.rstrip().split("\n")
    key = lines[int(at[1]) - 1 if at else -1].partition("=")[0].strip()
    return f"; the key {key[:60]} is there twice: keep one of them"


def _about_keys(line: str) -> tuple[str, str] | None:
    """What is wrong with the keys of a line, and what to write."""
    parts = [part["bare"].strip() for part in _PARTS.finditer(line) if part["bare"]]
    colon = _COLON.fullmatch(line)
    if colon and "=" not in line:
        return "a key and its value are joined by =", f": write {colon[1]} = {colon[2][:_SHOWN]}"
    if any(":" in part for part in parts):
        return "a key and its value are joined by =", ""
    names = [part for part in parts if _needs_quotes(part)]
    if not names:
        return None
    of = f"the key {_straight(names[0])[:60]} needs quotes"
    if any(c in names[0] for c in _CURLY):
        of = f"the key {names[0][:60]} needs straight quotes"
    why = "; without quotes a key has only letters from a to z, digits, - and _"
    return of, f": write {_quoted_line(line)}{why}"


def _needs_quotes(part: str) -> bool:
    return any(c.isalpha() for c in part) and not _BARE_KEY.fullmatch(part)


def _quoted_line(line: str) -> str:
    """The line with quotes around all that needs some, without its comment."""

    def quoted(part: re.Match[str]) -> str:
        if part["comment"]:
            return ""
        bare = part["bare"] or ""
        if not _needs_quotes(bare.strip()):
            return part[0]
        return f'"{_straight(bare.strip())}"{bare[len(bare.rstrip()) :]}'

    fixed = _PARTS.sub(quoted, line).strip()
    return fixed if len(fixed) <= _SHOWN else f"{fixed[:_SHOWN]}..."


def _straight(name: str) -> str:
    return name.strip(_CURLY)


def _about_value(line: str) -> tuple[str, str] | None:
    """What is wrong with the value of a line, and what to write."""
    key, sign, rest = line.partition("=")
    value = rest.partition("#")[0].strip()
    key = key.strip()[:_SHOWN]
    if not sign or len(value) > _SHOWN or value[:1] in ("[", "{", '"', "'"):
        return None
    if not value:
        return f"the value of {key} is missing", ""
    if _MONTH.fullmatch(value):
        return "a month is a text in quotes", f': write {key} = "{value}"'
    if number := instead(value):
        return f"{key} is {value}, which is no number", number
    if value[0] in _CURLY:
        return "a text needs straight quotes", f': write {key} = "{_straight(value)}"'
    if any(c.isalpha() for c in value):
        return "a text needs quotes", f': write {key} = "{value}"'
    return None
