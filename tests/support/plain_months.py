"""The months of any scenario in plain loops: waves, growth, kinds of money, value and saving.

From the inputs, and from what a head costs in a year (tests/engine/lines compares that with the
articles). Written from docs/method.md and from what each cost is, not from the lines of the model.
"""

import datetime
from collections import defaultdict
from datetime import date
from functools import cache
from itertools import accumulate

from shorewise.engine import default_model, take

# What a cost is: the figures of a head or site and year that make it up, and what it grows with.
RUNNING = {
    "pay": (("pay", "local_management"), (), "local"),
    "charges": (("statutory_charges",), (), "local"),
    "benefits": (("benefits",), (), "local"),
    "vendor": (("vendor_fee",), (), "local"),
    "seat": (("workplace",), (), "general"),
    "travel": (("travel",), ("incomplete_travel",), "general"),
    "compliance": (("security",), ("incomplete_compliance",), "general"),
    "hiring": (("successor_recruitment",), (), "local"),
    "internal": (
        ("management_overhead", "contract_management", "successor_handover"), (), "onshore"
    ),
    "lost": (("attrition_output_lost",), (), "local"),
}  # fmt: skip
PARTS = (
    "rate", "base", "exempt", "cap", "floor", "flat", "from_pay", "to_pay", "minimum", "maximum",
    "of_charge", "on_extra", "first_month", "last_month",
)  # fmt: skip
GROUPS = (*RUNNING, "extras", "setup", "exit")
NOT_CASH = ("internal", "lost")
_LIVE = {one.live_of: one.name for one in default_model().lines.values() if one.live_of}


def day(number):
    """The date of a day as Excel counts them."""
    return date(1899, 12, 30) + datetime.timedelta(days=int(number))


class Months:
    """A scenario month by month; each flow is a list, from month 1 to the end of the timeline."""

    def __init__(self, scenario):
        self.lines = scenario.evaluate()
        for name in ("of", "heads", "per_role", "waves", "age_output", "charges"):
            setattr(self, name, cache(getattr(self, name)))
        self.names = scenario.roles
        self.sites = range(len(scenario.sites))
        self.plans = range(len(scenario.plans))
        self.months = range(1, scenario.horizon_months + 1)
        counted = int(self.of("months_counted"))
        self.last = min(counted or scenario.horizon_months, scenario.horizon_months)
        self.decision = int(self.of("decision"))

    def of(self, name, **at):
        """An input or line at a position; an input as the case has it."""
        return take(self.lines, _LIVE.get(name, name), **at).item()

    def heads(self, plan, site, line="heads"):
        return [self.of(line, plan=plan, site=site, role=r) for r in range(len(self.names))]

    def per_role(self, name, site):
        found = take(self.lines, _LIVE.get(name, name), site=site).reshape(-1).tolist()
        return found * len(self.names) if len(found) == 1 else found

    def yearly(self, names, plan, site):
        """What the plan's heads at a site cost in a year, by figures of a head and year."""
        return self._times(names, self.heads(plan, site), site)

    def yearly_onshore(self, names, plan, site):
        """What the heads that the output needs, without rounding up, would cost onshore."""
        return self._times(names, self.heads(plan, site, "exact_heads"), 0)

    def _times(self, names, heads, site):
        return sum(
            number * cost
            for name in names
            for number, cost in zip(heads, self.per_role(name, site), strict=True)
        )

    # Law.

    def charges(self, site, role, month):
        """Statutory charges a head and year, in the scenario's currency, by the law of a month."""
        return sum(self._charges(site, role, month)) / self.of("fx_rate", site=site)

    def _charges(self, site, role, month):
        extra = self.of("extra_months", site=site) / 12
        salary = self.of("salary", site=site, role=role) * self.of("fx_rate", site=site)
        shift = self.of("shift_premium", site=site)
        first, found = day(self.of("start_month")), []
        year, number = divmod(first.year * 12 + first.month - 1 + month - 1, 12)
        today = date(year, number + 1, 1)
        rules = [
            {part: self.of(f"statutory_{part}", site=site, rule=rule) for part in PARTS}
            for rule in range(take(self.lines, "statutory_base", site=site).size)
        ]
        for rule in rules:
            other = int(rule["of_charge"])
            amount = rule["rate"] * self._on_pay(rules[other - 1], salary, shift, extra)
            own = self._on_pay(rule, salary, shift, extra)
            law = day(rule["first_month"]) <= today <= day(rule["last_month"])
            found.append((amount if other else own) if law else 0)
        return found

    def _on_pay(self, rule, salary, shift, extra):
        if not rule["from_pay"] <= round(salary * (1 + shift + extra), 2) <= rule["to_pay"]:
            return 0.0
        base = salary * (1 + shift + extra * rule["on_extra"]) * rule["base"]
        base = min(max(base, rule["floor"]), rule["cap"])
        amount = max(base - rule["exempt"], 0) * rule["rate"] + rule["flat"]
        return min(max(amount, rule["minimum"]), rule["maximum"])

    def new_law(self, site, role, month):
        """What the law adds to a head's charges and those of its leads, in a year."""
        more = self.charges(site, role, month) - self.charges(site, role, 1)
        return more * (1 + self.of("lead_rate", site=site))

    # Growth.

    def local(self, site, month):
        wages = 1 + self.of("wage_inflation", site=site)
        gap = wages / (1 + self.of("wage_inflation", site=0))
        given_back = gap ** self.of("wage_gap_in_currency", site=site)
        currency = (1 + self.of("fx_drift", site=site)) / given_back
        return (wages * currency) ** ((month - 1) // 12)

    def grown(self, index, site, month):
        if int(self.of("cost_index")) == 0 or index == "local":
            return self.local(site, month)
        if index == "onshore":
            return self.local(0, month)
        return (1 + self.of("general_inflation")) ** ((month - 1) // 12)

    # Waves.

    def waves(self, plan, site):
        """Share, month of the start, first and last month of work, and months of work before."""
        found = []
        count = take(self.lines, "wave_share", plan=plan, site=site).size
        for wave in range(count):
            at = {"plan": plan, "site": site, "wave": wave}
            share, month = self.of("wave_share", **at), int(self.of("wave_month", **at))
            end = int(self.of("wave_end", **at))
            if not share:
                continue
            there = month == 1 and self.of("established", site=site) == 1
            lead = 0 if there else int(self.of("lead_time_months", site=site))
            last = min(end or self.last, self.last)
            found.append(
                {"share": share, "month": month, "first": month + lead, "last": last, "end": end,
                 "there": there, "before": 12 if there else 0}
            )  # fmt: skip
        return found

    def working(self, plan, site, month):
        waves = self.waves(plan, site)
        return sum(one["share"] for one in waves if one["first"] <= month <= one["last"])

    def employed(self, plan, site, month):
        waves = self.waves(plan, site)
        return sum(one["share"] for one in waves if one["month"] <= month <= one["last"])

    def starting(self, plan, site, month):
        waves = [one for one in self.waves(plan, site) if not one["there"]]
        return sum(one["share"] for one in waves if one["month"] == month <= self.last)

    def opens(self, plan, site):
        """Month in which the first heads start at a site where the plan has any; else none."""
        if not sum(self.heads(plan, site)):
            return None
        first = min(one["month"] for one in self.waves(plan, site))
        return first if first <= self.last else None

    def begun(self, plan):
        """Steady-state output, in onshore heads, of the heads that start within the horizon."""
        return sum(
            one["share"] * self.of("site_equivalent_heads", plan=plan, site=site)
            for site in self.sites
            for one in self.waves(plan, site)
            if one["month"] <= self.last
        )

    def age_output(self, site, age):
        """Output of a head in a month of its delivery, the thirteenth for a team in place."""
        ramp = take(self.lines, "ramp", site=site).tolist()
        share = ramp[age - 1] if age <= len(ramp) else 1.0
        end = self.of("rework_end", site=site)
        gap = self.of("rework_start", site=site) - end
        rework = end + gap * 0.5 ** ((age - 1) / self.of("rework_half_life", site=site))
        years = min(self.of("learning_years", site=site), (age - 1) // 12)
        learned = (1 + self.of("learning_rate", site=site)) ** years
        ramped = self.of("steady_output", site=site) / (1 - end)
        return share * (1 - rework) * learned * ramped

    def output(self, plan, site, month):
        """Output of the site for each of its heads."""
        return sum(
            one["share"] * self.age_output(site, month - one["first"] + 1 + one["before"])
            for one in self.waves(plan, site)
            if one["first"] <= month <= one["last"]
        )

    # Money.

    def groups(self, plan):
        """Cost of the plan by group of the statement; each a list by month."""
        found = {group: [0.0] * len(self.months) for group in GROUPS}
        for site in self.sites:
            for group, by_month in self.site_groups(plan, site).items():
                for month, amount in by_month.items():
                    found[group][month - 1] += amount
        for month, amount in self.exit(plan).items():
            found["exit"][month - 1] += amount
        return found

    def site_groups(self, plan, site):
        found = {group: defaultdict(float) for group in GROUPS}
        yearly = {
            group: self.yearly(of_head, plan, site)
            + sum(self.of(name, plan=plan, site=site) for name in of_site)
            for group, (of_head, of_site, _) in RUNNING.items()
        }
        pay, taken_over = (
            self.yearly(("pay",), plan, site),
            int(self.of("transfer_month", site=site)),
        )
        opening = self.opens(plan, site)
        for month in self.months:
            working = self.working(plan, site, month)
            for group, (_, _, index) in RUNNING.items():
                if group == "vendor" and 0 < taken_over <= month:
                    continue
                grown = self.grown(index, site, month)
                found[group][month] += yearly[group] / 12 * working * grown
            law = sum(
                number * self.new_law(site, role, month)
                for role, number in enumerate(self.heads(plan, site))
            )
            markup = 0 if 0 < taken_over <= month else self.of("vendor_rate", site=site)
            found["charges"][month] += law / 12 * (1 + markup) * working * self.local(site, month)
            started = self.starting(plan, site, month)
            found["setup"][month] += started * self.yearly(("hiring_per_head",), plan, site)
            found["internal"][month] += started * self.yearly(
                ("knowledge_transfer_cost",), plan, site
            )
            if month == taken_over <= self.last:
                fee = sum(self.heads(plan, site)) * self.of("transfer_fee", site=site)
                found["setup"][month] += self.employed(plan, site, month) * fee
            if month == opening and self.of("established", site=site) == 0:
                self._open(plan, site, found, month)
            if self.employed(plan, site, month) and sum(self.heads(plan, site)):
                found["extras"][month] += self.fixed_extras(site, month)
            of_heads, of_pay = self.extras(site, month)
            extra = sum(self.heads(plan, site)) * of_heads + pay * of_pay
            found["extras"][month] += extra / 12 * working * self.local(site, month)
            for one in self.waves(plan, site):
                if one["end"] == month <= self.last:
                    served = max(0, month - one["first"] + 1) + one["before"]
                    weeks = served / 12 * self.of("stop_severance_weeks", site=site)
                    weeks += self.of("stop_notice_weeks", site=site)
                    owed = one["share"] * pay * weeks / 52 * self.local(site, month)
                    found["exit"][month] += owed
        return found

    def _open(self, plan, site, found, month):
        """What a site costs once: processes, infrastructure, and what a contract costs."""
        found["setup"][month] += self.of("process_development_cost", site=site)
        found["setup"][month] += self.of("management_infrastructure_cost", site=site)
        year = self.yearly(("direct_cost",), plan, site)
        shares = {
            "setup": ("transition_share", "layoff_share"),
            "internal": ("vendor_selection_share", "process_change_share"),
            "lost": ("dip_share",),
        }
        for group, names in shares.items():
            found[group][month] += year * sum(self.of(name, site=site) for name in names)

    def rows(self, site, month):
        """Basis and amount of the extra costs that are paid at a site in a month."""
        for row in range(take(self.lines, "extra_basis").size):
            basis = int(self.of("extra_basis", extra=row))
            first = int(self.of("extra_from_month", extra=row))
            last = first if basis == 3 else int(self.of("extra_to_month", extra=row))
            if month >= first and (not last or month <= last):
                yield basis, self.of("extra_amount", site=site, extra=row)

    def extras(self, site, month):
        """Extra costs a head and year, and as a share of pay."""
        rows = [*self.rows(site, month)]
        return tuple(sum(amount for of, amount in rows if of == basis) for basis in (0, 1))

    def fixed_extras(self, site, month):
        return sum(amount for of, amount in self.rows(site, month) if of > 1)

    def exit(self, plan):
        """Exit of the onshore heads that are replaced, and their cost while they are kept."""
        if self.decision != 0:
            return {}
        gone = [
            max(0.0, before - after)
            for before, after in zip(self.heads(0, 0), self.heads(plan, 0), strict=True)
        ]
        weeks = sum(self.of(f"{part}_weeks") for part in ("severance", "notice", "accrued_leave"))
        once = self.of("outplacement_cost") + self.of("retention_bonus")
        pay, loaded = self.per_role("pay", 0), self.per_role("onshore_loaded_cost", 0)
        leads = [
            one["first"] - 1
            for site in self.sites
            if sum(self.heads(plan, site))
            for one in self.waves(plan, site)
        ]
        kept = int(self.of("parallel_months"))
        leave = min(self.last, max(1, max(leads) + kept))
        found = defaultdict(float)
        for number, salary, cost in zip(gone, pay, loaded, strict=True):
            for month in range(max(1, leave - kept + 1), leave + 1):
                found[month] += number * cost / 12 * self.local(0, month)
            found[leave] += number * (salary * weeks / 52 + once) * self.local(0, leave)
        return found

    def capital(self, plan):
        """Infrastructure of new sites, in the month in which they open."""
        found = [0.0] * len(self.months)
        for site in self.sites:
            month = self.opens(plan, site)
            if month and self.of("established", site=site) == 0:
                found[month - 1] += self.of("management_infrastructure_cost", site=site)
        return found

    def depreciation(self, plan):
        """Each amount of capital in equal parts, from its own month to the end of the horizon."""
        found, months = [0.0] * len(self.months), int(self.of("depreciation_months"))
        for bought, amount in enumerate(self.capital(plan), 1):
            for month in range(bought, min(bought + months - 1, self.last) + 1):
                found[month - 1] += amount / months
        return found

    def cost(self, plan):
        return self._sum(self.groups(plan), GROUPS)

    def cash_cost(self, plan):
        return self._sum(self.groups(plan), [one for one in GROUPS if one not in NOT_CASH])

    def _sum(self, groups, wanted):
        return [sum(groups[group][month - 1] for group in wanted) for month in self.months]

    def onshore(self, plan, cash):
        """What the plan's output of each month would cost onshore; as cash without output lost."""
        found, total = [], sum(sum(self.heads(0, site, "exact_heads")) for site in self.sites)
        for month in self.months:
            amount = 0.0
            for site in self.sites:
                local = self.yearly_onshore(("direct_cost", "attrition_cost"), plan, site)
                local += sum(
                    number * self.new_law(0, role, month)
                    for role, number in enumerate(self.heads(plan, site, "exact_heads"))
                )
                seat = self.yearly_onshore(("workplace",), plan, site)
                lost = self.yearly_onshore(("attrition_output_lost",), plan, site) if cash else 0
                of_heads, of_pay = self.extras(0, month)
                number = sum(self.heads(plan, site, "exact_heads"))
                local += number * of_heads + self.yearly_onshore(("pay",), plan, site) * of_pay
                year = (local - seat - lost) * self.local(0, month)
                year += seat * self.grown("general", 0, month)
                fixed = number / total * self.fixed_extras(0, month)
                amount += self.output(plan, site, month) * (year / 12 + fixed)
            found.append(amount)
        return found

    def value(self, plan, cash=False):
        """What the output is worth: its onshore cost, with hiring there, or what it earns."""
        worth = self.onshore(plan, cash)
        if self.decision == 2:
            rate = self.of("billing_rate") * self.of("contribution_margin")
            hours = self.of("billed_hours") / 12 * rate
            return [
                hours
                * sum(
                    sum(self.heads(plan, s, "exact_heads")) * self.output(plan, s, month)
                    for s in self.sites
                )
                for month in self.months
            ]
        if self.decision == 1:
            begun = [self.begun(one) for one in (plan, 0)]
            share, spent = begun[0] / begun[1], (self.cash_cost(0) if cash else self.cost(0))
            own = self.onshore(0, cash)
            return [w + (c - v) * share for w, c, v in zip(worth, spent, own, strict=True)]
        return worth


def to_date(flows):
    """Sums of the months so far."""
    return [*accumulate(flows)]
