"""Draws against distributions that SciPy and others know, and what cannot be drawn."""

import numpy as np
import pytest
from scipy import stats

from shorewise.engine import Scenario
from shorewise.engine.errors import DomainError, ScenarioError
from shorewise.engine.uncertainty.draws import Range, check_ranges, draw_quantiles
from tests.support.driver_cases import ONLY_FIXED, case


@pytest.mark.parametrize(
    ("distribution", "known"),
    [
        ("uniform", stats.uniform(0.5, 1.5)),
        ("triangular", stats.triang(1 / 3, 0.5, 1.5)),
        ("pert", stats.beta(1 + 4 / 3, 1 + 8 / 3, 0.5, 1.5)),
        ("normal", stats.norm(1, 1.5 / 2 / stats.norm.ppf(0.95))),
    ],
)
def test_drawn_levels_follow_their_distribution(distribution, known):
    shares = np.linspace(0.001, 0.999, 999)
    levels = Range("salary", 0, 0.5, 1, 2, distribution).level(shares)
    close = 2e-7 if distribution == "pert" else 1e-9
    np.testing.assert_allclose(levels, known.ppf(shares), rtol=close)


def test_ranges_of_90_percent_match_the_published_case():
    # Hubbard, How to Measure Anything, chapter on risk: savings of 10 to 20, -2 to 8 and 3 to 9 a
    # unit, 15,000 to 35,000 units, normal with 90 % in between; less than 400,000 has 14 %.
    bounds = [(10, 20), (-2, 8), (3, 9), (15_000, 35_000)]
    shares = next(draw_quantiles(4, 2**14, np.random.SeedSequence(1), "sobol", None, 2**14))
    drawn = [
        Range("", 0, low, (low + high) / 2, high, "normal").level(column)
        for (low, high), column in zip(bounds, shares.T, strict=True)
    ]
    saving = (drawn[0] + drawn[1] + drawn[2]) * drawn[3]
    assert round((saving < 400_000).mean(), 2) == 0.14
    assert saving.mean() == pytest.approx(600_000, rel=1e-3)


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"cases": ONLY_FIXED, "risks": []}, ["no driver varies", "no risk may happen or not"]),
        (
            {"cases": [case("salary", 1.2, 0.8, "pert")]},
            ["cases: salary has the low 1.2 above its high 0.8"],
        ),
        (
            {"correlations": [{"name": "a", "first": "salary", "second": "salary", "rank": 0.1}]},
            ["correlations: salary with salary", "two drivers"],
        ),
        (
            {"correlations": [{"name": "a", "first": "salary", "rank": 0.1}]},
            ["correlations: salary with none"],
        ),
        (
            {
                "correlations": [
                    {"name": "a", "first": "salary", "second": "productivity", "rank": 0.9},
                    {"name": "b", "first": "salary", "second": "fx_drift", "rank": 0.9},
                    {"name": "c", "first": "productivity", "second": "fx_drift", "rank": -0.9},
                ]
            },
            ["correlations contradict each other"],
        ),
    ],
    ids=["nothing-varies", "swapped-ends", "with-itself", "with-nothing", "contradiction"],
)
def test_invalid_ranges_are_named(changes, parts):
    data = Scenario.default().to_dict() | changes
    with pytest.raises((DomainError, ScenarioError)) as raised:
        check_ranges(Scenario.from_dict(data, "wrong"))
    assert [part for part in parts if part not in str(raised.value)] == []


def test_a_pair_of_drivers_correlated_twice_is_refused():
    pair = {"first": "salary", "second": "fx_drift"}
    rows = [{"name": "a", "rank": 0.5, **pair}, {"name": "b", "rank": -0.9, **pair}]
    data = Scenario.default().to_dict() | {"correlations": rows}
    with pytest.raises(ScenarioError, match="salary with fx_drift twice"):
        check_ranges(Scenario.from_dict(data, "twice"))
