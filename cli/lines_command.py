"""The command ``lines``."""

import click


@click.command()
@click.argument("name", required=False)
@click.option("--markdown", is_flag=True, help="Print the reference in docs/lines.md.")
def lines(name: str | None, markdown: bool) -> None:
    """List the lines of the model, or explain one of them."""
    import inspect

    from ..engine import INPUTS
    from ..engine.errors import DomainError
    from ..engine.model import default_model, nearest

    known = default_model().lines
    if name is not None and markdown:
        raise DomainError("NAME and --markdown are mutually exclusive")
    if name is not None:
        inputs = {entry.name: entry for entry in INPUTS}
        if name in inputs:
            raise DomainError(f"{name} is an input; SHORE_EXPLAIN and sheet Sources explain it")
        if name not in known:
            near = nearest(name, [*known, *inputs])
            raise DomainError(f"no line is called {name!r}{near}")
        click.echo(f"{known[name].label}: {inspect.getdoc(known[name].function)}")
    elif markdown:
        from ..udfs.lines_page import lines_reference

        click.echo(lines_reference(), nl=False)
    else:
        for line in known.values():
            click.echo(f"{line.name}\n    {line.label}: {line.description.summary}")
