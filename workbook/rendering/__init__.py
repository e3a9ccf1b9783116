"""Descriptions of sheets as openpyxl objects: cells, styles, charts, themes."""
