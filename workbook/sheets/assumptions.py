"""The Assumptions sheet: each figure of each site, its grade, and who answers for it until when."""

from openpyxl.utils import get_column_letter

from ...engine.evidence import FIGURES, Figure, is_by_definition
from ...engine.grades import GRADE_TITLES
from ..layout.context import Context, number_format
from ..layout.figures import MEANS
from ..layout.positions import BOOK_COLUMNS, FIRST_ROW, HEAD_ROW
from ..layout.references import Text
from ..layout.sheet import Formula, Rule, Sheet, block
from .audit_figures import figure_ref, is_one_amount, mean_cell
from .choice_codes import entered
from .validations import validation

_TITLES = {
    1: "Figure", 2: "Site", 3: "Amount", 4: "Unit", 5: "Grade", 6: "Grade when made", 7: "Owner",
    8: "Evidence", 9: "Stated in", 10: "Valid until", 11: "Status", 12: "Expired", 13: "Inputs",
}  # fmt: skip
_WIDTHS = {
    1: 26, 2: 18, 3: 13, 4: 16, 5: 20, 6: 13, 7: 24, 8: 44, 9: 11, 10: 11, 11: 11, 12: 9, 13: 60,
}  # fmt: skip
_RIGHT = {3, 10, 12}
_GRADE, _LAPSED, _NOTE = 5, 12, 13
NOTE = (
    "Official: official and current; secondary: or old. A figure "
    "typed over becomes an own figure; one that has expired or is disputed is an assumption."
)


def assumptions_sheet(context: Context, names: dict[str, str]) -> Sheet:
    """The book of assumptions: a row for each figure of each site."""
    sheet = Sheet("Assumptions", "input", widths=_WIDTHS)
    context.heading(sheet, "Assumptions", NOTE, 5)
    for column, title in _TITLES.items():
        sheet.put(HEAD_ROW, column, title, "number head" if column in _RIGHT else "head")
    sites = range(len(context.scenario.sites))
    for number, figure in enumerate(FIGURES.values()):
        for site in sites:
            _row(context, sheet, FIRST_ROW + number * len(sites) + site, (site, number), figure)
    rows = len(FIGURES) * len(sites)
    sheet.put(2, _LAPSED - 1, "Expired", "label")
    place = context.layout.places["figures_lapsed"]
    cell = f"{place.sheet}!{block(place.row, place.column)}"
    sheet.put(2, _LAPSED, Formula(cell, context.refs("figures_lapsed").item()), "result", "0")
    for name, column in BOOK_COLUMNS.items():
        cells = block(FIRST_ROW, column, rows)
        names[name] = f"Assumptions!{cells}"
        if name in context.model.inputs:
            sheet.rules.append(validation(context.model.inputs[name], cells))
        else:
            words = "up to 200 characters"
            sheet.rules.append(Rule(cells, "textLength", 0, 200, _TITLES[column], words))
    sheet.freeze = f"C{FIRST_ROW}"
    sheet.head_rows, sheet.head_columns, sheet.print_columns = HEAD_ROW, 2, _NOTE
    sheet.heights[HEAD_ROW] = 2
    sheet.pages_wide = 1
    return sheet


def _row(context: Context, sheet: Sheet, row: int, at: tuple[int, int], figure: Figure) -> None:
    """One figure at one site."""
    site, number = at
    model = context.model
    sheet.put(row, 1, figure.label, "repeated label" if site else "label")
    sheet.put(row, 2, context.name_of("site", site), "label")
    first = model.inputs[figure.inputs[0]]
    if is_one_amount(context, figure):
        mean = Formula(mean_cell(context, *at), figure_ref(context, MEANS, at))
        looks = number_format(first)
        sheet.put(row, 3, mean, "result", "0.0##" if looks == "General" else looks)
        sheet.put(row, 4, context.unit(first.unit), "unit")
    fixed = site == 0 and is_by_definition(figure, model.inputs)
    words = ",".join(f'"{words}"' for words in GRADE_TITLES)
    grade = f"CHOOSE({_of_line(context, 'figure_grade', at)}+1,{words})"
    content = Formula(grade, Text.of(f"grade {site} {number}"))
    sheet.put(row, _GRADE, "by definition" if fixed else content, "label")
    for name, column in BOOK_COLUMNS.items():
        if name in model.inputs:
            here = {"site": site, "figure": number}
            given, style, shown = entered(context, model.inputs[name], is_fixed=fixed, **here)
            sheet.put(row, column, given, style, shown)
        else:
            key, style = name.removeprefix("figure_"), "fixed text" if fixed else "input text"
            sheet.put(row, column, Text.of(f"{key} {site} {number}"), style, "@")
    lapsed = Formula(
        _of_line(context, "figure_lapsed", at), figure_ref(context, "figure_lapsed", at)
    )
    sheet.put(row, _LAPSED, lapsed, "calculation", '[=1]"yes";""')
    labels = "; ".join(model.inputs[name].label for name in figure.inputs)
    sheet.put(row, _NOTE, labels, "note")


def _of_line(context: Context, name: str, at: tuple[int, int]) -> str:
    """The cell of a line of a figure at a site."""
    site, figure = at
    place = context.layout.places[name]
    row = place.row + figure * len(context.scenario.sites) + site
    return f"{place.sheet}!{get_column_letter(place.column)}{row}"
