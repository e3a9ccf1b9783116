"""Positions of all cells in the workbook, and the data from which sheets are described."""
