"""Monthly costs by group of the statement.

Made from what each line of cost declares: its group, its index and when it is paid. First what the
site's heads cost in a month of year 1, then what is spent in each month.
"""

from functools import reduce
from operator import add, mul

import numpy as np

from ..axes import ROLE, SITE, total
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
_WITH_VENDOR = "1 - transferred"  # the vendor's fee ends when the team is taken over
_STARTS = {
    Paid.AT_START: ("starting", "of heads that start"),
    Paid.AT_OPENING: ("opening", "of the opening"),
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
    with_vendor = {amount for amount, factors in terms.items() if _WITH_VENDOR in factors}
    named = {
        amount: [amount, *(one for one in factors if one != _WITH_VENDOR)]
        for amount, factors in terms.items()
    }
    parts = []
    for amount, names in named.items():
        written = [f"({_WITH_VENDOR})"] if amount in with_vendor else []
        parts.append(f"total({' * '.join([*names, *written])}, SITE)")

    def spent(values):
        products = []
        for amount, names in named.items():
            product = reduce(mul, (values[one] for one in names))
            if amount in with_vendor:
                product = product * (1 - values["transferred"])
            products.append(total(product, SITE))
        return reduce(add, (*products, *(values[one] for one in more)))

    factors = [one for names in named.values() for one in names[1:]]
    asked = list(dict.fromkeys((*terms, *factors, *(["transferred"] * bool(with_vendor)), *more)))
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
    for paid, (factor, words) in _STARTS.items():
        if names := _declared(paid, group=group):
            amount = f"{group}_{factor}"
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
        more = ("law_cost",) if group == "charges" else ()
        _spent(f"{group}_cost", f"{label} in the month", f"{meaning}.", terms, *more)


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


@line("Change of charges by law, all sites", unit="money/month", over=PLAN_MONTH)
def law_cost(site_law_change):
    """What the law of the month adds to charges at all sites; below 0 where charges fall."""
    return total(site_law_change, SITE)


@line("Setup by site in the month", unit="money/month", over=PLAN_SITE_MONTH)
def site_setup(
    setup_starting, starting, setup_opening, opening, transfer_cost, transfer_due, employed
):
    """Setup paid at the site in the month, and the fee for taking over heads employed by then."""
    started = setup_starting * starting + setup_opening * opening
    return started + transfer_cost * transfer_due * employed


@line("Transfer fee is due", unit="flag", over=("site", "month"))
def transfer_due(month, transfer_month, within_horizon):
    """1 in the month in which a team is taken over from its vendor, else 0."""
    return np.where(month == transfer_month, within_horizon, 0)


@line("Severance at the site", unit="money/month", over=PLAN_SITE_MONTH)
def site_leaving(site_pay, leaving, growth):
    """Severance and notice of waves that end in the month, at the pay of the year."""
    return site_pay * leaving * growth


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
def capital(capital_opening, opening):
    """Part of the setup that is depreciated instead of expensed."""
    return total(capital_opening * opening, SITE)


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
