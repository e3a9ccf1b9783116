"""A workbook that somebody else made: filled with results, or joined with the live model."""
