"""The Assumptions sheet: each figure of each site, its grade, and who answers for it until when."""

from openpyxl.utils import get_column_letter

from ...engine.axes import array_index
from ...engine.evidence import FIGURES, Figure, is_by_definition
from ...engine.grades import GRADE_TITLES
from ..layout.context import Context, number_format
from ..layout.figures import COUNTRY_GRADES, LAPSED, MEANS, OF_COUNTRY
from ..layout.positions import (
    AUDIT_COLUMN,
    BOOK_COLUMNS,
    FIRST_ROW,
    HEAD_ROW,
    LIVE,
    audited_figures,
)
from ..layout.references import Ref, Text
from ..layout.sheet import Formula, Rule, Sheet, block
from .countries import column_of_country, grade_head
from .validations import validation

_TITLES = {
    1: "Figure", 2: "Site", 3: "Amount", 4: "Unit", 5: "Grade", 6: "Grade when made", 7: "Owner",
    8: "Evidence", 9: "Stated in", 10: "Valid up to", 11: "Status", 12: "Lapsed", 13: "Stands for",
    15: "Grade of its country", 16: "Edited: its grade",
}  # fmt: skip
_WIDTHS = {
    1: 26, 2: 18, 3: 13, 4: 16, 5: 20, 6: 11, 7: 24, 8: 44, 9: 11, 10: 11, 11: 9, 12: 9, 13: 60,
    14: 2, 15: 11, 16: 11,
}  # fmt: skip
_RIGHT = {3, 6, 10, 11, 12, 15, 16}
_GRADE, _LAPSED, _NOTE, _COUNTRY, _EDITED = 5, 12, 13, 15, 16
_SAME = get_column_letter(AUDIT_COLUMN + 3)  # of sheet Audit: whether a figure is as it was made
_NOW = get_column_letter(AUDIT_COLUMN + 2)
NOTE = (
    "Grades: 0 official and current, 1 secondary or old, 2 own figure, 3 assumption. A figure "
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
    lapsed = block(FIRST_ROW, _LAPSED, rows)
    sheet.put(2, _LAPSED - 1, "Lapsed", "label")
    total = Formula(f"SUM({lapsed})", context.refs(LAPSED).item())
    sheet.put(2, _LAPSED, total, "result", "0")
    for name, column in BOOK_COLUMNS.items():
        cells = block(FIRST_ROW, column, rows)
        names[name] = f"Assumptions!{cells}"
        if name in context.model.inputs:
            sheet.rules.append(validation(context.model.inputs[name], cells))
        elif column != _EDITED:
            words = "up to 200 characters"
            sheet.rules.append(Rule(cells, "textLength", 0, 200, _TITLES[column], words))
    sheet.freeze = f"C{FIRST_ROW}"
    sheet.head_rows, sheet.head_columns, sheet.print_columns = HEAD_ROW, 2, _NOTE
    sheet.heights[HEAD_ROW] = 2
    sheet.filter = block(HEAD_ROW, 1, rows + 1, _NOTE)
    sheet.pages_wide = 1
    return sheet


def _row(context: Context, sheet: Sheet, row: int, at: tuple[int, int], figure: Figure) -> None:
    """One figure at one site."""
    site, number = at
    model = context.model
    sheet.put(row, 1, figure.label, "repeated label" if site else "label")
    sheet.put(row, 2, context.name_of("site", site), "label")
    first = model.inputs[figure.inputs[0]]
    if len(figure.inputs) == 1 and first.is_by_site_or_role:
        mean = Formula(f"AVERAGE({_cells(context, first.name, site)})", _ref(context, MEANS, at))
        sheet.put(row, 3, mean, "calculation", number_format(first))
        sheet.put(row, 4, context.unit(first.unit), "unit")
    fixed = site == 0 and is_by_definition(figure, model.inputs)
    words = ",".join(f'"{words}"' for words in GRADE_TITLES)
    grade = f"CHOOSE({_of_line(context, 'figure_grade', at)}+1,{words})"
    content = Formula(grade, Text.of(f"grade {site} {number}"))
    sheet.put(row, _GRADE, "by definition" if fixed else content, "label")
    for name, column in BOOK_COLUMNS.items():
        if name in model.inputs:
            entry, style = model.inputs[name], "fixed" if fixed else "input"
            sheet.put(row, column, _ref(context, name, at), style, number_format(entry))
        elif column != _EDITED:
            key, style = name.removeprefix("figure_"), "fixed text" if fixed else "input text"
            sheet.put(row, column, Text.of(f"{key} {site} {number}"), style, "@")
    lapsed = Formula(_of_line(context, "figure_lapsed", at), _ref(context, "figure_lapsed", at))
    sheet.put(row, _LAPSED, lapsed, "calculation", '[=1]"yes";""')
    labels = "; ".join(model.inputs[name].label for name in figure.inputs)
    sheet.put(row, _NOTE, labels, "note")
    audit = audited_figures(model, len(context.scenario.plans))
    audit += number * len(context.scenario.sites) + site
    otherwise = "2"
    if input_name := OF_COUNTRY.get([*FIGURES][number]):
        otherwise = f"{get_column_letter(_COUNTRY)}{row}"
        text = _of_country(context, input_name, site, f"Audit!{_NOW}{audit}")
        country = Formula(text, _ref(context, COUNTRY_GRADES, at))
        sheet.put(row, _COUNTRY, country, "calculation", "0")
    edited = Formula(f"IF(Audit!{_SAME}{audit},-1,{otherwise})", _ref(context, "figure_edited", at))
    sheet.put(row, _EDITED, edited, "calculation", "0")


def _of_line(context: Context, name: str, at: tuple[int, int]) -> str:
    """The cell of a line of a figure at a site."""
    site, figure = at
    place = context.layout.places[name]
    row = place.row + figure * len(context.scenario.sites) + site
    return f"{place.sheet}!{get_column_letter(place.column)}{row}"


def _of_country(context: Context, name: str, site: int, now: str) -> str:
    """The grade of what the site's country gives, if that is what the site has; else own."""
    at = context.layout.places["country_row"]
    row = f"{LIVE.title}!{get_column_letter(at.column + site)}{at.row}"
    cells = _cells(context, name, site)
    money = "*usd_rate" if name == "salary" else ""
    given = f"ROWS({cells})*INDEX(country_{name},{row}){money}"
    same = f"ABS({now}-{given})<=check_tolerance*{now}"
    return f"IFERROR(IF({same},INDEX({column_of_country(grade_head(name))},{row}),2),2)"


def _cells(context: Context, name: str, site: int) -> str:
    """The cells of an input at a site."""
    place = context.layout.places[name]
    return f"{place.sheet}!{block(place.row, place.column + site, place.rows)}"


def _ref(context: Context, name: str, at: tuple[int, int]) -> Ref:
    site, figure = at
    return context.refs(name)[array_index({"site": site, "figure": figure})]
