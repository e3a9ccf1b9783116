"""Small workbooks that call the functions, and what recalculation makes of them."""

import io
import re
import zipfile

from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName

from shorewise import udfs
from shorewise.udfs.recalculation import registry
from shorewise.workbook.recalc import recalculate

COST = udfs.SHORE_LOADED_COST(60_000)
OURS = "=SHORE_LOADED_COST(60000)"


def calculated(data):
    """The recalculated package, how many cells were computed, and those that were left."""
    found = recalculate(data, registry())
    return data if found.data is None else found.data, found.computed, found.skipped


def book(**cells):
    """The package of a workbook with cells on sheet S."""
    workbook = Workbook()
    workbook.active.title = "S"
    for address, content in cells.items():
        workbook.active[address] = content
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def with_part(data, name, change):
    """The package with one part changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for entry in old.namelist():
            part = old.read(entry)
            new.writestr(entry, change(part.decode()).encode() if entry == name else part)
    return buffer.getvalue()


def with_value(data, address, kind, value):
    """The package with a value beside a formula."""

    def change(xml):
        start, mark, rest = xml.partition(f'r="{address}"')
        return (
            start
            + mark
            + kind
            + rest.replace("<v />", f"<v>{value}</v>", 1).replace("<v></v>", f"<v>{value}</v>", 1)
        )

    return with_part(data, "xl/worksheets/sheet1.xml", change)


def dynamic(data):
    """The package whose arrays spill."""
    return with_part(
        data,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace('><f t="array"', ' cm="1"><f t="array"'),
    )


def package(cells, saved=(), title="S", names=(), others=(), change=None):
    """A workbook's package: cells of a sheet, values saved beside formulas, names, other sheets."""
    workbook = Workbook()
    workbook.active.title = title
    for address, content in cells.items():
        workbook.active[address] = content
    for other, contents in dict(others).items():
        sheet = workbook.create_sheet(other)
        for address, content in contents.items():
            sheet[address] = content
    for name, text in dict(names).items():
        workbook.defined_names[name] = DefinedName(name, attr_text=text)
    buffer, changed = io.BytesIO(), io.BytesIO()
    workbook.save(buffer)
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(changed, "w") as new:
        for entry in old.namelist():
            part = old.read(entry).decode()
            if entry == "xl/worksheets/sheet1.xml":
                for address, value in dict(saved).items():
                    part = with_saved(part, address, value)
            new.writestr(entry, change(entry, part) if change else part)
    return changed.getvalue()


def with_saved(xml, address, value):
    """A sheet's XML with a value beside a formula."""
    kind = ' t="str"' if isinstance(value, str) else ""
    pattern = rf'(<c r="{address}"[^>]*?)(?: t="\w+")?(>(?:<f.*?</f>|<f[^>]*/>))<v ?/?>(?:</v>)?'
    xml, count = re.subn(pattern, rf"\g<1>{kind}\g<2><v>{value}</v>", xml)
    assert count == 1
    return xml


def shown(data, *addresses, sheet=0):
    """Values of cells, by openpyxl."""
    found = load_workbook(io.BytesIO(data), data_only=True).worksheets[sheet]
    return [found[address].value for address in addresses]


def parts(data):
    """The parts of a package by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
