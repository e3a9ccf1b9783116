"""Columns of a table of scenarios: which input each one moves, and whether its values are allowed.

A column is named like the input: ``discount_rate``, ``site.Krakow.management_rate``,
``site.Krakow.salary.QA``, ``role.QA.ambiguity``, ``plan.Hybrid.heads.Krakow.QA``,
``risk.Failed audit.cost``. An empty cell leaves the base scenario's value.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...engine.axes import POSITION
from ...engine.inputs import INPUTS, Input
from ...engine.lists import LISTS
from ...engine.model import nearest
from ...engine.scenario import Scenario
from ..errors import WorkbookError

ID, NAME = "scenario", "name"
# Columns that change the shape or the calendar: rows that share them are computed together.
SHAPE = ("currency", "horizon_months", "start_month")


_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_NAME_MAX = 120


class Problem(NamedTuple):
    """A cell that is not allowed; ``row`` counts the table's rows from 1."""

    row: int
    scenario: str
    column: str
    value: str
    allowed: str


class Column(NamedTuple):
    """A column that moves an input; ``places`` is an index into one scenario's values."""

    name: str
    entry: Input
    places: tuple


@dataclass
class Block:
    """Scenarios of one shape.

    Attributes
    ----------
    base : Scenario
        What the columns do not move.
    values : dict of str to array
        Every input; the first axis has size 1 where no column moves it.
    rows : list of int
        Row of each scenario in its frame.
    ids, names : list of str
        What tells the scenarios apart, and their titles.
    """

    base: Scenario
    values: dict[str, np.ndarray]
    rows: list[int]
    ids: list[str]
    names: list[str]

    def scenario(self, n: int) -> Scenario:
        """One of them by itself."""
        values = {k: a[n : n + 1] if a.shape[0] > 1 else a for k, a in self.values.items()}
        return replace(self.base, name=self.names[n], values=values)


class Columns:
    """The columns of a table over a base scenario.

    Raises
    ------
    WorkbookError
        A column that names nothing, or two of one name.
    """

    def __init__(self, names: Sequence[str], base: Scenario, origin: str):
        self.base, self.origin = base, origin
        twice = [name for n, name in enumerate(names) if name in names[:n]]
        if twice:
            raise WorkbookError(f"{origin}: column {twice[0]!r} is there twice")
        self.shape = [name for name in names if name in SHAPE]
        self.has = {name: name in names for name in (ID, NAME)}
        moving = (name for name in names if name not in (ID, NAME, *SHAPE))
        self.columns = [self._column(name) for name in moving]

    def blocks(self, frame: pd.DataFrame, first: int) -> tuple[list[Block], list[Problem]]:
        """Scenarios of a frame by shape, without the rows in which something is not allowed.

        Parameters
        ----------
        frame : DataFrame
        first : int
            Row of the table, counted from 1, in which the frame starts.
        """
        count = len(frame)
        ids = [f"{first + n}" for n in range(count)]
        if self.has[ID]:
            ids = [str(value).strip() or ids[n] for n, value in enumerate(frame[ID])]
        problems = [*self._twice(ids, first)]
        numbers: dict[str, np.ndarray] = {}
        for column in self.columns:
            numbers[column.name], wrong = _numbers(frame[column.name], column.entry)
            for n in wrong:
                value = str(frame[column.name].iloc[n])
                allowed = column.entry.allowed
                problems.append(Problem(first + n, ids[n], column.name, value, allowed))
        bad = {problem.row - first for problem in problems}
        blocks = []
        for shape, rows in self._shapes(frame):
            base, problem = self._based(shape)
            if base is None:
                problems += (Problem(first + n, ids[n], *problem) for n in rows if n not in bad)
                continue
            good = [n for n in rows if n not in bad]
            names = [self._title(frame, n, ids[n], base) for n in good]
            block = Block(
                base, self._values(base, numbers, good), good, [ids[n] for n in good], names
            )
            problems += self._together(block, first)
            blocks.append(block)
        bad = {problem.row - first for problem in problems}
        kept = [_without(block, bad) for block in blocks]
        return [block for block in kept if block.rows], sorted(problems)

    def _twice(self, ids: list[str], first: int) -> Iterator[Problem]:
        seen: set[str] = set()
        for n, one in enumerate(ids):
            file = file_name(one).casefold()
            if file in seen:
                yield Problem(first + n, one, ID, one, "another file name than every other row's")
            seen.add(file)

    def _title(self, frame: pd.DataFrame, n: int, one: str, base: Scenario) -> str:
        if self.has[NAME] and str(frame[NAME].iloc[n]).strip():
            return str(frame[NAME].iloc[n]).strip()
        return f"{base.name}, {one}"[:60]

    def _shapes(self, frame: pd.DataFrame) -> Iterator[tuple[dict[str, str], list[int]]]:
        """Rows that share what changes the shape."""
        if not self.shape:
            yield {}, list(range(len(frame)))
            return
        texts = frame[self.shape].astype(str).apply(lambda column: column.str.strip())
        for key, rows in texts.groupby(self.shape, sort=False).indices.items():
            key = key if isinstance(key, tuple) else (key,)
            yield dict(zip(self.shape, key, strict=True)), rows.tolist()

    def _based(self, shape: dict[str, str]) -> tuple[Scenario | None, tuple[str, str, str]]:
        """The base scenario of another shape, or what is not allowed in it."""
        from ...engine.errors import ScenarioError

        data = self.base.to_dict()
        for name, text in shape.items():
            if not text:
                continue
            whole = name == "horizon_months" and text.isdigit()
            data[name] = int(text) if whole else text
            try:
                found = Scenario.from_dict(data, self.origin)
            except ScenarioError as error:
                return None, (name, text, str(error).rpartition("it must be ")[2])
        return (found if any(shape.values()) else self.base), ("", "", "")

    def _values(self, base: Scenario, numbers, rows: list[int]) -> dict[str, np.ndarray]:
        values = dict(base.values)
        for column in self.columns:
            array = values[column.entry.name]
            if array.shape[0] == 1:
                array = values[column.entry.name] = array.repeat(len(rows), axis=0)
            moved = numbers[column.name][rows]
            given = ~np.isnan(moved)
            target = array[(slice(None), *column.places)]
            shape = (-1, *(1,) * (target.ndim - 1))
            target[...] = np.where(given.reshape(shape), moved.reshape(shape), target)
        return values

    def _together(self, block: Block, first: int) -> Iterator[Problem]:
        """Rows in which values that are allowed alone do not go together."""
        length = block.values["work_end"] - block.values["work_start"]
        heads = block.values["heads"]
        for wrong, column, allowed in (
            ((length <= 0).any(axis=(1, 2, 3, 4)), "work_end", "after work_start"),
            ((heads.sum(axis=(2, 3, 4)) <= 0).any(axis=1), "heads", "some heads in every plan"),
        ):
            for n in np.flatnonzero(np.broadcast_to(wrong, len(block.rows))).tolist():
                yield Problem(first + block.rows[n], block.ids[n], column, "", allowed)

    def _column(self, name: str) -> Column:
        inputs = {entry.name: entry for entry in INPUTS}
        if name in inputs and not inputs[name].axes:
            return Column(name, inputs[name], (slice(None),) * 4)
        found = self._known().get(name)
        if found is None:
            hint = nearest(
                name, [*self._known(), *(n for n, e in inputs.items() if not e.axes), ID]
            )
            raise WorkbookError(f"{self.origin}: column {name!r} names no input{hint}")
        return Column(name, *found)

    def _known(self) -> dict[str, tuple[Input, tuple]]:
        """Every column there may be, but those of inputs that hold everywhere."""
        if not hasattr(self, "_names"):
            self._names = dict(_names(self.base))
        return self._names


def _names(base: Scenario) -> Iterator[tuple[str, tuple[Input, tuple]]]:
    """Names of columns, with the input and the places in its array that they move."""
    positions = {"site": base.sites, "role": base.roles, "plan": base.plans}
    lists = {entry.axis: entry for entry in LISTS}
    for entry in INPUTS:
        sites = [(n, s) for n, s in enumerate(base.sites) if n or not entry.fixed_onshore]
        if entry.name == "heads":
            for p, plan in enumerate(base.plans):
                for s, site in enumerate(base.sites[:1] if p == 0 else base.sites):
                    for r, role in enumerate(base.roles):
                        yield (
                            f"plan.{plan}.heads.{site}.{role}",
                            (entry, _at(plan=p, site=s, role=r)),
                        )
                        if len(base.roles) == 1:
                            yield f"plan.{plan}.heads.{site}", (entry, _at(plan=p, site=s))
        elif entry.axes in (("site",), ("site", "role")):
            for s, site in sites:
                yield f"site.{site}.{entry.name}", (entry, _at(site=s))
                for r, role in enumerate(base.roles if "role" in entry.axes else ()):
                    yield f"site.{site}.{entry.name}.{role}", (entry, _at(site=s, role=r))
        elif entry.axes == ("role",):
            for r, role in enumerate(positions["role"]):
                yield f"role.{role}.{entry.name}", (entry, _at(role=r))
        elif entry.axes and entry.axes[-1] in lists:
            axis = entry.axes[-1]
            field = entry.name.removeprefix(f"{axis}_")
            for n, row in enumerate(base.list_names[axis]):
                if row and "site" not in entry.axes:
                    yield f"{axis}.{row}.{field}", (entry, _at(**{axis: n}))
                for s, site in sites if row and "site" in entry.axes else ():
                    yield f"{axis}.{row}.{field}.{site}", (entry, _at(**{axis: n, "site": s}))


def _at(**positions: int) -> tuple:
    """Index into an array without its first axis."""
    index: list = [slice(None)] * 4
    for axis, position in positions.items():
        index[POSITION[axis] - 1] = slice(position, position + 1)
    return tuple(index)


def _numbers(cells: pd.Series, entry: Input) -> tuple[np.ndarray, list[int]]:
    """Numbers of a column, NaN where the cell is empty, and the rows of those not allowed."""
    if cells.dtype == object or not pd.api.types.is_numeric_dtype(cells):
        texts = cells.astype(str).str.strip()
        empty = cells.isna().to_numpy() | texts.isin(["", "nan", "None"]).to_numpy()
        numbers = pd.to_numeric(texts.where(~empty), errors="coerce").to_numpy(float)
        wrong = np.isnan(numbers) & ~empty
    else:
        numbers = cells.to_numpy(float, na_value=np.nan)
        wrong = np.zeros(len(numbers), bool)
    with np.errstate(invalid="ignore"):
        wrong |= (numbers < entry.lowest) | (numbers > entry.highest)
        if entry.whole:
            wrong |= np.isfinite(numbers) & (numbers != np.floor(numbers))
    return numbers, np.flatnonzero(wrong).tolist()


def _without(block: Block, bad: set[int]) -> Block:
    """The block without some rows."""
    keep = [n for n, row in enumerate(block.rows) if row not in bad]
    if len(keep) == len(block.rows):
        return block
    return Block(
        block.base,
        {k: a[keep] if a.shape[0] > 1 else a for k, a in block.values.items()},
        [block.rows[n] for n in keep],
        [block.ids[n] for n in keep],
        [block.names[n] for n in keep],
    )


def file_name(one: str) -> str:
    """A scenario's name as every file system takes it."""
    name = _FORBIDDEN.sub("_", one)[:_NAME_MAX].rstrip(". ")
    if not name or _RESERVED.fullmatch(name):
        name = f"_{name}"
    return name
