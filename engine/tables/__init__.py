"""Tables of facts: each figure with its source, and what was not found left empty."""

import csv
from collections.abc import Iterator
from importlib import resources


def rows(name: str) -> Iterator[dict[str, str]]:
    """Rows of a table, by its column names."""
    text = resources.files(__package__).joinpath(name).read_text("utf-8")
    yield from csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
