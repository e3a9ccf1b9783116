"""A text as an element of the shared string table."""

from xml.sax.saxutils import escape


def text_element(text: str) -> str:
    """The ``t`` element of a text; spaces at its ends are kept."""
    space = ' xml:space="preserve"' if text.strip() != text else ""
    return f"<t{space}>{escape(text)}</t>"
