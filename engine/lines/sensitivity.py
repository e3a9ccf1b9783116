"""Sensitivity.

The measures of one chosen plan, for the tables of the Sensitivity sheet.
"""

import numpy as np

from ..axes import PLAN, total
from . import line


@line("Value of the chosen plan", unit="money")
def chosen_value(total_value, plan, sensitivity_plan):
    """Value over the horizon of the plan that the sensitivity tables show."""
    return total(total_value * (plan == sensitivity_plan), PLAN)


@line("Cost of the chosen plan", unit="money")
def chosen_cost(total_cost, plan, sensitivity_plan):
    """Cost over the horizon of the plan that the sensitivity tables show."""
    return total(total_cost * (plan == sensitivity_plan), PLAN)


@line("Net saving of the chosen plan", unit="fraction")
def chosen_saving(chosen_value, chosen_cost):
    """Saving over the horizon of the plan that the sensitivity tables show.

    0 where nothing is delivered or no such plan exists.
    """
    return np.where(chosen_value > 0, 1 - chosen_cost / chosen_value, 0)
