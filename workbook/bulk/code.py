"""Which code this is: another version makes other reports."""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib import resources


@cache
def code_hash() -> str:
    """Hash of the code that makes reports: another version makes others."""
    digest = hashlib.sha256()
    for package in ("shorewise.engine", "shorewise.workbook"):
        digest.update(b"".join(_sources(resources.files(package))))
    return digest.hexdigest()


def _sources(folder) -> Iterator[bytes]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _sources(entry)
        elif entry.name.endswith((".py", ".csv", ".toml")):
            yield entry.read_bytes()
