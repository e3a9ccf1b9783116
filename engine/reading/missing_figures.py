"""What a scenario must set itself because no default holds for it, all of it in one message."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..lists import LISTS
from ..locations import Location
from ..model import default_model

DEFAULTS_IN = "USD"  # the currency of every default that is an amount of money
_NO_RATE = ": no exchange rate was found for "
_COST, _MANY = "_cost", 4
_RATE = "fx_rate"
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

    Where even the keys alone are too long, amounts without an exchange rate wait until the rest is
    set; they themselves are never cut.
    """
    rest = [one for one in unset if _NO_RATE not in one.reason]
    money = [one for one in unset if one not in rest]
    texts = [
        _text([*some], sites, named=named)
        for some in ((*rest, *money), rest)
        for named in (True, False)
        if some
    ]
    return next((text for text in texts if len(text) <= room), texts[-1])


def _text(unset: Sequence[Unset], sites: Sequence[str], *, named: bool) -> str:
    """Keys that share a reason and the sites that lack them stand together."""
    rates = {
        one.site: sites[one.site] for one in unset if one.key == _RATE and one.site is not None
    }
    of = ", ".join(map(repr, rates.values())) if len(rates) == 1 else f"{len(rates)} sites"
    lacking: dict[tuple[str, str], list[int]] = {}
    for one in unset:
        key = f"{_RATE} of {of}" if one.key == _RATE and not named else one.key
        found = lacking.setdefault((one.reason, key), [])
        if named and one.site is not None and one.site not in found:
            found.append(one.site)
    together: dict[tuple[str, tuple[int, ...]], list[str]] = {}
    for (reason, key), found in lacking.items():
        together.setdefault((reason, tuple(found)), []).append(key)
    return "; ".join(
        _where(found, sites)
        + reason.format(keys=listed_keys(keys), them="them" if len(keys) > 1 else "it")
        for (reason, found), keys in together.items()
    )


def listed_keys(keys: Sequence[str]) -> str:
    """Keys with commas between them; of many that end alike the ending once."""
    costs = [key.removesuffix(_COST) for key in keys if key.endswith(_COST)]
    if len(costs) < _MANY:
        return ", ".join(keys)
    others = [key for key in keys if not key.endswith(_COST)]
    return f"{', '.join(others)} and (ending in {_COST}) {', '.join(costs)}"


def set_in_file() -> list[str]:
    """Keys that a scenario sets whose currency has no rate: amounts with a default, and rates."""
    amounts = [
        name
        for name, entry in default_model().inputs.items()
        if entry.unit.startswith("money") and not entry.list_axis
        if any(np.any(entry.default_at(site)) for site in (0, 1))
    ]
    lists = [one.key for one in LISTS if one.default and any("cost" in row for row in one.default)]
    return [*amounts, "fx_rate", *lists]


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


def no_exchange_rate(currency: str) -> str:
    """Why a salary or an exchange rate must be set."""
    return f"{{keys}}{_NO_RATE}{currency}; set {{them}}, or fx_date"
