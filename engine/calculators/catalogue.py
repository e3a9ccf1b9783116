"""The catalogue of functions that compute a single line of the model: names, arguments, results.

With an add-in the engine computes them. Workbooks also define each as a LAMBDA, traced from the
lines of the model, which needs no add-in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from ..axes import array_index
from ..declaration import Input
from ..lines import Line
from ..model import default_model
from .cashflow import months_to_recover
from .one_site import MONTH, all_values, find_entry, site_values

PREFIX = "SHORE_"  # of all names of functions
Example = float | tuple[float, ...]

# Arguments that are neither inputs nor lines of the model.
_OTHER = {
    MONTH.name: MONTH,
    "monthly_saving": Input(
        "monthly_saving", "Saving, the same in every month", "money/month", (), 0, -1e15, 1e15, ""
    ),
    "setup_cost": Input("setup_cost", "Setup, spent before month 1", "money", (), 0, 0, 1e15, ""),
}


class Argument(NamedTuple):
    """One argument of a function.

    Attributes
    ----------
    name : str
        The name that users see; ``onshore_salary`` is the salary at the onshore site.
    declared : Input or Line
        Its declaration in the model.
    at : dict of str to int
        Position along the axes over which it varies.
    optional : bool
        Whether it may be omitted.
    listed : bool
        Whether it is a list, in a range of cells.
    """

    name: str
    declared: Input | Line
    at: dict[str, int]
    optional: bool
    listed: bool

    @property
    def label(self) -> str:
        """Description for users."""
        return self.declared.label + (", onshore" if self.name != self.declared.name else "")


@dataclass(frozen=True)
class Entry:
    """A function of the catalogue.

    Parameters
    ----------
    name : str
        Its name in Excel.
    does : str
        What it returns, in a sentence.
    line : str or callable
        The line that it computes, or a function of the engine that is not a line.
    words : str
        Names of the arguments in order, separated by spaces: inputs and lines. ``[name]`` is
        optional, ``onshore_name`` an input of the onshore site, ``name*`` a list.
    fixed : mapping of str to float
        Values of inputs and lines in place of their defaults.
    examples : mapping of str to float or tuple
        Arguments of the example; the others have their defaults.
    unit, missing : str
        Unit of the result and text for NaN, if ``line`` is a function.
    follows : bool
        Whether a LAMBDA takes what is no argument from its workbook; False where all that counts
        is an argument.
    """

    name: str
    does: str
    line: str | Callable
    words: str
    fixed: Mapping[str, float] = field(default_factory=dict)
    examples: Mapping[str, Example] = field(default_factory=dict)
    unit: str = ""
    missing: str = ""
    follows: bool = True

    @cached_property
    def arguments(self) -> tuple[Argument, ...]:
        """The arguments, in order."""
        return tuple(map(_argument, self.words.split()))

    @cached_property
    def result(self) -> Line:
        """The line that it computes; a substitute with its unit if ``line`` is a function."""
        if isinstance(self.line, str):
            return default_model().lines[self.line]
        return Line(self.name, self.does, self.unit, (), self.line, self.missing)

    @cached_property
    def defaults(self) -> dict[str, np.ndarray]:
        """Values of the inputs and needed lines if every argument is omitted."""
        model = default_model()
        needed = model.needed([self.line] if isinstance(self.line, str) else [])
        return model.evaluate(all_values(self.fixed), 1, [line.name for line in needed])

    def default(self, argument: Argument) -> float:
        """Default of an argument in its unit; of a line, its value at the defaults of inputs."""
        if argument.declared.name in _OTHER:
            return _OTHER[argument.declared.name].first
        return self.defaults[argument.declared.name][array_index(argument.at)].item()

    def example(self, argument: Argument) -> Example:
        """The argument of the example on the sheet."""
        given = self.examples.get(argument.name)
        return self.default(argument) if given is None else given

    @property
    def example_arguments(self) -> tuple[Example | None, ...]:
        """Arguments of the example, with None for an omitted one and none omitted at the end."""
        given = [
            self.examples.get(a.name, None if a.optional else self.default(a))
            for a in self.arguments
        ]
        while given and given[-1] is None:
            given.pop()
        return tuple(given)

    @property
    def call(self) -> str:
        """The example as a user types it, without optional arguments that have their default."""
        return f"{self.name}({','.join(map(_typed, self.example_arguments))})"

    def compute(self, given: Mapping[str, Any]) -> np.ndarray:
        """The result of the function, computed by the engine.

        Parameters
        ----------
        given : mapping of str to array, shape (case,) or (case, item)
            Arguments by name, each in its own unit; a list has one row of items per case. Omitted
            arguments have their defaults.

        Returns
        -------
        array, shape (case,)
            In the unit of the line; NaN where there is no answer.
        """
        columns = {name: np.asarray(numbers, dtype=float) for name, numbers in given.items()}
        if not isinstance(self.line, str):
            with np.errstate(all="ignore"):
                return self.line(*(columns.get(a.name, self.default(a)) for a in self.arguments))
        return site_values(columns, [self.line], self.fixed)[self.line]


def _typed(value: Example | None) -> str:
    """An argument as a user types it; a list as an array constant of one column."""
    if isinstance(value, tuple):
        return "{" + ";".join(map(_typed, value)) + "}"
    return "" if value is None else f"{value:.15g}"


def _argument(word: str) -> Argument:
    name = word.strip("[]*")
    declared, at = (_OTHER[name], {}) if name in _OTHER else find_entry(name)
    return Argument(name, declared, at, word.startswith("["), word.endswith("*"))


_SITE = (
    "[statutory_rate] [benefits_rate] [management_rate] [attrition_rate] [productivity] "
    "[overlap_hours] [rework_end]"
)
_ZONES = (
    "utc_offset onshore_utc_offset [work_start] [work_end] [onshore_work_start] [onshore_work_end]"
)
_BY_ZONES = {"overlap_computed": 1.0}
_PRICE = "competitor_price competitor_discount"
_RATES = {"plan_rate": 85.0, "plan_onshore_rate": 150.0}
_RISKS: dict[str, Example] = {
    "risk_probability": (0.2, 0.1),
    "risk_weeks": (4.0, 2.0),
    "risk_cost": (0.0, 50_000.0),
    "site_output_value": 1_000_000.0,
}

CATALOGUE = (
    Entry(
        "SHORE_LOADED_COST",
        "What a year of one onshore head's output costs at a site, with all overhead.",
        "fully_loaded_cost",
        f"salary {_SITE}",
    ),
    Entry(
        "SHORE_LOADED_RATE",
        "The same for a billed hour of an onshore head's output.",
        "fully_loaded_rate",
        f"salary {_SITE} [onshore_productive_hours] [utilisation]",
    ),
    Entry(
        "SHORE_NET_SAVING",
        "What is left of the saving per head, with all overhead, against the onshore loaded cost.",
        "net_saving_head",
        f"salary onshore_salary {_SITE}",
    ),
    Entry(
        "SHORE_HEADLINE_SAVING",
        "What the rate card promises: salary against salary.",
        "headline_saving",
        "salary onshore_salary",
    ),
    Entry(
        "SHORE_ONSHORE_COST",
        "Loaded cost of a head onshore: pay, US employer charges, benefits, workplace, attrition.",
        "onshore_loaded_cost",
        "onshore_salary [onshore_benefits_rate] [onshore_attrition_rate]",
    ),
    Entry(
        "SHORE_DIRECT_COST",
        "Everything paid for a head that stays, before overhead.",
        "direct_cost",
        "salary [statutory_rate] [benefits_rate] [local_management_rate] [vendor_fee_rate] "
        "[vendor_fee_month]",
    ),
    Entry(
        "SHORE_STATUTORY",
        "One statutory charge on a year's pay, both in local currency.",
        "rule_charge",
        "charge_pay statutory_rate [statutory_cap] [statutory_exempt] [statutory_floor] "
        "[statutory_flat] [statutory_base]",
        examples={"statutory_cap": 50_000.0, "statutory_exempt": 10_000.0},
        follows=False,
    ),
    Entry(
        "SHORE_MANAGEMENT_COST",
        "Management overhead by the hours of onshore staff that a head asks for.",
        "management_by_hours",
        "management_hours [onshore_loaded_cost] [working_weeks] [onshore_productive_hours]",
    ),
    Entry(
        "SHORE_TRAVEL_COST",
        "Travel per head: a team's trips, shared by its heads.",
        "travel",
        "travel_trips [trip_cost] [team_size]",
    ),
    Entry(
        "SHORE_ATTRITION_COST",
        "Cost per head of replacing those who leave, and of the output lost meanwhile.",
        "attrition_cost",
        "salary direct_cost [attrition_rate] [recruitment_rate] [lost_ramp_months] "
        "[vacancy_months]",
    ),
    Entry(
        "SHORE_SETUP_COST",
        "One-off cost per head: recruitment, and knowledge transfer by onshore staff.",
        "setup_per_head",
        "salary [recruitment_rate] [knowledge_transfer_hours] [onshore_loaded_cost] "
        "[onshore_productive_hours]",
    ),
    Entry(
        "SHORE_COMMUNICATION_LOSS",
        "Share of output lost to communication: friction, and waiting for answers.",
        "communication_share",
        "overlap [overlap_target_hours] [communication_per_hour] [communication_base] "
        "[documentation_share] [open_questions] [answer_days]",
        fixed={"friction_counts": 1.0},  # productivity is no argument, so friction is not in it
    ),
    Entry(
        "SHORE_OUTPUT",
        "Share of an onshore head's output that a ramped-up head delivers.",
        "steady_output",
        "productivity communication_share rework_end",
        examples={"productivity": 0.9},
        fixed={"friction_counts": 0.0},  # communication is an argument: productivity counts too
        follows=False,
    ),
    Entry(
        "SHORE_REWORK",
        "Share of output redone, some months after a site's start.",
        "rework_share",
        "month [rework_start] [rework_end] [rework_half_life]",
        examples={"month": 4.0},
    ),
    Entry(
        "SHORE_GROWTH",
        "Growth of cost by wage inflation and currency drift, after each full year.",
        "growth",
        "month [wage_inflation] [fx_drift]",
        examples={"month": 25.0},
    ),
    Entry(
        "SHORE_DISCOUNT_FACTOR",
        "Present value of 1 at a month's end.",
        "discount_factor",
        "month [discount_rate]",
        examples={"month": 12.0},
    ),
    Entry(
        "SHORE_BREAK_EVEN",
        "Months in which the same saving every month pays for a setup.",
        months_to_recover,
        "monthly_saving [setup_cost]",
        examples={"monthly_saving": 100_000.0, "setup_cost": 420_000.0},
        unit="months",
        missing="none",
    ),
    Entry(
        "SHORE_OVERLAP_HOURS",
        "Hours of a day at which a site and the onshore site both work, by their time zones.",
        "common_hours",
        _ZONES,
        examples={"utc_offset": 1.0, "onshore_utc_offset": -5.0},
    ),
    Entry(
        "SHORE_COVERED_HOURS",
        "Hours of a day that the two sites cover together.",
        "covered_hours",
        _ZONES,
        fixed=_BY_ZONES,
        examples={"utc_offset": 5.5, "onshore_utc_offset": -5.0},
    ),
    Entry(
        "SHORE_FOLLOW_THE_SUN",
        "Work per calendar day against onshore alone, if work is handed over.",
        "calendar_compression",
        f"{_ZONES} [handoff_efficiency]",
        fixed=_BY_ZONES,
        examples={"utc_offset": 5.5, "onshore_utc_offset": -5.0},
    ),
    Entry(
        "SHORE_IMPLIED_QUOTE",
        "The own price that a competitor undercuts.",
        "implied_quote",
        _PRICE,
    ),
    Entry(
        "SHORE_QUOTE_MARGIN",
        "Gross margin left when a competitor's price is matched.",
        "margin_at_match",
        f"{_PRICE} plan_rate plan_onshore_rate [target_margin]",
        examples=_RATES,
    ),
    Entry(
        "SHORE_WALK_AWAY_PRICE",
        "Price below which the margin falls under its floor.",
        "walk_away_price",
        f"{_PRICE} plan_rate plan_onshore_rate [target_margin] [margin_floor]",
        examples=_RATES,
    ),
    Entry(
        "SHORE_BLENDED_RATE",
        "Cost an hour may have on average, at a competitor's price and the target margin.",
        "blended_rate_needed",
        f"{_PRICE} plan_onshore_rate [target_margin]",
        examples=_RATES,
    ),
    Entry(
        "SHORE_OFFSHORE_SHARE",
        "Share of hours to be done at the lower rate for that; above 100 % it is out of reach.",
        "share_needed",
        f"{_PRICE} plan_rate plan_onshore_rate [target_margin]",
        examples=_RATES,
    ),
    Entry(
        "SHORE_EXPECTED_WEEKS",
        "Weeks of output that a list of risks costs a year: probability times impact.",
        "expected_weeks",
        "risk_probability* risk_weeks*",
        examples=_RISKS,
    ),
    Entry(
        "SHORE_EXPECTED_LOSS",
        "What a list of risks costs a year: lost output at its value, and other cost.",
        "site_risk_loss",
        "risk_probability* risk_weeks* risk_cost* site_output_value [working_weeks]",
        fixed={"site_heads": 1.0},
        examples=_RISKS,
    ),
    Entry(
        "SHORE_CONCENTRATION",
        "Herfindahl-Hirschman index of heads by site: 1 is all at one place.",
        "place_concentration",
        "site_heads*",
        examples={"site_heads": (4.0, 6.0)},
    ),
    Entry(
        "SHORE_WORK_SCORE",
        "Score of the work, 0 to 100 %: high for ambiguous, close, critical, changing work.",
        "work_score",
        "ambiguity collaboration criticality change_frequency [ambiguity_weight] "
        "[collaboration_weight] [criticality_weight] [change_weight] [score_scale]",
    ),
    Entry(
        "SHORE_SCORECARD",
        "Weighted score of a project's factors, 0 to 100 %: high is near.",
        "scorecard",
        "factor_score* factor_weight* [score_scale]",
        examples={"factor_score": (5.0, 4.0), "factor_weight": (1.0, 2.0)},
    ),
)
