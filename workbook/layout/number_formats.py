"""Number formats that several sheets use.

They contain no colours. Excel's [Red] has a contrast of only 4.0 to 1 on white, while WCAG 2.2
requires 4.5 for text, and programs render [Color9] differently. Negative figures have a minus sign
in the colour of their style, whose contrast the theme checks.
"""

PERCENT = "0.0%"
MONEY, MONEY_HOUR = "#,##0", "#,##0.00"
NO_ZERO = "0.0%;-0.0%;"
# For axes: short labels for amounts of any size.
MONEY_AXIS = '[>=10000]#,##0,"k";[<=-10000]-#,##0,"k";#,##0'
