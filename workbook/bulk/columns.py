"""Columns of a table of scenarios: the input that each sets, and validation of its values.

A column is named like the input: ``discount_rate``, ``site.Krakow.management_rate``,
``site.Krakow.salary.QA``, ``role.QA.ambiguity``, ``plan.Hybrid.heads.Krakow.QA``,
``risk.Failed audit.cost``. An empty cell keeps the value of the base scenario.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from ...engine.address import Address, addresses
from ...engine.declaration import Scope
from ...engine.errors import ScenarioError
from ...engine.grades import OWN
from ...engine.locations import Location, location_named, location_words
from ...engine.model import nearest
from ...engine.reading.agreement import contradictions
from ...engine.reading.consistency import NAME as A_NAME
from ...engine.reading.consistency import is_name, shown
from ...engine.reading.fields import PRESENTATION, PRESENTATION_RATE
from ...engine.reading.numerals import numeral
from ...engine.reading.waves import SHARES_OFF
from ...engine.reshaping import missing_facts, relocated
from ...engine.scenario import Scenario
from ...engine.working_hours import are_wrong
from ..errors import WorkbookError
from .cell_numbers import FIRST_DAY, numbers_in
from .column_names import LOCATION, SHAPE, location_of
from .table_frames import ID, NAME, Fault, is_blank

# Characters that Windows does not allow, and #, which starts a fragment in Excel's links.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*#\x00-\x1f\x7f]')
_BASES_MAX = 64  # bases of other shapes that are kept
_WHOLE = re.compile(r"[0-9]{1,9}(\.0*)?")
# Devices of Windows, which compares names up to the first full stop without trailing spaces.
_RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\..*)?", re.IGNORECASE
)


_EXCEL_ERROR = re.compile(r"#(N/A|NV|[A-Z/0]+[!?])")
# What a row of sums is called, which would pass for a scenario.
_TOTALS = frozenset(
    {"total", "totals", "grand total", "subtotal", "sum", "summe", "gesamt", "gesamtsumme", "saldo"}
    | {"ergebnis", "gesamtergebnis", "zwischensumme", "insgesamt", "somme", "sous-total"}
    | {"total g\u00e9n\u00e9ral", "totale", "suma"}
)
_NO_TOTAL = (
    "the id of a scenario; the row looks like one of totals: delete it, or name it otherwise"
)
_SHOWN = 60  # characters of a value that a message quotes

# No contradiction to another horizon: each row's own inputs are checked together.
_AGREEING = {"months_counted": 0, "parallel_months": 0, "failure_probability": 0}
CASES = "cases"  # in place of a column name: contradictory ranges of drivers
_A_COUNTRY = (
    "a country's code or name, such as PL, or that of a region, such as MX-CMX; shorewise "
    "countries lists them"
)
_Reason: TypeAlias = tuple[str, str, str]  # column, value, what is allowed
_NO_REASON: _Reason = ("", "", "")
_PARTS = ("heads", "waves")  # in place of a column name: several columns together


class Problem(NamedTuple):
    """An invalid cell, or an invalid row if ``column`` is empty; rows are counted from 1."""

    row: int
    scenario: str
    column: str
    value: str
    allowed: str

    @property
    def text(self) -> str:
        """Description of the problem."""
        if self.column in ("", CASES):
            return f"row {self.row}: {self.allowed}"
        found = f" is {quoted(self.value)}; it" * (self.value != "" or self.column not in _PARTS)
        return f"row {self.row}: {self.column}{found} must be {self.allowed}"


def quoted(text: str) -> str:
    """A text in quotes, shortened if it is long."""
    return repr(text) if len(text) < _SHOWN else shown(text)


class Column(NamedTuple):
    """A column that sets an input, by its address."""

    name: str
    address: Address


@dataclass
class Block:
    """Scenarios of the same shape.

    Attributes
    ----------
    base : Scenario
        Values of inputs without a column.
    values : dict of str to array
        Every input; the first axis has size 1 if no column sets it.
    rows : list of int
        Row number of each scenario in the table, from 1.
    ids, names : list of str
        Ids and titles of the scenarios.
    kept : list of tuple of str
        Cells of other columns of the table that are copied to the results; empty if there are none.
    """

    base: Scenario
    values: dict[str, np.ndarray]
    rows: list[int]
    ids: list[str]
    names: list[str]
    kept: list[tuple[str, ...]] = field(default_factory=list)

    def scenario(self, n: int) -> Scenario:
        """The scenario at position ``n``."""
        own = {name: self.values[name][n : n + 1] for name in self._varied}
        return replace(self.base, name=self.names[n], values=self.values | own, file="")

    @cached_property
    def _varied(self) -> list[str]:
        """The inputs that differ between scenarios."""
        return [name for name, array in self.values.items() if array.shape[0] > 1]


class Columns:
    """The columns of a table over a base scenario.

    Raises
    ------
    WorkbookError
        A column is not the address of an input, or occurs twice.
    """

    def __init__(self, names: Sequence[str], base: Scenario, origin: str):
        self.base, self.origin = base, origin
        refuse_repeated(names, origin)
        self._sites = {location_of(site): n for n, site in enumerate(base.sites)}
        self.shape = [name for name in names if name in SHAPE or name in self._sites]
        moving = (name for name in names if name not in (ID, NAME, *self.shape))
        self.columns = [self._column(name) for name in moving]
        if PRESENTATION_RATE in names and not base.presentation_currency:
            raise WorkbookError(
                f"{origin}: column {PRESENTATION_RATE} is the rate of no currency; set "
                f"{PRESENTATION} in the base scenario, or leave the column out"
            )
        self._bases: dict[tuple, tuple[Scenario | None, _Reason]] = {}

    def blocks(
        self,
        frame: pd.DataFrame,
        first: int | Sequence[int],
        repeated: Collection[int] = (),
        faults: Collection[Fault] = (),
        kept: Sequence[tuple[str, ...]] = (),
        decimal: str = "",
    ) -> tuple[list[Block], list[Problem]]:
        """Scenarios of a frame by shape, without invalid rows.

        Parameters
        ----------
        frame : DataFrame
        first : int or sequence of int
            Row number of the first row in the table, from 1, or the number of each row.
        repeated : collection of int
            Positions in the frame of ids with the same file name as an earlier row.
        faults : collection of Fault
            Errors found when the frame was read.
        kept : sequence of tuple of str
            Cells of each row that are copied to the results.
        decimal : str
            Decimal sign of numbers that are texts; "" if it is not known.

        Returns
        -------
        blocks : list of Block
        problems : list of Problem
        """
        count = len(frame)
        numbered = _numbered(first, count)
        ids = ids_of(frame, numbered)
        titles = _texts(frame[NAME]) if NAME in frame.columns else [""] * count
        problems = [*_misnamed(ids, titles, numbered, repeated)]
        problems += (Problem(numbered[n], ids[n], *what) for n, *what in faults)
        numbers: dict[str, np.ndarray] = {}
        given = frame["currency"] if "currency" in frame.columns else None

        def currency(n: int) -> str:
            return self.base.currency if given is None else _currency(given.iloc[n], self.base)

        for column in self.columns:
            cells = frame[column.name]
            found, wrong = numbers_in(cells, column.address.entry, decimal, currency)
            numbers[column.name] = found
            for n, allowed in wrong.items():
                value = str(cells.iloc[n])
                problems.append(Problem(numbered[n], ids[n], column.name, value, allowed))
        wrong_rows = {problem.row for problem in problems}
        bad = {n for n, number in enumerate(numbered) if number in wrong_rows}
        blocks = []
        for shape, rows in self._shapes(frame, decimal):
            base, problem = self._based(shape)
            if base is None:
                problems += (Problem(numbered[n], ids[n], *problem) for n in rows)
                continue
            places = self._places(shape)
            for n in rows if places else ():
                reasons = [*self._lacking(places, numbers, n), *self._uncharged(base, numbers, n)]
                problems += (Problem(numbered[n], ids[n], *reason) for reason in reasons)
                bad |= {n} if reasons else set()
            good = [n for n in rows if n not in bad]
            names = [titles[n] or _title(base, ids[n]) for n in good]
            block = Block(
                base,
                self._values(base, numbers, good),
                [numbered[n] for n in good],
                [ids[n] for n in good],
                names,
                [kept[n] for n in good] if kept else [],
            )
            problems += self._together(block)
            blocks.append(block)
        wrong_rows = {problem.row for problem in problems}
        valid = [without(block, wrong_rows) for block in blocks]
        return [block for block in valid if block.rows], sorted(problems)

    def _shapes(
        self, frame: pd.DataFrame, decimal: str
    ) -> Iterator[tuple[dict[str, str], list[int]]]:
        """Positions of rows with the same shape."""
        if not self.shape:
            yield {}, list(range(len(frame)))
            return
        texts = pd.DataFrame({name: _texts(frame[name]) for name in self.shape})
        if "currency" in texts:
            texts["currency"] = texts["currency"].map(_code)
        if "horizon_months" in texts:
            texts["horizon_months"] = texts["horizon_months"].map(partial(_months, decimal=decimal))
        texts = texts.replace(FIRST_DAY, r"\1", regex=True)
        for key, rows in texts.groupby(self.shape, sort=False).indices.items():
            key = key if isinstance(key, tuple) else (key,)
            yield dict(zip(self.shape, key, strict=True)), rows.tolist()

    def _based(self, shape: dict[str, str]) -> tuple[Scenario | None, _Reason]:
        """The base scenario of another shape, or what is not allowed in it; some are kept."""
        if not any(shape.values()):
            return self.base, _NO_REASON
        key = (*shape.items(),)
        if key not in self._bases:
            if len(self._bases) >= _BASES_MAX:
                self._bases.clear()
            self._bases[key] = self._of_shape(shape)
        return self._bases[key]

    def _places(self, shape: dict[str, str]) -> dict[str, Location]:
        """The country of each column of one that a row fills in."""
        given = {name: text for name, text in shape.items() if name in self._sites and text}
        found = {name: location_named(text) for name, text in given.items()}
        return {name: place for name, place in found.items() if place}

    def _lacking(
        self, places: dict[str, Location], numbers: dict[str, np.ndarray], n: int
    ) -> Iterator[_Reason]:
        """Reasons why a row cannot be in its countries: figures that neither they nor it have."""
        for name, place in places.items():
            site = name.removesuffix(f".{LOCATION}")
            missing = [
                key
                for key in (f"{site}.{figure}" for figure in missing_facts(place))
                if not self._is_set(key, numbers, n)
            ]
            if missing:
                text = (
                    f"beside what was not found for {place.country}; fill in {', '.join(missing)}"
                )
                yield name, place.iso, text

    def _is_set(self, key: str, numbers: dict[str, np.ndarray], n: int) -> bool:
        """Whether a row sets an input of a site, for all roles."""
        by_role = [f"{key}.{role}" for role in self.base.roles]
        return any(
            all(name in numbers and not np.isnan(numbers[name][n]) for name in names)
            for names in ([key], by_role)
        )

    def _uncharged(
        self, base: Scenario, numbers: dict[str, np.ndarray], n: int
    ) -> Iterator[_Reason]:
        """Reasons why a row cannot set charges: those that its country does not have."""
        if base.rule_names == self.base.rule_names:
            return
        charges = [one for one in self.columns if one.address.entry.scope is Scope.CHARGE]
        known = addresses(base) if charges else {}
        for column in charges:
            if column.name not in known and not np.isnan(numbers[column.name][n]):
                value = f"{numbers[column.name][n]:g}"
                yield column.name, value, "empty: the country of the row has no such charge"

    def _of_shape(self, shape: dict[str, str]) -> tuple[Scenario | None, _Reason]:
        base, text = self.base, shape.get("currency", "")
        if re.fullmatch("[A-Z]{3}", text) and text != base.currency:
            try:
                base = base.in_currency(text)
            except ScenarioError as error:
                allowed = f"a currency with a known rate, or {base.currency}, the base's: {error}"
                return None, ("currency", text, allowed)
        for name, given in shape.items():
            if name in self._sites and given and location_named(given) is None:
                hint = nearest(given, location_words())
                return None, (name, given, f"{_A_COUNTRY}{hint}")
        if places := self._places(shape):
            try:
                base = relocated(base, {self._sites[name]: one for name, one in places.items()})
            except ScenarioError as error:
                name = next(iter(places))
                return None, (name, shape[name], f"a country that fits the scenario: {error}")
        timed = {name: text for name, text in shape.items() if text and name in SHAPE}
        if not timed:
            return base, _NO_REASON
        data = base.to_dict()
        data["plans"] = [{**plan, "waves": []} for plan in data["plans"]]
        for name, text in timed.items():
            whole = name == "horizon_months" and _WHOLE.fullmatch(text)
            data[name] = int(float(text)) if whole else text
            try:
                found = Scenario.from_dict(data | _AGREEING, self.origin)
            except ScenarioError as error:
                return None, (name, text, str(error).rpartition("it must be ")[2])
        based = replace(base, horizon_months=found.horizon_months, start_month=found.start_month)
        month = "start_calendar_month"
        return replace(based, values=base.values | {month: found.values[month]}), _NO_REASON

    def _values(
        self, base: Scenario, numbers: Mapping[str, np.ndarray], rows: list[int]
    ) -> dict[str, np.ndarray]:
        values = dict(base.values)
        known = {column.name: column.address for column in self.columns}
        if base.rule_names != self.base.rule_names:
            known = addresses(base)
        for column in sorted(self.columns, key=_precedence):
            name = column.address.name
            if values[name].shape[0] == 1:
                values[name] = values[name].repeat(len(rows), axis=0)
            moved = numbers[column.name][rows].reshape(-1, 1, 1, 1, 1)
            address = known.get(column.name)
            if address is None:  # of a charge that the country of the rows does not have
                continue
            target = address.get(values)
            target[...] = np.where(np.isnan(moved), target, moved)
            if grade := address.grade:  # what a row sets is its own figure
                if values[grade.name].shape[0] == 1:
                    values[grade.name] = values[grade.name].repeat(len(rows), axis=0)
                graded = grade.get(values)
                graded[...] = np.where(np.isnan(moved), graded, OWN)
        return values

    def _together(self, block: Block) -> Iterator[Problem]:
        """Problems of rows whose values are valid separately but not together."""
        hours = block.values["work_start"], block.values["work_end"]
        backwards, wrong_hours = hours[1] <= hours[0], are_wrong(*hours)
        heads = block.values["heads"]
        share, month, end = (block.values[f"wave_{part}"] for part in ("share", "month", "end"))
        off = np.abs(share.sum(axis=3) - 1) > SHARES_OFF
        early = (share > 0) & (end > 0) & (end < month)
        together = contradictions(block.values, block.base.horizon_months)
        for wrong, column, allowed in (
            (backwards.any(axis=(1, 2, 3, 4)), "work_end", "after work_start"),
            (
                (wrong_hours & ~backwards).any(axis=(1, 2, 3, 4)),
                "work_end",
                "at most 24 hours after work_start",
            ),
            ((heads.sum(axis=(2, 3, 4)) <= 0).any(axis=1), "heads", "some heads in every plan"),
            (off.any(axis=(1, 2, 3)), "waves", "shares that add up to 1 at each site"),
            (early.any(axis=(1, 2, 3, 4)), "waves", "an end that is 0 or not before its month"),
            *((one.wrong.any(axis=1), one.name, one.allowed) for one in together),
        ):
            for n in np.flatnonzero(np.broadcast_to(wrong, len(block.rows))).tolist():
                value = _scenario_value(block, column, n)
                yield Problem(block.rows[n], block.ids[n], column, value, allowed)

    def _column(self, name: str) -> Column:
        found = self._addresses.get(name)
        if found is None:
            before, _, number = str(name).rpartition(".")
            if number.isdigit() and before in self._addresses:  # pandas numbers repeated names
                raise WorkbookError(f"{self.origin}: column {shown(before)} is there twice")
            hint = nearest(str(name), [*self._addresses, ID])
            remedy = f"{hint} Name" if hint else "; shorewise inputs lists them; name"
            raise WorkbookError(
                f"{self.origin}: column {shown(name)} names no input{remedy} it in ignore to leave "
                "it out, or in keep to copy it to the results",
                parameters=["ignore", "keep"],
            )
        return Column(name, found)

    @cached_property
    def _addresses(self) -> dict[str, Address]:
        """All addresses of inputs, which are the allowed names of columns."""
        return addresses(self.base)


def _precedence(column: Column) -> tuple[bool, int]:
    """Where a column stands among those that are set one after the other, wherever they stand.

    The number of one role comes after that of all roles; grades that a row states come last, after
    what makes a figure its own.
    """
    return column.address.grade is None, len(column.address.at)


def _misnamed(
    ids: list[str], titles: list[str], numbered: Sequence[int], repeated: Collection[int]
) -> Iterator[Problem]:
    for n, one in enumerate(ids):
        if titles[n] and not is_name(titles[n]):
            yield Problem(numbered[n], one, NAME, titles[n], A_NAME)
        if not is_name(one):
            yield Problem(numbered[n], one, ID, one, A_NAME)
        elif _EXCEL_ERROR.fullmatch(one):
            yield Problem(numbered[n], one, ID, one, "an id; Excel shows an error in this cell")
        elif {one.rstrip(" :").casefold(), titles[n].rstrip(" :").casefold()} & _TOTALS:
            yield Problem(numbered[n], one, ID, one, _NO_TOTAL)
        elif n in repeated:
            yield Problem(numbered[n], one, ID, one, "another file name than every row above")


def _scenario_value(block: Block, name: str, n: int) -> str:
    """An input of the whole scenario, as a message shows it; "" for one that varies in it."""
    values = block.values.get(name, np.empty((1, 0)))
    if values[:1].size != 1:
        return ""
    return f"{values[n if len(values) > 1 else 0].item():g}"


def _texts(cells: pd.Series) -> list[str]:
    """Texts of a column, "" for an empty cell.

    Whole numbers that pandas turned into floats because of empty cells are restored.
    """
    found = []
    for cell in cells.astype(object).where(cells.notna(), ""):
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        found.append(str(cell).strip())
    return found


def _currency(cell: object, base: Scenario) -> str:
    """The currency of a row, by its cell in column ``currency``."""
    text = _code("" if is_blank(cell) else str(cell).strip())
    return text if re.fullmatch("[A-Z]{3}", text) else base.currency


def _code(text: str) -> str:
    """A currency's code in capital letters; any other text as it is."""
    return text.upper() if re.fullmatch("[A-Za-z]{3}", text) else text


def _months(text: str, decimal: str) -> str:
    """A number of months as Python writes it; any other text as it is."""
    found = numeral(text, decimal)
    if len(found.numbers) != 1 or found.is_percent or found.sign or found.numbers[0] % 1:
        return text
    return f"{found.numbers[0]:.0f}"


def refuse_repeated(names: Sequence[str], origin: str) -> None:
    """Raise WorkbookError if a table has two columns of the same name."""
    counts = Counter(names)
    twice = [name for name in names if counts[name] > 1]
    if twice:
        raise WorkbookError(f"{origin}: column {shown(twice[0])} is there twice")


def ids_of(frame: pd.DataFrame, first: int | Sequence[int]) -> list[str]:
    """Ids of the rows of a frame; by default their row numbers.

    Parameters
    ----------
    frame : DataFrame
    first : int or sequence of int
        Row number of the first row, from 1, or the number of each row.

    Returns
    -------
    list of str
    """
    numbers = _numbered(first, len(frame))
    given = _texts(frame[ID]) if ID in frame.columns else [""] * len(frame)
    return [text or f"{number}" for number, text in zip(numbers, given, strict=True)]


def _numbered(first: int | Sequence[int], count: int) -> Sequence[int]:
    return range(first, first + count) if isinstance(first, int) else first


def _title(base: Scenario, one: str) -> str:
    title = f"{base.name}, {one}"
    return title if is_name(title) else one


def without(block: Block, bad: set[int]) -> Block:
    """The block without the scenarios in some rows of the table."""
    keep = [n for n, row in enumerate(block.rows) if row not in bad]
    if len(keep) == len(block.rows):
        return block
    return Block(
        block.base,
        {k: a[keep] if a.shape[0] > 1 else a for k, a in block.values.items()},
        [block.rows[n] for n in keep],
        [block.ids[n] for n in keep],
        [block.names[n] for n in keep],
        [block.kept[n] for n in keep] if block.kept else [],
    )


def file_name(one: str) -> str:
    """File name for the id of a scenario, valid on every file system."""
    name = _FORBIDDEN.sub("_", one).rstrip(". ")
    if not name or _RESERVED.fullmatch(name):
        name = f"_{name}"
    return name
