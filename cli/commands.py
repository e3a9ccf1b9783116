"""The command ``shorewise``, whose subcommands are imported lazily."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from . import stopping
from .endings import end_in_one_line

# Module and attribute of each subcommand.
COMMANDS = {
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
    "template": ("template_command", "template"),
    "worktypes": ("reference_commands", "worktypes"),
}


# What the help lists together, in the order in which one comes to need it.
SECTIONS = {
    "Compare plans": ("compare", "recommend", "statement", "diff", "assumptions"),
    "How certain it is": ("sensitivity", "simulate", "solve"),
    "Workbooks": ("read", "rebuild", "template", "check", "lint", "calc"),
    "Tables of scenarios": ("bulk",),
    "What employers and vendors charge": ("countries", "quote"),
    "A plan that runs": ("actuals",),
    "Look up": ("presets", "inputs", "measures", "worktypes", "lines", "functions"),
    "Set up": ("addin", "completion"),
}
_EPILOG = (
    "Exit codes: 0 done; 1 differences, findings or rejected rows, or no solution; 2 a mistake in "
    "the command or in a file; 130 stopped by Ctrl-C."
)


class _Commands(click.Group):
    """Group of subcommands; a usage error ends with one line and exit code 2."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS and ctx.resilient_parsing:  # while a shell completes a line
            return None
        if cmd_name not in COMMANDS:
            from ..engine.model import nearest

            raise click.UsageError(
                f"no command is called {cmd_name!r}{nearest(cmd_name, COMMANDS)}"
            )
        module, name = COMMANDS[cmd_name]
        return getattr(import_module(f".{module}", __package__), name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands in sections, all with their descriptions in one column."""
        width = max(map(len, COMMANDS))
        for title, names in SECTIONS.items():
            commands = {name: self.get_command(ctx, name) for name in names}
            with formatter.section(title):
                formatter.write_dl(
                    [
                        (name.ljust(width), command.get_short_help_str(limit=formatter.width))
                        for name, command in commands.items()
                        if command
                    ]
                )

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


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=_EPILOG
)
@click.version_option(package_name="shorewise", prog_name="shorewise")
def main() -> None:
    """The true cost of offshore, nearshore and hybrid teams.

    Begin with shorewise compare: it writes comparison.xlsx of an embedded scenario, whose inputs
    you change in Excel. A scenario of your own is a text file: shorewise read comparison.xlsx -o
    my.toml writes one to start from, shorewise inputs lists what it can set, and shorewise compare
    my.toml compares its plans. shorewise COMMAND --help explains a command.
    """
