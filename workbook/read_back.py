"""From a workbook back to its scenario, also after somebody changed inputs in Excel."""

import datetime
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from openpyxl import Workbook
from openpyxl.utils import get_column_letter, range_boundaries

from ..engine.address import Address
from ..engine.assumptions import Unset
from ..engine.axes import RULES, TENURE_MONTHS
from ..engine.country_figures import FOLLOWING, OF_BOTH, given_by
from ..engine.declaration import Input, Scope
from ..engine.drivers import SAVED_NAMES
from ..engine.errors import ScenarioError
from ..engine.evidence import FIGURES, POSITIONS
from ..engine.governance import SIGNED, VERSIONS_MAX, Version
from ..engine.lists import LISTS, NO_CHARGE, UNUSED, List
from ..engine.locations import PARTS, location_named, locations
from ..engine.model import default_model
from ..engine.reading.consistency import Checked, shown
from ..engine.reading.fields import PRESENTATION, SAVED_CASES
from ..engine.reading.roster import ROWS_MAX as ROSTER_MAX
from ..engine.reading.roster import is_blank
from ..engine.reading.site_fields import SITE_SCOPES
from ..engine.roster import KEY as ROSTER
from ..engine.roster import RosterRow
from ..engine.scenario import Scenario
from ..engine.spare_places import without_spares
from ..engine.spares import AXES, PHRASES, spare_names
from .description import FORMAT
from .errors import WorkbookError
from .joint import joint_of, only_model
from .languages.language import language_in
from .layout.choices import RECOMMENDED, SHOWN_PLAN, is_in_words
from .layout.figures import EDITED, made
from .layout.positions import audited_figures, fields
from .layout.scenario_texts import (
    NOTHING_ASSUMED,
    OWN_FIGURES,
    SAVED_CELLS,
    graded,
    own_name,
)
from .ooxml.load import Loaded, load, open_package
from .ooxml.safe_open import inspect
from .own_titles import OWN_TITLES, RUNNING_TITLES
from .sheets.audit import stamps_of
from .sheets.validations import allowed_text

_SHEETS = (
    "Inputs", "Rules", "Checklists", "Assumptions", "Sensitivity", "Actuals", "Governance",
    "Roster",
)  # fmt: skip
_BLOCK = re.compile(
    rf"'?({'|'.join(_SHEETS)})'?!(\$[A-Z]{{1,3}}\$[0-9]{{1,7}}(?::\$[A-Z]{{1,3}}\$[0-9]{{1,7}})?)"
)
_ROWS_MAX, _COLUMNS_MAX, _NAMES_MAX = 1 << 20, 1 << 14, 500
_UNUSED_MAX = 1 + max(entry.size for entry in LISTS)


def read(path: str | Path) -> Scenario:
    """The scenario in a workbook's input sheets, without places that nobody has filled in.

    Raises
    ------
    WorkbookError
        Not a workbook of ours, or not safe to open.
    ScenarioError
        A value that is not allowed: the text names the file, the cell, the value and the bound.
    """
    return without_spares(scenario_of(_input_sheets(path, values=True), path))


def _input_sheets(path: str | Path, *, values: bool) -> Workbook:
    """The sheets of a workbook of ours that hold inputs: with values, or with formulas."""
    loaded = _opened(path, formulas=not values, values=values, only=(*_SHEETS, "Audit"))
    return loaded.values if values else loaded.formulas


def open_both(path: str | Path) -> Loaded:
    """A workbook of ours, opened after inspection: with formulas, and with values.

    Raises
    ------
    WorkbookError
        As :func:`read`.
    """
    return _opened(path)


def _opened(
    path: str | Path,
    *,
    formulas: bool = True,
    values: bool = True,
    only: Collection[str] | None = None,
) -> Loaded:
    """A workbook of ours, or the model in a joined one, opened after inspection."""
    inspect(path, FORMAT)
    with open_package(path) as package:
        joint = joint_of(package)
        if joint and only is not None:
            only = [f"{joint.prefix}{title}" for title in only]
        loaded = load(package, formulas=formulas, values=values, only=only)
    return only_model(loaded, joint, (*OWN_TITLES, *RUNNING_TITLES)) if joint else loaded


def scenario_of(workbook: Workbook, path: str | Path) -> Scenario:
    """The scenario in an opened workbook, with its spare places."""
    return InputSheets(workbook, path).scenario()


class InputSheets:
    """Blocks of input cells in an opened workbook, by their defined names."""

    def __init__(self, workbook: Workbook, path: str | Path):
        self.workbook, self.path = workbook, path
        self.inputs = default_model().inputs
        self.language = language_in(workbook, path)

    def scenario(self) -> Scenario:
        """The scenario in the input sheets, with the grades that follow from edits."""
        return self.with_edits_graded(self.as_entered())

    def as_entered(self) -> Scenario:
        """The scenario in the input sheets, with the grades that stand there."""
        roles, sites, plans = (self.list_of(f"{axis}_names") for axis in ("role", "site", "plan"))
        for axis, names in (("role", roles), ("site", sites), ("plan", plans)):
            self.refuse_deleted(axis, names)
        start = self.single("start_month")
        if isinstance(start, datetime.date):
            start = f"{start:%Y-%m}"
        data: dict[str, Any] = {
            "prepared_by": self.single("prepared_by"),
            "prepared_on": _day(self.single("prepared_on")),
            **self.governance(),
            "name": self.single("scenario_name"),
            "currency": self.single("currency"),
            PRESENTATION: self.single(PRESENTATION),
            SAVED_CASES: self.saved_cases(),
            "start_month": start,
            "horizon_months": self.single("horizon_months"),
            "roles": roles,
            "sites": [{"name": name} for name in sites],
            "plans": [{"name": name, "heads": {}} for name in plans],
        }
        for entry in self.inputs.values():
            if entry.scope is Scope.SCENARIO:
                data[entry.name] = self.single(entry.name)
            elif entry.scope is Scope.ROLE:
                [row] = self.block(entry.name, 1, len(roles))
                data[entry.name] = dict(zip(roles, row, strict=True))
            elif entry.scope in SITE_SCOPES:
                self.fill_sites(entry, data["sites"], roles)
        data[SHOWN_PLAN] = self.plan_shown(plans)
        self.fill_statutory(data["sites"])
        self.fill_countries(data["sites"])
        data["assumptions"] = [*self.fill_evidence(data["sites"])]
        data |= {entry.key: self.rows_of(entry, sites) for entry in LISTS}
        heads = iter(self.block("heads", len(plans) * len(roles), len(sites)))
        for plan in data["plans"]:
            by_role = {role: next(heads) for role in roles}
            plan["heads"] = {
                site: {role: row[s] for role, row in by_role.items()}
                for s, site in enumerate(sites)
            }
        self.rows_per_plan, self.plans = len(roles), len(plans)
        self.fill_waves(data["plans"], sites)
        data[ROSTER] = self.roster()
        scenario = Scenario.from_dict(data, str(self.path), self.locate)
        self.check_currency(scenario.currency)
        sentences = str(self.single("assumed")).split("; ")
        said = tuple(map(self.language.english, sentences))
        said = () if said == (NOTHING_ASSUMED,) else said
        unset = Unset.from_sentences(said, scenario.sites)
        slots = tuple(n for n, row in enumerate(data[ROSTER]) if not is_blank(row))
        return replace(
            scenario,
            unset=unset,
            file=str(self.path),
            roster_rows=len(data[ROSTER]),
            roster_slots=slots,
        )

    def refuse_deleted(self, axis: str, names: list[Any]) -> None:
        """Refuse a name that somebody has deleted; say what stands in a place without one."""
        if "" in names:
            sheet, (left, top, _, _) = self.reference(f"{axis}_names")
            free = spare_names(axis, [str(name) for name in names], 1)[0]
            raise ScenarioError(
                f"{self.path}: {sheet}!{get_column_letter(left)}{top + names.index('')}: the name "
                f"of the {axis} is empty; type a name, or set its heads to 0 and type {free!r} for "
                "a place that is left out"
            )

    def governance(self) -> dict[str, Any]:
        """Who reviewed and approved the comparison, and its version log.

        Workbooks that were made before there was a sheet Governance have none.
        """
        names = self.workbook.defined_names
        if "Governance" not in self.workbook.sheetnames and "reviewed_by" not in names:
            return {}
        keys = [f"{step}_{part}" for step in SIGNED for part in ("by", "on")]
        found: dict[str, Any] = {key: _day(self.single(key)) for key in keys}
        _, (_, top, _, bottom) = self.reference("version_version")
        count = min(bottom - top + 1, VERSIONS_MAX)
        columns = {key: self.block(f"version_{key}", count) for key in Version._fields}
        versions = [
            {key: _as_entered(key, column[row][0]) for key, column in columns.items()}
            for row in range(count)
        ]
        while versions and not any(value != "" for value in versions[-1].values()):
            versions.pop()
        return found | {"versions": versions}

    def roster(self) -> list[dict[str, Any]]:
        """Rows of sheet Roster, also the empty ones; none in a workbook without the sheet."""
        if "roster_plan" not in self.workbook.defined_names:
            return []
        _, (_, top, _, bottom) = self.reference("roster_plan")
        count = min(bottom - top + 1, ROSTER_MAX)
        columns = [self.block(f"{ROSTER}_{key}", count) for key in RosterRow._fields]
        rows = zip(*columns, strict=True)
        return [
            {key: _day(value) for key, [value] in zip(RosterRow._fields, row, strict=True)}
            for row in rows
        ]

    def with_edits_graded(self, scenario: Scenario) -> Scenario:
        """The scenario with the grades that follow where figures were edited since it was made."""
        first = audited_figures(default_model(), len(scenario.plans))
        stamps = stamps_of(self.workbook["Audit"]) if "Audit" in self.workbook.sheetnames else {}
        edited = graded(scenario, made(stamps, first, len(scenario.sites)))[EDITED]
        basis = np.where(edited < 0, scenario.values["figure_basis"], edited.astype(int))
        return replace(scenario, values={**scenario.values, "figure_basis": basis})

    def saved_cases(self) -> list[Any]:
        """Names of the saved cases, the usual ones in English."""
        usual = {self.language.say(name): name for name in SAVED_NAMES}
        return [usual.get(name, name) for name in map(self.single, SAVED_CELLS)]

    def check_currency(self, currency: str) -> None:
        """Refuse another currency than the amounts' own: the unit beside one of them says it."""
        sheet, (left, top, _, _) = self.reference("competitor_price")
        unit = self.workbook[sheet].cell(top, left - 1).value
        if unit != currency:
            cell = self.locate(Address("currency"))
            raise WorkbookError(
                f"{self.path}: {cell}: currency is "
                f"{currency!r}, and the amounts are in {unit}: nothing converts them; make the "
                "workbook of a scenario with amounts in the other currency"
            )

    def plan_shown(self, plans: list[Any]) -> Any:
        """The number of the plan that is chosen to be shown, 0 for the plan recommended."""
        value = self.single(SHOWN_PLAN)
        if not isinstance(value, str):
            return value
        words = [RECOMMENDED, *map(str, plans)]
        known = [word.casefold() for word in words]
        if value.casefold() not in known and value.isdecimal():
            return int(value)
        if value.casefold() not in known:
            raise ScenarioError(
                f"{self.path}: {self.locate(Address(SHOWN_PLAN))}: {SHOWN_PLAN} is "
                f"{shown(value)}; it must be one of {'; '.join(words)}"
            )
        return known.index(value.casefold())

    def fill_sites(self, entry: Input, sites: list[dict[str, Any]], roles: list[Any]) -> None:
        """Put an input of sites into each site's table."""
        rows = {Scope.SITE_AND_ROLE: len(roles), Scope.RAMP: TENURE_MONTHS}.get(entry.scope, 1)
        columns = zip(*self.block(entry.name, rows, len(sites)), strict=True)
        for s, (site, column) in enumerate(zip(sites, columns, strict=True)):
            if s == 0 and entry.fixed_onshore:
                continue
            if entry.scope is Scope.SITE_AND_ROLE:
                site[entry.name] = dict(zip(roles, column, strict=True))
            else:
                site[entry.name] = [*column] if entry.scope is Scope.RAMP else column[0]

    @property
    def waves(self) -> int:
        """Waves that the workbook has for each plan."""
        _, (_, top, _, bottom) = self.reference("wave_share")
        return (bottom - top + 1) // len(self.list_of("plan_names"))

    def fill_waves(self, plans: list[dict[str, Any]], sites: list[Any]) -> None:
        """Put the waves of each plan's heads into its table."""
        waves = self.waves
        parts = ("month", "share", "end")
        blocks = {
            part: self.block(f"wave_{part}", waves * len(plans), len(sites)) for part in parts
        }
        checked = Checked({}, str(self.path), self.locate)
        for p, plan in enumerate(plans):
            # The waves of a plan without heads at a site change nothing, but must be numbers.
            for s, site in enumerate(sites):
                for n in range(0 if any(plan["heads"][site].values()) else waves):
                    for part, block in blocks.items():
                        address = Address(f"wave_{part}", {"plan": p, "site": s, "wave": n})
                        place, value = self.locate(address), block[p * waves + n][s]
                        checked.number(address.entry, value, place, part)
            plan["waves"] = [
                {"site": site} | {part: blocks[part][p * waves + n][s] for part in parts}
                for s, site in enumerate(sites)
                if any(plan["heads"][site].values())
                for n in range(waves)
            ]

    def fill_countries(self, sites: list[dict[str, Any]]) -> None:
        """Put the code of its country into each site that has one.

        Raises
        ------
        ScenarioError
            A cell has what the workbook's formulas do not find on sheet Countries, so that they
            compute with own figures.
        """
        known = {code.casefold(): code for code in locations()}
        sheet, (left, top, _, _) = self.reference("site_countries")
        for number, (site, code) in enumerate(zip(sites, self.codes, strict=True)):
            if code in (None, "") or str(code).casefold() == OWN_FIGURES.casefold():
                continue
            if str(code).casefold() not in known:
                place = location_named(str(code))
                instead = f": write {place.iso}" if place else ""
                raise ScenarioError(
                    f"{self.path}: {sheet}!{get_column_letter(left)}{top + number}: location is "
                    f"{shown(code)}; it must be a country's code as on sheet Countries, such as "
                    f"PL or MX-CMX, or {OWN_FIGURES}{instead}"
                )
            site["location"] = known[str(code).casefold()]

    def fill_evidence(self, sites: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Put the grades of its figures into each site; give back the book of assumptions."""
        blocks = {
            key: self.block(f"figure_{key}", len(FIGURES) * len(sites))
            for key in ("basis", "stated", "expires", "status", "owner", "evidence")
        }
        for s, site in enumerate(sites):
            rows = {
                figure: {key: block[at * len(sites) + s][0] for key, block in blocks.items()}
                for figure, at in POSITIONS.items()
            }
            site["grades"] = {figure: row.pop("basis") for figure, row in rows.items()}
            for figure, row in rows.items():
                if isinstance(row["stated"], datetime.date):  # as Excel takes 2026-10
                    row["stated"] = f"{row['stated']:%Y-%m}"
                yield {"figure": figure, "site": site["name"]} | row

    def fill_statutory(self, sites: list[dict[str, Any]]) -> None:
        """Put the rules of sheet Rules into each site."""
        lines = self.block("rule_names", RULES, len(sites))
        parts = {part: self.block(f"statutory_{part}", RULES, len(sites)) for part in PARTS}
        for s, site in enumerate(sites):
            rules = [
                {"line": str(lines[n][s])} | {part: block[n][s] for part, block in parts.items()}
                for n in range(RULES)
            ]
            while rules and rules[-1]["line"] in ("", NO_CHARGE) and not _charges(rules[-1]):
                rules.pop()
            site["statutory"] = rules

    def rows_of(self, entry: List, sites: list[Any]) -> list[dict[str, Any]]:
        """Rows of a list, without the unused ones after the last."""
        names: list[Any] = list(entry.names) or [
            row[0] for row in self.block(f"{entry.axis}_names", entry.size)
        ]
        found: list[dict[str, Any]] = [{"name": name} for name in names]
        used = [name != f"{UNUSED}{n}" for n, name in enumerate(names, 1)]
        for one in fields(default_model(), entry):
            first = 1 if one.fixed_onshore else 0
            by_site = one.varies_by("site")
            block = self.block(one.name, entry.size, len(sites) if by_site else 1)
            for n, (row, values) in enumerate(zip(found, block, strict=True)):
                row[one.field] = (
                    dict(zip(sites[first:], values[first:], strict=True)) if by_site else values[0]
                )
                used[n] |= any(value != one.default_of_row(n) for value in values[first:])
        while used and not used[-1]:
            used.pop()
        return found[: len(used)]

    def reference(self, name: str) -> tuple[str, tuple[int, int, int, int]]:
        """Sheet of a defined name, and its first column and row, last column and row."""
        defined = self.workbook.defined_names.get(name)
        match = _BLOCK.fullmatch(defined.attr_text or "") if defined is not None else None
        if not match or match[1] not in self.workbook.sheetnames:
            raise WorkbookError(
                f"{self.path}: the name {name} is gone or no longer means a block of input cells"
            )
        left, top, right, bottom = range_boundaries(match[2])
        if not (left <= right <= _COLUMNS_MAX and top <= bottom <= _ROWS_MAX):
            raise WorkbookError(f"{self.path}: the name {name} means no block: {match[2]}")
        return match[1], (left, top, right, bottom)

    def block(self, name: str, rows: int, columns: int = 1) -> list[list[Any]]:
        """Values of a named block, rows of columns; an empty cell is an empty text."""
        sheet, (left, top, right, bottom) = self.reference(name)
        if (bottom - top + 1, right - left + 1) != (rows, columns):
            raise WorkbookError(
                f"{self.path}: {name} names {bottom - top + 1} rows and {right - left + 1} columns "
                f"of {sheet}; it must be {rows} and {columns}"
            )
        cells = self.workbook[sheet].iter_rows(top, bottom, left, right, values_only=True)
        found = [[self.entered(name, _plain(value)) for value in row] for row in cells]
        if name in FOLLOWING or name == "rule_names":
            self.follow(name, found, sheet, (left, top))
        entry = self.inputs.get(name.removeprefix(own_name("")))
        if entry and entry.choices:
            self.check_words(entry, found, sheet, (left, top))
            if entry.axes:
                found = [[entry.number_of(value) for value in row] for row in found]
        return found

    def entered(self, name: str, value: Any) -> Any:
        """What is entered in a named cell; Shorewise's own words in English."""
        if not isinstance(value, str) or self.language.is_english or name not in self.worded:
            return value
        axis = "plan" if name == SHOWN_PLAN else name.removesuffix("_names")
        if axis in AXES:
            phrase = self.language.say(PHRASES[axis])
            if f"{value} ".casefold().startswith(f"{phrase} ".casefold()):
                return PHRASES[axis] + value[len(phrase) :]
        if name == SHOWN_PLAN:
            known: tuple[str, ...] = (RECOMMENDED,)
        elif (entry := self.inputs.get(name.removeprefix(own_name("")))) is not None:
            known = (*entry.shown_choices, *entry.choices)
        else:
            known = (NO_CHARGE, *(f"{UNUSED}{n}" for n in range(1, _UNUSED_MAX)))
        said = {self.language.say(word).casefold(): word for word in known}
        return said.get(value.casefold(), value)

    @cached_property
    def worded(self) -> frozenset[str]:
        """Names of the cells that may have words of Shorewise's own."""
        inputs = [entry.name for entry in self.inputs.values() if entry.choices]
        axes = (*AXES, *(entry.axis for entry in LISTS if not entry.names))
        both = [*inputs, "rule_names"]
        lists = (f"{axis}_names" for axis in axes)
        return frozenset((*both, *map(own_name, both), *lists, SHOWN_PLAN))

    def follow(self, name: str, found: list[list[Any]], sheet: str, first: tuple[int, int]) -> None:
        """Fill in what formulas on the countries of sites give where they have no saved value.

        Programs that write formulas and do not compute them save none.
        """
        for row, values in enumerate(found):
            for site, value in enumerate(values):
                if value == "":
                    cell = self.formulas[sheet].cell(first[1] + row, first[0] + site).value
                    if isinstance(cell, str) and cell.startswith("="):
                        values[site] = self.followed(name, row, site)

    def followed(self, name: str, row: int, site: int) -> Any:
        """What a site's country gives for an input or a charge's name, or else its own figure."""
        code = self.codes[site]
        place = location_named(code) if isinstance(code, str) else None
        if place and name == "rule_names":
            return place.rules[row].line if row < len(place.rules) else NO_CHARGE
        if name in OF_BOTH and place and self.codes[0] not in (None, "", OWN_FIGURES):
            return 1
        if place and name not in OF_BOTH:
            given = given_by(place, name, self.single("currency"))
            figure = given[0, row].item() if isinstance(given, np.ndarray) else given
            if figure == figure:
                return figure
        _, (_, top, _, bottom) = self.reference(own_name(name))
        return self.block(own_name(name), bottom - top + 1, len(self.codes))[row][site]

    @cached_property
    def formulas(self) -> Workbook:
        """The input sheets with their formulas."""
        return _input_sheets(self.path, values=False)

    @cached_property
    def codes(self) -> list[Any]:
        """What is entered as the country of each site."""
        sheet, (left, top, _, bottom) = self.reference("site_countries")
        found = [self.workbook[sheet].cell(row, left).value for row in range(top, bottom + 1)]
        own = self.language.say(OWN_FIGURES).casefold()
        return [OWN_FIGURES if str(code).strip().casefold() == own else code for code in found]

    def check_words(
        self, entry: Input, found: list[list[Any]], sheet: str, first: tuple[int, int]
    ) -> None:
        """Refuse what formulas do not know as one of the choices: they would be wrong."""
        words = entry.shown_choices if is_in_words(entry) else ()
        known = {word.casefold() for word in words}
        numbers = range(int(entry.lowest), int(entry.highest) + 1)
        for row, values in enumerate(found):
            for column, value in enumerate(values):
                is_text = isinstance(value, str)
                if is_text and value.casefold() in known:
                    continue
                cell = f"{get_column_letter(first[0] + column)}{first[1] + row}"
                what = f"{self.path}: {sheet}!{cell}: {entry.field} is {shown(value)}"
                number = entry.number_of(value)
                if words and (is_text or isinstance(value, bool) or value not in numbers):
                    instead = f": choose {entry.phrase_of(number)}" if number != value else ""
                    raise ScenarioError(f"{what}; it must be one of {'; '.join(words)}{instead}")
                if is_text and value:
                    instead = f": write {number}" if number != value else ""
                    raise ScenarioError(
                        f"{what}, a text; "
                        f"the workbook's formulas need a number: {allowed_text(entry)}{instead}"
                    )

    def list_of(self, name: str) -> list[Any]:
        """A list of names, one below the other."""
        _, (_, top, _, bottom) = self.reference(name)
        return [row[0] for row in self.block(name, min(bottom - top + 1, _NAMES_MAX))]

    def single(self, name: str) -> Any:
        """The value of a named cell."""
        return self.block(name, 1)[0][0]

    def row_of_figure(self, figure: int, site: int) -> int:
        """Row of a figure of a site below the first on sheet Assumptions."""
        return figure * len(self.codes) + site

    def locate(self, address: Address) -> str:
        """The cell of an address."""
        sheet, (left, top, _, _) = self.reference(address.name)
        down = dict(address.at)
        if "figure" in down:  # rows of a figure together, one for each site
            return f"{sheet}!{get_column_letter(left)}{top + self.row_of_figure(**down)}"
        entry = self.inputs.get(address.name)
        axes = entry.axes if entry else ("site",) * ("rule" in down)  # names stand in rows
        across = down.pop("role" if axes == ("role",) else "site", 0) if axes else 0
        rows = self.rows_per_plan if "plan" in down else 0
        if "wave" in down:
            rows = (self.reference(address.name)[1][3] - top + 1) // self.plans
        row = down.pop("plan", 0) * rows + sum(down.values())
        return f"{sheet}!{get_column_letter(left + across)}{top + row}"


def _day(value: Any) -> Any:
    """The date of a cell formatted as one; any other value as it is."""
    return value.date() if isinstance(value, datetime.datetime) else value


def _as_entered(key: str, value: Any) -> Any:
    """An entry of the version log; a version that was typed as a number is a text."""
    if key != "date" and isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:g}"
    return _day(value)


def _charges(rule: dict[str, Any]) -> bool:
    return bool(rule["rate"] or rule["flat"])


def _plain(value: Any) -> Any:
    """A cell's value without spaces around it; an empty cell is an empty text."""
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else value
