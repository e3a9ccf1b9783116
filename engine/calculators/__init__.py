"""Calculations for functions in cells, which need no scenario file."""
