"""The portfolio workbook of a run: the best plan of each scenario, ranked by live formulas."""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...engine.criteria import NO_PLAN
from ...engine.locations import per_usd
from ..compilation import workbook_bytes
from ..layout.number_formats import MONEY, PERCENT
from ..layout.sheet import Book, Chart, FileLink, Formula, Row, Series, Sheet, block
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


def portfolio(
    results: Iterable[tuple[str, pd.DataFrame]],
    theme: Theme | None,
    currency: str = "USD",
    criterion: str = BY_EACH,
) -> bytes:
    """The portfolio workbook.

    Parameters
    ----------
    results : iterable of (str, DataFrame)
        Folder of the workbooks, relative to the portfolio, "" if none were made, and results of
        some scenarios; all plans of a scenario are in one frame.
    theme : Theme or None
    currency : str
        Currency of the portfolio: amounts of scenarios in another are converted.
    criterion : str
        By what the best plan of each is the best, in words.
    """
    same = ((folder, _in_currency(frame, currency)) for folder, frame in results)
    found, count = _best(same)
    book = Book("Portfolio", [_overview(found, count, criterion), _list(found, criterion)], {})
    return workbook_bytes(book, theme)


def _in_currency(frame: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Results with amounts in one currency, at the rates of the tables."""
    if "currency" not in frame or (frame["currency"] == currency).all():
        return frame
    rates = {
        one: 1.0 if one == currency else per_usd(currency) / per_usd(one)
        for one in frame["currency"].unique()
    }
    factor = frame["currency"].map(rates)
    amounts = [one.key for one in _MEASURES if one.number_format == MONEY]
    return frame.assign(**{key: frame[key] * factor for key in amounts})


def _best(results: Iterable[tuple[str, pd.DataFrame]]) -> tuple[pd.DataFrame, int]:
    """The recommended plan of each scenario, and the number of scenarios.

    Of plans that tie the first; the baseline, named "no plan", where none meets all limits.
    """
    kept: list[pd.DataFrame] = []
    count = 0
    for folder, frame in results:
        # The first row of a scenario is its baseline.
        chosen = (frame["recommended"] == "yes").groupby(frame["scenario"], sort=False)
        best = frame.loc[chosen.idxmax(), _KEPT]
        best["plan"] = best["plan"].where(chosen.any().to_numpy(), NO_PLAN)
        count += len(best)
        kept.append(best.assign(folder=folder))
        if sum(map(len, kept)) > 2 * ROWS_MAX:
            kept = [_highest(kept)]
    return _highest(kept), count


def _highest(frames: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True).nlargest(ROWS_MAX, "npv").reset_index(drop=True)


def _list(found: pd.DataFrame, criterion: str) -> Sheet:
    """The sheet Scenarios, a row for each with a filter."""
    sheet = Sheet("Scenarios", "calculation", widths={1: 30, 2: 46, 3: 26, 4: 14, _NUMBER: 9})
    sheet.put(1, 1, "Scenarios", "title")
    sheet.put(2, 1, f"The best plan of each by {criterion}. Filter any column.", "subtitle")
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
    rows = found.itertuples(index=False)
    for number, (scenario, name, plan, verdict, *others, folder) in enumerate(rows, 1):
        shown = verdict if isinstance(verdict, str) else "baseline"
        question, figures = others[: len(_QUESTION)], others[len(_QUESTION) :]
        link = FileLink(f"{folder}/{file_name(scenario)}.xlsx") if folder else None
        yield Row((scenario, name, plan, shown, *question, *map(_shown, figures), number), link)


def _overview(found: pd.DataFrame, count: int, criterion: str) -> Sheet:
    """The sheet Portfolio: counts, distribution of net savings, ranking, all as live formulas."""
    sheet = Sheet("Portfolio", "output", widths={1: 34, 2: 14, 3: 14, 4: 3, 5: 8, 6: 34, 7: 26})
    sheet.widths |= {8: 18, 9: 16, 10: 9}
    sheet.put(1, 1, "Portfolio", "title")
    best = f"the {len(found):,} with the highest net present value"
    left_out = f"; the list has {best}" * (count > len(found))
    sheet.put(2, 1, f"{count:,} scenarios{left_out}", "subtitle")
    sheet.put(3, 1, f"The best plan of each by {criterion}; ranked by its NPV", "subtitle")
    rows = len(found)
    saving, npv, even = (
        _column(measure, rows) for measure in ("net_saving", "npv", "break_even_month")
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
    _ranking(sheet, found, npv)
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
            category_cells=f"Portfolio!{block(head + 1, 1, bins)}",
            categories=edges[:-1],
            series=[
                Series(
                    f"Portfolio!{block(head, 3)}",
                    "Scenarios",
                    f"Portfolio!{block(head + 1, 3, bins)}",
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


def _ranking(sheet: Sheet, found: pd.DataFrame, npv: str) -> None:
    """Put the scenarios of highest net present value on a sheet, equal ones as they are listed."""
    heads = ("Rank", "Scenario", "Best plan", "Net present value", "Net saving", "No.")
    for column, title in enumerate(heads, 5):
        sheet.put(_HEAD, column, title, "head" if column < 8 else "number head")
    count = len(found)
    numbers = f"Scenarios!{block(_FIRST, _NUMBER, count)}"
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
            cells = f"Scenarios!{block(_FIRST, where, count)}"
            text = cells if count == 1 else f"INDEX({cells},MATCH(J{row},{numbers},0))"
            shown = _shown(best[key]) if key == "net_saving" else str(best[key])
            sheet.put(row, column, Formula(text, shown), style, number_format)


def _column(key: str, rows: int) -> str:
    """The cells of a measure in the list."""
    column = _VALUES + next(n for n, one in enumerate(_MEASURES) if one.key == key)
    return f"Scenarios!{block(_FIRST, column, rows)}"


def _shown(value: Any) -> float | str:
    """A figure as a Python float, "none" where there is no answer."""
    return "none" if value != value else float(value)


def _or_none(function: Callable[[np.ndarray], Any], values: np.ndarray) -> float | None:
    return float(function(values)) if len(values) else None
