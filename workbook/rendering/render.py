"""Rendering of a book as an openpyxl workbook."""

import datetime
import re
from collections.abc import Callable, Collection
from copy import copy
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import DataTableFormula
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.theme import theme_xml

from ..errors import WorkbookError
from ..layout.references import Text, placeholder
from ..layout.sheet import Book, CellLink, DataTable, FileLink, Formula, Rule, Sheet
from . import styles
from .logo import Logo
from .native_charts import native_chart
from .picture import Picture
from .saving import saved
from .theme import PAPERS, Theme

# A constant timestamp, so that the same inputs give the same file.
_EPOCH = datetime.datetime(2000, 1, 1)
_LOGO_ON = "About"  # the sheet with the logo; without it the first one
_PROMPT_TITLE_MAX, _PROMPT_MAX = 32, 255  # characters
_ENTERED = ("input", "input text", "input line")
_CALCULATION = 191029  # calcId of Excel 2019 and later


def package(book: Book, theme: Theme | None = None) -> bytes:
    """A workbook saved by openpyxl, with formulas but without their values.

    Parameters
    ----------
    book : Book
    theme : Theme, optional
        By default the embedded theme.

    Returns
    -------
    bytes
        An .xlsx package.
    """
    theme = theme or Theme.default()
    workbook = Workbook()
    workbook.remove(workbook.active)
    # The font of charts and of the built-in style Normal.
    workbook.loaded_theme = theme_xml.replace('"Calibri"', quoteattr(theme.font))
    for style in styles.named_styles(theme):
        workbook.add_named_style(style)
    pairs = [(sheet, workbook.create_sheet(sheet.title)) for sheet in book.sheets]
    # Formats of cells are numbered as they are met: those of static sheets have the same numbers
    # in every workbook.
    say = book.language.say
    hidden = {sheet.title for sheet in book.sheets if sheet.hidden}
    for sheet, worksheet in sorted(pairs, key=lambda pair: not pair[0].static):
        _render(sheet, worksheet, theme, hidden, say)
    if theme.logo:
        carries = next((s for s in book.sheets if s.title == _LOGO_ON), book.sheets[0])
        workbook[carries.title].add_image(_logo_picture(carries, theme.logo))
    for name, cells in book.names.items():
        workbook.defined_names[name] = DefinedName(
            name, attr_text=cells, comment=book.comments.get(name)
        )
    describe_file(workbook, placeholder(book.title), is_computed=is_computed(book))
    workbook.active = 0
    return saved(workbook)


def is_computed(book: Book) -> bool:
    """Whether every formula of a book has a value; NaN, for no answer, counts as a value."""
    return all(
        cell.content.value is not None
        for sheet in book.sheets
        for cell in sheet.cells.values()
        if isinstance(cell.content, (Formula, DataTable))
    )


def describe_file(workbook: Workbook, title: str, *, is_computed: bool) -> None:
    """Set a workbook's title, its creator, and whether its formulas have values.

    Excel opens a workbook with values unchanged. Without them, or with those of an older version,
    Excel recalculates it on opening and on closing asks whether to save.

    Parameters
    ----------
    workbook : Workbook
        Modified in place.
    title : str
    is_computed : bool
        Whether all formulas have values.
    """
    workbook.calculation = CalcProperties(
        calcId=_CALCULATION, fullCalcOnLoad=None if is_computed else True
    )
    workbook.properties = DocumentProperties(
        creator="Shorewise", title=title, created=_EPOCH, modified=_EPOCH
    )


def _render(
    sheet: Sheet,
    worksheet: Worksheet,
    theme: Theme,
    hidden: Collection[str] = (),
    say: Callable[[str], str] = str,
) -> None:
    _put_cells(sheet, worksheet, hidden, say)
    worksheet.sheet_state = "hidden" if sheet.hidden else "visible"
    for column, width in sheet.widths.items():
        worksheet.column_dimensions[get_column_letter(column)].width = width
    for row, lines in sheet.heights.items():
        worksheet.row_dimensions[row].height = 14 * lines + 2
    _put_groups(sheet, worksheet)
    worksheet.sheet_properties.tabColor = theme.tab[sheet.colour]
    worksheet.sheet_view.showGridLines = False
    worksheet.sheet_view.zoomScale = 90
    worksheet.freeze_panes = sheet.freeze or None
    worksheet.auto_filter.ref = sheet.filter.replace("$", "") or None
    # A protected list cannot be sorted; a static one must not be, as formulas count its rows. And
    # Excel opens no group of rows on a protected sheet.
    worksheet.protection.sheet = sheet.static or not (sheet.filter or sheet.levels)
    worksheet.protection.autoFilter = not sheet.static
    worksheet.protection.formatColumns = worksheet.protection.formatRows = False
    for rule in sheet.rules:
        worksheet.add_data_validation(_validation(rule, say))
    for mark in sheet.marks:
        fill = PatternFill(bgColor=theme.fill[mark.fill])
        font = Font(bold=True, color=theme.text[mark.text]) if mark.text else None
        worksheet.conditional_formatting.add(
            mark.cells.replace("$", ""), FormulaRule([mark.formula], font=font, fill=fill)
        )
    for cells in sheet.true_false:
        for value, fill in (("TRUE", theme.fill["good"]), ("FALSE", theme.fill["bad"])):
            worksheet.conditional_formatting.add(
                cells.replace("$", ""),
                CellIsRule("equal", [value], fill=PatternFill(bgColor=fill)),
            )
    for chart in sheet.charts:
        worksheet.add_chart(native_chart(chart, theme), chart.anchor)
    _print_setup(sheet, worksheet, theme, say)


def _put_groups(sheet: Sheet, worksheet: Worksheet) -> None:
    """Close the groups of rows, with their signs beside the rows above them."""
    if not sheet.levels:
        return
    for row, level in sheet.levels.items():
        worksheet.row_dimensions[row].outlineLevel = level
        worksheet.row_dimensions[row].hidden = True
    for row in sheet.group_heads:
        worksheet.row_dimensions[row].collapsed = True
    worksheet.sheet_properties.outlinePr.summaryBelow = False
    worksheet.sheet_format.outlineLevelRow = max(sheet.levels.values())


def _put_cells(
    sheet: Sheet, worksheet: Worksheet, hidden: Collection[str], say: Callable[[str], str]
) -> None:
    """Put contents, styles and hyperlinks of the cells."""
    looks: dict[tuple, StyleArray] = {}
    for (row, column), cell in sorted(sheet.cells.items()):
        target = worksheet.cell(row, column)
        if isinstance(cell.content, Formula):
            target.value = "=" + cell.content.text
        elif isinstance(cell.content, DataTable):
            target.value = _data_table(cell.content)
        else:
            target.value = placeholder(cell.content)
            if isinstance(target.value, str):
                target.data_type = "s"  # a text, even if it starts with "="
        number_format = cell.number_format
        if isinstance(cell.content, (str, Text)) and cell.style in _ENTERED:
            number_format = (
                "@"  # text format, so that later entries such as =1+1, TRUE and 2027 stay texts
            )
        look = cell.style, number_format
        if look in looks:  # setting a named style takes half of openpyxl's time for a cell
            target._style = copy(looks[look])
        else:
            target.style = styles.style_name(cell.style)
            if number_format != "General":
                target.number_format = number_format
            looks[look] = target._style
            worksheet.parent._cell_styles.add(target._style)  # else only when it is saved
        if cell.link:
            target.hyperlink = link_to(cell.link, hidden, say)


def link_to(
    link: CellLink | FileLink,
    hidden: Collection[str] = (),
    say: Callable[[str], str] = str,
) -> Hyperlink:
    """The openpyxl hyperlink for a link; a link to a hidden sheet says how to show that."""
    if isinstance(link, CellLink):
        tooltip = say(f"Go to {link.reference}")
        if link.reference.partition("!")[0].strip("'") in hidden:
            tooltip += say(", once its sheet is shown: right-click a tab, then Unhide")
        return Hyperlink("", location=link.reference, tooltip=tooltip)
    return Hyperlink("", target=quote(link.path), tooltip=say(f"Open {link.path}"))


def _logo_picture(sheet: Sheet, logo: Logo) -> Picture:
    """The logo, at the right end of the second column beside the title."""
    return Picture(logo, 2, 1, right=7 * sheet.widths[2], width=240, height=64)


def _data_table(table: DataTable) -> DataTableFormula:
    if not table.row_cell:
        return DataTableFormula(ref=table.area, dt2D=False, dtr=False, r1=table.column_cell)
    return DataTableFormula(
        ref=table.area, dt2D=True, dtr=True, r1=table.row_cell, r2=table.column_cell
    )


def _prompt(rule: Rule, say: Callable[[str], str]) -> tuple[str, str]:
    """Title and text of a prompt; a title that is too long is put before the text."""
    title, text = rule.title, f"{say('Allowed')}: {rule.message}"
    if len(title) > _PROMPT_TITLE_MAX:
        text, topic = f"{title}. {text}", re.split(r"[:,(]", title)[0].strip()
        title = topic if len(topic) <= _PROMPT_TITLE_MAX else say("Input")
    if len(text) > _PROMPT_MAX:
        raise WorkbookError(f"{rule.title}: a prompt of {len(text)} characters; Excel takes 255")
    return title, text


def _validation(rule: Rule, say: Callable[[str], str]) -> DataValidation:
    title, text = _prompt(rule, say)
    first: str = str(rule.lowest)
    last: str | None = str(rule.highest)
    if rule.kind == "list":
        numbers = range(int(rule.lowest), int(rule.highest) + 1)
        first, last = rule.choices or f'"{",".join(map(str, numbers))}"', None
    validation = DataValidation(
        type=rule.kind,
        operator=None if rule.kind == "list" else "between",
        formula1=first,
        formula2=last,
        allow_blank=False,
        showErrorMessage=True,
        showInputMessage=True,
        errorStyle="stop",
        errorTitle=title,
        error=text,
        promptTitle=title,
        prompt=text,
    )
    validation.add(rule.cells.replace("$", ""))
    return validation


def _print_setup(
    sheet: Sheet, worksheet: Worksheet, theme: Theme, say: Callable[[str], str]
) -> None:
    setup = worksheet.page_setup
    setup.orientation = "portrait" if sheet.portrait else "landscape"
    setup.paperSize = PAPERS[theme.paper]
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    setup.fitToWidth, setup.fitToHeight = sheet.pages_wide, sheet.pages_tall or int(sheet.one_page)
    if sheet.print_columns and not sheet.hidden:  # LibreOffice prints a hidden print area
        last = worksheet.max_row + len(sheet.more)
        worksheet.print_area = f"A1:{get_column_letter(sheet.print_columns)}{last}"
    if sheet.print_cells and not sheet.hidden:
        worksheet.print_area = sheet.print_cells
    if sheet.head_rows:
        worksheet.print_title_rows = f"1:{sheet.head_rows}"
    if sheet.head_columns:
        worksheet.print_title_cols = f"A:{get_column_letter(sheet.head_columns)}"
    margins = worksheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.footer = 0.5, 0.8, 0.4
    worksheet.oddFooter.left.text = "&A"
    worksheet.oddFooter.right.text = say("Page &P of &N")
