"""What breaks the linter's rules of cells beside each other, and what only looks so."""

from openpyxl.worksheet.formula import DataTableFormula

from tests.support.lint_model import breaks, keeps, rows


@breaks("SW01", "Model!D5")
def another_formula_amid_a_row(m):
    m.model["D5"] = "=Inputs!$C$5+Inputs!$C$6"


@breaks("SW01", "Model!E6")
def another_formula_at_the_end_of_a_row(m):
    m.model["E6"] = "=D5/2"


@breaks("SW01", "Model!D7")
def wrong_formula_in_two_rows_of_a_long_row(m):
    m.line(7, "={}5+1")
    m.line(8, "={}5+2")
    m.model["D7"] = "=D$5+1"
    m.model["D8"] = None


@keeps("SW01")
def total_at_the_end_of_a_row(m):
    m.model["F5"], m.model["F6"] = "=SUM(C5:E5)", "=SUM(C6:E6)"


@keeps("SW01")
def labels_linked_side_by_side(m):
    rows(m.model, ("=Inputs!$A$5", "=Inputs!$B$6"), 7)
    m.model["C7"] = "=C5+C6"
    m.values["Model", "A7"], m.values["Model", "B7"] = "Input 5", "USD"


@keeps("SW01")
def a_list_with_a_formula_a_column(m):
    lines = [(n, n + 1, f"=A{n}*B{n}", f"=C{n}+1", f"=D{n}/C{n}") for n in range(4, 12)]
    m.sheet("Orders", *lines)


@keeps("SW01")
def row_without_cached_values_of_a_linked_text(m):
    rows(m.model, ("Names", "text", "=Inputs!$A$5", "=Inputs!$A$6"), 7)
    m.values |= {("Model", "C7"): "Input 5", ("Model", "D7"): "Input 6"}


@keeps("SW01")
def results_above_a_data_table(m):
    m.input(7, 3, used=False)
    sheet = m.sheet("Cases", ("Price", "=Model!$C$5", "=Model!$D$6"), (1, 1, 1), (2, 2, 2))
    sheet["B5"] = DataTableFormula("B5:C6", r1="Inputs!C7")


@breaks("SW10", "Inputs!D7")
def number_as_text_at_the_end_of_a_column(m):
    for row, value in enumerate((3, 4, " 1,250.5 "), 5):
        m.inputs.cell(row, 4, value)


@breaks("SW10", "Data!B4")
def number_as_text_amid_a_row(m):
    m.sheet("Data", (1, "2", 3))


@keeps("SW10")
def years_as_text_above_numbers(m):
    m.sheet("Data", ("Item", "2024", "2025"), ("Nut", 1, 2), ("Bolt", 3, 4))


@keeps("SW10")
def versions_as_text(m):
    m.sheet("Data", ("Version", "By"), ("1.1", "Ann"), ("1.10", "Bo"), ("1.11", "Ann"))


@keeps("SW10")
def text_of_several_numbers(m):
    for row, value in enumerate((3, 4, "1, 2, 2"), 5):
        m.inputs.cell(row, 4, value)


@breaks("SW12", "Model!D6")
def number_typed_amid_a_row(m):
    m.model["D6"] = 5


@breaks("SW12", "Model!F6")
def number_typed_at_the_end_of_a_row(m):
    m.model["F4"], m.model["F5"], m.model["F6"] = 4, "=Inputs!$C$5*Inputs!$C$6", 5


@keeps("SW12")
def opening_balance_and_actual_months(m):
    rows(m.model, ("Balance", "USD", 0, "=C7+D5", "=D7+E5", "=E7+C5"), 7)
    m.model["F7"] = "=E7+F5"
    m.model["F5"] = "=Inputs!$C$5*Inputs!$C$6"


@keeps("SW12")
def typed_column_between_columns_of_formulas(m):
    lines = [(n, f"=A{n}+1", 5 + n, f"=B{n}*C{n}") for n in range(4, 9)]
    m.sheet("Orders", *lines)


@breaks("SW13", "Model!B6")
def row_without_unit(m):
    m.model["B6"] = None


@keeps("SW13")
def table_with_heads_of_its_own_below(m):
    rows(m.model, ("No.", "Item", "Price, USD"), 8)
    rows(m.model, (1, None, 5), 9)


@keeps("SW13")
def sheet_without_a_column_of_units(m):
    m.sheet("Data", ("Item", None, "Price, USD"), ("Nut", None, 4))


@breaks("SW14", "Model!A6")
def two_lines_of_one_label(m):
    m.model["A6"] = "LINE 5 "


@keeps("SW14")
def two_lines_of_one_label_without_units(m):
    m.sheet("Data", ("Item", "Price"), ("Nut", "=Model!C5*2"), ("Nut", "=Model!C5+2"))


@keeps("SW14")
def line_shown_twice(m):
    m.sheet(
        "Summary",
        ("Line", "Unit", "Value"),
        ("Sales", "USD", "=Model!C5"),
        ("Cost", "USD", "=Model!C6"),
        ("Sales", "USD", "=Model!C5"),
    )


@keeps("SW14")
def labels_that_differ_in_their_second_column(m):
    m.sheet(
        "Summary",
        ("Line", "Plan", "Unit", "Value"),
        ("Sales", "A", "USD", "=Model!C5"),
        (None, "B", "USD", "=Model!C6"),
        ("Cost", "A", "USD", "=Model!D5"),
        (None, "B", "USD", "=Model!D6"),
    )


@keeps("SW14")
def glossary(m):
    m.sheet("Lines", ("Line", "Unit", "Meaning"), ("Rework", "USD", "a"), ("Rework", "%", "b"))


@keeps("SW14")
def data_in_a_list(m):
    m.sheet("Data", ("Item", "Price"), ("Nut", 3), ("Nut", 4))


@breaks("SW12", "List!C7")
def number_typed_amid_a_column(m):
    lines = [(f"Item {n}", f"=Model!$C$5*{n % 3}", f"=B{n}*2") for n in range(4, 10)]
    m.sheet("List", *lines)["C7"] = 99


@breaks("SW01", "List!C7")
def another_formula_amid_a_column(m):
    lines = [(f"Item {n}", f"=Model!$C$5*{n % 3}", f"=B{n}*2") for n in range(4, 10)]
    m.sheet("List", *lines)["C7"] = "=B6*2"


@keeps("SW01")
def subtotals_amid_a_column(m):
    lines = [(f"Item {n}", 2 + n, f"=B{n}*2") for n in range(4, 12)]
    sheet = m.sheet("List", *lines)
    rows(sheet, ("Subtotal", "=SUM(B4:B6)", "=SUM(C4:C6)"), 7)


@breaks("SW28", "List!B9")
def total_without_its_last_line(m):
    rows(m.sheet("List", *[(f"Item {n}", 3 * n) for n in range(4, 9)]), ("All", "=SUM(B4:B7)"), 9)


@keeps("SW28")
def totals_of_two_blocks_below_them(m):
    sheet = m.sheet("List", *[(f"Item {n}", "=Model!$C$5") for n in range(4, 8)])
    rows(sheet, ("First two", "=SUM(B4:B5)"), 8)
    rows(sheet, ("Last two", "=SUM(B6:B7)"), 9)


@keeps("SW28")
def total_below_another_total(m):
    sheet = m.sheet("List", *[(f"Item {n}", 3 * n) for n in range(4, 9)])
    rows(sheet, ("All", "=SUM(B4:B8)"), 9)
    rows(sheet, ("Mean", "=AVERAGE(B4:B8)"), 10)
