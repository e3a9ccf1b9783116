"""Fit of work and places: work types, scorecard, location score, checklists."""

import numpy as np
import pytest

from shorewise.engine import Scenario
from shorewise.engine.lists import CHECKLIST_NAMES, LISTS
from shorewise.engine.locations import work_types
from shorewise.engine.tables import rows

MODELS = ("offshore", "hybrid", "nearshore")
BY_AXIS = {entry.axis: entry for entry in LISTS}


def evaluate(**changes):
    sites = [
        {"name": "Home"},
        {"name": "Near", "overlap_hours": 3},
        {"name": "Between", "overlap_hours": 1},
        {"name": "Far", "overlap_hours": 0},
    ]
    plans = [{"name": "All", "heads": {"Home": {"Work": 1}}}]
    data = {"roles": ["Work"], "sites": sites, "plans": plans} | changes
    return Scenario.from_dict(data, "case").evaluate()


@pytest.mark.parametrize("row", list(rows("work_types.csv")), ids=lambda row: row["work_type"])
def test_every_type_of_work_belongs_where_the_articles_put_it(row):
    found = evaluate(work_type=row["work_type"])
    if row["onshore_only"] == "1":
        assert row["articles"] == "onshore"
        assert found["allowed"].ravel().tolist() == [1, 0, 0, 0]
    elif row["articles"] == "disputed":  # C-3: by its traits, between what the two articles say
        assert MODELS[int(found["work_model"].item())] == "hybrid"
    else:
        assert MODELS[int(found["work_model"].item())] == row["articles"]


@pytest.mark.parametrize(
    ("trait", "allowed"),
    [
        pytest.param(1, [1, 1, 1, 1], id="stable-work-may-go-anywhere"),
        pytest.param(3, [1, 1, 1, 0], id="work-in-between-needs-an-hour"),
        pytest.param(5, [1, 1, 0, 0], id="ambiguous-work-needs-three-hours"),
    ],
)
def test_sites_are_allowed_by_overlap(trait, allowed):
    traits = ("ambiguity", "collaboration", "criticality", "change_frequency")
    assert evaluate(**dict.fromkeys(traits, trait))["allowed"].ravel().tolist() == allowed


@pytest.mark.parametrize(
    ("changes", "score"),
    [
        pytest.param({"ambiguity": 5}, (5 + 3 + 3 + 3) / 4, id="equal-weights"),
        pytest.param({"ambiguity": 5, "ambiguity_weight": 5}, (25 + 9) / 8, id="weighted"),
    ],
)
def test_score_of_the_work_is_the_weighted_mean_on_the_scale(changes, score):
    assert evaluate(**changes)["work_score"].item() == pytest.approx((score - 1) / 4)


def test_preferred_is_the_cheapest_site_that_is_allowed():
    sites = [
        {"name": "Home"},
        {"name": "Dear", "overlap_hours": 3, "salary": 90_000},
        {"name": "Cheap", "overlap_hours": 3, "salary": 50_000},
        {"name": "Cheapest", "overlap_hours": 0, "salary": 20_000},
    ]
    assert evaluate(sites=sites)["preferred"].ravel().tolist() == [0, 0, 1, 0]


@pytest.mark.parametrize(
    ("score", "share", "model"),
    [(5, 1, "nearshore"), (3, 0.5, "hybrid"), (1, 0, "offshore")],
    ids=["all-high", "all-middle", "all-low"],
)
def test_high_scorecards_point_nearshore(score, share, model):
    found = evaluate(scorecard=[{"name": n, "score": score} for n in BY_AXIS["factor"].names])
    assert found["scorecard"].item() == pytest.approx(share)
    assert MODELS[int(found["scorecard_model"].item())] == model


def test_weights_count_in_the_scorecard():
    # inventory S3-66: sum(w(s-1)) / (4 sum w) = (3 x 4 + 7 x 2) / (4 x 10).
    card = [{"name": "Project complexity", "score": 5, "weight": 3}]
    assert evaluate(scorecard=card)["scorecard"].item() == pytest.approx(26 / 40)


@pytest.mark.parametrize(
    ("cutoff", "model"), [({"near_cutoff": 0.5}, 2), ({"far_cutoff": 0.5}, 0), ({}, 1)]
)
def test_cut_offs_are_inputs(cutoff, model):
    assert evaluate(**cutoff)["scorecard_model"].item() == model


def test_location_score_is_weighted_by_attribute():
    card = [
        {"name": "Cost", "score": {"Far": 5}, "weight": 2},
        {"name": "Education", "score": {"Near": 1}},
    ]
    found = evaluate(location_score=card)["location_score"].ravel()
    # 9 of weight: 3 everywhere is a half; Far has 2 x 4 above, Near 2 below, of 4 x 9.
    assert found == pytest.approx([0.5, (18 - 2) / 36, 0.5, (18 + 4) / 36])


def answered(checklist, count):
    questions = [r["question"] for r in rows("questions.csv") if r["checklist"] == checklist]
    return [{"name": q, "answer": 1} for q in questions[:count]]


@pytest.mark.parametrize("checklist", CHECKLIST_NAMES)
def test_answers_are_counted_by_checklist(checklist):
    found = evaluate(checklists=answered(checklist, 2))["yes_answers"].ravel()
    assert dict(zip(CHECKLIST_NAMES, found, strict=True)) == {
        name: 2 if name == checklist else 0 for name in CHECKLIST_NAMES
    }


def test_share_of_yes_is_of_the_checklist_s_own_questions():
    shares = evaluate(checklists=answered("Quality gates", 3))["yes_share"].ravel()
    # Six questions: review, three of what done means, coverage, audits.
    assert shares[CHECKLIST_NAMES.index("Quality gates")] == 3 / 6
    assert shares.sum() == 3 / 6


@pytest.mark.parametrize(
    ("checklist", "line"),
    [
        ("Choose nearshoring if several are true", "near_by_list"),
        ("Choose offshoring if several are true", "far_by_list"),
    ],
)
def test_several_are_two_and_can_be_set(checklist, line):
    found = [
        evaluate(checklists=answered(checklist, count), several=several)[line].item()
        for count, several in ((1, 2), (2, 2), (2, 3), (3, 3))
    ]
    assert found == [0, 1, 0, 1]


@pytest.mark.parametrize("entry", LISTS, ids=lambda entry: entry.key)
def test_lists_of_fixed_names_have_as_many_as_their_axis(entry):
    assert len(entry.names) in (0, entry.size)
    assert len(entry.default) <= entry.size


def test_checklists_have_as_many_as_their_axis():
    assert evaluate()["questions_asked"].shape[3] == len(CHECKLIST_NAMES)
    assert evaluate()["questions_asked"].sum() == len(BY_AXIS["question"].names)


def test_every_work_type_scores_within_the_scale():
    for traits in work_types().values():
        assert all(1 <= traits[n] <= 5 for n in traits if n != "onshore_only")
        assert np.isin(traits["onshore_only"], (0, 1))


@pytest.mark.parametrize(("count", "model"), [(0, 0), (2, 0), (3, 2), (5, 2)])
def test_the_five_blunt_questions_point_nearshore(count, model):
    found = evaluate(checklists=answered("Five blunt questions", count))
    assert found["blunt_model"].item() == model  # 40 % is the lower cut-off, 60 % the higher
