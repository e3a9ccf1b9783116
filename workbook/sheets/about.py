"""The About sheet: what the workbook is, how to read it, what the colours mean."""

from collections.abc import Sequence
from typing import Any

from ..layout.context import Context
from ..layout.positions import HASH_CELL, STATE_CELL
from ..layout.references import Text
from ..layout.roster_figures import roster_rows
from ..layout.sheet import CellLink, Formula, Sheet
from .audit import hash_of
from .glossary import put_glossary
from .governance import signed_off

_FRONT = (
    ("Board", "The paper on one page: the plan recommended and why, the plans side by side."),
    ("Inputs", "All inputs: those that matter most on top, the others in groups to open."),
    ("Cost per head", "From salary to the fully loaded cost, by head and hour; limits of price."),
    ("Cash and P&L", "Returns of each plan; its cash, profit and tax by fiscal year."),
    ("Bridge", "From the headline saving to the saving after risk; the ramp of capacity."),
    ("Scenarios", "Base, optimistic and pessimistic case of each plan, with the differences."),
    ("Sensitivity", "Net saving when one driver or two move: tables that fill themselves."),
    ("Assumptions", "What each figure rests on, who answers for it, and until when."),
    ("Checks", "Whether the model reconciles with itself; the result shows on every sheet."),
)
_BACK = (
    ("Rules", "Statutory employer charges of each site's country, in local currency."),
    ("Governance", "Sign-off, version log, expired figures, and what is not modelled."),
    ("Law changes", "What changes of the law within the horizon cost each plan."),
)
_ROSTER = (
    ("Roster", "A payroll to paste: plans named there take heads, waves and pay from it."),
    ("Staffing", "Heads, waves and salaries in force: from the roster, or as entered."),
)
_HIDDEN = (
    ("Results", "Each measure by plan in a named row, for formulas on sheets of your own."),
    ("Live", "The drivers at the level of the chosen case."),
    ("Statutory", "What each statutory charge costs by role, in local currency."),
    ("Costs", "Cost per head by site and role; plans in steady state."),
    ("Waterfall", "How the headline saving becomes the saving in steady state."),
    ("Timeline", "Every month: value, cost and saving."),
    ("Changes", "Each change of a site's law within the horizon, one by one."),
    ("Statement", "Cost, cash and profit of each plan by fiscal year."),
    ("Quarters", "The same by fiscal quarter."),
    ("Tax", "What each plan changes in taxes, by fiscal year; all rates are 0 by default."),
    ("Returns", "Saving over the horizon, break-even, payback, present value."),
    ("Quote", "What a competitor's price leaves to each plan."),
    ("Risk", "What an average year loses; cost after risk."),
    ("Fit", "Which sites the work allows; the plan that is recommended."),
    ("Evidence", "How much of the cost rests on official, secondary and own figures."),
    ("Audit", "Whether inputs are in range, and what was edited since the workbook was made."),
    ("Lines", "The model's map: every line with unit, formula, meaning, source and use."),
    ("Sources", "Where every default comes from, with its range."),
    ("Countries", "Figures of each country, region and regime, with their sources."),
    ("Law", "Statutory employer charges of each country, with source, date and confidence."),
    ("Functions", "Functions that any cell may call in Excel 365, each with an example."),
    ("Guide", "What the source articles say of work, places and engagement models."),
    ("Checklists", "Questions of the source articles, to be answered."),
)
_SHOWING = (
    ("To show one", "Right-click the tab of any sheet, choose Unhide, and choose it in the list."),
    ("Links", "A link to one of these sheets works once the sheet is shown."),
)
_PRINTING = (
    ("The paper", "Click tab Board, hold Shift, click tab Sensitivity, and print: eight pages."),
    ("In full", "The other sheets print as they are; a hidden sheet does not print."),
)
_LEGEND = (
    ("legend input", "Input, in a box: change it", 123),
    ("fixed", "Fixed: cannot be changed here", 0),
    ("calculation", "Calculation: a live formula", 123),
    ("result", "Result: a live link to a calculation", 123),
    ("reference", "For reference: usual low, default and high value", 123),
)
_READING = (
    "Costs are positive; a saving is what the same output would have cost onshore, less the cost.",
    "The fully loaded cost is what it takes to get the output of one onshore head for a year.",
    "The headline saving compares salaries only; the verdict rests on the saving after risk.",
    "A plan breaks even in the first month from which its cumulative saving stays at 0 or above.",
    "Heads are sized to the output of the baseline, unless Inputs take them as entered.",
    "Every default is a visible input with its source; those marked [A] are assumptions.",
    "The defaults were calibrated to the source's bands: landing in them proves nothing.",
    "Change cells in a box only; the others are locked, without a password, but for Inputs: Excel "
    "opens no group of rows on a protected sheet.",
)


_SOURCES = (
    (
        "S0-01 to S0-64",
        "Article on offshoring for AI agencies: 'a cost advantage or a quality trap?'",
    ),
    ("S3-01 to S3-89", "Article 'Offshoring vs Nearshoring: A CTO's Strategic Guide (2026)'."),
    (
        "Authorities",
        "The articles cite the WEF, McKinsey, GitLab, Forrester and Deloitte, without a figure.",
    ),
    ("C-1 to C-5", "Contradictions in the sources: see Guide."),
    ("BLS ECEC", "US Bureau of Labor Statistics, Employer Costs for Employee Compensation, 2025."),
    ("Aon, WTW", "Salary increase and turnover surveys 2025-26."),
    ("COCOMO II SITE", "Effort multipliers for teams at several sites, Boehm and others, 2000."),
    ("Statutory charges", "One source beside each charge: sheet Law."),
    ("[A]", "An assumption of this model, to be replaced by your own figure."),
)


def about_sheet(context: Context, version: str) -> Sheet:
    """What, version, how to read it, legend."""
    sheet = Sheet("About", "output", widths={1: 26, 2: 100})
    context.heading(sheet, "What a distributed team really costs", "")
    row = 5
    behind = (*_ROSTER, *_BACK) if roster_rows(context.scenario) else _BACK
    parts: tuple[tuple[str, Sequence[tuple[Any, str]]], ...] = (
        ("Sheets to read", _FRONT),
        ("Sheets behind them: further inputs and results", behind),
        ("Hidden sheets: calculations and references", (*_HIDDEN, *_SHOWING)),
        ("To print", _PRINTING),
        ("How to read it", list(enumerate(_READING, 1))),
        ("Sources named on the input sheets", _SOURCES),
    )
    for title, entries in parts:
        sheet.put(row, 1, title, "topic")
        for row, (name, text) in enumerate(entries, row + 1):  # noqa: B020 - rows below the title
            target = f"'{name}'" if " " in str(name) else name
            link = CellLink(f"{target}!A1") if entries in (_FRONT, behind) else None
            style = "link" if link else "label" if isinstance(name, str) else "fact"
            sheet.put(row, 1, name, style, link=link)
            sheet.put(row, 2, text, "text")
        row += 2
    sheet.put(row, 1, "Colours", "topic")
    for row, (style, text, sample) in enumerate(_LEGEND, row + 1):  # noqa: B020 - as above
        sheet.put(row, 1, sample, style, "#,##0")
        sheet.put(row, 2, text, "text")
    row += 2
    row = _made(context, sheet, row, version)
    put_glossary(context, sheet, row + 2)
    sheet.portrait, sheet.head_rows = True, 3
    return sheet


def _made(context: Context, sheet: Sheet, row: int, version: str) -> int:
    """Who made and signed it, when, from which assumptions, with what."""
    sheet.put(row, 1, "Provenance", "topic")
    stamp = Formula(HASH_CELL, hash_of(context))
    rows: tuple[tuple[str, Any, str], ...] = (
        *signed_off(context),
        ("Hash of assumptions", stamp, "General"),
        ("Inputs and results", Formula(STATE_CELL, context.state), "General"),
        ("Made with", f"Shorewise {version}", "General"),
        ("Reporting currency", Formula("currency", Text.of("currency")), "General"),
        ("Assumed beside defaults", Formula("assumed", Text.of("assumed")), "General"),
    )
    for row, (name, content, style_format) in enumerate(rows, row + 1):  # noqa: B020 - as above
        sheet.put(row, 1, name, "label")
        sheet.put(row, 2, content, "fact", style_format)
    sheet.heights[row] = context.lines_of(Text.of("assumed"), 100)
    return row
