"""The rules that every generated workbook keeps, read from the finished file."""

import re
from xml.etree import ElementTree

import pytest
from openpyxl.utils import column_index_from_string, get_column_letter

from shorewise.engine import INPUTS, Scenario
from shorewise.engine.country_figures import FOLLOWING
from shorewise.engine.evidence import FIGURES
from shorewise.engine.lists import LISTS
from shorewise.workbook import describe, workbook_bytes
from tests.support.generated_workbooks import (
    BACK,
    CALCULATIONS,
    FRONT,
    HEAD_ROW,
    HIDDEN,
    INPUT_SHEETS,
    NUMBER_ROW,
    OUTPUTS,
    PLAN_SHEETS,
    STATIC,
    Made,
    area,
    block,
    filled,
    formulas,
    made,
    unlocked,
)
from tests.support.spreadsheet_engines import by_formualizer, by_ironcalc, without_tables

MOVED_BY_TABLES = ("sensitivity_case", "salary_times", "management_times", "table_case")
CONSTANTS = {0, 0.01, 1, 2, 7, 12, 24, 52}
FORBIDDEN = r"\b(OFFSET|INDIRECT|NOW|TODAY|RAND|RANDBETWEEN|RANDARRAY|CELL|INFO)\("
TEXT = r'"(?:[^"]|"")*"'
ADDRESS = re.compile(r"(?<![\w.])(\$?)([A-Z]{1,3})(\$?)([1-9]\d*)(?![\w(])")
RANGE = re.compile(
    r"(?:(\w+)!)?(\$?[A-Z]{1,3}\$?[1-9]\d*)(?::(\$?[A-Z]{1,3}\$?[1-9]\d*))?(?![\w(])"
)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def relative(formula, row, column):
    """The formula in R1C1, as it would stand in any cell it is copied to."""

    def moved(match):
        fixed_column, letters, fixed_row, number = match.groups()
        across, down = column_index_from_string(letters), int(number)
        r = f"R{down}" if fixed_row else f"R[{down - row}]"
        return r + (f"C{across}" if fixed_column else f"C[{across - column}]")

    return ADDRESS.sub(moved, formula)


def nested_ifs(formula):
    """Whether an IF stands inside another one's brackets."""
    open_calls = []
    for name, bracket in re.findall(r"(\w*)([()])", re.sub(TEXT, "", formula)):
        if bracket == ")":
            open_calls.pop()
        else:
            if name == "IF" and "IF" in open_calls:
                return True
            open_calls.append(name)
    return False


def constants(formula):
    bare = ADDRESS.sub("", re.sub(TEXT, "", formula))
    return {float(n) for n in re.findall(r"(?<![\w.!])\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", bare)}


def test_inputs_calculations_and_outputs_are_on_separate_sheets(file):
    assert file.live.sheetnames == [*FRONT, *BACK, *HIDDEN]


def test_sheets_without_business_for_a_reader_are_hidden_and_can_be_shown(file):
    states = {sheet.title: sheet.sheet_state for sheet in file.live}
    assert states == dict.fromkeys((*FRONT, *BACK), "visible") | dict.fromkeys(HIDDEN, "hidden")
    assert file.live.active.title == "Board"
    assert not file.live.security or not file.live.security.lockStructure


def test_tabs_have_the_colour_of_their_group(file):
    colours = {sheet.title: sheet.sheet_properties.tabColor.rgb for sheet in file.live}
    (front,) = {colours[title] for title in FRONT}
    assert front not in {colours[title] for title in (*BACK, *HIDDEN)}


def test_about_lists_every_sheet_and_links_to_those_that_are_visible(file):
    cells = {}
    for (cell,) in file.live["About"].iter_rows(max_col=1):
        if cell.value in file.live.sheetnames:
            cells.setdefault(cell.value, cell)  # the hash of the assumptions has such a label too
    assert [*cells] == [title for title in file.live.sheetnames if title != "About"]
    assert {title for title, cell in cells.items() if cell.hyperlink} == {*FRONT, *BACK} - {"About"}
    links = [cell.hyperlink for sheet in file.live for row in sheet.iter_rows() for cell in row]
    for link in filter(None, links):
        if link.location and link.location.partition("!")[0].strip("'") in HIDDEN:
            assert "Unhide" in link.tooltip, link.location


def test_input_cells_hold_no_formulas(file):
    following = {cell for name in (*FOLLOWING, "rule_names") for cell in block(file, name)}
    assert unlocked(file) & set(formulas(file)) - following == set()


def test_calculation_sheets_contain_no_typed_numbers_except_column_numbers_and_openings(file):
    for title, cell in filled(file, (*CALCULATIONS, *PLAN_SHEETS)):
        if isinstance(cell.value, (int, float)):
            head = file.live[title].cell(HEAD_ROW, cell.column).value
            assert cell.row == NUMBER_ROW or (head == "Opening" and cell.value == 0), cell


def test_every_row_has_one_formula(file):
    rows = {}
    for (title, row, column), text in formulas(file).items():
        if file.live[title].cell(NUMBER_ROW, column).value is not None:
            rows.setdefault((title, row), set()).add(relative(text, row, column))
    assert {row: found for row, found in rows.items() if len(found) > 1} == {}


def test_formulas_of_calculations_have_at_most_100_characters(file):
    assert [f for f in formulas(file, CALCULATIONS).values() if len(f) > 100] == []


def test_no_if_is_nested_in_another(file):
    assert [f for f in formulas(file).values() if nested_ifs(f)] == []


def test_npv_is_computed_from_discount_factors_and_only_checked_by_the_excel_function(file):
    used = {
        title for (title, _, _), text in formulas(file).items() if re.search(r"\bX?NPV\(", text)
    }
    assert used <= {"Checks"}


def test_the_master_check_shows_on_every_sheet_of_the_scenario(file):
    (shown,) = {sheet.cell(3, 1).value for sheet in file.live if sheet.title not in STATIC}
    _, cell = RANGE.search(shown).groups()[:2]
    row = file.live["Checks"][cell].row
    assert file.live["Checks"].cell(row, 1).value == "All checks"


def test_the_legend_shows_the_colour_of_every_input_cell(file):
    legend = {row[1].value: row[0].fill.fgColor.rgb for row in file.live["About"].iter_rows(20)}
    (colour,) = [fill for text, fill in legend.items() if text and text.startswith("Input")]
    inputs = {cell for cell in unlocked(file) if cell[0] in INPUT_SHEETS}
    assert {file.live[s].cell(r, c).fill.fgColor.rgb for s, r, c in inputs} == {colour}


def test_no_formula_is_volatile_or_builds_addresses_from_text(file):
    assert [f for f in formulas(file).values() if re.search(FORBIDDEN, f)] == []


def test_formulas_contain_no_constants_except_those_of_the_calendar(file):
    assert {n for f in formulas(file).values() for n in constants(f)} <= CONSTANTS


def test_no_calculation_uses_a_cell_that_may_contain_text():
    texts = {
        place for place, text in formulas(made("over-a-year"), CALCULATIONS).items() if '"n' in text
    }
    for (title, row, _), text in formulas(made("over-a-year"), CALCULATIONS).items():
        for sheet, first, last in RANGE.findall(re.sub(TEXT, "", text)):
            used = {(sheet or title, *place) for place in area(f"{first}:{last or first}")}
            assert not used & texts, (title, row, text)
    assert texts


SIGN_OFF = ("prepared", "reviewed", "approved")


def test_cells_are_unlocked_exactly_where_an_input_may_be_changed(file):
    names = ("scenario_name", "start_month", "rule_names", "presentation_currency")
    names += ("saved_case_1", "saved_case_2", "saved_case_3")
    names += tuple(f"{who}_{part}" for who in SIGN_OFF for part in ("by", "on"))
    names += ("version_version", "version_date", "version_by", "version_changes")
    names += ("plan_names", "site_names", "role_names")
    names += tuple(f"{entry.axis}_names" for entry in LISTS if not entry.names)
    names += ("site_countries", "own_rule_names")
    names += ("figure_owner", "figure_evidence", "figure_stated")
    expected = {cell for name in names for cell in block(file, name)}
    own = [(entry, f"own_{entry.name}") for entry in INPUTS if entry.name in FOLLOWING]
    for entry, name in [*((entry, entry.name) for entry in INPUTS), *own]:
        cells = block(file, name)
        first_row, first_column = cells[0][1:]
        rows = len({cell[1] for cell in cells}) / len(file.scenario.plans)
        for cell in cells:
            onshore = cell[2] == first_column
            baseline = entry.axes[:1] == ("plan",) and cell[1] < first_row + rows
            if not (entry.fixed_onshore if onshore else baseline):
                expected.add(cell)
    expected -= {cell for name in MOVED_BY_TABLES for cell in block(file, name)}
    assert unlocked(file) == expected - set(by_definition(file))


def by_definition(file):
    """Cells of the book of assumptions for what the onshore base has by definition."""
    inputs, sites = {entry.name: entry for entry in INPUTS}, len(file.scenario.sites)
    parts = ("basis", "owner", "evidence", "stated", "expires", "status")
    for part in parts:
        cells = block(file, f"figure_{part}")  # the sites of a figure together
        for number, figure in enumerate(FIGURES.values()):
            if all(inputs[name].fixed_onshore for name in figure.inputs):
                yield cells[number * sites]


def test_every_sheet_is_protected_but_for_the_one_with_groups_to_open(file):
    assert [sheet.title for sheet in file.live if not sheet.protection.sheet] == ["Inputs"]


def validations(file):
    """The rule of every validated cell."""
    return {
        (sheet.title, *place): rule
        for sheet in file.live
        for rule in sheet.data_validations.dataValidation
        for cells in rule.sqref.ranges
        for place in area(cells.coord)
    }


def test_every_input_cell_has_a_validation_that_rejects(file):
    stops = {
        cell
        for cell, rule in validations(file).items()
        if rule.showErrorMessage and rule.errorStyle == "stop" and not rule.allowBlank
    }
    assert {cell for cell in unlocked(file) if cell[0] in INPUT_SHEETS} - stops == set()


def plan_cells(file):
    """The cells of the names of plans, as formulas of another sheet name them."""
    cells = block(file, "plan_names")
    return [f"{sheet}!${get_column_letter(column)}${row}" for sheet, row, column in cells]


def test_the_validation_allows_exactly_the_range_of_the_input(file):
    rules = validations(file)
    for entry in (entry for entry in INPUTS if entry.name not in MOVED_BY_TABLES):
        highest = entry.highest
        if entry.name == "months_counted":  # no more than the horizon has
            highest = file.scenario.horizon_months
        kind = "date" if entry.is_month else "whole" if entry.whole else "decimal"
        expected = (kind, entry.lowest, highest)
        for rule in (rules[cell] for cell in block(file, entry.name)):
            if rule.type == "list" and rule.formula1.endswith("_choices"):  # of words
                offered = [file.live[sheet].cell(row, column).value
                           for sheet, row, column in block(file, rule.formula1)]  # fmt: skip
                words = [*entry.shown_choices]
                if entry.name == "sensitivity_plan":  # names of plans, by formulas
                    words = ["Recommended", *("=" + cell for cell in plan_cells(file))]
                assert offered == words, entry.name
                continue
            if rule.type == "list":  # of choices: each number, in words beside the cell
                offered = ",".join(str(number) for number in range(len(entry.choices)))
                assert rule.formula1 == f'"{offered}"', entry.name
                continue
            assert (rule.type, float(rule.formula1), float(rule.formula2)) == expected, entry.name


def test_the_file_has_no_macros_and_no_external_links(file):
    names = " ".join(file.parts).lower()
    assert not re.search(r"vba|macro|external|activex|connection|customxml|embeddings", names)
    assert not any(re.search(rb"TargetMode|macroEnabled", part) for part in file.parts.values())


def test_excel_opens_the_file_without_recalculating(file):
    book = ElementTree.fromstring(file.parts["xl/workbook.xml"])
    assert book.find(f"{MAIN}calcPr").attrib == {"calcId": "191029"}


def charts(file):
    found = [part for name, part in file.parts.items() if name.startswith("xl/charts/chart")]
    assert len(found) == 6
    return [ElementTree.fromstring(part) for part in found]


def test_charts_and_their_axes_have_titles_and_are_visible(file):
    for chart in charts(file):
        axes = [*chart.iter(f"{CHART}catAx"), *chart.iter(f"{CHART}valAx")]
        assert len(axes) == 2
        for titled in (chart.find(f"{CHART}chart"), *axes):
            title = titled.find(f"{CHART}title")
            assert "".join(title.itertext()).strip()
            assert title.find(f"{CHART}overlay").get("val") == "0"
        assert [axis.find(f"{CHART}delete").get("val") for axis in axes] == ["0", "0"]


@pytest.mark.parametrize("kind", ["num", "str"])
def test_charts_cache_the_values_of_the_cells_they_draw(file, kind):
    for chart in charts(file):
        references = list(chart.iter(f"{CHART}{kind}Ref"))
        assert len(references) >= len(list(chart.iter(f"{CHART}ser")))
        for reference in references:
            sheet, cells = reference.find(f"{CHART}f").text.split("!")
            values = [file.cached[sheet.strip("'")].cell(*place).value for place in area(cells)]
            cache = reference.find(f"{CHART}{kind}Cache")
            assert int(cache.find(f"{CHART}ptCount").get("val")) == len(values)
            points = [point.find(f"{CHART}v").text for point in cache.iter(f"{CHART}pt")]
            if kind == "num":  # openpyxl writes 16 digits
                assert [float(p) for p in points] == pytest.approx(values, rel=1e-14)
            else:
                assert points == [str(value) for value in values]


def test_every_formula_has_a_cached_value(file):
    sheets = [part for name, part in file.parts.items() if name.startswith("xl/worksheets/sheet")]
    cells = [c for part in sheets for c in ElementTree.fromstring(part).iter(f"{MAIN}c")]
    live = [cell for cell in cells if cell.find(f"{MAIN}f") is not None]
    # And the first cells of data tables: of drivers, of cases, and a two-way table for each plan.
    assert len(live) == len(formulas(file)) + 2 + len(file.scenario.plans)
    assert [c.get("r") for c in live if not c.findtext(f"{MAIN}v") or c.get("t") == "e"] == []


def named(name, plan, site, role):
    heads = {"Onshore": {role: 1}, site: {role: 2}}
    plans = [{"name": "Base", "heads": {"Onshore": {role: 3}}}, {"name": plan, "heads": heads}]
    data = {"name": name, "roles": [role], "plans": plans}
    return Made(Scenario.from_dict(data | {"sites": [{"name": each} for each in heads]}, "names"))


HOSTILE = ("=1+1", "+A1", "@x", '-2+HYPERLINK("http://a.b","c")')


@pytest.fixture(scope="module")
def hostile():
    return named(*HOSTILE)


@pytest.mark.soak
def test_names_that_look_like_formulas_add_no_formula(hostile):
    assert formulas(hostile) == formulas(named("Book", "Plan", "Site", "Role"))


@pytest.mark.soak
def test_names_that_look_like_formulas_stay_texts(hostile):
    texts = {cell.value for _, cell in filled(hostile, ("Inputs",)) if cell.data_type == "s"}
    assert set(HOSTILE) <= texts


def test_names_that_look_like_formulas_show_in_every_linked_cell(hostile):
    linked = (*OUTPUTS, *CALCULATIONS)
    shown = [str(cell.value) for title in linked for row in hostile.cached[title] for cell in row]
    assert all(any(name in text for text in shown) for name in HOSTILE)


@pytest.mark.soak
@pytest.mark.parametrize("oracle", [by_ironcalc, by_formualizer])
def test_names_that_look_like_formulas_are_texts_in_other_engines(hostile, oracle, tmp_path):
    path = tmp_path / "hostile.xlsx"
    path.write_bytes(workbook_bytes(without_tables(describe(hostile.scenario))))
    cells = [
        ("Inputs", c.coordinate) for _, c in filled(hostile, ("Inputs",)) if c.value in HOSTILE
    ]
    assert set(oracle(str(path), cells).values()) == set(HOSTILE)
