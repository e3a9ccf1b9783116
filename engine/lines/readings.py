"""Both readings of management overhead.

The source leaves open whether 15 to 25 % are of the direct cost abroad or of the onshore cost
(contradiction C-2). Whatever the scenario has chosen, the saving and the break-even of both
readings stand beside each other.
"""

import numpy as np

from ..axes import ROLE, SITE, running_total, total, without_residue
from . import line, with_parameters

PLAN = ("plan",)
PLAN_SITE = ("plan", "site")
PLAN_MONTH = ("plan", "month")
READINGS = {
    "direct": ("direct_cost", "on direct cost"),
    "onshore": ("onshore_loaded_cost", "on onshore cost"),
}


def _named(name, parameters, declaration, body, docstring):
    """A line of one reading: its function's parameters are those of the reading."""
    globals()[name] = declaration(with_parameters(name, parameters, docstring, body))


def _reading(key, base, words):
    """Declare the lines of one reading."""
    difference, saving, to_date = (
        f"management_{key}_difference",
        f"saving_{key}",
        f"cumulative_{key}",
    )
    last, crossing = f"last_month_behind_{key}", f"crossing_{key}"
    _named(
        difference,
        ("heads", "management_rate", base, "management_overhead"),
        line(
            f"Management {words}, difference",
            unit="money/month",
            over=PLAN_SITE,
            formula=f"total(heads * (management_rate * {base} - management_overhead), ROLE) / 12",
        ),
        lambda heads, rate, base, overhead: total(heads * (rate * base - overhead), ROLE) / 12,
        f"Monthly cost of management {words} beyond what the scenario counts, in year 1.",
    )
    _named(
        f"net_saving_steady_{key}",
        ("net_saving_steady", difference, "plan_output_value"),
        line(
            f"Saving, steady state, management {words}",
            unit="fraction",
            over=PLAN,
            formula=f"net_saving_steady - total({difference}, SITE) * 12 / plan_output_value",
        ),
        lambda steady, more, value: without_residue(steady - total(more, SITE) * 12 / value),
        f"Steady-state saving as if management overhead were {words}. Source: C-2.",
    )
    _named(
        saving,
        ("saving", difference, "working", "staff_growth"),
        line(
            f"Saving, management {words}",
            unit="money/month",
            over=PLAN_MONTH,
            formula=f"saving - total({difference} * working * staff_growth, SITE)",
        ),
        lambda saving, more, working, growth: saving - total(more * working * growth, SITE),
        f"Saving in the month as if management overhead were {words}.",
    )
    _named(
        to_date,
        (saving, "rounding_error"),
        line(
            f"Cumulative saving, management {words}",
            unit="money",
            over=PLAN_MONTH,
            formula=f"running_total({saving}, rounding_error)",
        ),
        lambda saving, error: running_total(saving, error),
        f"Saving to date as if management overhead were {words}.",
    )
    _named(
        f"break_even_month_{key}",
        ("ever_nonzero", last, "last_month", crossing),
        line(
            f"Break-even, management {words}",
            unit="months",
            over=PLAN,
            missing="none",
            nan_where="the plan is behind at the end of the horizon, or never ahead nor behind",
            formula=f"np.where((ever_nonzero == 1) & ({last} < last_month), {crossing}, np.nan)",
        ),
        lambda moves, last, end, crossing: np.where((moves == 1) & (last < end), crossing, np.nan),
        f"Months until break-even as if management overhead were {words}. Source: C-2.",
    )


for _key, (_base, _words) in READINGS.items():
    _reading(_key, _base, _words)
