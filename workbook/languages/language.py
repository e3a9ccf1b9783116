"""A language of workbooks: what stands in the place of each English text.

The table of a language is a CSV file beside this module, with the columns ``english`` and
``translated``. English is the language of the source, and needs none.

A row with fields in braces stands for many texts: what is in ``{a}`` to ``{c}`` is translated too,
``{n}`` and ``{m}`` are numbers, and what is in ``{1}`` to ``{3}`` stays as it is. A row whose text
begins with the title of a sheet and ``!`` is for that sheet alone.
"""

import csv
import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import WorkbookError

if TYPE_CHECKING:
    from openpyxl import Workbook

ENGLISH = "en"
LANGUAGE_NAME = "shorewise_language"  # defined name of the code; an English workbook has none
_FOLDER = Path(__file__).parent
_FIELD = re.compile(r"\{(\w)\}")
_CONSTANT = re.compile(r'"((?:[^"]|"")*)"')  # a text in a formula or a number format
_WORD = re.compile(r"[^\W\d_]{2}")
_AROUND = re.compile(r"([\s;:,.(]*)(.*?)([\s;:,.)]*)", re.DOTALL)
_TRANSLATED, _NUMBER = "abc", {"n", "m"}  # fields; of all others the text stays as it is
# Cells, addresses, files, names of functions and arguments, and values of these.
_SAME = re.compile(
    r"'?[A-Z][\w &]*'?![A-Z]{1,3}[0-9]+|https?://\S+|SHORE_\w+(\(.*\))?|[\w/]+\.csv"
    r"|\[?[a-z]+(_[a-z0-9]+)+\]?|\w+ [\d.,]+(; \w+ [\d.,]+)*"
)
_DIGITS = r"-?[\d.,]+(?:e[+-]?\d+)?%?"
_SEPARATORS = (". ", "; ", ", ")
_LISTED_MAX = 30  # separators of a list, since each of them may be part of a text
_KEPT_MAX = 1 << 15  # texts that are kept with their translation


class Language:
    """Texts of workbooks in one language.

    Parameters
    ----------
    code : str
        ISO 639-1, such as "de".
    table : dict of str to str
        By English text; empty for English.

    Attributes
    ----------
    missing : set of str
        Texts that were asked for and are not in the table; they stay English.
    """

    def __init__(self, code: str, table: dict[str, str]):
        self.code, self.missing = code, set[str]()
        self._exact = {text: said for text, said in table.items() if not _FIELD.search(text)}
        self._patterns = [*_patterns(table)]
        self._found: dict[str, str | None] = {}
        self._back: dict[str, str] = {}
        for text, said in self._exact.items():
            self._back.setdefault(said.casefold(), text)
        self._patterns_back = [*_patterns({said: text for text, said in table.items()})]

    @property
    def is_english(self) -> bool:
        """Whether it is the language of the source, in which nothing is translated."""
        return self.code == ENGLISH

    def say(self, text: str) -> str:
        """A text in this language; in English where the table lacks it."""
        if self.is_english:
            return text
        said = self._said(text)
        if said is None and len(self.missing) < _KEPT_MAX:
            self.missing.add(text)
        return text if said is None else said

    def say_on(self, title: str, text: str) -> str:
        """A text of a cell on a sheet, for which the table may have a row of its own."""
        return self._exact.get(f"{title}!{text}") or self.say(text)

    def formula(self, text: str) -> str:
        """A formula with its constant texts in this language."""
        return text if self.is_english else _CONSTANT.sub(self._constant, text)

    def pieces(self, pieces: tuple[str, ...]) -> tuple[str, ...]:
        """Alternately constant texts, translated, and keys of texts of the scenario."""
        if self.is_english:
            return pieces
        return tuple(one if n % 2 else self.say(one) for n, one in enumerate(pieces))

    def english(self, said: str) -> str:
        """The English text of one in this language; any other text as it is."""
        if self.is_english:
            return said
        if (text := self._back.get(said.casefold())) is not None:
            return text
        for pattern, template in self._patterns_back:
            if match := pattern.fullmatch(said):
                return str(_filled(match, template, self.english))
        return said

    def _constant(self, match: re.Match) -> str:
        said = self.say(match[1].replace('""', '"'))
        return f'"{said.replace(chr(34), chr(34) * 2)}"'

    def _said(self, text: str) -> str | None:
        if (said := self._exact.get(text)) is not None or text in self._found:
            return said or self._found[text]
        if len(self._found) >= _KEPT_MAX:
            self._found.clear()
        self._found[text] = said = self._composed(text)
        return said

    def _composed(self, text: str) -> str | None:
        """A text that follows from others: by its core, as a list, or by a row with fields."""
        if not _WORD.search(text):
            return text
        if text.startswith("="):
            return self.formula(text)
        match = _AROUND.fullmatch(text)
        if match and match[2] != text and (said := self._exact.get(match[2])):
            return match[1] + said + match[3]
        for separator in _SEPARATORS:
            if (said := self._listed(text, separator)) is not None:
                return said
        for pattern, template in self._patterns:
            if (match := pattern.fullmatch(text)) and (
                said := _filled(match, template, self._said)
            ):
                return said
        return text if _SAME.fullmatch(text) else None

    def _listed(self, text: str, separator: str) -> str | None:
        """Sentences, or a list of texts, which may themselves contain the separator."""
        if text.count(separator) > _LISTED_MAX:
            return None
        at = text.rfind(separator)
        while at > 0:
            end = at + separator.startswith(".")  # a sentence keeps its full stop
            rest = self._said(text[at + len(separator) :])
            if rest is not None and (first := self._said(text[:end])) is not None:
                return first + text[end : at + len(separator)] + rest
            at = text.rfind(separator, 0, at)
        return None


def _filled(match: re.Match, template: str, say: Callable[[str], str | None]) -> str | None:
    """A row's text in the other language; None where a part of it has none."""
    parts = {}
    for field, part in match.groupdict().items():
        said = say(part) if field[1:] in _TRANSLATED else part
        if said is None:
            return None
        parts[field[1:]] = said
    return _FIELD.sub(lambda field: parts[field[1]], template)


def _patterns(table: dict[str, str]) -> Iterator[tuple[re.Pattern, str]]:
    """Rows with fields, those with the most constant text first."""
    rows = [(text, said) for text, said in table.items() if _FIELD.search(text)]
    for text, said in sorted(rows, key=lambda row: -len(_FIELD.sub("", row[0]))):
        pieces = _FIELD.split(text)
        pieces[::2] = map(re.escape, pieces[::2])
        fields = [(name, _DIGITS if name in _NUMBER else ".+?") for name in pieces[1::2]]
        pieces[1::2] = [f"(?P<f{name}>{what})" for name, what in fields]
        yield re.compile("".join(pieces), re.DOTALL), said


def language_in(workbook: "Workbook", path: str | Path) -> Language:
    """The language of an opened workbook, by the name that keeps it; English without one.

    Raises
    ------
    WorkbookError
        A language that this release does not know.
    """
    defined = workbook.defined_names.get(LANGUAGE_NAME)
    if defined is None:
        return language_of(ENGLISH)
    code = (defined.attr_text or "").strip('"')
    if code not in languages():
        raise WorkbookError(
            f"{path}: the name {LANGUAGE_NAME} is {code!r}; this release reads workbooks in "
            f"{', '.join(languages())}"
        )
    return language_of(code)


def languages() -> tuple[str, ...]:
    """Codes of the languages that workbooks may have."""
    return (ENGLISH, *sorted(path.stem for path in _FOLDER.glob("*.csv")))


@functools.cache
def language_of(code: str) -> Language:
    """The language of a code, such as "de".

    Raises
    ------
    WorkbookError
        There is no table for it; the message lists the languages that there are.
    """
    if code == ENGLISH:
        return Language(ENGLISH, {})
    if code not in languages():
        raise WorkbookError(
            f"language is {code!r}; it must be one of {', '.join(languages())}",
            parameters=["language"],
        )
    with open(_FOLDER / f"{code}.csv", encoding="utf-8", newline="") as file:
        return Language(code, {row["english"]: row["translated"] for row in csv.DictReader(file)})
