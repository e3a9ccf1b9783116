"""The commands ``compare``, ``recommend`` and ``presets``."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options
from .numbers import Whole

if TYPE_CHECKING:
    from ..scenarios import Scenario


@click.command(short_help="Write the comparison workbook of a scenario.")
@options.scenario
@click.option(
    "-o",
    "--output",
    default="comparison.xlsx",
    show_default=True,
    type=click.Path(),
    help="Workbook to write.",
)
@options.theme
@click.option("--prepared-by", metavar="NAME", help="Who prepared it, for sheet About.")
@click.option(
    "--simulate",
    "draws",
    type=Whole(),
    metavar="DRAWS",
    help="Add sheet Uncertainty from this many draws.",
)
@options.seed
@options.force
@options.as_json
def compare(
    scenario: Path | None,
    preset: str | None,
    output: str,
    theme: str | None,
    prepared_by: str | None,
    draws: int | None,
    seed: int,
    force: bool,
    as_json: bool,
) -> None:
    """Write the comparison workbook of a SCENARIO, and print its results.

    SCENARIO is a TOML file or a comparison workbook. Without it or a preset it is the embedded
    default: an onshore base beside a mid-cost, a far and a near site.
    """
    from ..engine.measures import results
    from ..engine.uncertainty.simulation import check_draws
    from ..workbook_files import compare as write_workbook

    if draws is not None:
        check_draws(draws)
    case = _prepared(options.scenario_of(scenario, preset), prepared_by)
    written = write_workbook(case, output, force=force, theme=theme, draws=draws or 0, seed=seed)
    found = results(case, case.evaluate())
    if as_json:
        click.echo(json.dumps(found, indent=2))
    else:
        from .printed_tables import print_results

        print_results(found)
    click.echo(f"wrote {written}", err=as_json)


def _prepared(case: "Scenario", prepared_by: str | None) -> "Scenario":
    """The scenario with its preparer, and with today's date by default."""
    import datetime
    from dataclasses import replace

    day = case.prepared_on or datetime.date.today().isoformat()
    if prepared_by is None:
        return replace(case, prepared_on=day)
    data = case.to_dict() | {"prepared_on": day, "prepared_by": prepared_by}
    return type(case).from_dict(data, "--prepared-by")


@click.command(short_help="Find the site that suits each role best, with reasons.")
@options.scenario
@options.as_json
def recommend(scenario: Path | None, preset: str | None, as_json: bool) -> None:
    """Find the site that suits each role of a SCENARIO best, with reasons.

    Searches every placement, one site for each role, that the work allows.
    """
    from dataclasses import asdict

    from ..engine.criteria import describe_best_plans
    from ..engine.placement import recommend as search

    found = search(options.scenario_of(scenario, preset))
    if as_json:
        click.echo(json.dumps(asdict(found), indent=2))
        return
    for role, site in found.placement.items():
        click.echo(f"{role}: {site}")
    click.echo(f"by {found.criterion}; out of {found.searched:,} that the work allows")
    click.echo(f"Of the scenario's own plans: {describe_best_plans(found.best_plans)}\n")
    for reason in found.reasons:
        click.echo(f"{reason.rule:<10}  {reason.text}")
        click.echo(f"{'':<10}  change: {', '.join(reason.inputs)}")


@click.command("presets")
def list_presets() -> None:
    """List the presets, for the option --preset."""
    from ..engine import presets

    for name, description in presets().items():
        click.echo(f"{name:<12} {description}")
