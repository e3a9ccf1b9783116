"""The manifest of a partition: a hash of its inputs, its counts, and a hash of each file."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

COUNTS = ("rows", "scenarios", "problems")
_CHECKSUM = "checksum"  # of all other entries


def fingerprint(data: bytes) -> str:
    """Size in bytes and SHA-256 hash of a file, as a manifest holds them."""
    return f"{len(data)} {hashlib.sha256(data).hexdigest()}"


def size_of(fingerprint_: str) -> int:
    """Size in bytes, read from a :func:`fingerprint`."""
    return int(fingerprint_.partition(" ")[0])


def manifest_bytes(stamp: str, counts: Mapping[str, int], files: Mapping[str, str]) -> bytes:
    """The content of a manifest file.

    Parameters
    ----------
    stamp : str
        Hash of everything that decides what the partition holds.
    counts : mapping of str to int
        The numbers of :data:`COUNTS`.
    files : mapping of str to str
        Fingerprint of each file by its name within the partition.
    """
    entries = {"stamp": stamp, **counts, "files": dict(files)}
    return json.dumps(entries | {_CHECKSUM: _checksum(entries)}, indent=1).encode()


def parsed(data: bytes) -> dict[str, Any] | None:
    """Entries of a manifest file, None if it is no JSON object."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def describes(found: Mapping[str, Any] | None, stamp: str) -> bool:
    """Whether a manifest is undamaged and that of a partition with this stamp."""
    if found is None or found.get("stamp") != stamp:
        return False
    entries = {name: entry for name, entry in found.items() if name != _CHECKSUM}
    return found.get(_CHECKSUM) == _checksum(entries)


def _checksum(entries: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(entries, sort_keys=True).encode()).hexdigest()
