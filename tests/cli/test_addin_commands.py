"""The commands of shorewise addin: what they write, what they refuse."""

import os

import pytest
import xlwings
from click.testing import CliRunner

from shorewise.cli import main

FILES = {
    "excel": {
        "shore_functions.xlsm",
        "shore_functions.intellisense.xml",
        "xlwings_udfs.bas",
        "shorewise_macros.bas",
    },
    "lite": {"main.py"},
}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(xlwings, "USER_CONFIG_FILE", str(tmp_path / "home" / "xlwings.conf"))
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(main, ["addin", *map(str, arguments)])


def refused(*arguments):
    """What is said in one line where a user is mistaken."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    return result.stderr


@pytest.mark.parametrize("host", FILES)
def test_a_folder_is_created_and_each_of_its_files_is_named(here, host):
    result = run(host, "new/folder")
    assert result.exit_code == 0, result.output
    assert set(os.listdir(here / "new" / "folder")) == FILES[host]
    assert result.stdout.count("wrote ") == len(FILES[host])


@pytest.mark.parametrize("host", FILES)
def test_an_existing_file_is_replaced_only_with_force_and_no_other_file_is_written(here, host):
    last = max(FILES[host])
    (here / last).write_text("mine")
    assert "exists already; --force replaces it" in refused(host, ".")
    assert os.listdir(here) == [last]
    assert (here / last).read_text() == "mine"
    assert run(host, ".", "--force").exit_code == 0
    assert (here / last).read_bytes() != b"mine"


@pytest.mark.parametrize("host", FILES)
def test_a_file_where_a_folder_is_needed_is_reported_in_one_line(here, host):
    (here / "file").write_text("")
    assert "the folder cannot be created" in refused(host, "file")


def test_the_users_settings_are_added_and_removed_again(here):
    path = here / "home" / "xlwings.conf"
    looked = run("excel", "--install", "--dry-run")
    assert looked.stdout.startswith(f"would change {path}")
    assert not path.exists()
    assert run("excel", "--install").exit_code == 0
    assert "shorewise.udfs" in path.read_text()
    assert run("excel", "--uninstall", "--dry-run").exit_code == 0
    assert "shorewise.udfs" in path.read_text()
    assert run("excel", "--uninstall").exit_code == 0
    assert path.read_text() == ""
    assert run("excel", "--uninstall", "--dry-run").stdout.startswith(f"settings in {path}")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "takes a folder, or --install, or --uninstall"),
        (["x", "--install"], "takes a folder, or --install, or --uninstall"),
        (["--install", "--uninstall"], "takes a folder, or --install, or --uninstall"),
        (["x", "--dry-run"], "--dry-run needs --install or --uninstall"),
        (["--install", "--interpreter", 'a"b'], "cannot hold this path"),
    ],
    ids=["nothing", "both", "come-and-go", "dry-run", "quote"],
)
def test_conflicting_arguments_are_reported_in_one_line(here, arguments, words):
    assert words in refused("excel", *arguments)
    assert os.listdir(here) == []


def test_an_address_that_is_not_a_wheel_is_reported_in_one_line():
    assert "must start with https://" in refused("lite", "x", "--wheel", "ftp://a.whl")


def test_project_settings_that_are_kept_are_named():
    assert "access token of ann" in run("server", "shore", "--user", "ann").stdout
    again = run("server", "shore", "--user", "bob", "--force").stdout
    assert "kept shore/.env\n" in again
    assert "token" not in again


def test_project_settings_are_never_readable_by_other_users(here, monkeypatch):
    modes, replace = {}, os.replace

    def seen(old, new):
        modes[os.path.basename(new)] = os.stat(old).st_mode & 0o777
        replace(old, new)

    monkeypatch.setattr(os, "replace", seen)
    assert run("server", "shore").exit_code == 0
    assert modes[".env"] == (here / "shore" / ".env").stat().st_mode & 0o777 == 0o600
    assert modes["lifespan.py"] != 0o600
