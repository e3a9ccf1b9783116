"""Sheets described as data, one module a kind."""

from .about import about_sheet
from .assumptions import assumptions_sheet
from .audit import audit_sheet
from .board import board_sheet
from .bridge import bridge_sheet
from .calculations import calculation_sheet
from .cash import cash_sheet
from .cost_per_head import cost_per_head_sheet
from .countries import countries_sheet, country_names, law_sheet
from .functions import functions_sheet
from .governance import governance_sheet
from .guide import guide_sheet
from .inputs import inputs_sheet
from .law_changes import law_changes_sheet
from .lists import checklists_sheet
from .reference import lines_sheet, sources_sheet
from .results import results_sheet
from .roster import roster_checks, roster_sheet, staffing_sheet
from .rules import rules_sheet
from .scenarios import scenarios_sheet
from .sensitivity import sensitivity_sheet
from .uncertainty import uncertainty_sheet

__all__ = [
    "about_sheet",
    "assumptions_sheet",
    "audit_sheet",
    "board_sheet",
    "bridge_sheet",
    "calculation_sheet",
    "cash_sheet",
    "checklists_sheet",
    "cost_per_head_sheet",
    "countries_sheet",
    "country_names",
    "functions_sheet",
    "governance_sheet",
    "guide_sheet",
    "inputs_sheet",
    "law_changes_sheet",
    "law_sheet",
    "lines_sheet",
    "results_sheet",
    "roster_checks",
    "roster_sheet",
    "rules_sheet",
    "scenarios_sheet",
    "sensitivity_sheet",
    "sources_sheet",
    "staffing_sheet",
    "uncertainty_sheet",
]
