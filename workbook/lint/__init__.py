"""What any workbook has that the rules of good models advise against."""

from .linter import Finding, lint, rules
from .rule import Rule
from .text_report import report, summary

__all__ = ["Finding", "Rule", "lint", "report", "rules", "summary"]
