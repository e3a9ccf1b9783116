"""The roster of a scenario: rows of people checked, also in a CSV file beside a scenario file."""

import csv
import datetime
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..address import Address, take
from ..axes import WAVES_MAX
from ..declaration import MONEY_MAX
from ..errors import DomainError, ScenarioError
from ..evidence import POSITIONS
from ..grades import OWN
from ..roster import KEY, YEARS_BEFORE, Roster, RosterRow, month_number, rate_of_row
from ..spares import is_spare
from .consistency import shown
from .governance import GovernanceReader, year_typed_alone
from .numerals import instead, numeral
from .text_encoding import encoding_of
from .text_tables import HEAD_ROWS, decimal_of, head_position, known_heads, separator_of

ROWS_MAX = 2_000
_FILE_MAX = 1 << 20
_NUMBERS = ("heads", "pay")  # columns of a CSV file with numbers
_LINE = "line"  # key of a row from a CSV file: its number there


class RosterReader(GovernanceReader):
    """Reads the people of plans; what they decide takes the place of what is set otherwise."""

    rows: tuple[RosterRow, ...]
    listed: set[str]  # plans with rows

    def read_roster(self, general: Mapping[str, Any]) -> Roster:
        """The roster; names of plans, sites and roles are known by now."""
        given = self.data.get(KEY, [])
        if not isinstance(given, list) or not all(isinstance(row, Mapping) for row in given):
            raise self.fail(
                f"{KEY} is {shown(given)}; it must be [[{KEY}]] tables, or in a scenario file the "
                "name of a CSV file beside it"
            )
        if len(given) > ROWS_MAX:
            raise self.fail(f"{len(given)} rows of {KEY}; there may be at most {ROWS_MAX:,}")
        self._start, self._horizon_months = general["start_month"], general["horizon_months"]
        read = [(self._roster_row(n, row), n) for n, row in enumerate(given) if not is_blank(row)]
        self.rows = tuple(row for row, _ in read)
        self.listed = {row.plan for row in self.rows}
        names = {"plan": self.plans, "site": self.sites, "role": self.roles}
        roster = Roster(self.rows, names, self.currency, self._start, self._horizon_months)
        self._refuse_waves(roster)
        return roster

    def put_roster(self, roster: Roster, values: dict[str, np.ndarray]) -> None:
        """Put what the roster decides in the place of what is set otherwise."""
        if not self.rows:
            return
        values |= roster.decide(values)
        salary = self.inputs["salary"]
        for site, role in np.argwhere(roster.paid()[1] > 0).tolist():
            pay = take(values, "salary", site=site, role=role).item()
            if not salary.lowest <= pay <= salary.highest:
                raise self.fail(
                    f"average pay of {self.roles[role]!r} at {self.sites[site]!r} is {pay:,.10g} "
                    f"{self.currency}; it must be {salary.allowed}",
                    KEY,
                )

    def grade_roster(
        self,
        roster: Roster,
        site_tables: Sequence[Mapping[str, Any]],
        values: Mapping[str, np.ndarray],
    ) -> None:
        """Grade salaries from the roster as own figures, where no grade is set."""
        for site in np.flatnonzero(roster.paid()[1].any(axis=1)).tolist():
            if "salary" not in site_tables[site].get("grades", {}):
                at = {"site": site, "figure": POSITIONS["salary"]}
                Address("figure_basis", at).set(values, OWN)

    def _roster_row(self, number: int, row: Mapping[str, Any]) -> RosterRow:
        line = row.get(_LINE)
        place = f"{KEY}, line {line}" if line else f"{KEY}[{number}]"

        def at(key: str) -> str:
            return self.at(place, f"{KEY}_{key}", roster=number)

        for key in row:
            self.known(key, (*RosterRow._fields, *((_LINE,) if line else ())), place)
        names = {
            axis: self._name_in(row, axis, names, at(axis))
            for axis, names in (("plan", self.plans), ("site", self.sites), ("role", self.roles))
        }
        if names["plan"] == self.plans[0] and names["site"] != self.sites[0]:
            raise self.fail(
                f"site is {names['site']!r}; the first plan is the baseline, so its rows must be "
                f"at {self.sites[0]!r}",
                at("site"),
            )
        start = self._day_of_row(row, "start", at("start"))
        end = self._day_of_row(row, "end", at("end"))
        self._check_days(start, end, at)
        return RosterRow(
            **names,
            heads=self._amount(row, "heads", 1.0, 100_000, at("heads")),
            start=start,
            end=end,
            pay=self._amount(row, "pay", 0.0, MONEY_MAX, at("pay")),
            currency=self._currency_of_row(row, at("currency")),
        )

    def _name_in(
        self, row: Mapping[str, Any], axis: str, names: tuple[str, ...], place: str
    ) -> str:
        """A name of a row, in any letter case, as Excel compares."""
        value = row.get(axis, "")
        text = value.strip() if isinstance(value, str) else shown(value)
        if not text:
            raise self.fail(f"{axis} is empty; it must be the name of a {axis}", place)
        by_case = {name.casefold(): name for name in names}
        if text.casefold() not in by_case:
            self.known(text, names, place, axis)
        if is_spare(axis, name := by_case[text.casefold()]):
            raise self.fail(
                f"{axis} is {name!r}, which is a spare place: type the name of the {axis} over it "
                "where it stands among the names, and here",
                place,
            )
        return name

    def _amount(
        self, row: Mapping[str, Any], key: str, empty: float, most: float, place: str
    ) -> float:
        """Heads above 0, or pay of 0 or more; what an empty cell stands for."""
        value = row.get(key, "")
        if isinstance(value, str) and not value.strip():
            return empty
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        too_low = is_number and (value < 0 if key == "pay" else value <= 0)
        if not is_number or too_low or not value <= most:
            least = "0 or more" if key == "pay" else "above 0, or empty for 1"
            raise self.fail(
                f"{key} is {shown(value)}; it must be a number {least}, up to {most:,}"
                f"{instead(value, 0, most)}",
                place,
            )
        return float(value)

    def _day_of_row(self, row: Mapping[str, Any], key: str, place: str) -> str:
        """A day such as "2027-03-01", or a month; "" if not stated."""
        value = row.get(key, "")
        if isinstance(value, datetime.datetime):
            value = value.date()
        if isinstance(value, str):
            value = value.strip()
            if not value:
                return ""
            value = f"{value}-01" if len(value) == len("2027-03") else value
        return self.date_in(value, key, place).isoformat()

    def _check_days(self, start: str, end: str, at: Any) -> None:
        """Refuse days outside the time in which a row can count."""
        first = month_number(start, self._start) if start else 1
        if start and not -12 * YEARS_BEFORE < first - 1 < self._horizon_months:
            raise self.fail(
                f"start is {start}; it must be a date by the last of the {self._horizon_months} "
                f"months, at most {YEARS_BEFORE} years before the first"
                f"{year_typed_alone(start)}",
                at("start"),
            )
        if end and (month_number(end, self._start) < 1 or end < start):
            raise self.fail(
                f"end is {end}; it must be a date after the start, in or after the first month, "
                f"{self._start}: leave out who has left before{year_typed_alone(end)}",
                at("end"),
            )

    def _currency_of_row(self, row: Mapping[str, Any], place: str) -> str:
        value = row.get("currency", "")
        text = value.strip().upper() if isinstance(value, str) else ""
        if not text and value in ("", None):
            return ""
        try:
            rate_of_row(text, self.currency)
        except KeyError as missing:
            raise self.fail(
                f"currency is {shown(value)}; there is no exchange rate of {missing.args[0]}: "
                f"convert the pay to {self.currency} and leave currency empty",
                place,
            ) from None
        return text

    def _refuse_waves(self, roster: Roster) -> None:
        """Refuse more different starts and ends than a plan may have waves at a site."""
        if roster.most_waves <= (most := WAVES_MAX):
            return
        for plan, site in sorted({*zip(roster.plan.tolist(), roster.site.tolist(), strict=True)}):
            if (count := len(roster.keys_at(plan, site))) > most:
                raise self.fail(
                    f"rows of {self.plans[plan]!r} at {self.sites[site]!r} have {count} different "
                    f"months of start and end; there may be at most {most}: give rows that are "
                    "close together the same start",
                    KEY,
                )


def is_blank(row: Mapping[str, Any]) -> bool:
    """Whether nothing is entered in a row."""
    return all(
        value is None or (isinstance(value, str) and not value.strip())
        for key, value in row.items()
        if key != _LINE
    )


def roster_beside(scenario_file: Path, name: str) -> list[dict[str, Any]]:
    """Rows of the CSV file with a roster that a scenario file names.

    Raises
    ------
    ScenarioError
        The file cannot be read, or has no column or too many of them.
    """
    path = scenario_file.parent / name
    try:
        with open(path, "rb") as file:
            data = file.read(_FILE_MAX + 1)
    except OSError as error:
        raise ScenarioError(f"{scenario_file}: {KEY} is {name!r}: {error.strerror}") from None
    if len(data) > _FILE_MAX:
        raise ScenarioError(f"{path}: has more than {_FILE_MAX:,} bytes, too many for a roster")
    try:
        return _csv_rows(path, data.decode(encoding_of(data, None, _known_heads).codec))
    except (DomainError, UnicodeDecodeError) as error:
        what = "it is in no encoding that is detected; save it as CSV UTF-8"
        if not isinstance(error, UnicodeDecodeError):
            what = str(error).partition(", or set ")[0]  # nothing can be set for a roster
        raise ScenarioError(f"{path}: {what}") from None


def _known_heads(text: str) -> int:
    return known_heads(text, _is_head)


def _is_head(text: str) -> bool:
    return text.casefold() in RosterRow._fields


def _csv_rows(path: Path, text: str) -> list[dict[str, Any]]:
    """Rows by the heads of their columns, each with its line."""
    separator = separator_of(text.splitlines(keepends=True), ",", _is_head)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    filled = [(lines.line_num, row) for row in lines if any(map(str.strip, row))]
    at = head_position([row for _, row in filled[:HEAD_ROWS]], _is_head)
    heads = [head.strip().casefold() for head in filled[at][1]] if filled else []
    while heads and not heads[-1]:
        heads.pop()
    for key in heads:
        if key not in RosterRow._fields or heads.count(key) > 1:
            raise ScenarioError(
                f"{path}: column {shown(key)} is none of a roster, or there twice; columns are "
                f"{', '.join(RosterRow._fields)}"
            )
    rows: list[dict[str, Any]] = []
    for line, cells in filled[at + 1 :]:
        if any(map(str.strip, cells[len(heads) :])):
            raise ScenarioError(
                f"{path}: line {line} has {len(cells)} cells; its head has {len(heads)}"
            )
        rows.append(dict(zip(heads, cells, strict=False)) | {_LINE: line})
    numbers = ((row[_LINE], n, row.get(key, "")) for row in rows for n, key in enumerate(_NUMBERS))
    decimal = decimal_of(numbers)
    return [row | {key: _number(row.get(key, ""), decimal) for key in _NUMBERS} for row in rows]


def _number(text: str, decimal: str) -> float | str:
    """The number that a cell stands for; a text that has none, or two, as it is."""
    found = numeral(text, decimal)
    if len(found.numbers) != 1 or found.is_percent or found.sign:
        return text
    return float(found.numbers[0])
