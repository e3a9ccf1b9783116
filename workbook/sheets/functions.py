"""The Functions sheet: functions that any cell may call, each with an example."""

from collections.abc import Sequence

from ...engine.calculators.catalogue import Argument, Example
from ...engine.declaration import NO_CAP, Input
from ..layout.context import Context, number_format
from ..layout.sheet import Formula, Sheet, block
from ..trace.lambdas import Function, functions
from .validations import allowed_text

_FUNCTION, _ARGUMENT, _MEANING, _UNIT, _ALLOWED, _DEFAULT, _EXAMPLE = range(1, 8)
_WIDTHS = {1: 33, 2: 28, 3: 62, 4: 16, 5: 24, 6: 14, 7: 14, 8: 14}
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
    "of results; a list is a range of cells or an array such as {4;2}.",
    "An argument out of its range gives #N/A. What is no argument has its declared default, which "
    "is not this workbook's input; defaults inside are named below each function.",
)


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
    for function in functions():
        names[function.entry.name] = function.text
        row = _block(context, sheet, row, function) + 2
    sheet.freeze = f"C{_HEAD + 1}"
    sheet.head_rows = _HEAD
    return sheet


def _block(context: Context, sheet: Sheet, row: int, function: Function) -> int:
    """A function's rows; the last of them."""
    entry = function.entry
    for column in _WIDTHS:
        sheet.put(row, column, {_FUNCTION: entry.name, _ARGUMENT: entry.does}.get(column), "topic")
    cells, examples = [], {}
    for row, argument in enumerate(entry.arguments, row + 1):  # noqa: B020 - below the title
        example = entry.example(argument)
        examples[argument.name] = [example]
        _label(context, sheet, row, entry.name, _shown(argument), argument.label)
        cells.append(_argument(context, sheet, row, argument, example))
        if argument.optional:
            default, look = entry.default(argument), number_format(argument.declared)
            sheet.put(row, _DEFAULT, default, "reference", look)
    row += 1
    _label(context, sheet, row, entry.name, "Call", function.signature)
    row += 1
    result = entry.result
    value = entry.compute(examples).item()
    call = Formula(
        f"{entry.name}({','.join(cells)})", result.missing if value != value else value + 0
    )
    _label(context, sheet, row, entry.name, "Example", f"={entry.call}")
    sheet.put(row, _UNIT, context.unit(result.unit), "unit")
    sheet.put(row, _EXAMPLE, call, "strong result", number_format(result))
    inside = [
        f"{name} {value:,.10g}" for name, value in function.inside.items() if 0 < value < NO_CAP
    ]
    if inside:
        row += 1
        _label(context, sheet, row, entry.name, "Defaults inside", "; ".join(inside))
    return row


def _argument(
    context: Context, sheet: Sheet, row: int, argument: Argument, example: Example
) -> str:
    """Unit, range and example of an argument; the cells of the example."""
    declared = argument.declared
    allowed = allowed_text(declared) if isinstance(declared, Input) else "a number"
    sheet.put(row, _UNIT, context.unit(declared.unit), "unit")
    sheet.put(row, _ALLOWED, f"a list: {allowed}" if argument.listed else allowed, "note")
    values: Sequence[float] = example if isinstance(example, tuple) else (example,)
    for offset, number in enumerate(values):
        sheet.put(row, _EXAMPLE + offset, number, "fixed", number_format(declared))
    return block(row, _EXAMPLE, 1, len(values)).replace("$", "")


def _shown(argument: Argument) -> str:
    return f"[{argument.name}]" if argument.optional else argument.name


def _label(context: Context, sheet: Sheet, row: int, name: str, title: str, text: str) -> None:
    sheet.put(row, _FUNCTION, name, "repeated label")
    sheet.put(row, _ARGUMENT, title, "text")
    sheet.put(row, _MEANING, text, "text")
    sheet.heights[row] = context.lines_of(text, int(_WIDTHS[_MEANING] * 1.25))
