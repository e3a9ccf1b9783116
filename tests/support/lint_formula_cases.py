"""What breaks the linter's rules of formulas, and what only looks so."""

import re

from openpyxl.formatting.rule import FormulaRule
from openpyxl.worksheet.table import Table

from tests.support.lint_model import OPEN, breaks, described, keeps, rows

LONG = "=" + "+".join(["{0}5"] * 40)


@breaks("SW02", "Model!C7:E7")
def long_formula(m):
    m.line(7, LONG)


@keeps("SW02")
def long_formula_on_a_sheet_of_typed_numbers(m):
    m.sheet("Data", *([n] for n in range(9)), [LONG.format("A")])


@keeps("SW02")
def formula_of_exactly_the_limit(m):
    m.line(7, "=" + "+".join(["{0}5"] * 33) + "+1")


@breaks("SW03", "Model!C7:E7")
def if_inside_if(m):
    m.line(7, "=IF({0}5>0,1+MAX(IF({0}6>0,1,0),0),0)")


@keeps("SW03")
def ifs_beside_each_other(m):
    m.line(7, "=IF({0}5>0,1,0)+IF({0}6>0,1,0)")


@keeps("SW03")
def if_in_a_text(m):
    m.line(7, '=IF({0}5>0,"IF(IF(1,2),3)","(")')
    m.values |= {("Model", f"{letter}7"): "(" for letter in "CDE"}


@breaks("SW04", "Model!C7:E7")
def offset(m):
    m.line(7, "=OFFSET({0}5,0,0)")


@breaks("SW04", "Model!C7:E7")
def volatile_function_with_a_prefix(m):
    m.line(7, "=SUM(_xlfn.RANDARRAY(1))+{0}5")


@breaks("SW04", "name latest")
def volatile_name(m):
    m.name("latest", "TODAY()-1")


@keeps("SW04")
def volatile_word_in_a_text(m):
    m.line(7, '="NOW()"&{0}5')
    m.values |= {("Model", f"{letter}7"): "NOW()1" for letter in "CDE"}


@breaks("SW05", "Model!C7:E7")
def constant(m):
    m.line(7, "={0}5*1.07")


@breaks("SW05", "Model!C7:E7")
def percent(m):
    m.line(7, "={0}5*(1+7%)")


@breaks("SW05", "Model!C7:E7")
def constant_in_an_array(m):
    m.line(7, "=SUM({{1,3}}*{0}5)")


@keeps("SW05")
def constants_of_the_calendar(m):
    m.line(7, "=({0}5*52/12+7*24-1)*2/100%+1E0")


@keeps("SW05")
def constants_that_choose_what_a_function_does(m):
    m.line(7, "=ROUND({0}5,4)+SUBTOTAL(109,{0}5:{0}6)")


@keeps("SW05")
def digits_in_names_and_texts(m):
    m.line(7, '=IF({0}5>0,Model2!$A$4,"99")')
    m.sheet("Model2", (3,))


@breaks("SW08", "Model!C7:E7")
def external_reference(m):
    m.line(7, "='[1]Price list'!$A$1*{0}5")


@breaks("SW08", "name prices")
def external_name(m):
    m.name("prices", "[1]Prices!$A$1:$A$9")


@breaks("SW08", "workbook")
def external_link_part(m):
    m.parts |= {
        "xl/externalLinks/externalLink1.xml": "<externalLink />",
        "xl/externalLinks/_rels/externalLink1.xml.rels": '<Relationships><Relationship Id="rId1" '
        'Type="a/externalLinkPath" Target="prices.xlsx" TargetMode="External" /></Relationships>',
    }


@keeps("SW08")
def hyperlink_and_table(m):
    m.inputs["D5"].hyperlink = "https://example.com"
    m.inputs["D5"] = "source"
    sheet = m.sheet("Orders", ("Item", "Price"), ("Nut", 1), ("Bolt", 2))
    sheet.add_table(Table(displayName="Orders", ref="A4:B6"))
    m.line(7, "=SUM(Orders[Price])*{0}5")


@breaks("SW18", "Model!C8")
def npv(m):
    rows(m.model, ("Value", "USD", "=NPV(Inputs!$C$5,C5:E5)"), 8)


@keeps("SW18")
def npv_on_checks(m):
    m.checks["C8"] = "=NPV(Inputs!C5,Model!C5:E5)"


@breaks("SW23", "Model!C7")
def circle_of_two(m):
    rows(m.model, ("Interest", "USD", "=C8/2"), 7)
    rows(m.model, ("Debt", "USD", "=C5+C7"), 8)


@breaks("SW23", "Model!C7")
def formula_that_refers_to_itself_by_a_range(m):
    rows(m.model, ("Total", "USD", "=SUM(C5:C7)"), 7)


@breaks("SW23", "Model!C7")
def circle_through_sheets_and_names(m):
    m.name("grand_total", "'Far away'!$B$5:$B$9")
    m.sheet("Far away", ("Item", "USD"), ("All", "=Model!C7"))
    rows(m.model, ("Total", "USD", "=MAX(grand_total)"), 7)


@breaks("SW23", "Orders!C6")
def circle_in_a_table(m):
    sheet = m.sheet("Orders", ("Item", "Price", "Share"), ("Nut", 1, 1), ("Bolt", 2, None))
    sheet.add_table(Table(displayName="Orders", ref="A4:C6"))
    sheet["C6"] = "=Orders[[#This Row],[Price]]/SUM(Orders[Share])"


@keeps("SW23")
def calculated_column_of_a_table(m):
    sheet = m.sheet("Orders", ("Item", "Price", "Share"))
    for row in (5, 6, 7):
        share = "=Orders[[#This Row],[Price]]/SUM(Orders[Price])"
        rows(sheet, (f"Item {row}", row, share), row)
    sheet.add_table(Table(displayName="Orders", ref="A4:C7"))


@keeps("SW23")
def running_balance(m):
    rows(m.model, ("Balance", "USD", 0, "=C7+D5", "=D7+E5"), 7)
    rows(m.model, ("So far", "USD", "=SUM($C5:C5)+1", "=SUM($C5:D5)+1", "=SUM($C5:E5)+1"), 8)


@keeps("SW23")
def formulas_that_ask_where_they_are(m):
    rows(m.checks, ("Rows", "check", "=ROWS(C$4:C20)>ROW(C20)"), 20)
    rows(m.checks, ("Above", "check", "=INDEX(C4:C40,ROW()-1)"), 21)
    rows(m.checks, ("Below", "check", "=INDEX(C4:C40,ROW()-1)"), 22)


@breaks("SW24", "Model!C7:E7")
def reference_to_an_empty_cell(m):
    m.line(7, "={0}5+Inputs!$D$9")


@breaks("SW24", "Model!C7:E7")
def arithmetic_with_a_text(m):
    m.line(7, "={0}5*Inputs!$A$5")


@keeps("SW24")
def empty_cells_in_ranges_and_tests(m):
    m.line(7, '=SUM({0}5:{0}6,{0}9:{0}20)+IF(Inputs!$D$9="",0,Inputs!$D$9)')
    m.line(8, "=IF(ISBLANK(Inputs!$D$9),1,2)+COLUMN($G$30)")


@keeps("SW24")
def open_cell_left_empty(m):
    m.inputs["C9"].protection = OPEN
    m.inputs["C9"].number_format = "0.0"
    m.line(7, "={0}5+Inputs!$C$9")


@breaks("SW25", "Model!C7:E7")
def whole_column(m):
    m.line(7, "=SUM(Inputs!$C:$C)+{0}5")


@breaks("SW25", "Model!C7:E7")
def whole_row_by_its_ends(m):
    m.line(7, "=SUM(Inputs!$A5:$XFD5)+{0}5")


@breaks("SW25", "name all_of_it")
def whole_column_in_a_name(m):
    m.name("all_of_it", "Inputs!$C:$C")


@keeps("SW25")
def long_range(m):
    m.line(7, "=SUM(Inputs!$C$5:$C$9999)+{0}5")


@breaks("SW27", "name gone")
def lost_name(m):
    m.name("gone", "Model!#REF!")


@breaks("SW27", "Model!C5:E5")
def lost_format(m):
    m.model.conditional_formatting.add("C5:E5", FormulaRule(formula=["#REF!>0"]))


@breaks("SW27", "Inputs!D6")
def lost_validation(m):
    m.validate(m.inputs, "D6", formula1="#REF!")


@breaks("SW27", "Model!C7:E7")
def lost_reference_in_a_formula(m):
    m.line(7, "=IFERROR(Inputs!#REF!,{0}5)")


@breaks("SW27", "Model!G5")
def lost_series_of_a_chart(m):
    m.chart()
    m.parts["xl/drawings/drawing1.xml"] = described
    m.parts["xl/charts/chart1.xml"] = lambda xml: re.sub(r"<f>[^<]*</f>", "<f>#REF!</f>", xml)


@keeps("SW27")
def lost_reference_in_a_text(m):
    m.line(7, '=IF({0}5>0,1,LEN("#REF!"))')
