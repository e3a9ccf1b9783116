"""Sheets and defined names of a workbook of ours under other titles and names, in every formula."""

import re
from collections.abc import Mapping
from functools import cached_property
from xml.sax.saxutils import escape, unescape

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]{1,7}|[Rr][0-9]*[Cc][0-9]*")
_QUOTES = {"&quot;": '"', "&apos;": "'"}


def quoted(title: str) -> str:
    """A sheet's title as formulas write it."""
    if _PLAIN.fullmatch(title) and not _CELL.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


class Renaming:
    """Other titles of sheets and other defined names, as formulas write them.

    Parameters
    ----------
    titles, names : mapping of str to str
        New titles and names by old ones. Both are equal without regard to case.
    """

    def __init__(self, titles: Mapping[str, str], names: Mapping[str, str]):
        self.titles = {old.casefold(): new for old, new in titles.items()}
        self.names = {old.casefold(): new for old, new in names.items()}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        titles = sorted(self.titles, key=len, reverse=True)
        names = sorted(self.names, key=len, reverse=True)
        any_title = "|".join(re.escape(one) for one in titles) or r"(?!)"
        in_quotes = "|".join(re.escape(one.replace("'", "''")) for one in titles) or r"(?!)"
        any_name = "|".join(map(re.escape, names)) or r"(?!)"
        return re.compile(
            rf"""(?P<text>"(?:[^"]|"")*+")"""
            rf"|'(?P<quoted>{in_quotes})'!"
            rf"|(?<![\w.'\]])(?P<title>{any_title})!"
            rf"|(?<![\w.!'\[])(?P<name>{any_name})(?![\w.!(\[])",
            re.IGNORECASE,
        )

    def title(self, title: str) -> str:
        """The new title of a sheet."""
        return self.titles.get(title.casefold(), title)

    def name(self, name: str) -> str:
        """The new form of a defined name."""
        return self.names.get(name.casefold(), name)

    def formula(self, text: str) -> str:
        """A formula with new titles and names; constant texts stay."""

        def renamed(match: re.Match[str]) -> str:
            if match["text"]:
                return match[0]
            if match["name"]:
                return self.names[match["name"].casefold()]
            title = match["title"] or match["quoted"].replace("''", "'")
            return f"{quoted(self.titles[title.casefold()])}!"

        return self._pattern.sub(renamed, text)

    def in_xml(self, text: str) -> str:
        """A formula as the content of an element or attribute."""
        plain = unescape(text, _QUOTES)
        found = self.formula(plain)
        return text if found == plain else escape(found, {'"': "&quot;"})
