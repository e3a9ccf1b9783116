"""A described book in another language: every text of its cells, rules, marks and charts."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from .languages.language import LANGUAGE_NAME, Language
from .layout.references import Ref, Text
from .layout.sheet import Book, Cell, Chart, DataTable, Formula, Mark, Rule, Series, Sheet

_LISTING = ("About", "Audit", "Sources")  # sheets on which titles of sheets stand as labels


def translated(book: Book, language: Language, keep: Collection[str] = ()) -> Book:
    """The book in a language. Titles of sheets, names, and texts of the user stay as they are.

    Parameters
    ----------
    book : Book
        In English.
    language : Language
    keep : collection of str
        Texts of cells that somebody else wrote, and that stay as they are.
    """
    if language.is_english:
        return book
    titles = frozenset(sheet.title for sheet in book.sheets)
    work = _Translation(language, titles, frozenset(keep))
    return replace(
        book,
        sheets=[work.sheet(sheet) for sheet in book.sheets],
        names=book.names | {LANGUAGE_NAME: f'"{language.code}"'},
        comments={
            name: language.say(comment) if comment else comment
            for name, comment in book.comments.items()
        },
        language=language,
    )


class _Translation:
    """The parts of a book in a language."""

    def __init__(self, language: Language, titles: frozenset[str], keep: frozenset[str]):
        self.language, self.titles, self.keep = language, titles, keep
        self.say = language.say

    def sheet(self, sheet: Sheet) -> Sheet:
        return replace(
            sheet,
            cells={at: self.cell(sheet, cell) for at, cell in sheet.cells.items()},
            marks=[self.mark(mark) for mark in sheet.marks],
            rules=[self.rule(rule) for rule in sheet.rules],
            charts=[self.chart(chart) for chart in sheet.charts],
        )

    def cell(self, sheet: Sheet, cell: Cell) -> Cell:
        content = cell.content
        if isinstance(content, Formula):
            text = self.language.formula(content.text)
            content = Formula(text, self.content(content.value), content.when)
        elif isinstance(content, DataTable):
            content = content._replace(value=self.content(content.value))
        elif isinstance(content, str) and cell.style != "title":
            if content not in self.keep and not self.is_title(sheet, cell):
                content = self.language.say_on(sheet.title, content)
        else:
            content = self.content(content)
        return cell._replace(
            content=content, number_format=self.language.formula(cell.number_format)
        )

    def is_title(self, sheet: Sheet, cell: Cell) -> bool:
        """Whether a cell names a sheet, rather than has the same word."""
        if cell.content not in self.titles:
            return False
        return cell.link is not None or sheet.title in _LISTING

    def content(self, content: Any) -> Any:
        """A value of a cell, or a reference with its own texts."""
        if isinstance(content, str):
            return content if content in self.keep else self.say(content)
        if isinstance(content, Text):
            return self.text(content)
        if isinstance(content, Ref) and content.missing:
            return content._replace(missing=self.say(content.missing))
        return content

    def text(self, text: Text | str) -> Text | str:
        """A text whose constant pieces are translated."""
        if isinstance(text, str):
            return self.say(text)
        return Text(self.language.pieces(text.pieces))

    def mark(self, mark: Mark) -> Mark:
        return mark._replace(formula=self.language.formula(mark.formula))

    def rule(self, rule: Rule) -> Rule:
        return rule._replace(title=self.say(rule.title), message=self.say(rule.message))

    def chart(self, chart: Chart) -> Chart:
        return chart._replace(
            title=self.text(chart.title),
            summary=self.say(chart.summary),
            x_title=self.say(chart.x_title),
            y_title=self.text(chart.y_title),
            number_format=self.language.formula(chart.number_format),
            categories=[
                one if isinstance(one, float) else self.text(one) for one in chart.categories
            ],
            series=[self.series(one) for one in chart.series],
        )

    def series(self, series: Series) -> Series:
        return series._replace(name=self.text(series.name))
