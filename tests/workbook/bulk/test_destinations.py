"""Places of reports: a partition is there whole or not; what goes wrong is one line."""

import errno
import inspect
import os

import pytest

from shorewise.workbook import WorkbookError
from shorewise.workbook.bulk.destinations import Destination, destination_of
from shorewise.workbook.bulk.local_destinations import Folder, Zip
from shorewise.workbook.bulk.remote_destination import Remote
from tests.support.buckets import local_bucket

FILES = [("results.csv", b"1\n"), ("workbooks/a.xlsx", b"a"), ("manifest.json", b'{"n": 1}')]


@pytest.fixture(scope="module")
def bucket():
    with local_bucket() as url:
        yield url


@pytest.fixture(params=["folder", "file", "memory", "s3"])
def place(request, tmp_path):
    if request.param == "s3":
        return f"{request.getfixturevalue('bucket')}/{tmp_path.name}"
    return {
        "folder": str(tmp_path / "deep" / "out"),
        "file": f"file://{tmp_path}/deep/out",
        "memory": f"memory://{tmp_path}",
    }[request.param]


def test_a_partition_is_written_read_replaced_and_removed(place):
    found = destination_of(place)
    assert found.manifest("part-00000") is None
    found.write_partition("part-00000", iter(FILES))
    assert destination_of(place).manifest("part-00000") == {"n": 1}
    assert [found.read(f"part-00000/{name}") for name, _ in FILES] == [data for _, data in FILES]
    found.write_partition("part-00000", [("results.csv", b"2\n"), ("manifest.json", b'{"n": 2}')])
    assert found.manifest("part-00000") == {"n": 2}
    assert found.read("part-00000/results.csv") == b"2\n"
    with pytest.raises(WorkbookError, match=r"a\.xlsx: cannot be read"):
        found.read("part-00000/workbooks/a.xlsx")
    found.remove_partition("part-00000")
    assert found.manifest("part-00000") is None
    with pytest.raises(WorkbookError, match=r"part-00000: cannot be removed"):
        found.remove_partition("part-00000")


def test_all_partitions_of_a_destination_are_listed(place):
    found = destination_of(place)
    assert found.partitions() == set()
    found.write_partition("part-00000", FILES)
    found.write("results.csv", [b""])
    assert found.partitions() == {"part-00000"}
    destination_of(place).write_partition("part-00123", FILES)
    assert found.partitions() == {"part-00000", "part-00123"}
    assert [found.exists(name) for name in ("results.csv", "errors.csv")] == [True, False]
    found.remove_partition("part-00123")
    assert found.partitions() == {"part-00000"}


def test_foreign_files_that_match_our_naming_pattern_are_neither_listed_nor_replaced(place):
    found = destination_of(place)
    for name in ("part-00000", "part-00001"):
        found.write(name, [b"theirs"])  # as Hadoop does
    assert found.partitions() == set()
    with pytest.raises(WorkbookError, match="part-00000: cannot be written: "):
        found.write_partition("part-00000", FILES)
    assert [found.read(name) for name in ("part-00000", "part-00001")] == [b"theirs"] * 2


def test_remains_of_a_remote_partition_of_a_killed_run_are_listed():
    found = Remote("memory://killed")
    found.write_partition("part-00007", FILES[:1])
    assert found.partitions() == {"part-00007"}


def test_the_manifest_of_a_partition_is_removed_first(monkeypatch):
    found, gone = Remote("memory://first"), []
    found.write_partition("part-00000", FILES)
    remove = found.files.rm_file
    monkeypatch.setattr(found.files, "rm_file", lambda path: (gone.append(path), remove(path)))
    found.write_partition("part-00000", FILES)
    assert gone[0] == "/first/part-00000/manifest.json"


def test_a_file_of_the_whole_run_is_written_in_chunks_and_replaced(place):
    found = destination_of(place)
    for text in (b"old", b"new"):
        found.write("results.csv", iter([text, b"\n"] * 2))
        assert found.read("results.csv") == (text + b"\n") * 2
    for _ in range(2):
        found.remove("results.csv")
        with pytest.raises(WorkbookError, match=r"results\.csv: cannot be read"):
            found.read("results.csv")


def test_a_folder_in_the_place_of_a_file_is_irreplaceable(place):
    found = destination_of(place)
    assert not found.is_irreplaceable("results.csv")
    found.write("results.csv", [b"1"])
    assert not found.is_irreplaceable("results.csv")
    found.write_partition("part-00000", FILES)
    assert found.is_irreplaceable("part-00000")


def test_a_failed_write_keeps_the_old_file(place):
    def failing():
        yield b"half"
        raise WorkbookError("no more")

    found = destination_of(place)
    found.write("results.csv", [b"whole"])
    with pytest.raises(WorkbookError, match="no more"):
        found.write("results.csv", failing())
    assert found.read("results.csv") == b"whole"


def test_a_failed_partition_has_no_manifest(place):
    def failing():
        yield from FILES[:2]
        raise WorkbookError("no more")

    found = destination_of(place)
    with pytest.raises(WorkbookError, match="no more"):
        found.write_partition("part-00000", failing())
    assert found.manifest("part-00000") is None
    if isinstance(found, Folder):
        assert list(found.path.iterdir()) == []


def test_more_files_than_are_uploaded_at_once_all_arrive(place):
    files = [(f"workbooks/{n}.xlsx", bytes([n])) for n in range(2 * 64 + 2)]
    found = destination_of(place)
    found.write_partition("part-00000", [*files, FILES[-1]])
    assert [found.read(f"part-00000/{name}") for name, _ in files] == [data for _, data in files]


def test_files_are_synced_to_disk_before_a_partition_gets_its_name(tmp_path, monkeypatch):
    seen, replace, fsync = [], os.replace, os.fsync

    def named(handle):
        return os.path.relpath(os.readlink(f"/proc/self/fd/{handle}"), tmp_path)

    monkeypatch.setattr(os, "fsync", lambda handle: (seen.append(named(handle)), fsync(handle)))
    monkeypatch.setattr(os, "replace", lambda one, other: (seen.append("-"), replace(one, other)))
    Folder(tmp_path).write_partition("part-00000", FILES)
    files = [f".part-00000.part/{name}" for name, _ in FILES]
    assert seen[:3] == files
    assert set(seen[3:5]) == {".part-00000.part", ".part-00000.part/workbooks"}
    assert seen[5:] == ["-", "."]
    seen.clear()
    Folder(tmp_path).write("results.csv", [b"1"])
    assert seen == [".results.csv.part", "-", "."]


def test_the_manifest_is_uploaded_last_by_itself(monkeypatch):
    found, groups = Remote("memory://last"), []
    monkeypatch.setattr(found.files, "pipe", lambda files: groups.append([*files]))
    found.write_partition("part-00000", FILES)
    assert [path.rpartition("/")[2] for path in groups[-1]] == ["manifest.json"]


def test_a_half_written_partition_is_removed_by_the_next_write(tmp_path):
    rough = tmp_path / ".part-00000.part"
    rough.mkdir()
    (rough / "half.xlsx").write_text("")
    Folder(tmp_path).write_partition("part-00000", FILES)
    assert [path.name for path in tmp_path.iterdir()] == ["part-00000"]
    assert not (tmp_path / "part-00000" / "half.xlsx").exists()


@pytest.mark.parametrize("text", ["", "{", "\xff"])
def test_a_broken_manifest_counts_as_missing(tmp_path, text):
    (tmp_path / "part-00000").mkdir()
    (tmp_path / "part-00000" / "manifest.json").write_text(text, "latin-1")
    assert Folder(tmp_path).manifest("part-00000") is None


def refused(place):
    """The lines with which a place refuses a partition and a file."""
    found = []
    for act in (
        lambda t: t.write_partition("part-00000", FILES),
        lambda t: t.write("results.csv", [b""]),
        lambda t: t.exclusive().__enter__(),
    ):
        with pytest.raises(WorkbookError) as caught:
            act(destination_of(place))
        found.append(str(caught.value))
        assert "\n" not in found[-1]
    return found


def test_a_folder_that_cannot_be_written_is_reported_in_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    assert all("cannot be written: Not a directory" in one for one in refused(tmp_path / "file/x"))


def test_a_read_only_folder_is_reported_in_one_line(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir(mode=0o555)
    user = os.geteuid()
    try:
        if user == 0:  # whom no rights hold back
            os.seteuid(65534)
        assert all("cannot be written: Permission denied" in one for one in refused(folder))
    finally:
        os.seteuid(user)


def test_a_full_disk_is_reported_in_one_line_and_leaves_nothing(tmp_path, monkeypatch):
    fsync = os.fsync

    def full(handle):
        if os.readlink(f"/proc/self/fd/{handle}").endswith("manifest.json"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return fsync(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WorkbookError, match="part-00000: cannot be written: No space left"):
        Folder(tmp_path).write_partition("part-00000", FILES)
    assert list(tmp_path.iterdir()) == []


def test_every_destination_has_the_methods_of_the_protocol():
    expected = {
        name: [*inspect.signature(method).parameters]
        for name, method in vars(Destination).items()
        if inspect.isfunction(method) and not name.startswith("_")
    }
    assert len(expected) == 14
    for kind in (Folder, Zip, Remote):
        found = {name: [*inspect.signature(getattr(kind, name)).parameters] for name in expected}
        assert found == expected


def test_a_folder_on_a_file_system_without_locks_is_for_one_run_at_a_time(tmp_path, monkeypatch):
    def missing(*_):
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr("fcntl.flock", missing)
    with Folder(tmp_path).exclusive() as check:
        check()
        with (
            pytest.raises(WorkbookError, match=r"\.lock: held by another run"),
            Folder(tmp_path).exclusive(),
        ):
            pass
        check()
    assert list(tmp_path.iterdir()) == []


def test_a_url_with_an_unknown_protocol_is_reported_in_one_line():
    with pytest.raises(WorkbookError, match=r"^nowhere://x: cannot be reached: "):
        destination_of("nowhere://x")


def test_a_refusing_server_is_reported_in_one_line(bucket, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    found = destination_of(f"{bucket}/x")
    found.files = type(found.files)(
        skip_instance_cache=True, config_kwargs={"retries": {"max_attempts": 0}}
    )
    with pytest.raises(WorkbookError, match="cannot be read: ") as caught:
        found.manifest("part-00000")
    assert "\n" not in str(caught.value)
