"""Monthly costs by group of the statement.

Made from what each line of cost declares: its group, its index and when it is paid. First what the
site's heads cost in a month of year 1, then what is spent in each month.
"""

from collections.abc import Callable
from functools import reduce
from operator import add, mul

import numpy as np

from ..axes import ROLE, SITE, WAVE, total
from ..cost_kinds import GROUPS, Cost, Index, Kind, Paid
from . import Line, cost, line, setup, team, with_parameters

PLAN_SITE = ("plan", "site")
PLAN_SITE_MONTH = ("plan", "site", "month")
PLAN_MONTH = ("plan", "month")
# What multiplies the monthly amount of year 1, by index.
_FACTORS = {
    Index.LOCAL_PAY: ("paid_growth",),
    Index.ONSHORE_PAY: ("working", "staff_growth"),
    Index.GENERAL: ("working", "general_growth"),
}
# Factors that are expressions: the names that they ask for, and the factor.
_EXPRESSIONS: dict[str, tuple[tuple[str, ...], Callable]] = {
    "(1 - transferred)": (("transferred",), lambda transferred: 1 - transferred),
    "(month == opens_in)": (("month", "opens_in"), lambda month, opens_in: month == opens_in),
}
_WITH_VENDOR, _AT_OPENING = _EXPRESSIONS  # the vendor's fee ends when the team is taken over
_STARTS = {
    Paid.AT_START: ("starting", "starting", "of heads that start"),
    Paid.AT_OPENING: ("opening", _AT_OPENING, "of the opening"),
}
_COSTS: dict[str, tuple[Cost, tuple[str, ...]]] = {
    one.name: (one.cost, one.over)
    for module in (cost, team, setup)
    for function in vars(module).values()
    if isinstance(one := getattr(function, "line", None), Line) and one.cost
}


def _declared(paid: Paid, **wanted: object) -> list[str]:
    """Names of lines of cost by what they declare."""
    return [
        name
        for name, (one, _) in _COSTS.items()
        if one.paid is paid and all(getattr(one, key) == value for key, value in wanted.items())
    ]


def _line(name: str, label: str, meaning: str, formula: str, asked: list[str], function, **how):
    """A line whose parameters are named by a list."""

    def computed(*values):
        return function(dict(zip(asked, values, strict=True)))

    declare = line(label, formula=formula, **how)
    globals()[name] = declare(with_parameters(name, asked, meaning, computed))


def _site_amount(name: str, label: str, meaning: str, names: list[str], yearly: bool) -> None:
    """Line of what the plan's heads at a site cost: in a month of year 1, or once."""
    per_head = [one for one in names if "role" in _COSTS[one][1]]
    of_site = [one for one in names if one not in per_head]
    of_heads = [f"total(heads * ({' + '.join(per_head)}), ROLE)"] if per_head else []
    formula = " + ".join(of_heads + of_site)

    def amount(values):
        parts = [values[one] for one in of_site]
        if per_head:
            cost = reduce(add, (values[one] for one in per_head))
            parts = [total(values["heads"] * cost, ROLE), *parts]
        return reduce(add, parts) / 12 if yearly else reduce(add, parts)

    asked = (["heads"] if per_head else []) + names
    formula, unit = (f"({formula}) / 12", "money/month") if yearly else (formula, "money")
    _line(name, label, meaning, formula, asked, amount, unit=unit, over=PLAN_SITE)


def _spent(
    name: str, label: str, meaning: str, terms: dict[str, tuple[str, ...]], *more: str
) -> None:
    """Line of what all sites spend in a month: amounts times their factors, and other lines."""
    parts = [f"total({' * '.join((amount, *terms[amount]))}, SITE)" for amount in terms]
    named = {
        one: _EXPRESSIONS[one][0] if one in _EXPRESSIONS else (one,)
        for factors in terms.values()
        for one in factors
    }

    def factor(one, values):
        given = [values[name] for name in named[one]]
        return _EXPRESSIONS[one][1](*given) if one in _EXPRESSIONS else given[0]

    def spent(values):
        products = (
            total(reduce(mul, (values[amount], *(factor(one, values) for one in factors))), SITE)
            for amount, factors in terms.items()
        )
        return reduce(add, (*products, *(values[one] for one in more)))

    asked = list(
        dict.fromkeys((*terms, *(name for names in named.values() for name in names), *more))
    )
    formula = " + ".join((*parts, *more))
    _line(name, label, meaning, formula, asked, spent, unit="money/month", over=PLAN_MONTH)


def _group(group: str, label: str) -> None:
    """Lines of a group: what it costs in a month of year 1, once, and in each month."""
    running: dict[str, tuple[str, ...]] = {}
    once: dict[str, tuple[str, ...]] = {}
    if names := _declared(Paid.MONTHLY, group=group):
        [index] = {_COSTS[name][0].index for name in names}
        amount = f"{group}_month"
        meaning = f"{label} of the site's heads in a month of year 1."
        _site_amount(amount, f"{label}, month of year 1", meaning, names, True)
        running[amount] = _FACTORS[index] + ((_WITH_VENDOR,) if group == "vendor" else ())
    for paid, (when, factor, words) in _STARTS.items():
        if names := _declared(paid, group=group):
            amount = f"{group}_{when}"
            meaning = f"{label} {words} at the site, once."
            _site_amount(amount, f"{label} {words}", meaning, names, False)
            once[amount] = (factor,)
    if group == "setup":  # with what is not declared: the fee of a transfer
        return
    meaning = f"{label} of all sites in the month"
    if len(once) > 1:
        _spent(f"{group}_once", f"{label} at the start", f"{meaning}, paid once.", once)
        _spent(f"{group}_cost", f"{label} in the month", f"{meaning}.", running, f"{group}_once")
    elif terms := running | once:
        if group == "charges":  # and what the law of the month adds, which grows with pay too
            terms |= {"site_law_change": ()}
        _spent(f"{group}_cost", f"{label} in the month", f"{meaning}.", terms)


for _key, _label in GROUPS.items():
    _group(_key, _label)
_site_amount(
    "capital_opening",
    "Capital expenditure of the opening",
    "Part of the setup of the opening that is depreciated instead of expensed.",
    _declared(Paid.AT_OPENING, capital=True),
    False,
)


def _in_a_month(index: Index) -> list[str]:
    """Amounts of year 1 that are cash and grow with an index; the vendor's fee apart."""
    return [
        f"{group}_month"
        for group in GROUPS
        if group != "vendor" and _declared(Paid.MONTHLY, group=group, kind=Kind.CASH, index=index)
    ]


for _name, _index in (("local_cash_month", Index.LOCAL_PAY), ("general_cash_month", Index.GENERAL)):
    _names = _in_a_month(_index)
    _line(
        _name,
        f"Cash that grows with {_index.value}, month of year 1",
        f"Cash cost of the site's heads in a month of year 1 that grows with {_index.value}.",
        " + ".join(_names),
        _names,
        lambda values: reduce(add, values.values()),
        unit="money/month",
        over=PLAN_SITE,
    )


@line("Gross pay of all heads", unit="money/year", over=PLAN_SITE)
def site_pay(heads, pay):
    """Gross pay of all heads that the plan has at the site."""
    return total(heads * pay, ROLE)


@line("Extra costs by site", unit="money/month", over=PLAN_SITE_MONTH)
def site_extras(
    heads_at_site, extra_head_month, site_pay, extra_pay_month, paid_growth, employed,
    extra_site_month,
):  # fmt: skip
    """Extra costs at the site in the month: per head, of pay, and of the site while it is open."""
    heads = (heads_at_site * extra_head_month + site_pay * extra_pay_month) * paid_growth
    is_open = (employed > 0) & (heads_at_site > 0)
    return heads + np.where(is_open, extra_site_month, 0)


@line("Change of charges by law", unit="money/month", over=PLAN_SITE_MONTH)
def site_law_change(heads, law_change, paid_growth, charges_markup):
    """What the law of the month adds to the charges of the first month's law."""
    return total(heads * law_change, ROLE) / 12 * paid_growth * charges_markup


@line("Setup by site in the month", unit="money/month", over=PLAN_SITE_MONTH)
def site_setup(
    setup_starting, starting, setup_opening, month, opens_in, transfer_cost, transfer_month,
    within_horizon, employed,
):  # fmt: skip
    """Setup paid at the site in the month, and the fee for taking its team over.

    Heads that start after that are the company's own, without a fee.
    """
    started = setup_starting * starting + setup_opening * (month == opens_in)
    return started + transfer_cost * (month == transfer_month) * within_horizon * employed


@line("Severance at the site", unit="money/month", over=PLAN_SITE_MONTH)
def site_leaving(site_pay, wave_severance, month, wave_end, within_horizon, growth):
    """Severance and notice of waves that end in the month, at the pay of the year."""
    share = total(wave_severance * (month == wave_end), WAVE) * within_horizon
    return site_pay * share * growth


@line("Cash cost by site", unit="money/month", over=PLAN_SITE_MONTH)
def site_cash(
    local_cash_month,
    paid_growth,
    vendor_month,
    transferred,
    general_cash_month,
    working,
    general_growth,
    site_extras,
    site_setup,
    site_leaving,
    site_law_change,
):
    """Cash that the plan spends at the site in the month."""
    running = (local_cash_month + vendor_month * (1 - transferred)) * paid_growth
    running = running + general_cash_month * working * general_growth + site_law_change
    return running + site_extras + site_setup + site_leaving


@line("Setup in the month", unit="money/month", over=PLAN_MONTH)
def setup_spent(site_setup):
    """Setup and transfer fees of all sites in the month."""
    return total(site_setup, SITE)


@line("Extra costs in the month", unit="money/month", over=PLAN_MONTH)
def extras_cost(site_extras):
    """Extra costs of all sites in the month."""
    return total(site_extras, SITE)


@line("Exit in the month", unit="money/month", over=PLAN_MONTH)
def exit_spent(site_leaving, decision_cost):
    """Severance of waves that end, exit of an onshore team, and the months it is kept."""
    return total(site_leaving, SITE) + decision_cost


@line("Capital expenditure", unit="money/month", over=PLAN_MONTH)
def capital(capital_opening, month, opens_in):
    """Part of the setup that is depreciated instead of expensed."""
    return total(capital_opening * (month == opens_in), SITE)


@line("Cash cost before the decision", unit="money/month", over=PLAN_MONTH)
def running_cash(site_cash):
    """Cash that the plan spends at all sites in the month."""
    return total(site_cash, SITE)


@line("All groups, month of year 1", unit="money/month", over=PLAN_SITE)
def groups_month(
    pay_month, charges_month, benefits_month, vendor_month, seat_month, travel_month,
    compliance_month, hiring_month, internal_month, lost_month,
):  # fmt: skip
    """Cost of the site's heads in a month of year 1, group by group, without extra costs."""
    paid = pay_month + charges_month + benefits_month + vendor_month + seat_month
    return paid + travel_month + compliance_month + hiring_month + internal_month + lost_month
