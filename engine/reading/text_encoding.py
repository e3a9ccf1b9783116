"""Encoding of text files: by byte order mark, as UTF-8, else by the heads or by a library."""

import codecs
import itertools
import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from ..errors import DomainError

# The longest first, as that of UTF-32 starts with that of UTF-16.
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_WESTERN = "cp1252"
# What spreadsheet programs save on Windows, macOS and in DOS; the likelier ones first.
_CANDIDATES = (
    _WESTERN, "cp1250", "mac-roman", "cp850", "iso-8859-2", "cp1251", "koi8-r",
    "cp866", "cp1253", "cp1254", "cp1255", "cp1257", "shift_jis", "euc-jp", "gb18030", "big5",
    "cp949",
)  # fmt: skip
# Their letters make any text look like words, so they must be needed.
_RARE = ("mac-roman", "cp850", "cp1254", "cp1257", "iso8859-9")
_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_HIGH = re.compile(rb"[\x80-\xff]")
_WORD = re.compile(r"[^\s\d;,|\"'.:/()-]*[^\x00-\x7f][^\s\d;,|\"'.:/()-]*")
_SIGNS = "€£¥§°«»¿¡“”„‘’‚–—…\u00a0©®™²³ºª"  # noqa: RUF001
# Letters of cp1252 that Western Europe seldom uses, and other encodings have in their place.
_SELDOM = frozenset("ŸŠšŽžƒˆÐðþÞ")


class Encoding(NamedTuple):
    """An encoding, as Python calls it, and as messages do: "" where there is nothing to say."""

    codec: str
    label: str = ""


def encoding_of(
    data: bytes, given: str | None = None, known_heads: Callable[[str], int] | None = None
) -> Encoding:
    """The encoding of a text file.

    Parameters
    ----------
    data : bytes
        The first part of the file.
    given : str, optional
        The encoding, if it is not to be detected.
    known_heads : callable, optional
        Number of names of columns in a text.

    Raises
    ------
    DomainError
        The bytes are no text, or mix UTF-8 with another encoding.
    """
    if given is not None:
        name = codecs.lookup(given).name
        return Encoding("utf-8-sig" if name == "utf-8" else name, given)
    for mark, codec in _MARKS.items():
        if data.startswith(mark):
            return Encoding(codec, "" if codec == "utf-8-sig" else f"encoding {codec.upper()}")
    if codec := _wide(data):
        return Encoding(codec, f"encoding {codec.upper()}")
    if _decodes(data, "utf-8"):
        return Encoding("utf-8-sig")
    _refuse_mixture(data)
    codec = _of_heads(data, known_heads) if known_heads else ""
    codec = codec or _detected(data)
    return Encoding(codec, f"encoding {codec}")


def _wide(data: bytes) -> str:
    """The UTF-16 of a text without a byte order mark, whose ASCII has a zero in every pair."""
    pairs = len(data) // 2
    zeros = [data[n : 2 * pairs : 2].count(0) for n in (0, 1)]
    if max(zeros) * 2 < pairs or not pairs:
        return ""
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def _decodes(data: bytes, codec: str) -> bool:
    """Whether bytes are text in an encoding; the last character may be cut off."""
    try:
        codecs.getincrementaldecoder(codec)().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_mixture(data: bytes) -> None:
    """Refuse UTF-8 in which some bytes are of another encoding, since either would be wrong."""
    sequences = len(_SEQUENCE.findall(data))
    others = _HIGH.findall(_SEQUENCE.sub(b"", data))
    if sequences >= max(len(others), 1):
        try:
            data.decode()
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise DomainError(
                f"it is UTF-8 except for line {line}; correct that line, or set encoding",
                parameters=["encoding"],
            ) from None


def _of_heads(data: bytes, known_heads: Callable[[str], int]) -> str:
    """The encoding with which most heads are known, if it is more than without accents."""
    without = known_heads(data.decode("ascii", "replace"))
    counts = {
        codec: known_heads(data.decode(codec, "ignore"))
        for codec in _CANDIDATES
        if _decodes(data, codec)
    }
    best = max(counts, key=counts.__getitem__, default="")
    return best if best and counts[best] > without else ""


def _detected(data: bytes) -> str:
    """What the library chardet takes an encoding for, among those of spreadsheet programs."""
    try:
        import chardet
    except ImportError:
        raise DomainError(
            "it is not UTF-8, and to detect another encoding needs: pip install chardet; or save "
            "it as CSV UTF-8, or set encoding",
            parameters=["encoding"],
        ) from None
    western = _decodes(data, _WESTERN) and _is_western(data.decode(_WESTERN, "ignore"))
    candidates = _CANDIDATES if western else _CANDIDATES[1:]
    found = chardet.detect(data, include_encodings=candidates)["encoding"] or _WESTERN
    codec = codecs.lookup(found).name
    if not _decodes(data, codec):
        raise DomainError(
            "it is in no encoding that is detected; save it as CSV UTF-8, or set encoding",
            parameters=["encoding"],
        )
    text = data.decode(codec, "ignore")
    for usual in ("cp1252", "cp1250"):
        if _decodes(data, usual) and data.decode(usual, "ignore") == text:
            return usual
    return _WESTERN if western and codec in _RARE else codec


def _is_western(text: str) -> bool:
    """Whether all words could be of a language of Western Europe."""
    return all(_is_western_word(word.strip(_SIGNS)) for word in _WORD.findall(text))


def _is_western_word(word: str) -> bool:
    word = word.replace("\u2019", "")
    kinds = [unicodedata.category(letter) for letter in word]
    letters = all(
        letter.isascii() or kind.startswith("L") for letter, kind in zip(word, kinds, strict=True)
    )
    capital_within = any(pair == ("Ll", "Lu") for pair in itertools.pairwise(kinds))
    return letters and not capital_within and _SELDOM.isdisjoint(word)
