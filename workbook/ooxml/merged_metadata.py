"""The mark of dynamic arrays added to the metadata of a workbook that has some already."""

from .part_edit import Node, PartEdit

_TYPE = "XLDAPR"  # Excel's name of the properties of dynamic arrays
_NEW_TYPE = (
    f'<metadataType name="{_TYPE}" minSupportedVersion="120000" copy="1" pasteAll="1" '
    'pasteValues="1" merge="1" splitFirst="1" rowColShift="1" clearFormats="1" clearComments="1" '
    'assign="1" coerce="1" cellMeta="1"/>'
)
_DYNAMIC = "http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray"
_NEW_VALUE = (
    '<bk><extLst><ext uri="{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}">'
    f'<xda:dynamicArrayProperties xmlns:xda="{_DYNAMIC}" fDynamic="1" fCollapsed="0"/>'
    "</ext></extLst></bk>"
)


def merged_metadata(data: bytes) -> tuple[bytes, int]:
    """The part with a mark of dynamic arrays, and the number by which cells refer to it.

    The mark that is there is taken, else one is added behind the others.
    """
    part = PartEdit(data, depth=6)
    types = part.root.one("metadataTypes")
    names = [one.attributes.get("name") for one in types.children] if types else []
    number = names.index(_TYPE) + 1 if _TYPE in names else 0
    values = next(
        (one for one in part.root.all("futureMetadata") if one.attributes.get("name") == _TYPE),
        None,
    )
    marks = part.root.one("cellMetadata")
    blocks = [*marks.all("bk")] if marks else []
    known = [*values.all("bk")] if values else []
    for position, block in enumerate(blocks, 1):
        (record, *others) = block.children or [block]
        is_type = number and record.attributes.get("t") == str(number) and not others
        index = record.attributes.get("v", "")
        is_known = is_type and index.isdecimal() and int(index) < len(known)
        if is_known and _is_dynamic(known[int(index)]):
            return data, position
    if not number:
        number = len(names) + 1
        _add(part, types, "metadataTypes", (), _NEW_TYPE, len(names))
    before = ("metadataTypes", "metadataStrings", "mdxMetadata", "futureMetadata")
    _add(part, values, f'futureMetadata name="{_TYPE}"', before, _NEW_VALUE, len(known))
    record_xml = f'<bk><rc t="{number}" v="{len(known)}"/></bk>'
    _add(part, marks, "cellMetadata", before, record_xml, len(blocks))
    return part.result(), len(blocks) + 1


def _is_dynamic(block: Node) -> bool:
    """Whether a value says that an array spills, and is not collapsed."""
    waiting = [block]
    while waiting:
        one = waiting.pop()
        if one.name == "dynamicArrayProperties":
            return one.attributes.get("fDynamic") == "1" and (
                one.attributes.get("fCollapsed", "0") == "0"
            )
        waiting += one.children
    return False


def _add(
    part: PartEdit, node: Node | None, name: str, before: tuple[str, ...], xml: str, count: int
) -> None:
    """Put an element behind the others of a list, which is made where there is none."""
    if node is None:
        element = name.partition(" ")[0]
        part.insert_after(before, f'<{name} count="1">{xml}</{element}>')
    else:
        part.set(node, {"count": str(count + 1)})
        part.append(node, xml)
