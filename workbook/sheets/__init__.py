"""Sheets described as data, one module a kind."""

from .about import about_sheet
from .calculations import (
    checks_sheet,
    costs_sheet,
    decision_sheet,
    statutory_sheet,
    timeline_sheet,
)
from .guide import guide_sheet
from .inputs import inputs_sheet, roles_sheet, rules_sheet, sites_sheet, team_sheet
from .lists import checklists_sheet, lists_sheet
from .summary import summary_sheet

__all__ = [
    "about_sheet",
    "checklists_sheet",
    "checks_sheet",
    "costs_sheet",
    "decision_sheet",
    "guide_sheet",
    "inputs_sheet",
    "lists_sheet",
    "roles_sheet",
    "rules_sheet",
    "sites_sheet",
    "statutory_sheet",
    "summary_sheet",
    "team_sheet",
    "timeline_sheet",
]
