"""What any workbook has that the rules of good models advise against."""

from .linter import Finding, lint, rules
from .report import report, summary
from .rule import Rule

__all__ = ["Finding", "Rule", "lint", "report", "rules", "summary"]
