"""Number formats that several sheets use.

None names a colour: Excel's [Red] stands out from white at 4.0 to 1 only, where WCAG 2.2 asks for
4.5 of a text, and programs differ in what they take [Color9] for. A minus tells negative figures,
in the colour of their style, which the theme checks.
"""

PERCENT = "0.0%"
MONEY, MONEY_HOUR = "#,##0", "#,##0.00"
NO_ZERO = "0.0%;-0.0%;"


def figure(value: float) -> str:
    """Format of a single figure of any kind: no decimal point where nothing follows it."""
    return "#,##0" if round(value, 4) == round(value) else "#,##0.0###"
