"""What readers see in other countries and on other paper, as LibreOffice shows it."""

import functools
import io
import os
import shutil
import zipfile
from html.parser import HTMLParser

import pytest

from shorewise.engine import Scenario
from shorewise.workbook import Theme, describe, workbook_bytes
from shorewise.workbook.layout.number_formats import MONEY, PERCENT
from shorewise.workbook.layout.sheet import Formula
from tests.support.soak import SOAK
from tests.support.spreadsheet_engines import converted, unpaged


def described():
    """The book of the default scenario, cut to six months."""
    data = Scenario.default().to_dict() | {"horizon_months": 6}
    return describe(Scenario.from_dict(data, "six months"))


book = functools.cache(described)


needs_libreoffice = pytest.mark.skipif(
    not shutil.which("soffice") and "SHOREWISE_TEST_ALL" not in os.environ,
    reason="LibreOffice is not installed",
)


class Tables(HTMLParser):
    """Texts of the cells, by sheet and row, as the sheets are shown."""

    def __init__(self):
        super().__init__()
        self.sheets, self.cell = [], None

    def handle_starttag(self, tag, _attributes):
        if tag == "table":
            self.sheets.append([])
        elif tag == "tr":
            self.sheets[-1].append([])
        elif tag == "td":
            self.cell = ""

    def handle_endtag(self, tag):
        if tag == "td":
            self.sheets[-1][-1].append(self.cell.strip())
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data


def in_country(number, form, point, separator):
    """A number as a country writes it."""
    text = f"{number:{form}}"
    return text.replace(",", " ").replace(".", point).replace(" ", separator)


@pytest.mark.soak
@needs_libreoffice
@pytest.mark.parametrize(
    ("locale", "point", "separator"), [("de-DE", ",", "."), *[("fr-FR", ",", "\xa0")] * SOAK]
)
def test_numbers_are_shown_in_the_format_of_the_locale(tmp_path, locale, point, separator):
    path = tmp_path / "shown.xlsx"
    path.write_bytes(workbook_bytes(unpaged(described())))
    tables = Tables()
    tables.feed(converted(path, "html", locale).read_text("utf-8"))
    texts = [text for sheet in tables.sheets for row in sheet for text in row]
    assert [text for text in texts if text.startswith(("###", "#VAL", "#REF", "#DIV"))] == []
    titles = [sheet.title for sheet in book().sheets]
    shown = tables.sheets[titles.index("Cost per head")]
    forms = {PERCENT: ".1%", MONEY: ",.0f", "0.0": ".1f"}
    compared = 0
    for (row, column), cell in book().sheets[titles.index("Cost per head")].cells.items():
        form = forms.get(cell.number_format)
        if form and isinstance(cell.content, Formula) and not isinstance(cell.content.value, str):
            expected = in_country(cell.content.value, form, point, separator)
            assert shown[row - 1][column - 1] == expected, (row, column)
            compared += 1
    assert compared > 80


@pytest.mark.soak
def test_every_sheet_prints_on_the_paper_size_of_the_theme(tmp_path):
    (tmp_path / "us.toml").write_text('paper = "Letter"', "utf-8")
    for theme, number in ((None, b"9"), (Theme.from_toml(tmp_path / "us.toml"), b"1")):
        with zipfile.ZipFile(io.BytesIO(workbook_bytes(book(), theme))) as package:
            sheets = [name for name in package.namelist() if "worksheets/sheet" in name]
            assert len(sheets) == len(book().sheets)
            assert all(b'paperSize="%s"' % number in package.read(name) for name in sheets)
