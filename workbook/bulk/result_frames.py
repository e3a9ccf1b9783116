"""Results and errors as data frames with types, read from the CSV files of a run."""

import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from .csv_cells import original
from .destinations import ERRORS, RESULTS, Destination
from .result_columns import (
    NUMBER,
    QUESTION,
    TEXT,
    WHOLE,
    YES_NO,
    ResultColumn,
    error_columns,
    result_columns,
)

# Numbers in their plain form: others, such as 007, are texts.
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,17}")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?(e[+-]?[0-9]{1,2})?")
_MAY_BE_EMPTY = ("verdict",)  # columns of texts in which an empty cell means that there is none
_WORDS = ("currency", *QUESTION, "verdict")  # columns of texts that are never like a formula
_DTYPES = {TEXT: str, YES_NO: str, WHOLE: np.int64, NUMBER: float}
Kinds = Mapping[str, str]  # types of kept columns, by name


class Part(NamedTuple):
    """A complete partition of a run.

    Attributes
    ----------
    name : str
        Name of its folder.
    destination : Destination
    counts : dict of str to int
        Numbers of its rows, of scenarios with results, and of invalid cells.
    draws : int
        Draws of each scenario.
    keep : tuple of str
        Names of the kept columns.
    """

    name: str
    destination: Destination
    counts: dict[str, int]
    draws: int
    keep: tuple[str, ...]

    def results(self) -> pd.DataFrame:
        """Its results, in the order of the table; kept columns as texts."""
        data = self.destination.read(f"{self.name}/{RESULTS}")
        return results_frame(data, self.draws, self.keep, kinds=as_texts(self.keep))

    def errors(self) -> pd.DataFrame:
        """Its invalid cells; kept columns as texts."""
        data = self.destination.read(f"{self.name}/{ERRORS}")
        return errors_frame(data, self.keep, kinds=as_texts(self.keep))


def results_frame(
    data: bytes, draws: int, keep: Sequence[str], *, kinds: Kinds | None = None
) -> pd.DataFrame:
    """Results of a partition or a run as a frame.

    Parameters
    ----------
    data : bytes
        CSV, with or without heads.
    draws : int
        Draws of each scenario, which decide the columns.
    keep : sequence of str
        Names of the kept columns.
    kinds : mapping of str to str, optional
        Types of kept columns; by default as :func:`kind_of` finds them.

    Returns
    -------
    DataFrame
        NaN stands for no answer. ``recommended`` is boolean.
    """
    frame = _frame(data, result_columns(draws, tuple(keep)))
    return frame.assign(**{name: _typed(frame[name], (kinds or {}).get(name)) for name in keep})


def errors_frame(data: bytes, keep: Sequence[str], *, kinds: Kinds | None = None) -> pd.DataFrame:
    """Errors of a partition or a run as a frame. Parameters are those of :func:`results_frame`."""
    frame = _frame(data, error_columns(keep))
    return frame.assign(**{name: _typed(frame[name], (kinds or {}).get(name)) for name in keep})


def as_texts(keep: Sequence[str]) -> dict[str, str]:
    """Types that leave all kept columns as texts."""
    return dict.fromkeys(keep, TEXT)


def kept_kinds(parts: Iterable[pd.DataFrame], keep: Sequence[str]) -> dict[str, str]:
    """Types of the kept columns of all parts of the results, by name."""
    found: dict[str, set[str]] = {name: set() for name in keep}
    for frame in parts:
        for name in keep:
            found[name].add(kind_of(frame[name].unique()))
    return {name: _widest(kinds - {""}) for name, kinds in found.items()}


def kind_of(cells: Collection[str]) -> str:
    """Type of texts: numbers only if all have the plain form of one; "" if all are empty."""
    cells = [cell for cell in cells if cell != ""]
    if not cells:
        return ""
    if all(map(_WHOLE.fullmatch, cells)):
        return WHOLE
    return NUMBER if all(map(_NUMBER.fullmatch, cells)) else TEXT


def _widest(kinds: set[str]) -> str:
    return next((kind for kind in (TEXT, NUMBER, WHOLE) if kind in kinds), TEXT)


def _typed(cells: pd.Series, kind: str | None) -> pd.Series:
    """Texts as numbers, if they are numbers: whole ones with empty cells as nullable integers."""
    kind = kind or kind_of(cells.unique()) or TEXT
    if kind == TEXT:
        return cells
    numbers = pd.to_numeric(cells.where(cells != "", None))
    return numbers.astype("Int64" if kind == WHOLE else float)


def _frame(data: bytes, columns: Sequence[ResultColumn]) -> pd.DataFrame:
    names = [one.column for one in columns]
    kinds = {one.column: _DTYPES[one.type] for one in columns}
    has_heads = data.removeprefix(b"\xef\xbb\xbf").startswith(f"{names[0]},{names[1]},".encode())
    frame = pd.read_csv(
        io.BytesIO(data),
        names=names,
        skiprows=1 if has_heads else 0,
        dtype=kinds,
        keep_default_na=False,
        na_values={name: [""] for name in names if kinds[name] is float or name in _MAY_BE_EMPTY},
        encoding="utf-8-sig",
    )
    for one in columns:
        if one.type == YES_NO:
            frame[one.column] = frame[one.column] == "yes"
        may_be_neutralised = one.type == TEXT and one.column not in _WORDS
        if may_be_neutralised and frame[one.column].str.startswith("'").any():
            frame[one.column] = frame[one.column].map(original)
    return frame
