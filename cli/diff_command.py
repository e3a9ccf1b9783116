"""The command ``diff``."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import completion, options

if TYPE_CHECKING:
    from ..engine.differences.comparison import PlanChange, ScenarioComparison

_NO_CAP = 1e17  # local amounts from which a cap is none


@click.command(short_help="What differs between two scenarios, and its effect.")
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@click.option(
    "--plan",
    metavar="NAME",
    shell_complete=completion.plans,
    help="Name of the plan; by default every plan that both have.",
)
@options.as_json
@click.option(
    "-o", "--output", type=click.Path(), help="Workbook to write: one sheet, with live totals."
)
@options.theme
@options.language
@options.force
def diff(
    a: Path,
    b: Path,
    plan: str | None,
    as_json: bool,
    output: str | None,
    theme: str | None,
    language: str,
    force: bool,
) -> None:
    """Show what differs between scenarios A and B, and what each difference changes.

    A and B are TOML files or comparison workbooks. The change of a plan's NPV, saving and
    break-even from A to B is split among the inputs that differ, so that the parts sum to it.
    """
    from ..engine.differences.comparison import compare_scenarios
    from ..scenarios import read
    from ..workbook.atomic_write import refuse_existing, refuse_kind

    options.refuse_idle_force(force, "--output", output)
    if output:
        refuse_existing(output, force=force)
        refuse_kind(output)
    elif theme:
        raise click.UsageError("--theme is for the workbook of --output; give both")
    found = compare_scenarios(read(a), read(b), plan)
    if as_json:
        from dataclasses import asdict

        click.echo(json.dumps({"file_a": str(a), "file_b": str(b)} | asdict(found), indent=2))
    else:
        click.echo(f"A: {a}: {found.a}\nB: {b}: {found.b}")
        _print_comparison(found)
    if output:
        from ..workbook.differences import write
        from ..workbook_files import theme_of

        written = write(found, output, force=force, theme=theme_of(theme), language=language)
        click.echo(f"wrote {written}", err=as_json)


def _print_comparison(found: "ScenarioComparison") -> None:
    from .printed_tables import print_table

    if found.is_empty:
        click.echo("Nothing differs.")
        return
    for what, of_a, of_b in found.texts:
        click.echo(f"{what}: {of_a or 'not stated'} in A, {of_b or 'not stated'} in B")
    for sentence in found.sentences:
        click.echo(sentence)
    if not found.inputs:
        click.echo("No input differs that both scenarios have.")
        return
    print_table(
        "Inputs that differ",
        ["Input", "Unit", "A", "B"],
        ([one.address, one.unit, *map(_shown, (one.a, one.b))] for one in found.inputs),
    )
    for name, plan in found.plans.items():
        _print_plan(found, name, plan)
    for sentence in (*_about_groups(found), *found.no_answers, found.method):
        if sentence:
            click.echo(sentence)


def _print_plan(found: "ScenarioComparison", name: str, plan: "PlanChange") -> None:
    from ..engine import default_model
    from ..engine.differences.comparison import MEASURES
    from .printed_tables import print_table

    lines = default_model().lines
    effects = {group: part for group, part in plan.parts.items() if any(_counts(part))}
    rows = [["A", *_cells(plan.a)]]
    rows += [
        [group, *_cells(effects[group], signed=True)] for group in found.groups if group in effects
    ]
    rows += [["Change", *_cells(plan.change, signed=True)], ["B", *_cells(plan.b)]]
    labels = [lines[line].label for line in MEASURES.values()]
    print_table(f"{name}, {found.currency}: from A to B", ["", *labels], rows)


def _counts(part: Mapping[str, float | None]) -> Iterator[bool]:
    """Whether each effect is other than 0; one that is not known counts as none."""
    return (bool(effect) for effect in part.values())


def _cells(figures: Mapping[str, float | None], *, signed: bool = False) -> list[str]:
    """Figures of a plan, each in the format of its line; effects with their sign."""
    from ..engine import default_model
    from ..engine.differences.comparison import MEASURES
    from .printed_tables import formatted

    cells = []
    for key, line in MEASURES.items():
        value = figures[key]
        text = formatted(default_model().lines[line], value)
        cells.append(f"+{text}" if signed and value is not None and value > 0 else text)
    return cells


def _about_groups(found: "ScenarioComparison") -> Iterator[str]:
    """The numbers that change together, and differences that change nothing."""
    for group in found.groups:
        members = found.members(group)
        if len(members) > 1:
            yield f"{group}: {', '.join(one.address for one in members)}."
    if found.plans:
        idle = [
            group
            for group in found.groups
            if not any(any(_counts(plan.parts[group])) for plan in found.plans.values())
        ]
        if idle:
            yield f"Without effect on these figures: {', '.join(idle)}."


def _shown(value: float | str) -> str:
    """The value of an input: every digit that matters, percentages left as fractions."""
    if isinstance(value, str):
        return value
    return "none" if value >= _NO_CAP else f"{value:,.10g}"
