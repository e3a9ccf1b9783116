"""The commands that ask how sure a result is, what matters, and what it would take."""

import itertools
import json
import math
import re
import sys
from typing import Any, NamedTuple

import click

from .cases import case_of, of_scenario
from .numbers import Number, Percent, Share, Whole, shown

_HONEST = "Defaults and ranges are calibrated assumptions: replace those that matter."
_FORCE = click.option("--force", is_flag=True, help="Replace an existing file.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_PLOT = click.option("--plot", type=click.Path(), help="Picture to write: .png, .svg or .pdf.")
_PLAN = click.option("--plan", metavar="NAME", help="By default the first beside the baseline.")
_SEED = click.option(
    "--seed", default=1, type=Whole(), show_default=True, help="Same seed, same draws."
)


class _Values(click.ParamType):
    """An input and its values: salary=40000,60000 or management_rate=10%:30%:5 (five values)."""

    name = "input=values"

    def convert(self, value, param, ctx):
        import numpy as np

        name, sign, text = value.partition("=")
        ends = text.split(":")
        number = Number()
        if len(ends) == 3 and ends[2] in map(str, range(2, _GRID_MAX + 1)):
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
                    f"{shown(value)}: a comma parts values; write {before.strip()}{one.strip()}",
                    param,
                    ctx,
                )
        return name, [number.convert(one, param, ctx) for one in values]


_GRID_MAX = 50


@click.command(short_help="Draw the drivers many times: percentiles, probabilities.")
@of_scenario
@click.option("--draws", default=8_192, type=Whole(), show_default=True, help="64 to 10,000,000.")
@_SEED
@click.option("--method", default="sobol", show_default=True, help="sobol or latin.")
@click.option("--by", "months", type=Number(), multiple=True, metavar="MONTH",
              help="Month to break even by; may be given again.")  # fmt: skip
@click.option("--floor", type=Number(), help="Of the margin at the competitor's price.")
@_JSON
@_PLOT
@_FORCE
def simulate(scenario, preset, draws, seed, method, months, floor, as_json, plot, force):
    """Draw a SCENARIO's drivers many times and say how the results are spread.

    Drivers lie between the low and the high of [[cases]], most often near the likely value.
    Never breaking even is a result of its own, with a probability.
    """
    from ..engine.uncertainty.simulation import simulate as run
    from ..engine.uncertainty.simulation import summary
    from ..engine.uncertainty.tornado import decision_reversals

    _check_plot(plot, force)
    case = case_of(scenario, preset)
    found = run(case, draws, seed, method)
    said = summary(found, months, floor)
    flipped = decision_reversals(case)
    if plot:
        from .plots import of_simulation, write_plot

        click.echo(f"wrote {write_plot(of_simulation(found), plot, force)}", err=True)
    if as_json:
        said["decision_reversals"] = [one._asdict() for one in flipped]
        click.echo(json.dumps(said, indent=2))
    else:
        _print_simulation(case, found, said, flipped)


def _print_simulation(case, found, said, flipped) -> None:
    from ..engine import default_model
    from ..engine.uncertainty.criteria import in_words
    from ..engine.uncertainty.simulation import MEASURES, PERCENTILES
    from .printed_tables import print_table, shown

    rows = []
    for name, line_name in MEASURES.items():
        line = default_model().lines[line_name]
        for key in [*(f"p{percent}" for percent in PERCENTILES), "mean"]:
            cells = (shown(line, plan[name][key]) for plan in said["plans"])
            rows.append([f"{line.label}, {key.upper() if key != 'mean' else key}", *cells])
    chances = [plan["probability"] for plan in said["plans"]]
    for month in chances[0]["break_even_by"]:
        cells = (_chance(one["break_even_by"][month]) for one in chances)
        rows.append([f"Probability of breaking even by month {month}", *cells])
    rows.append(["... of never breaking even", *(_chance(c["never_breaks_even"]) for c in chances)])
    for other in case.plans:
        cells = (_chance(one["beats"].get(other)) for one in chances)
        rows.append([f"... of a higher NPV than {other}", *cells])
    thin = [one["margin_below_floor"] for one in chances]
    rows.append(
        [
            f"... of a margin below {thin[0]['floor']:.0%}",
            *(_chance(one["probability"]) for one in thin),
        ]
    )
    title = f"{case.name}, {found.draws:,} draws of {len(found.ranges)} drivers, seed {found.seed}"
    print_table(title, ["", *case.plans], rows)
    error = found.standard_error("net_saving")
    if not all(map(math.isnan, error)):
        tail = found.standard_error("net_saving", 10)
        off, far = (max(e for e in one if not math.isnan(e)) * 236 for one in (error, tail))
        needed = max(n for n in found.draws_needed("net_saving", 0.001) if not math.isnan(n))
        click.echo(
            f"19 times out of 20 the mean net saving is right within {off:.2g} percentage points, "
            f"P10 within {far:.2g}; for a mean within 0.1 points {needed:,.0f} draws would do."
        )
    click.echo(in_words({said["best_plan_by"]: (said["best_plan"],)}))
    click.echo(f"Without draws: {in_words(said['best_without_draws'])}")
    for line in _what_to_measure(found, said):
        click.echo(line)
    for one in flipped:
        click.echo(f"At its {one.end} end {one.driver} alone changes the decision: {one.text}.")
    click.echo(_HONEST)


def _chance(share: float | None) -> str:
    """A probability; one that is not 0 is not shown as 0."""
    if share is None:
        return ""
    return "<0.1%" if 0 < share < 0.0005 else f"{share:.1%}"


def _what_to_measure(found, said):
    """What to find out first: by the value of knowing it, else by what it explains."""
    worth, currency = found.worth_of_knowing, found.scenario.currency
    told = [f"{name} ({_about(one)})" for name, one in worth.items() if one.plain]
    if told:
        yield f"Worth finding out before choosing a plan, in {currency}: {', '.join(told[:5])}."
    untold = [one.at_most for one in worth.values() if one.plain is None and one.at_most >= 0.5]
    if untold:
        which = "Another driver" if told else "A driver alone"
        yield f"{which} is worth less than these draws can tell, at most {max(untold):,.0f}."
    elif not told:
        yield "No driver alone, however well known, would change which plan has the highest NPV."
    everything = found.worth_of_knowing_all
    if everything.plain is None:
        yield (
            "Knowing all drivers would be worth less than these draws can tell, at most "
            f"{everything.at_most:,.0f} {currency}."
        )
    else:
        yield f"Knowing all drivers would be worth {_about(everything)} {currency}, and no more."
    shares = found.shares_of_variance(found.best_plan)
    named = ", ".join(f"{name} {share:.0%}" for name, share in [*shares.items()][:5] if share > 0)
    if named:
        yield f"What spreads the net saving of {said['best_plan']}: {named}."


def _about(worth) -> str:
    """A value with what it may be off, 19 times out of 20."""
    off = worth.at_most - worth.value
    return f"{worth.value:,.0f}, give or take {off:,.0f}" if off >= 0.5 else f"{worth.value:,.0f}"


@click.command(short_help="Say how far each driver moves a figure of a plan.")
@of_scenario
@_PLAN
@click.option("--measure", default="net_saving", show_default=True, help="A figure of the plan.")
@click.option("--percent", type=Percent(), help="Move each driver by this percentage instead.")
@click.option("--elasticities", "elastic", is_flag=True,
              help="Percent of change for 1 % of each driver.")  # fmt: skip
@click.option("--indices", "global_", is_flag=True,
              help="Sobol's first-order and total indices.")  # fmt: skip
@click.option(
    "--draws",
    default=1_024,
    type=Whole(),
    show_default=True,
    help="Of the indices: a power of two.",
)
@_SEED
@click.option("--grid", nargs=2, type=_Values(), metavar="INPUT=VALUES INPUT=VALUES",
              help="The measure at each pair: salary=40000:80000:5 overlap_hours=0,2.")  # fmt: skip
@_JSON
@_PLOT
@_FORCE
def sensitivity(scenario, preset, plan, measure, percent, elastic, global_, draws, seed, grid,
                as_json, plot, force):  # fmt: skip
    """Say how far each driver of a SCENARIO moves a measure of a plan: the widest swing first."""
    from ..engine import default_model
    from ..engine.measures import line_of, plan_of
    from ..engine.uncertainty import tornado as engine
    from ..engine.uncertainty.criteria import best_plans, in_words
    from .printed_tables import print_table, shown

    case = case_of(scenario, preset)
    number = plan_of(case, plan)
    line = default_model().lines[line_of(measure)]
    title = f"{case.plans[number]}: {line.label}"
    given = {"--grid": grid, "--elasticities": elastic, "--indices": global_}
    asked = [option for option, value in given.items() if value]
    of_tornado_only = {"--plot": plot, "--percent": percent}
    asked += [one for one, value in of_tornado_only.items() if asked and value is not None]
    if len(asked) > 1:
        raise click.UsageError(
            f"{' and '.join(asked)} are both given; --plot and --percent are about the tornado"
        )
    _check_plot(plot, force)
    if grid:
        answer = _grid(engine.grid(case, number, measure, *grid), measure, line, *grid)
    elif elastic:
        found = engine.elasticities(case, number, measure)
        table = [[k, "n/a" if math.isnan(v) else f"{v:+.3f} %"] for k, v in found.items()]
        answer = _Answer(_plain(found), ["Driver", "Change for 1 % more"], table)
    elif global_:
        shares = engine.indices(case, number, measure, draws, seed)
        table = [[k, f"{one.first:.3f}", f"{one.total:.3f}"] for k, one in shares.items()]
        said = {name: one._asdict() for name, one in shares.items()}
        answer = _Answer(said, ["Driver", "By itself", "With all it meets"], table)
    else:
        swings = engine.tornado(case, number, measure, percent)
        table = [[one.driver, *(shown(line, v) for v in (one.low, one.high, one.width))]
                 for one in swings]  # fmt: skip
        said = _plain([one._asdict() for one in swings])
        answer = _Answer(said, ["Driver", "Low", "High", "Swing"], table)
    if plot:
        from ..engine.address import take
        from .plots import of_tornado, write_plot

        now = take(case.evaluate(), line.name, plan=number).item()
        written = write_plot(of_tornado(swings, now, title, line, case.currency), plot, force)
        click.echo(f"wrote {written}", err=True)
    if as_json:
        about = {"scenario": case.name, "plan": case.plans[number], "measure": measure}
        about["best_plans"] = best_plans(case)
        click.echo(json.dumps(about | {"sensitivity": answer.data}, indent=2))
    else:
        print_table(title, answer.heads, answer.table)
        chosen = "as asked" if plan else "the first beside the baseline; --plan takes another"
        click.echo(f"Plan shown: {case.plans[number]}, {chosen}. {in_words(best_plans(case))}")
        click.echo(_HONEST)


class _Answer(NamedTuple):
    """A sensitivity as plain data and as a table."""

    data: Any
    heads: list[str]
    table: list[list[str]]


def _grid(found, measure, line, down, across) -> _Answer:
    from .printed_tables import shown

    (first, rows), (second, columns) = down, across
    data = {first: rows, second: columns, measure: _plain(found.tolist())}
    heads = [f"{first} \\ {second}", *(f"{v:,g}" for v in columns)]
    table = [
        [f"{v:,g}", *(shown(line, one) for one in figures)]
        for v, figures in zip(rows, found.tolist(), strict=True)
    ]
    return _Answer(data, heads, table)


def _check_plot(path, force) -> None:
    """Refuse a picture that could not be written, before anything is computed."""
    if path:
        from ..workbook.atomic_write import refuse_existing
        from .plots import check_kind

        check_kind(path)
        refuse_existing(path, force=force)


def _plain(value):
    """Without NaN, which JSON does not have."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


@click.command(short_help="Find the input at which a figure reaches a target.")
@of_scenario
@click.option("--input", "name", required=True, metavar="INPUT",
              help="site.Krakow.salary, or salary for all sites but the onshore base.")  # fmt: skip
@click.option("--measure", default="break_even_month", show_default=True,
              help="A figure of the plan.")  # fmt: skip
@click.option("--target", required=True, type=Number(), help="Where it should be, such as 30%.")
@_PLAN
@click.option("--low", type=Number(), help="Look from here on.")
@click.option("--high", type=Number(), help="Look up to here.")
@_JSON
def solve(scenario, preset, name, measure, target, plan, low, high, as_json):
    """Find the value of an input at which a measure of a SCENARIO's plan reaches a target.

    The highest salary that breaks even by month 9: --input salary --target 9.
    Exit code 0 where there is a value, 1 where there is none.
    """
    from ..engine import default_model
    from ..engine.errors import DomainError
    from ..engine.measures import line_of, plan_of
    from ..engine.uncertainty.goal_seek import solve as search

    case = case_of(scenario, preset)
    unit = default_model().lines[line_of(measure)].unit
    if isinstance(target, Share) and unit != "fraction":
        raise DomainError(
            f"target is {target * 100:.10g}%; {measure} is no share, its unit is {unit}"
        )
    found = search(case, name, measure, target, plan_of(case, plan), low, high)
    if as_json:
        click.echo(json.dumps({"input": name, "measure": measure} | found._asdict(), indent=2))
    else:
        click.echo(found.text)
    sys.exit(1 if found.status == "none" else 0)
