"""Two tables of sites for whose scenario cells users who do not share them see the same text."""

import functools

from shorewise.udfs.scenario_contents import Content, digits_of
from shorewise.udfs.scenario_registry import SHOWN


@functools.cache
def twins():
    """Two tables with one site each, of which the digests begin with the same digits."""
    known, salary, digits = {}, 40_000, _shown(40_000)
    while digits not in known:
        known[digits] = salary
        salary += 1
        digits = _shown(salary)
    return [[["name", "salary"], ["A", one]] for one in (known[digits], salary)]


def _shown(salary):
    """The digits that the scenario cell shows."""
    content = Content((("name", "salary"), ("A", float(salary))))
    return digits_of(content.text(2, 2))[:SHOWN]
