"""Packages of workbooks with a few formulas, and values saved beside them."""

import io
import re
import zipfile

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

OURS = "=SHORE_LOADED_COST(60000)"


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
    kind = ' t="str"' if isinstance(value, str) else ""
    pattern = rf'(<c r="{address}"[^>]*?)(?: t="\w+")?(>(?:<f.*?</f>|<f[^>]*/>))<v ?/?>(?:</v>)?'
    xml, count = re.subn(pattern, rf"\g<1>{kind}\g<2><v>{value}</v>", xml)
    assert count == 1
    return xml
