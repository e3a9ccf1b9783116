"""Workbooks within the limits of bytes that would take minutes or gigabytes, made when asked for.

Run as a script, with paths: opens each as every command does, and says what that took.
"""

import contextlib
import io
import json
import re
import resource
import sys
import time
import zipfile
from pathlib import Path

from tests.support.soak import SOAK

MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MEBIBYTE = 1 << 20
SHEET, BOOK, STYLES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"
TEXTS, RELATIONS = "xl/sharedStrings.xml", "xl/worksheets/_rels/sheet1.xml.rels"


def relations(*links):
    inside = b"".join(
        b'<Relationship Id="r%d" Type="%s/%s" Target="%s"/>' % (n, OFFICE, kind, target)
        for n, (kind, target) in enumerate(links)
    )
    space = b"http://schemas.openxmlformats.org/package/2006/relationships"
    return b'<Relationships xmlns="%s">%s</Relationships>' % (space, inside)


def content_types():
    kinds = {BOOK: "sheet.main", SHEET: "worksheet", STYLES: "styles", TEXTS: "sharedStrings"}
    inside = "".join(
        f'<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.'
        f'spreadsheetml.{kind}+xml"/>'
        for part, kind in kinds.items()
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
        'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{inside}</Types>'
    ).encode()


def sheet(rows=b"", beside=b"", before=b""):
    inside = b"%s<sheetData>%s</sheetData>%s" % (before, rows, beside)
    return b'<worksheet xmlns="%s">%s</worksheet>' % (MAIN, inside)


def listed(inside=b"", sheets=b'<sheet name="M" sheetId="1" r:id="r0"/>'):
    return b'<workbook xmlns="%s" xmlns:r="%s"><sheets>%s</sheets>%s</workbook>' % (
        MAIN, OFFICE, sheets, inside,
    )  # fmt: skip


def package(**parts):
    """A workbook of one sheet, with parts in place of its own: by the last word of their names."""
    links = [(b"worksheet", b"worksheets/sheet1.xml"), (b"styles", b"styles.xml")]
    links.append((b"sharedStrings", b"sharedStrings.xml"))
    contents = {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relations((b"officeDocument", b"xl/workbook.xml")),
        BOOK: listed(),
        "xl/_rels/workbook.xml.rels": relations(*links),
        SHEET: sheet(b'<row r="1"><c r="A1"><v>1</v></c></row>'),
        STYLES: b'<styleSheet xmlns="%s"/>' % MAIN,
        TEXTS: b'<sst xmlns="%s"/>' % MAIN,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in (contents | parts).items():
            archive.writestr(name, data)
    return buffer.getvalue()


def styles(inside):
    return b'<styleSheet xmlns="%s">%s</styleSheet>' % (MAIN, inside)


def many(element, size=20):
    return element * (size * MEBIBYTE // len(element))


def shared(text, cells):
    first = b'<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:A9">%s</f></c></row>' % text
    rest = b'<row r="%d"><c r="A%d"><f t="shared" si="0"/></c></row>'
    return first + b"".join(rest % (n, n) for n in range(2, cells))


def rows_of(cell, rows, wide):
    return b"".join(b'<row r="%d">%s</row>' % (n, cell * wide) for n in range(1, rows + 1))


# Those that nobody needs to parse, or whose elements are few enough, are opened.
HOSTILE = {
    "comment-tag": lambda: package(**{
        "xl/comments1.xml": b"<comments><comment " + many(b"a "),
        RELATIONS: relations((b"comments", b"../comments1.xml")),
    }),
    "tag-without-end": lambda: package(**{SHEET: b"<worksheet><comment a='" + many(b"a ")}),
    "padded-merge": lambda: package(**{
        SHEET: sheet(beside=b'<mergeCells><mergeCell ref="A1:XFD1048576"%s/></mergeCells>'
                     % many(b" ")),
    }),
    "merges": lambda: package(**{
        SHEET: sheet(beside=b"<mergeCells>%s</mergeCells>" % many(b'<mergeCell ref="A1:XFD9"/>')),
    }),
    "texts": lambda: package(**{TEXTS: b'<sst xmlns="%s">%s</sst>' % (MAIN, many(b"<si/>"))}),
    "one-text": lambda: package(**{
        TEXTS: b'<sst xmlns="%s"><si><t>%s</t></si></sst>' % (MAIN, many(b"_x0041_", 10)),
    }),
    "fonts": lambda: package(**{STYLES: styles(b"<fonts>%s</fonts>" % many(b"<font/>"))}),
    "formats": lambda: package(**{
        STYLES: styles(b"<cellXfs>%s</cellXfs>" % (b"<xf numFmtId='9'/>" * 250_000)),
    }),
    "number-format": lambda: package(**{
        STYLES: styles(
            b"<numFmts><numFmt numFmtId='200' formatCode='%s'/></numFmts>"
            b"<cellXfs>%s</cellXfs>" % (b"[" * 200_000, b"<xf numFmtId='200'/>" * 60_000)
        ),
    }),
    "rows": lambda: package(**{SHEET: sheet(many(b"<row/>"))}),
    "cells": lambda: package(**{SHEET: sheet(rows_of(b"<c/>", 450, 10_000))}),
    "hidden-rows": lambda: package(**{
        SHEET: sheet(many(b"<row hidden='1' ht='9'><c><v>1</v></c></row>", 8)),
    }),
    "names": lambda: package(**{
        BOOK: listed(b"<definedNames>%s</definedNames>" % many(b"<definedName name='a'/>", 3)),
    }),
    "sheets": lambda: package(**{
        BOOK: listed(sheets=many(b'<sheet name="M" r:id="r0"/>', 3)),
    }),
    "validations": lambda: package(**{
        SHEET: sheet(beside=b"<dataValidations>%s</dataValidations>"
                     % many(b'<dataValidation sqref="%s"/>' % (b"A1:B2 " * 30_000))),
    }),
    "depth": lambda: package(**{SHEET: sheet(many(b"<row>"))}),
    "relations": lambda: package(**{RELATIONS: many(b"<Relationship/>", 30)}),
    "shared-formula": lambda: package(**{SHEET: sheet(shared(b"A1+" * 10_000 + b"1", 60_000))}),
    "far-cells": lambda: package(**{
        SHEET: sheet(b"".join(
            b'<row r="%d"><c r="A%d"><v>1</v></c><c r="XFD%d"><v>1</v></c></row>' % (n, n, n)
            for n in (1, *range(1_040_000, 1_048_577))
        )),
    }),
    "drawing": lambda: package(**{
        RELATIONS: relations((b"drawing", b"../drawings/drawing1.xml")),
        "xl/drawings/drawing1.xml": b"<a>%s</a>" % many(b"<b/>"),
    }),
    "parts": lambda: package(**{f"xl/media/{n}.xml": b"" for n in range(20_000)}),
}  # fmt: skip


def memory_peak():
    """The most memory this process had, in bytes; without what its parent had when it began."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(re.search(r"VmHWM:\s*([0-9]+)", status.read_text())[1]) << 10


def main(paths):
    from shorewise.workbook import WorkbookError, check, read
    from shorewise.workbook.bulk.row_sources import frames
    from shorewise.workbook.lint.facts import read_facts

    def rows(path):
        return sum(map(len, frames(path, 1_000)))

    def said(use, path):
        try:
            use(path)
        except WorkbookError as error:
            return str(error).removeprefix(f"{path}: ")
        return ""

    # Of two readers that open a file alike, every second file meets both.
    for number, path in enumerate(paths):
        for use in (read, read_facts, *[check, rows] * (SOAK or number % 2 == 0)):
            start = time.process_time()
            message = said(use, path)
            taken = time.process_time() - start
            peak = memory_peak()
            print(json.dumps([path, use.__name__, message, taken, peak]), flush=True)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main(sys.argv[1:])
