"""The Governance sheet: sign-off, state of the workbook, version log, and what is left out."""

from collections.abc import Iterator
from typing import Any

from ...engine.governance import VERSION_TEXT_MAX, Version, not_modelled
from ..layout.context import Context
from ..layout.governance import NOT_STATED, STEPS, dates, day, stated, version_rows
from ..layout.positions import HASH_CELL, STATE_CELL
from ..layout.references import Text
from ..layout.sheet import CellLink, Formula, Mark, Rule, Sheet, block, serial
from .audit import hash_of
from .validations import A_DATE, DATES

TITLE = "Governance"
DATE_FORMAT = "d mmm yyyy"
_FIRST = 5
_INDEPENDENT = "A name in colour is that of the person who prepared it: review is not independent."
_NOTE = "Who answers for this comparison, in which version, and what it leaves out."


def governance_sheet(context: Context, names: dict[str, str], version: str) -> Sheet:
    """Sign-off block, state, version log and list of what is not modelled."""
    sheet = Sheet(TITLE, "input", widths={1: 36, 2: 30, 3: 14, 4: 60})
    context.heading(sheet, TITLE, _NOTE)
    row = _sign_off(context, sheet, names, _FIRST)
    row = _state(context, sheet, row + 1, version)
    row = _versions(context, sheet, names, row + 1)
    _not_modelled(sheet, row + 1)
    sheet.freeze, sheet.one_page = f"A{_FIRST}", True
    return sheet


def signed_off(context: Context) -> Iterator[tuple[str, Formula, str]]:
    """Rows of sheet About: label, content and number format of who signed, and the last version."""
    for step in STEPS:
        by, on = f"{step}_by", f"{step}_on"
        # An empty cell equals 0.
        text = f'IF({by}=0,"{NOT_STATED}",{by})'
        yield f"{step.capitalize()} by", Formula(text, Text.of(f"{step} stated")), "General"
        date = _date_or_words(on, getattr(context.scenario, on))
        yield f"{step.capitalize()} on", date, DATE_FORMAT
    _, _, *days = dates(context.scenario)
    yield "Last version of", _date_or_words("MAX(version_date)", max(days)), DATE_FORMAT


def _date_or_words(text: str, on: str) -> Formula:
    """A date, or that it is not stated."""
    date = day(on)
    return Formula(f'IF({text}=0,"{NOT_STATED}",{text})', serial(date) if date else NOT_STATED)


def _sign_off(context: Context, sheet: Sheet, names: dict[str, str], row: int) -> int:
    """A row for each who signs: name, date, and a line for the signature."""
    _heads(sheet, row, "Sign-off", "Name", "Date", "Signature")
    first = row + 1
    for row, step in enumerate(STEPS, first):
        by, on = f"{step}_by", f"{step}_on"
        sheet.put(row, 1, step.capitalize(), "strong label")
        sheet.put(row, 2, _text(context, f"{step} by"), "input text", "@")
        sheet.put(row, 3, day(getattr(context.scenario, on)), "input", DATE_FORMAT)
        sheet.put(row, 4, None, "signature")
        sheet.heights[row] = 2
        names[by], names[on] = (f"{TITLE}!{block(row, column)}" for column in (2, 3))
        _rule(sheet, 2, row, 1, f"{step.capitalize()} by", 60)
        _date_rule(sheet, 3, row, 1, f"{step.capitalize()} on")
    prepared, others = f"$B${first}", block(first + 1, 2, row - first)
    same = f"AND(LEN($B{first + 1})>0,$B{first + 1}={prepared})"
    sheet.marks.append(Mark(others, same, "bad", "ink"))
    sheet.put(row + 1, 1, _INDEPENDENT, "note")
    return row + 2


def _state(context: Context, sheet: Sheet, row: int, version: str) -> int:
    """What is signed: the state of the workbook, its checks and its figures."""
    _heads(sheet, row, "State of the workbook", "", "", "")
    checks, lapsed = (
        f"{place.sheet}!{block(place.row, place.column)}"
        for place in (context.layout.places[name] for name in ("all_checks", "figures_lapsed"))
    )
    valid = context.cell_of("inputs_in_range")
    entries: list[tuple[str, Any, str, str]] = [
        (
            "Figures expired or disputed",
            _ref(context, lapsed, "figures_lapsed"),
            "0",
            "Assumptions",
        ),
        ("All checks pass", _ref(context, checks, "all_checks"), "General", "Checks"),
        ("Inputs within their ranges", Formula(valid, True), "General", "Audit"),
        ("Inputs and results", Formula(STATE_CELL, context.state), "General", "Audit"),
        ("Hash of the assumptions", Formula(HASH_CELL, hash_of(context)), "General", "Audit"),
        ("Made with", f"Shorewise {version}", "General", "About"),
    ]
    first = row + 1
    for row, (label, content, style, see) in enumerate(entries, row + 1):  # noqa: B020 - as above
        # Nothing beside truth values: LibreOffice 7.4 cannot print text right beside their colours.
        sheet.put(row, 1, label, "link", link=CellLink(f"{see}!A1"))
        sheet.put(row, 2, content, "fact", style)
    sheet.marks.append(Mark(block(first, 1, 1, 2), f"$B${first}>0", "bad", "ink"))
    sheet.true_false.append(block(first + 1, 2, 2))
    return row + 1


def _ref(context: Context, cell: str, name: str) -> Formula:
    return Formula(cell, context.refs(name).item())


def _versions(context: Context, sheet: Sheet, names: dict[str, str], row: int) -> int:
    """The version log, with free rows."""
    _heads(sheet, row, "Version log", "By", "Date", "What changed")
    first, rows = row + 1, version_rows(context.scenario)
    _, _, *days = dates(context.scenario)
    columns = {"version": 1, "by": 2, "date": 3, "changes": 4}
    for number in range(rows):
        for key, column in columns.items():
            if key == "date":
                sheet.put(first + number, column, day(days[number]), "input", DATE_FORMAT)
                continue
            text = _text(context, f"version {number} {key}")
            sheet.put(first + number, column, text, "input text", "@")
            if key == "changes" and text:
                sheet.heights[first + number] = max(1, context.lines_of(text, 58))
    for key in Version._fields:
        names[f"version_{key}"] = f"{TITLE}!{block(first, columns[key], rows)}"
    _rule(sheet, 1, first, rows, "Version", 60)
    _rule(sheet, 2, first, rows, "By", 60)
    _date_rule(sheet, 3, first, rows, "Date of the version")
    _rule(sheet, 4, first, rows, "What changed", VERSION_TEXT_MAX)
    return first + rows


def _text(context: Context, key: str) -> Text | None:
    """A text of the scenario; None for an empty cell."""
    return Text.of(key) if key in stated(context.scenario) else None


def _not_modelled(sheet: Sheet, row: int) -> None:
    """What the figures leave out, with the consequence."""
    _heads(sheet, row, "Not modelled", "What it means for the figures", "", "")
    for row, one in enumerate(not_modelled(), row + 1):  # noqa: B020 - as above
        sheet.put(row, 1, one.item[0].upper() + one.item[1:], "label")
        sheet.put(row, 2, one.consequence, "label")


def _heads(sheet: Sheet, row: int, *titles: str) -> None:
    for column, title in enumerate(titles, 1):
        sheet.put(row, column, title or None, "head")


def _rule(sheet: Sheet, column: int, row: int, rows: int, title: str, most: int) -> None:
    """Texts up to a length."""
    words = f"up to {most} characters"
    sheet.rules.append(Rule(block(row, column, rows), "textLength", 0, most, title, words))


def _date_rule(sheet: Sheet, column: int, row: int, rows: int, title: str) -> None:
    sheet.rules.append(Rule(block(row, column, rows), "date", *DATES, title, A_DATE))
