"""The command ``template``: a workbook of the user's own, filled with results."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import completion, options
from .listings import Listing, print_listing
from .printed_tables import counted, print_own_formulas

if TYPE_CHECKING:
    from ..workbook.template.name_list import NameRow

_WAYS = ("names", "check", "example")


@click.command(short_help="Fill a workbook of your own with results.")
@click.argument("given", metavar="[BOARD] [SCENARIO]", nargs=-1, shell_complete=completion.files)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Workbook to write.")
@click.option(
    "--preset",
    metavar="NAME",
    shell_complete=completion.presets,
    help="An embedded case instead of a file; see shorewise presets.",
)
@options.pdf
@click.option("--names", is_flag=True, help="List all names of results, or those with some words.")
@click.option("--check", is_flag=True, help="List what BOARD asks for and what is wrong with it.")
@click.option("--example", is_flag=True, help="Write a template to start from.")
@options.as_json
@options.force
def template(given: tuple[str, ...], **chosen: Any) -> None:
    """Fill BOARD, a workbook of your own, with the results of SCENARIO, a file or a workbook.

    In BOARD, marks in cells such as {{ recommended.npv }} or {{ plans.name }} and defined names
    such as shore.recommended.npv say what goes where; all else in it stays as it is. Rows with
    names such as plans.npv are repeated for each plan, and tables and charts grow with them.

    With --names the arguments are words to search for. With --check the exit code is 1 if
    something is wrong.
    """
    ways = [way for way in _WAYS if chosen[way]]
    if len(ways) > 1:
        raise click.UsageError(f"{' and '.join(f'--{way}' for way in ways)}: give one of them")
    output = chosen["output"]
    if output and ways in (["names"], ["check"]):
        raise click.UsageError(f"--{ways[0]} writes no file; leave --output out")
    if ways == ["names"]:
        _print_names(given, chosen)
    elif ways == ["check"]:
        _check(given, chosen)
    elif ways == ["example"]:
        _write_example(given, output, chosen["force"])
    else:
        _fill(given, output, chosen)


def _print_names(words: tuple[str, ...], chosen: dict[str, Any]) -> None:
    from ..engine.scenario import Scenario
    from ..workbook.template.name_list import name_rows

    asked = Listing(words, chosen["as_json"], None, chosen["force"])
    case = options.scenario_of(None, chosen["preset"]) if chosen["preset"] else Scenario.default()
    rows: Any = name_rows(case)  # another kind of rows than the engine's lists
    print_listing("name", rows, asked, _about_name, _about_name)


def _about_name(row: "NameRow") -> Iterator[str]:
    repeats = f", for each of {row.repeats}" if row.repeats else ""
    unit = f" in {row.unit}" if row.unit else ""
    yield f"{row.label}: a {row.kind}{unit}{repeats}"
    yield f"such as {row.example}" if row.example else "empty in the example"


def _board_and_scenario(given: tuple[str, ...], preset: str | None) -> tuple[Path, Path | None]:
    if not given or len(given) > 2:
        raise click.UsageError("give BOARD, the workbook to fill, and then at most one SCENARIO")
    if Path(given[0]).suffix.lower() == ".toml":
        raise click.UsageError(f"BOARD is {given[0]}, a scenario; give the workbook to fill first")
    scenario = Path(given[1]) if len(given) > 1 else None
    if scenario and preset:
        raise click.UsageError("SCENARIO and --preset are mutually exclusive; give one")
    return Path(given[0]), scenario


def _check(given: tuple[str, ...], chosen: dict[str, Any]) -> None:
    from ..workbook.errors import WorkbookError
    from ..workbook.template.filling import Template, TemplateFile

    board, scenario = _board_and_scenario(given, chosen["preset"])
    filler = Template(TemplateFile.read(board))
    contents = filler.contents
    faults = [str(one) for one in contents.faults]
    if not faults and (scenario or chosen["preset"]):
        try:
            filler.filled(options.scenario_of(scenario, chosen["preset"]))
        except WorkbookError as error:
            faults.append(str(error).removeprefix(f"{board}: "))
    if chosen["as_json"]:
        names = [{"place": place, "name": name.text} for place, name in contents.names]
        click.echo(json.dumps({"names": names, "faults": faults}, indent=2))
    else:
        for place, name in contents.names:
            each = f", for each of {', then '.join(_words(name))}" if name.repeated else ""
            click.echo(f"{place}: {name.text}{each}")
        for fault in faults:
            click.echo(f"wrong: {fault}")
        found = counted(len(contents.names), "name")
        click.echo(f"{found}, {counted(len(faults), 'fault')}", err=True)
    if faults:
        raise SystemExit(1)


def _words(name: Any) -> list[str]:
    return [one.word for one in name.steps if one.axis in name.repeated]


def _write_example(given: tuple[str, ...], output: Path | None, force: bool) -> None:
    from ..workbook.atomic_write import atomic_write, refuse_existing, refuse_kind
    from ..workbook.template.example import example

    if given:
        raise click.UsageError("--example takes no file; name the one to write with --output")
    target = output or Path("board.xlsx")
    refuse_kind(target)
    refuse_existing(target, force=force)
    click.echo(f"wrote {atomic_write(target, example(), force=force)}")


def _fill(given: tuple[str, ...], output: Path | None, chosen: dict[str, Any]) -> None:
    from ..workbook_files import fill_template

    if chosen["as_json"]:
        raise click.UsageError("--json is for --names and --check")
    board, scenario = _board_and_scenario(given, chosen["preset"])
    if output is None:
        raise click.UsageError("Missing option '-o' / '--output', the workbook to write.")
    case = options.scenario_of(scenario, chosen["preset"])
    done = fill_template(case, board, output, force=chosen["force"], pdf=chosen["pdf"])
    options.print_assumed(case)
    print_own_formulas(done.computed, done.skipped, "depend on results")
    for path in done.paths:
        click.echo(f"wrote {path}")
