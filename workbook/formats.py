"""Number formats that several sheets use.

Negative figures are dark red: Excel's plain [Red] stands out from white at 4.0 to 1 only, where
WCAG 2.2 asks for 4.5 of a text.
"""

NEGATIVE = "800000"  # what [Color9] is in the palette of every workbook that defines none
_DARK_RED = "[Color9]"
PERCENT = f"0.0%;{_DARK_RED}-0.0%"
MONEY = f"#,##0;{_DARK_RED}-#,##0"
MONEY_HOUR = f"#,##0.00;{_DARK_RED}-#,##0.00"
NO_ZERO = "0.0%;-0.0%;"


def figure(value: float) -> str:
    """Format of a single figure of any kind: no decimal point where nothing follows it."""
    return "#,##0" if round(value, 4) == round(value) else "#,##0.0###"
