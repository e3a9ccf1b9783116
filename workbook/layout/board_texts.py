"""The sentences of sheet Board about the plan recommended: their words, and their values."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from ...engine.criteria import CRITERIA

# Before the name of the plan: where no plan is recommended, the baseline is, or another.
LEADS = (
    "No plan meets all limits. Best of the plans by NPV after risk: ",
    "No plan is better than the baseline. Best of the others by NPV after risk: ",
    "",
)
LEADS_ALONE = ("It does not meet all limits: ", "There is no other plan: ", "")
BY, OF_ALL = ", by ", " among the plans that meet all limits"
BREAKS_EVEN, NEVER = ("it breaks even after ", " months"), "it does not break even"
NPV, NO_VALUE = ": NPV after risk ", " and delivers nothing of value"
MILLION, MILLIONTH = " million", "1%*1%*1%"  # 1%: a million typed would be a constant
AT_RATE = (" at ", " per ")
SAVES, END = " and saves ", " over the horizon after risk."


def reasons(
    at: Callable[[str], np.ndarray],
    plans: Sequence[str],
    currency: str,
    say: Callable[[str], str] = str,
) -> str:
    """The plan recommended and why; where none is, the best of the others.

    Parameters
    ----------
    at : function of str
        Values of one scenario by name.
    plans : sequence of str
    currency : str
        In which amounts are shown.
    say : function of str
        Gives an English text in the workbook's language.
    """
    shown = int(at("first_shown").item()) - 1
    of_plan = {
        name: at(name).ravel()[shown].item()
        for name in ("npv_risk_adjusted", "break_even_month", "net_saving_risk_adjusted")
    }
    npv, month, saving = of_plan.values()
    number = int(min(1, at("recommended").sum()))
    number += int(min(1, at("number_recommended_with_saving").item()))
    lead = say((LEADS if len(plans) > 1 else LEADS_ALONE)[number])
    criterion = say(CRITERIA[int(at("criterion").item())])
    by = f"{say(BY)}{criterion}{say(OF_ALL)}" if number > 1 else ""
    before, after = map(say, BREAKS_EVEN)
    even = say(NEVER) if month != month else f"{before}{_rounded(month, 1):.12g}{after}"
    has_value = saving == saving
    share = f"{_rounded(saving / 0.01, 0):.0f}{say('%')}" if has_value else ""
    share = f"{say(SAVES if has_value else NO_VALUE)}{share}"
    millions = npv * at("presentation_rate").item() * 0.01 * 0.01 * 0.01
    money = f"{currency} {_rounded(millions, 2):.12g}{say(MILLION)}"
    return f"{lead}{plans[shown]}{by}{say(NPV)}{money}; {even}{share}{say(END)}"


def shown_in(currency: str, reporting: str, rate: float, say: Callable[[str], str] = str) -> str:
    """The currency in which amounts are shown, with its rate where it is not the reporting one."""
    at, per = map(say, AT_RATE)
    return currency + ("" if rate == 1 else f"{at}{_rounded(rate, 4):.12g}{per}{reporting}")


def _rounded(value: float, digits: int) -> float:
    """A number rounded as spreadsheets round, halves away from zero."""
    scale = 10**digits
    return math.copysign(math.floor(abs(value) * scale + 0.5) / scale, value) + 0.0
