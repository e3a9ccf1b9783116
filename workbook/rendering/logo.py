"""The logo in a theme: a PNG or JPEG file, checked without an imaging library."""

import stat
import struct
import zlib
from pathlib import Path
from typing import NamedTuple

from ..errors import WorkbookError

_FILE_MAX, _SIDE_MAX = 500_000, 4_000  # bytes, pixels
ALT_TEXT_MAX = 200  # characters
_ALLOWED = f"a PNG or JPEG file of up to {_FILE_MAX:,} bytes and {_SIDE_MAX:,} pixels a side"
_PNG, _PNG_END = b"\x89PNG\r\n\x1a\n", b"\0\0\0\0IEND\xaeB`\x82"  # first and last bytes of a file
_JPEG, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
_NOT_FRAMES = (0xC4, 0xC8, 0xCC)  # of the JPEG markers C0 to CF, those that start no frame


class Logo(NamedTuple):
    """A picture: its bytes, format (png or jpeg), size in pixels, and alternative text."""

    data: bytes
    format: str
    width: int
    height: int
    alt_text: str


def read_logo(path: Path, alt_text: str) -> Logo:
    """The logo in a file.

    Only the header and the end of the file are checked; if the rest is damaged, Excel shows a
    placeholder.

    Parameters
    ----------
    path : Path
    alt_text : str
        Description of the picture for screen readers.

    Returns
    -------
    Logo

    Raises
    ------
    WorkbookError
        The file cannot be read, is too large, or is not a complete PNG or JPEG file.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise WorkbookError(f"{path}: not a file")
        with open(path, "rb") as file:
            data = file.read(_FILE_MAX + 1)
    except OSError as error:
        raise WorkbookError(f"{path}: {error.strerror or error}") from None
    size = None
    if len(data) <= _FILE_MAX:
        size = _png_size(data) if data.startswith(_PNG) else _jpeg_size(data)
    if size is None or not all(1 <= side <= _SIDE_MAX for side in size):
        raise WorkbookError(f"{path}: it must be {_ALLOWED}")
    return Logo(data, "png" if data.startswith(_PNG) else "jpeg", *size, alt_text)


def _png_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, None if its head is damaged or its end is missing."""
    head, checksum = data[12:29], data[29:33]  # the head is the first chunk
    if not head.startswith(b"IHDR") or zlib.crc32(head) != int.from_bytes(checksum, "big"):
        return None
    return struct.unpack_from(">2I", head, 4) if _PNG_END in data else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG, None if it has no frame or its end is missing."""
    if not data.startswith(_JPEG) or not data.rstrip(b"\0").endswith(_JPEG_END):
        return None
    offset = 2
    while offset + 9 <= len(data) and data[offset] == 0xFF:
        marker, length = struct.unpack_from(">BH", data, offset + 1)
        if 0xC0 <= marker <= 0xCF and marker not in _NOT_FRAMES:
            height, width = struct.unpack_from(">2H", data, offset + 5)
            return width, height
        offset += 1 if marker == 0xFF else 2 + length  # FF may be repeated before a marker
    return None
