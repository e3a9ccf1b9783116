"""The commands of ``shorewise addin``: the functions for each Excel host."""

from pathlib import Path

import click


@click.group()
def addin():
    """Set up the functions in cells for an Excel host."""


_FOLDER = click.argument("folder", type=click.Path(path_type=Path))
_FORCE = click.option("--force", is_flag=True, help="Replace existing files.")


@addin.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--install", "installing", is_flag=True,
              help="Name the functions in your own settings of xlwings.")  # fmt: skip
@click.option("--uninstall", "removing", is_flag=True, help="Take them out again.")
@click.option("--dry-run", is_flag=True, help="Only say what --install or --uninstall would do.")
@click.option("--interpreter", metavar="PATH",
              help="Python on the Windows PC that has Shorewise; this one by default.")  # fmt: skip
@_FORCE
def excel(folder, installing, removing, dry_run, interpreter, force):
    """Set up desktop Excel on Windows, through the xlwings add-in.

    Writes a workbook with macros and examples, and the functions' wrappers in VBA, into FOLDER; or
    changes the settings of this user, which hold in every workbook.
    """
    from ..udfs.hosts import AddinError, excel_files, install, uninstall, write_folder

    if (folder is not None) + installing + removing != 1:
        raise AddinError("addin excel takes a folder, or --install, or --uninstall")
    if folder is not None:
        if dry_run:
            raise AddinError("--dry-run goes with --install or --uninstall")
        _written(write_folder(folder, excel_files(interpreter), force=force))
        return
    change = install(interpreter=interpreter) if installing else uninstall()
    click.echo(f"{'would change' if dry_run else 'settings in'} {change.path}")
    for line in change.says:
        click.echo(f"  {line}")
    if not dry_run:
        change.write()


@addin.command()
@_FOLDER
@click.option(
    "--wheel", metavar="URL", help="Where a wheel of Shorewise is; else its name is used."
)
@_FORCE
def lite(folder, wheel, force):
    """Write main.py and requirements.txt into FOLDER, to paste into xlwings Lite."""
    from ..udfs.hosts import lite_files, write_folder

    _written(write_folder(folder, lite_files(wheel), force=force))


def _written(paths):
    for path in paths:
        click.echo(f"wrote {path}")
