"""Functions in cells about scenario cells: to make one, to change one, what plans in it give."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..engine.address import take
from ..engine.differences.comparison import MEASURES, ScenarioComparison, compare_scenarios
from ..engine.errors import DomainError
from ..engine.model import default_model
from ..engine.plan_figures import (
    RECOMMENDED,
    exit_costs,
    heads_for_output,
    line_named,
    plans_named,
)
from ..engine.scenario import Scenario
from ..engine.uncertainty.varied_inputs import address_of
from .calling import SCENARIO, Function, Parameter
from .coerce import Cell, Rows
from .scenario_contents import Content, is_content
from .scenario_registry import is_scenario_text
from .scenario_tables import (
    BASELINE,
    EXAMPLE_SITES,
    ONSHORE,
    SITE_KEYS,
    TABLES,
    scenario_of,
    setting_columns,
    setting_named,
    site_columns,
    site_input_named,
    value_of,
)
from .schedules import HEADS, LAYOUT, heads_of_months, laid_out
from .tables import Column, Unplaced

TOPIC = "Scenario cells"
SCENARIO_CELL = Parameter(
    "scenario",
    "Scenario",
    "scenario",
    "a cell with SHORE_SCENARIO or SHORE_SET, or a table of sites",
    shape=SCENARIO,
)
_A_PLAN = f"the name of a plan, or {RECOMMENDED}"
EACH_PLAN = Parameter(
    "plan", "Plan", "text", _A_PLAN, optional=True, shape="text", omitted="a row for each plan"
)
ONE_PLAN = Parameter("plan", "Plan", "text", _A_PLAN, shape="text")
_ROSTER = Parameter(
    "roster",
    "People who decide heads, waves and pay",
    "table",
    "plan, site, role, heads, start, end, pay, currency in the first row, a person in each row "
    "below",
    optional=True,
    shape="table",
    omitted="heads are those of plans",
)
_MONTH = Parameter(
    "month",
    "Month in which the plan ends",
    "month",
    "a whole number from 1 to the last month that counts",
    optional=True,
    default=np.nan,
    limits=(1, 1_200, True),
    shape="one",
    omitted="the last one",
)


def _scenario(sites: Rows, plans: Rows, settings: Rows, roster: Rows) -> list[list[Any]]:
    """The content of a scenario cell."""
    if len(sites) == 1 == len(sites[0]) and is_scenario_text(sites[0][0]):
        raise DomainError("sites is a scenario cell already; SHORE_SET changes one")
    found = scenario_of(sites, plans, settings, roster)  # sees that nothing is wrong, and where
    content = Content(_sites_by_name(sites), plans, _settings_by_name(settings), roster)
    return _text(content, found)


def _sites_by_name(sites: Rows) -> Rows:
    """A table of sites with the names of inputs in its first row, whatever way round it was."""
    columns = site_columns(Unplaced.of("sites", sites))
    return tuple(zip(*((_head(key, one), *one.cells) for key, one in columns.items()), strict=True))


def _settings_by_name(settings: Rows, without: str = "") -> Rows:
    """Names and values of settings in the order of their names, whatever it was in the table."""
    columns = setting_columns(Unplaced.of("settings", settings))
    found = [(_head(key, one), one.cells[0]) for key, one in columns.items() if key != without]
    return tuple(sorted(row for row in found if row[1] is not None))


def _head(name: str, column: Column) -> str:
    """The heading of a column by name, with the currency that it states."""
    return f"{name} ({column.currency})" if column.currency else name


def _text(content: Content, scenario: Scenario) -> list[list[Any]]:
    return [[content.text(len(scenario.plans), len(scenario.sites))]]


def _made(content: Content) -> list[list[Any]]:
    """The text of a content, which is read to see that nothing is wrong with it."""
    return _text(content, scenario_of(((content.text(0, 0),),)))


def _set(scenario: Rows, input_name: str, value: Rows) -> list[list[Any]]:
    """The content of a scenario cell with another value of one input."""
    if len(value) != 1 or len(value[0]) != 1:
        raise DomainError(f"value must be one cell: the new value of {input_name}")
    before = scenario_of(scenario)  # sees that nothing is wrong, and where
    if is_content(scenario):
        content = Content.parsed(str(scenario[0][0]))
    else:
        content = Content(_sites_by_name(scenario))
    return _made(_changed(content, before, input_name, value[0][0]))


def _changed(content: Content, before: Scenario, name: str, value: Cell) -> Content:
    """A content with a value in the table that has it, or among the changes by address."""
    if setting := setting_named(name):
        kept = _settings_by_name(content.settings, without=setting)
        return content._replace(settings=tuple(sorted((*kept, (setting, value)))))
    name = site_input_named(name) or name
    kind, _, rest = name.partition(".")
    site, _, key = rest.rpartition(".")
    if kind == "site" and key in SITE_KEYS and key != "name":
        return content._replace(sites=_with_cell(content.sites, site, key, value))
    entry = address_of(before, name).entry
    value = value_of(value, entry, name, before.currency)
    others = (row for row in content.changes if row[0] != name)
    return content._replace(changes=(*others, (name, value)))


def _with_cell(sites: Rows, site: str, key: str, value: Cell) -> Rows:
    """A table of sites with another value in one cell."""
    found = site_columns(Unplaced.of("sites", sites))
    heads = {key: _head(key, column) for key, column in found.items()}
    columns = {key: column.cells for key, column in found.items()}
    names = columns.get("name", [])
    if site == ONSHORE and ONSHORE not in names:
        columns = {key: [*cells, None] for key, cells in columns.items()}
        columns["name"] = names = [*names, ONSHORE]
    if site not in names:
        raise DomainError(
            f"no site is called {site[:40]!r}; there are {', '.join(map(str, names))}"
        )
    cells = columns.setdefault(key, [None] * len(names))
    columns[key] = [value if one == site else cell for one, cell in zip(names, cells, strict=True)]
    rows = ((heads.get(one, one), *cells) for one, cells in columns.items())
    return tuple(zip(*rows, strict=True))


def _result(scenario: Rows, measure: str, plan: str | None) -> list[list[Any]]:
    """A figure of a plan, or of each in a row."""
    return _of_line(line_named(measure))(scenario, plan)


def _of_line(line: str) -> Callable[[Rows, str | None], list[list[Any]]]:
    """The answer of a function that gives one line of a plan, or of each in a row."""

    def answer(scenario: Rows, plan: str | None) -> list[list[Any]]:
        found = scenario_of(scenario)
        figures = take(found.evaluate(), line)
        words = [default_model().lines[line].in_words(value) for value in figures.tolist()]
        return _by_plan(found, line, words, plan)

    return answer


def _by_plan(
    scenario: Scenario, head: str, figures: list[Any], plan: str | None
) -> list[list[Any]]:
    wanted = plans_named(scenario, plan)
    if plan is not None:
        return [[figures[wanted[0]]]]
    return [["plan", head], *([scenario.plans[number], figures[number]] for number in wanted)]


def _monthly(
    scenario: Rows, line: str | None, plan: str | None, layout: str, heads: str
) -> list[list[Any]]:
    """A figure of each month: months below or beside each other."""
    found = scenario_of(scenario)
    wanted = plans_named(found, plan)
    name = line_named(line or "saving", ("plan", "month"))
    values = found.evaluate()
    count = int(take(values, "last_month").item())
    months = heads_of_months(found, count, heads)
    flows = take(values, name)[:, :count].tolist()
    rows = [[found.plans[number], *flows[number]] for number in wanted]
    return laid_out([["month", *months], *rows], layout)


def _heads(scenario: Rows, plan: str | None, output: float) -> list[list[Any]]:
    found = scenario_of(scenario)
    figures = heads_for_output(found, None if output != output else output)
    return _by_plan(found, "heads", figures.tolist(), plan)


def _exit(line: str) -> Callable[[Rows, str | None, float], list[list[Any]]]:
    """The answer of a function about ending a plan in a month."""

    def answer(scenario: Rows, plan: str | None, month: float) -> list[list[Any]]:
        found = scenario_of(scenario)
        figures = exit_costs(found, None if month != month else int(month), line)
        return _by_plan(found, line, figures.tolist(), plan)

    return answer


def _diff(a: Rows, b: Rows, plan: str | None) -> list[list[Any]]:
    """A row for each difference and plan, and what it changes of the plan's figures."""
    found = compare_scenarios(scenario_of(a), scenario_of(b), plan)
    head = ["plan", "difference", "unit", "a", "b", *MEASURES]
    if found.is_empty:
        return [head, ["", "nothing differs", *[""] * (len(head) - 2)]]
    return [head, *_effects(found), *_notes(found, len(head))]


def _effects(found: ScenarioComparison) -> list[list[Any]]:
    rows = []
    for name, change in found.plans.items():
        for group in found.groups:
            members = found.members(group)
            said: list[Any] = ["", "", f"{len(members)} numbers"]
            if len(members) == 1:
                said = [members[0].unit, members[0].a, members[0].b]
            rows.append([name, group, *said, *_figures(change.parts[group])])
        rows.append([name, "change", "", "", "", *_figures(change.change)])
    return rows


def _figures(by_measure: dict[str, float | None]) -> list[Any]:
    return ["n/a" if value is None else value for value in by_measure.values()]


def _notes(found: ScenarioComparison, width: int) -> list[list[Any]]:
    """Numbers that change no plan in both, texts that differ, and sentences."""
    numbers = [] if found.plans else found.inputs
    rows: list[list[Any]] = [
        *(["", one.address, one.unit, one.a, one.b] for one in numbers),
        *(["", what, "text", a, b] for what, a, b in found.texts),
        *(["", text] for text in (*found.sentences, found.method, *found.no_answers) if text),
    ]
    return [row + [""] * (width - len(row)) for row in rows]


def of_scenario(name: str, unit: str, line: str) -> Function:
    """What a function of flows answers where its first argument is a scenario cell."""
    found = default_model().lines[line]
    return Function(
        name, TOPIC, found.label, unit, (SCENARIO_CELL, ONE_PLAN), _of_line(line), each=False,
        missing=found.missing,
    )  # fmt: skip


def without_scenario(parameter: Parameter) -> Parameter:
    """A required parameter that is left out where the first argument is a scenario cell."""
    return parameter._replace(optional=True, omitted="an error, but for a scenario cell,")


def or_scenario(first: Parameter) -> Parameter:
    """The first parameter of a function that also takes a scenario cell and a plan."""
    return first._replace(label=f"{first.label}; or a scenario cell, followed by a plan")


def _of_plan(name: str, does: str, unit: str, line: str) -> Function:
    """A function that gives one line of a plan, or of each plan in a row."""
    return Function(
        name, TOPIC, does, unit, (SCENARIO_CELL, EACH_PLAN), _of_line(line),
        (EXAMPLE_SITES, "Krakow"), each=False, missing=default_model().lines[line].missing,
    )  # fmt: skip


SEVERANCE_OF_PLAN = Function(
    "SHORE_SEVERANCE",
    TOPIC,
    "Severance and notice that are due where a plan ends in a month.",
    "money",
    (SCENARIO_CELL, ONE_PLAN, _MONTH),
    _exit("severance_due"),
    each=False,
)
SCENARIOS: tuple[Function, ...] = (
    Function(
        "SHORE_SCENARIO",
        TOPIC,
        "One cell that stands for a whole scenario, in place of its tables in other functions.",
        "text",
        (*TABLES, _ROSTER),
        _scenario,
        (EXAMPLE_SITES, (("", ONSHORE, "Krakow", "Pune"), (BASELINE, 8, 0, 0), ("Go", 2, 0, 6))),
        each=False,
        makes_scenario=True,
    ),
    Function(
        "SHORE_SET",
        TOPIC,
        "A scenario cell that is another one with a single input changed.",
        "text",
        (
            SCENARIO_CELL,
            Parameter(
                "input_name",
                "Input to change",
                "text",
                "a name as in settings; salary for all sites but the base; or an address such as "
                "site.Krakow.salary",
                shape="text",
            ),
            Parameter(
                "value", "Its new value", "as the input", "a valid value, or a word", shape="table"
            ),
        ),
        _set,
        (EXAMPLE_SITES, "site.Krakow.salary", 70_000),
        each=False,
        makes_scenario=True,
    ),
    Function(
        "SHORE_RESULT",
        TOPIC,
        "A figure of a plan by its name or label; without a plan, that of each.",
        "as the figure",
        (
            SCENARIO_CELL,
            Parameter(
                "measure",
                "Figure",
                "text",
                "npv, net_saving or another figure of plans, by its name or label",
                shape="text",
            ),
            EACH_PLAN,
        ),
        _result,
        (EXAMPLE_SITES, "Net present value", "Krakow"),
        each=False,
    ),
    Function(
        "SHORE_MONTHLY",
        TOPIC,
        "A flow or another figure of each month: months below each other, a plan a column.",
        "as the figure",
        (
            SCENARIO_CELL,
            Parameter(
                "line",
                "Figure of a month",
                "text",
                "saving, cash_saving, heads_working or another figure of plans by month, by its "
                "name or label",
                optional=True,
                shape="text",
                omitted="saving",
            ),
            EACH_PLAN._replace(omitted="all of them"),
            LAYOUT._replace(default=1),
            HEADS,
        ),
        _monthly,
        (EXAMPLE_SITES, "Cumulative saving"),
        each=False,
    ),
    _of_plan(
        "SHORE_ROI",
        "Return on investment of a plan in cash over the horizon; without a plan, that of each.",
        "fraction",
        "roi_cash",
    ),
    _of_plan(
        "SHORE_PEAK_FUNDING",
        "Lowest cumulative cash saving of a plan, which is what it needs to be funded.",
        "money",
        "peak_funding",
    ),
    Function(
        "SHORE_HEADS_FOR_OUTPUT",
        TOPIC,
        "Heads of a plan that deliver an output once they are ramped up.",
        "heads",
        (
            SCENARIO_CELL,
            EACH_PLAN,
            Parameter(
                "output",
                "Output",
                "onshore heads",
                "above 0, up to 1,000,000",
                optional=True,
                default=np.nan,
                limits=(1e-9, 1e6, False),
                shape="one",
                omitted="that of the baseline",
            ),
        ),
        _heads,
        (EXAMPLE_SITES, "Krakow", 10),
        each=False,
    ),
    Function(
        "SHORE_EXIT_COST",
        TOPIC,
        "Cost of ending a plan in a month: severance, notice, contracts, the work brought back.",
        "money",
        (SCENARIO_CELL, EACH_PLAN, _MONTH),
        _exit("stop_cost"),
        (EXAMPLE_SITES, "Krakow", 24),
        each=False,
    ),
    Function(
        "SHORE_DIFF",
        TOPIC,
        "What differs between two scenarios, and what each of it changes of every plan.",
        "table",
        (
            SCENARIO_CELL._replace(name="a", label="First scenario"),
            SCENARIO_CELL._replace(name="b", label="Second scenario"),
            EACH_PLAN._replace(allowed="the name of a plan", omitted="all that both have"),
        ),
        _diff,
        (EXAMPLE_SITES, (("name", "salary", "overlap_hours"), ("Krakow", 70_000, 4),
                         ("Pune", 40_000, 0))),
        each=False,
    ),
)  # fmt: skip
