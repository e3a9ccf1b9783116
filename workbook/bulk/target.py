"""Where reports go: a folder, or any place that fsspec knows. A partition is there whole or not."""

import contextlib
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..errors import WorkbookError

MANIFEST = "manifest.json"
File = tuple[str, bytes]


def target_of(place: str | Path) -> "Folder | Remote":
    """The folder or remote place of a path or URL."""
    return Remote(str(place)) if "://" in str(place) else Folder(Path(place))


class Folder:
    """A folder of this machine: a partition is written under another name until it is whole."""

    def __init__(self, path: Path):
        self.path = path

    def manifest(self, name: str) -> dict[str, Any] | None:
        """What a finished partition says of itself, None where there is none."""
        try:
            return json.loads((self.path / name / MANIFEST).read_text("utf-8"))
        except (OSError, ValueError):
            return None

    def write(self, name: str, files: Iterable[File]) -> None:
        """A partition: its files, of which the manifest is the last, under its name at last."""
        final, rough = self.path / name, self.path / f".{name}.part"
        try:
            shutil.rmtree(rough, ignore_errors=True)
            for file, data in files:
                path = rough / file
                if not path.parent.is_dir():
                    path.parent.mkdir(parents=True)
                path.write_bytes(data)
            shutil.rmtree(final, ignore_errors=True)
            os.replace(rough, final)
        except OSError as error:
            shutil.rmtree(rough, ignore_errors=True)
            raise WorkbookError(f"{final}: cannot be written: {error.strerror or error}") from None

    def read(self, name: str) -> bytes:
        """A file of a finished partition."""
        return (self.path / name).read_bytes()

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """A file of the whole run, whole or not at all."""
        rough = self.path / f".{name}.part"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with open(rough, "wb") as file:
                file.writelines(pieces)
            os.replace(rough, self.path / name)
        except OSError as error:
            with contextlib.suppress(OSError):
                rough.unlink()
            raise WorkbookError(
                f"{self.path / name}: cannot be written: {error.strerror}"
            ) from None


class Remote:
    """A place of fsspec's: objects are whole by themselves, and the manifest comes last."""

    def __init__(self, url: str):
        try:
            import fsspec
        except ImportError:
            raise WorkbookError(f"{url}: needs: pip install shorewise[remote]") from None
        try:
            self.files, self.path = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError, OSError) as error:
            raise WorkbookError(f"{url}: cannot be reached: {error}") from None

    def manifest(self, name: str) -> dict[str, Any] | None:
        """As :meth:`Folder.manifest`."""
        try:
            return json.loads(self.files.cat_file(f"{self.path}/{name}/{MANIFEST}"))
        except (OSError, ValueError):
            return None

    def write(self, name: str, files: Iterable[File]) -> None:
        """As :meth:`Folder.write`."""
        with self._said(name):
            with contextlib.suppress(FileNotFoundError):
                self.files.rm(f"{self.path}/{name}", recursive=True)
            for file, data in files:
                self._pipe(f"{name}/{file}", data)

    def read(self, name: str) -> bytes:
        """As :meth:`Folder.read`."""
        return self.files.cat_file(f"{self.path}/{name}")

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """As :meth:`Folder.put`."""
        with self._said(name):
            self._pipe(name, b"".join(pieces))

    def _pipe(self, name: str, data: bytes) -> None:
        path = f"{self.path}/{name}"
        self.files.makedirs(path.rpartition("/")[0], exist_ok=True)
        self.files.pipe_file(path, data)

    @contextlib.contextmanager
    def _said(self, name: str):
        try:
            yield
        except OSError as error:
            raise WorkbookError(f"{self.path}/{name}: cannot be written: {error}") from None
