"""A package: parts in a zip, the same bytes for the same parts.

zipfile writes the same files; it spends more time on each part than compressing one takes.
"""

import struct
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import ModuleType
from typing import NamedTuple, Self

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION, _DEFLATED, _UTF8 = 20, 8, 0x800
_OFFSET = struct.Struct("<I")
_LAST_BLOCK = b"\x03\x00"  # of a deflate stream, empty
_OLDEST_DAY = 0x21  # 1980-01-01, the earliest date a zip can hold: no clock in the file
_MADE_BY = _CENTRAL + struct.pack("<H", _VERSION | 3 << 8)  # Unix, so that the rights count
_RIGHTS = struct.pack("<HHHI", 0, 0, 0, 0o100600 << 16)  # a plain file, its owner's alone


class Codec(NamedTuple):
    """How parts are compressed (raw deflate, as a zip wants it) and their checksum taken.

    Attributes
    ----------
    compress : callable
        Compresses a whole part.
    checksum : callable
        CRC-32 of some bytes, continued from that of the bytes before if it is given.
    piece : callable, optional
        Compresses a piece of a part to whole bytes, without reference to the pieces before.
    """

    compress: Callable[[bytes], bytes]
    checksum: Callable[..., int]
    piece: Callable[[bytes], bytes] | None = None


class Member(NamedTuple):
    """A compressed part.

    Attributes
    ----------
    header, data : bytes
        What stands in the zip: its header with its name, and the compressed part.
    listed, name : bytes
        What its directory says of it, before the offset and behind it.
    """

    header: bytes
    data: bytes
    listed: bytes
    name: bytes

    @classmethod
    def of(cls, name: str, checksum: int, size: int, data: bytes) -> Self:
        """A part of a checksum and size from its compressed data."""
        known = name.encode()
        fields = struct.pack(
            "<HHHHHIIIHH",
            *(_VERSION, _UTF8, _DEFLATED, 0, _OLDEST_DAY, checksum, len(data), size, len(known), 0),
        )
        return cls(_LOCAL + fields + known, data, _MADE_BY + fields + _RIGHTS, known)


def fast() -> Codec:
    """Intel's igzip where it is installed, at its level 0; else zlib's level 1.

    At level 1 igzip gives other bytes now and then, by what was in the memory that it takes.
    """
    try:
        from isal import isal_zlib
    except ImportError:  # no wheel for the platform
        return standard(1)._replace(piece=piece_by(zlib, 1))
    return Codec(_compress_by(isal_zlib, 0), isal_zlib.crc32, piece_by(isal_zlib, 0))


def small() -> Codec:
    """Libdeflate where it is installed, at its level 9; else zlib's level 9."""
    try:
        from deflate import crc32, deflate_compress
    except ImportError:
        return standard(9)
    return Codec(lambda data: bytes(deflate_compress(data, 9)), crc32)


def standard(level: int = 6) -> Codec:
    """Zlib's own."""
    return Codec(_compress_by(zlib, level), zlib.crc32)


def _compress_by(library: ModuleType, level: int) -> Callable[[bytes], bytes]:
    def compress(data: bytes) -> bytes:
        deflate = library.compressobj(level, library.DEFLATED, -library.MAX_WBITS)
        return deflate.compress(data) + deflate.flush()

    return compress


def piece_by(library: ModuleType, level: int) -> Callable[[bytes], bytes]:
    """:attr:`Codec.piece` of zlib or of a library like it."""

    def compress(data: bytes) -> bytes:
        deflate = library.compressobj(level, library.DEFLATED, -library.MAX_WBITS)
        return deflate.compress(data) + deflate.flush(library.Z_FULL_FLUSH)

    return compress


def member(name: str, data: bytes, codec: Codec) -> Member:
    """A part, compressed."""
    return Member.of(name, codec.checksum(data), len(data), codec.compress(data))


def joined_member(
    name: str, pieces: Sequence[bytes], compressed: Sequence[bytes], codec: Codec
) -> Member:
    """A part of one compressed piece, or of several that ``codec.piece`` compressed."""
    checksum = 0
    for piece in pieces:
        checksum = codec.checksum(piece, checksum)
    end = _LAST_BLOCK if len(pieces) > 1 else b""
    return Member.of(name, checksum, sum(map(len, pieces)), b"".join(compressed) + end)


def assembled(members: Iterable[Member]) -> bytes:
    """The zip of some members, in their order."""
    pieces: list[bytes] = []
    directory: list[bytes] = []
    offset = count = 0
    for header, data, listed, name in members:
        pieces += (header, data)
        directory += (listed, _OFFSET.pack(offset), name)
        offset += len(header) + len(data)
        count += 1
    end = struct.pack("<HHHHIIH", *(0, 0, count, count),
                      sum(map(len, directory)), offset, 0)  # fmt: skip
    return b"".join([*pieces, *directory, _END, end])


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """The zip of some parts, compressed by zlib at its usual level."""
    codec = standard()
    return assembled(member(name, data, codec) for name, data in parts.items())
