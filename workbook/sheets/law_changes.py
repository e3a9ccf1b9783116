"""The Law changes sheet: what changes when, and what it costs each plan."""

from openpyxl.utils import get_column_letter

from ...engine.axes import RULES
from ..layout.context import Context, number_format
from ..layout.law_rows import (
    BEFORE,
    BEGINS,
    BLANK,
    CHANGE,
    CHANGES,
    CHARGES_BEFORE,
    CHARGES_CHANGE,
    DATE,
    ENDS,
    KEY,
    MONTH,
    MORE,
    NO_CHANGE,
    SHOWN,
    SITE,
    THEN,
)
from ..layout.number_formats import MONEY
from ..layout.positions import HEAD_ROW, NUMBER_ROW
from ..layout.references import Ref, Text
from ..layout.sheet import CellLink, Formula, Sheet, block

_MONTH, _MONEY = "mmm yyyy", f"{MONEY};-{MONEY};"  # nothing for 0
_NOTE = (
    "What each change of the law within the horizon costs each plan, beside the law before it, at "
    "the heads and the growth of pay of each month. Announced rates are in; beyond the last "
    "announced change the last law holds."
)
_HEADS = (
    ("Month", 12), ("Site", 22), ("What ends", 52), ("What begins", 52), ("Charges before", 15),
    ("Charges after", 15), ("Change", 13),
)  # fmt: skip
_PLANS = len(_HEADS) + 1  # first column of plans
_CHARGES = 5  # column of the charges per head before a change
_UNITS, _FIRST = HEAD_ROW + 1, HEAD_ROW + 2
# What formulas of the list work with, in the order of the columns of figures.
_BEHIND = (
    "Order", "Month", "Site", "Change", "First day", "Month before", "Ending", "First to end",
    "Beginning", "First to begin",
)  # fmt: skip
_SITES = "ROWS(site_numbers)"


def law_changes_sheet(context: Context) -> Sheet:
    """Totals by plan, what is said of each site, and the changes of all sites by month."""
    plans, sites = (len(context.names(axis)) for axis in ("plan", "site"))
    sheet = Sheet("Law changes", "output")
    sheet.widths = {column: width for column, (_, width) in enumerate(_HEADS, 1)}
    sheet.widths |= {_column(n, plans): 14 for n in range(2 * plans)} | {_PLANS + plans: 2}
    context.heading(sheet, "Law changes", _NOTE, 3)
    _heads(context, sheet, plans)
    row = _totals(context, sheet, plans)
    sheet.topic(row, "By site", _PLANS + 2 * plans)
    _sites(context, sheet, row + 1, plans)
    row += sites + 2
    sheet.topic(row, "By month", _PLANS + 2 * plans)
    _list(context, sheet, row + 1, plans)
    sheet.freeze = f"C{_FIRST}"
    sheet.head_rows = _UNITS
    sheet.print_columns = _PLANS + 2 * plans
    return sheet


def _heads(context: Context, sheet: Sheet, plans: int) -> None:
    """Heads of the columns: the plans over the rest of the horizon, and again in the month."""
    for column, (title, _) in enumerate(_HEADS, 1):
        sheet.put(HEAD_ROW, column, title, "head" if column < _CHARGES else "number head")
        of_money = column >= _CHARGES
        sheet.put(_UNITS, column, context.unit("money/head/year") if of_money else None, "unit")
    for item in range(2 * plans):
        column, plan = _column(item, plans), item % plans
        if item < plans:
            sheet.put(NUMBER_ROW, column, plan + 1, "number")
        link = f"INDEX(plan_names,{get_column_letter(_PLANS + plan)}${NUMBER_ROW})"
        name = context.names("plan")[plan]
        content = Formula(link, name) if plans > 1 else context.name_of("plan", 0)
        sheet.put(HEAD_ROW, column, content, "number head")
        words = " in the month" if item >= plans else " to the horizon"
        sheet.put(_UNITS, column, Text.of("currency", after=words), "unit")
        wrapped = context.lines_of(name, sheet.widths[column] - 2)
        sheet.heights[HEAD_ROW] = max(wrapped, sheet.heights.get(HEAD_ROW, 1))


def _totals(context: Context, sheet: Sheet, plans: int) -> int:
    """What all changes cost each plan, and those that the list below leaves out."""
    for row, name in enumerate(("law_total", "law_total_unlisted"), _FIRST):
        line, place = context.model.lines[name], context.layout.places[name]
        strong = name == "law_total"
        link = CellLink(f"{place.sheet}!{block(place.row, place.column).replace('$', '')}")
        sheet.put(row, 1, line.label, "strong label" if strong else "label", link=link)
        cells = f"{place.sheet}!{block(place.row, place.column, place.rows)}"
        for plan, value in enumerate(context.take(name)):
            column = get_column_letter(_PLANS + plan)
            text = f"INDEX({cells},{column}${NUMBER_ROW})" if plans > 1 else cells
            style = "strong result" if strong else "result"
            sheet.put(row, _PLANS + plan, Formula(text, value), style, number_format(line))
    return row + 1


def _sites(context: Context, sheet: Sheet, row: int, plans: int) -> None:
    """Of each site its country, whether its law changes, the last change, and what they cost."""
    counts, dates = (context.layout.places[name] for name in ("law_changes_to_date", "month_date"))
    countries, total = (
        context.layout.places[name] for name in ("country_codes_of_sites", "site_law_total")
    )
    costs = f"{total.sheet}!{block(total.row, total.column, total.rows)}"
    one = total.rows == 1
    end = counts.column + counts.columns - 1
    numbers = _PLANS + 2 * plans + 2  # column of the numbers of sites, before that of changes
    words = [block(row - 1, numbers + 2 + n) for n in range(3)]
    for n, text in enumerate((NO_CHANGE, CHANGES, THEN)):
        sheet.put(row - 1, numbers + 2 + n, text, "note")
    for site, (count, last) in enumerate(context.table("law:sites")):
        here = row + site
        sheet.put(here, numbers, site + 1, "number", "0")
        # All months of the row, and the last of them: the count rises in the month of a change.
        counted = f"{counts.sheet}!{block(counts.row + site, counts.column, 1, counts.columns)}"
        content = Formula(f"{counts.sheet}!{block(counts.row + site, end)}", count)
        sheet.put(here, numbers + 1, content, "calculation", "0")
        whole = f"${get_column_letter(numbers + 1)}{here}"
        months = f"{dates.sheet}!{block(dates.row, dates.column, 1, dates.columns)}"
        found = f'IF({whole}=0,"{BLANK}",INDEX({months},1,MATCH({whole},{counted},0)))'
        sheet.put(here, 1, Formula(found, last._replace(missing=BLANK)), "fact", _MONTH)
        sheet.put(here, 2, context.name_of("site", site), "label")
        said = f"IF({whole}=0,{words[0]},{words[1]}&{whole}&{words[2]})"
        sheet.put(here, 3, Formula(said, Text.of(f"law said {site}")), "note")
        country = f"{countries.sheet}!{block(countries.row + site, countries.column + 1)}"
        sheet.put(here, 4, Formula(country, Text.of(f"country {site}")), "note")
        for plan in range(plans):
            column = get_column_letter(_PLANS + plan)
            number = f"({column}${NUMBER_ROW}-1)*{_SITES}+${get_column_letter(numbers)}{here}"
            text = costs if one else f"INDEX({costs},{number})"
            value = context.refs("site_law_total")[0, plan, site, 0, 0]
            sheet.put(here, _PLANS + plan, Formula(text, value), "result", _MONEY)


def _list(context: Context, sheet: Sheet, first: int, plans: int) -> None:
    """The changes of all sites in the order of their months."""
    behind = _PLANS + 2 * plans + 3  # one column apart, and one for the number of the row
    sheet.widths |= {behind + n: 16 for n in range(-2, len(_BEHIND) + 1)}
    sheet.put(HEAD_ROW, behind - 1, "No.", "number head")
    for number, title in enumerate(_BEHIND):
        sheet.put(HEAD_ROW, behind + number, title, "number head")
    at = {n: f"${get_column_letter(behind + n)}" for n in range(len(_BEHIND))}
    last = behind + len(_BEHIND)  # column with the numbers of charges
    sheet.put(HEAD_ROW, last, "Charge", "number head")
    for offset in range(RULES):
        sheet.put(first + offset, last, offset + 1, "number", "0")
    charges = block(first, last, RULES)
    rows, costs = context.table("law:rows"), context.table("law:costs")
    for offset, (figures, of_plans) in enumerate(zip(rows, costs, strict=True)):
        row = first + offset
        here = {n: f"{letter}{row}" for n, letter in at.items()}
        sheet.put(row, behind - 1, offset + 1, "number", "0")
        cell = f"${get_column_letter(behind - 1)}{row}"
        for column, text in _behind(context, here, cell, charges).items():
            content = Formula(text, figures[column])
            sheet.put(
                row, behind + column, content, "calculation", "0.00" if column == KEY else "0"
            )
        month = f'IF({here[MONTH]}=0,"{BLANK}",{here[DATE]})'
        shown = figures[SHOWN]._replace(missing=BLANK)
        sheet.put(row, 1, Formula(month, shown), "fact", _MONTH)
        _texts(context, sheet, row, here, offset)
        _charges(context, sheet, row, here, figures)
        _costs(context, sheet, row, here, of_plans)


def _behind(context: Context, here: dict[int, str], number: str, charges: str) -> dict[int, str]:
    """Formulas of what the visible columns of a row work with.

    ``number`` is the cell with that of the row, ``charges`` the cells with those of charges.
    """
    is_one = f"IF({here[MONTH]}=0,0,"
    dates, last = _block(context, "month_date"), _block(context, "last_month")
    counted = _block(context, "law_changes_to_date")
    found = {
        KEY: f"SMALL({_block(context, 'change_order')},{number})",
        MONTH: f"IF({here[KEY]}<{last}+1,INT({here[KEY]}),0)",
        SITE: f"ROUND(({here[KEY]}-INT({here[KEY]}))*{_SITES},0)+1",
        CHANGE: f"{is_one}INDEX({counted},{here[SITE]},{here[MONTH]}))",
        DATE: f"{is_one}INDEX({dates},1,{here[MONTH]}))",
        BEFORE: f"{is_one}INDEX({dates},1,{here[MONTH]}-1))",
    }
    place = context.layout.places["statutory_first_month"]
    sites = f"{place.sheet}!{block(NUMBER_ROW, place.column, 1, place.columns)}"
    for part, day, count in (("last", BEFORE, ENDS), ("first", DATE, BEGINS)):
        cells = _block(context, f"statutory_{part}_month")
        meets = f"({cells}={here[day]})*({sites}={here[SITE]})"
        found[count] = f"SUMPRODUCT({meets})"
        smallest = f"SUMPRODUCT(SMALL({charges}+52*(1-{meets}),1))"
        found[count + 1] = smallest
    return found


def _texts(context: Context, sheet: Sheet, row: int, here: dict[int, str], number: int) -> None:
    """Site, charges that end and charges that begin."""
    name = f"INDEX(site_names,{here[SITE]})"
    if len(context.names("site")) == 1:  # one name is a cell, not a list
        name = "site_names"
    text = f'IF({here[MONTH]}=0,"{BLANK}",{name})'
    sheet.put(row, 2, Formula(text, Text.of(f"law site {number}")), "label")
    charges = _block(context, "rule_names")
    for column, what, count in ((3, "ends", ENDS), (4, "begins", BEGINS)):
        one = f"INDEX({charges},{here[count + 1]},{here[SITE]})"
        more = f'"{MORE[0]}"&({here[count]}-1)&"{MORE[1]}"'
        text = f'IF({here[count]}=0,"{BLANK}",{one})&IF({here[count]}<2,"",{more})'
        sheet.put(row, column, Formula(text, Text.of(f"law {what} {number}")), "label")


def _charges(
    context: Context, sheet: Sheet, row: int, here: dict[int, str], figures: list[Ref]
) -> None:
    """Charges per head before the change and from it on, and the difference."""
    names = ("charges_before_change", "charges_after_change")
    for column, name in enumerate(names, _CHARGES):
        at = f"{here[SITE]},{here[CHANGE]}"
        text = f"IF({here[MONTH]}=0,0,INDEX({_block(context, name)},{at}))"
        value = figures[CHARGES_BEFORE + column - _CHARGES]
        sheet.put(row, column, Formula(text, value), "result", _MONEY)
    before, after = (get_column_letter(_CHARGES + n) for n in range(2))
    change = Formula(f"{after}{row}-{before}{row}", figures[CHARGES_CHANGE])
    sheet.put(row, _CHARGES + 2, change, "result", _MONEY)


def _costs(
    context: Context, sheet: Sheet, row: int, here: dict[int, str], of_plans: list[Ref]
) -> None:
    """What the change costs each plan over the rest of the horizon, and in its month."""
    plans = len(of_plans) // 2
    for item, value in enumerate(of_plans):
        cells = _block(context, "change_month_cost" if item >= plans else "change_cost")
        letter = get_column_letter(_PLANS + item % plans)
        at = f"({letter}${NUMBER_ROW}-1)*{_SITES}+{here[SITE]},{here[CHANGE]}"
        text = f"IF({here[MONTH]}=0,0,INDEX({cells},{at}))"
        sheet.put(row, _column(item, plans), Formula(text, value), "result", _MONEY)


def _column(item: int, plans: int) -> int:
    """Column of a plan over the rest of the horizon, or after these and a gap in the month."""
    return _PLANS + item + (1 if item >= plans else 0)


def _block(context: Context, name: str) -> str:
    """All cells of an input or a line."""
    place = context.layout.places[name]
    return f"{place.sheet}!{block(place.row, place.column, place.rows, place.columns)}"
