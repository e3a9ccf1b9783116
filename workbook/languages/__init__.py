"""Texts of workbooks in other languages than English: a table for each, and how it is applied."""
