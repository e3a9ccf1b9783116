"""Fit of work and places.

Which sites a role's work allows, by what makes it hard at a distance; the scorecard, the score of
each site and the checklists. Scores run from 1; a share of 100 % is the highest score everywhere.
"""

import numpy as np

from ..axes import ATTRIBUTE, FACTOR, QUESTION, SITE, total
from ..lists import CHECKLIST_NAMES
from . import line

ROLE = ("role",)
SITE_ROLE = ("site", "role")
CHECKLIST = ("checklist",)


def _list(name):
    """The slice that takes one checklist."""
    number = CHECKLIST_NAMES.index(name)
    return np.s_[:, :, :, number : number + 1]


NEAR_LIST = _list("Choose nearshoring if several are true")
FAR_LIST = _list("Choose offshoring if several are true")
BLUNT_LIST = _list("Five blunt questions")


@line("Total weight of the four traits", unit="weight")
def trait_weights(ambiguity_weight, collaboration_weight, criticality_weight, change_weight):
    """Sum of the weights of the four traits of a role's work."""
    return ambiguity_weight + collaboration_weight + criticality_weight + change_weight


@line("Weighted ambiguity and collaboration", unit="score", over=ROLE)
def closeness(ambiguity, ambiguity_weight, collaboration, collaboration_weight):
    """Weighted score of how closely people must work: ambiguity and collaboration.

    Source: S3-12.
    """
    return ambiguity * ambiguity_weight + collaboration * collaboration_weight


@line("Weighted criticality and change", unit="score", over=ROLE)
def exposure(criticality, criticality_weight, change_frequency, change_weight):
    """Weighted score of criticality and change.

    What a mistake costs, and how often one may be made. Source: S3-12, S3-19.
    """
    return criticality * criticality_weight + change_frequency * change_weight


@line("Score of the work", unit="fraction", over=ROLE)
def work_score(closeness, exposure, trait_weights, score_scale):
    """Score of a role's work: 0 may go far, 1 belongs near.

    High: ambiguous, close, critical, changing work. Source: S3-03, C-3.
    """
    return ((closeness + exposure) / trait_weights - 1) / (score_scale - 1)


def _model(score, near_cutoff, far_cutoff, tolerance):
    """0 offshore, 1 hybrid, 2 nearshore; rounding decides nothing."""
    near = np.where(score >= near_cutoff - tolerance, 1, 0)
    return near + np.where(score > far_cutoff + tolerance, 1, 0)


@line("Suggested model for the work", unit="model", over=ROLE)
def work_model(work_score, near_cutoff, far_cutoff, check_tolerance):
    """Model that suits a role's work by its score: offshore, hybrid or nearshore.

    Work that must stay onshore stays there. Source: S3-37 to S3-42.
    """
    return _model(work_score, near_cutoff, far_cutoff, check_tolerance)


@line("Overlap that the work needs", unit="hours/day", over=ROLE)
def overlap_needed(work_model, near_overlap, mixed_overlap):
    """Overlap of working hours that a role's work needs; 0 where it may go far.

    Source: S0-37, S3-43.
    """
    mixed = np.where(work_model == 1, mixed_overlap, 0)
    return mixed + np.where(work_model == 2, near_overlap, 0)


@line("Site is allowed", unit="yes/no", over=SITE_ROLE)
def allowed(site, site_named, overlap, overlap_needed, onshore_only):
    """Whether a role's work may be done at the site.

    With enough overlap, and not if it must stay onshore. Source: S0-19 to S0-22.
    """
    free = (overlap >= overlap_needed) & (onshore_only == 0) & (site_named == 1)
    return np.where((site == 1) | free, 1, 0)


@line("Onshore cost relative to fully loaded cost", unit="factor", over=SITE_ROLE)
def allowed_cost_ratio(allowed, onshore_loaded_cost, fully_loaded_cost):
    """Onshore cost of a role relative to its fully loaded cost at an allowed site.

    Above 1 the site is cheaper; 0 where it is not allowed.
    """
    return allowed * onshore_loaded_cost / fully_loaded_cost


@line("Best ratio of the allowed sites", unit="factor", over=ROLE)
def best_cost_ratio(allowed_cost_ratio):
    """Highest ratio of onshore to fully loaded cost at any site allowed for the role."""
    return np.max(allowed_cost_ratio, axis=SITE, keepdims=True)


@line("Site is preferred", unit="yes/no", over=SITE_ROLE)
def preferred(allowed_cost_ratio, best_cost_ratio, check_tolerance):
    """Whether the site is the cheapest that is allowed for the role."""
    return np.where(allowed_cost_ratio >= best_cost_ratio * (1 - check_tolerance), 1, 0)


@line("Scorecard", unit="fraction")
def scorecard(factor_score, factor_weight, score_scale):
    """Score of the project on eight weighted factors: 0 speaks for far, 1 for near.

    Source: S3-66 to S3-73.
    """
    mean = total(factor_score * factor_weight, FACTOR) / total(factor_weight, FACTOR)
    return (mean - 1) / (score_scale - 1)


@line("Suggested model by the scorecard", unit="model")
def scorecard_model(scorecard, near_cutoff, far_cutoff, check_tolerance):
    """Model that the scorecard suggests: offshore, hybrid or nearshore.

    High scores point to nearshoring, low ones to offshoring; between them hybrid.
    """
    return _model(scorecard, near_cutoff, far_cutoff, check_tolerance)


@line("Score of the site", unit="fraction", over=("site",))
def location_score(attribute_score, attribute_weight, score_scale):
    """Score of the site on eight weighted attributes of its location: 1 is the best.

    Source: S0-28.
    """
    weighted = total(attribute_score * attribute_weight, ATTRIBUTE)
    return (weighted / total(attribute_weight, ATTRIBUTE) - 1) / (score_scale - 1)


@line("Questions answered yes", unit="answers", over=CHECKLIST)
def yes_answers(question_answer, question_checklist, checklist):
    """Number of the checklist's questions that are answered with yes."""
    return total(question_answer * (question_checklist == checklist), QUESTION)


@line("Questions", unit="answers", over=CHECKLIST)
def questions_asked(question_checklist, checklist):
    """Number of questions that the checklist has."""
    return total(1 * (question_checklist == checklist), QUESTION)


@line("Share answered yes", unit="fraction", over=CHECKLIST)
def yes_share(yes_answers, questions_asked):
    """Share of the checklist's questions that are answered with yes."""
    return yes_answers / questions_asked


@line("Several reasons for nearshoring", unit="yes/no")
def near_by_list(yes_answers, several):
    """Whether several questions of the checklist on nearshoring are answered with yes.

    Source: S3-75.
    """
    return np.where(yes_answers[NEAR_LIST] >= several, 1, 0)


@line("Several reasons for offshoring", unit="yes/no")
def far_by_list(yes_answers, several):
    """Whether several questions of the checklist on offshoring are answered with yes.

    Source: S3-77.
    """
    return np.where(yes_answers[FAR_LIST] >= several, 1, 0)


@line("Suggested model by the five blunt questions", unit="model")
def blunt_model(yes_share, near_cutoff, far_cutoff, check_tolerance):
    """Model that the five blunt questions suggest: offshore, hybrid or nearshore.

    By the share of yes: each speaks for nearshoring. Source: S3-80 to S3-84.
    """
    return _model(yes_share[BLUNT_LIST], near_cutoff, far_cutoff, check_tolerance)
