"""The command ``completion``, which prints the script with which a shell completes commands."""

import click
from click.shell_completion import get_completion_class

from . import completion as words

_SHELLS = ("bash", "zsh", "fish", "powershell")
# Click keeps the lines of a paragraph that starts with \b.
_HELP = """Print the script with which SHELL completes commands, options and names by the tab key.

SHELL is bash, zsh, fish or powershell.

\b
bash  add to ~/.bashrc   eval "$(shorewise completion bash)"
zsh   add to ~/.zshrc    autoload -Uz compinit && compinit
      and below it       eval "$(shorewise completion zsh)"
fish  run once           mkdir -p ~/.config/fish/completions
      and then           shorewise completion fish > ~/.config/fish/completions/shorewise.fish

Then open a new terminal. Bash must be 4.4 or newer; PowerShell needs Click 8.5.
"""


@click.command(help=_HELP, short_help="Print the script for completion by the tab key.")
@click.argument("shell", shell_complete=words.shells)
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script with which a shell completes commands."""
    if shell not in _SHELLS:
        raise click.UsageError(f"SHELL is {shell!r}; it must be one of {', '.join(_SHELLS)}")
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"{shell} needs a newer Click: pip install --upgrade click")
    click.echo(kind(context.find_root().command, {}, "shorewise", words.VARIABLE).source())
