"""Figures of plans by name or label, their heads for an output, and the cost of ending them."""

from collections.abc import Mapping

import numpy as np

from .address import take
from .errors import DomainError
from .measures import FIGURES, plan_of
from .model import default_model, nearest
from .reading.headings import plain_words
from .scenario import Scenario

RECOMMENDED = "recommended"  # in place of the name of a plan
_SAME_OUTPUT = 1  # the sizing of heads to the output of the baseline


def line_named(text: str, over: tuple[str, ...] = ("plan",)) -> str:
    """Name of the line that a text means.

    Parameters
    ----------
    text : str
        Name of a line, key of a measure, or label of a line, in any letter case, with spaces for
        underscores.
    over : tuple of str
        The axes over which the line varies.

    Returns
    -------
    str

    Raises
    ------
    DomainError
        No line of these axes is called so.
    """
    lines = [line for line in default_model().lines.values() if line.over == over]
    names = {line.name: line.name for line in lines}
    known = {line.label.casefold(): line.name for line in lines} | names
    known |= {key: line for key, line in FIGURES.items() if line in names}
    word = text.strip()
    by_words = {plain_words(one): line for one, line in known.items()}
    found = known.get(word) or known.get(word.casefold()) or by_words.get(plain_words(word))
    if not found:
        what = " and ".join(over)
        hint = nearest(word, known) or "; shorewise lines lists them"
        raise DomainError(f"no figure by {what} is called {word[:40]!r}{hint}")
    return found


def plans_named(scenario: Scenario, name: str | None) -> tuple[int, ...]:
    """Positions of the plans that a text means.

    Parameters
    ----------
    scenario : Scenario
    name : str or None
        Name of a plan; "recommended" for the best one by the scenario's criterion, the first where
        several tie; None for all plans.

    Returns
    -------
    tuple of int

    Raises
    ------
    DomainError
        No plan of that name, or none is recommended.
    """
    if name is None:
        return tuple(range(len(scenario.plans)))
    if name.strip().casefold() != RECOMMENDED or name in scenario.plans:
        return (plan_of(scenario, name),)
    found = default_model().evaluate(scenario.values, scenario.horizon_months, ["recommended"])
    best = np.flatnonzero(take(found, "recommended") == 1)
    if not best.size:
        raise DomainError(f"{scenario.source}: no plan is recommended; name a plan")
    return (int(best[0]),)


def heads_for_output(scenario: Scenario, output: float | None = None) -> np.ndarray:
    """Heads of each plan that deliver an output once ramped up.

    The split of a plan by site stays as it is. Heads are whole where ``whole_heads`` asks for it.

    Parameters
    ----------
    scenario : Scenario
    output : float, optional
        In onshore heads, above 0; by default that of the baseline.

    Returns
    -------
    array, shape (plan,)
        Heads.

    Raises
    ------
    DomainError
        The baseline delivers no output to scale.
    """
    values = {**scenario.values, "sizing": np.full_like(scenario.values["sizing"], _SAME_OUTPUT)}
    if output is not None:
        lines = _evaluated(scenario, values, "entered_output")
        delivered = float(take(lines, "entered_output", plan=0).sum())
        if not delivered > 0:
            raise DomainError(f"{scenario.source}: the baseline delivers no output to scale")
        heads = values["heads"].copy()
        heads[:, :1] *= output / delivered
        values["heads"] = heads
    return take(_evaluated(scenario, values, "plan_heads"), "plan_heads")


def exit_costs(scenario: Scenario, month: int | None = None, line: str = "stop_cost") -> np.ndarray:
    """Cost of ending each plan in a month: severance, notice, contracts, the work brought back.

    Parameters
    ----------
    scenario : Scenario
    month : int, optional
        Month of the horizon, from 1; by default the last that counts.
    line : str
        ``severance_due`` for severance and notice alone.

    Returns
    -------
    array, shape (plan,)
        In the scenario's currency.

    Raises
    ------
    DomainError
        A month outside the horizon.
    """
    values = scenario.evaluate()
    last = int(take(values, "last_month").item())
    month = last if month is None else month
    if not 1 <= month <= last:
        raise DomainError(f"month is {month:,}; it must be a whole number between 1 and {last}")
    return take(values, line)[:, month - 1]


def _evaluated(
    scenario: Scenario, values: Mapping[str, np.ndarray], line: str
) -> dict[str, np.ndarray]:
    return default_model().evaluate(dict(values), scenario.horizon_months, [line])
