"""The comparison workbook as data: every sheet described, formulas traced."""

from collections.abc import Callable, Iterable
from importlib.metadata import version

from ..engine.scenario import Scenario
from . import sheets
from .binding import bound
from .layout.context import Context
from .layout.positions import CALCULATIONS
from .layout.references import Text
from .layout.sheet import Book, Sheet, block
from .sheets.audit import Stamps, state_of
from .sheets.uncertainty import Spread
from .sheets.verdict_colours import colour_verdicts
from .trace.lambdas import functions

FORMAT = 1  # of the workbook's layout, as `read` understands it


def describe(
    scenario: Scenario,
    stamps: Stamps | None = None,
    spread: Spread | None = None,
    more: Iterable[Callable[[Context], Sheet]] = (),
) -> Book:
    """The comparison workbook of a scenario, as data.

    Parameters
    ----------
    scenario : Scenario
    stamps : mapping of int to float or str, optional
        What its Audit sheet says of the day it was made, by row; by default it is made now.
    spread : mapping, optional
        What its Uncertainty sheet keeps of a simulation; without it there is no such sheet.
    more : iterable of function
        Each gives an additional sheet, which stands after the others, from the context.
    """
    context = Context.of(scenario, stamps)
    book = described(context, spread)
    book.sheets += [make(context) for make in more]
    return bound(book, context.values, context.texts)


def described(context: Context, spread: Spread | None = None) -> Book:
    """The comparison workbook of a context's shape, with references to its values."""
    context.state = state_of(context)
    months = context.layout.places["month"]
    cells = block(months.row, months.column, 1, months.columns)
    names = {"shorewise_format": str(FORMAT), months.name: f"{months.sheet}!{cells}"}
    inputs = [
        make(context, names)
        for make in (
            sheets.inputs_sheet,
            sheets.sites_sheet,
            sheets.roles_sheet,
            sheets.rules_sheet,
            sheets.team_sheet,
            sheets.lists_sheet,
            sheets.checklists_sheet,
            sheets.cases_sheet,
            sheets.assumptions_sheet,
        )
    ]
    inputs.append(sheets.governance_sheet(context, names, version("shorewise")))
    calculations = [sheets.calculation_sheet(context, grid) for grid in CALCULATIONS]
    front = [
        sheets.about_sheet(context, version("shorewise")),
        sheets.summary_sheet(context),
        sheets.charts_sheet(context),
        sheets.law_changes_sheet(context),
        sheets.guide_sheet(context),
    ]
    back = [
        sheets.audit_sheet(context),
        sheets.sensitivity_sheet(context, names),
        *([sheets.uncertainty_sheet(context, spread)] if spread else []),
        sheets.lines_sheet(context),
        sheets.sources_sheet(context),
        sheets.countries_sheet(),
        sheets.law_sheet(),
        sheets.functions_sheet(context, names),
    ]
    names |= sheets.country_names()
    made = [*front, *inputs, *calculations, *back]
    for sheet in made:
        colour_verdicts(sheet, context.model)
    comments = {function.entry.name: function.entry.does for function in functions()}
    return Book(Text.of("name"), made, names, comments)
