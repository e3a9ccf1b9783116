"""The command ``shorewise``, whose subcommands are imported lazily."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from . import stopping
from .endings import end_in_one_line

# Module and attribute of each subcommand.
_COMMANDS = {
    "actuals": ("actuals_command", "actuals"),
    "addin": ("addin_commands", "addin"),
    "assumptions": ("assumptions_command", "assumptions"),
    "bulk": ("bulk_command", "bulk"),
    "calc": ("workbook_commands", "calc"),
    "check": ("workbook_commands", "check"),
    "compare": ("scenario_commands", "compare"),
    "completion": ("completion_command", "completion"),
    "countries": ("countries_command", "countries"),
    "diff": ("diff_command", "diff"),
    "functions": ("functions_command", "functions"),
    "inputs": ("reference_commands", "inputs"),
    "lines": ("lines_command", "lines"),
    "lint": ("workbook_commands", "lint"),
    "measures": ("reference_commands", "measures"),
    "presets": ("scenario_commands", "list_presets"),
    "quote": ("quote_command", "quote"),
    "read": ("workbook_commands", "read"),
    "rebuild": ("rebuild_command", "rebuild"),
    "recommend": ("scenario_commands", "recommend"),
    "sensitivity": ("uncertainty_commands", "sensitivity"),
    "simulate": ("uncertainty_commands", "simulate"),
    "solve": ("uncertainty_commands", "solve"),
    "statement": ("statement_command", "statement"),
    "worktypes": ("reference_commands", "worktypes"),
}


class _Commands(click.Group):
    """Group of subcommands; a usage error ends with one line and exit code 2."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return [*_COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS and ctx.resilient_parsing:  # while a shell completes a line
            return None
        if cmd_name not in _COMMANDS:
            from ..engine.model import nearest

            raise click.UsageError(
                f"no command is called {cmd_name!r}{nearest(cmd_name, _COMMANDS)}"
            )
        module, name = _COMMANDS[cmd_name]
        return getattr(import_module(f".{module}", __package__), name)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            with stopping.stopped_by_signals():
                return super().main(*args, **kwargs)
        except KeyboardInterrupt:
            stopping.print_stopped()
            sys.exit(stopping.exit_code())

    def parse_args(self, ctx: click.Context, args: Sequence[str]) -> list[str]:
        with end_in_one_line(ctx):
            return super().parse_args(ctx, list(args))

    def invoke(self, ctx: click.Context) -> Any:
        for stream in (sys.stdout, sys.stderr):  # names may not be encodable for the console
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        with end_in_one_line(ctx):
            return super().invoke(ctx)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="shorewise", prog_name="shorewise")
def main() -> None:
    """The true cost of offshore, nearshore and hybrid teams."""
