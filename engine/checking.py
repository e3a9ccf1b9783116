"""Checks of plain data, each with one clear error that names file, place, value and bound."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from .errors import ScenarioError
from .inputs import Input
from .model import default_model, nearest

_NAME_MAX = 60
# XML cannot hold control characters, and Excel reads _x0041_ in a file as the letter A.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")

Locate = Callable[[str, int | None, int | None, int | None], str]


class Checked:
    """Plain data of a scenario, and where it stands."""

    def __init__(self, data: Mapping[str, Any], origin: str, locate: Locate | None):
        self.data, self.origin, self.locate = data, origin, locate
        self.inputs = default_model().inputs

    def fail(self, what: str, place: str = "") -> ScenarioError:
        """The error to raise, with the file and the place in it."""
        return ScenarioError(f"{self.origin}: {place}{': ' if place else ''}{what}")

    def at(self, place: str, name: str, plan=None, site=None, row=None) -> str:
        """Where an input stands: its cell, if the file is a workbook, else the place given."""
        return self.locate(name, plan, site, row) if self.locate else place

    def number(self, entry: Input, value: Any, place: str, subject: str = "") -> float | int:
        """A number within an input's range; a word of its choices becomes one."""
        if value in entry.choices:
            value = entry.choices.index(value)
        wrong = isinstance(value, bool) or not isinstance(value, (int, float))
        if not wrong and entry.whole:
            wrong = isinstance(value, float) and not value.is_integer()
        if wrong or not entry.lowest <= value <= entry.highest:
            place = place or self.at("", entry.name)
            subject = subject or entry.name
            raise self.fail(f"{subject} is {shown(value)}; it must be {entry.allowed}", place)
        return value

    def known(self, key: str, names, place: str) -> None:
        """Refuse a key that means nothing here."""
        if key not in names:
            hint = nearest(key, names) or f"; allowed are {', '.join(map(str, names))}"
            raise self.fail(f"unknown key {shown(key)}{hint}", place)

    def text(self, table: Mapping[str, Any], key: str, place: str, default: str) -> str:
        """A name or other text that a workbook can hold, without spaces around it."""
        value = table.get(key, default)
        bad = "" if isinstance(value, str) else "a text"
        if not bad and (not value.strip() or len(value) > _NAME_MAX or _UNSAFE.search(value)):
            bad = f"1 to {_NAME_MAX} characters, without control characters or codes like _x0041_"
        if bad:
            raise self.fail(f"{key} is {shown(value)}; it must be {bad}", place)
        return value.strip()

    def names(self, what: str, given: list[Any], key: str) -> tuple[str, ...]:
        """Names that all differ."""
        names: list[str] = []
        for index, value in enumerate(given):
            if value is None:
                raise self.fail("name is missing", f"{what}[{index}]")
            place = self.at(f"{what}[{index}]", what, None, None, index)
            names.append(self.text({key: value}, key, place, ""))
            if names.index(names[-1]) != index:
                raise self.fail(f"{key} {value!r} is there twice; names must differ", place)
        return tuple(names)

    def array(self, key: str, default: list[str]) -> list[Any]:
        """A list that is not empty."""
        value = self.data.get(key, default)
        if not isinstance(value, list) or not value:
            raise self.fail(f"{key} is {value!r}; it must be a list with one entry at least")
        return value

    def tables(self, key: str) -> list[Mapping[str, Any]]:
        """An array of tables that is not empty."""
        value = self.data.get(key)
        if (
            not isinstance(value, list)
            or not value
            or not all(isinstance(t, Mapping) for t in value)
        ):
            what = "missing" if value is None else shown(value)
            raise self.fail(f"{key} is {what}; it must be one [[{key}]] table or more")
        return value


def shown(value: Any) -> str:
    """A wrong value, as an error shows it."""
    if value == "":
        return "empty"
    if isinstance(value, int) and abs(value) >= 10**18:
        return "a huge number"
    text = f"{value!r}"
    return text if len(text) <= 80 else text[:77] + "..."
