"""The reference of lines in docs/lines.md, generated from their declarations."""

import itertools
from collections.abc import Iterator

from ..engine.model import default_model
from .explain import explain


def lines_reference() -> str:
    """Reference of all lines in Markdown, by topic: meaning, formula, unit and source."""
    texts: list[str] = []
    lines = default_model().lines.values()
    for topic, group in itertools.groupby(lines, lambda line: line.topic):
        texts += [f"## {topic}", ""]
        for line in group:
            texts += [*_section(line.name), ""]
    return "\n".join(texts).rstrip() + "\n"


def _section(name: str) -> Iterator[str]:
    said = dict(map(tuple, explain(name)))
    yield f"### {said['Line']}"
    yield ""
    yield said["Meaning"]
    yield ""
    yield f"- `{name}` = `{said['Formula']}`"
    yield f"- Unit: {said['Unit']}; varies by {said['Varies by']}"
    if "Kind of cost" in said:
        yield f"- Kind of cost: {said['Kind of cost']}"
    yield f"- Used by: {said['Used by']}"
    yield f"- Source: {said['Source']}"
