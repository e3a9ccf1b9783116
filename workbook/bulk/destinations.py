"""Destinations of reports: what a folder, a zip and an object store have in common."""

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from ..errors import WorkbookError

MANIFEST, RESULTS, ERRORS = "manifest.json", "results.csv", "errors.csv"
PARTITION_NAME = re.compile(r"part-[0-9]{5,}")
# Endings of files that a run does not make: a folder of such a name would be a surprise.
_FILE_ENDING = re.compile(
    r"(\.tar)?\.(tar|gz|tgz|bz2|xz|zst|7z|rar|csv|tsv|json|parquet|xlsx|xlsm|xls|db|toml)/?$", re.I
)
File = tuple[str, bytes]  # its path within a partition, with slashes, and its content


class Destination(Protocol):
    """A place that reports are written to, in which every partition is complete or absent.

    A *partition* is a folder such as ``part-00000``: the reports of some rows, with a manifest. The
    files about the whole run stand beside the partitions.
    """

    @property
    def address(self) -> str:
        """The path or URL from which another process makes the same destination."""

    def exclusive(self) -> contextlib.AbstractContextManager[Callable[[], None]]:
        """Exclusive use of the destination, where it can be had.

        Yields
        ------
        callable
            Raises WorkbookError once another run may write to the destination too.
        """

    def partitions(self) -> set[str]:
        """Names of the partitions that are there, incomplete and damaged ones too."""

    def foreign_partitions(self) -> set[str]:
        """Names of files and folders that match the naming pattern, but were made by no run."""

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
        """Write a partition, in place of one of that name; the manifest is the last file."""

    def remove_partition(self, partition: str) -> None:
        """Remove a partition so that no part of it ever passes for a complete one."""

    def exists(self, name: str) -> bool:
        """Whether a file about the whole run is there."""

    def read(self, name: str) -> bytes:
        """The content of a file, such as ``part-00000/results.csv``."""

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file about the whole run; it is there completely or not at all."""

    def remove(self, name: str) -> None:
        """Remove a file about the whole run, if it is there."""

    def finish(self) -> None:
        """Finish a run whose files have all been written."""


def destination_of(address: str | Path) -> Destination:
    """The destination at an address.

    Parameters
    ----------
    address : path or URL
        A folder or a .zip of this machine, or the URL of a folder that fsspec can open.

    Raises
    ------
    WorkbookError
        An address that reports cannot be written to.
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
        raise WorkbookError(f"{text}: a zip is made on this machine: give a path, not a URL")
    if is_url:
        return Remote(text)
    return Zip(Path(address)) if is_zip else Folder(Path(address))


def partition_name(number: int) -> str:
    """Name of a partition's folder, from its number counted from 0."""
    return f"part-{number:05d}"


@contextlib.contextmanager
def one_line_errors(path: str | Path, what: str, kind: type[Exception] = OSError) -> Iterator[None]:
    """Errors while a file is read, written or removed, as a WorkbookError of one line."""
    try:
        yield
    except WorkbookError:
        raise
    except kind as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise WorkbookError(f"{path}: cannot be {what}: {reason}") from None
