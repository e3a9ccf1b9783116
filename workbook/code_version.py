"""Which code this is: another version, also of some packages, makes other reports."""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib import metadata, resources

# Packages that show in figures or bytes, if they are installed.
_PACKAGES = ("deflate", "et-xmlfile", "isal", "lxml", "numpy", "openpyxl", "orjson", "scipy",
             "tzdata")  # fmt: skip


@cache
def code_hash() -> str:
    """Hash of the code that makes reports, and of the packages that show in them."""
    digest = hashlib.sha256(repr([*map(_version, _PACKAGES)]).encode())
    for package in ("shorewise.engine", "shorewise.workbook"):
        digest.update(b"".join(_sources(resources.files(package))))
    return digest.hexdigest()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _sources(folder) -> Iterator[bytes]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _sources(entry)
        elif entry.name.endswith((".py", ".csv", ".toml")):
            yield entry.read_bytes()
