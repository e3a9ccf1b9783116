"""Hostile and foreign files are refused clearly, quickly and in little memory."""

import contextlib
import io
import os
import random
import re
import struct
import tracemalloc
import zipfile

import pytest
from openpyxl import Workbook

from shorewise.workbook import (
    WorkbookError,
    check,
    read,
)
from shorewise.workbook.description import FORMAT
from shorewise.workbook.ooxml.safe_open import CELLS_MAX, inspect, inspect_any
from tests.support.effort import loops_taken
from tests.support.sample_scenarios import small_scenario
from tests.support.written_workbooks import written
from tests.support.zip_parts import changed, packed, parts

MEMORY_MAX = 30_000_000  # bytes; a refused file needs no more than its directory and one piece
LOOPS_MAX = 100.0  # under tracemalloc, which slows Python several times
MEBIBYTE = 1 << 20
SHEET, BOOK, RELATIONS = "xl/worksheets/sheet7.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
DTD = b'<!DOCTYPE a [<!ENTITY b "c">]>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SCENARIO = small_scenario()
TYPE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


@pytest.fixture(scope="module")
def real():
    return written(SCENARIO)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "suspect.xlsx"


def added(data, name, content, method=None):
    return packed(parts(data) | {name: content}, [(name, method)])


def swapped(data, name, old, new):
    return changed(data, name, lambda part: part.replace(old, new))


def related(data, name, inside):
    return swapped(data, name, b"</Relationships>", b"<%s /></Relationships>" % inside)


def directory_says(data, name, offset, layout, value):
    """The same zip with a field of an entry's central directory record changed."""
    data, encoded = bytearray(data), name.encode()
    at = data.rindex(encoded) - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    struct.pack_into(layout, data, at + offset, value)
    return bytes(data)


def crowded(data):
    """A sheet of 1.4 million cells in 20 MB, padded to stay below a ratio of 100."""
    noise = random.Random(1).randbytes(MEBIBYTE // 5).hex().encode()
    rows = (b"<row>" + b"<c><v>1</v></c>" * 1_000 + b"</row>") * 1_400
    sheet = b"<worksheet><sheetData>" + rows + b"</sheetData>"
    return changed(data, SHEET, lambda _: sheet + b"</worksheet><!--" + noise + b"-->")


def understating(data, method):
    """A zip whose directory says that a part of 40 MB unpacks to 1,000 bytes."""
    bomb = added(data, "xl/bomb.xml", b" " * (40 * MEBIBYTE), method)
    return directory_says(bomb, "xl/bomb.xml", 24, "<I", 1_000)


def damaged_lzma(data):
    return added(data, "xl/a.xml", b"<a />", zipfile.ZIP_LZMA).replace(b"\5\0\x5d", b"\5\0\xff")


def crowd_of_entries(data):
    """A zip whose directory lists 100,000 empty parts: 5 MB."""
    end = data.rindex(b"PK\x05\x06")
    size, start = struct.unpack_from("<2I", data, end + 12)
    record = b"PK\x01\x02" + bytes(24) + b"\x05" + bytes(17)
    more = b"".join(record + b"%05x" % number for number in range(100_000))
    tail = bytes(4) + b"\xff" * 4 + struct.pack("<2IH", size + len(more), start, 0)
    return data[:end] + more + b"PK\x05\x06" + tail


def ordinary(_):
    Workbook().save(buffer := io.BytesIO())
    return buffer.getvalue()


def block(data, element):
    """The workbook with a block of all cells in a sheet."""
    mark = b'<%s ref="A1:XFD1048576" />' % element
    return swapped(data, SHEET, b"</worksheet>", mark + b"</worksheet>")


def inserted(data, name, at, mark):
    return changed(data, name, lambda part: part[:at] + mark + part[at:])


def at_the_byte(data, at, mark):
    """The workbook with a mark at some byte of a sheet, in a comment."""

    def change(part):
        start = part.index(b"<sheetData")
        comment = b"<!--" + b" " * (at - start - 4) + mark + b"-->"
        assert comment.index(mark) + start == at
        return part[:start] + comment + part[start:]

    return changed(data, SHEET, change)


BOMBS = {
    "120-MB": (lambda d: added(d, "xl/bomb.xml", b" " * (120 * MEBIBYTE)), "a zip bomb"),
    "200-MB": (lambda d: added(d, "xl/bomb.xml", b" " * (200 * MEBIBYTE)), "unpacks to"),
    "in-a-sheet": (lambda d: changed(d, SHEET, lambda _: b" " * (30 * MEBIBYTE)), "too tightly"),
    "crowded-sheet": (crowded, "too tightly"),
    "understated-deflate": (lambda d: understating(d, zipfile.ZIP_DEFLATED), "damaged"),
    "understated-bzip2": (lambda d: understating(d, zipfile.ZIP_BZIP2), "refused|damaged"),
    "100000-parts": (crowd_of_entries, "parts|entries|directory"),
}

REFUSED = {
    "many-parts": (
        lambda d: packed(parts(d) | dict.fromkeys(map(str, range(401)), b"")),
        "parts; up",
    ),
    "dtd-across-two-pieces": (lambda d: at_the_byte(d, 65_532, b"<!DOCTYPE"), "DTD"),
    "entity-across-two-pieces": (lambda d: at_the_byte(d, 65_530, b"<!ENTITY"), "entity"),
    "utf-16": (lambda d: changed(d, SHEET, lambda x: x.decode().encode("utf-16")), "UTF-8"),
    "external-link": (lambda d: added(d, "xl/externalLinks/a.xml", b"<a />"), "links to"),
    "external-link-in-capitals": (lambda d: added(d, "XL/EXTERNALLINKS/A.XML", b""), "links to"),
    "macros": (lambda d: added(d, "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0"), "macros"),
    "part-twice": (lambda d: packed(parts(d), repeats=[(SHEET, b"<worksheet />")]), "same name"),
    "no-workbook-part": (lambda _: packed({"readme.txt": b"hello"}), "not an Excel workbook"),
    "empty": (lambda _: b"", "not an Excel workbook"),
    "truncated": (lambda d: d[: len(d) // 2], "not an Excel workbook"),
    "truncated-by-a-byte": (lambda d: d[:-1], "not an Excel workbook|damaged"),
    "ordinary-workbook": (ordinary, "not a workbook made by Shorewise"),
    "layout-999": (
        lambda d: swapped(d, BOOK, b'_format">%d<' % FORMAT, b'_format">999<'),
        "version.*999",
    ),
    "encrypted": (lambda d: directory_says(d, SHEET, 8, "<H", 1), "encrypted"),
    "unknown-compression": (lambda d: directory_says(d, SHEET, 10, "<H", 97), "damaged|refused"),
    "damaged-lzma": (damaged_lzma, "damaged|refused"),
    "damaged-bzip2": (lambda d: directory_says(d, SHEET, 10, "<H", 12), "damaged|refused|Invalid"),
    "wrong-checksum": (lambda d: directory_says(d, SHEET, 16, "<I", 1), "damaged"),
}

EXTERNAL = {
    "image": b'Relationship Type="image" Target="http://a.b/c" TargetMode="External"',
    "hyperlink-in-target": b'Relationship Type="image" Target="a/hyperlink" TargetMode="External"',
    "angle-in-target": b'Relationship Type="image" Target="http://a.b/>" TargetMode="External"',
    "prefixed": b'p:Relationship xmlns:p="http://schemas.openxmlformats.org/package/2006/'
    b'relationships" Type="image" Target="file:///etc/passwd" TargetMode="External"',
    "reference": b'Relationship Type="image" Target="http://a.b" TargetMode="&#69;xternal"',
}


def cases(table):
    return [pytest.param(*entry, id=name) for name, entry in table.items()]


def test_a_workbook_zipped_again_is_read(real, path):
    path.write_bytes(packed(parts(real)))
    assert read(path) == SCENARIO


@pytest.mark.parametrize(("build", "reason"), cases(REFUSED))
def test_a_hostile_or_foreign_file_is_refused_with_its_name_and_the_reason(
    real, path, build, reason
):
    path.write_bytes(build(real))
    with pytest.raises(WorkbookError, match=rf"^{re.escape(str(path))}: .*({reason})"):
        inspect(path, FORMAT)


@pytest.mark.soak(keep=3)
@pytest.mark.parametrize(("build", "reason"), cases(BOMBS))
def test_a_zip_bomb_is_refused_quickly_in_little_memory(real, path, build, reason):
    path.write_bytes(build(real))
    tracemalloc.start()

    def refuse():
        with pytest.raises(WorkbookError, match=f"({reason})"):
            inspect(path, FORMAT)

    try:
        assert loops_taken(refuse) < LOOPS_MAX
        assert tracemalloc.get_traced_memory()[1] < MEMORY_MAX
    finally:
        tracemalloc.stop()


@pytest.mark.soak
def test_a_document_type_definition_is_refused_in_any_part(real, path):
    accepted = []
    for name in parts(real):
        path.write_bytes(inserted(real, name, 0, DTD))
        with contextlib.suppress(WorkbookError):
            inspect(path, FORMAT)
            accepted.append(name)
    assert accepted == []


def test_a_document_type_definition_is_refused_in_a_sheet_with_another_extension(real, path):
    contents = parts(real)
    contents["xl/worksheets/sheet7.dat"] = DTD + contents.pop(SHEET)
    for name in (RELATIONS, "[Content_Types].xml"):
        contents[name] = contents[name].replace(b"sheet7.xml", b"sheet7.dat")
    path.write_bytes(packed(contents))
    with pytest.raises(WorkbookError):
        read(path)


@pytest.mark.parametrize("inside", [pytest.param(v, id=k) for k, v in EXTERNAL.items()])
def test_an_external_relationship_is_refused(real, path, inside):
    path.write_bytes(related(real, RELATIONS, inside.replace(b"image", TYPE + b"image")))
    with pytest.raises(WorkbookError, match="reaches outside"):
        inspect(path, FORMAT)


def test_a_hyperlink_is_allowed(real, path):
    link = b'Relationship Type="%shyperlink" Id="h" Target="a:b" TargetMode="External"' % TYPE
    path.write_bytes(related(real, "xl/worksheets/_rels/sheet1.xml.rels", link))
    assert read(path) == SCENARIO


def test_the_version_is_found_whatever_the_order_of_attributes(real, path):
    """LibreOffice writes other attributes before the name."""
    name = b'name="shorewise_format"'
    path.write_bytes(swapped(real, BOOK, name, b'function="false" vbProcedure="false" ' + name))
    assert read(path) == SCENARIO


@pytest.mark.parametrize("case", ["external-link", "macros", "ordinary-workbook", "layout-999"])
def test_a_harmless_foreign_file_passes_where_any_workbook_is_accepted(real, path, case):
    path.write_bytes(REFUSED[case][0](real))
    inspect_any(path)


@pytest.mark.parametrize("case", ["dtd-across-two-pieces", "part-twice", "truncated"])
def test_a_hostile_file_is_refused_even_where_any_workbook_is_accepted(real, path, case):
    build, reason = REFUSED[case]
    path.write_bytes(build(real))
    with pytest.raises(WorkbookError, match=reason):
        inspect_any(path)


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize(
    "element",
    [
        b"mergeCell",
        b"x:hyperlink xmlns:x='%s' display='>' location=\"'a'!A1\"" % MAIN.encode(),
        b"comment",
    ],
)
def test_a_range_of_all_cells_never_becomes_an_object_for_each_cell(real, path, element):
    path.write_bytes(block(real, element))
    tracemalloc.start()
    try:
        assert read(path) == SCENARIO
        assert tracemalloc.get_traced_memory()[1] < 2 * MEMORY_MAX
    finally:
        tracemalloc.stop()


@pytest.mark.soak
def test_cells_are_counted_in_a_part_of_any_name(real, path):
    """A sheet is what the list of parts says, whatever its name ends in."""
    rows = b"".join(
        b"<row r='%d'>%s</row>" % (n, b"<c><v>1</v></c>" * 10_000)
        for n in range(1, CELLS_MAX // 10_000 + 2)
    )
    sheet = b"<worksheet xmlns='%s'><sheetData>%s</sheetData></worksheet>" % (MAIN.encode(), rows)
    contents = parts(real)
    del contents[SHEET]
    contents["xl/worksheets/more.bin"] = sheet
    contents[RELATIONS] = contents[RELATIONS].replace(b"sheet7.xml", b"more.bin")
    path.write_bytes(packed(contents))
    with pytest.raises(WorkbookError, match=f"more than {CELLS_MAX:,} cells"):
        inspect_any(path)


@pytest.mark.parametrize("use", [read, check])
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(lambda _: None, "No such file", id="missing"),
        pytest.param(os.mkdir, "a folder, not a file", id="folder"),
        pytest.param(os.mkfifo, "a named pipe, not a file", id="pipe"),
        pytest.param(lambda p: p.write_bytes(b"PK\x03\x04"), "not an Excel", id="only-a-zip-mark"),
    ],
)
def test_a_path_that_is_not_a_workbook_is_refused(path, use, make, reason):
    make(path)
    with pytest.raises(WorkbookError, match=rf"^{re.escape(str(path))}: .*{reason}"):
        use(path)
