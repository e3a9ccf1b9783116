"""A described book with the values of one scenario in place of its references."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from .layout.references import BLANK, NOT_SHOWN, Ref, Text
from .layout.sheet import Book, Cell, Chart, DataTable, Formula, Plain, Series, Sheet


def bound(book: Book, values: Mapping[str, np.ndarray], texts: Mapping[str, str]) -> Book:
    """The book with plain values.

    Parameters
    ----------
    book : Book
    values : mapping of str to array, shape (1, ...)
        Inputs, lines and derived figures.
    texts : mapping of str to str
        Names and other texts of the scenario by key.
    """
    binding = _Binding(values, texts)
    return replace(
        book,
        title=binding.text(book.title),
        sheets=[binding.sheet(sheet) for sheet in book.sheets],
    )


class _Binding:
    """Values of one scenario for what refers to them."""

    def __init__(self, values: Mapping[str, np.ndarray], texts: Mapping[str, str]):
        self.values, self.texts = values, texts
        self._flat: dict[str, list] = {}

    def sheet(self, sheet: Sheet) -> Sheet:
        return replace(
            sheet,
            cells={at: self.cell(cell) for at, cell in sheet.cells.items()},
            charts=[self.chart(chart) for chart in sheet.charts],
        )

    def cell(self, cell: Cell) -> Cell:
        content = cell.content
        if isinstance(content, Formula) and content.when and not self.number(content.when):
            return cell._replace(content=self.plain(content.value))
        if isinstance(content, Formula):
            return cell._replace(content=Formula(content.text, self.plain(content.value)))
        if isinstance(content, DataTable):
            return cell._replace(content=content._replace(value=self.plain(content.value)))
        return cell._replace(content=self.plain(content))

    def chart(self, chart: Chart) -> Chart:
        return chart._replace(
            title=self.text(chart.title),
            y_title=self.text(chart.y_title),
            categories=[
                one if isinstance(one, float) else self.text(one) for one in chart.categories
            ],
            series=[self.series(one) for one in chart.series],
        )

    def series(self, series: Series) -> Series:
        return series._replace(
            name=self.text(series.name),
            values=[_drawn(self.number(one)) for one in series.values],
            xs=tuple(self.number(one) for one in series.xs),
        )

    def plain(self, content: Any) -> Plain:
        """What a cell shows."""
        if isinstance(content, Text):
            return content.filled(self.texts)
        if not isinstance(content, Ref):
            return content
        value = self.number(content)
        if isinstance(value, bool):
            return value
        if value == NOT_SHOWN:
            return BLANK
        return content.missing if content.missing and value != value else value + 0  # not -0.0

    def number(self, content: Ref | float) -> float:
        """A figure; NaN where there is no answer."""
        if not isinstance(content, Ref):
            return content
        if content.array not in self._flat:
            self._flat[content.array] = self.values[content.array].ravel().tolist()
        return self._flat[content.array][content.position]

    def text(self, content: Text | str) -> str:
        return content.filled(self.texts) if isinstance(content, Text) else content


def _drawn(figure: float) -> float:
    """A figure in a chart; 0 in place of one that is not shown."""
    return 0.0 if figure == NOT_SHOWN else figure
