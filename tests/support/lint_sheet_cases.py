"""What breaks the linter's rules of sheets and files, and what only looks so."""

from openpyxl.chart import PieChart, RadarChart
from openpyxl.formatting.rule import FormulaRule, Rule
from openpyxl.styles import Color, Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat

from tests.support.lint_model import OPEN, STATE, breaks, described, keeps, rows


@breaks("SW06", "Model!D6")
def cached_error(m):
    m.values["Model", "D6"] = "#DIV/0!"


@breaks("SW06", "Inputs!D5")
def typed_error(m):
    m.inputs["D5"] = "#N/A"


@keeps("SW06")
def text_that_starts_like_an_error(m):
    m.inputs["D5"] = "#1 of the list"


@breaks("SW07", "Model!C6:D6")
def formulas_without_values(m):
    m.values |= {("Model", "C6"): None, ("Model", "D6"): None}


@keeps("SW07")
def empty_text_as_value(m):
    m.values["Model", "A2"] = ""


@breaks("SW09", "workbook")
def macros(m):
    m.parts["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0"


@keeps("SW09")
def word_macro_in_a_name(m):
    m.model["A5"] = "Macros and vbaProject.bin"


@breaks("SW11", "Model")
def input_among_calculations(m):
    rows(m.model, ("Rate", "USD", 4), 8)
    m.model["C8"].protection = OPEN
    m.validate(m.model, "C8")
    m.line(7, "={0}5*$C$8")


@keeps("SW11")
def links_and_texts_among_inputs(m):
    m.input(7, 3)
    m.inputs["D5"], m.inputs["D6"] = "=INDEX(Model!$C$5:$E$5,1)", "=Model!C5"
    m.inputs["D7"] = '=IF(C7>2,"high","low")'
    m.values["Inputs", "D7"] = "low"


@breaks("SW15", "Model")
def sheet_without_protection(m):
    m.model.protection.sheet = False


def close_group(m, first, last):
    """Close a group of rows of sheet Model whose + stands beside the row above it."""
    m.model.sheet_properties.outlinePr.summaryBelow = False
    for row in range(first, last + 1):
        m.model.row_dimensions[row].hidden, m.model.row_dimensions[row].outlineLevel = True, 1


@keeps("SW15")
def sheet_without_protection_whose_groups_are_to_be_opened(m):
    m.model["A4"] = "Further lines"
    close_group(m, 5, 6)
    m.model.protection.sheet = False


@breaks("SW15", "Model!D5")
def formula_in_an_open_cell(m):
    m.model["D5"].protection = OPEN


@keeps("SW15")
def formula_in_an_open_cell_that_shows_when_it_is_typed_over(m):
    m.model["D5"].protection = OPEN
    fill = PatternFill(bgColor="FFE0B2")
    typed_over = FormulaRule(["NOT(_xlfn.ISFORMULA(D5))"], fill=fill)
    m.model.conditional_formatting.add("D5", typed_over)


@keeps("SW15")
def empty_sheet_without_protection(m):
    m.book.create_sheet("Notes")


@breaks("SW16", "Inputs!C7")
def input_without_validation(m):
    m.input(7, 3, validated=False)


@breaks("SW16", "Inputs!C7:C9")
def inputs_whose_validation_does_not_stop(m):
    for row in (7, 8, 9):
        m.input(row, 3, validated=False)
    m.validate(m.inputs, "C7", errorStyle="warning")
    m.validate(m.inputs, "C8", showErrorMessage=False)
    m.validate(m.inputs, "C9", type="none")


@breaks("SW16", "Inputs!C7")
def text_input_without_validation(m):
    m.input(7, "base", validated=False)


@keeps("SW16")
def note_that_nothing_refers_to(m):
    m.input(7, "a remark", validated=False, used=False)


@keeps("SW16")
def validation_with_its_list_on_another_sheet(m):
    m.input(7, 3, validated=False)
    m.parts["xl/worksheets/sheet1.xml"] = lambda xml: xml.replace(
        "</worksheet>",
        '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
        'uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x14:dataValidations '
        'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="1">'
        '<x14:dataValidation type="list" showErrorMessage="1"><x14:formula1><xm:f>Model!$C$4:$E$4'
        "</xm:f></x14:formula1><xm:sqref>C7</xm:sqref></x14:dataValidation></x14:dataValidations>"
        "</ext></extLst></worksheet>",
    )


@breaks("SW17", "Model")
def hidden_sheet(m):
    m.model.sheet_state = "veryHidden"


@breaks("SW17", "Model")
def hidden_sheet_that_no_cell_names(m):
    m.inputs["H1"] = "Models"
    m.model.sheet_state = "hidden"


@breaks("SW17", "Model")
def sheet_that_only_a_macro_shows_although_a_cell_names_it(m):
    m.inputs["H1"] = "Model"
    m.model.sheet_state = "veryHidden"


@breaks("SW17", "Model!5:6")
def hidden_rows(m):
    m.model.row_dimensions[5].hidden = m.model.row_dimensions[6].hidden = True


@keeps("SW17")
def closed_group_below_a_heading(m):
    m.model["A4"] = "Further lines"
    close_group(m, 5, 6)


@breaks("SW17", "Model!5:6")
def closed_group_without_a_heading(m):
    for cell in m.model[4]:
        cell.value = None
    close_group(m, 5, 6)


@breaks("SW17", "Model!C:D")
def hidden_columns(m):
    m.model.column_dimensions.group("C", "D", hidden=True)


@breaks("SW17", "Model!5:5")
def row_of_next_to_no_height(m):
    m.model.row_dimensions[5].height = 0.5


@breaks("SW17", "Model!C:C")
def column_of_next_to_no_width(m):
    m.model.column_dimensions["C"].width = 0.1


@breaks("SW17", "Model!D6")
def font_of_one_point(m):
    m.model["D6"].font = Font(sz=1)


@breaks("SW17", "Model!D6")
def number_format_that_shows_nothing(m):
    m.model["D6"].number_format = ";;;"


@breaks("SW17", "Model!D6")
def number_format_of_blanks(m):
    m.model["D6"].number_format = '" ";" ";" "'


@breaks("SW17", "Model!D5:D6")
def white_font_on_white(m):
    m.model["D5"].font = Font(color="FFFFFFFF")
    m.model["D6"].font = Font(color=Color(theme=0))


@breaks("SW17", "Model!D5:D6")
def font_in_the_colour_of_the_fill(m):
    for cell in ("D5", "D6"):
        m.model[cell].font = Font(color="FF4F81BD")
    m.model["D5"].fill = PatternFill("solid", fgColor="FF4F81BD")
    m.model["D6"].fill = PatternFill("solid", fgColor=Color(theme=4))


@breaks("SW17", "Model!C5:E5")
def conditional_format_that_hides(m):
    hiding = DifferentialStyle(numFmt=NumberFormat(numFmtId=170, formatCode=";;;"))
    m.model.conditional_formatting.add("C5:E5", Rule("expression", dxf=hiding, formula=["C5>0"]))


@keeps("SW17")
def zeros_that_do_not_show_and_white_heads_on_blue(m):
    m.model["D6"].number_format = "0;-0;;@"
    m.model["D5"].font = Font(color="FFFFFFFF")
    m.model["D5"].fill = PatternFill("solid", fgColor="FF1F3864")


@keeps("SW17")
def hidden_sheet_that_a_cell_of_a_visible_one_names(m):
    m.inputs["H1"] = "Model"
    m.model.sheet_state = "hidden"


@keeps("SW17")
def hidden_notes(m):
    m.book.create_sheet("Notes")["A1"] = "text"
    m.book["Notes"].sheet_state = "hidden"
    m.book["Notes"]["A2"] = STATE
    m.book["Notes"].protection.sheet = True
    m.book["Notes"].sheet_state = "visible"
    m.model.row_dimensions[30].hidden = True
    m.model["G30"] = "text"


@breaks("SW19", "Inputs")
def sheet_without_the_master_check(m):
    m.inputs["A2"] = "Inputs of the model"


@breaks("SW19", "workbook")
def workbook_without_checks(m):
    m.checks.title = "Other"
    m.inputs["A2"] = m.model["A2"] = None


@keeps("SW19")
def master_check_linked_by_way_of_another_sheet(m):
    m.inputs["A2"] = "=Model!$A$2"
    m.values["Inputs", "A2"] = "ok"


@keeps("SW19")
def master_check_by_name(m):
    m.name("all_checks", "Checks!$C$4")
    m.inputs["A2"] = m.model["A2"] = '=IF(all_checks,"ok","")'


@breaks("SW20", "Data")
def long_table_without_frozen_panes(m):
    m.sheet("Data", *[(f"Item {n}", n, n) for n in range(50)])


@breaks("SW20", "Data")
def split_panes_that_are_not_frozen(m):
    sheet = m.sheet("Data", *[(f"Item {n}", n, n) for n in range(50)])
    sheet.freeze_panes = "B5"
    sheet.sheet_view.pane.state = "split"


@keeps("SW20")
def long_table_with_frozen_panes(m):
    m.sheet("Data", *[(f"Item {n}", n, n) for n in range(50)]).freeze_panes = "B5"


@keeps("SW20")
def long_text(m):
    m.sheet("Guide", *[(n, "text") for n in range(99)])


@breaks("SW21", "Model!G5")
def chart_without_alt_text(m):
    m.chart()


@breaks("SW21", "Model!G5")
def chart_without_titles(m):
    m.chart(titled=False)
    m.parts["xl/drawings/drawing1.xml"] = described


@keeps("SW21")
def chart_with_titles_and_alt_text(m):
    m.chart()
    m.parts["xl/drawings/drawing1.xml"] = described


@keeps("SW21")
def charts_without_room_for_titles_of_axes(m):
    for kind in (PieChart, RadarChart):
        m.chart(kind=kind)
    m.parts["xl/drawings/drawing1.xml"] = described


@breaks("SW22", "Model!C7:D7")
def merged_among_calculations(m):
    m.model.merge_cells("C7:D7")
    m.line(8, "={0}5+1")


@keeps("SW22")
def merged_title(m):
    m.model["A1"] = "Model"
    m.model.merge_cells("A1:E1")


@breaks("SW26", "Inputs!C7")
def open_number_that_nothing_uses(m):
    m.input(7, 3, used=False)


@keeps("SW26")
def inputs_used_by_a_range_a_name_a_chart_or_a_format(m):
    for row in range(7, 12):
        m.input(row, row, used=False)
    m.name("rate", "Inputs!$C$7")
    m.line(7, "=rate*SUM(Inputs!$B$8:$C$9)+{0}5")
    m.validate(m.inputs, "C5:C6", formula1="=$C$10")
    m.model.conditional_formatting.add("C5", FormulaRule(formula=["C5>Inputs!$C$11"]))


@keeps("SW26")
def locked_numbers_that_nothing_uses(m):
    m.inputs["D5"], m.inputs["E5"] = 1, 100
    m.name("usual", "Inputs!$D$5")
