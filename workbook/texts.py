"""Texts of cells as a package holds them: in runs, shared, and escaped."""

import re
from xml.parsers import expat

from .errors import WorkbookError

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """A text with the characters that XML cannot hold, written as _x0007_, in their places."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def texts_of(xml: bytes, item: str) -> list[str]:
    """The texts of all elements of a name, each without the notes on how to read it aloud."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    found: list[str] = []
    pieces: list[str] = []
    aloud = False

    def opened(name: str, _: dict) -> None:
        nonlocal aloud
        name = name.rpartition(":")[2]
        aloud |= name == "rPh"
        if name == item:
            pieces.clear()
        elif name == "t" and not aloud:
            parser.CharacterDataHandler = pieces.append

    def closed(name: str) -> None:
        nonlocal aloud
        name = name.rpartition(":")[2]
        aloud &= name != "rPh"
        parser.CharacterDataHandler = None
        if name == item:
            found.append(unescaped("".join(pieces)))

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.Parse(xml, True)
    return found


def shared_texts(xml: bytes) -> list[str]:
    """The texts that cells share, from their part of the package.

    Raises
    ------
    WorkbookError
        Damaged.
    """
    try:
        return texts_of(xml, "si")
    except expat.ExpatError as error:
        raise WorkbookError(f"the list of shared texts is damaged: {error}") from None
