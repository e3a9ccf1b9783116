"""Scenario files: plain data checked against the declarations, one clear error for a fault."""
