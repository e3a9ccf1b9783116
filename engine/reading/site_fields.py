"""The sites of a scenario: what a file sets, its engagement, its time zone, its country."""

import contextlib
import datetime
import re
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from ..address import Address, take
from ..axes import RULES, TENURE_MONTHS
from ..declaration import Input, Scope, Values
from ..employment_law import at_three_years
from ..errors import ScenarioError
from ..grades import ASSUMPTION, OWN
from ..lists import NO_CHARGE
from ..locations import (
    PARTS,
    Location,
    covered_by_fee,
    engagement_shares,
    engagements,
    location_named,
    locations,
    per_usd,
)
from ..model import nearest
from ..working_hours import fault_of
from .consistency import Checked, listed, shown
from .missing_figures import (
    DEFAULTS_IN,
    Unset,
    no_exchange_rate,
    no_figure,
)
from .numerals import instead

_SHARES_OFF = 1e-9  # what shares may be off 1: thirds typed to ten digits
_BOUNDS = (("first_month", "last_month"), ("from_pay", "to_pay"), ("minimum", "maximum"))
SITE_KEYS = (
    "name",
    "location",
    "engagement",
    "time_zone",
    "statutory_rate",
    "statutory",
    "statutory_rates",
    "grades",
)
# What the law of a country gives for the end of a site.
TERMINATION = {"stop_notice_weeks": "notice", "stop_severance_weeks": "severance"}
SITE_SCOPES = (Scope.SITE, Scope.SITE_AND_ROLE, Scope.RAMP)  # keys of a [[sites]] table


class SiteReader(Checked):
    """Fills in one site at a time; roles, sites, currency, start and zones are known by then."""

    roles: tuple[str, ...]
    sites: tuple[str, ...]
    currency: str
    start: str
    fx_date: datetime.date | None
    zones: list[ZoneInfo | None]
    used_rate: float = 0.0  # of the scenario's currency per USD, where a default was converted
    unset: list[Unset]  # what the scenario must set, found so far

    def site(self, index: int, table: Mapping[str, Any], values: dict[str, np.ndarray]) -> None:
        """Fill in the inputs of a site: as set, by engagement, zone or country, or the default."""
        place = f"sites[{index}] {self.sites[index]!r}"
        entries = {n: e for n, e in self.inputs.items() if e.scope in SITE_SCOPES}
        for key in table:
            self.known(key, (*SITE_KEYS, *entries), place)
        location = self._location(table, place)
        shares = self._engagement(index, table, place)
        for name, entry in entries.items():
            given = table.get(name)
            if given is not None and index == 0 and entry.fixed_onshore:
                raise self.fail(f"{name} cannot be set; the first site is the onshore base", place)
            if given is None:
                given = self._default(entry, shares, index, table)
            address = Address(name, {"site": index})
            if entry.scope is Scope.RAMP:
                self._ramp(address, given, values, place)
            elif entry.scope is Scope.SITE_AND_ROLE and isinstance(given, Mapping):
                self._site_by_role(address, given, location, values, place)
            else:
                self.put(values, address, given, place)
        month = take(values, "transfer_month", site=index).item()
        self._transfer(shares, table, month, place)
        hours = (take(values, name, site=index).item() for name in ("work_start", "work_end"))
        if wrong := fault_of(*hours):
            raise self.fail(wrong, self.at(place, "work_end", site=index))

    def _site_by_role(
        self,
        address: Address,
        given: Mapping[str, Any],
        location: Location | None,
        values: dict[str, np.ndarray],
        place: str,
    ) -> None:
        """Fill in an input of a site from a table by role, which may leave roles out."""
        entry, index = address.entry, address.at["site"]
        fact: Any = entry.default_at(index)
        if not set(self.roles) <= set(given):
            found = self._fact(entry, location, index)
            fact = self.converted(entry, fact, index) if found is None else found
        for role in given:
            self.known(role, self.roles, f"{place}, {entry.name}", "role")
        for r, role in enumerate(self.roles):
            one = Address(entry.name, {**address.at, "role": r})
            self.put(values, one, given.get(role, fact), place, f"{entry.name} of {role!r}")

    def _engagement(self, index: int, table: Mapping[str, Any], place: str) -> Mapping[str, float]:
        """Shares of the engagement models that a site names, if any."""
        given = table.get("engagement")
        if given is None:
            return {}
        if index == 0:
            raise self.fail("engagement cannot be set; the first site is the onshore base", place)
        if not isinstance(given, Mapping):
            known, word = engagement_shares(), given.casefold() if isinstance(given, str) else ""
            if word not in known:
                raise self.fail(
                    f"engagement is {shown(given)}; it must be one of {', '.join(known)}, "
                    "or a table of shares",
                    place,
                )
            return known[word]
        for model, share in given.items():
            self.known(model, engagements(), f"{place}, engagement", "engagement model")
            wrong = isinstance(share, bool) or not isinstance(share, (int, float))
            if wrong or not 0 < share <= 1:
                raise self.fail(
                    f"share of {model} is {shown(share)}; it must be above 0 and up to 1"
                    f"{instead(share, 0, 1)}",
                    f"{place}, engagement",
                )
        if abs(sum(given.values()) - 1) > _SHARES_OFF:
            raise self.fail(
                f"its shares sum to {sum(given.values()):.10g}; they must sum to 1",
                f"{place}, engagement",
            )
        return given

    def _transfer(
        self, shares: Iterable[str], table: Mapping[str, Any], month: int, place: str
    ) -> None:
        """Refuse a transfer that ends a vendor's fee without saying what then costs instead."""
        covered = (name for model in shares for name in covered_by_fee()[model])
        unset = [name for name in dict.fromkeys(covered) if name not in table]
        if month and unset:
            raise self.fail(
                f"transfer_month is {month}: the vendor's fee ends then, and with it what it "
                f"covers; set {', '.join(unset)} for the time after it, or transfer_month to 0",
                place,
            )

    def _default(
        self,
        entry: Input,
        shares: Mapping[str, float],
        index: int,
        table: Mapping[str, Any],
    ) -> Any:
        """What an input is that a site does not set: what its engagement models give, by shares.

        A model that says nothing counts with what the site has without one. A whole number is that
        of the largest share.
        """
        by_model = (engagements()[model].get(entry.name) for model in shares)
        given: list[Any] = [
            None if value is None else self.converted(entry, value, index) for value in by_model
        ]
        if not given or None in given:
            unset: Any = self._hours(entry.name, index, table)
            if unset is None:
                unset = self._fact(entry, self._location(table, f"sites[{index}]"), index)
            if unset is None and entry.name == "fx_rate" and self._has_us_charges(index, table):
                unset = 1 / self._per_usd(self.currency, entry.name, index)
            if unset is None:
                unset = self.converted(entry, entry.default_at(index), index)
            if given.count(None) == len(given):
                return unset
            given = [unset if value is None else value for value in given]
        weights = list(shares.values())
        if entry.whole:
            return given[weights.index(max(weights))]
        return sum(weight * value for weight, value in zip(weights, given, strict=True))

    def zone(self, index: int, table: Mapping[str, Any]) -> ZoneInfo | None:
        """The time zone a site names, or its location's."""
        place = f"sites[{index}] {self.sites[index]!r}"
        location = self._location(table, place)
        name = table.get("time_zone", location.time_zone if location else None)
        if name is None:
            return None
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, TypeError, OSError):
            raise self.fail(
                f"time_zone is {shown(name)}; it must be an IANA name like 'Europe/Warsaw'", place
            ) from None

    def _hours(self, name: str, index: int, table: Mapping[str, Any]) -> float | None:
        """What follows from the time zones of a site and the onshore site, where both are known."""
        zone = self.zones[index]
        if name == "utc_offset" and zone:
            year, month = map(int, self.start.split("-"))
            noon = datetime.datetime(year, month, 1, 12, tzinfo=zone)
            return (noon.utcoffset() or datetime.timedelta()) / datetime.timedelta(hours=1)
        if name == "overlap_computed" and index and zone and self.zones[0]:
            return 0 if "overlap_hours" in table else 1
        return None

    def _location(self, table: Mapping[str, Any], place: str) -> Location | None:
        """The country a site names, if any."""
        iso = table.get("location")
        if iso is None:
            return None
        found = location_named(iso) if isinstance(iso, str) else None
        if found is None:
            hint = nearest(iso.upper(), locations()) if isinstance(iso, str) else ""
            raise self.fail(
                f"location is {shown(iso)}; it must be a country's code, such as PL, or that of a "
                f"region, such as MX-CMX; shorewise countries lists them{hint}",
                place,
            )
        return found

    def _fact(self, entry: Input, location: Location | None, index: int) -> Values | None:
        """The location's figure for an input, if it has any; noted as unset if none was found."""
        if location is None:
            return None
        if entry.name == "fx_rate":
            local, money = (
                self._per_usd(c, entry.name, index) for c in (location.currency, self.currency)
            )
            return local / money
        if entry.name in TERMINATION:
            return at_three_years(location, TERMINATION[entry.name])
        if entry.name not in location.facts:
            return None
        figure = location.facts[entry.name]
        if figure is None:
            self.unset.append(Unset(no_figure(location), index, entry.name))
            return entry.default_at(index)  # to read on, and list all that is unset
        if entry.name == "salary":
            return figure * self._per_usd(self.currency, entry.name, index)
        return figure

    def _per_usd(self, currency: str, name: str, index: int | None) -> float:
        """Units of a currency per USD: as in the tables or, where fx_date is set, on that date."""
        try:
            return per_usd(currency, self.fx_date)
        except ScenarioError as error:
            reason = f"{error}; or set {{keys}}"
        except KeyError:
            reason = no_exchange_rate(currency)
        self.unset.append(Unset(reason, index, name))
        return 1.0  # to read on, and list all that is unset

    def converted(self, entry: Input, default: Any, index: int | None = None, key: str = "") -> Any:
        """A default in the scenario's currency; ``key`` is what to set where there is no rate."""
        if not (entry.unit.startswith("money") and default) or self.currency == DEFAULTS_IN:
            return default
        self.used_rate = self._per_usd(self.currency, key or entry.name, index)
        return default * self.used_rate

    @staticmethod
    def _has_us_charges(index: int, table: Mapping[str, Any]) -> bool:
        """Whether a site has the statutory charges of the US because it says nothing else."""
        named = ("location", "statutory", "statutory_rate")
        return index == 0 and not any(key in table for key in named)

    def date(self, key: str) -> datetime.date | None:
        """A date, if one is set."""
        value = self.data.get(key)
        return None if value is None else self.date_in(value, key, "")

    def date_in(self, value: Any, key: str, place: str) -> datetime.date:
        """The date that a key has as its value."""
        if type(value) is datetime.date:
            return value
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            with contextlib.suppress(ValueError):
                return datetime.date.fromisoformat(value)
        text = f"{key} is {shown(value)}; it must be a date like '2026-10-30'"
        raise self.fail(text, place)

    def statutory(
        self, index: int, table: Mapping[str, Any], values: dict[str, np.ndarray]
    ) -> tuple[str, ...]:
        """Fill in a site's statutory rules: its own, one rate, its location's, or the default.

        Returns
        -------
        tuple of str
            The name of each rule; empty where there is none.
        """
        place = f"sites[{index}] {self.sites[index]!r}"
        given, rate = table.get("statutory"), table.get("statutory_rate")
        set_here = [k for k in ("statutory", "statutory_rate", "statutory_rates") if k in table]
        if len(set_here) > 1:
            raise self.fail(
                f"{' and '.join(set_here)} are mutually exclusive; set one of them", place
            )
        if given is not None:
            rules = self._rule_tables(given, place)
        elif rate is None and (location := self._location(table, place)) is not None:
            rules = self._rules_of(location, table.get("statutory_rates", {}), place)
        elif rate is None and index == 0:
            rules = self._rules_of(locations()["US-federal"], {}, place)
        else:
            default = self.inputs["statutory_rate"].first
            grade = ASSUMPTION if rate is None else OWN
            given_rate = default if rate is None else rate
            rules = [{"line": "Effective rate", "rate": given_rate, "grade": grade}]
        while rules and rules[-1]["line"] == NO_CHARGE and not _charges(rules[-1]):
            rules.pop()
        for part in PARTS:
            entry = self.inputs[f"statutory_{part}"]
            Address(entry.name, {"site": index}).set(values, entry.last)
            for number, rule in enumerate(rules):
                value = entry.last if rule.get(part) is None else rule[part]
                address = Address(entry.name, {"site": index, "rule": number})
                self.put(values, address, value, f"{place}, statutory[{number}]", entry.name)
        names = [rule["line"] for rule in rules]
        return tuple(names + [""] * (RULES - len(names)))

    def code(self, table: Mapping[str, Any], charges: tuple[str, ...], place: str) -> str:
        """Code of the location whose figures a site has; "" where its charges are its own."""
        location = self._location(table, place)
        own = location and [rule.line for rule in location.rules if rule.line != NO_CHARGE]
        return location.iso if location and own == [*filter(None, charges)] else ""

    def _rules_of(self, location: Location, rates: Any, place: str) -> list[dict[str, Any]]:
        """A country's rules, with the rates that a scenario sets itself."""
        if not isinstance(rates, Mapping):
            raise self.fail(f"statutory_rates is {shown(rates)}; it must be a table", place)
        for line in rates:
            names = [rule.line for rule in location.rules]
            self.known(line, names, f"{place}, statutory_rates", "charge")
        rules = []
        for rule in location.rules:
            parts = {part: getattr(rule, part) for part in PARTS}
            if rule.line in rates:
                parts |= {"rate": rates[rule.line], "grade": OWN, "current_to": None}
            parts["rate"] = parts["rate"] or 0  # without one the scenario says that 0 is assumed
            rules.append({"line": rule.line} | parts)
        return rules

    def _rule_tables(self, given: Any, place: str) -> list[dict[str, Any]]:
        """Statutory rules as a scenario file holds them."""
        if not isinstance(given, list) or len(given) > RULES:
            raise self.fail(f"statutory is {shown(given)}; it must be up to {RULES} tables", place)
        for number, rule in enumerate(given):
            at = f"{place}, statutory[{number}]"
            if not isinstance(rule, Mapping):
                raise self.fail(f"it is {shown(rule)}; it must be a table", at)
            for key in rule:
                self.known(key, ("line", *PARTS), at)
        lines = [
            self.text(rule, "line", f"{place}, statutory[{n}]", f"Charge {n + 1}")
            for n, rule in enumerate(given)
        ]
        rules = [
            {"grade": OWN, **rule, "line": line} for rule, line in zip(given, lines, strict=True)
        ]
        for number, rule in enumerate(rules):
            at = f"{place}, statutory[{number}]"
            self._of_another(rule, rules, at)
            self._bounds_in_order(rule, at)
        return rules

    def _bounds_in_order(self, rule: Mapping[str, Any], at: str) -> None:
        """Refuse a charge that holds for no pay, in no month, or has no amount."""
        for low, high in _BOUNDS:
            given = [
                self.inputs[f"statutory_{key}"].number_of(rule.get(key)) for key in (low, high)
            ]
            if all(isinstance(one, (int, float)) for one in given) and given[0] > given[1]:
                words = [shown(rule[key]) for key in (low, high)]
                raise self.fail(
                    f"{low} is {words[0]}; it must not be above {high}, which is {words[1]}", at
                )

    def _of_another(self, rule: dict[str, Any], rules: list[dict[str, Any]], at: str) -> None:
        """Of a charge that is a share of another: the other's name becomes its number."""
        of = rule.get("of_charge", 0)
        lines = [other["line"] for other in rules]
        if isinstance(of, str):
            if of not in lines:
                hint = nearest(of, lines) or f"; the charges are {listed(lines)}"
                raise self.fail(f"of_charge is {shown(of)}, which is no charge{hint}", at)
            rule["of_charge"] = of = lines.index(of) + 1
        if of in range(1, len(rules) + 1) and (
            rules[of - 1] is rule or rules[of - 1].get("of_charge", 0)
        ):
            raise self.fail(
                f"of_charge is {shown(lines[of - 1])}; it must be another charge, one on pay", at
            )

    def _ramp(
        self, address: Address, given: Any, values: dict[str, np.ndarray], place: str
    ) -> None:
        """Fill in the share of output in each month since a site's start; 1 after the last."""
        if not isinstance(given, (list, tuple)) or not 1 <= len(given) <= TENURE_MONTHS:
            raise self.fail(
                f"{address.name} is {shown(given)}; it must be a list of 1 to {TENURE_MONTHS} "
                "numbers, the share of output in each month since the start",
                place,
            )
        address.set(values, 1.0)
        for step, value in enumerate(given):
            month = Address(address.name, {**address.at, "tenure": step})
            self.put(values, month, value, place, f"{address.name}[{step}]")


def _charges(rule: Mapping[str, Any]) -> bool:
    """Whether a rule costs anything."""
    return bool(rule.get("rate") or rule.get("flat"))
