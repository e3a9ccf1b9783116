"""Object stores and other URLs that fsspec can open, as destinations of reports."""

import contextlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...engine.errors import install
from ..errors import WorkbookError
from .destinations import ERRORS, MANIFEST, PARTITION_NAME, RESULTS, File, one_line_errors
from .manifest import fingerprint, parsed, size_of

_BATCH = 64  # objects per upload


class Remote:
    """A folder at a URL; objects are written atomically, and the manifest last.

    Attributes
    ----------
    address : str
        Its URL.
    files : fsspec.AbstractFileSystem
    path : str
        Path of the folder in ``files``.

    Raises
    ------
    WorkbookError
        fsspec is not installed, or cannot open the URL.
    """

    def __init__(self, url: str):
        self.address = url
        try:
            import fsspec
        except ImportError:
            raise WorkbookError(f"{url}: needs: {install('remote')}") from None
        try:
            self.files, self.path = fsspec.core.url_to_fs(url)
        except Exception as error:  # libraries raise errors of various types
            raise WorkbookError(f"{url}: cannot be reached: {error}") from None

    def exclusive(self) -> contextlib.AbstractContextManager[Callable[[], None]]:
        """A context without a lock, since object stores have no locks tied to a process."""
        return contextlib.nullcontext(lambda: None)

    def partitions(self) -> set[str]:
        """As :meth:`.Destination.partitions`."""
        found: list[dict[str, Any]] = []
        with self._errors("", "read"), contextlib.suppress(FileNotFoundError):
            self.files.invalidate_cache()  # other machines write there too
            found = self.files.ls(self.path, detail=True)
        folders = (one["name"].rstrip("/") for one in found if one["type"] == "directory")
        names = {path.rpartition("/")[2] for path in folders}
        return {name for name in names if PARTITION_NAME.fullmatch(name)}

    def foreign_partitions(self) -> set[str]:
        """An empty set, since without a manifest they look like remnants of a killed run."""
        return set()

    def manifest(self, partition: str) -> dict[str, Any] | None:
        """As :meth:`.Destination.manifest`."""
        with self._errors(partition, "read"), contextlib.suppress(FileNotFoundError):
            return parsed(self.files.cat_file(f"{self.path}/{partition}/{MANIFEST}"))
        return None

    def is_intact(self, partition: str, fingerprints: Mapping[str, str]) -> bool:
        """As :meth:`.Destination.is_intact`, but only the sizes of workbooks are compared."""
        root = f"{self.path}/{partition}"
        with self._errors(partition, "read"), contextlib.suppress(FileNotFoundError):
            self.files.invalidate_cache()  # other machines write there too
            found = self.files.find(root, detail=True)
            sizes = {path.rpartition(f"{root}/")[2]: one["size"] for path, one in found.items()}
            return all(
                sizes.get(file) == size_of(fingerprints[file]) for file in fingerprints
            ) and all(
                fingerprint(self.files.cat_file(f"{root}/{file}")) == fingerprints[file]
                for file in (RESULTS, ERRORS)
            )
        return False

    def write_partition(self, partition: str, files: Iterable[File]) -> None:
        """As :meth:`.Destination.write_partition`."""
        with self._errors(partition, "written"), contextlib.suppress(FileNotFoundError):
            self._clear(partition)
        batch: dict[str, bytes] = {}
        for file, data in files:
            if len(batch) == _BATCH or file == MANIFEST:
                self._upload(partition, batch)
                batch = {}
            batch[f"{self.path}/{partition}/{file}"] = data
        self._upload(partition, batch)

    def remove_partition(self, partition: str) -> None:
        """As :meth:`.Destination.remove_partition`."""
        with self._errors(partition, "removed"):
            self._clear(partition)

    def exists(self, name: str) -> bool:
        """As :meth:`.Destination.exists`."""
        with self._errors(name, "read"):
            return self.files.exists(f"{self.path}/{name}")

    def is_irreplaceable(self, name: str) -> bool:
        """As :meth:`.Destination.is_irreplaceable`."""
        with self._errors(name, "read"):
            return self.files.isdir(f"{self.path}/{name}")

    def edited(self, names: Iterable[str]) -> set[str]:  # noqa: ARG002
        """An empty set: a large object would have to be read to tell."""
        return set()

    def read(self, name: str) -> bytes:
        """As :meth:`.Destination.read`."""
        with self._errors(name, "read"):
            return self.files.cat_file(f"{self.path}/{name}")

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """As :meth:`.Destination.write`."""
        with self._errors(name, "written"):
            self.files.makedirs(self.path, exist_ok=True)
            with self.files.transaction, self.files.open(f"{self.path}/{name}", "wb") as file:
                for piece in pieces:
                    file.write(piece)

    def remove(self, name: str) -> None:
        """As :meth:`.Destination.remove`."""
        with self._errors(name, "removed"), contextlib.suppress(FileNotFoundError):
            self.files.rm_file(f"{self.path}/{name}")

    def finish(self) -> None:
        """Do nothing, since the last file completes a folder."""

    def _clear(self, partition: str) -> None:
        """Remove a partition, starting with its manifest, without which it counts as incomplete."""
        if self.files.isfile(f"{self.path}/{partition}"):
            raise FileExistsError("exists already and is not a folder")
        with contextlib.suppress(FileNotFoundError):
            self.files.rm_file(f"{self.path}/{partition}/{MANIFEST}")
        self.files.rm(f"{self.path}/{partition}", recursive=True)

    def _upload(self, partition: str, batch: dict[str, bytes]) -> None:
        with self._errors(partition, "written"):
            for folder in {path.rpartition("/")[0] for path in batch}:
                self.files.makedirs(folder, exist_ok=True)
            self.files.pipe(batch)

    def _errors(self, name: str, what: str) -> contextlib.AbstractContextManager[None]:
        # Libraries raise errors of various types.
        root = self.files.unstrip_protocol(self.path)
        return one_line_errors(f"{root}/{name}", what, Exception)
