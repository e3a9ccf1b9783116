"""The version of the code that makes reports, as a hash of its source and of some packages."""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable

# Packages that figures or bytes depend on, if they are installed.
_PACKAGES = ("deflate", "et-xmlfile", "isal", "lxml", "numpy", "openpyxl", "orjson", "scipy",
             "tzdata")  # fmt: skip


@cache
def code_hash() -> str:
    """Hash of the source of engine and workbook, and of the versions of packages."""
    digest = hashlib.sha256(repr([*map(_version, _PACKAGES)]).encode())
    for package in ("shorewise.engine", "shorewise.workbook"):
        digest.update(b"".join(_sources(resources.files(package))))
    return digest.hexdigest()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _sources(folder: Traversable) -> Iterator[bytes]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _sources(entry)
        elif entry.name.endswith((".py", ".csv", ".toml")):
            yield entry.read_bytes()
