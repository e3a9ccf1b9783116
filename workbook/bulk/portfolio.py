"""The portfolio workbook of a run: the best plan of each scenario, ranked by live formulas.

Amounts of different currencies are never added: each currency has a pair of sheets of its own.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...engine.criteria import NO_PLAN
from ..compilation import workbook_bytes
from ..layout.number_formats import MONEY, PERCENT
from ..layout.sheet import Book, Chart, FileLink, Formula, Row, Series, Sheet, block
from ..ooxml.zip_writer import fast
from ..rendering.theme import Theme
from .columns import file_name

ROWS_MAX = 20_000  # scenarios in the list: those with the highest net present value
_RANKS = 20
_BINS_MAX, _DECIMALS = 12, 3  # of the histogram, and of the edges of its bins
_HEAD, _FIRST = 5, 6  # rows of both sheets: the head, and the first below it


class _Measure(NamedTuple):
    """A measure in the list: its column in the results, title and number format."""

    key: str
    title: str
    number_format: str


_MEASURES = (
    _Measure("net_saving", "Net saving", PERCENT),
    _Measure("npv", "Net present value", MONEY),
    _Measure("break_even_month", "Break-even, months", "0.0"),
    _Measure("fully_loaded_cost", "Fully loaded cost", MONEY),
    _Measure("headline_saving", "Headline saving", PERCENT),
    _Measure("setup_cost", "Setup", MONEY),
)
BY_EACH = "each scenario's own criterion, among the plans that meet all limits"
_QUESTION = {"decision": "Decision", "sizing": "Heads", "criterion": "Criterion"}
_TEXTS = ["scenario", "name", "plan", "verdict", *_QUESTION]
_KEPT = [*_TEXTS, *(one.key for one in _MEASURES)]
# Columns of the list; the last numbers the rows, to order those of equal value.
_PLAN, _VERDICT, _VALUES = 3, 4, 1 + len(_TEXTS)
_NUMBER = _VALUES + len(_MEASURES)


class BestPlans:
    """The recommended plan of each scenario, of those that a portfolio lists.

    Of plans that tie the first; the baseline, named "no plan", where none meets all limits.

    Parameters
    ----------
    results : iterable of (str, DataFrame)
        Arguments of :meth:`add`.

    Attributes
    ----------
    counts : dict of str to int
        Number of scenarios by currency.
    """

    def __init__(self, results: Iterable[tuple[str, pd.DataFrame]] = ()):
        self.counts: dict[str, int] = {}
        self._kept: dict[str, list[pd.DataFrame]] = {}
        for path, frame in results:
            self.add(path, frame)

    def add(self, path: str, frame: pd.DataFrame) -> None:
        """Add the results of some scenarios.

        Parameters
        ----------
        path : str
            Path of a workbook, relative to the portfolio, with * for its name; "" if none were
            made.
        frame : DataFrame
            All plans of the scenarios.
        """
        # The first row of a scenario is its baseline.
        first = ~frame["scenario"].duplicated().to_numpy()
        recommended = np.flatnonzero(frame["recommended"].to_numpy())
        with_one, place = np.unique((first.cumsum() - 1)[recommended], return_index=True)
        chosen = np.flatnonzero(first)
        has_one = np.zeros(len(chosen), bool)
        chosen[with_one], has_one[with_one] = recommended[place], True
        best = frame[[*_KEPT, "currency"]].iloc[chosen].assign(path=path)
        best["plan"] = best["plan"].where(has_one, NO_PLAN)
        for currency, some in best.groupby("currency", sort=False):
            self.counts[currency] = self.counts.get(currency, 0) + len(some)
            listed = self._kept.setdefault(currency, [])
            listed.append(some.drop(columns="currency"))
            if sum(map(len, listed)) > 2 * ROWS_MAX:
                listed[:] = [_highest(listed)]

    def listed(self, currency: str) -> pd.DataFrame:
        """The scenarios in a currency that are listed, the highest net present value first."""
        return _highest(self._kept[currency])


def portfolio(best: BestPlans, theme: Theme | None, criterion: str = BY_EACH) -> bytes:
    """The portfolio workbook.

    Parameters
    ----------
    best : BestPlans
    theme : Theme or None
    criterion : str
        By what the best plan of each is the best, in words.
    """
    sheets = []
    for currency, count in best.counts.items():
        suffix = f" {currency}" if len(best.counts) > 1 else ""
        total = sum(best.counts.values()) if suffix else 0
        listed = f"List{suffix}" if suffix else "Scenarios"  # short, for formulas name it twice
        of = _Listed(best.listed(currency), currency, count, total, listed, criterion)
        sheets += [_overview(f"Portfolio{suffix}", of), _list(of)]
    return workbook_bytes(Book("Portfolio", sheets, {}), theme, fast())


@dataclass(frozen=True)
class _Listed:
    """The scenarios of a currency in a list.

    Attributes
    ----------
    found : DataFrame
        The best plan of each.
    currency : str
    count : int
        Number of scenarios in the currency.
    total : int
        Number of scenarios in all currencies, 0 if there is no other.
    sheet : str
        Title of the sheet with the list.
    criterion : str
        By what the best plan of each is the best, in words.
    """

    found: pd.DataFrame
    currency: str
    count: int
    total: int
    sheet: str
    criterion: str

    def cells(self, column: int) -> str:
        """The cells of a column of the list."""
        return f"{_quoted(self.sheet)}!{block(_FIRST, column, len(self.found))}"


def _quoted(title: str) -> str:
    """The title of a sheet as formulas have it."""
    return f"'{title}'" if " " in title else title


def _highest(frames: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True).nlargest(ROWS_MAX, "npv").reset_index(drop=True)


def _list(of: _Listed) -> Sheet:
    """The sheet Scenarios of a currency, a row for each with a filter."""
    found = of.found
    sheet = Sheet(of.sheet, "calculation", widths={1: 30, 2: 46, 3: 26, 4: 14, _NUMBER: 9})
    sheet.put(1, 1, "Scenarios", "title")
    sheet.put(2, 1, f"The best plan of each by {of.criterion}. Filter any column.", "subtitle")
    sheet.put(3, 1, f"Amounts in {of.currency}.", "subtitle")
    texts = ("Scenario", "Name", "Best plan", "Verdict", *_QUESTION.values())
    heads = (*texts, *(one.title for one in _MEASURES), "No.")
    for column, title in enumerate(heads, 1):
        sheet.put(_HEAD, column, title, "head" if column < _VALUES else "number head")
        sheet.widths.setdefault(column, 18)
    first, *sheet.more = _rows(found)
    for column, content in enumerate(first.contents, 1):
        if column < _VALUES:
            link = first.link if column == 1 else None
            sheet.put(_FIRST, column, content, "link" if link else "label", link=link)
        else:
            formats = [*(one.number_format for one in _MEASURES), "#,##0"]
            sheet.put(_FIRST, column, content, "calculation", formats[column - _VALUES])
    sheet.filter = block(_HEAD, 1, len(found) + 1, len(heads))
    sheet.freeze = f"B{_FIRST}"
    sheet.head_rows, sheet.pages_wide = _HEAD, 1
    return sheet


def _rows(found: pd.DataFrame) -> Iterator[Row]:
    texts = [found[name].tolist() for name in ("scenario", "name", "plan")]
    verdicts = [one if isinstance(one, str) else "baseline" for one in found["verdict"].tolist()]
    questions = [found[name].tolist() for name in _QUESTION]
    figures = [[*map(_shown, found[one.key].tolist())] for one in _MEASURES]
    columns = (*texts, verdicts, *questions, *figures, range(1, len(found) + 1))
    for path, contents in zip(found["path"].tolist(), zip(*columns, strict=True), strict=True):
        link = FileLink(path.replace("*", file_name(contents[0]))) if path else None
        yield Row(contents, link)


def _overview(title: str, of: _Listed) -> Sheet:
    """The sheet Portfolio of a currency, all as live formulas.

    Counts, the distribution of net savings, and a ranking.
    """
    found, rows = of.found, len(of.found)
    sheet = Sheet(title, "output", widths={1: 34, 2: 14, 3: 14, 4: 3, 5: 8, 6: 34, 7: 26})
    sheet.widths |= {8: 18, 9: 16, 10: 9}
    sheet.put(1, 1, title, "title")
    best = f"the {rows:,} with the highest net present value"
    left_out = f"; the list has {best}" * (of.count > rows)
    others = f" of {of.total:,}, those in {of.currency}" if of.total else f", in {of.currency}"
    sheet.put(2, 1, f"{of.count:,} scenarios{others}{left_out}", "subtitle")
    sheet.put(3, 1, f"The best plan of each by {of.criterion}; ranked by its NPV", "subtitle")
    saving, npv, even = (
        of.cells(_column(measure)) for measure in ("net_saving", "npv", "break_even_month")
    )
    savings = found["net_saving"].dropna().to_numpy(float)
    evens = found["break_even_month"].dropna().to_numpy(float)
    npvs = found["npv"].to_numpy(float)
    sheet.put(_HEAD, 1, "All scenarios of the list", "head")
    sheet.put(_HEAD, 2, "Value", "number head")
    for row, (label, text, value, style) in enumerate(
        (
            ("Scenarios", f"ROWS({npv})", rows, "#,##0"),
            ("That break even", f"COUNT({even})", len(evens), "#,##0"),
            ("Median net saving", f"MEDIAN({saving})", _or_none(np.median, savings), PERCENT),
            ("Lowest net saving", f"MIN({saving})", _or_none(np.min, savings), PERCENT),
            ("Highest net saving", f"MAX({saving})", _or_none(np.max, savings), PERCENT),
            ("Median net present value", f"MEDIAN({npv})", float(np.median(npvs)), MONEY),
            ("Net present value of all", f"SUM({npv})", float(npvs.sum()), MONEY),
        ),
        _FIRST,
    ):
        sheet.put(row, 1, label, "label")
        if value is not None:
            sheet.put(row, 2, Formula(text, value), "result", style)
    _distribution(sheet, saving, savings)
    _ranking(sheet, of, npv)
    sheet.one_page = True
    sheet.freeze = f"A{_FIRST}"
    return sheet


def _distribution(sheet: Sheet, cells: str, savings: np.ndarray) -> None:
    """Put a histogram of net savings on a sheet."""
    head = _FIRST + 9
    sheet.put(head, 1, "Net saving from", "head")
    sheet.put(head, 2, "to below", "number head")
    sheet.put(head, 3, "Scenarios", "number head")
    edges = _edges(savings)
    bins = len(edges) - 1
    counts: list[float] = []
    for n, (start, end) in enumerate(itertools.pairwise(edges)):
        row = head + 1 + n
        text = f'COUNTIFS({cells},">="&A{row},{cells},"<"&B{row})'
        counts.append(int(((savings >= start) & (savings < end)).sum()))
        sheet.put(row, 1, start, "reference", PERCENT)
        sheet.put(row, 2, end, "reference", PERCENT)
        sheet.put(row, 3, Formula(text, counts[-1]), "result", "#,##0")
    sheet.charts.append(
        Chart(
            kind="histogram",
            title="Distribution of net savings",
            summary="Columns: number of scenarios by the net saving of their best plan.",
            anchor=f"A{head + _BINS_MAX + 3}",  # below the ranking too
            width_cm=14,
            height_cm=8,
            x_title="Net saving from",
            y_title="Scenarios",
            number_format="#,##0",
            category_cells=f"{_quoted(sheet.title)}!{block(head + 1, 1, bins)}",
            categories=edges[:-1],
            series=[
                Series(
                    f"{_quoted(sheet.title)}!{block(head, 3)}",
                    "Scenarios",
                    f"{_quoted(sheet.title)}!{block(head + 1, 3, bins)}",
                    counts,
                )
            ],
        )
    )


def _edges(savings: np.ndarray) -> list[float]:
    """Edges of at most :data:`_BINS_MAX` bins, as wide as 1, 2 or 5 times a power of ten."""
    low, high = (savings.min(), savings.max()) if len(savings) else (0.0, 1.0)
    for step in (n * 10.0**e for e in itertools.count(-_DECIMALS) for n in (1, 2, 5)):
        # Rounded, so that formulas, which compare 15 digits, see the same edges.
        first, last = math.floor(low / step), math.floor(high / step) + 1
        first -= round(first * step, _DECIMALS) > low
        last += round(last * step, _DECIMALS) <= high
        if last - first <= _BINS_MAX:
            break
    return [round(n * step, _DECIMALS) for n in range(first, last + 1)]


def _ranking(sheet: Sheet, of: _Listed, npv: str) -> None:
    """Put the scenarios of highest net present value on a sheet, equal ones as they are listed."""
    found = of.found
    heads = ("Rank", "Scenario", "Best plan", "Net present value", "Net saving", "No.")
    for column, title in enumerate(heads, 5):
        sheet.put(_HEAD, column, title, "head" if column < 8 else "number head")
    count = len(found)
    numbers = of.cells(_NUMBER)
    for n in range(min(_RANKS, count)):
        row, best = _FIRST + n, found.iloc[n]
        sheet.put(row, 5, n + 1, "note")
        value = Formula(f"LARGE({npv},E{row})", float(best["npv"]))
        sheet.put(row, 8, value, "strong result", MONEY)
        others = f"({npv}<>H{row})*$B${_FIRST}"  # as many as there are scenarios
        text = f"SUMPRODUCT(SMALL({numbers}+{others},COUNTIF(H${_FIRST}:H{row},H{row})))"
        if count == 1:  # one scenario is a cell, not a list
            text = numbers
        sheet.put(row, 10, Formula(text, n + 1), "result", "#,##0")
        for column, where, key, style, number_format in (
            (6, 1, "scenario", "label", "General"),
            (7, _PLAN, "plan", "label", "General"),
            (9, _VALUES, "net_saving", "result", PERCENT),
        ):
            cells = of.cells(where)
            text = cells if count == 1 else f"INDEX({cells},MATCH(J{row},{numbers},0))"
            shown = _shown(best[key]) if key == "net_saving" else str(best[key])
            sheet.put(row, column, Formula(text, shown), style, number_format)


def _column(key: str) -> int:
    """The column of a measure in the list."""
    return _VALUES + next(n for n, one in enumerate(_MEASURES) if one.key == key)


def _shown(value: Any) -> float | str:
    """A figure as a Python float, "none" where there is no answer."""
    return "none" if value != value else float(value)


def _or_none(function: Callable[[np.ndarray], Any], values: np.ndarray) -> float | None:
    return float(function(values)) if len(values) else None
