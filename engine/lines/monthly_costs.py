"""Monthly costs by group of the statement.

Made from what each line of cost declares: its group, its index and when it is paid. First what the
site's heads cost in a month of year 1, then what is spent in each month.
"""

import inspect
from collections.abc import Callable
from operator import add

import numpy as np

from ..axes import ROLE, SITE, total
from ..cost_kinds import GROUPS, Cost, Index, Kind, Paid
from . import Line, cost, line, setup, team

PLAN_SITE = ("plan", "site")
PLAN_SITE_MONTH = ("plan", "site", "month")
PLAN_MONTH = ("plan", "month")
# What multiplies the monthly amount of year 1, by index.
_FACTORS = {
    Index.LOCAL_PAY: "paid_growth",
    Index.ONSHORE_PAY: "staff_paid",
    Index.GENERAL: "general_paid",
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

    computed.__name__ = computed.__qualname__ = name
    computed.__doc__ = meaning
    computed.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(one, inspect.Parameter.POSITIONAL_ONLY) for one in asked]
    )
    globals()[name] = line(label, formula=formula, **how)(computed)


def _sum(names: list[str]) -> Callable:
    """Sum of some of the values of a line's parameters."""

    def summed(values):
        terms = [values[name] for name in names]
        result = terms[0]
        for term in terms[1:]:
            result = add(result, term)
        return result

    return summed


def _of_heads(names: list[str]) -> tuple[list[str], list[str]]:
    """Names of costs per head and role, and of costs of a site."""
    heads = [name for name in names if "role" in _COSTS[name][1]]
    return heads, [name for name in names if name not in heads]


def _site_amount(name: str, label: str, meaning: str, names: list[str], twelfth: bool) -> None:
    """Line of what the plan's heads at a site cost: in a month of year 1, or once."""
    heads, fixed = _of_heads(names)
    formula = f"total(heads * ({' + '.join(heads)}), ROLE)" if heads else ""
    formula = " + ".join(filter(None, (formula, *fixed)))
    formula = f"({formula}) / 12" if twelfth else formula

    def amount(values):
        parts = [total(values["heads"] * _sum(heads)(values), ROLE)] if heads else []
        parts += [values[one] for one in fixed]
        result = parts[0]
        for part in parts[1:]:
            result = result + part
        return result / 12 if twelfth else result

    unit = "money/month" if twelfth else "money"
    asked = (["heads"] if heads else []) + names
    _line(name, label, meaning, formula, asked, amount, unit=unit, over=PLAN_SITE)


def _spent(name: str, label: str, meaning: str, terms: list[tuple[str, str]]) -> None:
    """Line of what all sites spend in a month: amounts times factors, or a line of its own."""
    formula = " + ".join(
        f"total({amount} * {factor}, SITE)" if factor else amount for amount, factor in terms
    )

    def spent(values):
        parts = [
            total(values[amount] * values[factor], SITE) if factor else values[amount]
            for amount, factor in terms
        ]
        result = parts[0]
        for part in parts[1:]:
            result = result + part
        return result

    asked = list(dict.fromkeys(one for term in terms for one in term if one))
    _line(name, label, meaning, formula, asked, spent, unit="money/month", over=PLAN_MONTH)


def _groups() -> None:
    """Lines of every group: what it costs in a month of year 1, and in each month."""
    starts = {Paid.AT_START: "starting", Paid.AT_OPENING: "opening"}
    words = {Paid.AT_START: "of heads that start", Paid.AT_OPENING: "of the opening"}
    for group, label in GROUPS.items():
        terms = []
        if running := _declared(Paid.MONTHLY, group=group):
            [index] = {_COSTS[name][0].index for name in running}
            amount = f"{group}_month"
            meaning = f"{label} of the site's heads in a month of year 1."
            _site_amount(amount, f"{label}, month of year 1", meaning, running, True)
            terms.append((amount, "vendor_paid" if group == "vendor" else _FACTORS[index]))
        for paid, factor in starts.items():
            if once := _declared(paid, group=group):
                amount = f"{group}_{factor}"
                meaning = f"{label} {words[paid]} at the site, once."
                _site_amount(amount, f"{label} {words[paid]}", meaning, once, False)
                terms.append((amount, factor))
        if terms and group != "setup":
            _spent(
                f"{group}_cost",
                f"{label} in the month",
                f"{label} of all sites in the month.",
                terms,
            )


_groups()
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
        _sum(_names),
        unit="money/month",
        over=PLAN_SITE,
    )


@line("Extra costs by site", unit="money/month", over=PLAN_SITE_MONTH)
def site_extras(site_heads, extra_head_month, site_pay, extra_pay_month, paid_growth, extra_fixed):
    """Extra costs at the site in the month: per head, of pay, and of the whole site."""
    heads = (site_heads * extra_head_month + site_pay * extra_pay_month) * paid_growth
    return heads + extra_fixed


@line("Extra costs of the whole site", unit="money/month", over=PLAN_SITE_MONTH)
def extra_fixed(site_open, extra_site_month):
    """Extra costs of the whole site in the month, from the month in which it opens."""
    return site_open * extra_site_month


@line("Setup by site in the month", unit="money/month", over=PLAN_SITE_MONTH)
def site_setup(
    setup_starting, starting, setup_opening, opening, month, transfer_month, transfer_cost
):
    """Setup paid at the site in the month, and the fee for taking its team over."""
    fee = np.where(month == transfer_month, transfer_cost, 0)
    return setup_starting * starting + setup_opening * opening + fee


@line("Severance at the site", unit="money/month", over=PLAN_SITE_MONTH)
def site_leaving(site_pay, leaving, growth):
    """Severance and notice of waves that end in the month, at the pay of the year."""
    return site_pay * leaving * growth


@line("Cash cost by site", unit="money/month", over=PLAN_SITE_MONTH)
def site_cash(
    local_cash_month,
    paid_growth,
    vendor_month,
    vendor_paid,
    general_cash_month,
    general_paid,
    site_extras,
    site_setup,
    site_leaving,
):
    """Cash that the plan spends at the site in the month."""
    running = local_cash_month * paid_growth + vendor_month * vendor_paid
    return running + general_cash_month * general_paid + site_extras + site_setup + site_leaving


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
