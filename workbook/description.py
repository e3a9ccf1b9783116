"""The comparison workbook as data: every sheet described, formulas traced."""

from collections.abc import Callable, Iterable
from importlib.metadata import version

from ..engine.scenario import Scenario
from . import sheets
from .binding import bound
from .languages.language import ENGLISH, language_of
from .layout.context import Context
from .layout.positions import CALCULATIONS, CHECKS
from .layout.references import Text
from .layout.roster_figures import roster_rows
from .layout.sheet import Book, Sheet, block
from .sheets.audit import Stamps, state_of
from .sheets.uncertainty import Spread
from .sheets.verdict_colours import colour_verdicts
from .trace.lambdas import PARTS_DO, functions
from .translation import translated

FORMAT = 3  # of the workbook's layout, as `read` understands it


def describe(
    scenario: Scenario,
    stamps: Stamps | None = None,
    spread: Spread | None = None,
    more: Iterable[Callable[[Context], Sheet]] = (),
    language: str = ENGLISH,
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
    language : str
        Code of the language of its texts, such as "de"; additional sheets keep theirs.
    """
    context = Context.of(scenario, stamps, language_of(language))
    book = described(context, spread)
    book.sheets += [make(context) for make in more]
    return bound(book, context.values, context.texts)


def described(context: Context, spread: Spread | None = None) -> Book:
    """The comparison workbook of a context's shape, with references to its values."""
    context.state = state_of(context)
    months = context.layout.places["month"]
    cells = block(months.row, months.column, 1, months.columns)
    names = {"shorewise_format": str(FORMAT), months.name: f"{months.sheet}!{cells}"}
    has_roster = roster_rows(context.scenario) > 0
    calculations = {
        grid.title: sheets.calculation_sheet(context, grid, names) for grid in CALCULATIONS
    }
    if has_roster:
        sheets.roster_checks(context, calculations[CHECKS.title])
    front = [
        sheets.board_sheet(context),
        sheets.inputs_sheet(context, names),
        sheets.cost_per_head_sheet(context),
        sheets.cash_sheet(context),
        sheets.bridge_sheet(context),
        sheets.scenarios_sheet(context),
        sheets.sensitivity_sheet(context, names),
        sheets.assumptions_sheet(context, names),
        calculations.pop(CHECKS.title),
        sheets.about_sheet(context, version("shorewise")),
    ]
    back = [
        *([sheets.roster_sheet(context, names)] if has_roster else []),
        sheets.rules_sheet(context, names),
        sheets.governance_sheet(context, names, version("shorewise")),
        *([sheets.staffing_sheet(context, names)] if has_roster else []),
        sheets.law_changes_sheet(context),
        *([sheets.uncertainty_sheet(context, spread)] if spread else []),
    ]
    hidden = [
        sheets.results_sheet(context, names),
        *calculations.values(),
        sheets.audit_sheet(context),
        sheets.lines_sheet(context),
        sheets.sources_sheet(context, names),
        sheets.countries_sheet(),
        sheets.law_sheet(),
        sheets.functions_sheet(context, names),
        sheets.guide_sheet(context),
        sheets.checklists_sheet(context, names),
    ]
    _group(front, back, hidden)
    names |= sheets.country_names()
    made = [*front, *back, *hidden]
    for sheet in made:
        colour_verdicts(sheet, context.model)
    comments = {function.entry.name: function.entry.does for function in functions()} | PARTS_DO
    return translated(Book(Text.of("name"), made, names, comments), context.language)


def _group(front: Iterable[Sheet], back: Iterable[Sheet], hidden: Iterable[Sheet]) -> None:
    """Set the colours of the tabs by group, and hide the sheets of the last one."""
    for sheet in front:
        sheet.colour = "output"
    for sheet in (*back, *hidden):
        sheet.colour = "input" if sheet.colour == "input" else "calculation"
    for sheet in hidden:
        sheet.hidden = True
