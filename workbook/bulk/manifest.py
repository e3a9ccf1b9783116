"""Manifests of partitions: a hash of the inputs, counts, and a hash of each file."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

COUNTS = ("rows", "scenarios", "problems")
_CHECKSUM = "checksum"  # entry with the hash of all others


def fingerprint(data: bytes) -> str:
    """Size in bytes and SHA-256 hash of a file, as in a manifest."""
    return f"{len(data)} {hashlib.sha256(data).hexdigest()}"


def size_of(fingerprint_: str) -> int:
    """Size in bytes, read from a :func:`fingerprint`."""
    return int(fingerprint_.partition(" ")[0])


def manifest_bytes(stamp: str, counts: Mapping[str, int], files: Mapping[str, str]) -> bytes:
    """The content of a manifest file.

    Parameters
    ----------
    stamp : str
        Hash of everything on which the content of the partition depends.
    counts : mapping of str to int
        Counts by the names in :data:`COUNTS`.
    files : mapping of str to str
        Fingerprint of each file by its name within the partition.
    """
    entries = {"stamp": stamp, **counts, "files": dict(files)}
    return json.dumps(entries | {_CHECKSUM: _checksum(entries)}, indent=1).encode()


def parsed(data: bytes) -> dict[str, Any] | None:
    """Entries of a manifest file; None if it is not a JSON object."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def describes(found: Mapping[str, Any] | None, stamp: str) -> bool:
    """Whether a manifest is undamaged and has this stamp."""
    if found is None or found.get("stamp") != stamp:
        return False
    entries = {name: entry for name, entry in found.items() if name != _CHECKSUM}
    return found.get(_CHECKSUM) == _checksum(entries)


def _checksum(entries: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(entries, sort_keys=True).encode()).hexdigest()
