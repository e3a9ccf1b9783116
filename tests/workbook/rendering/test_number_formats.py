"""Figures and prompts read as they are meant: no lone points, no red too pale, no text cut off."""

import io
import re

import pytest
from openpyxl import load_workbook

from shorewise.engine import INPUTS, Scenario
from shorewise.udfs.functions_workbook import functions_book
from shorewise.workbook import WorkbookError, describe, workbook_bytes
from shorewise.workbook.layout.sheet import Book, Rule, Sheet
from shorewise.workbook.rendering.render import package
from shorewise.workbook.rendering.theme import contrast
from tests.support.sample_scenarios import random_scenario, small_data
from tests.support.written_workbooks import default_book

LABELS = {entry.label for entry in INPUTS}


def losing():
    data = small_data()
    data["sites"][1]["salary"] = 400_000.0
    return Scenario.from_dict(data, "losing")


@pytest.fixture(scope="module")
def books():
    return [default_book(), describe(losing()), functions_book()]


def value_of(cell):
    return getattr(cell.content, "value", cell.content)


def test_no_figure_ends_with_a_decimal_point(books):
    seen = 0
    for book in books:
        for sheet in book.sheets:
            for where, cell in sheet.cells.items():
                optional = re.search(r"\.(#+)(?![#0])", cell.number_format)
                value = value_of(cell)
                if optional and isinstance(value, (int, float)):
                    places = len(optional[1])
                    assert round(value, places) != round(value), (sheet.title, where, value)
                seen += isinstance(value, float)
    assert seen > 1_000


def test_no_number_format_names_a_colour(books):
    # [Red] stands out from white at 4.0 to 1, from the fill of results at 3.6: WCAG 2.2 asks 4.5.
    assert contrast("FF0000", "FFFFFF") < 4.5
    for book in books:
        for sheet in book.sheets:
            for where, cell in sheet.cells.items():
                found = re.findall(r"\[(?![<>=])[A-Za-z]", cell.number_format)
                assert found == [], (sheet.title, where)


@pytest.mark.soak
def test_negative_figures_contrast_with_every_fill_behind_them():
    workbook = load_workbook(io.BytesIO(workbook_bytes(describe(losing()))), data_only=True)
    negative = 0
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, (int, float)) and cell.value < 0:
                    fill = cell.fill.fgColor.rgb[2:] if cell.fill.fill_type else "FFFFFF"
                    ink = cell.font.color.rgb[2:]
                    assert contrast(ink, fill) >= 4.5, (sheet.title, cell.coordinate)
                    negative += 1
    assert negative > 100


def test_every_prompt_contains_the_whole_label_of_its_input():
    workbook = load_workbook(io.BytesIO(package(default_book())))
    rules = [rule for sheet in workbook for rule in sheet.data_validations.dataValidation]
    long = 0
    for rule in rules:
        said = f"{rule.promptTitle}. {rule.prompt}"
        assert (rule.promptTitle, rule.prompt) == (rule.errorTitle, rule.error)
        assert len(rule.promptTitle) <= 32
        assert len(rule.prompt) <= 255
        if not any(said.startswith(label) for label in LABELS):
            held = [label for label in LABELS if rule.prompt.startswith(f"{label}. Allowed: ")]
            if held:
                long += 1
                topic = re.split(r"[:,(]", held[0])[0].strip()
                assert rule.promptTitle in (topic, "Input")
    assert long > 30
    (case,) = [rule for rule in rules if rule.promptTitle == "Case"]
    assert case.prompt == "Allowed: a choice of the list"


def test_a_prompt_that_excel_would_cut_is_refused():
    sheet = Sheet("A", "input", rules=[Rule("$A$1", "whole", 0, 1, "Count", "x" * 250)])
    sheet.put(1, 1, 1, "input")
    with pytest.raises(WorkbookError, match="a prompt of 259 characters; Excel takes 255"):
        package(Book("Book", [sheet, Sheet("B", "input")], {}))


@pytest.mark.soak(keep=2)
@pytest.mark.parametrize("seed", ["default", "losing", 0, 1, 2, 3, 11])
def test_rounding_residues_are_shown_as_zero(seed):
    named = {"default": Scenario.default, "losing": losing}
    scenario = named[seed]() if seed in named else random_scenario(seed)
    for sheet in describe(scenario).sheets:
        for where, cell in sheet.cells.items():
            value = value_of(cell)
            if isinstance(value, float) and "%" in cell.number_format:
                assert value == 0 or abs(value) > 1e-9, (sheet.title, where, value)
