"""Findings as text: sorted by severity, one line for each cause on a sheet."""

import re
from collections.abc import Iterator, Sequence

from .linter import Finding
from .rule import SEVERITIES

_HEADS = {"high": "likely wrong", "medium": "worth checking", "low": "good practice"}
_NUMBERS = re.compile(r"[0-9][0-9.,]*")
_SHOWN_MAX = 6  # cells and blocks on a line


def report(findings: Sequence[Finding]) -> Iterator[str]:
    """Lines of a report: a summary, then the findings below a heading per severity."""
    if not findings:
        return
    yield summary(findings)
    for severity in SEVERITIES:
        groups: dict[tuple[str, str, str], list[Finding]] = {}
        for one in findings:
            if one.severity == severity:
                cause = _NUMBERS.sub("0", one.group)  # constants in several rows: one cause
                groups.setdefault((one.rule, one.sheet, cause), []).append(one)
        if groups:
            yield f"{_HEADS[severity].capitalize()}:"
        for (rule, _, _), group in groups.items():
            others = " and others like it" * (len({one.what for one in group}) > 1)
            yield f"{_places(group)}: {rule} {group[0].what}{others}"


def summary(findings: Sequence[Finding]) -> str:
    """One line: the number of findings by severity, the number of sheets, and the worst address."""
    counts = {name: sum(one.severity == name for one in findings) for name in SEVERITIES}
    told = ", ".join(f"{n} {_HEADS[name]}" for name, n in counts.items() if n)
    sheets = len({one.sheet for one in findings if one.sheet})
    return f"{told}; on {sheets} sheet{'s' * (sheets != 1)}; look first at {findings[0].place}"


def _places(group: Sequence[Finding]) -> str:
    """Addresses of cells and blocks on one sheet, which is named once."""
    first, *others = [one.place for one in group]
    before = first.rpartition("!")[0] + "!"
    shown = [first, *(one.removeprefix(before) for one in others[: _SHOWN_MAX - 1])]
    more = len(group) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
