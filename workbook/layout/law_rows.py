"""Figures and texts of sheet Law changes, for any number of scenarios at once.

The changes of all sites in the order of their months. The sheet has a row for as many as the model
counts; in the rows that are left over all figures are 0, and what is visible is blank.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ...engine.axes import LAW_CHANGES, ROLE
from ...engine.lists import NO_CHARGE
from .references import BLANK

# Columns of the table of figures, in their order.
KEY, MONTH, SITE, CHANGE, DATE, BEFORE, ENDS, ENDS_FIRST, BEGINS, BEGINS_FIRST = range(10)
CHARGES_BEFORE, CHARGES_AFTER, CHARGES_CHANGE, SHOWN = range(10, 14)
_NONE = 52  # added to the number of a charge that does not change in the month

NO_CHANGE = "No change announced within the horizon: the law of the first month holds."
CHANGES, THEN = "Months with changes: ", ". Beyond the last, its law holds."
MORE = (" and ", " more")

Values = Mapping[str, np.ndarray]


def law_rows(values: Values) -> dict[str, np.ndarray]:
    """The changes of all sites by month, and what is said of each site.

    Parameters
    ----------
    values : mapping of str to array, shape (scenario, plan, site, role, month)
        Inputs and lines.

    Returns
    -------
    dict of str to array, shape (scenario, row, column, 1, 1)
        ``law:rows``, ``law:costs`` with columns for the plans over the rest of the horizon and for
        the plans in the month, and ``law:sites`` with the number of changes and the last month.
    """
    scenarios = max(values[name].shape[0] for name in (*_NEEDED, *_COSTS))
    shown = {name: _by_site(values[name], scenarios) for name in _NEEDED}
    dates, order = shown["month_date"].squeeze(1), shown["change_order"]
    keys = np.sort(order.reshape(scenarios, -1), axis=1)
    last = np.broadcast_to(values["last_month"].reshape(-1, 1), (scenarios, 1))
    month = np.where(keys < last + 1, np.floor(keys), 0).astype(int)
    site = np.rint((keys - np.floor(keys)) * order.shape[1]).astype(int)
    case, is_one = np.arange(scenarios)[:, None], month > 0
    number = shown["law_changes_to_date"][case, site, month - 1] * is_one
    date, before = dates[case, month - 1] * is_one, dates[case, month - 2] * is_one
    columns = [keys, month, site + 1, number, date, before]
    for day, part in ((before, "last"), (date, "first")):
        meets = shown[f"statutory_{part}_month"][case, site] == day[..., None]
        columns += [meets.sum(-1), np.where(meets.any(-1), meets.argmax(-1), _NONE) + 1]
    charges = [
        shown[f"charges_{when}_change"][case, site, number - 1] * is_one
        for when in ("before", "after")
    ]
    columns += [*charges, charges[1] - charges[0], np.where(is_one, date, np.nan)]
    of_plans = []
    for name in _COSTS:
        cost = np.broadcast_to(values[name], (scenarios, *values[name].shape[1:])).squeeze(ROLE)
        of_plans.append(cost[case, :, site, number - 1] * is_one[..., None])
    tables = {
        "rows": np.stack(np.broadcast_arrays(*columns), -1).astype(float),
        "costs": np.concatenate(of_plans, -1),
        "sites": _of_sites(shown["law_changes_to_date"], dates),
    }
    return {f"law:{name}": table[..., None, None] for name, table in tables.items()}


def _of_sites(changes: np.ndarray, dates: np.ndarray) -> np.ndarray:
    """Number of changes of each site, and the first day of the last one; NaN without any."""
    happened = np.diff(changes, axis=-1, prepend=0) > 0
    last = np.where(happened.any(-1), (happened * dates[:, None]).max(-1), np.nan)
    return np.stack([changes[..., -1], last], axis=-1)


_NEEDED = (
    "change_order", "law_changes_to_date", "month_date", "charges_before_change",
    "charges_after_change", "statutory_first_month", "statutory_last_month",
)  # fmt: skip
_COSTS = ("change_cost", "change_month_cost")


def _by_site(array: np.ndarray, scenarios: int) -> np.ndarray:
    """An array by scenario, site and its last axis; the sites are one where it is of none."""
    for_each = np.broadcast_to(array, (scenarios, *array.shape[1:]))
    return for_each.reshape(scenarios, -1, array.shape[-1])


def law_texts(
    values: Values,
    sites: Sequence[str],
    rule_names: Sequence[Sequence[str]],
    number: int,
    say: Callable[[str], str] = str,
) -> dict[str, str]:
    """Site, charges that end and charges that begin of each row, and what is said of each site.

    Parameters
    ----------
    values : mapping of str to array
        With the tables of :func:`law_rows`.
    sites : sequence of str
    rule_names : sequence of sequence of str
        Names of the charges of each site.
    number : int
        Position of the scenario along the first axis.
    say : function of str
        Gives an English text in the workbook's language.
    """
    found = dict.fromkeys(
        (f"law {what} {n}" for n in range(LAW_CHANGES * len(sites)) for what in _TEXTS), BLANK
    )
    rows = values["law:rows"]
    whole = rows[number if len(rows) > 1 else 0, :, : BEGINS_FIRST + 1, 0, 0].astype(int)
    for n, row in enumerate(whole.tolist()):
        if not row[MONTH]:
            break
        names = rule_names[row[SITE] - 1]
        found[f"law site {n}"] = sites[row[SITE] - 1]
        for what, column in (("ends", ENDS), ("begins", BEGINS)):
            if row[column]:
                text = names[row[column + 1] - 1] or say(NO_CHARGE)
                more = f"{say(MORE[0])}{row[column] - 1}{say(MORE[1])}"
                found[f"law {what} {n}"] = text + more * (row[column] > 1)
    said = values["law:sites"]
    for n, row in enumerate(said[number if len(said) > 1 else 0, :, 0, 0, 0].astype(int).tolist()):
        found[f"law said {n}"] = f"{say(CHANGES)}{row}{say(THEN)}" if row else say(NO_CHANGE)
    return found


_TEXTS = ("site", "ends", "begins")
