"""Answers to single questions without a scenario file: the functions that any cell may call."""
