"""Every input of the model, declared once.

The declaration drives scenario files, validation, the workbook's input sheets and their data
validation. S0-.. and S3-.. are items of the two source articles; [A] marks an assumption.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from .axes import RULES, TENURE_MONTHS
from .drivers import DISTRIBUTIONS, DRIVERS, level, middle_level
from .locations import locations

NO_CAP = 1e17  # a cap from here on means that there is none
_MONEY_MAX = 1_000_000_000_000  # room for any currency
_LOCAL_MAX = 10**18  # the same in local currency; as a cap it means none

Number = float | int
Values = Number | tuple[Number, ...]


class Scope(Enum):
    """What an input is set for, and so where a scenario file has it."""

    SCENARIO = "the whole scenario"
    SITE = "a site"
    SITE_AND_ROLE = "a site, or each role at a site"
    RAMP = "each month since a site's start"
    CHARGE = "each statutory charge of a site"
    ROLE = "a role"
    PLAN = "the heads of a plan, by site and role"
    LIST = "a row of a list"


_SCOPES = {
    (): Scope.SCENARIO,
    ("site",): Scope.SITE,
    ("site", "role"): Scope.SITE_AND_ROLE,
    ("site", "tenure"): Scope.RAMP,
    ("site", "rule"): Scope.CHARGE,
    ("role",): Scope.ROLE,
    ("plan", "site", "role"): Scope.PLAN,
}


@dataclass(frozen=True)
class Input:
    """One input of the model.

    Parameters
    ----------
    name : str
        Key in scenario files, parameter name in lines, defined name in workbooks.
    label, unit : str
        What a reader sees; "money" stands for the scenario's currency.
    axes : tuple of str
        What it varies over: none, or some of plan, site, role, tenure, rule and the lists' axes.
    default : float or tuple
        Value where a scenario sets none; a tuple has one value per month of tenure or per rule.
    lowest, highest : float
        The valid range, both ends allowed.
    low, high : float or None
        Plausible range around the default, for sensitivity and simulation.
    source : str
        Where default and range come from.
    onshore : float, tuple or None
        Default of the onshore site, where it differs.
    fixed_onshore : bool
        The onshore site always has that default: the cost does not exist there.
    whole : bool
        Only whole numbers.
    choices : tuple of str
        Words that a scenario file may use for 0, 1, 2 and so on.
    topic : str
        Heading under which it stands.
    inert_because : str
        Why it changes no result of a plan; empty for an input that does.
    inert_at : str
        Where: "abroad", or empty for everywhere.
    """

    name: str
    label: str
    unit: str
    axes: tuple[str, ...]
    default: Values
    lowest: Number
    highest: Number
    source: str
    low: Number | None = None
    high: Number | None = None
    onshore: Values | None = None
    fixed_onshore: bool = False
    whole: bool = False
    choices: tuple[str, ...] = ()
    topic: str = ""
    inert_because: str = ""
    inert_at: str = ""

    @property
    def allowed(self) -> str:
        """The valid range in words."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        kind = "a whole number " if self.whole else ""
        if self.highest in (_MONEY_MAX, _LOCAL_MAX):
            return f"{self.lowest:,} or more, up to {self.highest:.0e}"
        return f"{kind}between {self.lowest:,.10g} and {self.highest:,.10g}"

    @property
    def scope(self) -> Scope:
        """What it is set for."""
        return _SCOPES.get(self.axes, Scope.LIST)

    def varies_by(self, axis: str) -> bool:
        """Whether it may have another number at each position of an axis."""
        return axis in self.axes

    @property
    def is_by_site_or_role(self) -> bool:
        """Whether a number for each site and role, at most, says all there is to say."""
        return {*self.axes} <= {"site", "role"}

    @property
    def list_axis(self) -> str:
        """Axis of the list to whose rows it belongs, or ""."""
        return self.axes[-1] if self.scope is Scope.LIST else ""

    @property
    def field(self) -> str:
        """Key in scenario files: without the list's axis where it belongs to a list."""
        return self.name.removeprefix(f"{self.list_axis}_") if self.list_axis else self.name

    @property
    def note(self) -> str:
        """What stands beside it: its source, and why it changes no result where it does not."""
        where = f" {self.inert_at}" if self.inert_at else ""
        inert = f"; changes no result{where}: {self.inert_because}" if self.inert_because else ""
        return self.source + inert

    @property
    def dtype(self) -> type:
        """Type of its arrays."""
        return np.int64 if self.whole else np.float64

    def default_of_row(self, row: int) -> Number:
        """The default of one row of a list."""
        return self.default[row] if isinstance(self.default, tuple) else self.default

    @property
    def first(self) -> Number:
        """The default, of the first step where there is one for each."""
        return self.default[0] if isinstance(self.default, tuple) else self.default

    @property
    def last(self) -> Number:
        """The default, of the last step where there is one for each: the one that changes nothing."""
        return self.default[-1] if isinstance(self.default, tuple) else self.default

    def default_at(self, site: int) -> Values:
        """Default at a site; site 0 is onshore."""
        return self.onshore if site == 0 and self.onshore is not None else self.default


def _ramp(*shares: Number) -> tuple[Number, ...]:
    return shares + (1.0,) * (TENURE_MONTHS - len(shares))


def _rule_inputs() -> tuple[Input, ...]:
    """The parts of a statutory rule. Without a location, one effective rate; onshore the US rules."""
    us = [rule for rule in locations()["US"].rules if rule.rate is not None]

    def part(
        name: str, label: str, unit: str, default: Number, highest: Number, low=None, high=None
    ):
        values = [getattr(rule, name) for rule in us] + [None] * (RULES - len(us))
        empty = _LOCAL_MAX if name == "cap" else 1 if name == "base" else 0
        return Input(
            f"statutory_{name}", label, unit, ("site", "rule"),
            (default,) + (empty,) * (RULES - 1), 0, highest,
            "engine/tables/statutory_rules.csv, by country", low, high,
            onshore=tuple(empty if value is None else value for value in values),
        )  # fmt: skip

    return (
        part("rate", "Rate of the charge", "fraction of base", 0.20, 1, 0.0225, 0.36),
        part("base", "Share of pay it applies to", "fraction of pay", 1, 1),
        part("exempt", "Exempt part of the base", "local/year", 0, _LOCAL_MAX),
        part("cap", "Cap of the base", "local/year", _LOCAL_MAX, _LOCAL_MAX),
        part("floor", "Floor of the base", "local/year", 0, _LOCAL_MAX),
        part("flat", "Flat amount", "local/year", 0, _LOCAL_MAX),
    )


# One entry a declaration, kept as compact as a table; a text is the heading of what follows.
# fmt: off
_DECLARED: tuple[str | Input, ...] = (
    "Case",
    Input("case_number", "Case: 1 base, 2 optimistic, 3 pessimistic", "choice", (), 1, 1, 3,
          "levels of the cases: sheet Cases", whole=True),
    Input("sensitivity_plan", "Plan of Sensitivity and of the waterfall", "number", (), 2, 1, 40,
          "sheet Sensitivity", whole=True,
          inert_because="it chooses the plan that Sensitivity and the waterfall show"),
    Input("sensitivity_case", "Row of the sensitivity table (0 none)", "number", (), 0, 0, 2 * len(DRIVERS),
          "moved by the table itself", whole=True),
    Input("salary_times", "Salary in the two-way table", "factor", (), 1, 0, 10,
          "moved by the table itself"),
    Input("management_times", "Management overhead in the two-way table", "factor", (), 1, 0, 10,
          "moved by the table itself"),
    "The whole scenario",
    Input("discount_rate", "Discount rate", "fraction/year", (), 0.10, 0, 1,
          "[A] cost of capital", 0.06, 0.15),
    Input("management_basis", "Management overhead: 0 of direct, 1 of onshore cost, 2 by hours",
          "choice", (), 0, 0, 2, "S0-53 leaves the basis open (contradiction C-2)", whole=True),
    Input("working_weeks", "Weeks of work a year", "weeks/year", (), 46, 1, 52, "[A]", 44, 48),
    Input("management_capacity", "Onshore hours that management has for the plan", "hours/week", (),
          40, 0, 100_000, "[A] for S3-53: one lead", 20, 80),
    Input("overlap_target_hours", "Overlap of working hours to aim for", "hours/day", (), 4, 0, 8,
          "S0-37: at least 3-4 hours daily", 3, 4),
    Input("communication_per_hour", "Output lost per hour of overlap short of the target",
          "fraction/hour", (), 0.02, 0, 0.05, "[A]", 0.01, 0.03),
    Input("handoff_efficiency", "Share of covered hours gained by handing work over", "fraction", (),
          0.5, 0, 1, "[A] for S0-13; pays only if hand-offs are efficient (Carmel and Espinosa)",
          0.2, 0.8,
          inert_because="only calendar compression counts it, beside the results"),
    Input("competitor_price", "Competitor's price", "money", (), 500_000, 1, _MONEY_MAX, "S0-01",
          100_000, 2_000_000),
    Input("competitor_discount", "How far it is below the own quote", "fraction", (), 0.30, 0, 0.95,
          "S0-02"),
    Input("target_margin", "Gross margin of the own quote", "fraction", (), 0.40, 0, 0.95,
          "[A]; 45-55 % is called healthy (talentoperations.io)", 0.30, 0.55),
    Input("margin_floor", "Lowest acceptable gross margin", "fraction", (), 0.20, 0, 0.95, "[A]"),
    Input("utilisation", "Share of productive hours that is billed", "fraction", (), 1, 0.05, 1,
          "1 bills all; 75-85 % is usual for staff (simulalo.app)", 0.65, 1),
    Input("training_target", "Training that has its full effect on attrition", "money/year", (),
          3_000, 1, _MONEY_MAX, "[A] for S0-47", 1_000, 5_000),
    Input("break_even_limit", "Latest month of break-even", "month", (), 12, 1, 120,
          "S0-62: most break even at 6-12 months", 6, 24, whole=True),
    Input("check_tolerance", "Difference the checks allow for rounding", "relative", (),
          1e-9, 0, 0.01, "[A] 64-bit arithmetic"),
    Input("rounding_tolerance", "Share of all value and cost up to which a cumulative saving is 0",
          "relative", (), 1e-13, 1e-15, 1e-9, "some hundred roundings of 64-bit arithmetic, 1.1e-16 each"),
    Input("no_cap", "Amount from which on a cap means that there is none", "local/year", (),
          NO_CAP, 1e15, 1e18, "no pay is as high; a charge without a cap has 1e18",
          inert_because="it tells a cap from none, and every real cap is lower"),
    "Delay and downside",
    Input("concentration_rate", "Output lost if all work hangs on one place", "fraction/year", (),
          0.01, 0, 0.5, "[A] for S3-21, S3-31; the articles give no figure", 0, 0.03),
    Input("pivots", "Changes of direction by the business", "times/year", (), 1, 0, 26,
          "[A] for S3-84: a pivot in two weeks", 0, 4),
    Input("delay_value", "Cost of a week of delay", "money/week", (), 0, 0, _MONEY_MAX,
          "S3-30; the articles give no figure", 0, 50_000),
    Input("hiring_months", "Months to hire the same heads onshore", "months", (), 3, 0, 60,
          "S0-11: months", 2, 6,
          inert_because="only the earlier start counts it, beside the results"),
    "Fit and recommendation",
    Input("saving_target", "Net saving after risk that makes an advantage", "fraction", (), 0.30, 0, 1,
          "S0-57: 30-50 % is typical", 0.20, 0.50),
    Input("evening_hour", "Hour from which work is evening work", "hour", (), 20, 12, 24,
          "S0-44: no regular evening calls; the hour is [A]", 18, 21,
          inert_because="only a site's evening hours count it, beside the results"),
    Input("ambiguity_weight", "Weight of ambiguity", "weight", (), 1, 0.01, 100, "[A] equal; S3-03"),
    Input("collaboration_weight", "Weight of collaboration", "weight", (), 1, 0.01, 100,
          "[A] equal; S3-12, S3-19"),
    Input("criticality_weight", "Weight of criticality", "weight", (), 1, 0.01, 100,
          "[A] equal; S3-12, S3-19"),
    Input("change_weight", "Weight of change", "weight", (), 1, 0.01, 100, "[A] equal; S3-19"),
    Input("score_scale", "Highest score", "score", (), 5, 2, 10, "[A] scores run from 1", whole=True),
    Input("near_cutoff", "Score from which work belongs near", "fraction", (), 0.6, 0, 1,
          "[A] for S3-66 to S3-73: no cut-offs are given", 0.5, 0.7),
    Input("far_cutoff", "Score up to which work may go far", "fraction", (), 0.4, 0, 1,
          "[A] for S3-66 to S3-73", 0.3, 0.5),
    Input("near_overlap", "Overlap that makes a site near", "hours/day", (), 3, 0, 8,
          "S0-37: at least 3-4 hours daily", 3, 4),
    Input("mixed_overlap", "Overlap that work in between needs", "hours/day", (), 1, 0, 8,
          "[A]", 0, 2),
    Input("several", "Answers that count as several", "answers", (), 2, 1, 4,
          "[A] for S3-75, S3-77: not defined there", whole=True,
          inert_because="the checklists stand beside the recommendation and decide nothing"),
    "Roles and their work",
    *(
        Input(name, label, "score", ("role",), 3, 1, 10, source, 1, 5)
        for name, label, source in (
            ("ambiguity", "Ambiguity of the work", "S3-03; engine/tables/work_types.csv"),
            ("collaboration", "Collaboration it needs", "S3-12, S3-19; work_types.csv"),
            ("criticality", "Cost of failure to the business", "S3-12, S3-19; work_types.csv"),
            ("change_frequency", "How often it changes", "S3-19; work_types.csv"),
        )
    ),
    Input("onshore_only", "Must stay onshore (1 yes, 0 no)", "choice", ("role",), 0, 0, 1,
          "S0-19 to S0-22; engine/tables/work_types.csv", whole=True),
    "Pay and direct cost",
    Input("salary", "Salary", "money/year", ("site", "role"), 60_000, 1, _MONEY_MAX,
          "S0-08, S0-09: senior ML engineer 180,000 onshore, 40,000-80,000 offshore",
          40_000, 80_000, onshore=180_000),
    Input("extra_months", "Extra months of pay (13th month and the like)", "months/year", ("site",),
          0, 0, 12, "country practice", 0, 2),
    Input("shift_premium", "Shift premium", "fraction of salary", ("site",), 0, 0, 1,
          "S0-44: regular evening work; 0 without it", 0, 0.25, onshore=0, fixed_onshore=True),
    Input("training_cost", "Training, mentoring, conferences", "money/year", ("site",), 0, 0, _MONEY_MAX,
          "S0-47; the articles give no figure", 0, 3_000),
    Input("benefits_rate", "Benefits", "fraction of salary", ("site",), 0.06, 0, 1,
          "[A]; onshore BLS ECEC June 2025, (3.44 + 1.54) / 32.07", 0.04, 0.08, onshore=0.155),
    Input("workspace_cost", "Workspace", "money/year", ("site",), 3_000, 0, _MONEY_MAX,
          "[A] for S0-50", 2_000, 6_000, onshore=6_000),
    Input("equipment_cost", "Equipment", "money/year", ("site",), 2_400, 0, _MONEY_MAX,
          "[A] for S0-51", 1_500, 3_000, onshore=3_000),
    Input("tools_cost", "Tools and licences", "money/year", ("site",), 2_400, 0, _MONEY_MAX,
          "[A]", 1_500, 3_000, onshore=3_000),
    Input("local_management_rate", "Local management", "fraction of pay and charges", ("site",),
          0.10, 0, 1, "[A] for S0-52; one lead per 5-6 people", 0.08, 0.15, onshore=0.08),
    Input("vendor_fee_rate", "Vendor fee", "fraction of cost", ("site",), 0, 0, 2,
          "[A] staff augmentation 20 %, managed service 35 %; sheet Guide says what it covers", 0, 0.35, onshore=0, fixed_onshore=True),
    Input("vendor_fee_month", "Vendor or employer-of-record fee per head", "money/month", ("site",),
          0, 0, _MONEY_MAX, "[A] employer of record about 599 a month, for employing alone", 0, 599,
          onshore=0, fixed_onshore=True),
    Input("change_order_rate", "Change orders", "fraction of cost", ("site",), 0, 0, 2,
          "S3-64: managed service and moving requirements; no figure given", 0, 0.15,
          onshore=0, fixed_onshore=True),
    Input("vendor_number", "Vendor (1 own staff)", "number", ("site",), 1, 1, 8,
          "S3-31: how much hangs on one vendor", onshore=1, fixed_onshore=True, whole=True),
    "Currency, hours and transfer",
    Input("fx_rate", "Local currency per reporting currency", "local/money", ("site",), 1, 1e-6, 1e6,
          "ECB and market rates, dated, engine/tables/locations.csv"),
    Input("productive_hours", "Productive hours per head", "hours/year", ("site",), 1_720, 1, 8_784,
          "[A] weekdays less holidays, leave, sickness and training", 1_600, 1_800,
          inert_because="output per head follows productivity, which must count shorter years", inert_at="abroad"),
    Input("transfer_month", "Month in which the team is taken over (0 never)", "month", ("site",), 0, 0,
          120, "[A] for S0-29, build-operate-transfer", onshore=0, fixed_onshore=True, whole=True),
    Input("transfer_fee", "Fee for taking the team over, per head", "money", ("site",), 0, 0,
          _MONEY_MAX, "[A] for S0-29", 0, 10_000, onshore=0, fixed_onshore=True),
    "Statutory employer charges",
    *_rule_inputs(),
    "Overhead",
    Input("management_rate", "Management overhead", "fraction of basis", ("site",), 0.20, 0, 2,
          "S0-53: 15-25 %", 0.15, 0.25, onshore=0, fixed_onshore=True),
    Input("review_hours", "Code review by onshore staff per head", "hours/week", ("site",), 1.0, 0, 40,
          "[A] for S0-33: all code is reviewed", 0.5, 2, onshore=0, fixed_onshore=True),
    Input("clarification_hours", "Clarifying requirements per head", "hours/week", ("site",), 0.6, 0, 40,
          "[A] for S0-53", 0.3, 1.5, onshore=0, fixed_onshore=True),
    Input("coordination_hours", "Coordination per head", "hours/week", ("site",), 0.5, 0, 40,
          "[A] for S0-53", 0.3, 1.5, onshore=0, fixed_onshore=True),
    Input("quality_hours", "Quality assurance per head", "hours/week", ("site",), 0.4, 0, 40,
          "[A] for S0-53; together 2.5 h, about 20 % of direct cost", 0.2, 1, onshore=0,
          fixed_onshore=True),
    Input("travel_trips", "Person-trips per team", "trips/year", ("site",), 6, 0, 10_000,
          "[A] for S0-46, S0-56", 2, 12, onshore=0, fixed_onshore=True),
    Input("trip_cost", "Cost per trip", "money/trip", ("site",), 3_000, 0, _MONEY_MAX,
          "[A]", 2_500, 4_500, onshore=0, fixed_onshore=True),
    Input("team_size", "Heads of a whole team: they share its trips and audits", "heads", ("site",), 8, 1, 10_000,
          "[A] reference team", 5, 12, onshore=8, fixed_onshore=True),
    Input("access_cost", "Least-privilege access", "money/year", ("site",), 400, 0, _MONEY_MAX,
          "[A] for S3-45", 200, 1_000, onshore=0, fixed_onshore=True),
    Input("audit_trail_cost", "Audit trails", "money/year", ("site",), 300, 0, _MONEY_MAX,
          "[A] for S3-46", 150, 800, onshore=0, fixed_onshore=True),
    Input("traceability_cost", "Traceable architecture", "money/year", ("site",), 200, 0, _MONEY_MAX,
          "[A] for S3-47", 100, 500, onshore=0, fixed_onshore=True),
    Input("incident_cost", "Incident ownership", "money/year", ("site",), 300, 0, _MONEY_MAX,
          "[A] for S3-48; the four together 1,200", 150, 700, onshore=0, fixed_onshore=True),
    Input("gdpr_cost", "GDPR, per team", "money/year", ("site",), 0, 0, _MONEY_MAX,
          "S3-49; 0 where it does not apply", 0, 20_000, onshore=0, fixed_onshore=True),
    Input("soc2_cost", "SOC 2 and customers' security reviews, per team", "money/year", ("site",), 0, 0,
          _MONEY_MAX, "S3-49; 0 where it does not apply", 0, 40_000, onshore=0, fixed_onshore=True),
    Input("audits", "Quality and security audits per team", "audits/year", ("site",), 0, 0, 365,
          "S0-36, S3-49; the articles give no interval", 0, 4, onshore=0, fixed_onshore=True),
    Input("audit_cost", "Cost per audit", "money/audit", ("site",), 5_000, 0, _MONEY_MAX, "[A]",
          2_000, 20_000, onshore=0, fixed_onshore=True),
    Input("attrition_rate", "Attrition", "fraction/year", ("site",), 0.12, 0, 1,
          "[A]; India 17.1 % (Aon 2025); onshore 13.2 % (LinkedIn)", 0.05, 0.25, onshore=0.132),
    Input("training_effect", "Attrition that full training avoids", "fraction of attrition", ("site",),
          0, 0, 0.9, "S0-47: people stay longer; no figure given", 0, 0.3),
    Input("recruitment_rate", "Recruitment cost", "fraction of salary", ("site",), 0.15, 0, 1,
          "[A] recruiters' fees", 0.10, 0.25, onshore=0.20),
    "Working hours",
    Input("utc_offset", "Offset from UTC", "hours", ("site",), 0, -12, 14,
          "IANA time zone on the first day of the scenario"),
    Input("work_start", "Start of work, local time", "hour", ("site",), 9, 0, 24, "[A] 09:00"),
    Input("work_end", "End of work, local time (above 24 on the next day)", "hour", ("site",),
          18, 0.5, 48, "[A] 18:00"),
    Input("overlap_computed", "Overlap: 1 by time zones, 0 as entered below", "choice", ("site",),
          0, 0, 1, "1 where the zones of both sites are known", onshore=0, fixed_onshore=True,
          whole=True),
    Input("overlap_hours", "Overlap with onshore working hours, as entered", "hours/day", ("site",),
          2, 0, 24, "S0-37; [A] hours a day at which both sites work", 0, 4,
          onshore=8, fixed_onshore=True),
    "Output",
    Input("productivity", "Productivity relative to onshore", "fraction", ("site",), 1 / 1.09, 0.05, 3,
          "COCOMO II SITE: very low 1/1.22, low 1/1.09, nominal 1", 0.82, 1.0,
          onshore=1, fixed_onshore=True),
    Input("communication_base", "Output lost to communication at full overlap", "fraction", ("site",),
          0.03, 0, 0.4, "[A] for S0-54", 0.0, 0.06, onshore=0, fixed_onshore=True),
    Input("documentation_share", "Output spent on documentation and handing over", "fraction", ("site",),
          0, 0, 0.1, "S0-39, S3-29; the articles give no figure", 0, 0.05, onshore=0, fixed_onshore=True),
    Input("open_questions", "Questions that block a head", "questions/day", ("site",), 0, 0, 0.9,
          "S3-43; the articles give no figure", 0, 0.4, onshore=0, fixed_onshore=True),
    Input("answer_days", "Working time lost until the answer", "days/question", ("site",), 0.5, 0, 1,
          "S3-09 half a day; S0-41 a full day", 0.1, 1, onshore=0, fixed_onshore=True),
    Input("learning_rate", "Gain of output by experience", "fraction/year", ("site",), 0, -0.2, 0.5,
          "S0-63; the articles give no figure", 0, 0.05, onshore=0, fixed_onshore=True),
    Input("learning_years", "Years for which it goes on", "years", ("site",), 3, 0, 10,
          "Smite and van Solingen 2016: 3 years offshore, 2 in-house", 2, 3, onshore=0,
          fixed_onshore=True, whole=True),
    Input("rework_start", "Rework in the first month", "fraction of output", ("site",), 0.20, 0, 0.9,
          "[A] for S0-55: significant in the early months", 0.10, 0.35,
          onshore=0, fixed_onshore=True),
    Input("rework_end", "Rework in the long run", "fraction of output", ("site",), 0.06, 0, 0.9,
          "[A] for S0-55", 0.02, 0.15, onshore=0, fixed_onshore=True),
    Input("rework_half_life", "Months in which the rework gap halves", "months", ("site",), 3, 0.25, 60,
          "[A]", 2, 6, onshore=3, fixed_onshore=True),
    Input("ramp", "Output of a new hire, by month since start", "fraction of output",
          ("site", "tenure"), _ramp(0.40, 0.60, 0.80, 0.90), 0, 1, "[A] for S0-59",
          onshore=_ramp(0.50, 0.75)),
    "Setup and growth",
    Input("established", "Team already in place (1 yes, 0 no)", "choice", ("site",), 0, 0, 1,
          "an established site needs no setup, lead time or ramp", onshore=1, fixed_onshore=True,
          whole=True),
    Input("lead_time_months", "Months until the first delivery can start", "months", ("site",),
          1, 0, 60, "S0-12: 4-8 weeks", 1, 2, onshore=0, fixed_onshore=True, whole=True),
    Input("knowledge_transfer_hours", "Knowledge transfer by onshore staff", "hours/head", ("site",),
          80, 0, 8_784, "[A] for S0-59", 40, 160, onshore=0, fixed_onshore=True),
    Input("process_development_cost", "Process development", "money", ("site",), 40_000, 0, _MONEY_MAX,
          "[A] for S0-60", 20_000, 80_000, onshore=0, fixed_onshore=True),
    Input("management_infrastructure_cost", "Management infrastructure", "money", ("site",), 50_000, 0,
          _MONEY_MAX, "S0-61; Panther's range 50,000-80,000", 50_000, 80_000,
          onshore=0, fixed_onshore=True),
    Input("wage_inflation", "Wage inflation", "fraction/year", ("site",), 0.05, -0.5, 1,
          "[A]; India 9.1 % (Aon 2026); onshore 3.5 % (WTW 2026)", 0.03, 0.10, onshore=0.035),
    Input("fx_drift", "Drift of the local currency against the reporting one", "fraction/year",
          ("site",), 0, -0.5, 1, "[A]", -0.05, 0.05, onshore=0, fixed_onshore=True),
    "Delay and downside of the site",
    Input("delay_weeks", "Delay of releases against onshore", "weeks/year", ("site",), 0, 0, 52,
          "S3-30; the articles give no figure", 0, 8, onshore=0, fixed_onshore=True),
    Input("pivot_weeks", "Output lost at each change of direction", "weeks", ("site",), 1, 0, 26,
          "[A] for S3-84", 0.5, 4, onshore=0, fixed_onshore=True),
    "Extra costs",
    Input("extra_basis", "Basis", "0 per head and year, 1 share of pay, 2 per month, 3 once", ("extra",),
          0, 0, 3, "the scenario's own", whole=True,
          choices=("per head", "share of pay", "per month", "one-off")),
    Input("extra_from_month", "From month", "month", ("extra",), 1, 1, 120, "the scenario's own",
          whole=True),
    Input("extra_to_month", "To month (0: without end)", "month", ("extra",), 0, 0, 120,
          "the scenario's own", whole=True),
    Input("extra_amount", "Amount", "money, or fraction of pay", ("site", "extra"), 0, 0, _MONEY_MAX,
          "the scenario's own"),
    "Risks",
    Input("risk_weeks", "Output lost", "weeks", ("risk",), 0, 0, 52, "[A]; engine/tables/risks.csv"),
    Input("risk_cost", "Other cost", "money", ("risk",), 0, 0, _MONEY_MAX,
          "[A]; engine/tables/risks.csv"),
    Input("risk_probability", "Probability", "fraction/year", ("site", "risk"), 0, 0, 1,
          "[A]; engine/tables/risks.csv", onshore=0, fixed_onshore=True),
    "Scorecard",
    Input("factor_weight", "Weight of the factor", "weight", ("factor",), 1, 0.01, 100, "[A] equal weights",
          inert_because="the scorecard stands beside the recommendation and decides nothing"),
    Input("factor_score", "Score of the factor", "score", ("factor",), 3, 1, 10, "S3-66 to S3-73: high is near",
          inert_because="the scorecard stands beside the recommendation and decides nothing"),
    "Location score",
    Input("attribute_weight", "Weight of the attribute", "weight", ("attribute",), 1, 0.01, 100, "[A] equal weights",
          inert_because="the location score stands beside the recommendation and decides nothing"),
    Input("attribute_score", "Score of the attribute", "score", ("site", "attribute"), 3, 1, 10, "S0-28: high is good",
          inert_because="the location score stands beside the recommendation and decides nothing"),
    "Correlations of drivers",
    Input("correlation_first", "First driver", "driver", ("correlation",), 0, 0, len(DRIVERS),
          "the scenario's own", whole=True, choices=("none", *DRIVERS)),
    Input("correlation_second", "Second driver", "driver", ("correlation",), 0, 0, len(DRIVERS),
          "the scenario's own", whole=True, choices=("none", *DRIVERS)),
    Input("correlation_rank", "Rank correlation", "coefficient", ("correlation",), 0, -0.99, 0.99,
          "the scenario's own"),
    "Checklists",
    Input("question_answer", "Answer (1 yes, 0 no)", "choice", ("question",), 0, 0, 1,
          "engine/tables/questions.csv", whole=True,
          inert_because="the checklists stand beside the recommendation and decide nothing"),
    "Staffing",
    Input("heads", "Heads", "heads", ("plan", "site", "role"), 0, 0, 100_000, "the staffing plan"),
)
# fmt: on


def _with_topics(declared: Iterable[str | Input]) -> Iterator[Input]:
    topic = ""
    for entry in declared:
        if isinstance(entry, Input):
            yield replace(entry, topic=topic)
        else:
            topic = entry


def _driver_inputs(entries: Sequence[Input]) -> Iterator[Input]:
    """Levels of the drivers in the cases, and the ends of their ranges, one for each driver."""
    drivers = [next(e for e in entries if e.name == name) for name in DRIVERS]
    ends = list(DRIVERS.values())
    worse = ["high" if end == "low" else "low" for end in ends]
    for name, label, levels, source in (
        ("optimistic", "Optimistic", map(middle_level, drivers, ends), "[A] half-way to the better end"),
        ("pessimistic", "Pessimistic", map(middle_level, drivers, worse), "[A] half-way to the worse end"),
        ("low", "Low", (level(e, e.low or 0) for e in drivers), "low end of the input's usual range"),
        ("high", "High", (level(e, e.high or 0) for e in drivers), "high end of the input's usual range"),
    ):  # fmt: skip
        yield Input(
            f"driver_{name}", label, "level", ("driver",), tuple(levels), -1_000, 1_000, source,
            topic="Cases and sensitivity",
        )  # fmt: skip
    yield Input(
        "driver_distribution", "Distribution", "choice", ("driver",), (0,) * len(DRIVERS), 0,
        len(DISTRIBUTIONS) - 1, "[A] PERT: beta with 4 times the weight on the likely value",
        whole=True, choices=DISTRIBUTIONS, topic="Cases and sensitivity",
    )  # fmt: skip


_BASE = tuple(_with_topics(_DECLARED))
INPUTS: Sequence[Input] = (*_BASE, *_driver_inputs(_BASE))
