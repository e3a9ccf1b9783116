"""A run that meets finished parts verifies them: what was damaged since is made again."""

import json
import os
import shutil
import zipfile
from pathlib import Path

import pytest

from shorewise.workbook import WorkbookError
from shorewise.workbook.bulk import Summary
from shorewise.workbook.bulk.destinations import destination_of
from shorewise.workbook.bulk.manifest import describes, parsed
from tests.support.bulk_runs import found, run, table_of, tree

TABLE = table_of(4)
PART = "part-00000"


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    place = tmp_path_factory.mktemp("finished") / "out"
    run(TABLE, place, workbooks=True)
    return place


@pytest.fixture
def place(finished, tmp_path):
    return shutil.copytree(finished, tmp_path / "out")


def changed_manifest(**changes):
    return lambda path: path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def flipped(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


DAMAGE = {
    "results cut in mid-line": ("results.csv", lambda path: os.truncate(path, 50)),
    "results gone": ("results.csv", Path.unlink),
    "errors gone": ("errors.csv", Path.unlink),
    "more errors": ("errors.csv", lambda path: path.write_text("1,S0,x,y,z\n")),
    "workbook gone": ("workbooks/S1.xlsx", Path.unlink),
    "workbook empty": ("workbooks/S1.xlsx", lambda path: os.truncate(path, 0)),
    "one bit of a workbook": ("workbooks/S1.xlsx", flipped),
    "all workbooks gone": ("workbooks", shutil.rmtree),
    "manifest gone": ("manifest.json", Path.unlink),
    "manifest empty": ("manifest.json", lambda path: os.truncate(path, 0)),
    "manifest cut": ("manifest.json", lambda path: os.truncate(path, 30)),
    "manifest of zeros": ("manifest.json", lambda path: path.write_bytes(bytes(900))),
    "manifest nested": ("manifest.json", lambda path: path.write_text("[" * 100_000)),
    "manifest without its counts": ("manifest.json", changed_manifest(scenarios=None)),
    "manifest with other counts": ("manifest.json", changed_manifest(scenarios=7)),
    "manifest without files": ("manifest.json", changed_manifest(files={})),
}


# Of an object store's workbooks only the sizes are looked at: it verifies what it holds.
CASES = [
    (damage, kind)
    for damage in DAMAGE
    for kind in ("folder", "zip", "file")
    if (damage, kind) != ("one bit of a workbook", "file")
]


@pytest.mark.soak(keep=10)
@pytest.mark.parametrize(("damage", "kind"), CASES)
def test_a_damaged_part_is_made_again_and_the_others_are_kept(finished, place, damage, kind):
    file, spoil = DAMAGE[damage]
    if kind == "zip":
        for path in ["results.csv", "errors.csv", "results.parquet", "portfolio.xlsx"]:
            (place / path).unlink()
        place = place.rename(place.with_name("out.zip.parts"))
    spoil(place / PART / file)
    if kind == "zip":
        done = run(TABLE, place.with_name("out.zip"), workbooks=True)
        with zipfile.ZipFile(place.with_name("out.zip")) as archive:
            now = {name: archive.read(name) for name in archive.namelist()}
        assert not place.exists()
    else:
        done = run(TABLE, f"file://{place}" if kind == "file" else place, workbooks=True)
        now = tree(place)
    assert done == Summary(4, 0, 2, 1)
    assert now == tree(finished)


def test_a_foreign_file_in_a_part_does_no_harm(place):
    (place / PART / "workbooks" / "~$S1.xlsx").write_text("open in Excel")
    assert run(TABLE, place, workbooks=True).skipped == 2


def test_a_manifest_lists_size_and_hash_of_every_file(finished):
    for part in (PART, "part-00001"):
        said = json.loads((finished / part / "manifest.json").read_text())
        assert said["files"].keys() | {"manifest.json"} == tree(finished / part).keys()
        assert describes(said, said["stamp"])
        assert not describes(said, "another stamp")
        assert not describes(said | {"more": 1}, said["stamp"])


def test_an_invalid_manifest_counts_as_missing():
    for data in (b"", b"{", b"[1]", b"\xff", b"[" * 100_000, b"7" * 9_000):
        assert parsed(data) is None


@pytest.mark.parametrize("replaced", [False, True])
@pytest.mark.parametrize("ending", ["", ".zip"])
def test_a_lock_removed_during_a_run_stops_it_and_the_next_run_completes_it(
    tmp_path, replaced, ending
):
    place = tmp_path / f"out{ending}"
    lock = destination_of(place).lock

    def removed(_):
        lock.unlink()
        if replaced:
            lock.write_text("of another run")

    with pytest.raises(
        WorkbookError, match=r"lock: this lock file was removed while a run held it"
    ):
        run(TABLE, place, progress=removed)
    assert lock.exists() == replaced, "nobody else's lock goes"
    assert not (place / "results.csv").exists()
    run(TABLE, place)
    run(TABLE, tmp_path / f"alone{ending}")
    if ending:
        assert found(place)[0] == found(tmp_path / "alone.zip")[0]
    else:
        assert tree(place) == tree(tmp_path / "alone")


def test_a_lock_removed_at_the_end_of_a_run_leaves_no_results(tmp_path, monkeypatch):
    replace = os.replace

    def removed(one, other):
        replace(one, other)
        if Path(other).suffix in (".csv", ".xlsx"):  # a file of the whole run is complete
            (tmp_path / "out" / ".lock").unlink(missing_ok=True)

    monkeypatch.setattr(os, "replace", removed)
    with pytest.raises(WorkbookError, match="was removed while a run held it"):
        run(TABLE, tmp_path / "out")
    assert not (tmp_path / "out" / "results.csv").exists()


class KilledError(BaseException):
    """A kill: nothing after it happens."""


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("left", range(1, 14, 3))
def test_a_zip_is_never_made_of_half_removed_parts(tmp_path, monkeypatch, left):
    whole, place = tmp_path / "whole.zip", tmp_path / "out.zip"
    run(TABLE, whole, workbooks=True)

    def killed(path, **_):
        files = sorted(file for file in Path(path).rglob("*") if file.is_file())
        if files:  # manifests are not among the first to go
            for file in sorted(files, key=lambda file: file.name == "manifest.json")[:left]:
                file.unlink()
            raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", killed)
        with pytest.raises(KilledError):
            run(TABLE, place, workbooks=True)
    assert place.read_bytes() == whole.read_bytes(), "it was finished before"
    assert run(TABLE, place, workbooks=True) == Summary(4, 0, 2, 0)
    assert place.read_bytes() == whole.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.zip", "whole.zip"]


def test_parts_half_removed_by_an_older_version_are_made_again(tmp_path):
    whole, place = tmp_path / "whole.zip", tmp_path / "out.zip"
    run(TABLE, whole)
    run(TABLE, place)
    for part in (PART, "part-00001", "part-00002"):
        (tmp_path / "out.zip.parts" / part / "workbooks").mkdir(parents=True)
    (tmp_path / "out.zip.parts" / PART / "workbooks" / "S0.xlsx").touch()
    (tmp_path / "out.zip.parts" / "results.csv").touch()
    run(TABLE, place)
    assert place.read_bytes() == whole.read_bytes()


def test_a_part_with_foreign_files_and_no_manifest_is_refused(place):
    shutil.rmtree(place / "part-00001")
    (place / "part-00001").mkdir()
    (place / "part-00001" / "results.csv").write_text("theirs")
    with pytest.raises(
        WorkbookError, match="part-00001: exists already and was not written by a run"
    ):
        run(TABLE, place)
    assert (place / "part-00001" / "results.csv").read_text() == "theirs"
