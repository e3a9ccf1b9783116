"""The commands ``simulate``, ``sensitivity`` and ``solve``."""

import itertools
import json
import math
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from . import completion, options
from .extras import require_for_plot, require_for_simulation
from .numbers import Context, Number, Parameter, Percent, Percentage, Whole, shown
from .simulation_text import CAVEAT, about_ranges, print_simulation

if TYPE_CHECKING:
    from ..engine.lines import Line
    from ..engine.uncertainty.tornado import Swing
    from ..scenarios import Scenario

_GRID_MAX = 50
_WIDEN_MAX = 10
_PLOT = click.option("--plot", type=click.Path(), help="Picture to write: .png, .svg or .pdf.")


class _Values(click.ParamType):
    """An input and its values: salary=40000,60000 or management_rate=10%:30%:5 (five values)."""

    name = "input=values"

    def convert(self, value: Any, param: Parameter, ctx: Context) -> tuple[str, list[float]]:
        """Parse name and values; a usage error gives the notation."""
        name, sign, text = value.partition("=")
        ends = text.split(":")
        number = Number()
        if len(ends) == 3 and ends[2] in map(str, range(2, _GRID_MAX + 1)):
            import numpy as np

            low, high = (number.convert(end, param, ctx) for end in ends[:2])
            return name, np.linspace(low, high, int(ends[2])).tolist()
        if not sign or len(ends) > 1:
            self.fail(
                f"{shown(value)}; it must be INPUT=V,V,... or INPUT=FROM:TO:COUNT, "
                f"2 to {_GRID_MAX} values",
                param,
                ctx,
            )
        values = text.split(",")
        for before, one in itertools.pairwise(values):
            if re.fullmatch(r"0[0-9]{2}", one.strip()):
                self.fail(
                    f"{shown(value)}: a comma separates values; write "
                    f"{before.strip()}{one.strip()}",
                    param,
                    ctx,
                )
        return name, [number.convert(one, param, ctx) for one in values]


@click.command(short_help="How the results vary: percentiles, probabilities.")
@options.scenario
@click.option(
    "--draws", default=8_192, type=Whole(), show_default=True, help="64 to 10,000,000 draws."
)
@options.seed
@click.option(
    "--method",
    default="sobol",
    show_default=True,
    shell_complete=completion.methods,
    metavar="METHOD",
    help="Sampling: sobol (Sobol sequence) or latin (Latin hypercube).",
)
@click.option(
    "--by",
    "months",
    type=Number(),
    multiple=True,
    metavar="MONTH",
    help="Month to break even by; may be given again.",
)
@click.option("--floor", type=Number(), help="Lowest margin at the competitor's price.")
@click.option(
    "--widen",
    type=Number(),
    metavar="FACTOR",
    help="Widen the ranges of assumptions by this factor, of secondary figures by half as much.",
)
@options.as_json
@_PLOT
@options.force
def simulate(
    scenario: Path | None,
    preset: str | None,
    draws: int,
    seed: int,
    method: str,
    months: tuple[float, ...],
    floor: float | None,
    widen: float | None,
    as_json: bool,
    plot: str | None,
    force: bool,
) -> None:
    """Simulate a SCENARIO with random drivers, and print how the results vary.

    The drivers are twenty inputs, such as salary and attrition_rate: docs/uncertainty.md. Each
    varies between its low and its high level in the scenario, most often near the likely one. The
    probability of never breaking even is printed separately.
    """
    from ..engine.uncertainty.simulation import simulate as run
    from ..engine.uncertainty.simulation import summary
    from ..engine.uncertainty.tornado import decision_reversals

    require_for_simulation(draws)
    _refuse_plot(plot, force)
    if widen is not None and not 1 <= widen <= _WIDEN_MAX:
        raise click.UsageError(f"--widen is {widen:g}; it must be between 1 and {_WIDEN_MAX}")
    case = options.scenario_of(scenario, preset)
    if widen is not None:
        case = case.with_inputs({"widen_assumptions": widen, "widen_secondary": (1 + widen) / 2})
    simulation = run(case, draws, seed, method)
    found = summary(simulation, months, floor)
    reversals = decision_reversals(case)
    if plot:
        from .plots import of_simulation, write_plot

        click.echo(f"wrote {write_plot(of_simulation(simulation), plot, force)}", err=True)
    if as_json:
        found["decision_reversals"] = [one._asdict() for one in reversals]
        click.echo(json.dumps(found, indent=2))
    else:
        print_simulation(case, simulation, found, reversals)
    options.print_assumed(case)


@click.command(short_help="How far each driver moves a measure of a plan.")
@options.scenario
@options.plan
@click.option(
    "--measure",
    metavar="MEASURE",
    default="net_saving",
    show_default=True,
    shell_complete=completion.measures,
    help="A measure of the plan; see shorewise measures.",
)
@click.option("--percent", type=Percent(), help="Move each driver by this percentage instead.")
@click.option(
    "--elasticities",
    "elastic",
    is_flag=True,
    help="Print the change in per cent for 1 % of each driver instead.",
)
@click.option(
    "--indices",
    "global_",
    is_flag=True,
    help="Print Sobol's indices instead: the share of each driver in the variance.",
)
@click.option(
    "--draws",
    default=1_024,
    type=Whole(),
    show_default=True,
    help="Draws for the indices: a power of two.",
)
@options.seed
@click.option(
    "--grid",
    nargs=2,
    type=_Values(),
    metavar="INPUT=VALUES INPUT=VALUES",
    help="Print the measure at each pair instead: salary=40000:80000:5 overlap_hours=0,2.",
)
@options.as_json
@_PLOT
@options.force
def sensitivity(
    scenario: Path | None, preset: str | None, plan: str | None, measure: str, **chosen: Any
) -> None:
    """Print how far each driver of a SCENARIO moves a measure of a plan, the widest swing first.

    The drivers are twenty inputs, such as salary and attrition_rate, each moved to its low and its
    high level in the scenario: docs/uncertainty.md.
    """
    from ..engine import default_model
    from ..engine.criteria import (
        best_plans,
        describe_best_plans,
        describe_question,
        none_in_words,
        question_in_words,
    )
    from ..engine.drivers import DRIVERS
    from ..engine.errors import require
    from ..engine.measures import line_of, plan_of
    from ..engine.uncertainty.driver_grades import MATTERING, unsourced
    from .printed_tables import print_table

    _refuse_two_analyses(chosen)
    _refuse_plot(chosen["plot"], chosen["force"])
    if chosen["global_"]:
        require("uncertainty", "an index")
    case = options.scenario_of(scenario, preset)
    number = plan_of(case, plan)
    line = default_model().lines[line_of(measure)]
    title = f"{case.plans[number]}: {line.label}"
    answer = _analysis(case, number, measure, line, chosen)
    if chosen["plot"]:
        _plot_tornado(case, number, answer.swings, title, line, chosen)
    if chosen["as_json"]:
        about: dict[str, Any] = {"scenario": case.name, "plan": case.plans[number]}
        about["measure"] = measure
        about |= question_in_words(case.values) | {"assumptions": [*case.assumed]}
        found = about | {"best_plans": best_plans(case), "sensitivity": answer.data}
        found["unsourced"] = unsourced(case, [one.driver for one in answer.swings])
        click.echo(json.dumps(found, indent=2))
        options.print_assumed(case)
        return
    print_table(title, answer.heads, answer.table)
    which = "as requested" if plan else "the first after the baseline; --plan selects another"
    best = describe_best_plans(best_plans(case), none_in_words(case))
    click.echo(f"Plan shown: {case.plans[number]}, {which}. {best}")
    click.echo(describe_question(case.values))
    unmoved = [name for name in DRIVERS if name not in {one.driver for one in answer.swings}]
    for words in about_ranges(case, unmoved if answer.swings else None):
        click.echo(words)
    if names := unsourced(case, [one.driver for one in answer.swings]):
        click.echo(f"Assumptions among the {MATTERING} that matter most: {', '.join(names)}.")
    click.echo(CAVEAT)
    options.print_assumed(case)


class _Answer(NamedTuple):
    """Result of a sensitivity analysis as plain data and as a table, with a tornado's swings."""

    data: Any
    heads: list[str]
    table: list[list[str]]
    swings: "Sequence[Swing]" = ()


def _refuse_two_analyses(chosen: Mapping[str, Any]) -> None:
    """Raise a usage error if options ask for different analyses."""
    flags = {"--grid": "grid", "--elasticities": "elastic", "--indices": "global_"}
    asked = [flag for flag, name in flags.items() if chosen[name]]
    of_tornado = {"--plot": "plot", "--percent": "percent"}
    asked += [one for one, name in of_tornado.items() if asked and chosen[name] is not None]
    if len(asked) > 1:
        raise click.UsageError(
            f"{' and '.join(asked)} are mutually exclusive; --plot and --percent go with the "
            "tornado only"
        )


def _analysis(
    case: "Scenario", plan: int, measure: str, line: "Line", chosen: Mapping[str, Any]
) -> _Answer:
    """The analysis selected by the options; by default the tornado."""
    from ..engine.uncertainty import tornado as one_way
    from ..engine.uncertainty.sobol import sobol_indices
    from ..engine.uncertainty.two_way_table import two_way_table
    from .printed_tables import formatted

    if chosen["grid"]:
        found = two_way_table(case, plan, measure, *chosen["grid"])
        return _grid(found.tolist(), measure, line, *chosen["grid"])
    if chosen["elastic"]:
        changes = one_way.elasticities(case, plan, measure)
        table = [
            [_labelled(k), "n/a" if math.isnan(v) else f"{v:+.3f} %"] for k, v in changes.items()
        ]
        return _Answer(_without_nan(changes), ["Driver", "Change for 1 % more"], table)
    if chosen["global_"]:
        shares = sobol_indices(case, plan, measure, chosen["draws"], chosen["seed"])
        table = [
            [_labelled(k), f"{one.first:.3f}", f"{one.total:.3f}"] for k, one in shares.items()
        ]
        data = {name: one._asdict() for name, one in shares.items()}
        return _Answer(data, ["Driver", "By itself", "With its interactions"], table)
    swings = one_way.tornado(case, plan, measure, chosen["percent"])
    table = [
        [_labelled(one.driver), *(formatted(line, v) for v in (one.low, one.high, one.width))]
        for one in swings
    ]
    data = _without_nan([one._asdict() for one in swings])
    return _Answer(data, ["Driver", "Low", "High", "Swing"], table, swings)


def _labelled(driver: str) -> str:
    """Label of a driver, with the name by which commands and files know it."""
    from ..engine import default_model

    return f"{default_model().inputs[driver].label} ({driver})"


def _grid(
    figures: list[list[float]],
    measure: str,
    line: "Line",
    down: tuple[str, list[float]],
    across: tuple[str, list[float]],
) -> _Answer:
    from .printed_tables import formatted

    (first, rows), (second, columns) = down, across
    data = {first: rows, second: columns, measure: _without_nan(figures)}
    heads = [f"{first} \\ {second}", *(f"{v:,g}" for v in columns)]
    table = [
        [f"{value:,g}", *(formatted(line, one) for one in row)]
        for value, row in zip(rows, figures, strict=True)
    ]
    return _Answer(data, heads, table)


def _plot_tornado(
    case: "Scenario",
    plan: int,
    swings: "Sequence[Swing]",
    title: str,
    line: "Line",
    chosen: Mapping[str, Any],
) -> None:
    from ..engine.address import take
    from .plots import of_tornado, write_plot

    now = take(case.evaluate(), line.name, plan=plan).item()
    figure = of_tornado(swings, now, title, line, case.currency)
    click.echo(f"wrote {write_plot(figure, chosen['plot'], chosen['force'])}", err=True)


def _refuse_plot(path: str | None, force: bool) -> None:
    """Raise an error if a plot cannot be written, before anything is computed."""
    options.refuse_idle_force(force, "--plot", path)
    if path:
        from ..workbook.atomic_write import refuse_existing
        from .plots import check_kind

        require_for_plot(path)
        check_kind(path)
        refuse_existing(path, force=force)


def _without_nan(value: Any) -> Any:
    """Data with None in place of NaN and infinity, which JSON does not support."""
    if isinstance(value, dict):
        return {key: _without_nan(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_without_nan(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


@click.command(short_help="Goal seek: the value of an input that reaches a target.")
@options.scenario
@click.option(
    "--input",
    "name",
    required=True,
    metavar="INPUT",
    shell_complete=completion.addresses,
    help="Input to change: site.Krakow.salary, or salary for all sites but the onshore base.",
)
@click.option(
    "--measure",
    metavar="MEASURE",
    default="break_even_month",
    show_default=True,
    shell_complete=completion.measures,
    help="A measure of the plan; see shorewise measures.",
)
@click.option(
    "--target", required=True, type=Number(), help="Value that it should reach, such as 30%."
)
@options.plan
@click.option("--low", type=Number(), help="Lowest value to try.")
@click.option("--high", type=Number(), help="Highest value to try.")
@options.as_json
def solve(
    scenario: Path | None,
    preset: str | None,
    name: str,
    measure: str,
    target: float,
    plan: str | None,
    low: float | None,
    high: float | None,
    as_json: bool,
) -> None:
    """Find the value of an input at which a measure of a SCENARIO's plan reaches a target.

    The highest salary that breaks even by month 9: --input salary --target 9.
    The exit code is 0 if there is such a value, otherwise 1.
    """
    from ..engine import default_model
    from ..engine.errors import DomainError
    from ..engine.measures import line_of, plan_of
    from ..engine.uncertainty.goal_seek import solve as search

    case = options.scenario_of(scenario, preset)
    unit = default_model().lines[line_of(measure)].unit
    if isinstance(target, Percentage) and not unit.startswith("fraction"):
        raise DomainError(
            f"target is {target * 100:.10g}%; {measure} is not a fraction, its unit is {unit}"
        )
    found = search(case, name, measure, target, plan_of(case, plan), low, high)
    if as_json:
        about = {"input": name, "measure": measure, "assumptions": [*case.assumed]}
        click.echo(json.dumps(about | found._asdict(), indent=2))
    else:
        click.echo(found.text)
    options.print_assumed(case)
    sys.exit(1 if found.status == "none" else 0)
