"""The command ``rebuild``: a comparison workbook in another shape, with the inputs that it has."""

from collections.abc import Iterable
from pathlib import Path

import click

from . import completion, options
from .numbers import Whole
from .printed_tables import counted


@click.command(short_help="A workbook again, with other plans, sites or months.")
@click.argument("book", type=click.Path(path_type=Path))
@click.option("--plan", "plans", multiple=True, metavar="NAME[=PLAN]", help="A plan to add.")
@click.option(
    "--site", "sites", multiple=True, metavar="NAME[=SITE or COUNTRY]", help="A site to add."
)
@click.option("--role", "roles", multiple=True, metavar="NAME[=ROLE]", help="A role to add.")
@click.option("--months", type=Whole(), help="Months of the horizon, from 6 to 120.")
@click.option(
    "--drop-plan",
    "drop_plans",
    multiple=True,
    metavar="NAME",
    shell_complete=completion.plans,
    help="A plan to drop.",
)
@click.option("--drop-site", "drop_sites", multiple=True, metavar="NAME", help="A site to drop.")
@click.option("--drop-role", "drop_roles", multiple=True, metavar="NAME", help="A role to drop.")
@click.option(
    "--leave-out",
    multiple=True,
    metavar="SHEET",
    help="A sheet of your own that the new workbook need not have.",
)
@click.option("-o", "--output", required=True, type=click.Path(), help="Workbook to write.")
@options.theme
@click.option(
    "--language",
    metavar="CODE",
    shell_complete=completion.languages,
    help="Language of its texts; by default that of the workbook.",
)
@options.force
def rebuild(
    book: Path,
    plans: tuple[str, ...],
    sites: tuple[str, ...],
    roles: tuple[str, ...],
    months: int | None,
    drop_plans: tuple[str, ...],
    drop_sites: tuple[str, ...],
    drop_roles: tuple[str, ...],
    leave_out: tuple[str, ...],
    output: str,
    theme: str | None,
    language: str | None,
    force: bool,
) -> None:
    """Write a comparison workbook BOOK again with more or other plans, sites, roles or months.

    All inputs stay as they are in BOOK. A new plan starts from the heads of PLAN, by default the
    last one; a new site from the figures of SITE, by default the first one abroad, or from those
    of a COUNTRY; a new role from the pay of ROLE, by default the first one. New sites and roles
    have no heads until you enter some on sheet Inputs. Each option may be repeated. A name that
    contains = takes another = at its end.

    Sheets that are not Shorewise's are not carried over: BOOK is refused until you move them or
    name them with --leave-out. What else was edited beside the inputs is listed.
    """
    from ..workbook_files import rebuild as write

    done = write(
        book,
        plans=_added(plans, "--plan"),
        sites=_added(sites, "--site"),
        roles=_added(roles, "--role"),
        months=months,
        drop_plans=drop_plans,
        drop_sites=drop_sites,
        drop_roles=drop_roles,
        leave_out=leave_out,
        output=output,
        force=force,
        theme=theme,
        language=language,
    )
    for sentence in (*done.notes, *done.scenario.assumed):
        click.echo(f"note: {sentence}", err=True)
    for sentence in done.left_behind:
        click.echo(f"not carried over: {sentence}", err=True)
    sizes = (counted(done.scenario.sizes[axis], axis) for axis in ("plan", "site", "role", "month"))
    click.echo(f"wrote {done.path}: {', '.join(sizes)}")


def _added(given: Iterable[str], flag: str) -> dict[str, str]:
    """Names to add, each with what it starts from; "" where that is not given."""
    found: dict[str, str] = {}
    for text in given:
        name, equals, like = text.rpartition("=")
        name, like = (name, like) if equals else (text, "")
        if name in found:
            raise click.UsageError(f"{flag} {name} is given twice; names must differ")
        found[name] = like
    return found
