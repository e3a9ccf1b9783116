"""The commands ``compare``, ``recommend`` and ``presets``."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import options
from .extras import require_for_simulation
from .numbers import Whole

if TYPE_CHECKING:
    from ..engine.placement import Recommendation
    from ..scenarios import Scenario


@click.command(short_help="Compare plans: a workbook, and a table of results.")
@options.scenario
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    help="Workbook to write; by default comparison.xlsx, with --json none.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    metavar="BOARD",
    help="A workbook of your own, to which the model's sheets are added; needs --output.",
)
@click.option(
    "--prefix",
    metavar="TEXT",
    help="With --into, before titles of the model's sheets and names that are there already.",
)
@options.pdf
@options.theme
@options.language
@click.option(
    "--prepared-by", metavar="NAME", help="Who prepared it, for sheets About and Governance."
)
@click.option(
    "--simulate",
    "draws",
    type=Whole(),
    metavar="DRAWS",
    help="Add sheet Uncertainty from this many draws.",
)
@options.seed
@options.spare
@options.force
@options.as_json
def compare(
    scenario: Path | None,
    preset: str | None,
    output: str | None,
    into: Path | None,
    prefix: str | None,
    pdf: bool,
    theme: str | None,
    language: str,
    prepared_by: str | None,
    draws: int | None,
    seed: int,
    spare: dict[str, int] | None,
    force: bool,
    as_json: bool,
) -> None:
    """Write the comparison workbook of a SCENARIO, and print its results.

    SCENARIO is a TOML file or a comparison workbook. Without it or a preset it is the embedded
    default: an onshore base beside a mid-cost, a far and a near site.

    The workbook has places for one more plan, one more site and two more roles. They are left out
    of all results until somebody types a name and heads; --spare says how many there are.

    With --into the workbook is one of your own (.xlsx or .xlsm) with the live model in it: your
    pages can use names such as shore_npv, and everything recalculates in Excel. Your own file stays
    as it is.

    With --json the results are printed as JSON, and a workbook is written only if --output names
    one.
    """
    from ..engine.measures import results
    from ..engine.uncertainty.simulation import check_draws
    from ..workbook.pdf import print_beside, refuse_pdf
    from ..workbook_files import compare as write_workbook

    require_for_simulation(draws)
    if draws is not None:
        check_draws(draws)
    if into is None and prefix is not None:
        raise click.UsageError("--prefix is for --into; give --into too")
    if into is not None and output is None:
        raise click.UsageError("--into needs --output, the workbook to write")
    if pdf and as_json and output is None:
        raise click.UsageError("--pdf with --json needs --output, the workbook to write and print")
    target = "comparison.xlsx" if output is None else output
    if pdf:
        refuse_pdf(target, force=force)
    if as_json and output is None:
        _refuse_without_workbook(theme, language, prepared_by, draws, spare, force)
    case = _prepared(options.scenario_of(scenario, preset), prepared_by)
    written = None
    how: dict[str, Any] = {
        "force": force,
        "theme": theme,
        "draws": draws or 0,
        "seed": seed,
        "spare": spare,
        "language": language,
    }
    if into is not None:
        written = _join(case, into, target, prefix=prefix or "", **how)
    elif output is not None or not as_json:
        written = write_workbook(case, target, **how)
    found = results(case, case.evaluate())
    if as_json:
        click.echo(json.dumps(found, indent=2))
    else:
        from .printed_tables import print_results

        print_results(case, found)
    options.print_assumed(case)
    if written:
        _print_sheets_not_taken_over(scenario)
        click.echo(f"wrote {written}", err=as_json)
        if pdf:
            done = print_beside(written, force=force, is_ours=into is None)
            click.echo(f"wrote {done}", err=as_json)


def _join(case: "Scenario", into: Path, output: str, **how: Any) -> Path:
    """Write a user's workbook with the model in it, and print what to know of it."""
    from ..workbook_files import join
    from .printed_tables import print_own_formulas

    done = join(case, into, output, **how)
    for name, renamed in done.renamed.items():
        click.echo(f"note: {into} has the name {name}; the model's is {renamed} there", err=True)
    for note in done.notes:
        click.echo(f"note: {into}: {note}", err=True)
    print_own_formulas(done.computed, done.skipped, "read the model")
    return done.path


def _refuse_without_workbook(
    theme: str | None,
    language: str,
    prepared_by: str | None,
    draws: int | None,
    spare: dict[str, int] | None,
    force: bool,
) -> None:
    """Refuse options of the workbook where none is written."""
    given = {
        "--theme": theme is not None,
        "--language": language != "en",
        "--prepared-by": prepared_by is not None,
        "--simulate": draws is not None,
        "--spare": spare is not None,
        "--force": force,
    }
    if flags := [flag for flag, is_given in given.items() if is_given]:
        verb = "are" if len(flags) > 1 else "is"
        raise click.UsageError(
            f"{' and '.join(flags)} {verb} for the workbook, and --json writes none without "
            "--output; give --output too"
        )


def _print_sheets_not_taken_over(scenario: Path | None) -> None:
    """Print on standard error which sheets of a workbook's user the new one does not have."""
    if scenario is None or scenario.suffix.lower() != ".xlsx":
        return
    from ..workbook.user_edits import sheets_of_users

    for title in sheets_of_users(scenario):
        click.echo(
            f"note: sheet {title} of {scenario} is not Shorewise's and is not taken over", err=True
        )


def _prepared(case: "Scenario", prepared_by: str | None) -> "Scenario":
    """The scenario with its preparer, and with today's date by default."""
    import datetime
    from dataclasses import replace

    day = case.prepared_on or datetime.date.today().isoformat()
    if prepared_by is None:
        return replace(case, prepared_on=day)
    data = case.to_dict() | {"prepared_on": day, "prepared_by": prepared_by}
    return type(case).from_dict(data, "--prepared-by")


@click.command(short_help="The site that suits each role best, with reasons.")
@options.scenario
@click.option(
    "--write", type=click.Path(), help="Write the scenario with the proposal as a further plan."
)
@options.force
@options.as_json
def recommend(
    scenario: Path | None, preset: str | None, write: str | None, force: bool, as_json: bool
) -> None:
    """Find the site that suits each role of a SCENARIO best, with reasons.

    Searches every placement, one site for each role, that the work allows. The best one by the
    scenario's criterion is shown beside the scenario's own plans; --write makes it one of them, in
    a TOML file.
    """
    from dataclasses import asdict

    from ..engine.criteria import question_in_words
    from ..engine.placement import recommend as search
    from ..workbook.atomic_write import refuse_existing

    options.refuse_idle_force(force, "--write", write)
    if write:
        _refuse_other_kinds(write)
        refuse_existing(write, force=force)
    case = options.scenario_of(scenario, preset)
    found = search(case)
    wrote = _write_proposal(case, found, write, force) if write else ""
    if as_json:
        shown = question_in_words(case.values) | asdict(found)
        click.echo(json.dumps(shown | {"assumptions": [*case.assumed]}, indent=2))
    else:
        _print_recommendation(case, found)
    options.print_assumed(case)
    if wrote:
        click.echo(wrote, err=as_json)


def _refuse_other_kinds(path: str) -> None:
    """Raise a usage error for a file to write that is no scenario file."""
    if Path(path).suffix.lower() != ".toml":
        raise click.UsageError(f"--write is {path}; it must be a .toml file")


def _print_recommendation(case: "Scenario", found: "Recommendation") -> None:
    from ..engine import default_model
    from ..engine.criteria import describe_best_plans, describe_question, none_in_words
    from ..engine.placement import FIGURES, PROPOSED
    from .printed_tables import formatted, print_table

    none = none_in_words(case)
    for role, site in found.placement.items():
        click.echo(f"{role}: {site}")
    if not found.placement:
        click.echo(f"none; {none}")
    click.echo(f"by {found.criterion}; out of {found.searched:,} that the work allows")
    same = "It is none of the scenario's plans. " if found.placement else ""
    if found.matches:
        same = f"It is plan {found.matches}. "
    best = describe_best_plans(found.best_plans, none)
    click.echo(f"{same}Of the scenario's own plans: {best}")
    click.echo(f"{describe_question(case.values)}\n")
    lines = default_model().lines
    proposed = {PROPOSED: found.figures} if found.placement else {}
    columns = [*proposed.values(), *found.plans.values()]
    print_table(
        f"{case.name}, {case.horizon_months} months, beside its own plans",
        [case.currency, *proposed, *found.plans],
        (
            [lines[name].label, *(formatted(lines[name], one[key]) for one in columns)]
            for key, name in FIGURES.items()
        ),
    )
    for reason in found.reasons:
        click.echo(f"{reason.rule:<10}  {reason.text}")
        click.echo(f"{'':<10}  decided by: {', '.join(reason.inputs)}")
    click.echo("R1 to R9 are rules of the source articles, listed on sheet Guide of a workbook.")


def _write_proposal(case: "Scenario", found: "Recommendation", path: str, force: bool) -> str:
    """Write the scenario with the proposal as a further plan, unless it has it; say so."""
    import tomli_w

    from ..engine.placement import with_proposal
    from ..workbook.atomic_write import atomic_write

    is_there = bool(found.matches) or not found.placement
    written = case if is_there else with_proposal(case, found.placement)
    text = tomli_w.dumps(written.to_dict())
    path = str(atomic_write(path, text.encode(), force=force))
    if not found.placement:
        return f"wrote {path} without a further plan, as none is proposed"
    return f"wrote {path}; the proposal is its plan {found.matches or written.plans[-1]}"


@click.command("presets")
def list_presets() -> None:
    """List the embedded scenarios, for the option --preset."""
    from ..engine import presets

    for name, description in presets().items():
        click.echo(f"{name:<12} {description}")
