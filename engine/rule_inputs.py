"""The inputs of a statutory charge."""

from .axes import RULES
from .declaration import FIRST_DAY, LAST_DAY, LOCAL_MAX, Input, Number
from .grades import ASSUMPTION, GRADE_PHRASES, GRADES, OFFICIAL
from .locations import locations

GRADED = "it grades what the cost rests on"


def rule_inputs() -> tuple[Input, ...]:
    """The parts of a rule: one effective rate without a location, onshore the US rules."""
    us = locations()["US-federal"].rules

    def part(
        name: str, label: str, unit: str, empty: Number, highest: Number, lowest: Number = 0,
        first: Number | None = None, low: Number | None = None, high: Number | None = None,
        whole: bool = False, choices: tuple[str, ...] = (), phrases: tuple[str, ...] = (),
        inert_because: str = "",
    ) -> Input:  # fmt: skip
        values = [getattr(rule, name) for rule in us] + [None] * (RULES - len(us))
        return Input(
            f"statutory_{name}", label, unit, ("site", "rule"),
            (empty if first is None else first,) + (empty,) * (RULES - 1), lowest, highest,
            "engine/tables/statutory_rules.csv, by country", low, high, whole=whole,
            choices=choices, phrases=phrases, inert_because=inert_because,
            onshore=tuple(empty if value is None else value for value in values),
        )  # fmt: skip

    local, month = "local/year", "month of a year"
    return (
        part("rate", "Rate of the charge", "fraction of base", 0, 1, first=0.20, low=0.0225, high=0.36),
        part("base", "Share of pay subject to the charge", "fraction of pay", 1, 2),
        part("exempt", "Exempt part of the base", local, 0, LOCAL_MAX),
        part("cap", "Cap of the base", local, LOCAL_MAX, LOCAL_MAX),
        part("floor", "Floor of the base", local, 0, LOCAL_MAX),
        part("flat", "Flat amount", local, 0, LOCAL_MAX),
        part("from_pay", "Pay from which the charge applies", local, 0, LOCAL_MAX),
        part("to_pay", "Pay up to which the charge applies", local, LOCAL_MAX, LOCAL_MAX),
        part("minimum", "Minimum charge", local, 0, LOCAL_MAX),
        part("maximum", "Maximum charge", local, LOCAL_MAX, LOCAL_MAX),
        part("of_charge", "Charge that it is levied on, by its number (0: pay)", "number", 0, RULES,
             whole=True),
        part("on_extra", "Share of extra months subject to the charge", "fraction", 1, 1),
        part("first_month", "First month in force", month, FIRST_DAY, LAST_DAY, FIRST_DAY),
        part("last_month", "Last month in force", month, LAST_DAY, LAST_DAY, FIRST_DAY),
        part("grade", "Evidence of the charge", "choice", OFFICIAL, len(GRADES) - 1, first=ASSUMPTION, whole=True,
             choices=GRADES, phrases=GRADE_PHRASES, inert_because=GRADED),
        part("current_to", "Last month in which its source is current", month, LAST_DAY, LAST_DAY,
             FIRST_DAY, inert_because=GRADED),
    )  # fmt: skip
