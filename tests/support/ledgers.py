"""Random ledgers, and a plan restated by loops over their rows, written from docs/actuals.md."""

from types import SimpleNamespace

import numpy as np

from shorewise.engine import take
from shorewise.engine.cost_kinds import GROUPS
from shorewise.engine.ledger import Row
from shorewise.engine.lines.cash import GROUP_LINES

ONCE, NOT_CASH = ("setup", "exit"), ("internal", "lost")


def rows_of(*tables):
    """Rows of a ledger from mappings of cells."""
    return [Row(f"line {number}", cells) for number, cells in enumerate(tables, 2)]


def plan_figures(scenario, plan):
    """What the plan says by month, as lists."""
    values = scenario.evaluate()

    def by_month(name):
        return take(values, name, plan=plan).tolist()

    return SimpleNamespace(
        cost={group: by_month(name) for group, name in GROUP_LINES.items()},
        heads=by_month("heads_working"),
        output=by_month("plan_output"),
        value=by_month("value"),
        cash_value=by_month("cash_value"),
        factor=take(values, "discount_factor").tolist(),
        last=int(take(values, "last_month")),
    )


def random_ledger(scenario, plan, seed, *, heads=True, output=True, rates=True):
    """Tables of a random ledger; groups may lack rows, or have several in a month."""
    random = np.random.default_rng(seed)
    planned = plan_figures(scenario, plan)
    last = int(random.integers(1, planned.last + 1))
    tables = []
    for month in range(1, last + 1):
        here = {"month": month, "plan": scenario.plans[plan]}
        tables.append(here | {"group": "pay", "amount": round(random.uniform(0, 9e4), 2)})
        for group, label in GROUPS.items():
            if group in NOT_CASH or random.random() < 0.2:
                continue
            for _ in range(random.integers(1, 3)):
                amount = planned.cost[group][month - 1] * random.uniform(0.2, 0.9)
                row = here | {"group": label.upper(), "amount": amount}
                if rates:
                    row["at_planned_rate"] = amount * random.uniform(0.8, 1.2)
                tables.append(row)
        if heads:
            tables.append(here | {"group": "Heads", "amount": float(random.integers(0, 12))})
        if output:
            tables.append(here | {"group": "output", "amount": random.uniform(0, 9)})
    random.shuffle(tables)
    return tables


def restated(scenario, plan, tables, months=3):
    """Variance by group, level, results: loops over the rows of a ledger of one plan."""
    planned = plan_figures(scenario, plan)
    horizon = scenario.horizon_months
    last = max(one["month"] for one in tables)
    recent = range(max(1, last - months + 1), last + 1)
    keys = {label.casefold(): key for key, label in GROUPS.items()}
    keys |= {key: key for key in GROUPS}
    booked = {keys.get(one["group"].casefold()) for one in tables}
    is_rated = any("at_planned_rate" in one for one in tables)

    def summed(what, month, column="amount"):
        return sum(
            one.get(column, one["amount"])
            for one in tables
            if one["month"] == month
            and (keys.get(one["group"].casefold()) or one["group"].casefold()) == what
        )

    def is_given(what):
        return any(one["group"].casefold() == what for one in tables)

    def level(actual, plan_of_month):
        base = sum(plan_of_month[month - 1] for month in recent)
        return sum(actual[month] for month in recent) / base if base else 1.0

    found = SimpleNamespace(groups={}, last=last)
    cost = [0.0] * horizon
    cash_cost = [0.0] * horizon
    for group in GROUPS:
        of_plan = planned.cost[group]
        as_planned = group in NOT_CASH and group not in booked
        actual = {
            month: of_plan[month - 1] if as_planned else summed(group, month)
            for month in range(1, last + 1)
        }
        parts = dict.fromkeys(("planned", "actual", "volume", "currency"), 0.0)
        for month in range(1, last + 1):
            parts["planned"] += of_plan[month - 1]
            parts["actual"] += actual[month]
            if as_planned:
                continue
            if is_rated:
                parts["currency"] += actual[month] - summed(group, month, "at_planned_rate")
            if is_given("heads") and group not in ONCE:
                heads = planned.heads[month - 1]
                if heads > 0:
                    per_head = of_plan[month - 1] / heads
                else:
                    per_head = sum(of_plan) / sum(planned.heads) if sum(planned.heads) else 0
                parts["volume"] += (summed("heads", month) - heads) * per_head
        parts["level"] = 1.0 if group in ONCE else level(actual, of_plan)
        found.groups[group] = parts
        for month in range(1, horizon + 1):
            amount = actual[month] if month <= last else of_plan[month - 1] * parts["level"]
            cost[month - 1] += amount
            cash_cost[month - 1] += 0 if group in NOT_CASH else amount
    delivered = {
        month: summed("output", month) if is_given("output") else planned.output[month - 1]
        for month in range(1, last + 1)
    }
    found.output_level = level(delivered, planned.output)
    cumulative, cash, found.npv, found.peak = 0.0, 0.0, 0.0, float("inf")
    balances = []
    for month in range(1, horizon + 1):
        of_plan = planned.output[month - 1]
        output = delivered[month] if month <= last else of_plan * found.output_level
        value, cash_value = (
            output * flow[month - 1] / of_plan
            if of_plan > 0
            else flow[month - 1] + output * sum(flow) / (sum(planned.output) or float("inf"))
            for flow in (planned.value, planned.cash_value)
        )
        saving = value - cost[month - 1]
        cumulative += saving
        cash += cash_value - cash_cost[month - 1]
        balances.append((cumulative, saving))
        found.npv += saving * planned.factor[month - 1]
        found.peak = min(found.peak, cash)
    found.saving = cumulative
    behind = [month for month, (balance, _) in enumerate(balances, 1) if balance < 0]
    if not behind:
        found.break_even = 0.0
    elif behind[-1] == horizon:
        found.break_even = None
    else:
        balance, saving = balances[behind[-1]]
        found.break_even = behind[-1] + 1 - balance / saving
    return found
