"""Destinations of reports: the interface that folders, zips and object stores share."""

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from ..errors import WorkbookError

MANIFEST, RESULTS, ERRORS = "manifest.json", "results.csv", "errors.csv"
PARTITION_NAME = re.compile(r"part-[0-9]{5,}")
# Endings that are refused, since a folder with such a name would be surprising.
_FILE_ENDING = re.compile(
    r"(\.tar)?\.(tar|gz|tgz|bz2|xz|zst|7z|rar|csv|tsv|json|parquet|xlsx|xlsm|xls|db|toml)/?$", re.I
)
File = tuple[str, bytes]  # path within a partition, with slashes, and content


class Destination(Protocol):
    """A destination of reports, in which every partition is either complete or absent.

    A *partition* is a folder such as ``part-00000`` with the reports of some rows and a manifest.
    The combined files of the run are beside the partitions.
    """

    @property
    def address(self) -> str:
        """The path or URL, from which another process can open the same destination."""

    def exclusive(self) -> contextlib.AbstractContextManager[Callable[[], None]]:
        """Exclusive use of the destination, if it supports locks.

        Yields
        ------
        callable
            Raises WorkbookError if another run may have written to the destination.
        """

    def partitions(self) -> set[str]:
        """Names of the existing partitions, including incomplete and damaged ones."""

    def foreign_partitions(self) -> set[str]:
        """Names of files and folders that match the naming pattern, but do not come from a run."""

    def manifest(self, partition: str) -> dict[str, Any] | None:
        """Entries of a partition's manifest, None where there is none that can be read."""

    def is_intact(self, partition: str, fingerprints: Mapping[str, str]) -> bool:
        """Whether a partition holds the files of a manifest, unchanged.

        Parameters
        ----------
        partition : str
        fingerprints : mapping of str to str
            Size and hash of each file by its path within the partition.
        """

    def write_partition(self, partition: str, files: Iterable[File]) -> None:
        """Write or replace a partition; the manifest is the last file."""

    def remove_partition(self, partition: str) -> None:
        """Remove a partition, so that it never looks complete while files are missing."""

    def exists(self, name: str) -> bool:
        """Whether a combined file exists."""

    def is_irreplaceable(self, name: str) -> bool:
        """Whether something other than a file has the name of a combined file, such as a pipe."""

    def edited(self, names: Iterable[str]) -> set[str]:
        """Which combined files were changed after the run that wrote them, if that can be told."""

    def read(self, name: str) -> bytes:
        """The content of a file, such as ``part-00000/results.csv``."""

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a combined file atomically."""

    def remove(self, name: str) -> None:
        """Remove a combined file if it exists."""

    def finish(self) -> None:
        """Finish a run whose files have all been written."""


def destination_of(address: str | Path) -> Destination:
    """The destination at an address.

    Parameters
    ----------
    address : path or URL
        A local folder or .zip, or the URL of a folder that fsspec can open.

    Returns
    -------
    Destination

    Raises
    ------
    WorkbookError
        Reports cannot be written to the address.
    """
    from .local_destinations import Folder, Zip
    from .remote_destination import Remote

    text = str(address)
    if not text:
        raise WorkbookError("the destination has no name; name a folder, a .zip or a URL")
    is_url, is_zip = "://" in text, text.lower().endswith(".zip")
    ending = _FILE_ENDING.search(text)
    if ending and not Path(address).is_dir():
        raise WorkbookError(
            f"{text}: {ending[0]} cannot be written; name a folder, a .zip or a URL of a folder"
        )
    if is_url and (is_zip or text.startswith("zip://")):
        raise WorkbookError(f"{text}: a zip must be on this machine; give a path, not a URL")
    if is_url:
        return Remote(text)
    return Zip(Path(address)) if is_zip else Folder(Path(address))


def is_in_memory(address: str) -> bool:
    """Whether an address is in the memory of a process, by a URL of fsspec."""
    return "memory://" in address


def partition_name(number: int) -> str:
    """Name of a partition's folder; ``number`` counts from 0."""
    return f"part-{number:05d}"


@contextlib.contextmanager
def one_line_errors(path: str | Path, what: str, kind: type[Exception] = OSError) -> Iterator[None]:
    """Convert errors while a file is read, written or removed to a WorkbookError of one line."""
    try:
        yield
    except WorkbookError:
        raise
    except kind as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise WorkbookError(f"{path}: cannot be {what}: {reason}") from None
