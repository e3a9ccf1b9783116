"""Installation of the Windows package for the current user, and its removal.

Install.cmd and Uninstall.cmd run this file with the Python of the package. It imports nothing but
the standard library, so that a removal can delete all other files: Windows keeps those in use.
"""

import contextlib
import hashlib
import importlib
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PureWindowsPath
from typing import Any

ABOUT, SUMS, INSTALLED, REMAINING = "package.json", "SHA256SUMS", "installed.json", "remaining.txt"
_PYTHON = "python"  # folder; files in it are the package's own, those beside it may be edited
_UNINSTALL_KEY = r"Software\Microsoft\Windows\CurrentVersion\Uninstall"
_COUNT = "from shorewise.udfs import FUNCTIONS; print(len(FUNCTIONS))"


class InstallationError(Exception):
    """An installation or removal that cannot go on: the text says why, and what to do."""


class Windows:
    """What is asked of Windows: folders of the user, shortcuts, the list of installed programs."""

    def shortcut_folders(self) -> list[Path]:
        """The user's start menu and desktop, wherever they were moved to."""
        shell = importlib.import_module("win32com.shell.shell")
        wanted = (shell.FOLDERID_Programs, shell.FOLDERID_Desktop)
        return [Path(shell.SHGetKnownFolderPath(one)) for one in wanted]

    def shortcut(self, path: Path, target: Path, description: str) -> None:
        """Make a shortcut that opens a file."""
        pythoncom = importlib.import_module("pythoncom")
        shell = importlib.import_module("win32com.shell.shell")
        link = pythoncom.CoCreateInstance(
            shell.CLSID_ShellLink, None, pythoncom.CLSCTX_INPROC_SERVER, shell.IID_IShellLink
        )
        link.SetPath(str(target))
        link.SetWorkingDirectory(str(target.parent))
        link.SetDescription(description)
        link.QueryInterface(pythoncom.IID_IPersistFile).Save(str(path), 0)

    def register(self, name: str, values: Mapping[str, str | int]) -> None:
        """Enter a program into the user's list of installed programs."""
        registry: Any = importlib.import_module("winreg")
        with registry.CreateKey(registry.HKEY_CURRENT_USER, rf"{_UNINSTALL_KEY}\{name}") as key:
            for label, value in values.items():
                kind = registry.REG_SZ if isinstance(value, str) else registry.REG_DWORD
                registry.SetValueEx(key, label, 0, kind, value)

    def unregister(self, name: str) -> None:
        """Remove a program from the user's list of installed programs."""
        registry: Any = importlib.import_module("winreg")
        with contextlib.suppress(FileNotFoundError):
            registry.DeleteKey(registry.HKEY_CURRENT_USER, rf"{_UNINSTALL_KEY}\{name}")

    def count_functions(self, home: Path) -> int:
        """Number of functions that the installed Python loads.

        Raises
        ------
        InstallationError
            It does not start, or cannot load them.
        """
        command = [str(home / _PYTHON / "python.exe"), "-B", "-c", _COUNT]
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=300)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InstallationError(f"{command[0]}: does not run: {error}") from None
        if run.returncode:
            last = (run.stderr.strip().splitlines() or [f"status {run.returncode}"])[-1]
            raise InstallationError(
                f"{command[0]}: cannot load the functions: {last}. Files are installed, but will "
                "not work; send this message to your IT department"
            )
        return int(run.stdout)


def home_of(package: Path) -> Path:
    """The folder into which a package is installed: a folder for each version."""
    about = _about(package)
    return Path(os.path.expandvars(about["home"])) / about["version"]


def install(package: Path, windows: Windows) -> list[str]:
    """Install an unzipped package for the current user; do nothing that is done already.

    Parameters
    ----------
    package : Path
        The unzipped package.
    windows : Windows

    Returns
    -------
    list of str
        What was done.

    Raises
    ------
    InstallationError
        The package is incomplete or damaged, or a file cannot be written.
    """
    about, sums, home = _about(package), _sums(package), home_of(package)
    name = f"Shorewise {about['version']}"
    _verify(package, sums)
    _refuse_while_in_use(home)
    try:
        done = _copy(package, home, sums)
        links = []
        for folder in windows.shortcut_folders():
            folder.mkdir(parents=True, exist_ok=True)
            links.append(folder / f"{name}.lnk")
            windows.shortcut(links[-1], home / about["workbook"], "Functions of Shorewise in Excel")
            done.append(f"shortcut {links[-1]}")
        _write(home / INSTALLED, json.dumps({"shortcuts": [str(one) for one in links]}).encode())
        size = sum((home / one).stat().st_size for one in sums) // 1024
        windows.register(name, _entry(name, about["version"], home, size))
    except OSError as error:
        raise InstallationError(f"{error.filename or home}: {error.strerror or error}") from None
    functions = windows.count_functions(home)
    return [*done, f"{functions} functions load. Start: {name} in the start menu"]


def uninstall(package: Path, windows: Windows) -> list[str]:
    """Remove what an installation wrote, and nothing else.

    A file outside the folder of Python that was changed since is the user's, and stays.

    Parameters
    ----------
    package : Path
        The installed package, or the unzipped one from which it was installed.
    windows : Windows

    Returns
    -------
    list of str
        What was removed, and what stays.

    Raises
    ------
    InstallationError
        Nothing is installed, Excel is running with it, or a file cannot be removed.
    """
    about, home = _about(package), home_of(package)
    if not (home / SUMS).is_file():
        raise InstallationError(f"{home}: nothing is installed there")
    _refuse_while_in_use(home)
    running = package.resolve() == home.resolve()  # its own Python and Uninstall.cmd are in use
    try:
        done = _remove_shortcuts(home)
        kept, busy = _remove(home, _sums(home), keep=["Uninstall.cmd", SUMS] if running else [SUMS])
        if busy and not running:
            raise InstallationError(f"{busy[0]}: is in use; close Excel and try again")
        (home / INSTALLED).unlink(missing_ok=True)
        (home / SUMS).unlink(missing_ok=True)
        if running:
            lines = [str(PureWindowsPath(one.relative_to(home))) for one in busy]
            _write(home / REMAINING, "".join(f"{line}\r\n" for line in lines).encode())
        windows.unregister(f"Shorewise {about['version']}")
    except OSError as error:
        raise InstallationError(f"{error.filename or home}: {error.strerror or error}") from None
    _remove_empty_folders(home)
    return [*done, f"files in {home}", *(f"stays, since it was changed: {one}" for one in kept)]


def main(arguments: Sequence[str], windows: Windows | None = None) -> int:
    """Run ``install`` or ``uninstall`` for the package of the running Python; 0 or 2 comes back."""
    package = Path(sys.executable).parent.parent
    actions = {"install": (install, "Installed"), "uninstall": (uninstall, "Removed")}
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    if len(arguments) != 1 or arguments[0] not in actions:
        print("desktop.py takes one word: install or uninstall", file=sys.stderr)
        return 2
    action, heading = actions[arguments[0]]
    try:
        done = action(package, windows or Windows())
    except InstallationError as error:
        print(f"Shorewise: {error}", file=sys.stderr)
        return 2
    except Exception as error:  # such as one of COM, whose classes are in a package
        print(f"Shorewise: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    print(f"{heading}:")
    for line in done:
        print(f"  {line}")
    return 0


def _about(package: Path) -> dict[str, Any]:
    return dict(json.loads(_read(package, ABOUT)))


def _sums(package: Path) -> dict[str, str]:
    """SHA-256 of each file of a package by its name, which has slashes."""
    lines = _read(package, SUMS).decode("ascii").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def _read(package: Path, name: str) -> bytes:
    try:
        return (package / name).read_bytes()
    except OSError:
        raise InstallationError(
            f"{package / name}: is missing; unzip the whole package again and start it there"
        ) from None


def _digest(path: Path) -> str | None:
    """SHA-256 of a file; None if there is none."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _verify(package: Path, sums: Mapping[str, str]) -> None:
    for name, expected in sums.items():
        found = _digest(package / name)
        if found != expected:
            state = "is missing" if found is None else "is damaged or was changed"
            raise InstallationError(
                f"{package / name}: {state}; unzip the whole package again and start it there"
            )


def _refuse_while_in_use(home: Path) -> None:
    """Raise while Excel has the library of xlwings loaded, which locks files of Python too."""
    for library in sorted(home.glob(f"{_PYTHON}/xlwings*.dll")):
        try:
            with open(library, "r+b"):
                pass
        except PermissionError:
            raise InstallationError(
                f"{library}: is in use; close Excel and start this again"
            ) from None


def _copy(package: Path, home: Path, sums: Mapping[str, str]) -> list[str]:
    """Copy what differs, and remove what only an earlier package of this version had."""
    if package.resolve() == home.resolve():
        return [f"files in {home} are complete"]
    before = _sums(home) if (home / SUMS).is_file() else {}
    _remove(home, {name: before[name] for name in before if name not in sums})
    kept = []
    for name, expected in sums.items():
        target, found = home / name, _digest(home / name)
        if found == expected:
            continue
        if found not in (None, before.get(name)) and not name.startswith(f"{_PYTHON}/"):
            kept.append(f"stays, since it was changed: {target}")
            continue
        _write(target, (package / name).read_bytes())
    about = json.loads(_read(package, ABOUT))
    (home / about["workbook"]).chmod(stat.S_IREAD)  # Excel then asks for another name to save
    shutil.copyfile(package / SUMS, home / SUMS)
    return [f"files in {home}", *kept]


def _write(path: Path, data: bytes) -> None:
    """Write a file under another name, then rename it: never half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    partial.write_bytes(data)
    if path.exists():
        path.chmod(stat.S_IREAD | stat.S_IWRITE)
    os.replace(partial, path)


def _entry(name: str, version: str, home: Path, size: int) -> dict[str, str | int]:
    """The values of the list of installed programs; size in KiB."""
    command = f'"{home / "Uninstall.cmd"}"'
    return {
        "DisplayName": name,
        "DisplayVersion": version,
        "Publisher": "Shorewise",
        "InstallLocation": str(home),
        "UninstallString": f'cmd.exe /d /c "{command}"',
        "QuietUninstallString": f'cmd.exe /d /c "{command} /quiet"',
        "EstimatedSize": size,
        "NoModify": 1,
        "NoRepair": 1,
    }


def _remove_shortcuts(home: Path) -> list[str]:
    try:
        links = json.loads((home / INSTALLED).read_bytes())["shortcuts"]
    except FileNotFoundError:  # the installation was interrupted
        return []
    for link in links:
        Path(link).unlink(missing_ok=True)
    return [f"shortcut {link}" for link in links]


def _remove(
    home: Path, sums: Mapping[str, str], keep: Iterable[str] = ()
) -> tuple[list[Path], list[Path]]:
    """Remove listed files and bytecode; files that were changed or are in use come back."""
    changed, busy = [], []
    for name, expected in sums.items():
        path = home / name
        if name in keep or not path.exists():
            continue
        if not name.startswith(f"{_PYTHON}/") and _digest(path) != expected:
            changed.append(path)
            continue
        try:
            path.chmod(stat.S_IREAD | stat.S_IWRITE)
            path.unlink()
        except PermissionError:
            busy.append(path)
    for folder in sorted((home / _PYTHON).rglob("__pycache__")):
        shutil.rmtree(folder, ignore_errors=True)
    return changed, busy


def _remove_empty_folders(home: Path) -> None:
    """Remove the folders of an installation that have become empty, and those above it."""
    folders = [path for path in home.rglob("*") if path.is_dir()]
    for folder in [*sorted(folders, reverse=True), home, home.parent]:
        try:
            folder.rmdir()
        except OSError:  # not empty, or gone
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
