"""The scenario that a command is about."""

from pathlib import Path

import click


def of_scenario(command):
    """The argument SCENARIO and the option --preset of a command."""
    argument = click.argument("scenario", required=False, type=click.Path(path_type=Path))
    option = click.option("--preset", metavar="NAME", help="An embedded case instead of a file.")
    return argument(option(command))


def case_of(path, preset):
    """The scenario of a file, a workbook or a preset; without any of them the default."""
    from ..engine import Scenario, ScenarioError

    if path and preset is not None:
        raise ScenarioError(
            f"{path} and --preset {preset} are mutually exclusive; give one of them"
        )
    if preset is not None:
        return Scenario.preset(preset)
    if path and path.suffix.lower() == ".xlsx":
        from ..workbook.read_back import read as read_book

        return read_book(path)
    return Scenario.from_toml(path) if path else Scenario.default()
