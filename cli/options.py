"""Arguments and options that several commands share."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import completion
from .numbers import Whole

if TYPE_CHECKING:
    from ..scenarios import Scenario

Command = Callable[..., Any]

force = click.option("--force", is_flag=True, help="Replace an existing file.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
seed = click.option(
    "--seed",
    default=1,
    type=Whole(),
    show_default=True,
    help="Seed of the random draws: the same seed gives the same results.",
)
plan = click.option(
    "--plan",
    metavar="NAME",
    shell_complete=completion.plans,
    help="Name of the plan; by default the first after the baseline.",
)
theme = click.option(
    "--theme", type=click.Path(), help="TOML file with a font, colours and a logo."
)

pdf = click.option(
    "--pdf", is_flag=True, help="Print it as a PDF of the same name too, by LibreOffice."
)
language = click.option(
    "--language",
    metavar="CODE",
    default="en",
    show_default=True,
    shell_complete=completion.languages,
    help="Language of the workbook's texts, such as de for German.",
)


class _SpareType(click.ParamType):
    """Numbers of spare places by what they are for, such as plans=1,sites=1."""

    name = "numbers"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        found: dict[str, int] = {}
        for part in filter(None, value.split(",")):
            what, equals, number = (piece.strip() for piece in part.partition("="))
            if what not in _SPARE or not equals or not number.isascii() or not number.isdecimal():
                self.fail(
                    f"{part.strip()!r} is not one of {', '.join(f'{n}=N' for n in _SPARE)}, with "
                    "a whole number N from 0 on",
                    param,
                    ctx,
                )
            if what in found:
                self.fail(f"{what} is given twice", param, ctx)
            found[what] = int(number)
        return found


_SPARE = ("plans", "sites", "roles", "months")
spare = click.option(
    "--spare",
    type=_SpareType(),
    metavar="plans=1,sites=1,roles=2",
    help="Places to fill in later, and months beyond the horizon; --spare '' for none.",
)


def table_format(command: Command) -> Command:
    """Decorator that adds options of how a table is read, as one argument ``table_format``."""

    @functools.wraps(command)
    def with_format(
        *, separator: str | None, decimal: str | None, encoding: str | None, **chosen: Any
    ) -> Any:
        given = {"separator": separator, "decimal": decimal, "encoding": encoding}
        return command(table_format=given, **chosen)

    separator = click.option(
        "--separator",
        metavar="CHARACTER",
        help="Between the cells of a text file, such as ; or tab; by default detected.",
    )
    decimal = click.option(
        "--decimal",
        metavar="SIGN",
        help="Decimal sign of numbers in text files and text cells, . or ,; by default detected.",
    )
    encoding = click.option(
        "--encoding", metavar="NAME", help="Of a text file, such as cp1252; by default detected."
    )
    return separator(decimal(encoding(with_format)))


def refuse_idle_force(force: bool, flags: str, *outputs: str | Path | None) -> None:
    """Refuse --force where no file is asked for that it could replace."""
    if force and not any(outputs):
        raise click.UsageError(f"--force replaces an existing file; give {flags} too")


def scenario(command: Command) -> Command:
    """Decorator that adds the argument SCENARIO and the option --preset to a command."""
    argument = click.argument("scenario", required=False, type=click.Path(path_type=Path))
    option = click.option(
        "--preset",
        metavar="NAME",
        shell_complete=completion.presets,
        help="An embedded case instead of a file; see shorewise presets.",
    )
    return argument(option(command))


def print_assumed(case: "Scenario") -> None:
    """Print on standard error what is assumed because the scenario does not say it."""
    for sentence in case.assumed:
        click.echo(f"note: {sentence}", err=True)


def scenario_of(path: Path | None, preset: str | None) -> "Scenario":
    """The scenario of a file, a workbook or a preset; by default the embedded scenario."""
    from ..engine import presets
    from ..engine.errors import ScenarioError
    from ..scenarios import Scenario, read

    if path and preset is not None:
        raise ScenarioError(f"{path} and --preset {preset} are mutually exclusive; give one")
    if preset is not None:
        return Scenario.preset(preset)
    if path and str(path) in presets() and not path.exists():
        raise ScenarioError(f"{path}: no such file; for the preset use --preset {path}")
    return read(path) if path else Scenario.default()
