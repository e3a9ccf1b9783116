"""Titles of the sheets that comparison workbooks have."""

# Titles of the sheets of comparison workbooks: a test compares them with the books described.
OWN_TITLES = (
    "Board", "Cost per head", "Cash and P&L", "Bridge", "Scenarios", "Governance", "About",
    "Law changes", "Guide", "Roster", "Staffing", "Inputs", "Rules", "Checklists", "Assumptions",
    "Results", "Live", "Statutory", "Costs",
    "Waterfall", "Timeline", "Changes", "Statement", "Quarters", "Tax", "Returns", "Quote", "Risk",
    "Fit", "Evidence", "Checks", "Audit", "Sensitivity", "Lines", "Sources", "Countries", "Law",
    "Functions", "Uncertainty",
)  # fmt: skip
RUNNING_TITLES = ("Variance", "Actuals", "Reforecast")  # of a plan that runs
