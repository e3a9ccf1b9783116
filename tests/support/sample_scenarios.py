"""Scenarios of random shapes from a seed, and a small one, as data and as the engine reads it."""

import numpy as np

from shorewise.engine import INPUTS, Scenario
from shorewise.engine.drivers import DRIVERS
from shorewise.engine.evidence import FIGURES
from shorewise.engine.grades import GRADES
from shorewise.engine.lists import LISTS


def with_reference_settings(data: dict) -> dict:
    """The same data under the settings of the reference tables in domain/model.md.

    Heads stay as entered, both losses to distance count, all productive hours are billed, a
    successor starts at once and without a handover, and all costs grow with local pay.
    """
    sites = [
        dict(site) | {"vacancy_months": 0} | ({"successor_transfer": 0} if number else {})
        for number, site in enumerate(data["sites"])
    ]
    settings = {
        "sizing": "heads",
        "distance_loss": "both",
        "utilisation": 1,
        "cost_index": "local pay",
    }
    return {**data, **settings, "sites": sites}


def reference_data() -> dict:
    """Plain data of the embedded default under the settings of the reference tables."""
    return with_reference_settings(Scenario.default().to_dict())


def reference_scenario() -> Scenario:
    """The scenario of :func:`reference_data`."""
    return Scenario.from_dict(reference_data(), "reference")


def small_data() -> dict:
    """Plain data of the default scenario cut to two sites, two plans and six months."""
    data = Scenario.default().to_dict() | {"horizon_months": 6}
    return data | {key: data[key][:2] for key in ("sites", "plans")}


def small_scenario(**changes) -> Scenario:
    """The scenario of :func:`small_data`, with some inputs changed."""
    return Scenario.from_dict(small_data() | changes, "small")


def eight_data(**site) -> dict:
    """Plain data of a team of eight whose highest salary for month 36 repays the setup exactly."""
    return {
        "horizon_months": 36,
        "roles": ["Engineer"],
        "sites": [
            {"name": "Onshore", "salary": 180_000},
            {"name": "Krakow", "salary": 60_000, "overlap_hours": 3} | site,
        ],
        "plans": [
            {"name": "All onshore", "heads": {"Onshore": 8}},
            {"name": "Krakow", "heads": {"Krakow": 8}},
        ],
    }


def random_data(seed: int) -> dict:
    """Plain data of a scenario: every input somewhere in its valid range, most near the default."""
    rng = np.random.default_rng(seed)
    plans, sites, roles = rng.integers(1, 5), rng.integers(1, 5), rng.integers(1, 4)
    horizon = int(rng.choice([6, 7, 12, 13, 18, 24, 36, 37, 60]))
    if seed % 50 == 0:
        horizon = 120
    names = [f"Site {s}" for s in range(sites)]
    role_names = [f"Role {r}" for r in range(roles)]
    data = {
        "name": f"Random {seed}",
        "horizon_months": horizon,
        "start_month": f"20{rng.integers(20, 40)}-{rng.integers(1, 13):02d}",
        "roles": role_names,
    }
    kept = ("check_tolerance", "rounding_tolerance", "no_cap", "sensitivity_case",
            "salary_times", "management_times", "table_case", "evidence_month",
            "presentation_rate", "discount_grade", "widen_secondary",
            "widen_assumptions")  # fmt: skip
    data |= {i.name: _value(rng, i) for i in INPUTS if not i.axes and i.name not in kept}
    data |= {
        i.name: {r: _value(rng, i) for r in role_names}
        for i in INPUTS
        if i.axes == ("role",) and rng.random() < 0.8
    }
    data |= {entry.key: _rows(rng, entry, names) for entry in LISTS if rng.random() < 0.8}
    data["sites"] = [_site(rng, s, name, role_names) for s, name in enumerate(names)]
    data["plans"] = [
        {"name": f"Plan {p}", "heads": _heads(rng, p, names, role_names)} for p in range(plans)
    ]
    if seed % 3 == 1:
        for number, plan in enumerate(data["plans"]):
            plan["waves"] = _waves(rng, plan, horizon, number == 0 and data.get("decision", 0) == 0)
    data = _saved_and_presented(seed, data | _evidence(seed, data["sites"]))
    return consistent(in_currency("EUR", data))


def _saved_and_presented(seed, data):
    """Levels of saved cases and a presentation currency, drawn apart from all else."""
    rng = np.random.default_rng([seed, 2])
    moved = {"name": str(rng.choice([*DRIVERS]))}
    moved |= {f"saved_{n}": float(rng.uniform(0.5, 1.5)) for n in (1, 2, 3) if rng.random() < 0.5}
    rows = {row["name"]: row for row in data.get("cases", ())}
    rows[moved["name"]] = rows.get(moved["name"], {}) | moved
    shown = {"presentation_currency": "CHF", "presentation_rate": float(rng.uniform(0.5, 200))}
    named = {"saved_cases": ["Downside", "Board"]} if rng.random() < 0.5 else {}
    return data | {"cases": [*rows.values()]} | named | (shown if rng.random() < 0.5 else {})


def _evidence(seed, sites):
    """Grades and a book of assumptions, drawn apart from all else."""
    rng = np.random.default_rng([seed, 1])
    month = lambda: f"20{rng.integers(20, 40)}-{rng.integers(1, 13):02d}"  # noqa: E731
    for site in sites:
        if rng.random() < 0.5:
            site["grades"] = {f: str(rng.choice(GRADES)) for f in FIGURES if rng.random() < 0.5}
        for rule in site.get("statutory", ()):
            rule["grade"], rule["current_to"] = str(rng.choice(GRADES)), month()
    book = [
        {"site": site["name"], "figure": figure, "owner": "A. Owner", "evidence": "Offers",
         "stated": month(), "expires": month(), "status": int(rng.integers(4))}
        for site in sites
        for figure in FIGURES
        if rng.random() < 0.2
    ]  # fmt: skip
    given = {"assumptions": book} if book else {}
    return given | ({"evidence_month": month()} if rng.random() < 0.5 else {})


def consistent(data: dict) -> dict:
    """The same data without contradictions that reading a scenario refuses."""
    horizon, changed = data["horizon_months"], {}
    for name in ("failure_month", "parallel_months"):
        if data.get(name, 0) > horizon:
            changed[name] = horizon
    if data.get("decision") in (2, "add") and not data.get("billing_rate", 0):
        changed["billing_rate"] = 100
    roles = {
        tuple(sorted({r for by_role in plan["heads"].values() for r, n in by_role.items() if n}))
        for plan in data["plans"]
    }
    if len(roles) > 1 and data.get("sizing", 1) in (1, "output"):
        changed["sizing"] = "heads"
    if data.get("presentation_rate", 1) != 1:
        changed["presentation_currency"] = "CHF"
    if data.get("months_counted", 0) > horizon:
        changed["months_counted"] = horizon
    plans = data["plans"]
    if data.get("decision", 0) in (0, "replace"):  # a team that is replaced is in place
        plans = [{key: value for key, value in plans[0].items() if key != "waves"}, *plans[1:]]
    last = (data | changed).get("months_counted", 0) or horizon
    changed["plans"] = [_started(plan, last) for plan in plans]
    return data | changed


def _started(plan: dict, last: int) -> dict:
    """The same plan, of which some heads start by a month: else its first wave in month 1."""
    waves = plan.get("waves", [])
    without = {site for site, heads in plan["heads"].items() if any(heads.values())}
    without -= {wave["site"] for wave in waves}
    if without or any(wave["month"] <= last and wave["share"] for wave in waves):
        return plan
    return plan | {"waves": [waves[0] | {"month": 1}, *waves[1:]]}


def _waves(rng, plan, horizon, in_place):
    """Waves of some of a plan's sites: up to six, some of which end, some past the horizon."""
    waves = []
    for site, heads in plan["heads"].items():
        if rng.random() < 0.3 or in_place or not any(heads.values()):
            continue
        count = int(rng.integers(1, 7))
        shares = rng.dirichlet(np.ones(count)) if count > 1 else np.ones(1)
        for share in shares:
            month = int(rng.integers(1, min(horizon + 3, 120)))
            end = int(rng.integers(month, min(horizon + 6, 121))) if rng.random() < 0.3 else 0
            waves.append({"site": site, "month": month, "share": float(share), "end": end})
    return waves


def in_currency(currency: str, data: dict) -> dict:
    """The same data in a currency, with amounts of its own where the defaults would be in USD."""
    data = {"risks": [], **data, "currency": currency}
    for entry in INPUTS:
        if entry.unit.startswith("money") and not entry.axes:
            data.setdefault(entry.name, entry.default)
    sites = []
    for number, given in enumerate(data["sites"]):
        site = dict(given)
        for entry in INPUTS:
            money = entry.unit.startswith("money") and entry.axes in (("site",), ("site", "role"))
            fixed = number == 0 and entry.fixed_onshore
            converted = entry.name == "salary" and "location" in site
            if money and not fixed and not converted:
                site.setdefault(entry.name, entry.default_at(number))
        if number == 0 and not site.keys() & {"location", "statutory", "statutory_rate"}:
            site["statutory_rate"] = 0.1
        sites.append(site)
    return data | {"sites": sites}


def random_scenario(seed: int) -> Scenario:
    """The scenario of :func:`random_data`."""
    return Scenario.from_dict(random_data(seed), f"seed {seed}")


def extreme_data(seed: int) -> dict:
    """Plain data of a random scenario with few, half or all numbers at an end of their range."""
    rng, data = np.random.default_rng(seed), random_data(seed)
    extreme = rng.choice([0.1, 0.5, 1.0])

    def end(entry):
        value = rng.choice([entry.lowest, entry.highest])
        return int(value) if entry.whole else float(value)

    for entry in INPUTS:
        if not entry.axes and rng.random() < extreme:
            data[entry.name] = end(entry)
        for number, site in enumerate(data["sites"]):
            varies = entry.axes in (("site",), ("site", "role"))
            free = varies and not (number == 0 and entry.fixed_onshore)
            hours = entry.name in ("work_start", "work_end")  # an end needs a start before it
            if free and not hours and rng.random() < extreme:
                site[entry.name] = end(entry)
    return consistent(data)


def _site(rng, number, name, roles):
    site = {"name": name}
    for entry in INPUTS:
        varies = entry.axes[:1] == ("site",) and set(entry.axes) <= {"site", "role", "tenure"}
        if varies and not (number == 0 and entry.fixed_onshore) and rng.random() < 0.8:
            site[entry.name] = _site_value(rng, entry, roles)
    if "work_start" in site or "work_end" in site:
        site["work_start"] = float(rng.integers(0, 48)) / 2
        site["work_end"] = site["work_start"] + float(rng.integers(8, 24)) / 2
    kind = rng.integers(3)
    if kind == 0:
        site["statutory_rate"] = float(rng.random() / 2)
    elif kind == 1:
        site["statutory"] = [_rule(rng, n) for n in range(rng.integers(0, 17))]
    return site


def _rows(rng, entry, sites):
    """Rows of a list: some of those with fixed names, or up to its size with names of our own."""
    names = entry.names or [f"{entry.row} {n}" for n in range(rng.integers(0, entry.size + 1))]
    fields = [i for i in INPUTS if i.axes[-1:] == (entry.axis,) and "_saved_" not in i.name]
    return [
        {"name": name}
        | {i.name.removeprefix(f"{entry.axis}_"): _cell(rng, i, sites) for i in fields}
        for name in names
    ]


def _cell(rng, entry, sites):
    if entry.name == "extra_amount":
        return {site: float(rng.choice([0, 0.1, 900])) for site in sites}
    if "driver" in entry.axes and not entry.whole:
        return float(rng.uniform(0.5, 1.5))
    if entry.highest > 1e6:
        return float(rng.choice([0, 40_000]))
    if entry.axes[0] != "site":
        return _value(rng, entry)
    return {site: _value(rng, entry) for site in sites[1 if entry.fixed_onshore else 0 :]}


def _rule(rng, number):
    rule = {"line": f"Charge {number}", "rate": float(rng.random() / 5)}
    typical = {
        "base": 0.5, "exempt": 9_000, "cap": 70_000, "floor": 20_000, "flat": 300, "minimum": 600,
        "maximum": 9_000, "from_pay": 30_000, "to_pay": 90_000, "on_extra": 0.5,
    }  # fmt: skip
    rule |= {p: v * float(rng.random()) * 2 for p, v in typical.items() if rng.random() < 0.3}
    if "from_pay" in rule and "to_pay" in rule:
        rule["to_pay"] += rule["from_pay"]
    if "minimum" in rule and "maximum" in rule:
        rule["maximum"] += rule["minimum"]
    if number and rng.random() < 0.2:
        rule["of_charge"] = "Charge 0"
    months = sorted(int(month) for month in rng.integers(0, 60, 2))
    for key, month in zip(("first_month", "last_month"), months, strict=True):
        if rng.random() < 0.3:
            rule[key] = f"{2026 + month // 12}-{month % 12 + 1:02}"
    return rule


def _value(rng, entry):
    if entry.whole:
        return int(rng.integers(entry.lowest, min(entry.highest, entry.lowest + 12) + 1))
    span = entry.highest - entry.lowest
    if rng.random() < 0.1:
        return float(
            rng.choice(
                [
                    entry.lowest,
                    entry.default if isinstance(entry.default, (int, float)) else entry.lowest,
                ]
            )
        )
    if entry.low is not None and entry.high is not None:
        return float(rng.uniform(entry.low, entry.high))
    return float(entry.lowest + span * rng.random())


def _site_value(rng, entry, roles):
    if entry.axes == ("site", "role"):
        return {role: _value(rng, entry) for role in roles}
    if entry.axes == ("site", "tenure"):
        return sorted(float(share) for share in rng.random(rng.integers(1, 13)))
    return _value(rng, entry)


def _heads(rng, plan, sites, roles):
    staffed = sites[:1] if plan == 0 else [s for s in sites if rng.random() < 0.6] or sites[-1:]
    heads = {
        site: {role: float(rng.choice([0, 0.5, 1, 2, 8, 25])) for role in roles} for site in staffed
    }
    heads[staffed[0]][roles[0]] = float(rng.integers(1, 9))
    return heads
