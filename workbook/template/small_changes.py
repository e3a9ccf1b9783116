"""Small changes to parts of a package, by which nothing else in them changes."""

import re

from ..errors import WorkbookError

_FULL = b"fullCalcOnLoad"
_BEFORE_CALC = re.compile(
    rb"</(?:\w+:)?(?:definedNames|externalReferences|functionGroups|sheets)>|"
    rb"<(?:\w+:)?(?:externalReferences|functionGroups)\s*/>"
)


def with_attribute(xml: bytes, element: bytes, name: bytes, value: bytes) -> bytes:
    """A part whose first element of a name has an attribute of that value.

    Raises
    ------
    WorkbookError
        There is no such element.
    """
    tag = re.search(rb"""<(?:\w+:)?%s(?=[\s/>])(?:[^"'>]|"[^"]*"|'[^']*')*>""" % element, xml)
    if tag is None:
        raise WorkbookError(f"has no element {element.decode()}")
    plain = re.sub(rb"""\s%s\s*=\s*(?:"[^"]*"|'[^']*')""" % name, b"", tag[0])
    end = b"/>" if plain.endswith(b"/>") else b">"
    text = plain.removesuffix(end).rstrip() + b' %s="%s"' % (name, value) + end
    return xml[: tag.start()] + text + xml[tag.end() :]


def with_full_calculation(workbook: bytes) -> bytes:
    """The workbook's part, in which all formulas are to be computed on opening."""
    if re.search(rb"<(?:\w+:)?calcPr[\s/>]", workbook):
        return with_attribute(workbook, b"calcPr", _FULL, b"1")
    *_, last = _BEFORE_CALC.finditer(workbook)
    prefix = re.match(rb"</?((?:\w+:)?)", last[0])[1]  # type: ignore[index]
    element = b'<%scalcPr %s="1"/>' % (prefix, _FULL)
    return workbook[: last.end()] + element + workbook[last.end() :]
