"""Files are written whole or not at all, and the same scenario gives the same bytes."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from shorewise.workbook import WorkbookError, compare, describe, read, workbook_bytes
from shorewise.workbook.atomic_write import atomic_write
from shorewise.workbook.layout.roster_figures import ROWS_MIN
from tests.support.recorded_calls import recorded_calls
from tests.support.sample_scenarios import small_scenario
from tests.support.written_workbooks import written

OLD = b"what stood there before"
BASE = small_scenario()
DIGEST = """
import hashlib, locale
locale.setlocale(locale.LC_ALL, "")
from shorewise.engine import Scenario
from shorewise.workbook import describe, workbook_bytes
scenario = Scenario.from_dict(Scenario.default().to_dict() | {"horizon_months": 6})
print(hashlib.sha256(workbook_bytes(describe(scenario))).hexdigest())
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "book.xlsx"


def fail(*_):
    raise OSError(28, "No space left on device")


def interrupt(*_):
    raise KeyboardInterrupt


@pytest.fixture(scope="module")
def base():
    """The finished workbook."""
    return written(BASE)


def test_compare_writes_a_workbook_and_returns_its_absolute_path(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    assert compare(BASE, path.name) == path
    assert read(path) == BASE


def test_an_existing_file_is_refused_by_name(path):
    path.write_bytes(OLD)
    with pytest.raises(WorkbookError, match=rf"^{re.escape(str(path))}: exists already"):
        compare(BASE, path)


def test_a_refused_file_keeps_its_bytes(path):
    path.write_bytes(OLD)
    with pytest.raises(WorkbookError):
        compare(BASE, path)
    assert path.read_bytes() == OLD


def test_an_existing_file_is_replaced_with_force(path):
    path.write_bytes(OLD)
    compare(BASE, path, force=True)
    assert path.read_bytes() == written(replace(BASE, roster_rows=ROWS_MIN))


@pytest.mark.parametrize("step", ["replace", "fsync", "chmod"])
@pytest.mark.parametrize(
    ("trouble", "raised"),
    [(fail, WorkbookError), (interrupt, KeyboardInterrupt)],
    ids=["disk-full", "interrupted"],
)
def test_a_failed_write_keeps_the_old_file_and_leaves_no_other(
    path, monkeypatch, step, trouble, raised
):
    path.write_bytes(OLD)
    monkeypatch.setattr(os, step, trouble)
    with pytest.raises(raised):
        atomic_write(path, b"new", force=True)
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == {path.name: OLD}


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        pytest.param(OSError(28, "No space left on device"), "No space left", id="with-number"),
        pytest.param(OSError("the disk went away"), "the disk went away", id="text-only"),
    ],
)
def test_the_error_of_a_failed_write_names_file_and_reason(path, monkeypatch, error, reason):
    def fail_so(*_):
        raise error

    monkeypatch.setattr(os, "replace", fail_so)
    with pytest.raises(WorkbookError, match=rf"^{re.escape(str(path))}: .*{reason}"):
        atomic_write(path, b"new")


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param(".", "a folder", id="folder"),
        pytest.param("none/book.xlsx", "there is no folder .*none", id="missing-folder"),
        pytest.param("file/book.xlsx", "Not a directory", id="file-as-folder"),
        pytest.param("a" * 300, "too long", id="long-name"),
    ],
)
def test_a_target_that_cannot_be_a_file_is_refused(tmp_path, force, name, reason):
    (tmp_path / "file").write_bytes(OLD)
    with pytest.raises(WorkbookError, match=rf"^{re.escape(str(tmp_path))}.*: .*{reason}"):
        compare(BASE, tmp_path / name, force=force)


def test_nothing_is_computed_for_a_file_that_is_refused(path):
    path.write_bytes(OLD)
    with (
        recorded_calls(describe) as calls,
        pytest.raises(WorkbookError, match="exists already"),
    ):
        compare(BASE, path)
    assert calls == []


def test_a_new_file_has_the_permissions_of_the_umask(path):
    before = os.umask(0o027)
    try:
        atomic_write(path, b"new")
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o640


def test_files_are_written_byte_for_byte(path):
    atomic_write(path, data := bytes(range(256)) * 1_000)
    assert path.read_bytes() == data


def test_the_same_scenario_gives_the_same_bytes(base):
    assert workbook_bytes(describe(BASE)) == base


def test_different_scenarios_give_different_bytes(base):
    assert written(small_scenario(discount_rate=0.11)) != base


def other_locales():
    """Locales of this computer beside C, where it has any."""
    if not (command := shutil.which("locale")):
        return []
    names = subprocess.run([command, "-a"], capture_output=True, text=True, check=True).stdout
    return [name for name in names.split() if name not in ("C", "POSIX")]


@pytest.mark.soak
def test_other_hash_seeds_time_zones_locales_and_folders_give_the_same_bytes(
    tmp_path,
):
    locales = ["C", *other_locales()]
    digests = {
        subprocess.run(
            [sys.executable, *flags, "-c", DIGEST],
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": where},
            cwd=tmp_path if flags else None,
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone, where, flags in (
            ("1", "UTC", "C", []),
            ("2", "Asia/Tokyo", locales[-1], ["-O", "-X", "utf8=0"]),
            ("3", "America/St_Johns", locales[len(locales) // 2], ["-X", "dev", "-W", "ignore"]),
        )
    }
    assert len(digests) == 1
