"""Workbooks of a user's that take no results, with what to do about each."""

from xml.etree.ElementTree import Element

from ..errors import WorkbookError
from ..ooxml.package import Package

SAVE = "open it in Excel and save it as an Excel workbook (.xlsx)"
TYPES = "[Content_Types].xml"
_STRICT = b"http://purl.oclc.org/ooxml/"


def refuse_unfit(package: Package) -> None:
    """Raise for a workbook that a change would damage, or in which results would be wrong.

    Raises
    ------
    WorkbookError
        An add-in, a Strict Open XML workbook, one that is digitally signed, or with dates from
        1904.
    """
    if "addin" in content_type(package, package.workbook):
        raise WorkbookError(f"is an add-in, not a workbook; {SAVE}")
    if _STRICT in package.parts[package.workbook]:
        raise WorkbookError(f"is a Strict Open XML workbook; {SAVE}")
    if any(one.kind == "origin" for one in package.relations("").values()):
        raise WorkbookError(
            "is digitally signed, and any change breaks the signature; remove it in Excel first"
        )
    if is_set(package.book, "workbookPr", "date1904"):
        raise WorkbookError(
            "its dates count from 1904, and those of results from 1900; switch that off in Excel's "
            "options (Advanced), then enter its dates again"
        )


def content_type(package: Package, part: str) -> str:
    """The content type of a part, "" if none is listed."""
    types = package.tree(package.name(TYPES))
    for one in types:
        if package.name(one.get("PartName", "")) == part:
            return one.get("ContentType", "")
    ending = part.rpartition(".")[2].casefold()
    return next(
        (o.get("ContentType", "") for o in types if o.get("Extension", "").casefold() == ending), ""
    )


def is_set(book: Element, element: str, attribute: str, default: str = "false") -> bool:
    """Whether an attribute of the part that lists the sheets is true."""
    found = book.find(f"{{*}}{element}")
    return (default if found is None else found.get(attribute, default)) in ("1", "true")
