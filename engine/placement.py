"""The best placement of a scenario's roles, by its criterion, that fits the work and the limits.

An exact search: every way to put each role of the baseline at one site that its work allows. It is
an aid; each reason names the inputs by which it can be changed.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from . import criteria
from .address import take
from .errors import ScenarioError
from .lines import WORDS
from .lists import CHECKLIST_NAMES
from .model import default_model
from .scenario import Scenario

Values = Mapping[str, np.ndarray]

PLACEMENTS_MAX, _BLOCK = 50_000, 256
_LIMITS = ("plan_pays", "plan_manageable")
_DECISIVE = ("break_even_limit", "management_capacity", "heads")


@dataclass(frozen=True)
class Reason:
    """Why: a rule of the articles, what it says here, and the inputs that decide it."""

    rule: str
    text: str
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class Recommendation:
    """Outcome of the search.

    Parameters
    ----------
    placement : dict of str to str
        Site of each role; empty where no placement meets all limits, not even all onshore. Where
        none abroad does or is better, all stays onshore. The first reason then says how many meet
        each limit.
    searched : int
        Placements that the work allows.
    figures : dict of str to float or None
        Figures of the placement by the names in :data:`FIGURES`, None where there is no answer or
        no placement.
    plans : dict of str to dict
        The same figures of each of the scenario's own plans.
    matches : str
        The scenario's own plan with the same heads at the same sites; empty where there is none.
    reasons : tuple of Reason
    criterion : str
        By what the placement is the best.
    best_plans : dict of str to tuple of str
        Which of the scenario's own plans the criterion picks.
    """

    placement: dict[str, str]
    searched: int
    figures: dict[str, float | None]
    plans: dict[str, dict[str, float | None]]
    matches: str
    reasons: tuple[Reason, ...]
    criterion: str
    best_plans: dict[str, tuple[str, ...]]


# Key in the figures of a proposal and of the plans beside it: line of the model.
FIGURES = {
    "risk_adjusted_cost": "risk_adjusted_cost",
    "headline_saving": "plan_headline_saving",
    "net_saving_steady": "net_saving_steady",
    "net_saving": "net_saving",
    "net_saving_risk_adjusted": "net_saving_risk_adjusted",
    "npv": "npv",
    "npv_risk_adjusted": "npv_risk_adjusted",
    "break_even_month": "break_even_month",
    "peak_funding": "peak_funding",
    "management_needed": "management_needed",
    "place_concentration": "place_concentration",
}
PROPOSED = "Proposed"


def recommend(scenario: Scenario) -> Recommendation:
    """Search all placements of the baseline's heads, one site a role.

    Raises
    ------
    ScenarioError
        More placements than are searched: the text says how many, and how to have fewer.
    """
    values = scenario.evaluate()
    plans = {name: _figures(values, p) for p, name in enumerate(scenario.plans)}
    staffed = take(scenario.values, "heads", plan=0).any(axis=0)
    roles = np.flatnonzero(staffed).tolist()
    choices = [np.flatnonzero(take(values, "allowed", role=r)) for r in roles]
    count = int(np.prod([len(sites) for sites in choices], dtype=float))
    if count > PLACEMENTS_MAX:
        raise ScenarioError(
            f"{scenario.source}: {count:,} placements of {len(roles)} roles; at most "
            f"{PLACEMENTS_MAX:,} are searched: set onshore_only for some roles, or drop sites"
        )
    best, passing = _search(scenario, roles, choices)
    criterion = criteria.criterion_in_words(scenario.values, "placements")
    if best is None:
        return Recommendation(
            placement={},
            searched=count,
            figures=dict.fromkeys(FIGURES),
            plans=plans,
            matches="",
            reasons=(_none(scenario, values, count, passing),),
            criterion=criterion,
            best_plans=criteria.best_plans(scenario),
        )
    found = _evaluated(scenario, roles, [best])
    names = {scenario.roles[r]: scenario.sites[s] for r, s in zip(roles, best, strict=True)}
    reasons = [*_by_role(scenario, values, names), *_by_plan(scenario, values, found, names)]
    if not any(best):
        reasons.insert(0, _all_onshore(values, count, passing))
    return Recommendation(
        placement=names,
        searched=count,
        figures=_figures(found, 1),
        plans=plans,
        matches=_same_plan(scenario, values, found),
        reasons=tuple(reasons),
        criterion=criterion,
        best_plans=criteria.best_plans(scenario),
    )


def with_proposal(scenario: Scenario, placement: Mapping[str, str], name: str = "") -> Scenario:
    """The scenario with a placement as a further plan.

    Parameters
    ----------
    scenario : Scenario
    placement : mapping of str to str
        Site of each role; its heads are those of the baseline.
    name : str, optional
        Of the plan; by default "Proposed", with a number where a plan is called that already.

    Raises
    ------
    ScenarioError
        No placement, a plan of that name is there already, or there are as many plans as a
        scenario may have.
    """
    if not placement:
        raise ScenarioError(f"{scenario.source}: no placement is proposed, so none can be added")
    taken = {plan.casefold() for plan in scenario.plans}
    numbered = (f"{PROPOSED} {n}" for n in itertools.count(2))
    free = (one for one in itertools.chain([PROPOSED], numbered) if one.casefold() not in taken)
    heads: dict[str, dict[str, float]] = {}
    by_role = take(scenario.values, "heads", plan=0).sum(axis=0).tolist()
    for role, site in placement.items():
        heads.setdefault(site, {})[role] = by_role[scenario.roles.index(role)]
    data = scenario.to_dict()
    data["plans"] = [*data["plans"], {"name": name or next(free), "heads": heads}]
    return Scenario.from_dict(data, scenario.name)


def _figures(values: Values, plan: int) -> dict[str, float | None]:
    return {key: _plain(take(values, line, plan=plan)) for key, line in FIGURES.items()}


def _same_plan(scenario: Scenario, values: Values, found: Values) -> str:
    """The plan whose heads and starts are those of the proposal, empty where there is none."""
    compared = ("sized_heads", "working")
    for plan, name in enumerate(scenario.plans):
        if all(
            np.allclose(take(values, one, plan=plan), take(found, one, plan=1), 1e-9, 1e-12)
            for one in compared
        ):
            return name
    return ""


def _search(
    scenario: Scenario, roles: Sequence[int], choices: Sequence[np.ndarray]
) -> tuple[tuple[int, ...] | None, dict[str, int]]:
    """The best placement that meets all limits, if one does, and how many meet each."""
    best: tuple[int, ...] | None = None
    highest, passing = -np.inf, dict.fromkeys(_LIMITS, 0)
    placements = itertools.product(*choices)
    while block := list(itertools.islice(placements, _BLOCK)):
        found = _evaluated(scenario, roles, block)
        admitted = take(found, "plan_admitted", plan=slice(1, None)) == 1
        figure = np.where(admitted, take(found, "plan_figure", plan=slice(1, None)), -np.inf)
        for limit in _LIMITS:
            passing[limit] += int(take(found, limit, plan=slice(1, None)).sum())
        # A tie goes to the placement that comes first: nearer the onshore base.
        if figure.max() > highest + 1e-12 * abs(highest) or highest == -np.inf < figure.max():
            highest, best = figure.max(), block[int(figure.argmax())]
    return best, passing


def _evaluated(
    scenario: Scenario, roles: Sequence[int], block: Sequence[Sequence[int]]
) -> dict[str, np.ndarray]:
    """Lines of the baseline and of one plan for each placement."""
    baseline = take(scenario.values, "heads", plan=0)
    heads = np.zeros((1 + len(block), *baseline.shape))
    heads[0] = baseline
    by_role = baseline.sum(axis=0)
    for plan, placement in enumerate(block, 1):
        heads[plan, list(placement), roles] = by_role[roles]
    heads = heads.reshape(1, *heads.shape, 1)  # (scenario, plan, site, role, month)
    wanted = (
        *FIGURES.values(),
        *_LIMITS,
        "sized_heads",
        "working",
        "plan_admitted",
        "plan_figure",
        "break_even_month_whole",
        "plan_risk_loss",
    )
    given = scenario.values | {"heads": heads} | _waves(scenario, len(heads[0]))
    return default_model().evaluate(given, scenario.horizon_months, wanted)


def _waves(scenario: Scenario, plans: int) -> dict[str, np.ndarray]:
    """The baseline's waves, and one in month 1 for all heads of each placement."""
    found = {}
    for name, first, others in (("wave_month", 1, 1), ("wave_share", 1, 0), ("wave_end", 0, 0)):
        own = scenario.values[name]
        waves = np.full((1, plans, *own.shape[2:]), others, own.dtype)
        waves[:, :, :, 0], waves[:, :1] = first, own[:, :1]
        found[name] = waves
    return found


def _all_onshore(values: Values, count: int, passing: Mapping[str, int]) -> Reason:
    abroad = {name: number - 1 for name, number in passing.items()}  # all onshore meets them
    counted = _counted(values, count - 1, abroad)
    said = f"No placement abroad is better and meets all limits. {counted}"
    return Reason("limits", said, _DECISIVE)


def _none(scenario: Scenario, values: Values, count: int, passing: Mapping[str, int]) -> Reason:
    """Why no placement is proposed at all."""
    words = criteria.none_in_words(scenario)
    said = f"{words[0].upper()}{words[1:]}. {_counted(values, count, passing)}"
    return Reason("limits", said, _DECISIVE)


def _counted(values: Values, count: int, passing: Mapping[str, int]) -> str:
    """How many placements meet each limit."""
    limit, capacity = (_one(values, name) for name in ("break_even_limit", "management_capacity"))
    return (
        f"Of {count:,} that the work allows, {passing['plan_pays']:,} break even by month "
        f"{limit:.0f} and {passing['plan_manageable']:,} need at most {capacity:,.0f} hours of "
        "leaders a week."
    )


_MODELS = ("may go offshore", "is hybrid work", "belongs nearshore")
_TRAITS = ("ambiguity", "collaboration", "criticality", "change_frequency")


def _by_role(scenario: Scenario, values: Values, names: dict[str, str]) -> Iterator[Reason]:
    """For each role what its work asks for, and why this site."""
    for role, site in names.items():
        r, s = scenario.roles.index(role), scenario.sites.index(site)
        if _one(values, "onshore_only", role=r):
            yield Reason("R6", f"{role} must stay onshore.", ("onshore_only",))
            continue
        model = int(_one(values, "work_model", role=r))
        traits = ", ".join(
            f"{name.replace('_', ' ')} {_one(values, name, role=r):g}" for name in _TRAITS
        )
        yield Reason(
            ("R1, R2", "R1, R4", "R1, R3, R6")[model],
            f"{role}: the work scores {_one(values, 'work_score', role=r):.0%} ({traits}) and "
            f"{_MODELS[model]}; it needs {_hours(_one(values, 'overlap_needed', role=r))} of "
            f"overlap, {site} has {_one(values, 'overlap', site=s):g}.",
            (*_TRAITS, "near_cutoff", "far_cutoff", "near_overlap", "mixed_overlap"),
        )
        cost, onshore = (
            _one(values, name, site=s, role=r)
            for name in ("fully_loaded_cost", "onshore_loaded_cost")
        )
        yield Reason(
            "cost",
            f"{role} at {site}: an onshore head's output costs {cost:,.0f} {scenario.currency} a "
            f"year, {onshore:,.0f} onshore.",
            ("salary", "management_rate", "productivity"),
        )


def _by_plan(
    scenario: Scenario, values: Values, found: Values, names: dict[str, str]
) -> Iterator[Reason]:
    """What holds for the placement as a whole."""
    sites = list(dict.fromkeys(names.values()))
    month = _plain(take(found, "break_even_month_whole", plan=1))
    if month is not None:
        yield Reason(
            "limits",
            f"It breaks even in month {month:.0f}; the limit is "
            f"{_one(values, 'break_even_limit'):.0f}.",
            ("break_even_limit",),
        )
    yield Reason(
        "limits",
        f"It needs {_plain(take(found, 'management_needed', plan=1)):,.1f} hours of onshore "
        f"leaders a week; there are {_one(values, 'management_capacity'):,.0f}.",
        ("management_capacity", "review_hours", "coordination_hours"),
    )
    yield Reason(
        "R4",
        f"{len(sites)} site{'s' if len(sites) > 1 else ''}: the concentration index is "
        f"{_plain(take(found, 'place_concentration', plan=1)):.2f}, where 1 is all at one place.",
        ("concentration_rate", "heads"),
    )
    for site in sites:
        s = scenario.sites.index(site)
        waiting = _one(values, "waiting_share", site=s)
        if waiting:
            yield Reason(
                "R5",
                f"Open questions cost {waiting:.0%} of the time at {site}.",
                ("open_questions", "answer_days"),
            )
        if (
            s
            and _one(values, "vendor_rate", site=s)
            and _one(values, "overlap", site=s) < _one(values, "near_overlap")
        ):
            yes, asked = (
                _listed(values, name, "Offshore staff augmentation")
                for name in ("yes_answers", "questions_asked")
            )
            yield Reason(
                "R7",
                f"{site} is a vendor's and far: {yes:.0f} of the {asked:.0f} conditions for "
                "offshore staff augmentation are answered with yes.",
                ("question_answer",),
            )
    model = WORDS["model"][int(_one(values, "scorecard_model"))]
    yield Reason(
        "R8",
        f"The scorecard gives {_one(values, 'scorecard'):.0%}: {model}.",
        ("factor_score", "factor_weight", "near_cutoff", "far_cutoff"),
    )
    yield Reason(
        "R9",
        f"Risks, costly misunderstandings among them, lose "
        f"{_plain(take(found, 'plan_risk_loss', plan=1)):,.0f} {scenario.currency} in an average "
        "year.",
        ("risk_probability", "risk_weeks", "risk_cost"),
    )


def _hours(number: float) -> str:
    return f"{number:g} hour{'' if number == 1 else 's'}"


def _one(values: Values, name: str, **at: int) -> float:
    """A number at a site and role, as far as the input or line varies by them."""
    axes = default_model().axes[name]
    return take(values, name, **{axis: n for axis, n in at.items() if axis in axes}).item()


def _listed(values: Values, name: str, checklist: str) -> float:
    return take(values, name, checklist=CHECKLIST_NAMES.index(checklist)).item()


def _plain(array: np.ndarray) -> float | None:
    number = float(array.item())
    return number if np.isfinite(number) else None
