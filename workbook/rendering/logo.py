"""A firm's logo: a PNG or JPEG file, looked at without a library for pictures."""

import stat
import struct
import zlib
from pathlib import Path
from typing import NamedTuple

from ..errors import WorkbookError

_FILE_MAX, _SIDE_MAX = 500_000, 4_000  # bytes, pixels
TEXT_MAX = 200
_ALLOWED = f"a PNG or JPEG file of up to {_FILE_MAX:,} bytes and {_SIDE_MAX:,} pixels a side"
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_NO_FRAME = (0xC4, 0xC8, 0xCC)  # of JPEG's markers C0 to CF, those that begin no picture


class Logo(NamedTuple):
    """A picture's bytes, kind (png or jpeg), size in pixels, and what it shows."""

    data: bytes
    kind: str
    width: int
    height: int
    text: str


def read_logo(path: Path, text: str) -> Logo:
    """The picture in a file.

    Raises
    ------
    WorkbookError
        A file that cannot be read, is too large, or holds no whole PNG or JPEG.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise WorkbookError(f"{path}: not a file")
        with open(path, "rb") as file:
            data = file.read(_FILE_MAX + 1)
    except OSError as error:
        raise WorkbookError(f"{path}: {error.strerror or error}") from None
    kind = "png" if data.startswith(_PNG) else "jpeg" if data.startswith(_JPEG) else ""
    size = None
    if kind and len(data) <= _FILE_MAX:
        size = _png_size(data) if kind == "png" else _jpeg_size(data)
    if size is None or not all(1 <= side <= _SIDE_MAX for side in size):
        raise WorkbookError(f"{path}: it must be {_ALLOWED}")
    return Logo(data, kind, *size, text)


def _png_size(data: bytes) -> tuple[int, int] | None:
    """Width and height, None where the file's chunks are not whole."""
    size, at = None, len(_PNG)
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        checksum = data[at + 8 + length : at + 12 + length]
        if zlib.crc32(kind + body) != int.from_bytes(checksum, "big") or len(checksum) < 4:
            return None
        if kind == b"IHDR" and length == 13:
            size = struct.unpack_from(">2I", body)
        if kind == b"IEND":
            return size
        at += 12 + length
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height, None where no picture begins or the file has no end."""
    if not data.rstrip(b"\0").endswith(b"\xff\xd9"):
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in _NO_FRAME:
            height, width = struct.unpack_from(">2H", data, at + 5)
            return width, height
        at += 1 if marker == 0xFF else 2 + length  # a marker may be padded
    return None
