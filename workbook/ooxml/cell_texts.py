"""Texts of cells as a package holds them: in runs, shared, and escaped."""

from xml.parsers import expat

from ..errors import WorkbookError
from .sheet_data import unescaped


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
