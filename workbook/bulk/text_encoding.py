"""Encoding of text files."""

from typing import NamedTuple


class Encoding(NamedTuple):
    """An encoding, as Python calls it, and as messages do; "" where there is nothing to say."""

    codec: str
    label: str = ""


def encoding_of(data: bytes, given: str | None = None) -> Encoding:
    """The encoding of the first bytes of a text file; ``given`` if it is not to be detected."""
    if given is not None:
        return Encoding("utf-8-sig" if given.casefold() in ("utf-8", "utf8") else given, given)
    return Encoding("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
