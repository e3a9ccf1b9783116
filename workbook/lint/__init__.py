"""A linter for Excel workbooks: 28 rules of good modelling practice."""

from .linter import Finding, lint, rules
from .rule import Rule
from .text_report import report, summary

__all__ = ["Finding", "Rule", "lint", "report", "rules", "summary"]
