"""The command ``completion``, which prints the script with which a shell completes commands."""

import click
from click.shell_completion import get_completion_class

from .completion import VARIABLE

_SHELLS = ("bash", "zsh", "fish", "powershell")


@click.command(short_help="Print the script with which a shell completes commands by the tab key.")
@click.argument("shell", type=click.Choice(_SHELLS, case_sensitive=False))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    r"""Print the script with which a SHELL completes commands, options and names by the tab key.

    \b
    bash: add to ~/.bashrc     eval "$(shorewise completion bash)"
    zsh:  add to ~/.zshrc      eval "$(shorewise completion zsh)"
          below the line       autoload -Uz compinit && compinit
    fish: run once             mkdir -p ~/.config/fish/completions
          and then             shorewise completion fish > ~/.config/fish/completions/shorewise.fish

    Then open a new terminal. Bash must be 4.4 or newer; PowerShell needs Click 8.5.
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"{shell} needs a newer Click: pip install --upgrade click")
    click.echo(kind(context.find_root().command, {}, "shorewise", VARIABLE).source())
