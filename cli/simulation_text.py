"""What a simulation found, and what ranges of drivers cover, as printed text."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ..engine.uncertainty.evppi import InformationValue
    from ..engine.uncertainty.simulation import Simulation
    from ..engine.uncertainty.tornado import DecisionReversal
    from ..scenarios import Scenario

CAVEAT = "Defaults and ranges are calibrated assumptions: replace those that matter."
_IN_95 = 2.36  # 97.5 % quantile of Student's t with 7 degrees of freedom, for eight sets of draws


def print_simulation(
    case: "Scenario",
    simulation: "Simulation",
    found: Mapping[str, Any],
    reversals: "list[DecisionReversal]",
) -> None:
    """Print percentiles and probabilities of each plan, and what to find out first."""
    from ..engine.criteria import describe_best_plans, describe_question, none_in_words
    from ..engine.uncertainty.driver_grades import widened
    from .printed_tables import counted, print_table

    title = (
        f"{case.name}, {simulation.draws:,} draws of {counted(len(simulation.ranges), 'driver')}, "
        f"seed {simulation.seed}"
    )
    plans = found["plans"]
    rows = [*_percentile_rows(plans), *_probability_rows(plans)]
    print_table(title, ["", *case.plans], rows)
    for line in _accuracy(simulation):
        click.echo(line)
    none, best = none_in_words(case), found["best_plan"]
    by = f"{found['best_plan_by']}, among the plans that meet all limits"
    click.echo(describe_question(case.values))
    click.echo(describe_best_plans({by: (best,) if best else ()}, none))
    if found["leading_plan"] != best:
        missed = " and ".join(found["leading_plan_misses"])
        click.echo(f"Whatever limits are met: {found['leading_plan']}, which {missed}.")
    click.echo(f"Without draws: {describe_best_plans(found['best_without_draws'], none)}")
    for line in _what_to_measure(simulation, case.plans[simulation.best_plan]):
        click.echo(line)
    for words in about_ranges(case):
        click.echo(words)
    if widen := widened(case):
        click.echo(widen)
    for one in reversals:
        click.echo(f"At its {one.end} end {one.driver} alone changes the decision: {one.text}.")
    click.echo(CAVEAT)


def _percentile_rows(plans: Sequence[Mapping[str, Any]]) -> Iterator[list[str]]:
    from ..engine import default_model
    from ..engine.uncertainty.simulation import MEASURES, PERCENTILES
    from .printed_tables import formatted

    for name, line_name in MEASURES.items():
        line = default_model().lines[line_name]
        for key in [*(f"p{percent}" for percent in PERCENTILES), "mean"]:
            cells = (formatted(line, plan[name][key]) for plan in plans)
            yield [f"{line.label}, {key.upper() if key != 'mean' else key}", *cells]


def _probability_rows(plans: Sequence[Mapping[str, Any]]) -> Iterator[list[str]]:
    chances = [plan["probability"] for plan in plans]
    for month in chances[0]["break_even_by"]:
        cells = (_probability(one["break_even_by"][month]) for one in chances)
        yield [f"Probability of breaking even by month {month}", *cells]
    yield ["... of never breaking even", *(_probability(c["never_breaks_even"]) for c in chances)]
    for other in (plan["name"] for plan in plans):
        cells = (_probability(one["beats"].get(other)) for one in chances)
        yield [f"... of a higher NPV after risk than {other}", *cells]
    below = [one["margin_below_floor"] for one in chances]
    cells = (_probability(one["probability"]) for one in below)
    yield [f"... of a margin below {below[0]['floor']:.0%}", *cells]


def _probability(share: float | None) -> str:
    """A probability as a percentage; a positive one is never shown as 0."""
    if share is None:
        return ""
    return "<0.1%" if 0 < share < 0.0005 else f"{share:.1%}"


def _accuracy(simulation: "Simulation") -> Iterator[str]:
    """Confidence interval of the mean net saving, and the draws needed for a narrower one."""
    error = simulation.standard_error("net_saving")
    if all(map(math.isnan, error)):
        return
    in_tail = simulation.standard_error("net_saving", 10)
    of_mean, of_p10 = (
        max(e for e in one if not math.isnan(e)) * _IN_95 * 100 for one in (error, in_tail)
    )
    needed = max(n for n in simulation.draws_needed("net_saving", 0.001) if not math.isnan(n))
    yield (
        f"19 times out of 20 the mean net saving is right within {of_mean:.2g} percentage points, "
        f"P10 within {of_p10:.2g}; a mean within 0.1 points needs {needed:,.0f} draws."
    )


def _what_to_measure(simulation: "Simulation", best_plan: str) -> Iterator[str]:
    """Drivers to investigate first, by value of information and by share of variance."""
    worth, currency = simulation.partial_information, simulation.scenario.currency
    known = [f"{name} ({_about(one)})" for name, one in worth.items() if one.reported]
    if known:
        yield f"Worth finding out before choosing a plan, in {currency}: {', '.join(known[:5])}."
    unclear = [one.at_most for one in worth.values() if one.reported is None and one.at_most >= 0.5]
    if unclear:
        which = "any other driver" if known else "any one driver"
        yield (
            f"Finding out {which} before choosing a plan is worth less than these draws can "
            f"measure, at most {max(unclear):,.0f} {currency}."
        )
    elif not known:
        yield "No driver alone, however well known, would change which plan is chosen."
    everything = simulation.perfect_information
    if everything.reported is None:
        yield (
            "Finding out all drivers would be worth less than these draws can measure, at most "
            f"{everything.at_most:,.0f} {currency}."
        )
    else:
        yield (
            f"Finding out all drivers would be worth {_about(everything)} {currency}: no study is "
            "worth more."
        )
    shares = simulation.shares_of_variance(simulation.best_plan)
    named = ", ".join(f"{name} {share:.0%}" for name, share in [*shares.items()][:5] if share > 0)
    if named:
        yield f"Shares of the variance of the net saving of {best_plan}: {named}."


def about_ranges(case: "Scenario", unmoved: Sequence[str] | None = None) -> Iterator[str]:
    """What the ranges of drivers cover, and which drivers are left out."""
    from ..engine.drivers import WITHIN_COUNTRY
    from ..engine.uncertainty.draws import ranges_cover, without_effect

    covered = ranges_cover(case)
    by_words: dict[str, list[str]] = {}
    for name in WITHIN_COUNTRY:
        by_words.setdefault(covered[name], []).append(name)
    for words, names in by_words.items():
        yield f"Range of {', '.join(names)}: {words}."
    if unmoved is not None:
        if unmoved:
            yield f"Left out, as they do not move it: {', '.join(unmoved)}."
    elif left_out := without_effect(case):
        yield f"Left out, as nothing in this scenario depends on it: {', '.join(left_out)}."


def _about(worth: "InformationValue") -> str:
    """A value of information, with its 95 % margin of error."""
    off = worth.at_most - worth.value
    return f"{worth.value:,.0f}, give or take {off:,.0f}" if off >= 0.5 else f"{worth.value:,.0f}"
