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
def test_twice_is_as_once_and_the_opposite_takes_away_what_was_added(path, before):
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
def test_all_other_lines_stay_byte_for_byte(path, before):
    path.parent.mkdir()
    path.write_bytes(before)
    after = written(install(path, "/opt/python"))
    kept = [line for line in before.splitlines() if b"udf modules" not in line.lower()]
    assert [line for line in after.splitlines() if line in kept] == kept


def test_a_user_s_modules_and_interpreter_are_kept(path):
    path.parent.mkdir()
    path.write_bytes(OTHERS[3])
    change = install(path, "/opt/python")
    assert any("stays C:\\own\\python.exe" in line for line in change.messages) or (
        sys.platform == "darwin"
    )
    assert b'"udf modules","mine;shorewise.udfs"' in written(change)


def test_an_interpreter_changed_since_is_kept(path):
    install(path, "/opt/python").write()
    path.write_bytes(path.read_bytes().replace(b'","/opt/python"', b'","/other/python"', 1))
    assert b"/other/python" in written(uninstall(path))


def test_nothing_is_written_where_nothing_changes(path):
    assert written(uninstall(path)) is None
    assert not path.parent.exists()


def test_a_change_that_is_only_looked_at_writes_nothing(path):
    assert "shorewise.udfs" in install(path).after
    assert not path.exists()


def test_private_settings_stay_private(path):
    path.parent.mkdir()
    path.write_bytes(b'"LICENSE_KEY","abc"\n')
    path.chmod(0o600)
    install(path).write()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_link_to_settings_stays_a_link(path, tmp_path):
    path.parent.mkdir()
    real = tmp_path / "real.conf"
    real.write_bytes(b'"A","1"\n')
    path.symlink_to(real)
    install(path, "/opt/python").write()
    assert path.is_symlink()
    assert b"shorewise.udfs" in real.read_bytes()


def test_what_is_no_file_of_settings_is_one_clear_error(path):
    path.mkdir(parents=True)
    with pytest.raises(AddinError, match="cannot be read"):
        install(path)


@pytest.mark.parametrize("python", ['/a"b/python', "/a\nb/python", "/a\x01/python", "=1+1"])
def test_python_that_no_settings_can_name_is_refused(path, python):
    with pytest.raises(AddinError, match="cannot hold this path"):
        install(path, python)
    with pytest.raises(AddinError, match="cannot hold this path"):
        excel_files(python)


def test_settings_too_large_to_be_any_are_refused(path):
    path.parent.mkdir()
    path.write_bytes(b"x" * 1_000_001)
    with pytest.raises(AddinError, match="are no settings"):
        install(path)
    assert os.path.getsize(path) == 1_000_001
