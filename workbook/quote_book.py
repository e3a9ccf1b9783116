"""The workbook of a vendor's quote: its amounts as inputs, and what the law asks for beside them.

Differences, verdicts and totals are formulas, so an amount that the vendor corrects is typed over
the old one. What the law asks for each item are constants with their source, for the agreed salary.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ..engine.declaration import MONEY_MAX
from ..engine.quote_allocation import TOLERANCE, TOLERANCE_YEAR, tolerance
from ..engine.quote_forensics import (
    ABOLISHED,
    ABOVE,
    AGREED,
    AS_BY_LAW,
    BELOW,
    DOUBLE,
    MISSING,
    NOT_BY_LAW,
    PAY_ABOVE,
    PAY_BELOW,
    Line,
    QuoteForensics,
)
from ..engine.quote_items import CATEGORIES, PAY
from .atomic_write import atomic_write, refuse_existing, refuse_kind
from .compilation import workbook_bytes
from .languages.language import ENGLISH, language_of
from .layout.number_formats import MONEY_HOUR, PERCENT
from .layout.sheet import Book, Formula, Rule, Sheet
from .rendering.theme import Theme
from .translation import translated

_QUOTE, _FINDINGS, _CHECKS = "Quote", "Findings", "Checks"
_HEAD, _FIRST = 8, 9  # rows of sheets Quote and Findings, the same for both
_SHARE_ROW, _YEAR_ROW = 5, 6  # of the tolerances on sheet Quote
_PLACE, _ITEM, _CATEGORY, _UNIT, _QUOTED, _LAW, _DIFFERENCE, _TOLERANCE, _VERDICT = range(1, 10)
_WORDS, _BELOW, _EQUAL, _ABOVE, _SOURCE = range(10, 15)
_HEADS = (
    "Place", "Item", "Counts as", "Unit", "Quoted", "By law", "Difference", "Tolerance", "Verdict",
    "Note", "If below", "If equal", "If above", "Source",
)  # fmt: skip
_NOT_QUOTED = "not quoted"
_DECIMALS = 2
_WORDS_WIDTH = 70  # characters
_PASS, _FAIL = "All checks pass", "A check fails: see sheet Checks"
_VERDICTS = (DOUBLE, ABOLISHED, ABOVE, NOT_BY_LAW, BELOW, MISSING)
_FLAGS = {PAY: (PAY_BELOW, AGREED, PAY_ABOVE)}


class _Rows(NamedTuple):
    """Rows of sheet Findings."""

    last: int  # of lines
    categories: int  # first of the totals by category
    quote: int  # the quote in all
    verdicts: int  # first of the differences by verdict


def write_quote(
    found: QuoteForensics,
    path: str | Path,
    *,
    force: bool = False,
    theme: Theme | None = None,
    language: str = ENGLISH,
) -> Path:
    """Write the workbook of a quote.

    Parameters
    ----------
    found : QuoteForensics
    path : path
        An existing file is replaced only with ``force``.
    theme : Theme, optional
        The embedded one by default.
    language : str
        Code of the language of its texts; the quote and the law keep theirs.

    Raises
    ------
    WorkbookError
        A file that is there already or cannot be written, or another ending than .xlsx.
    """
    refuse_existing(path, force=force)
    refuse_kind(path)
    lines = {one for line in found.lines for one in (line.item, line.where, line.source)}
    keep = lines | {one for line in found.law for one in (line.name, line.terms, line.source)}
    book = translated(quote_book(found), language_of(language), keep)
    return atomic_write(path, workbook_bytes(book, theme), force=force)


def quote_book(found: QuoteForensics) -> Book:
    """The workbook of a quote as data: sheets Findings, Quote, Law and Checks."""
    last = _FIRST + len(found.lines) - 1
    categories = last + 4
    quote = categories + len(CATEGORIES)
    rows = _Rows(last, categories, quote, quote + 7)
    sheets = [
        _findings(found, rows), _quote(found), _law(found), _checks(found, rows),
    ]  # fmt: skip
    return Book(f"Quote, {found.country}", sheets, {})


def _heading(sheet: Sheet, found: QuoteForensics, note: str, *, state: bool = True) -> None:
    about = f"{found.country}, {found.currency} a year, by the law of {found.month}"
    sheet.put(1, 1, sheet.title, "title")
    sheet.put(2, 1, about, "subtitle")
    if state:
        sheet.put(3, 1, Formula(f'IF({_CHECKS}!$D$5,"{_PASS}","{_FAIL}")', _PASS), "state")
    sheet.put(4, 1, note, "note")


def _quote(found: QuoteForensics) -> Sheet:
    """The quote as it was pasted, with charges that it leaves out at 0."""
    sheet = Sheet(_QUOTE, "input", widths={1: 14, 2: 46, 3: 16, 4: 18})
    _heading(sheet, found, "Type over an amount that the vendor corrects. Change cells in a box.")
    for row, label, unit, value, shown in (
        (_SHARE_ROW, "Tolerance, of the amount by law", "%", TOLERANCE, PERCENT),
        (_YEAR_ROW, "Tolerance, at least", _unit(found), TOLERANCE_YEAR, MONEY_HOUR),
    ):
        sheet.put(row, 2, label, "label")
        sheet.put(row, 3, unit, "unit")
        sheet.put(row, 4, value, "input", shown)
    sheet.rules.append(Rule(f"$D${_SHARE_ROW}", "decimal", 0, 1, "Tolerance", "0 to 1"))
    positive = Rule(f"$D${_YEAR_ROW}", "decimal", 0, MONEY_MAX, "Tolerance", "0 or more")
    sheet.rules.append(positive)
    for column, title in enumerate(("Place", "Item", "Unit", "Quoted"), 1):
        sheet.put(_HEAD, column, title, "head" if column < 4 else "number head")
    for row, line in enumerate(found.lines, _FIRST):
        sheet.put(row, 1, line.where or _NOT_QUOTED, "label")
        sheet.put(row, 2, line.item, "label")
        sheet.put(row, 3, _unit(found), "unit")
        sheet.put(row, 4, line.quoted, "input", MONEY_HOUR)
    cells = f"$D${_FIRST}:$D${_FIRST + len(found.lines) - 1}"
    allowed = f"a number between {-MONEY_MAX:,.13g} and {MONEY_MAX:,.13g}"
    sheet.rules.append(Rule(cells, "decimal", -MONEY_MAX, MONEY_MAX, "Amount a year", allowed))
    sheet.freeze, sheet.head_rows = f"C{_FIRST}", _HEAD
    return sheet


def _findings(found: QuoteForensics, rows: _Rows) -> Sheet:
    """Each item beside the law, with its difference and verdict, and the totals."""
    widths = {_PLACE: 14, _ITEM: 40, _CATEGORY: 16, _UNIT: 12, _VERDICT: 20}
    widths |= dict.fromkeys((_QUOTED, _LAW, _DIFFERENCE, _TOLERANCE), 15)
    widths |= dict.fromkeys((_BELOW, _EQUAL, _ABOVE), 16) | {_WORDS: _WORDS_WIDTH, _SOURCE: 60}
    sheet = Sheet(_FINDINGS, "output", widths=widths)
    _heading(sheet, found, "Amounts by law are for the agreed salary; the rest is computed.")
    for column, title in enumerate(_HEADS, 1):
        numbers = _QUOTED <= column <= _TOLERANCE
        sheet.put(_HEAD, column, title, "number head" if numbers else "head")
    for row, line in enumerate(found.lines, _FIRST):
        _line(sheet, found, row, line)
    _totals(sheet, found, rows)
    for row, sentence in enumerate(found.notes, rows.verdicts + len(_VERDICTS) + 1):
        sheet.put(row, 1, sentence, "note")
    sheet.freeze, sheet.head_rows, sheet.print_columns = f"C{_FIRST}", _HEAD, _WORDS
    return sheet


def _line(sheet: Sheet, found: QuoteForensics, row: int, line: Line) -> None:
    by_law = line.by_law or 0.0
    difference = line.quoted - by_law
    allowed = tolerance(by_law)
    flags = _flags(line)
    at = 1 + (difference > allowed) - (difference < -allowed)
    sheet.put(row, _PLACE, line.where or _NOT_QUOTED, "label")
    sheet.put(row, _ITEM, line.item, "label")
    sheet.put(row, _CATEGORY, line.category, "fact")
    sheet.put(row, _UNIT, _unit(found), "unit")
    link = Formula(f"{_QUOTE}!$D{row}", line.quoted)
    sheet.put(row, _QUOTED, link, "calculation", MONEY_HOUR)
    sheet.put(row, _LAW, by_law, "fixed", MONEY_HOUR)
    sheet.put(row, _DIFFERENCE, Formula(f"E{row}-F{row}", difference), "result", MONEY_HOUR)
    text = f"MAX({_QUOTE}!$D${_SHARE_ROW}*ABS(F{row}),{_QUOTE}!$D${_YEAR_ROW})"
    sheet.put(row, _TOLERANCE, Formula(text, allowed), "calculation", MONEY_HOUR)
    text = f"INDEX(K{row}:M{row},2+IF(G{row}>H{row},1,0)-IF(G{row}<-H{row},1,0))"
    sheet.put(row, _VERDICT, Formula(text, flags[at]), "fact")
    for column, flag in zip((_BELOW, _EQUAL, _ABOVE), flags, strict=True):
        sheet.put(row, column, flag, "fixed text")
    words = line.words if line.by_law is not None else f"by law not known; {line.words}"
    sheet.put(row, _WORDS, words, "text")
    sheet.heights[row] = max(1, math.ceil(len(words) / _WORDS_WIDTH))
    sheet.put(row, _SOURCE, line.source, "note")


def _flags(line: Line) -> Sequence[str]:
    """Verdicts of a line if it is below, equal to and above the law."""
    if line.verdict in (AGREED, PAY_ABOVE, PAY_BELOW):
        return _FLAGS[PAY]
    if line.verdict == MISSING:
        return MISSING, AS_BY_LAW, ABOVE
    if line.verdict in (AS_BY_LAW, ABOVE, BELOW, DOUBLE):
        return BELOW, AS_BY_LAW, DOUBLE if line.verdict == DOUBLE else ABOVE
    return (line.verdict,) * 3


def _totals(sheet: Sheet, found: QuoteForensics, rows: _Rows) -> None:
    """Put totals by category and by verdict, the margin, and what the law asks for in all."""
    first, last = _FIRST, rows.last
    category, quoted = f"C${first}:C${last}", f"E${first}:E${last}"
    verdict, difference = f"I${first}:I${last}", f"G${first}:G${last}"
    totals = found.totals

    def put(row: int, label: str, formula: Formula, *, strong: bool = False) -> None:
        sheet.put(row, _ITEM, label, "strong label" if strong else "label")
        sheet.put(row, _UNIT, _unit(found), "unit")
        sheet.put(row, _QUOTED, formula, "strong result" if strong else "result", MONEY_HOUR)

    sheet.topic(rows.categories - 1, "What the quote is", _DIFFERENCE)
    for row, name in enumerate(CATEGORIES, rows.categories):
        amount = totals[name.lower().replace(" ", "_")]
        put(row, name, Formula(f"SUMIF({category},B{row},{quoted})", amount))
    put(rows.quote, "Quote in all", Formula(f"SUM({quoted})", totals["quote"]), strong=True)
    row = rows.quote + 1
    by_law = sum(line.by_law or 0.0 for line in found.lines)
    law = Formula(f"SUM(F${first}:F${last})", by_law)
    put(row, "What the employer pays by law", law, strong=True)
    margin = rows.categories + CATEGORIES.index("Margin")
    pay = rows.categories + CATEGORIES.index(PAY)
    for row, label, base, share in (
        (rows.quote + 2, "Margin, of pay as quoted", pay, totals["margin_of_pay"]),
        (rows.quote + 3, "Margin, of what the employer pays by law", rows.quote + 1,
         totals["margin_of_cost"]),
    ):  # fmt: skip
        text = f"IF(E{base}=0,0,E{margin}/E{base})"
        sheet.put(row, _ITEM, label, "label")
        sheet.put(row, _UNIT, "%", "unit")
        sheet.put(row, _QUOTED, Formula(text, share or 0), "result", PERCENT)
    sheet.topic(rows.verdicts - 1, "Differences to raise with the vendor", _DIFFERENCE)
    for row, name in enumerate(_VERDICTS, rows.verdicts):
        amount = sum(
            line.quoted - (line.by_law or 0.0) for line in found.lines if line.verdict == name
        )
        put(row, name, Formula(f"SUMIF({verdict},B{row},{difference})", amount))


def _law(found: QuoteForensics) -> Sheet:
    """What the employer pays by law for the agreed salary, with sources."""
    sheet = Sheet("Law", "calculation", widths={1: 46, 2: 16, 3: 18, 4: 60, 5: 80})
    _heading(sheet, found, "Figures of the tables, for the agreed salary.")
    for column, title in enumerate(("Charge", "Unit", "By law", "Terms", "Source"), 1):
        sheet.put(_HEAD, column, title, "number head" if column == 3 else "head")
    for row, line in enumerate(found.law, _FIRST):
        sheet.put(row, 1, line.name, "label")
        sheet.put(row, 2, _unit(found), "unit")
        amount = "not found" if line.amount is None else line.amount
        sheet.put(row, 3, amount, "fixed", MONEY_HOUR)
        sheet.put(row, 4, line.terms, "note")
        sheet.put(row, 5, line.source, "note")
    sheet.freeze, sheet.head_rows = f"B{_FIRST}", _HEAD
    return sheet


def _checks(found: QuoteForensics, rows: _Rows) -> Sheet:
    """Whether the totals sum."""
    sheet = Sheet(_CHECKS, "check", widths={1: 60, 2: 16, 3: 16, 4: 12})
    _heading(sheet, found, "Each is TRUE.", state=False)
    first, last = rows.categories, rows.categories + len(CATEGORIES) - 1
    sums = f"SUM({_FINDINGS}!$E${first}:$E${last})"
    differences = f"SUM({_FINDINGS}!$G${_FIRST}:$G${rows.last})"
    by_law = f"{_FINDINGS}!$E${rows.quote}-{_FINDINGS}!$E${rows.quote + 1}"
    sheet.put(5, 1, "All checks", "strong label")
    sheet.put(5, 4, Formula("AND($D$7:$D$8)", True), "result")
    checks = (
        ("The categories sum to the quote", f"{sums}-{_FINDINGS}!$E${rows.quote}"),
        ("Quoted less by law is the sum of the differences", f"{differences}-({by_law})"),
    )
    for row, (label, difference) in enumerate(checks, 7):
        sheet.put(row, 1, label, "label")
        sheet.put(row, 4, Formula(f"ROUND({difference},{_DECIMALS})=0", True), "result")
    sheet.true_false = ["$D$5", "$D$7:$D$8"]
    return sheet


def _unit(found: QuoteForensics) -> str:
    return f"{found.currency}/year"
