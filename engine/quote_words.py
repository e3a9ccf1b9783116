"""Sentences about items of a quote: why a charge is too high, what was abolished, what is due."""

from collections.abc import Mapping, Sequence

import numpy as np

from .calculators.employment import EmployerCost, employer_cost
from .declaration import month_of
from .employment_law import charge_of, day_of_month, leave, months_by_tenure, terms
from .errors import DomainError
from .locations import Location, Rule
from .quote_allocation import Entry
from .quote_items import EndedCharge, ended_charges

DISMISSAL_ONLY = (
    "due on dismissal only, no charge of each month: ask that what is not used is returned"
)
_YEARS = 3  # of tenure, for which severance is said
_CLOSE = 0.005  # of an amount, to say that it was computed in some way


def about_charges(
    cost: EmployerCost,
    rules: Mapping[str, Sequence[Rule]],
    month: str,
    entry: Entry,
    rate: float,
    *,
    differs: bool,
) -> str:
    """Terms of an item's charges by law; and where it differs, how it may have been computed.

    Parameters
    ----------
    cost : EmployerCost
        By law, in local currency.
    rules : mapping of str to sequence of Rule
        Rules that are law in the month, by charge.
    month : str
        The month whose law counts.
    entry : Entry
    rate : float
        Units of local currency for one of the quote's.
    differs : bool
        Whether the amount is above or below the law.
    """
    location, names = cost.location, entry.covers
    held = [rule for name in names for rule in rules.get(name, ())]
    if not held:
        return _not_held(location, names, month)
    local, pay = entry.item.amount * rate, float(cost.salary[0])
    known = [terms(rule, location) for rule in held if rule.rate is not None]
    said = f"by law {known[0]}" if len(known) == 1 else ""
    if len(known) > 1:
        share = 100 * entry.by_law * rate / pay
        said = f"by law {share:.4g} % of the salary: {', '.join(names)}"
    if not differs:
        return said
    capped = [rule for rule in held if rule.cap is not None and rule.cap < pay * rule.base]
    uncapped = sum((rule.rate or 0) * (pay * rule.base - rule.exempt) + rule.flat for rule in held)
    if capped and _close(local, uncapped):
        caps = ", ".join(dict.fromkeys(f"{rule.cap:,.15g}" for rule in capped))
        return f"{said}; charged on all pay, above the cap of {caps} {location.currency}"
    for earlier in _earlier(location, names, month):
        before = employer_cost(cost.salary, location, earlier, 0.0)
        amounts = zip(before.rules, before.charges[0], strict=True)
        if _close(local, sum(amount for rule, amount in amounts if charge_of(rule) in names)):
            return f"{said}; the amount is that of the law to {earlier}"
    share = pay / (pay + float(cost.extra_pay[0]))
    on_extra = any(rule.on_extra for rule in held)
    if share < 1 and on_extra and _close(local, entry.by_law * rate * share):
        return f"{said}; charged on the salary without its extra months"
    return f"{said}; quoted {100 * local / pay:.4g} % of the salary"


def has_ended(location: Location, names: Sequence[str], month: str) -> bool:
    """Whether all rules of some charges ended before a month."""
    of_it = [rule for rule in location.rules if charge_of(rule) in names]
    day = day_of_month(month)
    return bool(of_it) and all(
        rule.last_month is not None and rule.last_month < day for rule in of_it
    )


def _not_held(location: Location, names: Sequence[str], month: str) -> str:
    """What is said of charges that are no law in the month."""
    if not has_ended(location, names, month):
        return f"no law in {month}"
    ends = [rule.last_month or 0 for rule in location.rules if charge_of(rule) in names]
    return f"law to {month_of(max(ends))} only"


def _close(amount: float, other: float) -> bool:
    return other > 0 and abs(amount - other) <= _CLOSE * other


def _earlier(location: Location, names: Sequence[str], month: str) -> list[str]:
    """Last months of earlier law of charges, the newest first."""
    day = day_of_month(month)
    found = {
        rule.last_month
        for rule in location.rules
        if charge_of(rule) in names and rule.last_month is not None and rule.last_month < day
    }
    return [month_of(last) for last in sorted(found, reverse=True)]


def about_ended(iso: str, names: Sequence[str], month: str) -> tuple[bool, str, str]:
    """Whether one of some abolished charges is not due in a month, what is said, and the source.

    Parameters
    ----------
    iso : str
    names : sequence of str
        Charges in the table of abolished charges.
    month : str
    """
    found = [one for one in ended_charges(iso) if one.charge in names]
    said = [_ended(one, month) for one in found]
    words = "; ".join(text for _, text in said)
    sources = [f"{one.source}, {one.source_date}" for one in found]
    return any(settled for settled, _ in said), words, "; ".join(dict.fromkeys(sources))


def _ended(one: EndedCharge, month: str) -> tuple[bool, str]:
    day = day_of_month(month)
    if day <= day_of_month(one.ended):
        return False, f"{one.charge}: due to {one.ended}, but its rate is not in the tables"
    if not one.suspended_to:
        return True, f"{one.charge}: not due after {one.ended}"
    if day <= day_of_month(one.suspended_to):
        return True, f"{one.charge}: suspended after {one.ended}, to {one.suspended_to}"
    return False, f"{one.charge}: suspended to {one.suspended_to}; ask whether it is due again"


def about_extra(location: Location, double: bool, by_law: bool) -> str:
    """What the tables say about extra months of pay.

    Parameters
    ----------
    location : Location
    double : bool
        Whether the agreed salary contains what is charged.
    by_law : bool
        Whether the law asks for it.
    """
    source = leave(location).extra_months_source
    if double:
        return f"annual gross contains it: {source}"
    return source if by_law else f"due only if the contract says so: {source}"


def about_severance(location: Location) -> str:
    """What severance is by law, for an accrual that no charge of the country is."""
    said = DISMISSAL_ONLY
    try:
        months = float(months_by_tenure(location, "severance", np.array([_YEARS]))[0])
    except DomainError:
        return f"{said}; by law: not found"
    known = "not found" if np.isnan(months) else f"{months:.3g} months of pay after {_YEARS} years"
    return f"{said}; by law {known}"
