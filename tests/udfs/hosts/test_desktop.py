"""Installation and removal of the package for Windows, with a stand-in for Windows.

The files are real ones in folders of the test; shortcuts and the list of programs are recorded.
What Windows itself does with Install.cmd and Uninstall.cmd is told by wine, where it is installed.
"""

import ast
import builtins
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shorewise.udfs.hosts import desktop
from shorewise.udfs.hosts.package import write_package
from tests.support.paths import ROOT
from tests.support.windows_package import DESKTOP, LIBRARY, embeddable, wheels

WINE = shutil.which("wine")
NAME = "Shorewise 0.1.0"


class StandIn(desktop.Windows):
    """A start menu, a desktop and a list of programs in a folder."""

    def __init__(self, folder):
        self.folders = [folder / "start menu", folder / "desktop"]
        self.programs = {}

    def shortcut_folders(self):
        return self.folders

    def shortcut(self, path, target, description):
        assert target.is_file()
        path.write_text(f"{target} {description}")

    def register(self, name, values):
        self.programs[name] = values

    def unregister(self, name):
        self.programs.pop(name, None)

    def count_functions(self, home):
        assert (home / "python" / "python.exe").is_file()
        return 60


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parts")
    parts = embeddable(folder), wheels(folder / "wheels")
    return write_package(folder / "package", *parts)


@pytest.fixture
def package(built, tmp_path, monkeypatch):
    """The package unzipped into a folder with a space, an umlaut and signs that scripts know."""
    path = tmp_path / "Über größe (1) & 100%" / "package"
    shutil.copytree(built, path)
    about = json.loads((path / "package.json").read_text())
    assert about["home"] == r"%LOCALAPPDATA%\Programs\Shorewise"
    # As Windows expands it; this computer knows neither percent signs nor backslashes.
    home = tmp_path / "Jörg Meier" / "Programs" / "Shorewise"
    monkeypatch.setattr(os.path, "expandvars", {about["home"]: str(home)}.__getitem__)
    return path


@pytest.fixture
def windows(tmp_path):
    return StandIn(tmp_path)


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_an_installation_is_the_package_with_shortcuts_and_an_entry_in_the_list_of_programs(
    package, windows
):
    done = desktop.install(package, windows)
    home = desktop.home_of(package)
    assert home.parts[-3:] == ("Programs", "Shorewise", "0.1.0")
    installed = files(home)
    assert json.loads(installed.pop("installed.json"))["shortcuts"] == [
        str(folder / f"{NAME}.lnk") for folder in windows.folders
    ]
    assert installed == files(package)
    assert not (home / "workbook" / "shore_functions.xlsm").stat().st_mode & 0o222
    for folder in windows.folders:
        assert "shore_functions.xlsm" in (folder / f"{NAME}.lnk").read_text()
    entry = windows.programs[NAME]
    assert entry["InstallLocation"] == str(home)
    assert entry["UninstallString"] == f'cmd.exe /d /c ""{home / "Uninstall.cmd"}""'
    assert done[-1] == f"60 functions load. Start: {NAME} in the start menu"


def test_installing_again_changes_nothing_and_repairs_what_was_damaged(package, windows):
    desktop.install(package, windows)
    home = desktop.home_of(package)
    before = files(home)
    times = {path: path.stat().st_mtime_ns for path in home.rglob("*.py")}
    (home / "python" / "python312.dll").write_bytes(b"damaged")
    desktop.install(package, windows)
    assert files(home) == before
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*.py")} == times
    desktop.install(home, windows)  # its own Install.cmd
    assert files(home) == before


@pytest.mark.parametrize("from_home", [True, False], ids=["installed", "unzipped"])
def test_removing_leaves_nothing(package, windows, tmp_path, from_home):
    desktop.install(package, windows)
    home = desktop.home_of(package)
    cache = home / "python" / "Lib" / "site-packages" / "numpy" / "__pycache__"
    cache.mkdir()
    (cache / "numpy.cpython-312.pyc").write_bytes(b"")
    desktop.uninstall(home if from_home else package, windows)
    # Its own script is in use, and deletes itself and the file that lists what is left.
    left = {"Uninstall.cmd", "remaining.txt"} if from_home else set()
    assert {*files(home)} == left if home.exists() else not left
    assert windows.programs == {}
    assert not list(tmp_path.rglob("*.lnk"))
    if not from_home:
        assert not home.parent.exists()


def test_what_the_user_added_or_changed_stays(package, windows):
    desktop.install(package, windows)
    home = desktop.home_of(package)
    (home / "workbook" / "mine.xlsm").write_bytes(b"mine")
    (home / "README.txt").write_bytes(b"changed")
    assert f"stays, since it was changed: {home / 'README.txt'}" in desktop.install(
        package, windows
    )
    done = desktop.uninstall(package, windows)
    assert files(home) == {"workbook/mine.xlsm": b"mine", "README.txt": b"changed"}
    assert done[-1] == f"stays, since it was changed: {home / 'README.txt'}"


def test_files_of_an_earlier_package_of_the_version_are_replaced(package, windows, tmp_path):
    older = tmp_path / "older"
    shutil.copytree(package, older)
    old = "python/Lib/site-packages/numpy/old.py"
    (older / old).write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    with open(older / "SHA256SUMS", "a", newline="") as sums:
        sums.write(f"{empty}  {old}\n")
    desktop.install(older, windows)
    home = desktop.home_of(package)
    assert (home / old).exists()
    desktop.install(package, windows)
    assert not (home / old).exists()


def test_files_in_use_are_listed_for_the_script_that_started_python(package, windows, monkeypatch):
    desktop.install(package, windows)
    home = desktop.home_of(package)
    unlink = Path.unlink

    def refuse(path, missing_ok=False):
        if path.name in ("python.exe", "python312.dll"):
            raise PermissionError(13, "in use", str(path))
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(desktop.InstallationError, match="is in use; close Excel"):
        desktop.uninstall(package, windows)
    desktop.install(package, windows)
    desktop.uninstall(home, windows)
    assert (
        home / "remaining.txt"
    ).read_bytes() == b"python\\python.exe\r\npython\\python312.dll\r\n"


def test_nothing_happens_while_excel_uses_it(package, windows, monkeypatch):
    desktop.install(package, windows)
    home = desktop.home_of(package)
    before, original = files(home), open

    def locked(path, mode="r", *arguments, **named):
        if str(path).endswith(LIBRARY) and "+" in mode:
            raise PermissionError(13, "in use", str(path))
        return original(path, mode, *arguments, **named)

    monkeypatch.setattr(builtins, "open", locked)
    for action in (desktop.install, desktop.uninstall):
        with pytest.raises(desktop.InstallationError, match=f"{LIBRARY}: is in use; close Excel"):
            action(package, windows)
    assert files(home) == before


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("README.txt", b"changed", "README.txt: is damaged or was changed; unzip the whole"),
        (f"python/{LIBRARY}", None, f"{LIBRARY}: is missing; unzip the whole package"),
        ("SHA256SUMS", None, "SHA256SUMS: is missing; unzip the whole package"),
    ],
)
def test_an_incomplete_or_damaged_package_is_not_installed(package, windows, name, data, message):
    (package / name).unlink()
    if data is not None:
        (package / name).write_bytes(data)
    with pytest.raises(desktop.InstallationError, match=message):
        desktop.install(package, windows)
    assert not desktop.home_of(package).exists()


def test_removing_what_is_not_installed_says_so(package, windows):
    with pytest.raises(desktop.InstallationError, match="nothing is installed there"):
        desktop.uninstall(package, windows)


def test_the_command_says_what_it_did_and_one_line_of_what_is_wrong(
    package, windows, monkeypatch, capsys
):
    monkeypatch.setattr(sys, "executable", str(package / "python" / "python.exe"))
    assert desktop.main(["install"], windows) == 0
    assert capsys.readouterr().out.startswith("Installed:\n  files in ")
    assert desktop.main(["uninstall"], windows) == 0
    assert capsys.readouterr().out.startswith("Removed:\n  shortcut ")
    for arguments, text in ((["uninstall"], "nothing is installed there"), (["x"], "one word")):
        assert desktop.main(arguments, windows) == 2
        said = capsys.readouterr().err
        assert text in said
        assert said.count("\n") == 1
    monkeypatch.setattr(windows, "shortcut_folders", lambda: 1 / 0)  # as COM fails: any exception
    assert desktop.main(["install"], windows) == 2
    assert capsys.readouterr().err == "Shorewise: ZeroDivisionError: division by zero\n"


def test_the_installer_imports_the_standard_library_alone():
    """A module of a package, once loaded, would keep its files in use."""
    tree = ast.parse((ROOT / "udfs" / "hosts" / "desktop.py").read_text())
    names = [
        one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names
    ]
    names += [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
    assert f"{DESKTOP}".replace("/", "\\") in (
        ROOT / "udfs" / "hosts" / "windows" / "Install.cmd"
    ).read_text().replace("python\\Lib\\site-packages\\", "")


@pytest.fixture(scope="module")
def wine(tmp_path_factory):
    """A call of a script under wine, in a Windows of its own: its exit code and what it says."""
    if WINE is None:
        pytest.skip("wine is not installed: scripts of Windows cannot run")
    environment = os.environ | {
        "WINEPREFIX": str(tmp_path_factory.mktemp("wine") / "prefix"),
        "WINEDEBUG": "-all",
        # Without its WMI, whose calls end Python under wine 8; and no installer of add-ons.
        "WINEDLLOVERRIDES": "wbemprox=;winemenubuilder.exe=;mscoree=;mshtml=",
        "LC_ALL": "C.UTF-8",
    }

    def call(script):
        run = subprocess.run(
            [WINE, str(script), "/quiet"],
            env=environment,
            input=b"\n",
            capture_output=True,
            timeout=300,
        )
        return run.returncode, (run.stdout + run.stderr).decode("cp437", "replace")

    call.users = Path(environment["WINEPREFIX"]) / "drive_c" / "users"
    yield call
    subprocess.run(["wineserver", "--kill"], env=environment, check=False)


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize(
    ("script", "expected"),
    [("Install.cmd", "Please unzip the package first"), ("Uninstall.cmd", "Please start the")],
)
def test_a_script_alone_as_in_the_view_of_a_zip_says_what_to_do(wine, tmp_path, script, expected):
    folder = tmp_path / "Über größe (1)"
    folder.mkdir()
    text = (ROOT / "udfs" / "hosts" / "windows" / script).read_text()
    (folder / script).write_bytes(text.replace("\n", "\r\n").encode("ascii"))
    code, said = wine(folder / script)
    assert expected in said
    assert code == 2


PARTS = os.environ.get("SHOREWISE_WINDOWS_PARTS")


@pytest.mark.skipif(not PARTS, reason="SHOREWISE_WINDOWS_PARTS names no folder with real parts")
def test_the_scripts_install_and_remove_the_real_python_under_wine(wine, tmp_path):
    parts = Path(PARTS)
    path = tmp_path / "Über größe (1)" / "package"
    path.parent.mkdir()
    write_package(path, next(parts.glob("python-*-embed-amd64.zip")), parts / "wheels")
    _, said = wine(path / "Install.cmd")
    # Wine 8 lacks functions of C that NumPy calls, so that its functions do not load there.
    assert "functions load" in said or "cannot load the functions" in said
    (home,) = wine.users.glob("*/AppData/Local/Programs/Shorewise/*")
    assert {*files(path)} <= {*files(home)}
    assert len(json.loads((home / "installed.json").read_text())["shortcuts"]) == 2
    menu = "*/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Shorewise*.lnk"
    assert len([*wine.users.glob(menu)]) == 1
    code, said = wine(home / "Uninstall.cmd")
    assert code == 0, said
    assert [*wine.users.glob(menu)] == []
    until = time.monotonic() + 20  # folders go after the script has ended
    while home.parent.exists() and time.monotonic() < until:
        time.sleep(0.2)
    assert not home.parent.exists()
