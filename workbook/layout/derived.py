"""Figures on sheets that are neither inputs nor lines, for any number of scenarios at once.

They are the cached values of formulas: the bars of the waterfall, the tables of sheet Sensitivity,
and the statistics of each input on sheet Audit.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from ...engine.axes import MONTH, PERIODS, PLAN, SITE, zero_within
from ...engine.calculators.catalogue import CATALOGUE, Entry
from ...engine.criteria import CRITERIA, DECISIONS, NONE, SIZINGS, none_number
from ...engine.declaration import NO_CAP
from ...engine.drivers import CASES, DRIVERS, SAVED
from ...engine.grades import ASSUMPTION, GRADE_TITLES
from ...engine.lines import Line
from ...engine.measures import CASE_MEASURES, HORIZON_STEPS, MEASURES, STEPS
from ...engine.model import Model
from ...engine.uncertainty.driver_grades import MATTERING
from .board_texts import reasons
from .law_rows import law_rows
from .references import NOT_SHOWN
from .result_names import RESULT_LINES

CASE_LINES = tuple(MEASURES[key] for key in CASE_MEASURES)  # in the table of cases
YEAR_LINES = (
    "value_by_year",
    "cost_by_year",
    "saving_by_year",
    "cumulative_by_year",
    "cash_saving_by_year",
    "tax_by_year",
    "cash_after_tax_by_year",
    "profit_saving_by_year",
)  # in the statement of each plan
# Prefixes of the figures of lines by case, and of their differences from the base case.
CASES_OF, VARIANCE_OF = "cases:", "variance:"
# Prefix of the figures of a line by plan where people read them: blank, which is NOT_SHOWN, where
# the plan is not in use.
SHOWN_OF, _SHOWN_AXES = "shown:", (("plan",), ("plan", "year"))
RECOMMENDED_OF = "recommended:"  # prefix of the figures of the plan recommended
_AS_ENTERED = ("salary_break_even", "salary_break_even_exact")
MEASURE = "sensitive_saving"  # line in the tables of sheet Sensitivity
SALARY_TIMES = (0.6, 0.8, 1.0, 1.2, 1.4)
MANAGEMENT_TIMES = (0.5, 0.75, 1.0, 1.25, 1.5)
BARS = ("bar_headline", *STEPS, "bars_total", *HORIZON_STEPS, "net_saving_risk_adjusted")
TOTALS = ("bar_headline", "bars_total", "net_saving_risk_adjusted")  # bars that start at 0
AUDITED: dict[str, Callable[..., np.ndarray]] = {
    "sum": np.sum,
    "smallest": np.min,
    "largest": np.max,
}

# Results of functions on sheet Functions that are no line as it stands, and what stands in there
# for a parameter of the line: friction always counts.
EXAMPLE_OF = "function:"
_STANDS_IN = {"counted_friction": "friction_share"}

_DAY_0 = np.datetime64("1899-12-30")  # of spreadsheets, for dates from 1 March 1900 on

# The banner of every sheet: the case in force, and the name of the scenario.
CASE_WORDS = tuple(name.capitalize() for name in CASES[: -len(SAVED)])  # of cases without names
NO_SUCH_CASE = "Other"
AFTER_CASE = " case: "
ALL_PASS, ONE_FAILS = "All checks pass", "A check fails: see sheet Checks"
NO_SUCH_PLAN = "no such plan"
# Why a plan is shown where only one is, by the number of line `shown_because`. The last is said
# where plan 1 is the plan recommended, or none at all.
SHOWN_BECAUSE = (
    "chosen on Inputs",
    "recommended",
    "no other recommended: best NPV after risk",
)
NOT_HERE = "-"  # in the place of a driver that stands in the other column
# By the number of the decision: what plans are compared with, and what the saving is.
COMPARED = (
    "Each plan is compared with the same output bought onshore.",
    "Each plan is compared with hiring for the same output onshore.",
    "Each plan is compared with what its capacity earns.",
)
SAVINGS = (
    "Saving against the same output onshore",
    "Saving against hiring for the same output onshore",
    "Gain against what the capacity earns; the first two rows against onshore cost",
)
EXIT_COSTS = (
    "No exit cost is entered.",
    "Exit cost: as entered.",
    "No onshore team leaves, so there is no exit cost.",
)

# What the cost of the plan recommended rests on: shares, each with the words after it.
EVIDENCE_STARTS = "Of the cost of the plan recommended "
EVIDENCE_WORDS = {
    "share_official": " rests on official and current figures, ",
    "share_secondary": " on secondary or old figures, ",
    "share_own": " on own figures and ",
    "share_assumed": " on assumptions.",
}
UNSOURCED = f"assumption, among the {MATTERING} that matter most"
EVIDENCE_BY_PLAN = "What the cost of each plan rests on stands on sheet Cost per head."

Values = Mapping[str, np.ndarray]
_OF_START = ("start_month", "start_calendar_month")  # what a scenario gives beside inputs


def derived(values: Values, model: Model, months: int, start: str) -> dict[str, np.ndarray]:
    """All figures on sheets that are neither inputs nor lines.

    Parameters
    ----------
    values : mapping of str to array, shape (scenario, plan, site, role, month)
        Inputs and lines.
    model : Model
    months : int
        Length of the timeline, in months.
    start : str
        Its first month, such as "2027-01".

    Returns
    -------
    dict of str to array, shape (scenario, row, column, 1, 1)
        By name, which has a colon, unlike those of inputs and lines.
    """
    found = _audit(values, model) | _bridge(values) | _sensitivity(values, model, months)
    found |= _cases(values, model, months) | _period_ends(values, start)
    by_plan = {n: values[n] for n, line in model.lines.items() if line.over in _SHOWN_AXES}
    by_plan |= {n: array for n, array in found.items() if n.startswith((CASES_OF, VARIANCE_OF))}
    plans, cases = values["plan_in_use"] == 1, _cases_in_use(values)
    in_use = dict.fromkeys(by_plan, plans)
    in_use |= {f"{CASES_OF}{n}": plans & cases for n in CASE_LINES}
    in_use |= {f"{VARIANCE_OF}{n}": plans & cases[:, :, 1:] for n in CASE_LINES}
    for name, by in by_plan.items():
        rate = values["presentation_rate"] if is_presented(model.lines[line_of(name)]) else 1
        found[f"{SHOWN_OF}{name}"] = np.where(in_use[name], by * rate, NOT_SHOWN)
    found |= _recommended(values, found)
    return found | law_rows(values) | _examples(values, model)


def _recommended(values: Values, found: Values) -> dict[str, np.ndarray]:
    """Results of the plan recommended as people read them; NOT_SHOWN where there is none."""
    is_it = values["recommended"] == 1
    first, any_is = is_it.argmax(axis=PLAN, keepdims=True), is_it.any(axis=PLAN, keepdims=True)
    by_plan = {line: found[f"{SHOWN_OF}{line}"] for line in RESULT_LINES.values()}
    return {
        f"{SHOWN_OF}{RECOMMENDED_OF}{line}": np.where(any_is, _at(array, first), NOT_SHOWN)
        for line, array in by_plan.items()
    }


def _at(array: np.ndarray, plan: np.ndarray) -> np.ndarray:
    """Figures of one plan of each scenario."""
    scenarios = max(array.shape[0], plan.shape[0])
    figures = np.broadcast_to(array, (scenarios, *array.shape[1:]))
    position = np.broadcast_to(plan, (scenarios, *plan.shape[1:]))
    return np.take_along_axis(figures, position, axis=PLAN)


def is_presented(line: Line) -> bool:
    """Whether sheets for readers show a line in the presentation currency.

    Amounts of money are, but for limits of pay, which people compare with the pay they enter.
    """
    return line.unit.startswith("money") and line.name not in _AS_ENTERED


def line_of(name: str) -> str:
    """Name of the line whose figures an array has, if it has those of a line."""
    for prefix in (SHOWN_OF, CASES_OF, VARIANCE_OF, RECOMMENDED_OF):
        name = name.removeprefix(prefix)
    return name


def derived_texts(
    values: Values,
    model: Model,
    plans: Sequence[str],
    currency: str,
    cases: Sequence[str],
    number: int = 0,
    say: Callable[[str], str] = str,
) -> dict[str, str]:
    """All texts on sheets that depend on figures, for one of the scenarios.

    Parameters
    ----------
    values : mapping of str to array
        Inputs, lines and derived figures.
    model : Model
    plans : sequence of str
        Names of the plans.
    currency : str
        In which sheets for readers show amounts.
    cases : sequence of str
        Names of the cases.
    number : int
        Position of the scenario along the first axis.
    say : function of str
        Gives an English text in the workbook's language.

    Returns
    -------
    dict of str to str
        Texts by key.
    """

    def at(name: str) -> np.ndarray:
        array = values[name]
        return array[number if array.shape[0] > 1 else 0]

    recommended, chosen = at("recommended").ravel().tolist(), int(at("shown_plan").item())
    criterion = CRITERIA[int(at("criterion").item())]
    decision = int(at("decision").item())
    exits = at("exit_cost_head").sum() + at("parallel_months").item() > 0
    none = say(NONE[none_number(decision, at("npv_risk_adjusted").max())])
    order = at("sensitivity:order").ravel().tolist()
    labels = [say(model.inputs[[*DRIVERS][position]].label) for position in order]
    widest = at("sensitivity:widest")
    grades = at("figure_grade")[0, :, :, 0].astype(int).tolist()
    tolerance = at("check_tolerance").item()
    moves = np.abs(widest[:, 1] - widest[:, 0]).ravel() > tolerance
    return {
        "evidence": _evidence(at, recommended, say),
        **{
            f"grade {site} {figure}": say(GRADE_TITLES[grade])
            for site, of_site in enumerate(grades)
            for figure, grade in enumerate(of_site)
        },
        "reasons": reasons(at, plans, currency, say),
        "case": cases[int(at("case_number").item()) - 1],
        "checks": say(ALL_PASS if at("all_checks").item() else ONE_FAILS),
        "recommended": plans[recommended.index(1)] if 1 in recommended else none,
        "criterion": say(f"by {criterion}"),
        "decision": say(DECISIONS[decision]),
        "compared": say(COMPARED[decision]),
        "savings": say(SAVINGS[decision]),
        "sizing": say(SIZINGS[int(at("sizing").item())]),
        "exit": say(EXIT_COSTS[2 if decision else int(exits)]),
        "chosen": plans[chosen - 1] if chosen <= len(plans) else say(NO_SUCH_PLAN),
        "because": say(SHOWN_BECAUSE[int(at("shown_because").item())]),
        **{f"driver {n}": one if moves[n] else NOT_HERE for n, one in enumerate(labels)},
        **{f"evidence {n}": one for n, one in enumerate(_evidence_of_drivers(at, moves, say))},
        **{f"left out {n}": NOT_HERE if moves[n] else one for n, one in enumerate(labels)},
    }


def _evidence(
    at: Callable[[str], np.ndarray], recommended: list[int], say: Callable[[str], str]
) -> str:
    """What the cost of the plan recommended rests on."""
    if 1 not in recommended:
        return say(EVIDENCE_BY_PLAN)
    plan = recommended.index(1)
    shares = (
        f"{math.floor(at(name).ravel()[plan].item() / 0.01 + 0.5)}{say(f'%{words}')}"
        for name, words in EVIDENCE_WORDS.items()
    )
    return say(EVIDENCE_STARTS) + "".join(shares)


def _evidence_of_drivers(
    at: Callable[[str], np.ndarray], moves: np.ndarray, say: Callable[[str], str]
) -> Iterator[str]:
    """The grade of each driver, the widest swing first; assumptions that matter most stand out."""
    grades = at("sensitivity:grades").ravel().astype(int).tolist()
    for n, grade in enumerate(grades):
        words = UNSOURCED if grade == ASSUMPTION and n < MATTERING else GRADE_TITLES[grade]
        yield say(words) if moves[n] else NOT_HERE


def has_own_example(entry: Entry) -> bool:
    """Whether the example of a function is a line with a setting of its own."""
    return has_live_example(entry) and bool(entry.fixed)


def has_live_example(entry: Entry) -> bool:
    """Whether the example of a function is computed from figures of the scenario."""
    lists = any(argument.listed for argument in entry.arguments)
    return entry.follows and isinstance(entry.line, str) and not lists


def _examples(values: Values, model: Model) -> dict[str, np.ndarray]:
    """Results of the examples of functions with a setting of their own."""
    found = {}
    for entry in filter(has_own_example, CATALOGUE):
        names = model.parameters[str(entry.line)]
        given = (
            np.full((1,) * 5, entry.fixed[name])
            if name in entry.fixed
            else values[_STANDS_IN.get(name, name)]
            for name in names
        )
        found[f"{EXAMPLE_OF}{entry.name}"] = model.lines[str(entry.line)].function(*given)
    return found


def _period_ends(values: Values, start: str) -> dict[str, np.ndarray]:
    """The last day of each fiscal year and quarter, as spreadsheets count days."""
    found = {}
    for axis in PERIODS:
        after = np.datetime64(start) + values[f"{axis}_last"].astype("timedelta64[M]")
        days = (after.astype("datetime64[D]") - _DAY_0).astype(float) - 1
        found[f"{axis}:ends"] = np.moveaxis(days, MONTH, PLAN)
    return found


def _audit(values: Values, model: Model) -> dict[str, np.ndarray]:
    """Sum, smallest and largest value of each input."""
    everything = (1, 2, 3, 4)
    found = {
        f"{name}:{what}": function(values[name], axis=everything, keepdims=True)
        for name in model.inputs
        for what, function in AUDITED.items()
    }
    for name, entry in model.inputs.items():
        if entry.highest >= NO_CAP:
            amounts = np.where(values[name] < entry.highest, values[name], 0)
            found[f"{name}:sum"] = np.sum(amounts, axis=everything, keepdims=True)
    return found


def _bridge(values: Values) -> dict[str, np.ndarray]:
    """Start, end and parts of each bar of the waterfall of the plan shown.

    All bars are broadcast to one array, so each has the full number of scenarios.
    """
    chosen = values["plan"] == values["shown_plan"]
    answered = {name: np.nan_to_num(values[name]) for name in BARS}  # as SUMIF: no answer adds 0
    bars = (np.where(chosen, answered[name], 0).sum(axis=PLAN, keepdims=True) for name in BARS)
    change = np.concatenate(np.broadcast_arrays(*bars), PLAN)
    step = np.array([name not in TOTALS for name in BARS], int).reshape(1, -1, 1, 1, 1)
    end, start = np.zeros_like(change), np.zeros_like(change)
    tolerance = values["check_tolerance"]
    for bar in range(len(BARS)):
        start[:, bar] = step[:, bar] * end[:, bar - 1]
        end[:, bar] = zero_within(start[:, bar] + change[:, bar], tolerance[:, 0])
    low, high = np.minimum(start, end), np.maximum(start, end)
    base = step * (np.maximum(0, low) + np.minimum(0, high))
    above = step * (np.maximum(0, high) - np.maximum(0, low))
    below = step * (np.minimum(0, low) - np.minimum(0, high))
    gains = (change > 0) * 1
    sides = (gains * above, gains * below, (1 - gains) * above, (1 - gains) * below)
    parts = (change, step, start, end, base, (1 - step) * change, *sides)
    return {"bridge:bars": np.concatenate(np.broadcast_arrays(*parts), SITE) + 0.0}  # no -0.0


def _sensitivity(values: Values, model: Model, months: int) -> dict[str, np.ndarray]:
    """Tables of sheet Sensitivity, and the swings of the drivers, the widest first."""
    drivers = len(DRIVERS)
    salary, management = np.meshgrid(SALARY_TIMES, MANAGEMENT_TIMES, indexing="ij")
    case = np.arange(2 * drivers + 1)
    one, none = np.ones(case.size), np.zeros(salary.size, int)
    found = _evaluated(
        values,
        model,
        months,
        [MEASURE],
        {
            "sensitivity_case": np.concatenate([case, none]),
            "salary_times": np.concatenate([one, salary.ravel()]),
            "management_times": np.concatenate([one, management.ravel()]),
        },
    )
    # By scenario, case and plan.
    tried = found[MEASURE].reshape(-1, case.size + salary.size, values["plan"].size)
    every_end, every_grid = tried[:, 1 : case.size], tried[:, case.size :]
    is_shown = values["plan"].ravel() == values["shown_plan"].reshape(-1, 1, 1)
    shown = np.where(is_shown, tried, 0).sum(axis=2)  # 0 if there is no such plan
    ends, grid = shown[:, 1 : case.size], shown[:, case.size :]
    changes = (ends - shown[:, :1]).reshape(-1, drivers, 2)
    swings = np.abs(changes[:, :, 1] - changes[:, :, 0])
    order = np.argsort(-swings, axis=1, kind="stable")  # ties keep the order of the drivers
    ranks = np.argsort(order, axis=1) + 1
    widest = np.take_along_axis(changes, order[:, :, None], axis=1)
    tables = {
        "now": shown[:, :1, None],
        "ends": every_end,
        "grids": every_grid.swapaxes(1, 2).reshape(
            -1, values["plan"].size * len(SALARY_TIMES), len(MANAGEMENT_TIMES)
        ),
        "grid": grid.reshape(-1, *salary.shape),
        "changes": changes,
        "swings": swings[:, :, None],
        "ranks": ranks[:, :, None],
        "order": order[:, :, None],
        "widest": widest,
        "grades": np.take_along_axis(
            np.broadcast_to(values["driver_grade"].reshape(-1, drivers), order.shape), order, axis=1
        )[:, :, None],
    }
    return {f"sensitivity:{name}": table[..., None, None] for name, table in tables.items()}


def _cases(values: Values, model: Model, months: int) -> dict[str, np.ndarray]:
    """Figures of each plan by case, and differences: shape (scenario, plan, case, 1, 1).

    A saved case that moves no driver is the base case, and is not evaluated.
    """
    used = _cases_in_use(values)
    numbers = 1 + np.flatnonzero(used.any(axis=(0, 1, 3, 4)))
    found = _evaluated(values, model, months, CASE_LINES, {"table_case": numbers})
    columns = np.searchsorted(numbers, np.arange(1, len(CASES) + 1))
    columns[~np.isin(np.arange(1, len(CASES) + 1), numbers)] = 0
    by_case = {
        name: array.reshape(-1, numbers.size, array.shape[PLAN], 1, 1).swapaxes(1, 2)[:, :, columns]
        for name, array in found.items()
    }
    tables = {f"{CASES_OF}{name}": array for name, array in by_case.items()}
    for name, array in by_case.items():
        tables[f"{VARIANCE_OF}{name}"] = array[:, :, 1:] - array[:, :, :1]
    return tables


def _cases_in_use(values: Values) -> np.ndarray:
    """Which cases stand on sheet Scenarios: shape (scenario, 1, case, 1, 1)."""
    saved = [values[f"saved_{number}_in_use"] == 1 for number in range(1, len(SAVED) + 1)]
    always = [np.ones_like(saved[0])] * (len(CASES) - len(SAVED))
    return np.concatenate(np.broadcast_arrays(*always, *saved), axis=SITE)


def _evaluated(
    values: Values, model: Model, months: int, wanted: Sequence[str], moved: Values
) -> dict[str, np.ndarray]:
    """Lines with some inputs changed; cases of one scenario follow each other."""
    cases = next(iter(moved.values())).size
    scenarios = max(values[name].shape[0] for name in model.inputs)
    inputs = {
        name: values[name] if values[name].shape[0] == 1 else values[name].repeat(cases, axis=0)
        for name in (*model.inputs, *_OF_START)
    }
    for name, steps in moved.items():
        column = np.tile(steps, scenarios).reshape(-1, 1, 1, 1, 1)
        inputs[name] = column.astype(values[name].dtype)
    found = model.evaluate(inputs, months, wanted)
    return {name: found[name] for name in wanted}
