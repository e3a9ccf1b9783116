"""Security checks on a workbook file before it is parsed.

Uses the zip directory and a streaming scan of each part that will be parsed. Refuses files that
could exhaust memory or refer to other files and, with :func:`inspect`, files not made by Shorewise.
"""

import stat
import struct
import zipfile
import zlib
from pathlib import Path

from ..errors import WorkbookError
from .file_kinds import kind_of_file, kind_of_node, kind_of_zip
from .package import Package, ZipParts
from .xml_bounds import pieces_of, scan

_FILE_MAX = 32 << 20
# Ours have fewer than 60 parts; the directory of 5,000 takes 10 ms to read.
_OURS_MAX, _ENTRIES_MAX, _LIST_MAX = 400, 5_000, 1 << 20
# The largest scenario's workbook has 1.4 million cells: lines by plan, site, wave and month.
# Refused files cost a scan, no more.
TOTAL_MAX = 192 << 20
CELLS_MAX = 1_600_000
_NAMES_MAX, _SHEETS_MAX = 100_000, 2_000
_RATIO_MAX, _RATIO_FROM = 50, 1 << 20  # compression ratio, which our workbooks never reach
_DIRECTORY_MAX, _LINKS_MAX = 4 << 20, 16 << 20  # bytes of the workbook part; of all relationships
_SMALL_MAX = 1_000_000  # elements of all parts except sheets and shared strings
_XML = (".xml", ".rels", ".vml")
_OTHER = (".bin", ".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".svg")
_END = struct.Struct("<4s4H2LH")  # the zip's end-of-central-directory record
_BOOK = ("officeDocument", "worksheet", "chartsheet", "sharedStrings", "styles")
_PARSED = (*_BOOK, "table", "drawing", "chart", "chartEx")
_NOT_OURS = "not a workbook made by Shorewise"
JOINED = "shorewise_joined"  # defined name of a user's workbook with the model in it


def inspect(path: str | Path, understood: int) -> None:
    """Raise unless a file is a workbook made by Shorewise that is safe to parse.

    A user's workbook with the model in it may have what :func:`inspect_any` accepts.

    Parameters
    ----------
    path : path
    understood : int
        Version of the workbook layout that this release reads.

    Raises
    ------
    WorkbookError
        The file is unreadable, not a workbook, too large, not in UTF-8, has a DTD, external links
        or macros, or was not made by Shorewise.
    """
    _inspect(path, understood)


def inspect_any(path: str | Path) -> None:
    """Raise unless a file is a workbook of any origin that is safe to parse.

    Macros and links are accepted; callers must not run or follow them.

    Raises
    ------
    WorkbookError
        The file is unreadable, not a workbook, too large, neither UTF-8 nor UTF-16, or has a DTD.
    """
    _inspect(path, None)


def _inspect(path: str | Path, understood: int | None) -> None:
    first = "" if understood is None else f"{_NOT_OURS}, or damaged: "
    try:
        status = Path(path).stat()
        if not stat.S_ISREG(status.st_mode):
            raise WorkbookError(f"{path}: {kind_of_node(status.st_mode)}")
        if kind := kind_of_file(path):
            is_ours = "" if understood is None else f"{_NOT_OURS}: "
            raise WorkbookError(f"{path}: {is_ours}not an Excel workbook (.xlsx), but {kind}")
        _inspect_list(path, first)
        with zipfile.ZipFile(path) as archive:
            _inspect_parts(path, status.st_size, archive, understood)
    except OSError as error:
        raise WorkbookError(f"{path}: {error.strerror or error}") from None
    except zipfile.BadZipFile:
        raise WorkbookError(f"{path}: {first}not an Excel workbook (.xlsx), or damaged") from None
    except (RuntimeError, EOFError, ValueError, zlib.error):
        raise WorkbookError(f"{path}: {first}encrypted or damaged") from None


def _inspect_list(path: str | Path, first: str) -> None:
    """Refuse a zip file with too large a central directory, before the directory is read."""
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - (1 << 16) - _END.size))
        tail = file.read()
    start = tail.rfind(b"PK\x05\x06")
    if start < 0 or len(tail) - start < _END.size:
        raise zipfile.BadZipFile
    _, _, _, _, entries, list_size, _, _ = _END.unpack_from(tail, start)
    if entries > _ENTRIES_MAX or list_size > _LIST_MAX:
        raise WorkbookError(f"{path}: {first}{entries:,} parts; up to {_ENTRIES_MAX:,} are read")


def _inspect_parts(
    path: str | Path, size: int, archive: zipfile.ZipFile, understood: int | None
) -> None:
    """Refuse unsafe parts and, if a layout version is given, workbooks not made by Shorewise."""
    ours = understood is not None
    try:
        package = Package(ZipParts(archive))
        workbook = _workbook(package, archive)
        if understood is not None:
            _check_format(package, understood)
            ours = not is_joined(package)
    except WorkbookError as error:
        text = str(error)
        is_said = not ours or text.startswith((_NOT_OURS, "made by"))
        raise WorkbookError(f"{path}: {'' if is_said else f'{_NOT_OURS}: '}{text}") from None
    try:
        if size > _FILE_MAX:
            raise WorkbookError(f"{size:,} bytes; workbooks up to {_FILE_MAX:,} are read")
        _inspect_entries(archive.infolist(), ours=ours)
        if ours:
            _inspect_ours(package)
        _scan_parts(package, workbook, archive, everything=ours)
    except WorkbookError as error:
        raise WorkbookError(f"{path}: {error}") from None


def _workbook(package: Package, archive: zipfile.ZipFile) -> str:
    """Name of the workbook part, after checks on the parts that are read to find it."""
    links = 0
    for name in package.parts:
        entry = archive.getinfo(name)
        if entry.flag_bits & 1:
            raise WorkbookError(f"{name} is encrypted; save the workbook without a password")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise WorkbookError(f"{name} is packed in a way Excel does not use; refused")
        if name.lower().endswith(".rels"):
            links += entry.file_size
    if links > _LINKS_MAX:
        raise WorkbookError(f"has {links:,} bytes of relationships; up to {_LINKS_MAX:,} are read")
    try:
        if not package.name("[Content_Types].xml"):
            raise WorkbookError("not an Excel workbook (.xlsx)")
        listed = [*package.related("", "officeDocument"), package.name("xl/workbook.xml")]
        for name in filter(None, listed):
            if archive.getinfo(name).file_size > _DIRECTORY_MAX:
                raise WorkbookError(
                    f"{name} has {archive.getinfo(name).file_size:,} bytes; refused"
                )
        return package.workbook
    except WorkbookError:
        if kind := kind_of_zip(package.parts, archive):
            raise WorkbookError(f"not an Excel workbook (.xlsx), but {kind}") from None
        raise


def _check_format(package: Package, understood: int) -> None:
    """Refuse a workbook without our defined name for the layout, or with another version in it."""
    names = package.book.findall("{*}definedNames/{*}definedName")
    found = next((n.text or "" for n in names if n.get("name") == "shorewise_format"), None)
    if found is None:
        raise WorkbookError(_NOT_OURS)
    if found != str(understood):
        raise WorkbookError(
            f"made by another version of Shorewise (layout {found[:9]}, "
            f"not {understood}); make it again from its scenario"
        )


def is_joined(package: Package) -> bool:
    """Whether a workbook is a user's own with the model in it."""
    names = package.book.findall("{*}definedNames/{*}definedName")
    return any(one.get("name") == JOINED for one in names)


def _inspect_entries(entries: list[zipfile.ZipInfo], *, ours: bool) -> None:
    if ours and len(entries) > _OURS_MAX:
        raise WorkbookError(f"{len(entries):,} parts; up to {_OURS_MAX} are read")
    if (total := sum(entry.file_size for entry in entries)) > TOTAL_MAX:
        raise WorkbookError(f"unpacks to {total:,} bytes; up to {TOTAL_MAX:,} are read")
    for entry in entries:
        if ours and entry.file_size > max(_RATIO_FROM, _RATIO_MAX * entry.compress_size):
            raise WorkbookError(f"{entry.filename} is packed too tightly: a zip bomb?")


def _inspect_ours(package: Package) -> None:
    """Refuse parts that workbooks made by Shorewise never have."""
    for name in package.parts:
        low = name.lower()
        if low.startswith("xl/externallinks/"):
            raise WorkbookError("has links to other workbooks; remove them and save again")
        if low.endswith("vbaproject.bin"):
            raise WorkbookError("has macros; save it as .xlsx without them")
        if not low.endswith((*_XML, *_OTHER)):
            raise WorkbookError(f"{name} is no part of a workbook")
        if low.endswith(".rels"):
            for relation in package.tree(name):
                outside = relation.get("TargetMode", "").lower() == "external"
                if outside and not relation.get("Type", "").endswith("/hyperlink"):
                    raise WorkbookError(f"{name} reaches outside the file; refused")


def _scan_parts(
    package: Package, workbook: str, archive: zipfile.ZipFile, *, everything: bool
) -> None:
    """Refuse unsafe XML, in the parts that are parsed or, with ``everything``, in all parts."""
    if len(package.sheets) > _SHEETS_MAX:
        raise WorkbookError(f"has {len(package.sheets):,} sheets; up to {_SHEETS_MAX:,} are read")
    if len(package.book.findall("{*}definedNames/{*}definedName")) > _NAMES_MAX:
        raise WorkbookError(f"has more than {_NAMES_MAX:,} names; refused")
    kinds = dict.fromkeys((one.part for one in package.grids if one.part), "sheet")
    if texts := package.one("sharedStrings"):
        kinds[texts] = "strings"
    for part in [workbook, *package.reached(_PARSED)]:
        kinds.setdefault(part, "")
    for part in package.parts:
        if everything and part.lower().endswith(_XML):
            kinds.setdefault(part, "")
    cells = small = 0
    for part, kind in kinds.items():
        try:
            with archive.open(part) as file:
                counts = scan(pieces_of(file), kind=kind, only_utf8=everything)
        except WorkbookError as error:
            raise WorkbookError(f"{part} {error}") from None
        cells += counts.cells
        small += 0 if kind else counts.elements
        if small > _SMALL_MAX:
            raise WorkbookError(f"has over {_SMALL_MAX:,} elements beside its cells; refused")
        if cells > CELLS_MAX:
            raise WorkbookError(f"more than {CELLS_MAX:,} cells; refused")
