"""A package: parts in a zip, the same bytes for the same parts.

zipfile writes the same files; it spends more time on each part than compressing one takes.
"""

import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION, _DEFLATED, _UTF8 = 20, 8, 0x800
_OLDEST_DAY = 0x21  # 1980-01-01, the earliest date a zip can hold: no clock in the file
_PRIVATE = 0o100600 << 16  # a plain file, its owner's alone


class Codec(NamedTuple):
    """How parts are compressed (raw deflate, as a zip wants it) and their checksum taken."""

    compress: Callable[[bytes], bytes]
    checksum: Callable[[bytes], int]


class Member(NamedTuple):
    """A compressed part."""

    name: bytes
    checksum: int
    size: int
    data: bytes


def fast() -> Codec:
    """Intel's igzip where it is installed, at its level 1; else zlib's level 1."""
    try:
        from isal import isal_zlib
    except ImportError:  # no wheel for the platform
        return standard(1)

    def compress(data: bytes) -> bytes:
        deflate = isal_zlib.compressobj(1, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)
        return deflate.compress(data) + deflate.flush()

    return Codec(compress, isal_zlib.crc32)


def small() -> Codec:
    """Libdeflate where it is installed, at its level 9; else zlib's level 9."""
    try:
        from deflate import crc32, deflate_compress
    except ImportError:
        return standard(9)
    return Codec(lambda data: bytes(deflate_compress(data, 9)), crc32)


def standard(level: int = 6) -> Codec:
    """Zlib's own."""

    def compress(data: bytes) -> bytes:
        deflate = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
        return deflate.compress(data) + deflate.flush()

    return Codec(compress, zlib.crc32)


def member(name: str, data: bytes, codec: Codec) -> Member:
    """A part, compressed."""
    return Member(name.encode(), codec.checksum(data), len(data), codec.compress(data))


def assembled(members: Iterable[Member]) -> bytes:
    """The zip of some members, in their order."""
    pieces: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name, checksum, size, data in members:
        fields = struct.pack(
            "<HHHHHIIIHH",
            *(_VERSION, _UTF8, _DEFLATED, 0, _OLDEST_DAY, checksum, len(data), size, len(name), 0),
        )
        pieces += (_LOCAL, fields, name, data)
        directory.append(
            _CENTRAL
            + struct.pack("<H", _VERSION | 3 << 8)  # made on Unix: the rights below count
            + fields
            + struct.pack("<HHHII", 0, 0, 0, _PRIVATE, offset)
            + name
        )
        offset += 4 + len(fields) + len(name) + len(data)
    end = struct.pack("<HHHHIIH", *(0, 0, len(directory), len(directory)),
                      sum(map(len, directory)), offset, 0)  # fmt: skip
    return b"".join([*pieces, *directory, _END, end])


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """The zip of some parts, compressed by zlib at its usual level."""
    codec = standard()
    return assembled(member(name, data, codec) for name, data in parts.items())
