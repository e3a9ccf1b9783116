"""Runs that stop, start again and meet each other: nothing lost, nothing half written."""

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pyarrow import parquet

from shorewise.engine import Scenario
from shorewise.workbook import WorkbookError
from shorewise.workbook import code_version as code
from shorewise.workbook.bulk import bulk, partition
from shorewise.workbook.bulk import runner as running
from shorewise.workbook.bulk.destinations import MANIFEST, destination_of
from shorewise.workbook.rendering.theme import Theme
from tests.support.bulk_runs import (
    BASE,
    found,
    lines,
    run,
    table_of,
    tree,
)
from tests.support.recorded_calls import recorded_calls

POINTS = int(os.environ.get("SHOREWISE_SOAK", "3"))  # at which a run is killed
KILLED = """
import sys, json
import pandas as pd
from shorewise.engine import Scenario
from shorewise.workbook.bulk import bulk

if __name__ == "__main__":
    table, place, base, options = sys.argv[1:]
    print("ready", flush=True)
    bulk(pd.read_csv(table, dtype=str), place, Scenario.from_dict(json.loads(base), "base"),
         **json.loads(options))
"""


def test_a_second_run_keeps_finished_parts(tmp_path):
    run(table_of(7), tmp_path)
    before = tree(tmp_path)
    times = {path: path.stat().st_mtime_ns for path in tmp_path.glob("part-*/*")}
    seen = []
    with recorded_calls(partition.work) as calls:
        assert run(table_of(7), tmp_path, progress=seen.append).skipped == 3
    assert calls == []
    assert [one["scenarios"] for one in seen] == [3, 3, 1]
    assert tree(tmp_path) == before
    assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("part-*/*")} == times


def worked_on(*arguments, **options):
    """Numbers of the partitions that a run does not find finished."""
    with recorded_calls(partition.work) as calls:
        run(*arguments, **options)
    return [call["job"].number for call in calls]


def test_only_changed_parts_are_made_again(tmp_path):
    table = table_of(7)
    assert worked_on(table, tmp_path) == [0, 1, 2]
    table.loc[4, "discount_rate"] = "0.5"
    assert worked_on(table, tmp_path) == [1]
    assert "0.5" not in [one["scenario"] for one in lines(tmp_path)]
    fresh = tmp_path / "fresh"
    run(table, fresh)
    assert (fresh / "results.csv").read_bytes() == (tmp_path / "results.csv").read_bytes()
    (tmp_path / "part-00002" / "manifest.json").write_text("{")
    assert worked_on(table, tmp_path) == [2]
    assert worked_on(table.rename(columns={"discount_rate": "saving_target"}),
                     tmp_path) == [0, 1, 2]  # fmt: skip
    assert worked_on(table, tmp_path, size=4) == [0, 1]
    assert not (tmp_path / "part-00002").exists()


@pytest.mark.parametrize(
    "options",
    [
        {"compact": True},
        {"theme": replace(Theme.default(), font="Arial")},
        {"base": Scenario.from_dict(BASE.to_dict() | {"discount_rate": 0.2}, "other")},
    ],
    ids=["compact", "theme", "base"],
)
def test_changed_options_make_all_parts_again(tmp_path, options):
    run(table_of(4), tmp_path)
    assert worked_on(table_of(4), tmp_path, **options) == [0, 1]


def test_another_version_makes_all_parts_again(tmp_path, use_version):
    run(table_of(4), tmp_path)
    use_version("99.1")
    assert worked_on(table_of(4), tmp_path) == [0, 1]
    use_version(None)
    assert worked_on(table_of(4), tmp_path) == [0, 1]


def test_a_shorter_table_leaves_no_parts_of_a_longer_one(tmp_path):
    run(table_of(7), tmp_path / "a")
    run(table_of(3), tmp_path / "a")
    run(table_of(3), tmp_path / "b")
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_an_interrupted_longer_table_leaves_no_part_after_a_gap(tmp_path):
    run(table_of(12), tmp_path / "a")
    shutil.rmtree(tmp_path / "a" / "part-00002")  # as where processes finish in another order
    (tmp_path / "a" / ".part-00002.part").mkdir()
    (tmp_path / "a" / ".part-00007.old").mkdir()
    (tmp_path / "a" / "part-time").mkdir()
    run(table_of(3), tmp_path / "a")
    found = sorted(path.name for path in (tmp_path / "a").iterdir() if path.is_dir())
    assert found == ["part-00000", "part-time"]


def test_a_part_that_was_being_replaced_is_made_again(tmp_path, monkeypatch):
    run(table_of(3), tmp_path)

    def killed(path, **_):
        if Path(path).exists():
            Path(path, "results.csv").unlink(missing_ok=True)
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", killed)
        with pytest.raises(KeyboardInterrupt):
            run(table_of(3, seed=2), tmp_path)
    assert worked_on(table_of(3), tmp_path) == [0]
    assert len(lines(tmp_path)) == 6


@pytest.mark.parametrize("name", ["results.csv", "portfolio.xlsx"])
def test_a_foreign_file_is_not_replaced(tmp_path, name):
    (tmp_path / name).write_text("scenario\nmine\n")
    for place in (tmp_path, f"file://{tmp_path}"):
        with pytest.raises(
            WorkbookError, match=f"{name}: exists already and was not written by a run"
        ):
            run(table_of(4), place)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [
        (name, "scenario\nmine\n")
    ]


@pytest.mark.parametrize("name", ["part-00000", "part-00007", "part-00007/data"])
def test_a_foreign_part_is_not_replaced(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(
        WorkbookError, match=r"part-0000[07]: exists already and was not written by a run"
    ):
        run(table_of(4), tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / name]
    assert (tmp_path / name).read_text() == "mine"


def test_a_foreign_manifest_counts_as_missing(tmp_path):
    for place in (tmp_path / "a", f"file://{tmp_path}/b"):
        destination_of(place).write_partition("part-00000", [(MANIFEST, b"[1]")])
        assert destination_of(place).manifest("part-00000") is None
        run(table_of(4), place)


def test_a_text_that_looks_like_an_empty_cell_changes_the_row():
    empty, text = (pd.DataFrame({"name": [one]}, dtype=object) for one in (None, "None"))
    assert partition.stamp_of(empty) != partition.stamp_of(text)
    narrow = pd.DataFrame({"discount_rate": np.array([0.1], np.float32)})
    assert partition.stamp_of(narrow) != partition.stamp_of(narrow.map(lambda _: 0.1))


def test_another_version_of_a_dependency_changes_the_version(use_version):
    found = []
    for version in (None, "3.1.3", "3.1.5"):
        use_version(version)
        found.append(code.code_hash())
    assert len({*found}) == 3


def test_a_table_without_a_valid_row_leaves_nothing_of_an_earlier_run(tmp_path):
    run(table_of(4), tmp_path)
    assert (tmp_path / "portfolio.xlsx").exists()
    assert (tmp_path / "results.parquet").exists()
    run(table_of(4).assign(discount_rate="much"), tmp_path)
    assert not (tmp_path / "portfolio.xlsx").exists()
    assert not (tmp_path / "results.parquet").exists()
    assert lines(tmp_path) == []
    assert len(lines(tmp_path, "errors.csv")) == 4


def test_a_stopped_run_leaves_no_results_of_another_table(tmp_path):
    run(table_of(4), tmp_path)

    def broken(_):
        raise WorkbookError("no more")

    with pytest.raises(WorkbookError, match="no more"):
        run(table_of(4, seed=2), tmp_path, progress=broken)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []


def test_results_that_somebody_edited_are_never_replaced(tmp_path):
    run(table_of(4), tmp_path)
    fresh = tree(tmp_path)
    for name in ("errors.csv", "results.csv", "portfolio.xlsx"):
        edited = fresh[name][:-2] + b"9" + fresh[name][-1:]  # of the same size
        (tmp_path / name).write_bytes(edited)
        for seed in (1, 2):
            with pytest.raises(WorkbookError, match=f"/{name}: was changed after the run that wro"):
                run(table_of(4, seed=seed), tmp_path)
        assert tree(tmp_path) == fresh | {name: edited}
        (tmp_path / name).unlink()
        run(table_of(4), tmp_path)
        assert tree(tmp_path) == fresh
    copy = shutil.copytree(tmp_path, tmp_path.with_name("copied"), copy_function=shutil.copyfile)
    run(table_of(5), copy)
    assert len(lines(copy)) == 10


def test_a_second_run_into_the_same_destination_is_reported_in_one_line(tmp_path):
    place, said = tmp_path / "out", []

    def second(_):
        with pytest.raises(WorkbookError, match=r"out/\.lock: held by another run") as caught:
            run(table_of(4, seed=2), place)
        said.append(str(caught.value))

    run(table_of(4), place, progress=second)
    assert len(said) == 2
    assert not (place / ".lock").exists()
    run(table_of(4), tmp_path / "alone")
    assert tree(place) == tree(tmp_path / "alone")


def test_a_stale_lock_file_does_not_lock(tmp_path):
    (tmp_path / ".lock").touch()
    run(table_of(4), tmp_path)
    assert not (tmp_path / ".lock").exists()


def unpacked(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_zip_holds_the_same_files_as_a_folder(tmp_path):
    table = table_of(7).assign(scenario=[f".S{n}" for n in range(7)])
    run(table, tmp_path / "out", workbooks=True)
    done = run(table, tmp_path / "out.zip", workbooks=True)
    assert done == running.Summary(7, 0, 3, 0)
    assert unpacked(tmp_path / "out.zip") == tree(tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "out.zip"]
    before = (tmp_path / "out.zip").read_bytes()
    assert run(table, tmp_path / "out.zip", workbooks=True).skipped == 0
    assert (tmp_path / "out.zip").read_bytes() == before


def test_a_zip_is_replaced_only_by_a_complete_one_and_can_be_resumed(tmp_path, monkeypatch):
    file = tmp_path / "Out.ZIP"
    run(table_of(4), file)
    before = file.read_bytes()

    def full(handle):
        if ".Out.ZIP" in os.readlink(f"/proc/self/fd/{handle}"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return fsync(handle)

    fsync = os.fsync
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(WorkbookError, match="cannot be written: No space left"):
            run(table_of(7), file)
    assert file.read_bytes() == before
    assert not (tmp_path / ".Out.ZIP.part").exists()
    (tmp_path / "Out.ZIP.parts" / ".part-00009.part").mkdir(parents=True)
    (tmp_path / "Out.ZIP.parts" / ".part-00009.part" / "half.xlsx").touch()
    assert worked_on(table_of(7), file) == []
    run(table_of(7), tmp_path / "out")
    assert unpacked(file) == tree(tmp_path / "out")


def test_an_interrupted_run_into_a_zip_keeps_its_finished_parts(tmp_path):
    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(table_of(7), tmp_path / "out.zip", progress=stop)
    assert not (tmp_path / "out.zip").exists()
    assert worked_on(table_of(7), tmp_path / "out.zip") == [1, 2]
    assert [path.name for path in tmp_path.iterdir()] == ["out.zip"]


def test_a_foreign_zip_is_not_replaced(tmp_path):
    file = tmp_path / "other.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("results.csv", "theirs")
    before = file.read_bytes()
    with pytest.raises(WorkbookError, match=r"other\.zip: exists already and holds no reports"):
        run(table_of(4), file)
    assert file.read_bytes() == before
    for place in ("zip://x::out.zip", "s3://bucket/out.zip"):
        with pytest.raises(WorkbookError, match=f"^{place}: a zip must be on this machine"):
            run(table_of(4), place)


def test_a_table_that_is_damaged_or_gone_is_reported_in_one_line_and_finished_parts_stay(tmp_path):
    path, out = tmp_path / "t.parquet", tmp_path / "out"
    table_of(7).to_parquet(path, row_group_size=3)
    whole = path.read_bytes()
    second = parquet.read_metadata(path).row_group(1).column(0)
    with open(path, "r+b") as file:
        file.seek(second.dictionary_page_offset or second.data_page_offset)
        file.write(b"\xff" * second.total_compressed_size)
    with pytest.raises(WorkbookError, match="cannot be read"):
        run(path, out)
    path.unlink()
    with pytest.raises(WorkbookError, match="no such file"):
        run(path, out)
    assert [one.name for one in out.iterdir()] == ["part-00000"]
    path.write_bytes(whole)
    assert worked_on(path, out) == [1, 2]


def test_a_full_disk_stops_the_run_and_the_next_one_completes_it(tmp_path, monkeypatch):
    fsync = os.fsync

    def full(handle):
        if ".part-00001.part/" in os.readlink(f"/proc/self/fd/{handle}"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return fsync(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(WorkbookError, match="part-00001: cannot be written: No space left"):
            run(table_of(7), tmp_path / "a")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["part-00000"]
    run(table_of(7), tmp_path / "a")
    run(table_of(7), tmp_path / "b")
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def started(tmp_path, place, table, options):
    """A process that is about to make reports."""
    script, rows = tmp_path / "killed.py", tmp_path / "killed.csv"
    script.write_text(KILLED)
    table.to_csv(rows, index=False)
    arguments = [rows, place, json.dumps(BASE.to_dict()), json.dumps(options)]
    process = subprocess.Popen(
        [sys.executable, script, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout.readline() == b"ready\n"
    return process


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("point", range(POINTS))
def test_a_run_that_is_killed_anywhere_is_completed_to_the_same_bytes(tmp_path, point):
    soak = POINTS > 4
    options = {"workbooks": soak, "partition": 8, "processes": 1 + point % 2 * soak}
    table = table_of(160, seed=point)
    ending = ".zip" if point % 3 == 2 else ""
    whole, place = tmp_path / f"whole{ending}", tmp_path / f"killed{ending}"
    start = time.perf_counter()
    base = Scenario.from_dict(BASE.to_dict(), "base")  # as the process that is killed reads it
    bulk(table, whole, base, **options)
    took = time.perf_counter() - start
    process = started(tmp_path, place, table, options)
    time.sleep(random.Random().uniform(0.1, 0.9) * took)
    process.kill()
    process.communicate(timeout=60)  # the output ends when the last of its processes has
    if place.suffix and place.exists():  # in the other process the portfolio is a longer one
        assert unpacked(place).keys() == unpacked(whole).keys()
    for folder in place.glob("part-*"):
        name = folder.name
        assert tree(folder) == tree(whole / name), "what has its name is whole"
    bulk(table, place, base, **options)
    assert found(place) == found(whole)


def test_worker_processes_end_with_their_parent(tmp_path):
    options = {"workbooks": False, "partition": 8, "processes": 2}
    process = started(tmp_path, tmp_path / "out", table_of(20_000), options)
    while not (tmp_path / "out" / "part-00003").exists():
        assert process.poll() is None
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=20)
    count = len(list((tmp_path / "out").iterdir()))
    assert count < 2_000
    time.sleep(0.3)
    assert len(list((tmp_path / "out").iterdir())) == count
