"""A user's settings of xlwings: added to and taken from, with nothing lost."""

import os
import sys

import pytest

from shorewise.udfs.hosts import AddinError, excel_files, install, uninstall

OTHERS = [
    b"",
    b'"LICENSE_KEY","abc"\n',
    b'"LICENSE_KEY","abc"\r\n"UDF MODULES","mine;yours"\r\n',
    b'"udf modules","mine"\n"INTERPRETER_WIN","C:\\own\\python.exe"\n',
    b'"UDF MODULES","mine"',
    b'no pair at all\n\n"A","1"\n  "B" , "2"  \n',
    b'"NAME","M\xfcller"\n',
    b'"UDF MODULES",""\n"X","1"\n',
]


@pytest.fixture
def path(tmp_path):
    return tmp_path / ".xlwings" / "xlwings.conf"


def written(change):
    change.write()
    return change.path.read_bytes() if change.path.exists() else None


@pytest.mark.parametrize("before", OTHERS, ids=range(len(OTHERS)))
def test_installing_is_idempotent_and_uninstalling_restores_the_settings(path, before):
    path.parent.mkdir()
    path.write_bytes(before)
    once = written(install(path, "/opt/python"))
    assert b"shorewise.udfs" in once
    assert written(install(path, "/opt/python")) == once
    after = written(uninstall(path))
    assert written(uninstall(path)) == after
    end = b"\r\n" if b"\r\n" in before else b"\n"
    expected = before.replace(b'"UDF MODULES",""\n', b"")
    assert after in (expected, expected + end)


@pytest.mark.parametrize("before", OTHERS, ids=range(len(OTHERS)))
def test_all_other_settings_stay_byte_for_byte(path, before):
    path.parent.mkdir()
    path.write_bytes(before)
    after = written(install(path, "/opt/python"))
    kept = [line for line in before.splitlines() if b"udf modules" not in line.lower()]
    assert [line for line in after.splitlines() if line in kept] == kept


def test_modules_and_interpreter_of_the_user_are_kept(path):
    path.parent.mkdir()
    path.write_bytes(OTHERS[3])
    change = install(path, "/opt/python")
    assert any("stays C:\\own\\python.exe" in line for line in change.messages) or (
        sys.platform == "darwin"
    )
    assert b'"udf modules","mine;shorewise.udfs"' in written(change)


def test_an_interpreter_changed_by_the_user_is_kept(path):
    install(path, "/opt/python").write()
    path.write_bytes(path.read_bytes().replace(b'","/opt/python"', b'","/other/python"', 1))
    assert b"/other/python" in written(uninstall(path))


def test_nothing_is_written_if_nothing_changes(path):
    assert written(uninstall(path)) is None
    assert not path.parent.exists()


def test_a_dry_run_writes_nothing(path):
    assert "shorewise.udfs" in install(path).after
    assert not path.exists()


def test_the_permissions_of_the_settings_are_kept(path):
    path.parent.mkdir()
    path.write_bytes(b'"LICENSE_KEY","abc"\n')
    path.chmod(0o600)
    install(path).write()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_symbolic_link_to_the_settings_stays_a_link(path, tmp_path):
    path.parent.mkdir()
    real = tmp_path / "real.conf"
    real.write_bytes(b'"A","1"\n')
    path.symlink_to(real)
    install(path, "/opt/python").write()
    assert path.is_symlink()
    assert b"shorewise.udfs" in real.read_bytes()


def test_an_invalid_settings_file_is_one_clear_error(path):
    path.mkdir(parents=True)
    with pytest.raises(AddinError, match="cannot be read"):
        install(path)


@pytest.mark.parametrize("python", ['/a"b/python', "/a\nb/python", "/a\x01/python", "=1+1"])
def test_an_interpreter_path_that_settings_cannot_hold_is_refused(path, python):
    with pytest.raises(AddinError, match="cannot hold this path"):
        install(path, python)
    with pytest.raises(AddinError, match="cannot hold this path"):
        excel_files(python)


def test_an_implausibly_large_settings_file_is_refused(path):
    path.parent.mkdir()
    path.write_bytes(b"x" * 1_000_001)
    with pytest.raises(AddinError, match="not a settings file"):
        install(path)
    assert os.path.getsize(path) == 1_000_001
