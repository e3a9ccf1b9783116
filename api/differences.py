"""The differences between two scenarios, and what each changes, as data frames and a workbook."""

from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from .engine.differences.comparison import (
    MEASURES,
    InputDifference,
    ScenarioComparison,
    compare_scenarios,
)
from .scenarios import ScenarioLike, scenario_of
from .written import Written

if TYPE_CHECKING:
    from .workbook.rendering.theme import Theme


class Diff(Written):
    """What differs between two scenarios A and B, and how much each difference changes.

    Attributes
    ----------
    comparison : ScenarioComparison
        Its texts, inputs, groups, plans and sentences.
    """

    def __init__(self, comparison: ScenarioComparison):
        self.comparison = comparison

    def table(self) -> pd.DataFrame:
        """Effect of each difference on each plan.

        Returns
        -------
        DataFrame
            One row per plan and difference, the largest effect on NPV first: ``plan``,
            ``difference`` (an address, or the name of what changes together), ``unit``, values
            ``a`` and ``b`` (None where several numbers change together), and ``npv``,
            ``npv_risk_adjusted``, ``net_saving`` and ``break_even_month``: parts that sum to the
            change of the plan's figure, NaN where there is none to split. ``attrs`` has
            ``currency``, ``method``, and ``change`` by plan.
        """
        found = self.comparison
        rows = []
        for name, plan in found.plans.items():
            for group in found.groups:
                members = found.members(group)
                unit, a, b = "", None, None
                if len(members) == 1:
                    [one] = members
                    unit, a, b = one.unit, one.a, one.b
                rows.append([name, group, unit, a, b, *plan.parts[group].values()])
        frame = pd.DataFrame(rows, columns=["plan", "difference", "unit", "a", "b", *MEASURES])
        frame = frame.astype({"a": object, "b": object} | dict.fromkeys(MEASURES, float))
        frame.attrs = {
            "currency": found.currency,
            "method": found.method,
            "change": {name: plan.change for name, plan in found.plans.items()},
        }
        return frame

    def inputs(self) -> pd.DataFrame:
        """Inputs that differ, one number per row.

        Returns
        -------
        DataFrame
            ``address``, ``input``, ``label``, ``unit``, values ``a`` and ``b`` (words of choices),
            and ``group``, the difference of which the number is part.
        """
        rows = [asdict(one) for one in self.comparison.inputs]
        columns = [one.name for one in fields(InputDifference)]
        return pd.DataFrame(rows, columns=columns).astype({"a": object, "b": object})

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data for JSON; None where there is no answer."""
        return asdict(self.comparison)

    def _write(self, path: Path, force: bool, theme: "Theme | None", language: str) -> Path:
        from .workbook.differences import write

        return write(self.comparison, path, force=force, theme=theme, language=language)

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return not self.comparison.is_empty

    def __repr__(self) -> str:
        found = self.comparison
        return f"<Diff of {found.a!r} and {found.b!r}: {len(found.inputs)} inputs differ>"


def diff(a: ScenarioLike, b: ScenarioLike, *, plan: str | None = None) -> Diff:
    """Inputs in which two scenarios differ, and how much each changes NPV, saving and break-even.

    Plans, sites, roles and rows of lists are matched by name. What changes a figure of a plan is
    split among the differences by Shapley values, so the parts sum to the change.

    Parameters
    ----------
    a, b : Scenario, mapping or path
        TOML files or comparison workbooks. Amounts of ``b`` in another currency are converted to
        that of ``a``.
    plan : str, optional
        Name of the only plan to compare; by default every plan that both have.

    Returns
    -------
    Diff

    Raises
    ------
    DomainError
        A plan that one of the scenarios does not have, or the baseline.
    ScenarioError, WorkbookError
        A scenario that cannot be read or evaluated, or two that cannot be compared.
    """
    return Diff(compare_scenarios(scenario_of(a), scenario_of(b), plan))
