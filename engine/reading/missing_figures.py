"""What a scenario must set itself because no default holds for it, all of it in one message."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..declaration import Input
from ..lists import LISTS
from ..locations import Location

DEFAULTS_IN = "USD"  # the currency of every default that is an amount of money
_IN_USD = f": in {DEFAULTS_IN} by default"
_COST, _MANY = "_cost", 4
MESSAGE_MAX = 300  # characters


class Unset(NamedTuple):
    """A key that a scenario must set.

    Attributes
    ----------
    reason : str
        Why, and what to do: ``{keys}`` and ``{them}`` stand for the keys that have this reason.
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
    rest = [one for one in unset if _IN_USD not in one.reason]
    money = [one for one in unset if one not in rest]
    texts = [
        _text([*some], named) for some in ((*rest, *money), rest) for named in (sites, None) if some
    ]
    return next((text for text in texts if len(text) <= room), texts[-1])


def _text(unset: Iterable[Unset], sites: Sequence[str] | None) -> str:
    """Keys that share a reason and the sites that lack them stand together."""
    lacking: dict[tuple[str, str], list[int]] = {}
    for one in unset:
        found = lacking.setdefault((one.reason, one.key), [])
        if sites and one.site is not None and one.site not in found:
            found.append(one.site)
    together: dict[tuple[str, tuple[int, ...]], list[str]] = {}
    for (reason, key), found in lacking.items():
        together.setdefault((reason, tuple(found)), []).append(key)
    return "; ".join(
        _where(found, sites or ())
        + reason.format(keys=_listed(keys), them="them" if len(keys) > 1 else "it")
        for (reason, found), keys in together.items()
    )


def _listed(keys: Sequence[str]) -> str:
    """Keys with commas between them; of many that end alike the ending once."""
    costs = [key.removesuffix(_COST) for key in keys if key.endswith(_COST)]
    if len(costs) < _MANY:
        return ", ".join(keys)
    others = [key for key in keys if not key.endswith(_COST)]
    return ", ".join([*others, f"and with {_COST} each {costs[0]}", *costs[1:]])


def _where(lacking: tuple[int, ...], sites: Sequence[str]) -> str:
    if not lacking:
        return ""
    if len(lacking) == 1:
        return f"sites[{lacking[0]}] {sites[lacking[0]]!r}: "
    if len(lacking) == len(sites):
        return "every site: "
    return f"sites {', '.join(repr(sites[site]) for site in lacking)}: "


def no_figure(location: Location) -> str:
    """Why a figure of a country must be set."""
    return f"{{keys}}: no figure was found for {location.country}; set {{them}}"


def no_rate(location: Location) -> str:
    """Why a statutory charge of a country must be set."""
    return (
        f"{{keys}}: no rate was found for {location.country}; set {{them}} in statutory_rates, "
        "0 if there is none, or set statutory_rate"
    )


def no_exchange_rate(currency: str) -> str:
    """Why a salary or an exchange rate must be set."""
    return f"{{keys}}: no exchange rate was found for {currency}; set {{them}}, or fx_date"


def in_usd(currency: str) -> str:
    """Why amounts of money must be set in a scenario of another currency."""
    return f"{{keys}}{_IN_USD}; set {{them}} in {currency}"


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
            if one.list_axis == entry.axis and one.unit.startswith("money")
        )
        if entry.key not in data and any(one.field in fields for one in money):
            yield entry.key
