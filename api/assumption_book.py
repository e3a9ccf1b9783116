"""The book of assumptions of a scenario as a data frame."""

import pandas as pd

from .engine.assumption_book import book_of, evidence_of, month_of_evidence, shares_of
from .scenarios import ScenarioLike, scenario_of


def assumptions(scenario: ScenarioLike) -> pd.DataFrame:
    """Each figure of each site: its grade of evidence, its owner, and until when it is valid.

    Parameters
    ----------
    scenario : Scenario, mapping or path

    Returns
    -------
    DataFrame, shape (figure x site, 9)
        Indexed by ``figure`` and ``site``; columns ``label``, ``amounts`` by input, ``grade``,
        ``owner``, ``evidence``, ``stated``, ``expires``, ``status`` and ``lapsed``, whether it has
        expired or is disputed. ``attrs`` has ``scenario``, ``month``, in which evidence must be
        current, and ``shares``, of the cost of each plan by grade.

    Raises
    ------
    ScenarioError, WorkbookError
        As for :func:`shorewise.read`.
    """
    case = scenario_of(scenario)
    found = evidence_of(case)
    rows = [row._asdict() for row in book_of(case, found)]
    frame = pd.DataFrame(rows).set_index(["figure", "site"])
    month = month_of_evidence(found)
    frame.attrs = {"scenario": case.name, "month": month, "shares": shares_of(case, found)}
    return frame
