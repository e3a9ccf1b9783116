"""What a scenario must set itself because no default holds for it, all of it in one message."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from .inputs import Input
from .lists import LISTS
from .locations import Location

DEFAULTS_IN = "USD"  # the currency of every default that is an amount of money
_IN_USD = f"defaults are in {DEFAULTS_IN};"


MESSAGE_MAX = 300  # characters


class Unset(NamedTuple):
    """A key that a scenario must set.

    Attributes
    ----------
    reason : str
        Why, up to the word "set".
    site : int or None
        The site that must set it; None for the scenario as a whole.
    key : str
    """

    reason: str
    site: int | None
    key: str


def message(unset: Sequence[Unset], sites: Sequence[str], room: int) -> str:
    """Everything that must be set, each key once, with the sites that lack it where there is room.

    Where even the keys alone are too long, amounts of money in another currency wait until the rest
    is set; they themselves are never cut.
    """
    rest = [one for one in unset if not one.reason.startswith(_IN_USD)]
    money = [one for one in unset if one not in rest]
    texts = [
        _text([*some], named)
        for some in ((*rest, *money), rest)
        for named in (sites, None)
        if some
    ]
    return next((text for text in texts if len(text) <= room), texts[-1])


def _text(unset: Iterable[Unset], sites: Sequence[str] | None) -> str:
    """Keys by reason, with the names of the sites that lack them, or without."""
    reasons: dict[str, dict[str, list[int]]] = {}
    for one in unset:
        lacking = reasons.setdefault(one.reason, {}).setdefault(one.key, [])
        if sites and one.site is not None and one.site not in lacking:
            lacking.append(one.site)
    return "; ".join(f"{why} {_keys(keys, sites or ())}" for why, keys in reasons.items())


def _keys(keys: Mapping[str, list[int]], sites: Sequence[str]) -> str:
    """Keys that the same sites lack stand together."""
    together: dict[tuple[int, ...], list[str]] = {}
    for key, lacking in keys.items():
        together.setdefault(tuple(lacking), []).append(key)
    return "; ".join(
        f"{', '.join(names)}{_where(lacking, sites)}" for lacking, names in together.items()
    )


def _where(lacking: tuple[int, ...], sites: Sequence[str]) -> str:
    if not lacking:
        return ""
    if len(lacking) == len(sites) > 1:
        return " at every site"
    if len(lacking) > 2 and lacking == tuple(range(1, len(sites))):
        return " at every other site"
    return f" at {', '.join(repr(sites[site]) for site in lacking)}"


def no_figure(location: Location) -> str:
    """Why a figure of a country must be set."""
    return f"no figure was found for {location.country}; set"


def no_rate(location: Location, line: str) -> tuple[str, str]:
    """Why a statutory charge must be set, and its key."""
    name = line if re.fullmatch(r"[A-Za-z0-9_-]+", line) else f'"{line}"'
    key = f"statutory_rates.{name} (0 if there is none) or statutory_rate"
    return f"no rate was found for {location.country}; set", key


def in_usd(currency: str) -> str:
    """Why amounts of money must be set in a scenario of another currency."""
    return f"{_IN_USD} set in {currency}"


def is_default_money(entry: Input, currency: str, value: Any) -> bool:
    """Whether a default is an amount of money in another currency than the scenario's."""
    return currency != DEFAULTS_IN and entry.unit.startswith("money") and bool(value)


def default_lists_in_usd(data: Mapping[str, Any], inputs: Mapping[str, Input]) -> Iterable[str]:
    """Lists that a scenario leaves out and whose default rows hold amounts of money."""
    for entry in LISTS:
        fields = {field for row in entry.default for field, value in row.items() if value}
        money = (
            one
            for one in inputs.values()
            if one.axes[-1:] == (entry.axis,) and one.unit.startswith("money")
        )
        if entry.key not in data and any(
            one.name.removeprefix(f"{entry.axis}_") in fields for one in money
        ):
            yield entry.key
