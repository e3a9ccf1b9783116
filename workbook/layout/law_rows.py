"""Figures and texts of sheet Law changes, for any number of scenarios at once.

The changes of all sites in the order of their months. The sheet has a row for as many as the model
counts; in the rows that are left over all figures are 0, and what is visible is blank.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from ...engine.axes import LAW_CHANGES
from ...engine.lists import NO_CHARGE

# Columns of the table of figures, in their order.
KEY, MONTH, SITE, CHANGE, DATE, BEFORE, ENDS, ENDS_FIRST, BEGINS, BEGINS_FIRST = range(10)
CHARGES_BEFORE, CHARGES_AFTER, CHARGES_CHANGE, SHOWN = range(10, 14)
BLANK = " "  # LibreOffice writes no value for an empty text
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
    order, to_date = values["change_order"], values["law_changes_to_date"]
    scenarios = max(values[name].shape[0] for name in (*_NEEDED, *_COSTS))
    sites = order.shape[2]
    shown = {name: _for_each(values[name], scenarios) for name in _NEEDED}
    keys = np.sort(shown["change_order"].reshape(scenarios, -1), axis=1)
    last = _for_each(values["last_month"], scenarios).reshape(scenarios, 1)
    month = np.where(keys < last + 1, np.floor(keys), 0).astype(int)
    site = np.rint((keys - np.floor(keys)) * sites).astype(int)
    case, is_one = np.arange(scenarios)[:, None], month > 0
    dates = shown["month_date"][:, 0, 0, 0]
    found = np.zeros((scenarios, keys.shape[1], SHOWN + 1))
    found[..., KEY], found[..., MONTH], found[..., SITE] = keys, month, site + 1
    number = shown["law_changes_to_date"][case, 0, site, 0, month - 1] * is_one
    found[..., CHANGE] = number
    date = found[..., DATE] = dates[case, month - 1] * is_one
    found[..., SHOWN] = np.where(is_one, date, np.nan)
    before = found[..., BEFORE] = dates[case, month - 2] * is_one
    for day, part, column in ((before, "last", ENDS), (date, "first", BEGINS)):
        of_site = shown[f"statutory_{part}_month"][case, 0, site, 0]
        meets = of_site == day[..., None]
        found[..., column] = meets.sum(-1)
        found[..., column + 1] = (meets.argmax(-1) + 1) * meets.any(-1)
    for name, column in (("before", CHARGES_BEFORE), ("after", CHARGES_AFTER)):
        of_site = shown[f"charges_{name}_change"][case, 0, site, 0, number - 1]
        found[..., column] = of_site * is_one
    found[..., CHARGES_CHANGE] = found[..., CHARGES_AFTER] - found[..., CHARGES_BEFORE]
    costs = [_for_each(values[name], scenarios) for name in _COSTS]
    of_plans = [one[case, :, site, 0, number - 1] * is_one[..., None] for one in costs]
    changes = _for_each(to_date, scenarios)[:, 0, :, 0]
    happened = np.diff(changes, axis=-1, prepend=0) > 0
    last = np.where(happened.any(-1), (happened * dates[:, None]).max(-1), np.nan)
    said = np.stack([changes[..., -1], last], axis=-1)
    tables = {"rows": found, "costs": np.concatenate(of_plans, -1), "sites": said}
    return {f"law:{name}": table[..., None, None] for name, table in tables.items()}


_NEEDED = (
    "change_order", "law_changes_to_date", "month_date", "charges_before_change",
    "charges_after_change", "statutory_first_month", "statutory_last_month",
)  # fmt: skip
_COSTS = ("change_cost", "change_month_cost")


def _for_each(array: np.ndarray, scenarios: int) -> np.ndarray:
    return np.broadcast_to(array, (scenarios, *array.shape[1:]))


def law_texts(
    values: Values, sites: Sequence[str], rule_names: Sequence[Sequence[str]], number: int
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
                text = names[row[column + 1] - 1] or NO_CHARGE
                more = f"{MORE[0]}{row[column] - 1}{MORE[1]}"
                found[f"law {what} {n}"] = text + more * (row[column] > 1)
    said = values["law:sites"]
    for n, row in enumerate(said[number if len(said) > 1 else 0, :, 0, 0, 0].astype(int).tolist()):
        found[f"law said {n}"] = f"{CHANGES}{row}{THEN}" if row else NO_CHANGE
    return found


_TEXTS = ("site", "ends", "begins")
