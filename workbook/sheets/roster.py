"""Sheet Roster, into which a payroll is pasted, and sheet Staffing: heads, waves and pay from it.

All formulas of the model take heads, waves and salaries from sheet Staffing. It has what the roster
says of a plan or role, and where the roster is silent what is entered on sheet Inputs.
"""

import datetime
from collections.abc import Sequence
from typing import Any

from openpyxl.utils import get_column_letter

from ...engine.axes import array_index
from ...engine.declaration import MONEY_MAX
from ...engine.roster import DECIDED, YEARS_BEFORE, RosterRow
from ..layout.context import Context, number_format
from ..layout.governance import day
from ..layout.positions import (
    FIRST_ROW,
    HEAD_ROW,
    ROSTER_COLUMNS,
    ROSTER_FIRST,
    STAFFING,
    STAFFING_COLUMNS,
    position_in,
)
from ..layout.roster_figures import COUNTS, UNUSED, apart, roster_rows, roster_slots
from ..layout.sheet import Formula, Mark, Rule, Sheet, block, serial
from .validations import A_DATE, DATES

_TITLE = "Roster"
_OF_ROWS, _OF_WAVES = 5, 6  # rows of sheet Roster with what its checks find
_HEADS = (
    "Row", "Plan", "Site", "Role", "Heads (empty: 1)", "Start", "End", "Pay per head and year",
    "Currency", "What is wrong",
)  # fmt: skip
_NOTE = "One row a person or cohort: plans named here take heads, waves and pay from these rows."
_NOTE_COLUMN = 4  # beside the state of the checks
_NAMED = (
    "Plan, site and role: names of sheet Inputs. Start: empty for in place. Currency: empty for "
    "the reporting currency, else by the rates of sheet Countries."
)
_ALL_COUNT = "Every row that is filled in counts."
_MORE_WAVES = (
    "Rows of one plan and site have more different months of start and end than the workbook has "
    "waves: give rows the same months, or make the workbook again with shorewise rebuild."
)
_TOGETHER = "All roles of a plan and site start and end together."
_APART = (
    "Roles of one plan and site start or end in different months: the model spreads every role "
    "over all waves of the site, so the cost by month is approximate. Give it sites of its own."
)
_WITHIN = "Waves hold all starts and ends."
# What is said of a row, in the order of the columns; {} is the row.
_PROBLEMS = (
    ("unknown plan; ", "1*(SUMPRODUCT((plan_names=B{0})*1)=0)"),
    ("unknown site; ", "1*(SUMPRODUCT((site_names=C{0})*1)=0)"),
    ("unknown role; ", "1*(SUMPRODUCT((role_names=D{0})*1)=0)"),
    ("the baseline is onshore; ", "({1})*1"),
    ("heads are no number above 0; ", "1-{6}-ISNUMBER(E{0})*(E{0}>0)"),
    ("start is no date by the last month; ", "1-{7}-ISNUMBER(F{0})*(F{0}>{2})*(F{0}<={3})"),
    ("end is no date after start and first month; ", "1-{8}-ISNUMBER(G{0})*(G{0}>=MAX(F{0},{4}))"),
    ("pay is no number of 0 or more; ", "1-(H{0}=0)-ISNUMBER(H{0})*(H{0}>0)"),
    ("currency has no rate; ", "({5}=0)*1"),
)
_LABELS = {
    "first_day": ("First day of the first month", "date"),
    "before": ("Months from year 0 to the month before the first", "months"),
    "last_day": ("Last day of the horizon", "date"),
    "earliest": (f"Earliest start: {YEARS_BEFORE} years before the first month", "date"),
    "span": ("Factor that keeps start and end of a wave apart", "number"),
    "below": ("Number of the row below sheet Roster", "number"),
    "wrong": ("Rows filled in that do not count", "rows"),
    "first_wrong": ("The first of them", "row"),
    "without_wave": ("Heads whose start no wave has", "heads"),
    "apart": ("Roles that start or end apart from others", "number"),
    "complete": ("Every row that is filled in counts", "check"),
    "waved": ("The waves hold all starts and ends", "check"),
    "listed": ("Heads on sheet Roster, of the plan", "heads"),
    "at_site": ("Heads on sheet Roster, at the site", "heads"),
    "payroll": ("Pay on sheet Roster", "money/year"),
    "paid": ("Heads with pay on sheet Roster", "heads"),
    "wave_top": ("A number above all of the waves'", "number"),
    "wave_key": ("Start and end of the wave as one number, the latest first", "number"),
    "wave_heads": ("Heads on sheet Roster, of the wave", "heads"),
    "site_starts": ("Sum of starts and ends of the heads at the site", "number"),
    "starts": ("Sum of starts and ends of the role's heads", "number"),
    "gap": ("Distance of the role's from the site's", "number"),
    "count": ("Heads", "heads"),
    "last": ("Last month (0: none)", "month"),
    "key": ("Start and end as one number", "number"),
    "rate": ("Reporting currency per unit of the pay", "rate"),
}
_TOPICS = {
    "first_day": "Dates of the comparison", "wrong": "Checks of sheet Roster", "listed": "Heads",
    "payroll": "Pay", "wave_top": "Waves", "site_starts": "Roles that start apart",
}  # fmt: skip
_FORMATS = {
    "date": "d mmm yyyy", "heads": "0.0#", "money/year": "#,##0", "rate": "#,##0.0000",
    "check": "General",
}  # fmt: skip
_NAMES = {"count": "counted", "key": "start_key", "rate": "pay_rate"}  # of columns of Staffing


def roster_sheet(context: Context, names: dict[str, str]) -> Sheet:
    """The rows of a payroll, each with what is wrong with it."""
    sheet = Sheet(_TITLE, "input", widths={1: 7, 2: 24, 3: 20, 4: 26, 10: 60})
    sheet.widths |= {5: 10, 6: 14, 7: 14, 8: 16, 9: 10}
    context.heading(sheet, _TITLE, _NOTE, _NOTE_COLUMN)
    sheet.put(4, _NOTE_COLUMN, _NAMED, "note")
    for row, formula in zip(
        (_OF_ROWS, _OF_WAVES), (_of_rows(context), _of_waves(context)), strict=True
    ):
        sheet.put(row, 2, formula, "strong label")
    head, rows = ROSTER_FIRST - 1, roster_rows(context.scenario)
    for column, title in enumerate(_HEADS, 1):
        sheet.put(head, column, title, "head" if column in (2, 3, 4, 10) else "number head")
    sheet.heights[head] = 2
    used = roster_slots(context.scenario)
    for n in range(rows):
        row = ROSTER_FIRST + n
        sheet.put(row, 1, row, "number", "0")
        _row(sheet, row, used.get(n))
        said = COUNTS if n in used else UNUSED
        sheet.put(row, ROSTER_COLUMNS["state"], Formula(_state(context, n), said), "note")
    for name, column in {"row": 1, **ROSTER_COLUMNS}.items():
        names[f"roster_{name}"] = f"{_TITLE}!{block(ROSTER_FIRST, column, rows)}"
    _rules(sheet, rows)
    wrong = f'AND($J{ROSTER_FIRST}<>"{COUNTS}",$J{ROSTER_FIRST}<>"{UNUSED}")'
    sheet.marks.append(Mark(block(ROSTER_FIRST, 2, rows, 9), wrong, "bad", "ink"))
    # To formulas a 0 is as good as an empty cell.
    none = f"AND(ISNUMBER($E{ROSTER_FIRST}),$E{ROSTER_FIRST}=0)"
    sheet.marks.append(Mark(block(ROSTER_FIRST, 5, rows), none, "bad", "ink"))
    sheet.freeze, sheet.head_rows = f"A{ROSTER_FIRST}", head
    return sheet


def _row(sheet: Sheet, row: int, of: RosterRow | None) -> None:
    """The input cells of one row."""
    for key in RosterRow._fields:
        value: Any = getattr(of, key) if of else None
        style, form = "input text", "@"
        if key in ("start", "end"):
            value, style, form = day(value) if value else None, "input", "d mmm yyyy"
        elif key in ("heads", "pay"):
            style, form = "input", "0.0#" if key == "heads" else "#,##0"
        sheet.put(row, ROSTER_COLUMNS[key], value or None, style, form)


def _rules(sheet: Sheet, rows: int) -> None:
    """What may be entered; what is pasted is checked by the last column."""

    def cells(key: str) -> str:
        return block(ROSTER_FIRST, ROSTER_COLUMNS[key], rows)

    for key in ("plan", "site", "role"):
        message = f"a {key} of sheet Inputs"
        sheet.rules.append(Rule(cells(key), "list", 0, 0, key.title(), message, f"{key}_names"))
    sheet.rules.append(Rule(cells("heads"), "decimal", 0.01, 100_000, "Heads", "0.01 to 100,000"))
    sheet.rules.append(Rule(cells("pay"), "decimal", 0, MONEY_MAX, "Pay", "0 or more"))
    for key in ("start", "end"):
        first = 1 if key == "start" else DATES[0]
        sheet.rules.append(Rule(cells(key), "date", first, DATES[1], key.title(), A_DATE))
    message = "three letters, such as EUR"
    sheet.rules.append(Rule(cells("currency"), "textLength", 3, 3, "Currency", message))


def _state(context: Context, n: int) -> str:
    """What is wrong with a row, in words: the formula."""
    row = ROSTER_FIRST + n
    base = f"AND(B{row}={_name(context, 'plan')},C{row}<>{_name(context, 'site')})"
    last, earliest, first = (_one(context, name) for name in ("last_day", "earliest", "first_day"))
    rate = f"{STAFFING.title}!{_column('rate')}{_row_of(context, n)}"
    # Empty cells equal 0, and to some programs are numbers.
    empty = (f'MIN(1,({letter}{row}=0)+({letter}{row}=""))' for letter in "EFG")
    given = (row, base, earliest, last, first, rate, *empty)
    parts = (f'REPT("{words}",{flag.format(*given)})' for words, flag in _PROBLEMS)
    filled = f'SUMPRODUCT((B{row}:I{row}<>0)*(B{row}:I{row}<>""))'
    return f'IF({filled}=0,"{UNUSED}",{"&".join(parts)}&"{COUNTS}")'


def _name(context: Context, axis: str) -> str:
    """The cell with the first name of an axis."""
    place = context.layout.places[f"{axis}_names"]
    return f"{place.sheet}!{block(place.row, place.column)}"


def _one(context: Context, name: str, here: bool = False) -> str:
    """The cell of sheet Staffing with a single figure; on the sheet itself without its name."""
    cell = context.cell_of(f"roster:{name}")
    return cell.partition("!")[2] if here else cell


def _of_rows(context: Context) -> Formula:
    """The first row that does not count, and why."""
    wrong, first = _one(context, "wrong"), _one(context, "first_wrong")
    what = f'"Row "&{first}&" does not count: "&INDEX(roster_state,MATCH({first},roster_row,0))'
    return Formula(f'IF({wrong}=0,"{_ALL_COUNT}",{what})', _ALL_COUNT)


def _of_waves(context: Context) -> Formula:
    """What of the rows the waves of the model cannot show."""
    waved = _one(context, "waved")
    if "roster:apart" not in context.layout.places:
        return Formula(f'IF({waved},"{_WITHIN}","{_MORE_WAVES}")', _WITHIN)
    together = f'REPT("{_TOGETHER}",1*({_one(context, "apart")}=0))'
    words = f'{together}&REPT("{_APART}",1*({_one(context, "apart")}>0))'
    found = _APART if apart(context.scenario.people()) else _TOGETHER
    return Formula(f'IF({waved},{words},"{_MORE_WAVES}")', found)


def roster_checks(context: Context, sheet: Sheet) -> None:
    """Rows of sheet Checks: whether the rows of sheet Roster count, and what is wrong."""
    row = max(row for row, _ in sheet.cells) + 2
    sheet.put(row, 1, "Sheet Roster", "topic")
    column = context.layout.places["all_checks"].column
    said = {"complete": (_OF_ROWS, _of_rows(context)), "waved": (_OF_WAVES, _of_waves(context))}
    for name, (at, words) in said.items():
        row += 1
        sheet.put(row, 1, _LABELS[name][0], "label")
        sheet.put(row, column, Formula(_one(context, name), True), "calculation")
        link = Formula(f"{_TITLE}!$B${at}", words.value)
        sheet.put(row, column + 2, link, "note")
    sheet.true_false.append(block(row - 1, column, 2))


def from_roster(context: Context, sheet: Sheet) -> None:
    """Say on sheet Inputs that sheet Roster decides some inputs, and mark their cells."""
    if not roster_rows(context.scenario):
        return
    words = (
        "From the roster: heads and waves of the plans that sheet Roster names, and salaries of "
        "its roles with pay. In force: sheet Staffing."
    )
    said = words if context.scenario.roster else " "
    sheet.put(4, 1, Formula(f'IF(SUM(counted)=0," ","{words}")', said), "note")
    for name in DECIDED:
        place = context.layout.entered(name)
        first = f"$B{place.row}"  # the plan, or of salaries the role
        flag = f"SUMPRODUCT((roster_plan={first})*counted)>0"
        if name == "salary":
            [heads] = (p.heads for p in context.layout.sections if p.first <= place.row < p.end)
            site = f"{get_column_letter(place.column)}${heads}"
            flag = (
                f"SUMPRODUCT((roster_site={site})*(roster_role={first})*counted*(roster_pay>0))>0"
            )
        cells = block(place.row, place.column, place.rows, place.columns)
        sheet.marks.append(Mark(cells, flag, "fixed"))


def staffing_sheet(context: Context, names: dict[str, str]) -> Sheet:
    """Heads, waves and salaries in force: from sheet Roster, or as entered."""
    sheet = Sheet(STAFFING.title, "calculation", widths={1: 52, 2: 26, 3: 26, 4: 14, 5: 14})
    sheet.widths |= {STAFFING.first_column + n: 15 for n in range(len(context.scenario.sites))}
    note = "Heads, waves and salaries in force: from sheet Roster, else from sheet Inputs."
    context.heading(sheet, STAFFING.title, note)
    for column, title in enumerate(("Line", "Plan", "Role or wave", "Unit", "All sites"), 1):
        sheet.put(HEAD_ROW, column, title, "head" if column < 5 else "number head")
    context.column_heads(sheet, STAFFING)
    sheet.put(FIRST_ROW, 1, _TOPICS["first_day"], "topic")
    singles = _singles(context)
    for name in _LABELS:
        if name in STAFFING_COLUMNS or f"roster:{name}" not in context.layout.places:
            continue
        if name in singles:
            _single(context, sheet, name, singles[name])
        else:
            _block(context, sheet, name)
    for name in DECIDED:
        _block(context, sheet, name)
    for name, title in _TOPICS.items():
        if (place := context.layout.places.get(f"roster:{name}")) is not None:
            sheet.put(place.row - 1, 1, title, "topic")
    _rows(context, sheet, names)
    sheet.freeze = f"{get_column_letter(STAFFING.first_column)}{FIRST_ROW}"
    sheet.head_rows, sheet.head_columns = HEAD_ROW, STAFFING.unit_column
    return sheet


def _single(context: Context, sheet: Sheet, name: str, formula: tuple[str, Any]) -> None:
    """A single figure, of a formula and its value."""
    place = context.layout.places[f"roster:{name}"]
    label, unit = _LABELS[name]
    sheet.put(place.row, 1, label, "label")
    sheet.put(place.row, STAFFING.unit_column, unit, "unit")
    shown = _FORMATS.get(unit, "0")
    sheet.put(place.row, place.column, Formula(*formula), "calculation", shown)
    if unit == "check":
        sheet.true_false.append(block(place.row, place.column))


def _singles(context: Context) -> dict[str, tuple[str, Any]]:
    """Formula and value of each single figure."""
    scenario = context.scenario
    year, month = map(int, scenario.start_month.split("-"))
    months = year * 12 + month - 1 + scenario.horizon_months

    def last_of(number: int) -> int:
        return serial(datetime.date(number // 12, number % 12 + 1, 1)) - 1

    def area(name: str) -> str:
        place = context.layout.places[name]
        return block(place.row, place.column, place.rows, place.columns)

    wrong = f'(roster_state<>"{COUNTS}")*(roster_state<>"{UNUSED}")'
    below, count = _one(context, "below", True), _one(context, "wrong", True)
    first = f"{below}-SUMPRODUCT(LARGE({wrong}*({below}-roster_row),1))"
    heads, in_waves = area("roster:at_site"), area("roster:wave_heads")
    bottom = ROSTER_FIRST + roster_rows(scenario)
    found: dict[str, tuple[str, Any]] = {
        "first_day": ("EOMONTH(start_month,-1)+1", serial(datetime.date(year, month, 1))),
        "before": ("YEAR(start_month)*12+MONTH(start_month)-1", year * 12 + month - 1),
        "last_day": ("EOMONTH(start_month,horizon_months-1)", last_of(months)),
        "earliest": (
            f"EOMONTH(start_month,-12*{YEARS_BEFORE})",
            last_of(year * 12 + month - 12 * YEARS_BEFORE),
        ),
        "span": ("horizon_months+1", scenario.horizon_months + 1),
        "below": ("MAX(roster_row)+1", bottom),
        "wrong": (f"SUMPRODUCT({wrong})", 0),
        "first_wrong": (f"IF({count}=0,0,{first})", 0),
        "without_wave": (f"SUM({heads})-SUM({in_waves})", 0),
        "complete": (f"{count}=0", True),
        "waved": (f"ABS({_one(context, 'without_wave', True)})<=check_tolerance", True),
    }
    if "roster:gap" in context.layout.places:
        gap = context.values["roster:gap"].sum().item()
        found["apart"] = (f"SUM({area('roster:gap')})", gap)
    return found


def _block(context: Context, sheet: Sheet, name: str) -> None:
    """The rows of a figure by plan, role or wave, and site."""
    decided = name in DECIDED
    place = context.layout.places[name if decided else f"roster:{name}"]
    entry = context.model.inputs[name] if decided else None
    label, unit = (f"{entry.label}, in force", entry.unit) if entry else _LABELS[name]
    refs = context.refs(name if decided else f"roster:{name}")
    for offset in range(place.rows):
        row, at = place.row + offset, position_in(place, offset)
        sheet.put(row, 1, label, "repeated label" if offset else "label")
        for axis, position in at.items():
            column = STAFFING.label_column(axis)
            sheet.put(row, column, context.name_of(axis, position), "label")
        if name == "wave_top":
            sheet.put(row, STAFFING.label_column("plan"), "of no plan", "label")
        sheet.put(row, STAFFING.unit_column, context.unit(unit), "unit")
        shown = number_format(entry) if entry else _FORMATS.get(unit, "0")
        for site in range(place.columns):
            where = at if place.column_axis is None else {**at, "site": site}
            value = refs[array_index(where)] if decided else refs[(0, *_axes_of(where))]
            text = _text(context, name, offset, at, site)
            style = "strong result" if decided else "calculation"
            sheet.put(row, place.column + site, Formula(text, value), style, shown)


def _axes_of(at: dict[str, int]) -> Sequence[int]:
    """Position in a table of the roster, whose axes are those that it varies over."""
    return tuple(at[axis] for axis in ("plan", "site", "role", "wave") if axis in at)


def _text(context: Context, name: str, offset: int, at: dict[str, int], site: int) -> str:
    """The formula of one cell of a block."""
    places, letter = context.layout.places, get_column_letter(STAFFING.first_column + site)
    decided = name in DECIDED
    here = places[name if decided else f"roster:{name}"]
    row = here.row + offset
    plan, at_site = f"(roster_plan=$B{row})", f"(roster_site={letter}${HEAD_ROW})"
    role = f"(roster_role=$C{row})"

    def cell(other: str, number: int = offset) -> str:
        return f"{letter}{places[other].row + number}"

    def entered() -> str:
        place = context.layout.entered(name)
        return f"{place.sheet}!{get_column_letter(place.column + site)}{place.row + offset}"

    if name == "listed":
        return f"SUMPRODUCT({plan}*counted)"
    if name == "at_site":
        return f"SUMPRODUCT({plan}*{at_site}*counted)"
    if name == "heads":
        listed = places["roster:listed"]
        rows = f"${get_column_letter(listed.column)}{listed.row + at['plan']}"
        return f"IF({rows}>0,SUMPRODUCT({plan}*{at_site}*{role}*counted),{entered()})"
    if name == "payroll":
        return f"SUMPRODUCT({at_site}*{role}*counted*pay_rate,roster_pay)"
    if name == "paid":
        return f"SUMPRODUCT({at_site}*{role}*counted*(roster_pay>0))"
    if name == "salary":
        paid = cell("roster:paid")
        return f"IF({paid}>0,{cell('roster:payroll')}/{paid},{entered()})"
    if name == "wave_top":
        return f"{_one(context, 'span', True)}*{_one(context, 'span', True)}"
    if name == "wave_key":
        above = row - 1  # the wave before, if it is of the same plan
        below = f"*((start_key<{letter}{above})+($B{above}<>$B{row})>0)"
        return f"SUMPRODUCT(MAX({plan}*{at_site}{below}*start_key))"
    if name == "wave_heads":
        return f"SUMPRODUCT({plan}*{at_site}*(start_key={cell('roster:wave_key')})*counted)"
    if name == "site_starts":
        return f"SUMPRODUCT({plan}*{at_site}*counted*start_key)"
    if name == "starts":
        return f"SUMPRODUCT({plan}*{at_site}*{role}*counted*start_key)"
    heads = cell("roster:at_site", at["plan"])
    if name == "gap":
        of_site = cell("roster:site_starts", at["plan"])
        apart = f"{cell('roster:starts')}*{heads}-{of_site}*{cell('heads')}"
        return f"ROUND(ABS({apart}),2)"
    key, span = cell("roster:wave_key"), _one(context, "span", True)
    in_force = {
        "wave_month": f"MAX(1,INT({key}/{span}))",
        "wave_share": f"{cell('roster:wave_heads')}/{heads}",
        "wave_end": f"{key}-INT({key}/{span})*{span}",
    }
    return f"IF({heads}>0,{in_force[name]},{entered()})"


def _rows(context: Context, sheet: Sheet, names: dict[str, str]) -> None:
    """Figures of each row of sheet Roster."""
    first = context.layout.places["roster:count"]
    sheet.put(first.row - 2, 1, "Rows of sheet Roster", "topic")
    for name, column in STAFFING_COLUMNS.items():
        sheet.put(first.row - 1, column, _LABELS[name][0], "unit wrapped")
        if name in _NAMES:
            names[_NAMES[name]] = f"{STAFFING.title}!{block(first.row, column, first.rows)}"
    sheet.heights[first.row - 1] = 3
    for n in range(first.rows):
        row, of = first.row + n, ROSTER_FIRST + n
        sheet.put(row, 1, f"Row {of}", "label")
        sheet.put(row, STAFFING.unit_column, "as headed", "unit")
        for name, column in STAFFING_COLUMNS.items():
            value = context.refs(f"roster:{name}")[0, n]
            shown = _FORMATS.get(_LABELS[name][1], "0")
            text = _row_text(context, name, row, of)
            sheet.put(row, column, Formula(text, value), "calculation", shown)


def _row_text(context: Context, name: str, row: int, of: int) -> str:
    """The formula of a figure of one row of sheet Roster."""
    first, before, last, span = (
        _one(context, one, True) for one in ("first_day", "before", "last_day", "span")
    )
    count, end = (f"{_column(one)}{row}" for one in ("count", "last"))
    start = f"MAX({_TITLE}!F{of},{first})"
    return {
        "count": (
            f'IF({_TITLE}!J{of}="{COUNTS}",MAX({_TITLE}!E{of},0)+(MAX({_TITLE}!E{of},0)=0),0)'
        ),
        "last": (
            f"IF(({count}>0)*({_TITLE}!G{of}>0)*({_TITLE}!G{of}<={last}),"
            f"YEAR({_TITLE}!G{of})*12+MONTH({_TITLE}!G{of})-{before},0)"
        ),
        "key": f"IF({count}>0,(YEAR({start})*12+MONTH({start})-{before})*{span}+{end},0)",
        "rate": (
            f"IF({_TITLE}!I{of}=0,1,IFERROR(usd_rate/"
            f"INDEX(country_fx_rate,MATCH({_TITLE}!I{of},country_currency,0)),0))"
        ),
    }[name]


def _row_of(context: Context, n: int) -> int:
    return context.layout.places["roster:count"].row + n


def _column(name: str) -> str:
    return get_column_letter(STAFFING_COLUMNS[name])
