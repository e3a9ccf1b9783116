"""Texts as XML: in a cell or chart, and as an element of the shared string table."""

from functools import lru_cache
from html import escape  # xml.sax would load all of urllib

_KEPT = 1 << 12  # texts: the names of one scenario are nearly always those of the next


@lru_cache(_KEPT)
def escaped(text: str) -> bytes:
    """A text as the content of an element."""
    return escape(text, quote=False).encode()


@lru_cache(_KEPT)
def text_element(text: str) -> str:
    """The ``t`` element of a text; spaces at its ends are kept."""
    space = ' xml:space="preserve"' if text.strip() != text else ""
    return f"<t{space}>{escape(text, quote=False)}</t>"
