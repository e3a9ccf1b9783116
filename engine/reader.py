"""Plain data checked against the declarations: the parts of a scenario, or one clear error."""

import contextlib
import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from .axes import RULES, TENURE_MONTHS, shape_of
from .errors import ScenarioError
from .inputs import Input
from .locations import (
    Location,
    currencies,
    dated_per_usd,
    engagement_shares,
    engagements,
    locations,
)
from .model import default_model, nearest

MONTHS_MIN, MONTHS_MAX = 6, 120
# What a workbook can show and a reader can still follow.
SHAPE_MAX = {"plan": 40, "site": 40, "role": 40, "plan x site": 400}
_NAME_MAX = 60
_SHARES_OFF = 1e-9  # what shares may be off 1: thirds typed to ten digits
_GENERAL = (
    "name",
    "currency",
    "horizon_months",
    "start_month",
    "fx_date",
    "roles",
    "sites",
    "plans",
)
# XML cannot hold control characters, and Excel reads _x0041_ in a file as the letter A.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")

Locate = Callable[[str, int | None, int | None, int | None], str]
_SITE_KEYS = ("name", "location", "engagement", "time_zone", "statutory_rate", "statutory")
PARTS = ("rate", "base", "exempt", "cap", "floor", "flat")


class Reader:
    """Checks plain data and fills a scenario; the first thing wrong is raised."""

    def __init__(self, data: Mapping[str, Any], origin: str, locate: Locate | None):
        self.data, self.origin, self.locate = data, origin, locate
        self.inputs = default_model().inputs

    def _fail(self, what: str, place: str = "") -> ScenarioError:
        return ScenarioError(f"{self.origin}: {place}{': ' if place else ''}{what}")

    def parts(self) -> dict[str, Any]:
        """What a scenario is made of, by field."""
        scalars = [name for name, entry in self.inputs.items() if not entry.axes]
        for key in self.data:
            if key in self.inputs and key not in scalars:
                where = "plans.heads" if key == "heads" else "a [[sites]] entry"
                raise self._fail(f"{key} varies by {self.inputs[key].axes[0]}; set it in {where}")
            self._known(key, (*_GENERAL, *scalars), "")
        place = self._at("", "scenario_name")
        name = self._text(self.data, "name", place, "Comparison")
        currency = self._text(self.data, "currency", self._at("", "currency"), "USD")
        if not re.fullmatch(r"[A-Z]{3}", currency):
            raise self._fail(
                f"currency is {_shown(currency)}; it must be three capital letters, like USD",
                self._at("", "currency"),
            )
        horizon = self.data.get("horizon_months", 36)
        if type(horizon) is not int or not MONTHS_MIN <= horizon <= MONTHS_MAX:
            raise self._fail(
                f"horizon_months is {_shown(horizon)}; "
                f"it must be a whole number between {MONTHS_MIN} and {MONTHS_MAX}",
                self._at("", "horizon_months"),
            )
        start = self.data.get("start_month", "2027-01")
        if not isinstance(start, str) or not re.fullmatch(
            r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])", start
        ):
            raise self._fail(
                f"start_month is {_shown(start)}; it must be a month like '2027-01'",
                self._at("", "start_month"),
            )
        roles = self._names("roles", self._array("roles", ["Senior ML engineer"]), "roles")
        site_tables = self._tables("sites")
        plan_tables = self._tables("plans")
        sites = self._names("sites", [t.get("name") for t in site_tables], "sites.name")
        plans = self._names("plans", [t.get("name") for t in plan_tables], "plans.name")
        self.roles, self.sites, self.plans = roles, sites, plans
        sizes = {"plan": len(plans), "site": len(sites), "role": len(roles)}
        for what, count in (*sizes.items(), ("plan x site", len(plans) * len(sites))):
            if count > SHAPE_MAX[what]:
                raise self._fail(f"{count} {what}s; there may be at most {SHAPE_MAX[what]}")
        values = {
            name: np.empty(shape_of(entry.axes, sizes), entry.dtype)
            for name, entry in self.inputs.items()
        }
        for key in scalars:
            entry = self.inputs[key]
            values[key][...] = self._number(entry, self.data.get(key, entry.default), "")
        self.currency, self.start, self.fx_date = currency, start, self._fx_date()
        self.zones = [self._zone(index, table) for index, table in enumerate(site_tables)]
        rule_names = []
        for index, table in enumerate(site_tables):
            self._site(index, table, values)
            rule_names.append(self._statutory(index, table, values))
        values["heads"][...] = 0
        for index, table in enumerate(plan_tables):
            self._plan(index, table, values["heads"])
        return {
            "name": name,
            "currency": currency,
            "horizon_months": horizon,
            "start_month": start,
            "sites": sites,
            "roles": roles,
            "plans": plans,
            "rule_names": tuple(rule_names),
            "values": values,
        }

    def _site(self, index: int, table: Mapping[str, Any], values: dict[str, np.ndarray]) -> None:
        place = f"sites[{index}] {self.sites[index]!r}"
        entries = {n: e for n, e in self.inputs.items() if e.axes[:1] == ("site",)}
        entries = {n: e for n, e in entries.items() if "rule" not in e.axes}
        for key in table:
            self._known(
                key,
                (*_SITE_KEYS, *entries),
                place,
            )
        location = self._location(table, place)
        shares = self._engagement(index, table, place)
        for name, entry in entries.items():
            given = table.get(name)
            if given is not None and index == 0 and entry.fixed_onshore:
                raise self._fail(f"{name} cannot be set; the first site is the onshore base", place)
            if given is None:
                given = self._default(entry, shares, index, table, place)
            target = values[name][0, 0, index]
            if entry.axes == ("site", "tenure"):
                target[0] = self._ramp(entry, given, place, index)
            elif entry.axes == ("site", "role") and isinstance(given, Mapping):
                fact = None if set(self.roles) <= set(given) else self._fact(name, location, place)
                default = dict.fromkeys(
                    self.roles, entry.default_at(index) if fact is None else fact
                )
                for role in given:
                    self._known(role, self.roles, f"{place}, {name}")
                for r, (role, value) in enumerate((default | dict(given)).items()):
                    at = self._at(place, name, None, index, r)
                    target[r] = self._number(entry, value, at, f"{name} of {role!r}")
            else:
                target[...] = self._number(entry, given, self._at(place, name, None, index, None))
        start, end = (values[name][0, 0, index].item() for name in ("work_start", "work_end"))
        if end <= start:
            raise self._fail(
                f"work_end is {_shown(end)}; it must be after work_start, {_shown(start)}: "
                "past midnight count on from 24",
                self._at(place, "work_end", None, index, None),
            )

    def _engagement(self, index: int, table: Mapping[str, Any], place: str) -> Mapping[str, float]:
        """Shares of the engagement models that a site names, if any."""
        given = table.get("engagement")
        if given is None:
            return {}
        if index == 0:
            raise self._fail("engagement cannot be set; the first site is the onshore base", place)
        if not isinstance(given, Mapping):
            known = engagement_shares()
            if not isinstance(given, str) or given not in known:
                raise self._fail(
                    f"engagement is {_shown(given)}; it must be one of {', '.join(known)}, "
                    "or a table of shares",
                    place,
                )
            return known[given]
        for model, share in given.items():
            self._known(model, engagements(), f"{place}, engagement")
            wrong = isinstance(share, bool) or not isinstance(share, (int, float))
            if wrong or not 0 < share <= 1:
                raise self._fail(
                    f"share of {model} is {_shown(share)}; it must be above 0 and up to 1",
                    f"{place}, engagement",
                )
        if abs(sum(given.values()) - 1) > _SHARES_OFF:
            raise self._fail(
                f"its shares sum to {sum(given.values()):.10g}; they must sum to 1",
                f"{place}, engagement",
            )
        return given

    def _default(
        self,
        entry: Input,
        shares: Mapping[str, float],
        index: int,
        table: Mapping[str, Any],
        place: str,
    ) -> Any:
        """What an input is that a site does not set: what its engagement models give, by shares.

        A model that says nothing counts with what the site has without one. A whole number is that
        of the largest share.
        """
        given: list[Any] = [engagements()[model].get(entry.name) for model in shares]
        if not given or None in given:
            unset: Any = self._hours(entry.name, index, table)
            if unset is None:
                unset = self._fact(entry.name, self._location(table, place), place)
            if unset is None:
                unset = entry.default_at(index)
            if given.count(None) == len(given):
                return unset
            given = [unset if value is None else value for value in given]
        weights = list(shares.values())
        if entry.whole:
            return given[weights.index(max(weights))]
        return sum(weight * value for weight, value in zip(weights, given, strict=True))

    def _zone(self, index: int, table: Mapping[str, Any]) -> ZoneInfo | None:
        """The time zone a site names, or its location's."""
        place = f"sites[{index}] {self.sites[index]!r}"
        location = self._location(table, place)
        name = table.get("time_zone", location.time_zone if location else None)
        if name is None:
            return None
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, TypeError, OSError):
            raise self._fail(
                f"time_zone is {_shown(name)}; it must be an IANA name like 'Europe/Warsaw'", place
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
        if not isinstance(iso, str) or iso not in locations():
            raise self._fail(
                f"location is {_shown(iso)}; it must be one of {', '.join(locations())}", place
            )
        return locations()[iso]

    def _fact(self, name: str, location: Location | None, place: str) -> float | None:
        """The location's figure for an input, if it has one; an error where none was found."""
        if location is None:
            return None
        if name == "fx_rate":
            local, money = (
                self._per_usd(c, name, place) for c in (location.currency, self.currency)
            )
            return local / money
        if name not in location.facts:
            return None
        figure = location.facts[name]
        if figure is None:
            raise self._fail(f"{name}: no figure was found for {location.country}; set it", place)
        return figure * self._per_usd(self.currency, name, place) if name == "salary" else figure

    def _per_usd(self, currency: str, name: str, place: str) -> float:
        """Units of a currency per USD: as in the tables or, where fx_date is set, on that date."""
        if self.fx_date:
            try:
                return dated_per_usd(currency, self.fx_date)
            except ScenarioError as error:
                raise self._fail(f"{error}; or set {name}", place) from None
        if currency not in currencies():
            raise self._fail(f"{name}: no exchange rate was found for {currency}; set it", place)
        return currencies()[currency]

    def _fx_date(self) -> datetime.date | None:
        """The date of exchange rates, if one is set."""
        value = self.data.get("fx_date")
        if value is None or type(value) is datetime.date:
            return value
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            with contextlib.suppress(ValueError):
                return datetime.date.fromisoformat(value)
        raise self._fail(f"fx_date is {_shown(value)}; it must be a date like '2026-10-30'")

    def _statutory(
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
        location = self._location(table, place) or (locations()["US"] if index == 0 else None)
        if given is not None and rate is not None:
            raise self._fail(
                "statutory and statutory_rate are both set; one of them must go", place
            )
        if given is not None:
            rules = self._rule_tables(given, place)
        elif rate is None and location is not None:
            rules = [vars(rule) for rule in location.rules]
        else:
            default = self.inputs["statutory_rate"].first
            rules = [{"line": "Effective rate", "rate": default if rate is None else rate}]
        for part in PARTS:
            entry = self.inputs[f"statutory_{part}"]
            target = values[entry.name][0, 0, index, 0]
            target[:] = neutral = entry.last
            for number, rule in enumerate(rules):
                value = neutral if rule.get(part) is None else rule[part]
                at = self._at(f"{place}, statutory[{number}]", entry.name, None, index, number)
                target[number] = self._number(entry, value, at, entry.name)
        names = [rule["line"] for rule in rules]
        return tuple(names + [""] * (RULES - len(names)))

    def _rule_tables(self, given: Any, place: str) -> list[dict[str, Any]]:
        """Statutory rules as a scenario file holds them."""
        if not isinstance(given, list) or len(given) > RULES:
            raise self._fail(
                f"statutory is {_shown(given)}; it must be up to {RULES} tables", place
            )
        for number, rule in enumerate(given):
            at = f"{place}, statutory[{number}]"
            if not isinstance(rule, Mapping):
                raise self._fail(f"it is {_shown(rule)}; it must be a table", at)
            for key in rule:
                self._known(key, ("line", *PARTS), at)
        return [
            {
                **rule,
                "line": self._text(rule, "line", f"{place}, statutory[{n}]", f"Charge {n + 1}"),
            }
            for n, rule in enumerate(given)
        ]

    def _ramp(self, entry: Input, given: Any, place: str, site: int) -> list[float]:
        if not isinstance(given, (list, tuple)) or not 1 <= len(given) <= TENURE_MONTHS:
            raise self._fail(
                f"{entry.name} is {given!r}; it must be a list of 1 to {TENURE_MONTHS} numbers, "
                "the share of output in each month since the start",
                place,
            )
        shares = [
            self._number(
                entry, value, self._at(place, entry.name, None, site, step), f"{entry.name}[{step}]"
            )
            for step, value in enumerate(given)
        ]
        return shares + [1.0] * (TENURE_MONTHS - len(shares))

    def _plan(self, index: int, table: Mapping[str, Any], heads: np.ndarray) -> None:
        place = f"plans[{index}] {self.plans[index]!r}"
        for key in table:
            self._known(key, ("name", "heads"), place)
        by_site = table.get("heads", {})
        if not isinstance(by_site, Mapping):
            raise self._fail(f"heads is {by_site!r}; it must be a table of heads by site", place)
        entry = self.inputs["heads"]
        for site, given in by_site.items():
            self._known(site, self.sites, f"{place}, heads")
            s = self.sites.index(site)
            if not isinstance(given, Mapping):
                if len(self.roles) > 1:
                    raise self._fail(
                        f"heads at {site!r} is {given!r}; with several roles it must be a table "
                        f"of heads by role, like {{ {self.roles[0]!r} = 4 }}",
                        place,
                    )
                given = {self.roles[0]: given}
            for role, value in given.items():
                self._known(role, self.roles, f"{place}, heads at {site!r}")
                r = self.roles.index(role)
                at = self._at(place, "heads", index, s, r)
                heads[0, index, s, r, 0] = self._number(
                    entry, value, at, f"heads of {role!r} at {site!r}"
                )
        if not heads[0, index].any():
            raise self._fail("the plan has no heads; it must have some at one site at least", place)
        if index == 0 and heads[0, 0, 1:].any():
            raise self._fail(
                f"the first plan is the baseline; it must have heads only at {self.sites[0]!r}",
                place,
            )

    def _at(self, place: str, name: str, plan=None, site=None, role=None) -> str:
        return self.locate(name, plan, site, role) if self.locate else place

    def _number(self, entry: Input, value: Any, place: str, subject: str = "") -> float | int:
        wrong = isinstance(value, bool) or not isinstance(value, (int, float))
        if not wrong and entry.whole:
            wrong = isinstance(value, float) and not value.is_integer()
        if wrong or not entry.lowest <= value <= entry.highest:
            place = place or self._at("", entry.name)
            subject = subject or entry.name
            raise self._fail(f"{subject} is {_shown(value)}; it must be {entry.allowed}", place)
        return value

    def _known(self, key: str, names, place: str) -> None:
        if key not in names:
            hint = nearest(key, names) or f"; allowed are {', '.join(map(str, names))}"
            raise self._fail(f"unknown key {_shown(key)}{hint}", place)

    def _text(self, table: Mapping[str, Any], key: str, place: str, default: str) -> str:
        value = table.get(key, default)
        bad = "" if isinstance(value, str) else "a text"
        if not bad and (not value.strip() or len(value) > _NAME_MAX or _UNSAFE.search(value)):
            bad = f"1 to {_NAME_MAX} characters, without control characters or codes like _x0041_"
        if bad:
            raise self._fail(f"{key} is {_shown(value)}; it must be {bad}", place)
        return value.strip()

    def _names(self, what: str, given: list[Any], key: str) -> tuple[str, ...]:
        names: list[str] = []
        for index, value in enumerate(given):
            if value is None:
                raise self._fail("name is missing", f"{what}[{index}]")
            place = self._at(f"{what}[{index}]", what, None, None, index)
            names.append(self._text({key: value}, key, place, ""))
            if names.index(names[-1]) != index:
                raise self._fail(f"{key} {value!r} is there twice; names must differ", place)
        return tuple(names)

    def _array(self, key: str, default: list[str]) -> list[Any]:
        value = self.data.get(key, default)
        if not isinstance(value, list) or not value:
            raise self._fail(f"{key} is {value!r}; it must be a list with one entry at least")
        return value

    def _tables(self, key: str) -> list[Mapping[str, Any]]:
        value = self.data.get(key)
        if (
            not isinstance(value, list)
            or not value
            or not all(isinstance(t, Mapping) for t in value)
        ):
            what = "missing" if value is None else _shown(value)
            raise self._fail(f"{key} is {what}; it must be one [[{key}]] table or more")
        return value


def _shown(value: Any) -> str:
    if value == "":
        return "empty"
    if isinstance(value, int) and abs(value) >= 10**18:
        return "a huge number"
    text = f"{value!r}"
    return text if len(text) <= 80 else text[:77] + "..."
