"""Rendering of described sheets with openpyxl: cells, styles, charts and themes."""
