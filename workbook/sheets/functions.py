"""The Functions sheet: functions that any cell may call, each with an example."""

import numpy as np

from ...engine.axes import array_index
from ...engine.calculators.catalogue import Argument, Entry, Example
from ...engine.calculators.employment import employer_cost
from ...engine.calculators.one_site import DAY
from ...engine.declaration import Input, month_of
from ...engine.locations import locations
from ..layout.context import Context, number_format
from ..layout.derived import EXAMPLE_OF, has_live_example, has_own_example
from ..layout.references import Ref
from ..layout.sheet import Formula, Sheet, block
from ..trace.expression import Constant
from ..trace.lambdas import (
    BY_COUNTRY,
    EMPLOYER_COST,
    SITE,
    Function,
    functions,
    others,
    written,
)
from .function_cells import cells_of, default_site
from .validations import allowed_text

_FUNCTION, _ARGUMENT, _MEANING, _UNIT, _ALLOWED, _DEFAULT, _EXAMPLE = range(1, 8)
_WIDTHS = {1: 33, 2: 28, 3: 62, 4: 16, 5: 24, 6: 34, 7: 14, 8: 14}
_HEAD = 5
_HEADS = ("Function", "Argument", "Meaning", "Unit", "Allowed", "If omitted", "Example", "")
_NOTE = (
    "Works in Excel 365 and Excel for the web; elsewhere this sheet shows #NAME? or another error; "
    "nothing else depends on it."
)
_USE = (
    "Type a call in any cell of a sheet of your own in this workbook, such as "
    "=SHORE_LOADED_COST(60000). In some languages Excel separates arguments by ; not by a comma.",
    "Arguments in square brackets may be omitted. A column in place of a number spills a column "
    "of results; a list is a range of cells or an array such as {4;2}. One out of its range, or a "
    "name that is unknown, gives #N/A.",
    "What is omitted, and what is no argument, is this workbook's own figure in the case in force: "
    "that of the site abroad that the last argument names, or of the first one, and of the first "
    "role.",
    "A country in place of the site, by its code or name on sheet Countries, such as PL or Poland, "
    "gives its charges by the law of the first month, extra months, hours, exchange rate and "
    "attrition, in every case; all else is that of the first site abroad.",
    "SHORE_CHARGES_AT and SHORE_LOADED_COST_AT are parts of the others, not for cells.",
)
_EMPLOYER_COST = (
    ("pay", "Salary, without extra months of pay", "local/year", "0 or more, up to 1e+15"),
    ("country", "Country, or a site that has one", "word", "a code or name, such as PL or Poland"),
    ("[month]", "Month whose law counts", "date", "any day of the month"),
)
_PAY, _ISO = 60_000.0, "PL"  # of its example


def functions_sheet(context: Context, names: dict[str, str]) -> Sheet:
    """One block a function: what it does, its arguments, an example; adds their names."""
    sheet = Sheet("Functions", "output", widths=_WIDTHS)
    context.heading(sheet, "Functions", _NOTE)
    for column, title in enumerate(_HEADS, 1):
        right = column in (_DEFAULT, _EXAMPLE)
        sheet.put(_HEAD, column, title or None, "number head" if right else "head")
    row = _HEAD
    for row, text in enumerate(_USE, _HEAD + 1):
        sheet.put(row, 1, text, "label")
    row += 2
    sites = context.scenario.sizes["site"]
    cells = cells_of(context.layout.places, sites)
    for function in functions():
        # What stands for no answer is a word of the workbook; the words of sheet Law are not.
        names[function.entry.name] = context.language.formula(function.text(cells))
        row = _block(context, sheet, row, function) + 2
    names |= {name: written(whole, cells) for name, whole in others().items()}
    _employer_cost(context, sheet, row)
    sheet.freeze = f"C{_HEAD + 1}"
    sheet.head_rows = _HEAD
    return sheet


def _block(context: Context, sheet: Sheet, row: int, function: Function) -> int:
    """A function's rows; the last of them."""
    entry, is_live = function.entry, has_live_example(function.entry)
    _title(sheet, row, entry.name, entry.does)
    cells = []
    for row, argument in enumerate(entry.arguments, row + 1):  # noqa: B020 - below the title
        _label(context, sheet, row, entry.name, _shown(argument), argument.label)
        _argument(context, sheet, row, argument)
        if argument.optional:
            _default(context, sheet, row, function, argument)
        if not (is_live and argument.optional):
            cells.append(_example(context, sheet, row, entry, argument))
    if function.by_site:
        row += 1
        _label(context, sheet, row, entry.name, f"[{SITE}]", "Site of this workbook, or a country")
        _words(sheet, row, "word", "a name, or a code such as PL", "the first site abroad")
    row += 1
    _label(context, sheet, row, entry.name, "Call", function.signature)
    row += 1
    result, call = entry.result, f"{entry.name}({','.join(cells)})"
    _label(context, sheet, row, entry.name, "Example", f"={call}")
    sheet.put(row, _UNIT, context.unit(result.unit), "unit")
    content = Formula(call, _result(context, entry))
    sheet.put(row, _EXAMPLE, content, "strong result", number_format(result))
    return row


def _result(context: Context, entry: Entry) -> Ref | float | str:
    """What the example gives: a line of the workbook, or a number of its own."""
    result = entry.result
    if not has_live_example(entry):
        given = {argument.name: [entry.example(argument)] for argument in entry.arguments}
        value = entry.compute(given).item()
        return result.missing if value != value else value + 0
    name = f"{EXAMPLE_OF}{entry.name}" if has_own_example(entry) else result.name
    found = context.refs(name)[_shown_at(context, name)]
    return found._replace(missing=result.missing if result.nan_where else "")


def _shown_at(context: Context, name: str, site: int | None = None) -> tuple[int, ...]:
    """Position of the figure of an example: first plan and site beside the baseline, last month."""
    sizes, shape = context.scenario.sizes, context.refs(name).shape
    wanted = {
        "month": sizes["month"] - 1,
        "plan": min(1, sizes["plan"] - 1),
        "site": default_site(sizes["site"]) - 1 if site is None else site,
    }
    at = array_index(wanted)
    return tuple(min(one, size - 1) for one, size in zip(at, shape, strict=True))


def _argument(context: Context, sheet: Sheet, row: int, argument: Argument) -> None:
    """Unit and range of an argument."""
    declared = argument.declared
    allowed = allowed_text(declared) if isinstance(declared, Input) else "a number"
    sheet.put(row, _UNIT, context.unit(declared.unit), "unit")
    sheet.put(row, _ALLOWED, f"a list: {allowed}" if argument.listed else allowed, "note")


def _default(
    context: Context, sheet: Sheet, row: int, function: Function, argument: Argument
) -> None:
    """What an argument is where it is omitted, in words or as a number."""
    entry, name = function.entry, argument.declared.name
    found = function.default_of(argument)
    if isinstance(found, Constant) and not (entry.follows and name == "statutory_rate"):
        look = number_format(argument.declared)
        sheet.put(row, _DEFAULT, entry.default(argument), "reference", look)
        return
    sheet.put(row, _DEFAULT, _where(context, argument), "note")


def _where(context: Context, argument: Argument) -> str:
    """Where the default of an argument stands, in words."""
    name, site = argument.declared.name, argument.at.get("site")
    if name == "statutory_rate":
        return "all charges by law"
    live = {one.live_of: one.name for one in context.model.lines.values() if one.live_of}
    place = context.layout.places[live.get("overlap" if name == "overlap_hours" else name, name)]
    if site is None:
        return f"as on sheet {place.sheet}"
    of_site = "of the site" if site else "of the onshore site"
    country = " or country" if site and name in BY_COUNTRY else ""
    return f"{of_site}{country}, on sheet {place.sheet}"


def _example(context: Context, sheet: Sheet, row: int, entry: Entry, argument: Argument) -> str:
    """The example of an argument, linked where it is a figure of the workbook; its cells."""
    look = number_format(argument.declared)
    if has_live_example(entry):
        sheet.put(row, _EXAMPLE, _linked(context, argument), "calculation", look)
        return block(row, _EXAMPLE).replace("$", "")
    example: Example = entry.example(argument)
    values = example if isinstance(example, tuple) else (example,)
    for offset, number in enumerate(values):
        sheet.put(row, _EXAMPLE + offset, number, "fixed", look)
    return block(row, _EXAMPLE, 1, len(values)).replace("$", "")


def _linked(context: Context, argument: Argument) -> Formula:
    """A link to the figure of an argument; to the last month for the number of one."""
    months = context.layout.places["month"]
    if argument.name == "month":
        last = block(months.row, months.column + months.columns - 1)
        return Formula(f"{months.sheet}!{last}", context.scenario.sizes["month"])
    declared, site = argument.declared, argument.at.get("site")
    live = {one.live_of: one.name for one in context.model.lines.values() if one.live_of}
    name = live.get(declared.name, declared.name)
    place, at = context.layout.places[name], _shown_at(context, name, site if site == 0 else None)
    along = {"site": at[2], "plan": at[1], "role": 0}.get(str(place.column_axis), 0)
    cell = f"{place.sheet}!{block(place.row, place.column + along)}"
    return Formula(cell, context.refs(name)[at])


def _employer_cost(context: Context, sheet: Sheet, row: int) -> None:
    """The block of the function of a country's employer cost."""
    does = "What an employer pays in a year: salary, extra months of pay and all statutory charges."
    _title(sheet, row, EMPLOYER_COST, does)
    examples: tuple[float | str, ...] = (_PAY, _ISO, DAY)
    looks = ("#,##0", "@", "mmm yyyy")
    cells: list[str] = []
    for row, (name, meaning, unit, allowed) in enumerate(_EMPLOYER_COST, row + 1):  # noqa: B020
        _label(context, sheet, row, EMPLOYER_COST, name, meaning)
        _words(sheet, row, unit, allowed, "the first month, on sheet Inputs" * (name[0] == "["))
        sheet.put(row, _EXAMPLE, examples[len(cells)], "fixed", looks[len(cells)])
        cells.append(block(row, _EXAMPLE).replace("$", ""))
    row += 1
    arguments = ", ".join(name for name, *_ in _EMPLOYER_COST)
    _label(context, sheet, row, EMPLOYER_COST, "Call", f"{EMPLOYER_COST}({arguments})")
    row += 1
    call = f"{EMPLOYER_COST}({','.join(cells)})"
    cost = employer_cost(np.array([_PAY]), locations()[_ISO], month_of(DAY)).total.item()
    _label(context, sheet, row, EMPLOYER_COST, "Example", f"={call}")
    sheet.put(row, _UNIT, "local/year", "unit")
    sheet.put(row, _EXAMPLE, Formula(call, cost), "strong result", "#,##0")


def _title(sheet: Sheet, row: int, name: str, does: str) -> None:
    for column in _WIDTHS:
        sheet.put(row, column, {_FUNCTION: name, _ARGUMENT: does}.get(column), "topic")


def _words(sheet: Sheet, row: int, unit: str, allowed: str, default: str) -> None:
    """Unit, range and default of an argument, all in words."""
    sheet.put(row, _UNIT, unit, "unit")
    sheet.put(row, _ALLOWED, allowed, "note")
    if default:
        sheet.put(row, _DEFAULT, default, "note")


def _shown(argument: Argument) -> str:
    return f"[{argument.name}]" if argument.optional else argument.name


def _label(context: Context, sheet: Sheet, row: int, name: str, title: str, text: str) -> None:
    sheet.put(row, _FUNCTION, name, "repeated label")
    sheet.put(row, _ARGUMENT, title, "text")
    sheet.put(row, _MEANING, text, "text")
    sheet.heights[row] = context.lines_of(text, int(_WIDTHS[_MEANING] * 1.25))
