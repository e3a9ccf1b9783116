"""Where reports go: a folder, a zip, or any place that fsspec knows. All is there whole or not."""

import contextlib
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import WorkbookError
from .lock import alone
from .manifest import fingerprint, parsed, size_of

MANIFEST, RESULTS, ERRORS = "manifest.json", "results.csv", "errors.csv"
_AT_ONCE = 64  # objects that go to a remote place together
_PART = re.compile(r"part-[0-9]{5,}")
_LEFT = re.compile(rf"\.{_PART.pattern}\.(part|old)")  # what a killed run may leave of a partition
# Names of files that a run does not make: a folder of that name would be a surprise.
_A_FILE = re.compile(
    r"(\.tar)?\.(tar|gz|tgz|bz2|xz|zst|7z|rar|csv|tsv|json|parquet|xlsx|xlsm|xls|db|toml)/?$", re.I
)
File = tuple[str, bytes]


def part_name(number: int) -> str:
    """Name of a partition's folder."""
    return f"part-{number:05d}"


def target_of(place: str | Path) -> "Folder | Remote":
    """The folder, zip or remote place of a path or URL."""
    if not str(place):
        raise WorkbookError("the place to write to has no name")
    is_url, is_zip = "://" in str(place), str(place).lower().endswith(".zip")
    ending = _A_FILE.search(str(place))
    if ending and not Path(place).is_dir():
        raise WorkbookError(
            f"{place}: {ending[0]} cannot be written; name a folder, a .zip or a URL of a folder"
        )
    if is_url and (is_zip or str(place).startswith("zip://")):
        raise WorkbookError(f"{place}: a zip is made on this machine: give a path, not a URL")
    if is_url:
        return Remote(str(place))
    return Zip(Path(place)) if is_zip else Folder(Path(place))


class Folder:
    """A folder of this machine: a partition is written under another name until it is whole.

    Attributes
    ----------
    place : str
        What gives the same target in another process.
    """

    def __init__(self, path: Path):
        self.path, self.place = path, str(path)
        self.lock = path / ".lock"

    @contextlib.contextmanager
    def alone(self) -> Iterator[Callable[[], None]]:
        """Hold the place for this run, and remove what a killed one left half done.

        Yields
        ------
        callable
            As :func:`.lock.alone`.
        """
        is_new = not os.path.exists(self.path)
        try:
            with alone(self.lock) as check:
                self._clear_left()
                try:
                    yield check
                finally:
                    self._clear_left()
        finally:
            if is_new:
                with contextlib.suppress(OSError):
                    self.path.rmdir()  # which does so where nothing was written

    def _clear_left(self) -> None:
        """Remove what processes that were ended left half done."""
        for path in self._leftovers():
            shutil.rmtree(path, ignore_errors=True)

    def has(self, name: str) -> bool:
        """Whether there is a file of the whole run."""
        return (self.path / name).exists()

    def parts(self) -> set[str]:
        """Names of the partitions that are there, also damaged ones."""
        return {name for name in self._named() if self._is_ours(self.path / name)}

    def others(self) -> set[str]:
        """What is called as partitions are, but no run has made."""
        return self._named() - self.parts()

    def _is_ours(self, folder: Path) -> bool:
        """Whether a run made a folder: it has a manifest, or all that stands beside one."""
        has = {name for name in (MANIFEST, RESULTS, ERRORS) if (folder / name).is_file()}
        return MANIFEST in has or has == {RESULTS, ERRORS}

    def _leftovers(self) -> list[Path]:
        """Folders that a killed run was about to finish or to remove."""
        return [path for path in self.path.glob(".part-*") if _LEFT.fullmatch(path.name)]

    def _named(self) -> set[str]:
        return {path.name for path in self.path.glob("part-*") if _PART.fullmatch(path.name)}

    def manifest(self, name: str) -> dict[str, Any] | None:
        """What a finished partition says of itself, None where there is none."""
        try:
            return parsed((self.path / name / MANIFEST).read_bytes())
        except OSError:
            return None

    def holds(self, name: str, files: Mapping[str, str]) -> bool:
        """Whether a partition holds files with these fingerprints; every byte is read."""
        paths = {self.path / name / file: expected for file, expected in files.items()}
        try:
            return all(
                path.is_file() and path.stat().st_size == size_of(expected)
                for path, expected in paths.items()
            ) and all(
                fingerprint(path.read_bytes()) == expected for path, expected in paths.items()
            )
        except OSError:
            return False

    def write(self, name: str, files: Iterable[File]) -> None:
        """A partition: its files, of which the manifest is the last, under its name at last."""
        final, rough = self.path / name, self.path / f".{name}.part"
        try:
            with _said(final, "written"):
                shutil.rmtree(rough, ignore_errors=True)
                folders = {rough}
                for file, data in files:
                    path = rough / file
                    if not path.parent.is_dir():
                        path.parent.mkdir(parents=True)
                    folders.add(path.parent)
                    _write(path, [data])
                for folder in folders:
                    _settle(folder)
                if final.is_dir():
                    self.drop(name)
                os.replace(rough, final)
                _settle(self.path)
        finally:
            shutil.rmtree(rough, ignore_errors=True)

    def drop(self, name: str) -> None:
        """Remove a partition, whole at once: half of one must not pass for a finished one."""
        old = self.path / f".{name}.old"
        with _said(self.path / name, "removed"):
            shutil.rmtree(old, ignore_errors=True)
            os.replace(self.path / name, old)
            shutil.rmtree(old)

    def read(self, name: str) -> bytes:
        """A file of a finished partition."""
        with _said(self.path / name, "read"):
            return (self.path / name).read_bytes()

    def remove(self, name: str) -> None:
        """Remove a file of the whole run, if it is there."""
        with _said(self.path / name, "removed"):
            (self.path / name).unlink(missing_ok=True)

    def finish(self) -> None:
        """Nothing: a folder is finished with its last file."""

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """A file of the whole run, whole or not at all."""
        with _said(self.path / name, "written"), _removed(self.path / f".{name}.part") as rough:
            self.path.mkdir(parents=True, exist_ok=True)
            _write(rough, pieces)
            os.replace(rough, self.path / name)
            _settle(self.path)


class Zip(Folder):
    """A zip of this machine: partitions stand in a folder beside it until all are finished.

    Raises
    ------
    WorkbookError
        A file of that name that no run has made.
    """

    def __init__(self, file: Path):
        super().__init__(file.with_name(f"{file.name}.parts"))
        self.file = file
        self.lock = file.with_name(f".{file.name}.lock")  # beside the folder, which is removed
        self.removed = file.with_name(f".{self.path.name}.old")
        if file.exists() and not _is_ours(file):
            raise WorkbookError(f"{file}: exists already and holds no reports; name another file")

    def finish(self) -> None:
        """Pack what the folder holds, and remove the folder.

        It gets another name first: half of it must not pass for parts that are finished.
        """
        beside = self.file.with_name(f".{self.file.name}.part")
        with _said(self.file, "written"), _removed(beside) as rough:
            with open(rough, "wb") as file:
                _pack(self.path, file)
                _flush(file)
            os.replace(rough, self.file)
            _settle(self.file.parent)
            shutil.rmtree(self.removed, ignore_errors=True)
            os.replace(self.path, self.removed)
            _settle(self.file.parent)
            shutil.rmtree(self.removed)

    def _is_ours(self, folder: Path) -> bool:
        """Whether a run made a folder: the one around it has a name that only a run gives."""
        return folder.is_dir()

    def _leftovers(self) -> list[Path]:
        return [*super()._leftovers(), self.removed]


class Remote:
    """A place of fsspec's: objects are whole by themselves, and the manifest comes last."""

    def __init__(self, url: str):
        self.place = url
        try:
            import fsspec
        except ImportError:
            raise WorkbookError(f"{url}: needs: pip install shorewise[remote]") from None
        try:
            self.files, self.path = fsspec.core.url_to_fs(url)
        except Exception as error:  # each library has errors of its own
            raise WorkbookError(f"{url}: cannot be reached: {error}") from None

    def manifest(self, name: str) -> dict[str, Any] | None:
        """As :meth:`Folder.manifest`."""
        with self._said(name, "read"), contextlib.suppress(FileNotFoundError):
            return parsed(self.files.cat_file(f"{self.path}/{name}/{MANIFEST}"))
        return None

    def holds(self, name: str, files: Mapping[str, str]) -> bool:
        """Whether a partition holds files of these sizes; the tables in it are read, too."""
        root = f"{self.path}/{name}"
        with self._said(name, "read"), contextlib.suppress(FileNotFoundError):
            self.files.invalidate_cache()  # other machines write there too
            found = self.files.find(root, detail=True)
            sizes = {path.rpartition(f"{root}/")[2]: one["size"] for path, one in found.items()}
            return all(sizes.get(file) == size_of(files[file]) for file in files) and all(
                fingerprint(self.files.cat_file(f"{root}/{file}")) == files[file]
                for file in (RESULTS, ERRORS)
            )
        return False

    def write(self, name: str, files: Iterable[File]) -> None:
        """As :meth:`Folder.write`."""
        with self._said(name, "written"), contextlib.suppress(FileNotFoundError):
            self._clear(name)
        waiting: dict[str, bytes] = {}
        for file, data in files:
            if len(waiting) == _AT_ONCE or file == MANIFEST:
                self._put(name, waiting)
                waiting = {}
            waiting[f"{self.path}/{name}/{file}"] = data
        self._put(name, waiting)

    def drop(self, name: str) -> None:
        """As :meth:`Folder.drop`."""
        with self._said(name, "removed"):
            self._clear(name)

    def read(self, name: str) -> bytes:
        """As :meth:`Folder.read`."""
        with self._said(name, "read"):
            return self.files.cat_file(f"{self.path}/{name}")

    def alone(self) -> contextlib.AbstractContextManager[Callable[[], None]]:
        """Nothing: object stores have no locks that go with a process."""
        return contextlib.nullcontext(lambda: None)

    def remove(self, name: str) -> None:
        """As :meth:`Folder.remove`."""
        with self._said(name, "removed"), contextlib.suppress(FileNotFoundError):
            self.files.rm_file(f"{self.path}/{name}")

    def has(self, name: str) -> bool:
        """As :meth:`Folder.has`."""
        with self._said(name, "read"):
            return self.files.exists(f"{self.path}/{name}")

    def parts(self) -> set[str]:
        """Names of the partitions that are there, finished or not."""
        found: list[dict[str, Any]] = []
        with self._said("", "read"), contextlib.suppress(FileNotFoundError):
            self.files.invalidate_cache()  # other machines write there too
            found = self.files.ls(self.path, detail=True)
        folders = (one["name"].rstrip("/") for one in found if one["type"] == "directory")
        names = {path.rpartition("/")[2] for path in folders}
        return {name for name in names if _PART.fullmatch(name)}

    def others(self) -> set[str]:
        """Nothing: without a manifest there are also those that a killed run left."""
        return set()

    def finish(self) -> None:
        """As :meth:`Folder.finish`."""

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """As :meth:`Folder.put`."""
        with self._said(name, "written"):
            self.files.makedirs(self.path, exist_ok=True)
            with self.files.transaction, self.files.open(f"{self.path}/{name}", "wb") as file:
                for piece in pieces:
                    file.write(piece)

    def _clear(self, name: str) -> None:
        """Remove a partition, its manifest first: without one the rest is unfinished."""
        if self.files.isfile(f"{self.path}/{name}"):
            raise FileExistsError("exists already and is no folder")
        with contextlib.suppress(FileNotFoundError):
            self.files.rm_file(f"{self.path}/{name}/{MANIFEST}")
        self.files.rm(f"{self.path}/{name}", recursive=True)

    def _put(self, name: str, files: dict[str, bytes]) -> None:
        with self._said(name, "written"):
            for folder in {path.rpartition("/")[0] for path in files}:
                self.files.makedirs(folder, exist_ok=True)
            self.files.pipe(files)

    def _said(self, name: str, what: str) -> contextlib.AbstractContextManager[None]:
        # Each library has errors of its own.
        return _said(f"{self.files.unstrip_protocol(self.path)}/{name}", what, Exception)


@contextlib.contextmanager
def _said(place: str | Path, what: str, kind: type[Exception] = OSError) -> Iterator[None]:
    """Make what goes wrong with a place one clear error."""
    try:
        yield
    except WorkbookError:
        raise
    except kind as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise WorkbookError(f"{place}: cannot be {what}: {reason}") from None


@contextlib.contextmanager
def _removed(rough: Path) -> Iterator[Path]:
    """A file that is gone afterwards, unless it has another name by then."""
    try:
        yield rough
    finally:
        with contextlib.suppress(OSError):
            rough.unlink()


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    """A file, and wait until it is on the disk: no manifest may outlive what it is about."""
    with open(path, "wb") as file:
        file.writelines(pieces)
        _flush(file)


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    if os.name == "nt":  # which opens no folders
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_ours(file: Path) -> bool:
    """Whether a file is the zip of a run."""
    if not file.is_file():  # reading a pipe would wait for ever
        return False
    try:
        with zipfile.ZipFile(file) as archive:
            return {RESULTS, ERRORS} <= set(archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def _pack(folder: Path, file: BinaryIO) -> None:
    """The zip of a folder without what a killed run left, the same bytes for the same files."""
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
