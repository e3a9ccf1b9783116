"""The commands of ``shorewise addin``, which set up the functions for each Excel host."""

import os
from collections.abc import Iterable
from pathlib import Path

import click

from . import stopping
from .numbers import Whole

_CTRL_C = 130
_FOLDER = click.argument("folder", type=click.Path(path_type=Path))
_FORCE = click.option("--force", is_flag=True, help="Replace existing files.")


@click.group(short_help="Set up the functions for Excel.")
def addin() -> None:
    """Set up the functions for Excel: desktop, xlwings Lite or a server."""


@addin.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--install", "installing", is_flag=True,
              help="Add the functions to your xlwings settings instead.")  # fmt: skip
@click.option(
    "--uninstall", "removing", is_flag=True, help="Remove the functions from your xlwings settings."
)
@click.option("--dry-run", is_flag=True, help="Only print what --install or --uninstall would do.")
@click.option("--interpreter", metavar="PATH",
              help="Python on the Windows PC that has Shorewise; default: this one.")  # fmt: skip
@_FORCE
def excel(
    folder: Path | None,
    installing: bool,
    removing: bool,
    dry_run: bool,
    interpreter: str | None,
    force: bool,
) -> None:
    """Set up desktop Excel on Windows, through the xlwings add-in.

    With FOLDER, writes a workbook with macros and examples, and the VBA wrappers of the functions.
    With --install, changes your xlwings settings, which apply to every workbook.
    """
    from ..udfs.hosts import AddinError, excel_files, install, uninstall, write_folder

    if (folder is not None) + installing + removing != 1:
        raise AddinError("addin excel takes a folder, or --install, or --uninstall")
    if folder is not None:
        if dry_run:
            raise AddinError("--dry-run needs --install or --uninstall")
        _print_written(write_folder(folder, excel_files(interpreter), force=force))
        return
    change = install(interpreter=interpreter) if installing else uninstall()
    heading = "would change" if dry_run and change.changes else "settings in"
    click.echo(f"{heading} {change.path}")
    for line in change.messages:
        click.echo(f"  {line}")
    if not dry_run:
        change.write()


@addin.command(short_help="Write one zip that installs all of it on Windows.")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--python", required=True, type=click.Path(path_type=Path), metavar="ZIP",
              help="CPython's embeddable zip, named as on python.org.")  # fmt: skip
@click.option("--wheels", required=True, type=click.Path(path_type=Path), metavar="FOLDER",
              help="Wheels of Shorewise and of all that it requires on Windows.")  # fmt: skip
@click.option("--workbook", type=click.Path(path_type=Path), metavar="XLSM",
              help="The macro workbook with its wrappers, as saved by Excel.")  # fmt: skip
@click.option("--home", metavar="PATH",
              help=r"Where to install; default: %LOCALAPPDATA%\Programs\Shorewise.")  # fmt: skip
@click.option("--zip", "zipped", is_flag=True, help="Write a zip instead of a folder.")
def package(
    out: Path,
    python: Path,
    wheels: Path,
    workbook: Path | None,
    home: str | None,
    zipped: bool,
) -> None:
    """Write OUT, a folder or zip with Python, all libraries, the workbook and Install.cmd.

    A user unzips it and double-clicks Install.cmd: no administrator rights, no network. Nothing is
    downloaded; OUT must not exist. docs/deployment.md says where the files come from.
    """
    from ..engine.errors import require

    require("package", "a package for Windows")
    from ..udfs.hosts.package import HOME, write_package

    written = write_package(
        out, python, wheels, workbook=workbook, home=home or HOME, zipped=zipped
    )
    _print_written([written])


@addin.command(short_help="Write the file to paste into xlwings Lite.")
@_FOLDER
@click.option("--wheel", metavar="URL", help="URL of a Shorewise wheel, for a short main.py.")
@_FORCE
def lite(folder: Path, wheel: str | None, force: bool) -> None:
    """Write main.py into FOLDER, to paste into xlwings Lite: the package itself is in it.

    With --wheel, writes a short main.py and a requirements.txt that names the wheel.
    """
    from ..udfs.hosts import lite_files, write_folder

    _print_written(write_folder(folder, lite_files(wheel), force=force))


@addin.command(short_help="Write a project for xlwings Server.")
@_FOLDER
@click.option("--user", default="first-user", show_default=True, help="Name of the first user.")
@_FORCE
def server(folder: Path, user: str, force: bool) -> None:
    """Write a project for xlwings Server into FOLDER: functions, task pane, manifest, sign-in.

    The file .env and the identifiers of the project are yours: --force does not replace them.
    """
    from ..udfs.hosts import OWNED, PRIVATE, server_files, write_folder

    files, token = server_files(user)
    paths = write_folder(folder, files, force=force, owned=OWNED, private=PRIVATE)
    _print_written(paths)
    for name in OWNED:
        if (folder / name).resolve() not in paths:
            click.echo(f"kept {folder / name}")
    if (folder / ".env").resolve() in paths:
        click.echo(f"access token of {user}, shown this once: {token}")


@addin.command(short_help="Serve a project to Excel until you stop it.")
@_FOLDER
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=Whole(1, 65_535), help="Port to listen on."
)
@click.option(
    "--certificate", type=click.Path(exists=True, dir_okay=False), help="Certificate for https."
)
@click.option(
    "--key", type=click.Path(exists=True, dir_okay=False), help="Private key of the certificate."
)
def serve(folder: Path, host: str, port: int, certificate: str | None, key: str | None) -> None:
    """Serve the project in FOLDER to Excel, with sign-in and rate limits, until you stop it."""
    from ..engine.errors import ShorewiseError, require

    require("server", "xlwings Server")
    if not (folder / "custom_functions").is_dir():
        raise ShorewiseError(
            f"{folder}: contains no server project; shorewise addin server {folder} writes one"
        )
    from dotenv import load_dotenv  # xlwings Server needs it too

    try:
        load_dotenv(folder / ".env")
    except (OSError, UnicodeError) as error:
        raise ShorewiseError(f"{folder / '.env'}: cannot be read: {error}") from None
    # xlwings reads this variable and its licence key once, on import.
    os.environ["XLWINGS_ON_SERVER"] = "true"
    try:
        from ..udfs.hosts.app import serve as serve_project
    except Exception as error:
        if type(error).__name__ != "LicenseError":  # the class cannot be imported without a key
            raise
        raise ShorewiseError(
            f"{error} XLWINGS_LICENSE_KEY must be the key of a paid plan of xlwings; the key "
            "noncommercial is for noncommercial use only"
        ) from None
    serve_project(folder, host, port, certificate, key)
    # The server ends on Ctrl-C by itself; a service that SIGTERM ends has done its work.
    if stopping.exit_code() == _CTRL_C and stopping.is_stopping():
        raise KeyboardInterrupt


@addin.command(short_help="Print a new access token for a user.")
@click.argument("name")
def token(name: str) -> None:
    """Print a new access token for the user NAME, and its entry for SHOREWISE_TOKENS in .env."""
    from ..udfs.hosts import new_token

    made, entry = new_token(name)
    click.echo(f"token for {name}, shown this once: {made}")
    click.echo(f"entry in SHOREWISE_TOKENS: {entry}")


def _print_written(paths: Iterable[Path]) -> None:
    for path in paths:
        click.echo(f"wrote {path}")
