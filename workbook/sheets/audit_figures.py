"""The graded figures of sites on sheet Audit: their sums, and the grade of those that were edited.

The sum of a figure's inputs at a site stands beside what it was when the workbook was made. Where
it differs, the figure is somebody's own, unless it is what the country of the site gives.
"""

from collections.abc import Iterator
from typing import NamedTuple

from openpyxl.utils import get_column_letter

from ...engine.axes import array_index
from ...engine.evidence import FIGURES, Figure
from ...engine.grades import OWN
from ..layout.context import Context, number_format
from ..layout.figures import COUNTRY_GRADES, GIVEN, MEANS, NO_FIGURE, OF_COUNTRY, SUMS
from ..layout.positions import AUDIT_COLUMN, AUDIT_EDITED, LIVE, audited_figures
from ..layout.references import Ref
from ..layout.sheet import Formula, Sheet, block

_NOW, _SAME = (get_column_letter(AUDIT_COLUMN + offset) for offset in (2, 3))
_MEAN, _GIVEN, _COUNTRY = AUDIT_COLUMN + 5, AUDIT_COLUMN + 7, AUDIT_COLUMN + 9
TITLES = {
    _MEAN: "Average over roles", _GIVEN - 1: "Cells", _GIVEN: "Sum by its country",
    _COUNTRY: "Grade of its country", AUDIT_EDITED: "Grade if edited",
}  # fmt: skip


class FigureRow(NamedTuple):
    """A graded figure of a site: the formula and the value of the sum of its inputs."""

    row: int
    declared: Figure
    site: int
    number: int
    text: str
    now: Ref
    cost: int = 0  # as rows of results have one


def figure_rows(context: Context) -> Iterator[FigureRow]:
    """The rows of all figures of all sites, the sites of a figure together."""
    row = audited_figures(context.model, len(context.scenario.plans))
    for number, figure in enumerate(FIGURES.values()):
        for site in range(len(context.scenario.sites)):
            now = figure_ref(context, SUMS, (site, number))
            text = f"SUM({','.join(_ranges(context, figure, site))})"
            yield FigureRow(row, figure, site, number, text, now)
            row += 1


def _ranges(context: Context, figure: Figure, site: int) -> list[str]:
    """The cells of a figure's inputs at a site; inputs that stand together are one range."""
    found: list[tuple[str, int, int, int]] = []
    for name in figure.inputs:
        place = context.layout.places[name]
        if found and found[-1][0] == place.sheet and sum(found[-1][1:3]) == place.row:
            sheet, row, rows, column = found.pop()
            found.append((sheet, row, rows + place.rows, column))
        else:
            found.append((place.sheet, place.row, place.rows, place.column + site))
    return [f"{sheet}!{block(row, column, rows)}" for sheet, row, rows, column in found]


def put_figure(context: Context, sheet: Sheet, entry: FigureRow) -> None:
    """What stands beside the sum of a figure: its average, and its grade if it was edited."""
    row, at = entry.row, (entry.site, entry.number)
    sheet.put(row, 2, context.name_of("site", entry.site), "label")
    sheet.put(row, 3, "sum", "unit")
    if is_one_amount(context, entry.declared):
        name = entry.declared.inputs[0]
        text = f"AVERAGE({cells_of(context, name, entry.site)})"
        mean = Formula(text, figure_ref(context, MEANS, at))
        sheet.put(row, _MEAN, mean, "calculation", number_format(context.model.inputs[name]))
    otherwise = f"{get_column_letter(_COUNTRY)}{row}"
    if name := OF_COUNTRY.get([*FIGURES][entry.number], ""):
        place = context.layout.places["country_row"]
        country_row = f"{LIVE.title}!{get_column_letter(place.column + entry.site)}{place.row}"
        money = "*usd_rate" if name == "salary" else ""
        roles = f"{get_column_letter(_GIVEN - 1)}{row}"
        # Divided twice: where the country has no figure, 1 over an empty cell is an error.
        text = f"IFERROR({roles}/(1/INDEX(country_{name},{country_row})){money},{NO_FIGURE})"
        given = Formula(text, figure_ref(context, GIVEN, at))
        number = context.layout.places[name].rows
        sheet.put(row, _GIVEN - 1, number, "reference", "0")
        sheet.put(row, _GIVEN, given, "calculation", number_format(context.model.inputs[name]))
        cell = f"{get_column_letter(_GIVEN)}{row}"
        same = f"ABS({_NOW}{row}-{cell})<=check_tolerance*{_NOW}{row}"
        text = f"IFERROR(IF({same},INDEX(grade_of_{name},{country_row}),{OWN}),{OWN})"
        country = Formula(text, figure_ref(context, COUNTRY_GRADES, at))
        sheet.put(row, _COUNTRY, country, "calculation", "0")
    else:
        sheet.put(row, _COUNTRY, OWN, "reference", "0")
    text = f"IF({_SAME}{row},-1,{otherwise})"
    edited = Formula(text, figure_ref(context, "figure_edited", at))
    sheet.put(row, AUDIT_EDITED, edited, "calculation", "0")


def is_one_amount(context: Context, figure: Figure) -> bool:
    """Whether a figure is one input with a number for each site and role at most."""
    first = context.model.inputs[figure.inputs[0]]
    return len(figure.inputs) == 1 and first.is_by_site_or_role


def mean_cell(context: Context, site: int, number: int) -> str:
    """The cell of sheet Audit with the average of a figure at a site."""
    first = audited_figures(context.model, len(context.scenario.plans))
    row = first + number * len(context.scenario.sites) + site
    return f"Audit!{get_column_letter(_MEAN)}{row}"


def cells_of(context: Context, name: str, site: int) -> str:
    """The cells of an input at a site."""
    place = context.layout.places[name]
    return f"{place.sheet}!{block(place.row, place.column + site, place.rows)}"


def figure_ref(context: Context, name: str, at: tuple[int, int]) -> Ref:
    """The reference to a number of a figure, by site and number of the figure."""
    site, figure = at
    return context.refs(name)[array_index({"site": site, "figure": figure})]
