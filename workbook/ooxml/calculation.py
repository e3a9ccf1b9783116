"""When Excel computes a workbook: asked for in the part that lists the sheets."""

from .part_edit import PartEdit

_BEFORE = ("sheets", "functionGroups", "externalReferences", "definedNames")


def computed_on_opening(workbook: bytes) -> bytes:
    """The part that lists the sheets, so that Excel computes every formula when it opens it."""
    part = PartEdit(workbook, depth=1)
    calculation = part.root.one("calcPr")
    if calculation is None:
        part.insert_after(_BEFORE, '<calcPr fullCalcOnLoad="1"/>')
    else:
        part.set(calculation, {"fullCalcOnLoad": "1"})
    return part.result()


def refreshed_on_opening(pivot_cache: bytes) -> bytes:
    """The definition of a pivot table's cache, so that Excel makes it anew when it opens it."""
    part = PartEdit(pivot_cache, depth=0)
    part.set(part.root, {"refreshOnLoad": "1"})
    return part.result()
