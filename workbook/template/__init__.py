"""A workbook that somebody else made, filled with results."""
