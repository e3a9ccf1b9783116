"""The reference model in plain loops: one role, a team onshore or abroad, month by month."""

from itertools import accumulate

from shorewise.engine import Scenario, take

HEADS, MONTHS, RATE = 8, 36, 0.10
SLOW, FAST = (0.4, 0.6, 0.8, 0.9), (0.5, 0.75, 0.9)
ONSHORE = {
    "pay": 180_000, "charges": 13_812, "benefits": 0.155, "workplace": 12_000, "lead": 0.08,
    "attrition": 0.132, "recruitment": 0.20, "lost": 0.75, "growth": 0.035,
}  # fmt: skip
ABROAD = {
    "low": {
        "pay": 40_000, "charges": 0.12, "benefits": 0.08, "workplace": 7_800, "lead": 0.15,
        "management": 0.25, "trip": 4_500, "attrition": 0.171, "rating": 1 / 1.22, "overlap": 0,
        "rework": (0.30, 0.10), "ramp": SLOW, "growth": 0.091,
    },
    "mid": {
        "pay": 60_000, "charges": 0.20, "benefits": 0.06, "workplace": 7_800, "lead": 0.10,
        "management": 0.20, "trip": 3_000, "attrition": 0.12, "rating": 1 / 1.09, "overlap": 2,
        "rework": (0.20, 0.06), "ramp": SLOW, "growth": 0.05,
    },
    "high": {
        "pay": 80_000, "charges": 0.2048, "benefits": 0.04, "workplace": 7_800, "lead": 0.08,
        "management": 0.15, "trip": 2_500, "attrition": 0.12, "rating": 1.0, "overlap": 4,
        "rework": (0.12, 0.04), "ramp": FAST, "growth": 0.05,
    },
}  # fmt: skip


def onshore_direct():
    """Direct cost of an onshore head in a year."""
    of = ONSHORE
    pay = of["pay"]
    leads = of["lead"] * (pay + of["charges"])
    return pay + of["charges"] + of["benefits"] * pay + of["workplace"] + leads


def onshore_loaded():
    """Loaded cost of an onshore head in a year."""
    direct = onshore_direct()
    hire = ONSHORE["recruitment"] * ONSHORE["pay"] + ONSHORE["lost"] * direct / 12
    return direct + ONSHORE["attrition"] * hire


def abroad_direct(name):
    """Direct cost of a head abroad in a year."""
    of = ABROAD[name]
    charges = of["charges"] * of["pay"]
    leads = of["lead"] * (of["pay"] + charges)
    return of["pay"] + charges + of["benefits"] * of["pay"] + of["workplace"] + leads


def abroad_head(name, reading="direct"):
    """Cost of a head abroad in a year before its output is looked at, on a reading of C-2."""
    of, direct = ABROAD[name], abroad_direct(name)
    managed = of["management"] * {"direct": direct, "onshore": onshore_loaded()}[reading]
    lost = sum(1 - share for share in of["ramp"])
    hire = 0.15 * of["pay"] + lost * direct / 12
    return direct + managed + 6 * of["trip"] / 8 + 1_200 + of["attrition"] * hire


def steady_output(name, hours=1):
    """Output of a head abroad once ramped up; hours over onshore hours."""
    of = ABROAD[name]
    friction = 0.03 + 0.02 * max(0, 4 - of["overlap"])
    return hours * of["rating"] * (1 - friction) * (1 - of["rework"][1])


def setup(name, heads=HEADS):
    """One-off cost of the start abroad."""
    transfer = 80 * onshore_loaded() / 1_720
    return heads * (0.15 * ABROAD[name]["pay"] + transfer) + 40_000 + 50_000


def output(name, month, lead_time=1):
    """Output of a head abroad in a month, as a share of an onshore head's."""
    of, t = ABROAD[name], month - lead_time
    if t < 1:
        return 0.0
    ramp = of["ramp"][t - 1] if t <= len(of["ramp"]) else 1.0
    start, end = of["rework"]
    rework = end + (start - end) * 0.5 ** ((t - 1) / 3)
    return ramp * steady_output(name) / (1 - end) * (1 - rework)


def flows(name, heads=HEADS, reading="direct", months=MONTHS):
    """Value and cost of every month of a team abroad."""
    values, costs = [], []
    for month in range(1, months + 1):
        year = (month - 1) // 12
        onshore = onshore_loaded() / 12 * (1 + ONSHORE["growth"]) ** year
        values.append(heads * onshore * output(name, month))
        abroad = heads * abroad_head(name, reading) / 12 * (1 + ABROAD[name]["growth"]) ** year
        costs.append((abroad if month > 1 else 0) + (setup(name, heads) if month == 1 else 0))
    return values, costs


def cash_flows(name, heads=HEADS, months=MONTHS):
    """Cash value and cash cost of every month of a team abroad.

    Without the time of onshore staff, who are paid anyway, and without output lost to attrition.
    """
    of, direct = ABROAD[name], abroad_direct(name)
    lost = ONSHORE["attrition"] * ONSHORE["lost"] * onshore_direct() / 12
    head = direct + 6 * of["trip"] / 8 + 1_200 + of["attrition"] * 0.15 * of["pay"]
    values, costs = [], []
    for month in range(1, months + 1):
        year = (month - 1) // 12
        onshore = (onshore_loaded() - lost) / 12 * (1 + ONSHORE["growth"]) ** year
        values.append(heads * onshore * output(name, month))
        start = heads * 0.15 * of["pay"] + 40_000 + 50_000
        costs.append(heads * head / 12 * (1 + of["growth"]) ** year if month > 1 else start)
    return values, costs


def lowest(values, costs):
    """Lowest sum of savings to date."""
    return min(accumulate(value - cost for value, cost in zip(values, costs, strict=True)))


def break_even(values, costs):
    """Months until the sum of savings is ahead for good; None if it is not at the end."""
    to_date, sums = 0.0, []
    for value, cost in zip(values, costs, strict=True):
        to_date += value - cost
        sums.append(to_date)
    behind = max((m for m, s in enumerate(sums, 1) if s < 0), default=0)
    if behind == len(sums):
        return None
    return behind + 1 - sums[behind] / (values[behind] - costs[behind])


def saving(values, costs):
    """Saving over the horizon, as a share of the value."""
    return 1 - sum(costs) / sum(values)


def npv(values, costs):
    """Present value of the savings of all months."""
    pairs = enumerate(zip(values, costs, strict=True), 1)
    return sum((value - cost) * (1 + RATE) ** (-month / 12) for month, (value, cost) in pairs)


def preset(name, onshore=(), abroad=(), **changes):
    """Lines of a preset with some inputs changed: of the scenario, onshore, or abroad."""
    return Scenario.from_dict(preset_data(name, onshore, abroad, **changes), name).evaluate()


def preset_data(name, onshore=(), abroad=(), **changes):
    """Plain data of a preset with some inputs changed: of the scenario, onshore, or abroad."""
    data = Scenario.preset(name).to_dict() | changes
    data["sites"] = [data["sites"][0] | dict(onshore), data["sites"][1] | dict(abroad)]
    return data


def of_plan(lines, name, plan=1):
    """A line of a plan: a number, or a list by month."""
    found = take(lines, name, plan=plan)
    return found.item() if found.size == 1 else found.reshape(-1).tolist()
