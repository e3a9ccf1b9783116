"""Local folders and zips as destinations of reports."""

import contextlib
import hashlib
import json
import os
import re
import shutil
import zipfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO, Self

from ..errors import WorkbookError
from .destinations import ERRORS, MANIFEST, PARTITION_NAME, RESULTS, File, one_line_errors
from .lock import exclusive_lock
from .manifest import fingerprint, parsed, size_of

RECORD = ".files.json"  # fingerprints of the combined files of a complete run
# Folders that a killed process may leave: partly written or partly removed partitions.
_LEFTOVER = re.compile(rf"\.{PARTITION_NAME.pattern}\.(part|old)")


class Folder:
    """A folder; partitions have a temporary name until they are complete.

    Attributes
    ----------
    address : str
    path : Path
    lock : Path
        Its lock file.
    """

    def __init__(self, path: Path):
        self.path, self.address = path, str(path)
        self.lock = path / ".lock"
        self._written: dict[str, str] = {}  # fingerprints of combined files

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[Callable[[], None]]:
        """Exclusive use of the folder; remnants of killed runs are removed."""
        is_new = not os.path.exists(self.path)
        try:
            with exclusive_lock(self.lock) as check:
                self._remove_leftovers()
                try:
                    yield check
                finally:
                    self._remove_leftovers()
        finally:
            if is_new:
                with contextlib.suppress(OSError):
                    self.path.rmdir()  # succeeds if nothing was written

    def partitions(self) -> set[str]:
        """As :meth:`.Destination.partitions`."""
        return {name for name in self._matching_names() if self._is_ours(self.path / name)}

    def foreign_partitions(self) -> set[str]:
        """As :meth:`.Destination.foreign_partitions`."""
        return self._matching_names() - self.partitions()

    def manifest(self, partition: str) -> dict[str, Any] | None:
        """As :meth:`.Destination.manifest`."""
        try:
            return parsed((self.path / partition / MANIFEST).read_bytes())
        except OSError:
            return None

    def is_intact(self, partition: str, fingerprints: Mapping[str, str]) -> bool:
        """As :meth:`.Destination.is_intact`; all files are read."""
        expected = {self.path / partition / file: fingerprints[file] for file in fingerprints}
        try:
            return all(
                path.is_file() and path.stat().st_size == size_of(expected[path])
                for path in expected
            ) and all(fingerprint(path.read_bytes()) == expected[path] for path in expected)
        except OSError:
            return False

    def write_partition(self, partition: str, files: Iterable[File]) -> None:
        """As :meth:`.Destination.write_partition`."""
        final, temporary = self.path / partition, self.path / f".{partition}.part"
        try:
            with one_line_errors(final, "written"):
                shutil.rmtree(temporary, ignore_errors=True)
                folders = {temporary}
                with _Writer() as writer:
                    for file, data in files:
                        path = temporary / file
                        if not path.parent.is_dir():
                            path.parent.mkdir(parents=True)
                        folders.add(path.parent)
                        writer.write(path, data)
                for folder in folders:
                    _fsync_directory(folder)
                if final.is_dir():
                    self.remove_partition(partition)
                os.replace(temporary, final)
                _fsync_directory(self.path)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)

    def remove_partition(self, partition: str) -> None:
        """As :meth:`.Destination.remove_partition`; it is renamed before its files are removed."""
        old = self.path / f".{partition}.old"
        with one_line_errors(self.path / partition, "removed"):
            shutil.rmtree(old, ignore_errors=True)
            os.replace(self.path / partition, old)
            shutil.rmtree(old)

    def exists(self, name: str) -> bool:
        """As :meth:`.Destination.exists`."""
        return (self.path / name).exists()

    def is_irreplaceable(self, name: str) -> bool:
        """As :meth:`.Destination.is_irreplaceable`."""
        path = self.path / name
        return path.exists() and not path.is_file()

    def edited(self, names: Iterable[str]) -> set[str]:
        """As :meth:`.Destination.edited`; the files of an incomplete run count as unchanged."""
        try:
            found = parsed((self.path / RECORD).read_bytes()) or {}
        except OSError:
            return set()
        paths = {name: self.path / name for name in names if name in found}
        return {
            name
            for name, path in paths.items()
            if path.is_file() and _fingerprint(path) != found[name]
        }

    def read(self, name: str) -> bytes:
        """As :meth:`.Destination.read`."""
        with one_line_errors(self.path / name, "read"):
            return (self.path / name).read_bytes()

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """As :meth:`.Destination.write`."""
        final, temporary = self.path / name, self.path / f".{name}.part"
        with one_line_errors(final, "written"), _removed_afterwards(temporary):
            self.path.mkdir(parents=True, exist_ok=True)
            if not self._written:  # until the run is complete
                (self.path / RECORD).unlink(missing_ok=True)
            self._written[name] = _write(temporary, pieces)
            os.replace(temporary, final)
            _fsync_directory(self.path)

    def remove(self, name: str) -> None:
        """As :meth:`.Destination.remove`."""
        with one_line_errors(self.path / name, "removed"):
            (self.path / name).unlink(missing_ok=True)
            (self.path / RECORD).unlink(missing_ok=True)

    def finish(self) -> None:
        """Record the combined files, so that the next run knows whether they were edited."""
        with one_line_errors(self.path / RECORD, "written"):
            if self._written:
                _write(self.path / RECORD, [json.dumps(self._written, indent=1).encode()])

    def _is_ours(self, folder: Path) -> bool:
        """Whether a folder comes from a run: it has a manifest, or both results and errors."""
        found = {name for name in (MANIFEST, RESULTS, ERRORS) if (folder / name).is_file()}
        return MANIFEST in found or found == {RESULTS, ERRORS}

    def _matching_names(self) -> set[str]:
        """Names of files and folders that match the naming pattern of partitions."""
        paths = self.path.glob("part-*")
        return {path.name for path in paths if PARTITION_NAME.fullmatch(path.name)}

    def _leftovers(self) -> list[Path]:
        """Folders that a killed process left partly written or partly removed."""
        return [path for path in self.path.glob(".part-*") if _LEFTOVER.fullmatch(path.name)]

    def _remove_leftovers(self) -> None:
        for path in self._leftovers():
            shutil.rmtree(path, ignore_errors=True)


class Zip(Folder):
    """A zip; partitions are in a folder beside it until all are complete.

    Raises
    ------
    WorkbookError
        A file of that name exists that does not come from a run.
    """

    def __init__(self, file: Path):
        super().__init__(file.with_name(f"{file.name}.parts"))
        self.file = file
        self.lock = file.with_name(f".{file.name}.lock")  # outside the folder, which is removed
        self._packed = file.with_name(f".{self.path.name}.old")
        if file.exists() and not _holds_reports(file):
            raise WorkbookError(f"{file}: exists already and holds no reports; name another file")

    def finish(self) -> None:
        """Pack the folder into the zip, and remove the folder.

        It is renamed before its files are removed, so that the rest never looks complete.
        """
        temporary = self.file.with_name(f".{self.file.name}.part")
        with one_line_errors(self.file, "written"), _removed_afterwards(temporary):
            with open(temporary, "wb") as file:
                _pack(self.path, file)
                _fsync(file)
            os.replace(temporary, self.file)
            _fsync_directory(self.file.parent)
            shutil.rmtree(self._packed, ignore_errors=True)
            os.replace(self.path, self._packed)
            _fsync_directory(self.file.parent)
            shutil.rmtree(self._packed)

    def _is_ours(self, folder: Path) -> bool:
        """Whether a folder comes from a run; its parent has a name that only runs use."""
        return folder.is_dir()

    def _leftovers(self) -> list[Path]:
        return [*super()._leftovers(), self._packed]


@contextlib.contextmanager
def _removed_afterwards(temporary: Path) -> Iterator[None]:
    """Remove a temporary file at the end, unless it has been renamed."""
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


class _Writer:
    """Writes files in a thread, so that waiting for the disk does not stop the computation.

    Each is passed to fsync, so that no manifest survives a crash without its files.
    """

    _WAITING = 2  # files in memory beside the one that is computed

    def __enter__(self) -> Self:
        self._thread = ThreadPoolExecutor(1)
        self._written: deque[Future[None]] = deque()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._thread.shutdown(cancel_futures=kind is not None)
        if kind is None:
            self._wait(0)

    def write(self, path: Path, data: bytes) -> None:
        """Write a file soon; an error of this or an earlier one is raised here or at the end."""
        self._written.append(self._thread.submit(_write_bytes, path, data))
        self._wait(self._WAITING)

    def _wait(self, most: int) -> None:
        while len(self._written) > most:
            self._written.popleft().result()


def _write_bytes(path: Path, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
        _fsync(file)


def _write(path: Path, pieces: Iterable[bytes]) -> str:
    """Write a file and fsync it; returns its fingerprint."""
    digest, size = hashlib.sha256(), 0
    with open(path, "wb") as file:
        for piece in pieces:
            file.write(piece)
            digest.update(piece)
            size += len(piece)
        _fsync(file)
    return f"{size} {digest.hexdigest()}"


def _fingerprint(path: Path) -> str:
    """Fingerprint of a file that may not fit in memory."""
    with open(path, "rb") as file:
        return f"{path.stat().st_size} {hashlib.file_digest(file, 'sha256').hexdigest()}"


def _fsync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _fsync_directory(folder: Path) -> None:
    """Call fsync on a directory, which makes renames durable."""
    if os.name == "nt":  # cannot open directories
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _holds_reports(file: Path) -> bool:
    """Whether a file is a zip from a run."""
    if not file.is_file():  # reading a pipe would block
        return False
    try:
        with zipfile.ZipFile(file) as archive:
            return {RESULTS, ERRORS} <= set(archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def _pack(folder: Path, file: BinaryIO) -> None:
    """Pack a folder without hidden files, reproducibly."""
    files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(file, "w") as archive:
        for name in sorted(name for name in files if not name.startswith(".")):
            entry = zipfile.ZipInfo(name)
            entry.file_size = (folder / name).stat().st_size
            entry.external_attr = 0o100644 << 16
            # Workbooks and Parquet are compressed already.
            is_text = name.endswith((".csv", ".json"))
            entry.compress_type = zipfile.ZIP_DEFLATED if is_text else zipfile.ZIP_STORED
            with open(folder / name, "rb") as source, archive.open(entry, "w") as out:
                shutil.copyfileobj(source, out)
