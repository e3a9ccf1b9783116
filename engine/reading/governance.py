"""Who prepared, reviewed and approved a scenario, when, and its version log."""

from typing import Any

from ..governance import SIGNED, VERSION_TEXT_MAX, VERSIONS_MAX, Version
from .evidence import EvidenceReader

VERSIONS = "versions"  # key of the version log in scenario files
STEPS = ("prepared", *SIGNED)
SIGN_OFF = tuple(f"{step}_{part}" for step in STEPS for part in ("by", "on"))


class GovernanceReader(EvidenceReader):
    """Reads what says who answers for a scenario; no result depends on it."""

    def governance(self) -> dict[str, Any]:
        """Names and dates of the sign-off, and the version log, by field."""
        found: dict[str, Any] = {}
        for step in STEPS:
            by, on = f"{step}_by", f"{step}_on"
            found[by] = ""
            if self.data.get(by, "") != "":
                found[by] = self.text(self.data, by, self.at("", by), "")
            found[on] = self._day(self.data.get(on), on, self.at("", on))
        return found | {VERSIONS: self._versions()}

    def _versions(self) -> tuple[Version, ...]:
        """Rows of the version log."""
        tables = self.tables(VERSIONS) if self.data.get(VERSIONS, []) != [] else ()
        if len(tables) > VERSIONS_MAX:
            raise self.fail(
                f"{len(tables)} {VERSIONS}; there may be at most {VERSIONS_MAX}: keep the last"
            )
        found = []
        for number, table in enumerate(tables):
            place = f"{VERSIONS}[{number}]"
            for key in table:
                self.known(key, Version._fields, place)
            row = {}
            for key in Version._fields:
                where = self.at(place, f"version_{key}", version=number)
                most = VERSION_TEXT_MAX if key == "changes" else 60
                if key == "date":
                    row[key] = self._day(table.get(key), key, where)
                elif table.get(key, "") != "":
                    row[key] = self.text(table, key, where, "", most)
            found.append(Version(**row))
        return tuple(found)

    def _day(self, value: Any, key: str, place: str) -> str:
        """A day from 2000 to 2099, such as "2026-11-23"; "" if not stated."""
        if value is None or value == "":
            return ""
        day = self.date_in(value, key, place)
        if not 2000 <= day.year < 2100:
            text = f"{key} is {day}; it must be from 2000 to 2099{year_typed_alone(day)}"
            raise self.fail(text, place)
        return day.isoformat()


def year_typed_alone(value: Any) -> str:
    """A hint where a year typed into a cell for dates has become a day: the 2,027th since 1900."""
    year_alone = str(value).startswith("1905-")
    return ": to Excel a year typed alone is a day of 1905" if year_alone else ""
