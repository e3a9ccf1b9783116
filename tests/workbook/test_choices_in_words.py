"""Choices in a workbook: a word of a list in the cell, its number in formulas."""

import functools
import io

import numpy as np
import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from shorewise.engine import INPUTS, Scenario, take
from shorewise.workbook import describe, workbook_bytes
from shorewise.workbook.layout.choices import code_name
from shorewise.workbook.layout.context import Context
from tests.support.engine_differences import differing
from tests.support.spreadsheet_engines import by_formualizer, by_ironcalc, by_libreoffice

# The words that a reader finds in each list, in the order of the numbers that formulas use.
WORDS = {
    "case_number": {1: "Base", 2: "Optimistic", 3: "Pessimistic", 4: "Saved case 1",
                    5: "Saved case 2", 6: "Saved case 3"},
    "decision": {0: "Replace the onshore team", 1: "Hire abroad instead", 2: "Add capacity"},
    "criterion": {0: "Highest NPV after risk", 1: "Lowest risk-adjusted cost",
                  2: "Lowest peak funding need"},
    "sizing": {0: "Heads as entered", 1: "Sized to the baseline's output"},
    "whole_heads": {0: "Not rounded", 1: "Rounded up to whole heads"},
    "distance_loss": {0: "Productivity and communication", 1: "The larger of the two",
                      2: "Productivity only", 3: "Communication only"},
    "cost_index": {0: "All with local pay", 1: "Each with its own index"},
    "management_basis": {0: "Share of direct cost", 1: "Share of onshore cost",
                         2: "Hours of management"},
    "discount_grade": {0: "Official", 1: "Secondary", 2: "Own figure", 3: "Assumption"},
}  # fmt: skip
ENGINES = (by_ironcalc, by_formualizer, by_libreoffice)


@functools.cache
def package():
    return workbook_bytes(describe(Scenario.from_dict(DATA, "choices")))


DATA = {
    "horizon_months": 6,
    "billing_rate": 150,
    "roles": ["Engineer"],
    "sites": [{"name": "Home", "salary": 100_000}, {"name": "Abroad"}],
    "plans": [{"name": "Base", "heads": {"Home": 4}}, {"name": "Move", "heads": {"Abroad": 4}}],
}


def cell(workbook, name):
    [(sheet, address)] = workbook.defined_names[name].destinations
    return workbook[sheet][address]


def edited(target, cells):
    """The workbook with other contents of input cells; without data tables, for IronCalc."""
    workbook = load_workbook(io.BytesIO(package()))
    for row in workbook["Sensitivity"].iter_rows():
        for one in row:
            if type(one.value).__name__ == "DataTableFormula":
                one.value = None
    for name, content in cells.items():
        cell(workbook, name).value = content
    workbook.save(target)
    return {name: (one.parent.title, one.coordinate)
            for name in (*map(code_name, WORDS), "all_inputs")
            if name in workbook.defined_names and (one := cell(workbook, name))}  # fmt: skip


def found(engine, path, places):
    values = engine(str(path), [*places.values()])
    return {name: values[place] for name, place in places.items()}


def test_every_choice_of_the_whole_scenario_is_entered_in_words():
    assert {*WORDS} == {entry.name for entry in INPUTS if entry.choices and not entry.axes}
    workbook = load_workbook(io.BytesIO(package()))
    scenario = Scenario.from_dict(DATA, "choices")
    for name, words in WORDS.items():
        assert cell(workbook, name).value == words[scenario.values[name].item()]


def test_no_label_of_a_choice_has_numbers():
    labels = [entry.label for entry in INPUTS if entry.choices]
    assert [label for label in labels if any(map(str.isdigit, label))] == []


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("turn", range(6))
def test_the_number_follows_the_word(engine, turn, tmp_path):
    chosen = {name: [*words.items()][turn % len(words)] for name, words in WORDS.items()}
    path = tmp_path / "chosen.xlsx"
    places = edited(path, {name: word for name, (_, word) in chosen.items()})
    assert found(engine, path, places) == {code_name(n): k for n, (k, _) in chosen.items()}


@pytest.mark.soak
@pytest.mark.parametrize("engine", ENGINES)
def test_a_number_in_the_place_of_a_word_is_taken_as_it_is(engine, tmp_path):
    path = tmp_path / "numbers.xlsx"
    places = edited(path, {name: [*words][-1] for name, words in WORDS.items()})
    assert found(engine, path, places) == {code_name(n): [*w][-1] for n, w in WORDS.items()}


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_text_that_is_no_choice_fails_the_check_of_inputs(engine, tmp_path):
    path = tmp_path / "wrong.xlsx"
    edited(path, {"decision": "Sell the firm"})
    place = ("Audit", "J6")
    assert engine(str(path), [place])[place] is False
    edited(path, {"decision": "Add capacity"})
    assert engine(str(path), [place])[place] is True


# The first cell that can be changed, by its column and row in the block, the word, its number.
BLOCKS = {
    "established": (1, 0, "Yes", 1),
    "overlap_computed": (1, 0, "Yes", 1),
    "onshore_only": (0, 0, "Yes", 1),
    "extra_basis": (0, 2, "One-off", 3),
    "driver_distribution": (0, 1, "Uniform", 3),
    "figure_basis": (0, 3, "Official", 0),
    "figure_status": (0, 2, "Disputed", 3),
    "question_answer": (0, 60, "Yes", 1),
    "sensitivity_plan": (0, 0, "Move", 2),
}


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("engine", [by_ironcalc, by_formualizer])
def test_words_by_site_role_list_and_figure_have_their_numbers(engine, tmp_path):
    path, expected = tmp_path / "words.xlsx", {}
    edited(path, {})
    workbook = load_workbook(path)
    places = Context.of(Scenario.from_dict(DATA, "choices")).layout.places
    for name, (right, down, word, number) in BLOCKS.items():
        [(sheet, cells)] = workbook.defined_names[name].destinations
        left, top, _, _ = range_boundaries(cells.replace("$", ""))
        workbook[sheet].cell(top + down, left + right).value = word
        place = places[name]
        letter = get_column_letter(place.column + right)
        expected[place.sheet, f"{letter}{place.row + down}"] = number
    workbook.save(path)
    assert engine(str(path), [*expected]) == expected


@pytest.mark.soak
def test_workbooks_with_other_words_agree_with_the_engine(tmp_path):
    for turn in range(6):
        chosen = {name: [*words][turn % len(words)] for name, words in WORDS.items()}
        scenario = Scenario.from_dict(DATA | chosen, "choices")
        assert differing(scenario, tmp_path, by_ironcalc, by_formualizer) == []


@pytest.mark.parametrize("name", WORDS)
def test_scenario_files_may_have_the_words_of_the_list_their_own_words_and_numbers(name):
    entry = next(entry for entry in INPUTS if entry.name == name)
    for (number, words), own in zip(WORDS[name].items(), entry.choices, strict=True):
        for written in (number, words, words.upper(), own, own.title()):
            scenario = Scenario.from_dict(DATA | {name: written}, "choices")
            assert take(scenario.values, name).item() == number
            again = Scenario.from_dict(scenario.to_dict(), "again")
            np.testing.assert_array_equal(again.values[name], scenario.values[name])
