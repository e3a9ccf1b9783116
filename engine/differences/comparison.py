"""The inputs in which two scenarios differ, and how much each changes the figures of each plan."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..address import addresses, take
from ..axes import AXES, POSITION, RULE, SITE
from ..declaration import FIRST_DAY, LAST_DAY, Input, Scope
from ..errors import DomainError, ScenarioError
from ..evaluation import lines_by_case
from ..grades import GRADES_OF_CHARGES
from ..lists import LISTS
from ..measures import MEASURES as RESULTS
from ..measures import plan_of
from ..model import default_model
from ..scenario import Scenario
from .alignment import AlignedPair, align
from .attribution import SHAPLEY_MAX, Evaluate, sequence_values, shapley_values
from .moved_sites import is_of_country, moved_sites

# Figures whose change is split: lines of the model by their keys in the results.
_KEYS = ("npv", "npv_risk_adjusted", "net_saving", "break_even_month")
MEASURES = {key: RESULTS[key] for key in _KEYS}
HEADS, WAVES, HORIZON, START = "heads", "waves", "horizon_months", "start_month"
_NO_PLANS = (
    "There is no plan in common beside the baseline, by name, so there is no change to split."
)
_SETTINGS = "settings"  # the numbers that hold for the whole scenario
_TIMES = {HORIZON: ("Horizon", "months"), START: ("First month", "month")}
_TEXTS = {
    "name": "Name",
    "presentation_currency": "Presentation currency",
    START: "First month",
    "prepared_by": "Prepared by",
    "prepared_on": "Prepared on",
    "reviewed_by": "Reviewed by",
    "reviewed_on": "Reviewed on",
    "approved_by": "Approved by",
    "approved_on": "Approved on",
}
# Inputs that no figure of the base case depends on.
_OF_CASES = {"driver_optimistic", "driver_pessimistic", "driver_low", "driver_high"}
_OF_START = ("start_month", "start_calendar_month")  # the values that the first month gives
_ROUNDING = 1e-9  # relative, of figures of one scenario in two shapes
_CONVERTED = 1e-12  # relative, of an amount converted to a currency and back


@dataclass(frozen=True)
class InputDifference:
    """A number of the scenario that differs.

    Attributes
    ----------
    address : str
        Such as ``site.Krakow.salary.QA``.
    input : str
        Name of the input; ``horizon_months`` for the horizon, ``start_month`` for the first month
        where charges are law in some months only.
    label, unit : str
        The unit with the currency of the comparison.
    a, b : float or str
        Its values; the word of a choice.
    group : str
        The difference of which it is part: see :class:`Effect`.
    """

    address: str
    input: str
    label: str
    unit: str
    a: float | str
    b: float | str
    group: str


@dataclass(frozen=True)
class PlanChange:
    """Figures of a plan in both scenarios, and the parts of their change.

    Attributes
    ----------
    a, b, change : dict of str to float or None
        By the names in :data:`MEASURES`; None where there is no answer.
    parts : dict of str to dict
        By group, then by the names in :data:`MEASURES`. The parts of a figure sum to its change,
        or are all None.
    """

    a: dict[str, float | None]
    b: dict[str, float | None]
    change: dict[str, float | None]
    parts: dict[str, dict[str, float | None]]


@dataclass(frozen=True)
class ScenarioComparison:
    """What differs between two scenarios, and what it changes.

    Attributes
    ----------
    a, b : str
        Names of the scenarios.
    currency : str
        Of all amounts: that of ``a``.
    inputs : tuple of InputDifference
        In the order of scenario files.
    groups : tuple of str
        Differences that are made one at a time, those of the largest effect on NPV first.
    plans : dict of str to PlanChange
        Each plan that both scenarios have, except the baseline.
    texts : tuple of (str, str, str)
        Texts that differ: what it is, and both values.
    sentences : tuple of str
        What only one scenario has, and what was renamed or converted.
    method : str
        How changes are split, in a sentence, or that there is no plan whose change could be;
        empty where no number differs.
    no_answers : tuple of str
        Which changes cannot be split, in sentences.
    """

    a: str
    b: str
    currency: str
    inputs: tuple[InputDifference, ...]
    groups: tuple[str, ...]
    plans: dict[str, PlanChange]
    texts: tuple[tuple[str, str, str], ...]
    sentences: tuple[str, ...]
    method: str
    no_answers: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.inputs or self.texts or self.sentences)

    def members(self, group: str) -> list[InputDifference]:
        """The numbers that make up one difference."""
        return [one for one in self.inputs if one.group == group]


@dataclass(frozen=True)
class _Number:
    """A number that differs: its input, its position, and the groups it may be part of."""

    entry: Input | None  # None for the horizon and the first month
    position: tuple[int, ...]
    address: str
    by_number: str
    by_input: str
    by_site: str


def compare_scenarios(a: Scenario, b: Scenario, plan: str | None = None) -> ScenarioComparison:
    """Find the inputs in which two scenarios differ, and what each changes in every plan.

    Parameters
    ----------
    a, b : Scenario
    plan : str, optional
        Name of the only plan to compare; by default every plan that both have.

    Returns
    -------
    ScenarioComparison

    Raises
    ------
    DomainError
        A plan that one of the scenarios does not have, or the baseline.
    ScenarioError
        The conditions of :meth:`Scenario.in_currency` and of :func:`.alignment.align`, or a figure
        that depends on sites or roles without heads.
    """
    if plan is not None:
        _refuse_plan(a, b, plan)
    sentences: tuple[str, ...] = ()
    converted = b
    if a.currency != b.currency:
        converted = b.in_currency(a.currency)
        sentences = (f"B: {converted.assumed[-1]}",)
    pair = align(a, converted)
    figures = _figures(pair, a, converted)
    effective = _inputs_with_effect(pair)
    elsewhere = moved_sites(a, b)
    tolerance = 0 if converted is b else _CONVERTED
    numbers = list(_numbers(pair, tolerance, elsewhere))
    groups, grouping = _grouped(numbers, effective)
    moved = {name: ones for name, ones in groups.items() if _has_effect(ones, effective)}
    parts = dict.fromkeys(groups, np.zeros(figures.shape[1:]))
    split = shapley_values if len(moved) <= SHAPLEY_MAX else sequence_values
    if moved:
        found = split(_evaluation(pair, [*moved.values()]), len(moved))
        parts |= dict(zip(moved, found, strict=True))
    plans = {
        name: _plan_change(figures[..., p], {group: one[:, p] for group, one in parts.items()})
        for p, name in enumerate(pair.a.plans)
        if p and plan in (None, name)
    }
    return ScenarioComparison(
        a=a.name,
        b=b.name,
        currency=a.currency,
        inputs=tuple(_shown(pair, one, group) for group, ones in groups.items() for one in ones),
        groups=tuple(sorted(groups, key=lambda name: -_largest(plans, name))),
        plans=plans,
        texts=(
            *_texts(a, b, {one.address for one in numbers}),
            *((f"Country of {site}", *codes) for site, codes in elsewhere.items()),
        ),
        sentences=(*sentences, *pair.sentences),
        method=_method(len(moved), grouping) if plans else _NO_PLANS,
        no_answers=tuple(_no_answers(plans)),
    )


def _refuse_plan(a: Scenario, b: Scenario, plan: str) -> None:
    """Raise for a plan without a change: one that is the baseline, or not in both scenarios."""
    for letter, scenario in (("A", a), ("B", b)):
        named = replace(scenario, name=f"{letter}, {scenario.source}", file="")
        if plan_of(named, plan) == 0:
            raise DomainError(
                f"plan {plan!r} is the baseline of {letter}: every other plan is compared with it, "
                "so it has no saving; name another plan"
            )


def _numbers(
    pair: AlignedPair, tolerance: float, elsewhere: Mapping[str, tuple[str, str]]
) -> Iterator[_Number]:
    """Every number that differs, in the order of the declarations."""
    for name in (HORIZON, *([START] if _law_changes(pair) else [])):
        if getattr(pair.a, name) != getattr(pair.b, name):
            yield _Number(None, (), name, name, name, _SETTINGS)
    texts: dict[tuple[str, tuple[int, ...]], str] = {}
    for text, address in addresses(pair.a).items():
        if address.get(pair.a.values).size == 1:  # of two texts of one number the longer one
            key = address.name, tuple(part.start or 0 for part in address.index)
            texts[key] = max(text, texts.get(key, ""), key=len)
    for name, entry in default_model().inputs.items():
        if entry.scope is Scope.EVIDENCE or name in GRADES_OF_CHARGES:
            continue  # they follow from which figures are set, and change no result
        of_a, of_b = pair.a.values[name], pair.b.values[name]
        for place in np.argwhere(np.abs(of_a - of_b) > tolerance * np.abs(of_a)).tolist():
            position = tuple(place)
            one = _number(pair, entry, position, texts.get((name, position), name))
            site = pair.a.sites[position[SITE]] if entry.varies_by("site") else ""
            both = (pair.a, pair.b)
            if site in elsewhere and is_of_country(both, entry, position, elsewhere[site]):
                group = f"site.{site}.location"
                one = replace(one, by_number=group, by_input=group)
            yield one


def _law_changes(pair: AlignedPair) -> bool:
    """Whether any charge is law in some months only, so that figures depend on the first month."""
    always = {"statutory_first_month": FIRST_DAY, "statutory_last_month": LAST_DAY}
    return any(
        (one.values[name] != day).any() for one in (pair.a, pair.b) for name, day in always.items()
    )


def _number(pair: AlignedPair, entry: Input, position: tuple[int, ...], address: str) -> _Number:
    if entry.scope is Scope.PLAN:  # heads moved from site to site are one decision
        return _Number(entry, position, address, HEADS, HEADS, HEADS)
    if entry.scope is Scope.WAVE:
        return _Number(entry, position, address, WAVES, WAVES, WAVES)
    by_number, by_input, by_site = address, entry.name, _SETTINGS
    site = pair.a.sites[position[SITE]]
    if entry.scope is Scope.CHARGE:
        row = ("rule", position[SITE], position[RULE])
        by_number, by_input = pair.rows.get(row, address), "statutory"
    elif entry.scope is Scope.LIST:
        row = (entry.list_axis, 0, position[POSITION[entry.list_axis]])
        [key] = (one.key for one in LISTS if one.axis == entry.list_axis)
        by_number = pair.rows.get(row, address)
        by_input = by_site = key
    elif entry.scope is Scope.ROLE:
        by_site = "roles"
    if entry.scope is not Scope.LIST and entry.varies_by("site"):
        by_site = f"site.{site}"
    return _Number(entry, position, address, by_number, by_input, by_site)


def _grouped(
    numbers: Sequence[_Number], effective: Collection[str]
) -> tuple[dict[str, list[_Number]], str]:
    """Numbers by the group in which they change together, and how they were grouped, in words.

    Each by itself where those with an effect are few; else those of one input, or of one site.
    """
    levels: tuple[tuple[str, Callable[[_Number], str]], ...] = (
        ("", lambda one: one.by_number),
        ("numbers of one input change together", lambda one: one.by_input),
        ("numbers of one site change together", lambda one: one.by_site),
    )
    for words, key in levels:
        groups = _by(key, numbers)
        if sum(_has_effect(ones, effective) for ones in groups.values()) <= SHAPLEY_MAX:
            return groups, words
    words, key = levels[0]  # too many even so
    return _by(key, numbers), words


def _by(key: Callable[[_Number], str], numbers: Iterable[_Number]) -> dict[str, list[_Number]]:
    groups: dict[str, list[_Number]] = {}
    for one in numbers:
        groups.setdefault(key(one), []).append(one)
    return groups


def _has_effect(numbers: Iterable[_Number], effective: Collection[str]) -> bool:
    return any(one.entry is None or one.entry.name in effective for one in numbers)


def _inputs_with_effect(pair: AlignedPair) -> set[str]:
    """Inputs on which the figures may depend; all others change nothing."""
    model = default_model()
    lines = model.needed(MEASURES.values())
    found = {name for line in lines for name in model.parameters[line.name]} & {*model.inputs}
    base = all(
        take(one.values, "case_number") == 1
        and take(one.values, "table_case") == 0
        and take(one.values, "sensitivity_case") == 0
        for one in (pair.a, pair.b)
    )
    return found - _OF_CASES if base else found


def _figures(pair: AlignedPair, a: Scenario, b: Scenario) -> np.ndarray:
    """Figures of both scenarios in one shape, shape (scenario, measure, plan).

    Raises
    ------
    ScenarioError
        A figure is infinite, or is another one in the scenario's own shape.
    """
    found = []
    for letter, shaped, own in (("A", pair.a, a), ("B", pair.b, b)):
        values = own.evaluate()
        plans = [0, *(own.plans.index(name) for name in pair.a.plans[1:])]
        expected = np.stack([take(values, line)[plans] for line in MEASURES.values()])
        [figures] = _lines(shaped, shaped.values, 1)
        if not np.allclose(figures, expected, _ROUNDING, _ROUNDING, equal_nan=True):
            raise ScenarioError(
                f"{own.source}: figures of {letter} depend on sites or roles without heads, which "
                "only the other scenario has; add them to both scenarios"
            )
        found.append(figures)
    return np.stack(found)


def _lines(scenario: Scenario, values: Mapping[str, np.ndarray], cases: int) -> np.ndarray:
    """Figures of many cases over the horizon of a scenario, shape (case, measure, plan)."""
    found = lines_by_case(scenario, values, cases, [*MEASURES.values()])
    figures = np.stack([found[line] for line in MEASURES.values()], axis=1)
    return np.where(np.isfinite(figures), figures, np.nan)


def _evaluation(pair: AlignedPair, groups: Sequence[Sequence[_Number]]) -> Evaluate:
    """The figures where some groups are as in B and all others as in A."""
    horizon = [any(one.address == HORIZON for one in group) for group in groups]

    def evaluate(made: np.ndarray) -> np.ndarray:
        figures = np.empty((len(made), len(MEASURES), len(pair.a.plans)))
        of_b = made[:, horizon].any(axis=1)
        for scenario, cases in ((pair.a, ~of_b), (pair.b, of_b)):
            if cases.any():
                values = _mixed(pair, groups, made[cases])
                figures[cases] = _lines(scenario, values, int(cases.sum()))
        return figures

    return evaluate


def _mixed(
    pair: AlignedPair, groups: Sequence[Sequence[_Number]], made: np.ndarray
) -> dict[str, np.ndarray]:
    """Inputs by case: those of A, with the numbers of some groups as in B."""
    values = dict(pair.a.values)
    for group, chosen in zip(groups, made.T, strict=True):
        for one in group:
            for name, position in _places(one):
                if values[name] is pair.a.values[name]:
                    values[name] = values[name].repeat(len(made), axis=0)
                values[name][chosen, *position[1:]] = pair.b.values[name][position]
    return values


def _places(one: _Number) -> list[tuple[str, tuple[int, ...]]]:
    """Where the values of a scenario hold a number; the horizon is none of them."""
    if one.entry:
        return [(one.entry.name, one.position)]
    return [(name, (0,) * len(AXES)) for name in _OF_START] if one.address == START else []


def _plan_change(figures: np.ndarray, parts: Mapping[str, np.ndarray]) -> PlanChange:
    """The change of a plan, from figures of shape (scenario, measure) and parts of (measure,)."""
    change = figures[1] - figures[0]
    split = np.isfinite(change) & np.all([np.isfinite(part) for part in parts.values()], axis=0)
    return PlanChange(
        a=_by_measure(figures[0]),
        b=_by_measure(figures[1]),
        change=_by_measure(change),
        parts={group: _by_measure(np.where(split, part, np.nan)) for group, part in parts.items()},
    )


def _by_measure(figures: np.ndarray) -> dict[str, float | None]:
    """Figures by name; None where there is no answer."""
    values = (figures + 0.0).tolist()  # no -0.0
    return {key: one if one == one else None for key, one in zip(MEASURES, values, strict=True)}


def _largest(plans: Mapping[str, PlanChange], group: str) -> float:
    """The largest effect on the NPV of a plan."""
    return max((abs(one.parts[group]["npv"] or 0) for one in plans.values()), default=0)


def _shown(pair: AlignedPair, one: _Number, group: str) -> InputDifference:
    if one.entry is None:
        label, unit = _TIMES[one.address]
        a, b = (getattr(scenario, one.address) for scenario in (pair.a, pair.b))
        return InputDifference(one.address, one.address, label, unit, a, b, group)
    entry, label = one.entry, one.entry.label
    a, b = (scenario.values[entry.name][one.position].item() for scenario in (pair.a, pair.b))
    if entry.choices:
        a, b = entry.word_of(a), entry.word_of(b)
    unit = entry.unit.replace("money", pair.a.currency)
    return InputDifference(one.address, entry.name, label, unit, a, b, group)


def _texts(a: Scenario, b: Scenario, numbers: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Texts that differ; the first month is none of them where it changes figures."""
    for name, label in _TEXTS.items():
        if getattr(a, name) != getattr(b, name) and name not in numbers:
            yield label, getattr(a, name), getattr(b, name)
    vendors = [", ".join(filter(None, one.list_names["vendor"])) for one in (a, b)]
    if vendors[0] != vendors[1]:
        yield "Vendors", vendors[0], vendors[1]


def _method(count: int, grouping: str) -> str:
    """How a change is split, in a sentence; empty where nothing with an effect differs."""
    if not count:
        return ""
    grouped = f"; {grouping}" * bool(grouping)
    if count == 1:
        return f"One difference makes the whole change{grouped}."
    if count <= SHAPLEY_MAX:
        return (
            f"Effects are Shapley values: the mean over every order in which the {count} "
            f"differences can be made; they sum to the change{grouped}."
        )
    return (
        f"The {count} differences are made one at a time, in the order of the inputs and in the "
        "reverse: effects are the mean of both, and sum to the change."
    )


def _no_answers(plans: Mapping[str, PlanChange]) -> Iterator[str]:
    """The changes that have no parts, in sentences."""
    for name, plan in plans.items():
        for key, line in MEASURES.items():
            what = f"{name}: {default_model().lines[line].label.lower()}"
            without = [letter for letter, one in (("A", plan.a), ("B", plan.b)) if one[key] is None]
            if without:
                yield f"{what} has no answer in {' and '.join(without)}, so no change to split."
            elif any(part[key] is None for part in plan.parts.values()):
                yield (
                    f"{what} has no answer with only some of the differences made, so its change "
                    "is not split."
                )
