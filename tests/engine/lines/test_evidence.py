"""What a plan's cost rests on: each part of it by the grade of the figures that set it."""

import numpy as np
import pytest

from shorewise.engine import Scenario, take
from shorewise.engine.errors import ScenarioError
from shorewise.engine.evidence import COMPONENTS, FIGURES
from shorewise.engine.grades import GRADES
from shorewise.engine.inputs import INPUTS
from tests.support.sample_scenarios import random_scenario, small_data
from tests.support.soak import seeds

COSTS = ("cost_official", "cost_secondary", "cost_own", "cost_assumed")
# Groups of the statement, which other lines sum month by month, and the figures that set them.
GROUPS = {
    "benefits_cost": ["benefits"],
    "vendor_cost": ["vendor"],
    "seat_cost": ["workplace"],
    "travel_cost": ["travel"],
    "compliance_cost": ["compliance"],
    "hiring_cost": ["attrition", "recruitment"],
    "extras_cost": ["extra"],
    "exit_spent": ["exit"],
    "pay_cost": ["salary", "local_management"],
}


def graded(data, grade="assumption", **grades):
    """The scenario with all figures and charges of a grade, but for some figures of all sites."""
    sites = [
        {**site, "grades": dict.fromkeys(FIGURES, grade) | grades,
         "statutory": [{**rule, "grade": grade} for rule in site["statutory"]]}
        for site in data["sites"]
    ]  # fmt: skip
    return Scenario.from_dict({**data, "sites": sites}, "graded")


@pytest.mark.parametrize("seed", seeds(range(0, 60, 2)))
def test_the_grades_share_out_the_whole_cost(seed):
    found = random_scenario(seed).evaluate()
    parts = sum(found[name] for name in COSTS)
    assert np.allclose(parts, found["total_cost"], rtol=1e-11, atol=1e-6)
    may_fall = found["site_law_change"].min() < 0  # of which a grade may have more than all
    lowest = min((found[name] / np.maximum(1, found["total_cost"])).min() for name in COSTS)
    assert may_fall or lowest > -1e-9


@pytest.mark.parametrize("seed", range(1, 60, 15))
@pytest.mark.parametrize("group", ["benefits_cost", "vendor_cost", "seat_cost", "travel_cost",
                                   "compliance_cost", "hiring_cost", "extras_cost", "exit_spent",
                                   "pay_cost"])  # fmt: skip
def test_the_cost_that_a_figure_sets_has_its_grade(seed, group):
    data = random_scenario(seed).to_dict() | {"assumptions": []}
    found = graded(data, **dict.fromkeys(GROUPS[group], "official")).evaluate()
    sums = found[group].sum(axis=-1, keepdims=True)
    if group == "hiring_cost":  # recruitment at the start, and output lost to attrition, go along
        lost = found["lost_month"] * found["grown_months"]
        sums = sums + (found["recruitment_start"] + lost).sum(axis=2, keepdims=True)
    scale = found["total_cost"].max()
    assert np.allclose(found["cost_official"], sums, rtol=1e-10, atol=1e-10 * scale)


def test_a_cost_rests_on_the_weakest_of_its_figures():
    data = small_data()
    weak = graded(data, grade="assumption", attrition="official").evaluate()
    strong = graded(data, grade="assumption", attrition="official", recruitment="own").evaluate()
    lost = (weak["lost_month"] * weak["grown_months"]).sum(axis=2, keepdims=True)
    assert np.allclose(weak["cost_official"], lost)  # successors rest on recruitment too
    successors = strong["hiring_cost"].sum(axis=-1, keepdims=True)
    start = strong["recruitment_start"].sum(axis=2, keepdims=True)
    assert np.allclose(strong["cost_own"], successors + start)


def team(**site):
    """Eight heads abroad at 60,000, for a year, whose charges alone are known by hand."""
    charges = [
        {"line": "Pension", "rate": 0.10, "grade": "official"},
        {"line": "Health", "rate": 0.05, "grade": "own"},
        {"line": "Fund", "rate": 0, "flat": 600, "grade": "secondary"},
    ]
    return {
        "horizon_months": 12,
        "roles": ["Engineer"],
        "sites": [
            {"name": "Home", "salary": 100_000},
            {"name": "Krakow", "salary": 60_000, "statutory": charges, "established": 1,
             "lead_time_months": 0, "wage_inflation": 0} | site,
        ],
        "plans": [
            {"name": "All onshore", "heads": {"Home": 8}},
            {"name": "Krakow", "heads": {"Krakow": 8}},
        ],
        "sizing": "heads",
    }  # fmt: skip


def of_plan(scenario, name):
    return take(scenario.evaluate(), name, plan=1).item()


def test_each_charge_has_the_grade_of_its_rule():
    scenario = graded_figures(team(), "assumption")
    assert of_plan(scenario, "cost_official") == pytest.approx(8 * 6_000)
    assert of_plan(scenario, "cost_own") == pytest.approx(8 * 3_000)
    assert of_plan(scenario, "cost_secondary") == pytest.approx(8 * 600)


def graded_figures(data, grade):
    sites = [site | {"grades": dict.fromkeys(FIGURES, grade)} for site in data["sites"]]
    return Scenario.from_dict({**data, "sites": sites}, "team")


@pytest.mark.parametrize(
    ("read", "start", "old"),
    [("2026-09", "2027-09", False), ("2026-09", "2027-10", True), ("2027-12", "2027-01", False)],
)
def test_a_law_read_more_than_a_year_before_is_secondary(read, start, old):
    data = team() | {"start_month": start}
    year, month = map(int, read.split("-"))
    data["sites"][1]["statutory"] = [
        {"line": "Pension", "rate": 0.1, "grade": "official",
         "current_to": f"{year + 1}-{month:02d}"}
    ]  # fmt: skip
    found = graded_figures(data, "assumption")
    assert of_plan(found, "cost_secondary" if old else "cost_official") == pytest.approx(48_000)
    assert of_plan(found, "cost_official" if old else "cost_secondary") == 0


@pytest.mark.parametrize(
    ("entry", "own"),
    [
        ({"expires": "2027-01"}, True),
        ({"expires": "2026-12"}, False),
        ({"status": "confirmed"}, True),
        ({"status": "disputed"}, False),
        ({}, True),
    ],
)
def test_an_own_figure_that_expired_or_is_disputed_is_an_assumption(entry, own):
    data = team() | {"assumptions": [{"figure": "salary", "site": "Krakow", "owner": "HR"} | entry]}
    found = graded_figures(data, "own")
    pay = 8 * 60_000
    rest = of_plan(found, "cost_own") - pay * own
    assert of_plan(found, "cost_assumed") == pytest.approx(0 if own else pay)
    assert rest == pytest.approx(of_plan(graded_figures(team(), "own"), "cost_own") - pay)


def test_evidence_may_be_asked_for_at_a_later_month():
    data = team() | {"assumptions": [{"figure": "salary", "owner": "HR", "expires": "2027-06"}]}
    assert of_plan(graded_figures(data | {"evidence_month": "2027-06"}, "own"), "cost_assumed") == 0
    late = graded_figures(data | {"evidence_month": "2027-07"}, "own")
    assert of_plan(late, "cost_assumed") == pytest.approx(8 * 60_000)


def grades_of(site, **settings):
    data = team() | settings
    data["sites"][1] = {"name": "Krakow", **site}
    scenario = Scenario.from_dict(data, "team")
    grades = take(scenario.values, "figure_basis", site=1).astype(int).tolist()
    return dict(zip(FIGURES, (GRADES[grade] for grade in grades), strict=True))


def test_a_figure_that_a_file_sets_is_its_own_and_a_default_an_assumption():
    found = grades_of({"salary": 60_000, "workspace_cost": 3_000, "travel_trips": 4,
                       "trip_cost": 2_000})  # fmt: skip
    assert found["salary"] == found["travel"] == "own"
    assert found["benefits"] == "assumption"
    assert found["workplace"] == "assumption"  # equipment and tools are still defaults


def test_a_figure_of_a_country_has_the_grade_of_its_source():
    found = grades_of({"location": "PL", "wage_inflation": 0.05, "attrition_rate": 0.1})
    assert found["salary"] == "secondary"  # a survey, graded medium in locations.csv
    assert found["wages"] == "own"
    assert found["exit"] == "secondary"


def test_an_owner_makes_a_default_an_own_figure_and_a_stated_grade_prevails():
    entry = {"figure": "benefits", "site": "Krakow", "owner": "CFO"}
    assert grades_of({}, assumptions=[entry])["benefits"] == "own"
    official = entry | {"grade": "official"}
    assert grades_of({}, assumptions=[official])["benefits"] == "official"
    assert grades_of({"grades": {"benefits": "secondary"}})["benefits"] == "secondary"


@pytest.mark.parametrize(
    ("book", "message"),
    [
        ([{"owner": "HR"}], r"assumptions\[0\]: figure is not set; it must be one of salary"),
        ([{"figure": "pay"}], r"unknown figure 'pay'"),
        ([{"figure": "salary", "site": "Oslo"}], r"unknown site 'Oslo'"),
        ([{"figure": "salary", "expires": "soon"}], r"expires is 'soon'; it must be a month like"),
        (
            [{"figure": "salary", "stated": "last week"}],
            r"stated is 'last week'",
        ),
        ([{"figure": "salary", "status": "fine"}], r"status is 'fine'; it must be one of open"),
        ([{"figure": "salary", "owner": "x" * 201}], r"owner is .*it must be 1 to 200 characters"),
        ([{"figure": "salary", "who": "HR"}], r"unknown key 'who'"),
        ([{"figure": "salary"}] * 2, r"salary of 'Home' is there twice; keep one entry"),
        ("HR", r"assumptions is 'HR'; it must be one \[\[assumptions\]\] table or more"),
    ],
)
def test_a_wrong_entry_of_the_book_is_named(book, message):
    with pytest.raises(ScenarioError, match=message):
        Scenario.from_dict(team() | {"assumptions": book}, "team")


def test_every_cost_of_a_head_rests_on_a_figure():
    """Each input in money or a share of money is part of a figure, or says why not."""
    known = {name for figure in FIGURES.values() for name in figure.inputs}
    costs = {
        entry.name
        for entry in INPUTS
        if entry.varies_by("site") and entry.unit.startswith("money")
        if not entry.inert_because
    }
    apart = {"audit_cost", "stop_break_cost"}  # only with audits; only if the site is closed
    assert costs - known == apart
    assert all(figure in FIGURES for _, figures in COMPONENTS.values() for figure in figures)
