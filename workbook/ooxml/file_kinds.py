"""Descriptions of files that are not .xlsx workbooks, from their first bytes."""

import mmap
import stat
import zipfile
from collections.abc import Collection
from pathlib import Path

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE = "save it as .xlsx"
_STREAMS = {  # names of streams in an OLE container, stored as UTF-16
    "EncryptedPackage": "encrypted with a password; save it without one",
    "WordDocument": "a Word document, not a workbook",
    "PowerPoint Document": "a presentation, not a workbook",
    "Workbook": f"an old Excel workbook (.xls); {_SAVE}",
    "Book": f"an old Excel workbook (.xls); {_SAVE}",
}
_STARTS = {
    b"\x09\x08": f"an old Excel workbook (.xls); {_SAVE}",
    b"\x09\x04": f"an old Excel workbook (.xls); {_SAVE}",
    b"\x09\x02": f"an old Excel workbook (.xls); {_SAVE}",
    b"\x09\x00\x04\x00": f"an old Excel workbook (.xls); {_SAVE}",
    b"%PDF": "a PDF, not a workbook",
    b"{\\rtf": "a text (.rtf), not a workbook",
    b"\x89PNG": "a picture, not a workbook",
    b"\xff\xd8\xff": "a picture, not a workbook",
    b"GIF8": "a picture, not a workbook",
    b"\x1f\x8b": "compressed (gzip); unpack it first",
    b"7z\xbc\xaf": "an archive (.7z), not a workbook; unpack it first",
    b"Rar!": "an archive (.rar), not a workbook; unpack it first",
    b"BZh": "compressed (bzip2); unpack it first",
    b"\x28\xb5\x2f\xfd": "compressed (zstd); unpack it first",
    b"\xfd7zXZ": "compressed (xz); unpack it first",
    b"PAR1": "a Parquet file, not a workbook",
    b"SQLite format 3": "an SQLite database, not a workbook",
}
_MARKUP = {
    b"<!doctype html": f"a web page, not a workbook; open it in a spreadsheet program and {_SAVE}",
    b"<html": f"a web page, not a workbook; open it in a spreadsheet program and {_SAVE}",
    b"<table": f"a web page, not a workbook; open it in a spreadsheet program and {_SAVE}",
    b"<meta": f"a web page, not a workbook; open it in a spreadsheet program and {_SAVE}",
    b"<head": f"a web page, not a workbook; open it in a spreadsheet program and {_SAVE}",
    b"mime-version:": f"a web archive, not a workbook; open it in Excel and {_SAVE}",
    b"id;p": f"a SYLK file (.slk), not a workbook; open it in a spreadsheet program and {_SAVE}",
}
_SPREADSHEET_2003 = b"urn:schemas-microsoft-com:office:spreadsheet"
_NODES = {
    stat.S_IFDIR: "a folder, not a file",
    stat.S_IFIFO: "a named pipe, not a file",
    stat.S_IFCHR: "a device, not a file",
    stat.S_IFBLK: "a device, not a file",
    stat.S_IFSOCK: "a socket, not a file",
}


def kind_of_node(mode: int) -> str:
    """Description of a file system node that is not a regular file, from its mode."""
    return _NODES.get(stat.S_IFMT(mode), "not a file")


def kind_of_file(path: str | Path) -> str:
    """Description of a file that is not a zip archive; "" for zip archives and unknown types."""
    with open(path, "rb") as file:
        start = file.read(1 << 12)
        if not start:
            return "empty"
        if start.startswith(_OLE):
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                found = (k for k in _STREAMS if data.find(k.encode("utf-16-le")) >= 0)
                return _STREAMS.get(next(found, ""), "an OLE container of another program")
    if start.startswith(b"PK"):
        return ""
    for mark, kind in _STARTS.items():
        if start.startswith(mark):
            return kind
    text = start.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    for mark, kind in _MARKUP.items():
        if text.startswith(mark):
            return kind
    if _SPREADSHEET_2003 in text:
        return f"an Excel 2003 XML file; open it in Excel and {_SAVE}"
    if text.startswith(b"<"):
        is_page = b"<table" in text or b"<html" in text
        return _MARKUP[b"<html"] if is_page else "an XML file"
    printable = bytes(range(32, 127)) + b"\t\r\n" + bytes(range(128, 256))
    if not text.translate(None, printable):
        return "a text, such as CSV"
    return ""


def kind_of_zip(names: Collection[str], archive: zipfile.ZipFile) -> str:
    """Description of a zip archive that is not an .xlsx workbook; "" if the type is unknown."""
    low = {name.replace("\\", "/").lower() for name in names}
    if "mimetype" in low:
        with archive.open("mimetype") as file:
            if file.read(100).startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
                return f"an OpenDocument spreadsheet (.ods); {_SAVE}"
    if "content.xml" in low and "meta-inf/manifest.xml" in low:
        return f"an OpenDocument file; open it in a spreadsheet program and {_SAVE}"
    if any(name.endswith("workbook.bin") for name in low):
        return f"a binary Excel workbook (.xlsb); {_SAVE}"
    if any(name.endswith(".iwa") or name == "index.zip" for name in low):
        return "a Numbers document; export it as Excel workbook (.xlsx)"
    for folder, kind in (("word/", "a Word document"), ("ppt/", "a presentation")):
        if any(name.startswith(folder) for name in low):
            return f"{kind}, not a workbook"
    return ""
