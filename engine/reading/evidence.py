"""What the figures of a scenario rest on: grades, and the book of assumptions."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..address import Address, take
from ..declaration import Scope, day_of
from ..evidence import FIGURES, POSITIONS, Book, derived_grade
from ..grades import ASSUMPTION, OFFICIAL, OWN, SECONDARY
from ..locations import Location
from .consistency import shown
from .waves import WaveReader

BOOK = "assumptions"  # key of the book in scenario files
_TEXTS = ("owner", "evidence", "stated")
_ENTRY = ("figure", "site", "grade", "expires", "status", *_TEXTS)
_TEXT_MAX = 200  # characters of who answers for a figure, and of what it rests on
# Inputs of the whole scenario that are the exit of the onshore team.
_DECISION = (
    "severance_weeks", "notice_weeks", "accrued_leave_weeks", "outplacement_cost",
    "retention_bonus", "parallel_months",
)  # fmt: skip


class EvidenceReader(WaveReader):
    """Fills in the grades of a scenario whose sites are read."""

    def evidence(
        self, site_tables: Sequence[Mapping[str, Any]], values: dict[str, np.ndarray]
    ) -> Book:
        """Fill in what each figure rests on; give back who answers for it."""
        for one in self.inputs.values():
            if one.scope is Scope.EVIDENCE:
                values[one.name][...] = one.default
        if "discount_rate" in self.data and "discount_grade" not in self.data:
            values["discount_grade"][...] = OWN
        for index, table in enumerate(site_tables):
            self._grades(index, table, values)
        texts = {name: [[""] * len(FIGURES) for _ in self.sites] for name in _TEXTS}
        seen: set[tuple[int, str]] = set()
        for number, entry in enumerate(self.tables(BOOK) if self.data.get(BOOK, []) != [] else ()):
            self._entry(number, entry, values, texts, seen)
        return Book(**{name: tuple(map(tuple, texts[name])) for name in _TEXTS})

    def _grades(self, index: int, table: Mapping[str, Any], values: dict[str, np.ndarray]) -> None:
        """The grades of a site's figures: as stated, or as follows from where they come from."""
        place = f"sites[{index}] {self.sites[index]!r}"
        stated = table.get("grades", {})
        if not isinstance(stated, Mapping):
            raise self.fail(f"grades is {shown(stated)}; it must be a table of grades", place)
        for figure in stated:
            self.known(figure, FIGURES, f"{place}, grades", "figure")
        location = self._location(table, place)
        given = self._given(index, table)
        for name, figure in FIGURES.items():
            address = Address("figure_basis", {"site": index, "figure": POSITIONS[name]})
            if name in stated:
                self.put(values, address, stated[name], f"{place}, grades", name)
                continue
            amounts = {one: np.abs(take(values, one, site=index)).max() for one in figure.inputs}
            grade = derived_grade(figure, given, amounts, self.inputs, location, index == 0)
            if grade == ASSUMPTION:
                grade = self._of_law(name, index, table, location)
            address.set(values, grade)

    def _given(self, index: int, table: Mapping[str, Any]) -> set[str]:
        """Inputs that the source sets for a site."""
        given = {*table}
        if "extra_costs" in self.data:
            given.add("extra_amount")
        if index == 0 and any(self.data.get(name) for name in _DECISION):
            given.add("stop_severance_weeks")
        return given

    def _of_law(
        self, name: str, index: int, table: Mapping[str, Any], location: Location | None
    ) -> int:
        """The grade of what follows from a country: time zones, notice and severance."""
        zones = bool(self.zones[0] and self.zones[index])
        if name == "overlap" and zones and "overlap_hours" not in table:
            return OFFICIAL
        return SECONDARY if name == "exit" and location is not None else ASSUMPTION

    def _entry(
        self,
        number: int,
        entry: Mapping[str, Any],
        values: dict[str, np.ndarray],
        texts: dict[str, list[list[str]]],
        seen: set[tuple[int, str]],
    ) -> None:
        """Fill in one entry of the book: for a figure of one site, or of all sites."""
        place = f"{BOOK}[{number}]"
        for key in entry:
            self.known(key, _ENTRY, place)
        if "figure" not in entry:
            raise self.fail(f"figure is not set; it must be one of {', '.join(FIGURES)}", place)
        figure = str(entry["figure"]).strip().casefold()
        self.known(figure, FIGURES, place, "figure")
        sites = range(len(self.sites))
        if "site" in entry:
            self.known(str(entry["site"]), self.sites, place, "site")
            first = self.sites.index(str(entry["site"]))
            sites = range(first, first + 1)
        for site in sites:
            if (site, figure) in seen:
                raise self.fail(
                    f"{figure} of {self.sites[site]!r} is there twice; keep one entry", place
                )
            seen.add((site, figure))
            at = {"site": site, "figure": POSITIONS[figure]}
            for name in _TEXTS:
                if entry.get(name, "") != "":
                    where = self.at(place, f"figure_{name}", **at)
                    text = self.text(entry, name, where, "", _TEXT_MAX)
                    if name == "stated" and not isinstance(day_of(text), int):
                        what = f"stated is {shown(text)}; it must be a month like '2026-10'"
                        raise self.fail(what, where)
                    texts[name][site][at["figure"]] = text
            for key in ("expires", "status"):
                if key in entry:
                    address = Address(f"figure_{key}", at)
                    self.put(values, address, entry[key], place, key)
            basis = Address("figure_basis", at)
            if "grade" in entry:
                self.put(values, basis, entry["grade"], place, "grade")
            elif entry.get("owner") and basis.get(values).item() == ASSUMPTION:
                basis.set(values, OWN)
