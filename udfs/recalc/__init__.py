"""Recalculation of anybody's workbook as far as it depends on the functions, and no further."""
