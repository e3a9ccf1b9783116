"""The book of assumptions of a scenario as rows, and what the cost of each plan rests on."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from .address import take
from .declaration import FIRST_DAY, LAST_DAY, month_of
from .evidence import FIGURES, is_by_definition
from .grades import GRADE_TITLES, STATUSES
from .model import default_model
from .scenario import Scenario

SHARES = ("share_official", "share_secondary", "share_own", "share_assumed")
_LINES = ("figure_grade", "figure_lapsed", "evidence_date", *SHARES)


class BookRow(NamedTuple):
    """A figure of a site, what it rests on, and who answers for it until when.

    Attributes
    ----------
    figure, label : str
        Key in scenario files, and what a reader sees.
    site : str
    amounts : dict of str to float
        Each input that it stands for, in its unit, as an average over roles; none where the input
        varies by month or row.
    grade : str
        "official and current", "secondary or old", "own figure" or "assumption".
    owner, evidence, stated, expires, status : str
        "" where it is not stated; months such as "2027-03".
    lapsed : bool
        Whether it has expired or is disputed.
    """

    figure: str
    label: str
    site: str
    amounts: dict[str, float]
    grade: str
    owner: str
    evidence: str
    stated: str
    expires: str
    status: str
    lapsed: bool


def evidence_of(scenario: Scenario) -> Mapping[str, np.ndarray]:
    """The lines that grade a scenario's figures, and its inputs, by name."""
    model = default_model()
    return model.evaluate(scenario.values, scenario.horizon_months, _LINES)


def book_of(scenario: Scenario, found: Mapping[str, np.ndarray]) -> Iterator[BookRow]:
    """Each figure of each site.

    Parameters
    ----------
    scenario : Scenario
    found : mapping of str to array
        What :func:`evidence_of` returned.
    """
    inputs = default_model().inputs
    for number, (key, figure) in enumerate(FIGURES.items()):
        first = int(is_by_definition(figure, inputs))  # whose row says nothing onshore
        for s, site in enumerate(scenario.sites[first:], first):
            at = {"site": s, "figure": number}
            expires = take(found, "figure_expires", **at).item()
            status = STATUSES[int(take(found, "figure_status", **at).item())]
            said = scenario.book.of(s, number)
            yield BookRow(
                key,
                figure.label,
                site,
                {
                    name: take(found, name, site=s).mean().item()
                    for name in figure.inputs
                    if inputs[name].is_by_site_or_role
                },
                GRADE_TITLES[int(take(found, "figure_grade", **at).item())],
                said.get("owner", ""),
                said.get("evidence", ""),
                said.get("stated", ""),
                month_of(expires) if FIRST_DAY < expires < LAST_DAY else "",
                status if status != STATUSES[0] else "",
                bool(take(found, "figure_lapsed", **at).item()),
            )


def shares_of(scenario: Scenario, found: Mapping[str, np.ndarray]) -> dict[str, dict[str, float]]:
    """Share of the cost of each plan by the grade that it rests on, by the plan's name."""
    return {
        plan: {
            words: take(found, line, plan=p).item()
            for words, line in zip(GRADE_TITLES, SHARES, strict=True)
        }
        for p, plan in enumerate(scenario.plans)
    }


def month_of_evidence(found: Mapping[str, np.ndarray]) -> str:
    """The month in which evidence must be current, such as "2027-01"."""
    return month_of(take(found, "evidence_date").item())
