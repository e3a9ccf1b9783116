"""Workbooks in a second language: every text of the table, the same numbers, read back alike."""

import csv
import io
import re
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from shorewise.engine import Scenario
from shorewise.engine.actuals import reforecast
from shorewise.engine.differences.comparison import compare_scenarios
from shorewise.engine.employment_law import find_location
from shorewise.engine.ledger import read_ledger
from shorewise.engine.quote_forensics import examine_quote
from shorewise.engine.quote_rows import Item, Quote
from shorewise.engine.spare_places import with_usual_spares
from shorewise.engine.tables import rows
from shorewise.engine.uncertainty.simulation import simulate
from shorewise.workbook import check, describe, read, workbook_bytes
from shorewise.workbook.comparison import compare
from shorewise.workbook.differences import write as write_differences
from shorewise.workbook.errors import WorkbookError
from shorewise.workbook.languages.language import language_of, languages
from shorewise.workbook.layout.roster_figures import with_rows
from shorewise.workbook.quote_book import write_quote
from shorewise.workbook.reforecast_book import describe_reforecast
from shorewise.workbook.rendering.render import package
from shorewise.workbook.sheets.uncertainty import spread_of
from tests.support.engine_differences import differing_in
from tests.support.ledgers import random_ledger, rows_of
from tests.support.paths import ROOT
from tests.support.sample_scenarios import random_scenario, small_scenario
from tests.support.spreadsheet_engines import by_formualizer, by_ironcalc

GERMAN = language_of("de")
QUOTE = (
    ("Salário base", 60_000.0),
    ("Subsídio de férias", 5_000.0),
    ("TSU", 14_250.0),
    ("FCT", 555.0),
    ("Management fee", 7_200.0),
    ("Management fee", 100.0),
    ("=1+1", 300.0),
    ("Laptop", 600.0),
)
TABLE = ROOT / "workbook" / "languages" / "de.csv"
FIELDS = re.compile(r"\{\w\}")
FRONT = ("Board", "Inputs", "Cost per head", "Cash and P&L", "Bridge", "Scenarios", "Sensitivity",
         "Assumptions", "Checks", "About")  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """The German workbook of the small scenario, from the template of its shape."""
    return compare(small_scenario(), tmp_path_factory.mktemp("de") / "de.xlsx", language="de")


def test_the_table_is_sorted_and_both_sides_have_the_same_fields():
    found = [*csv.reader(io.StringIO(TABLE.read_text("utf-8")))]
    assert found[0] == ["english", "translated"]
    texts = [english for english, _ in found[1:]]
    assert texts == sorted(set(texts), key=lambda text: (text.casefold(), text))
    for english, translated in found[1:]:
        assert translated, english
        assert sorted(FIELDS.findall(english)) == sorted(FIELDS.findall(translated)), english


def missing(make):
    """Texts that are asked for while something is made and are not in the table."""
    GERMAN.missing.clear()
    make()
    return sorted(GERMAN.missing)


def test_every_text_of_comparison_workbooks_is_in_the_table():
    def make():
        case = small_scenario()
        package(describe(case, spread=spread_of(simulate(case, 100, 1)), language="de"))
        usual = with_rows(with_usual_spares(Scenario.default()))  # as compare makes it
        for other in (usual, Scenario.from_toml("examples/hybrid.toml"), random_scenario(3)):
            package(describe(other, language="de"))

    assert missing(make) == []


@pytest.mark.soak
def test_every_text_of_a_plan_that_runs_is_in_the_table():
    def make():
        for given in ({}, dict.fromkeys(("heads", "output", "rates"), False)):
            scenario = small_scenario()
            ledger = rows_of(*random_ledger(scenario, len(scenario.plans) - 1, 5, **given))
            found = reforecast(scenario, read_ledger(scenario, ledger, "ledger"))
            package(describe_reforecast(found, language="de"))

    assert missing(make) == []


def test_every_text_of_differences_and_quotes_is_in_the_table(tmp_path):
    def make():
        hybrid = Scenario.from_toml("examples/hybrid.toml")
        data = hybrid.to_dict()
        data["sites"][1]["salary"]["ML engineer"] = 88_000
        data["risks"][0] = {"name": "=1+1", "probability": 0.3, "weeks": 4}
        data |= {"discount_rate": 0.12, "decision": "instead", "name": "=Version 2"}
        found = compare_scenarios(hybrid, Scenario.from_dict(data))
        write_differences(found, tmp_path / "differences.xlsx", language="de")
        items = tuple(Item(f"line {n}", *one) for n, one in enumerate(QUOTE))
        quote = examine_quote(Quote(items, ()), find_location("PT"), 60_000)
        write_quote(quote, tmp_path / "quote.xlsx", language="de")

    notes = [row["note"] for row in rows("statutory_rules.csv") if row["note"]]
    found = [text for text in missing(make) if not any(note in text for note in notes)]
    assert found == []  # notes of the law stay in the language of their table


def test_a_german_workbook_has_the_numbers_of_the_english_one():
    english, german = (describe(small_scenario(), language=code) for code in ("en", "de"))
    theirs, ours = english.formulas(), german.formulas()
    assert theirs.keys() == ours.keys()
    for at, formula in theirs.items():
        if not isinstance(formula.value, str):
            assert ours[at].value == formula.value or formula.value != formula.value, at


@pytest.mark.soak
def test_other_engines_recompute_german_workbooks_and_their_words(tmp_path):
    book = describe(small_scenario(), language="de")
    assert differing_in(book, tmp_path, by_ironcalc, by_formualizer) == []


def test_no_english_is_left_on_sheets_to_read():
    english, german = (describe(small_scenario(), language=code) for code in ("en", "de"))
    titles = {sheet.title for sheet in english.sheets}
    left = []
    for theirs, ours in zip(english.sheets, german.sheets, strict=True):
        for at, cell in theirs.cells.items() if theirs.title in FRONT else ():
            text, found = cell.content, ours.cells[at].content
            is_text = isinstance(text, str) and text not in titles
            if is_text and GERMAN.say(text) != text and text == found:
                left.append((theirs.title, at, text))
    assert left == []


@pytest.mark.soak
def test_a_german_workbook_is_read_checked_and_written_alike(path):
    case = small_scenario()
    assert replace(read(path), file="") == replace(case, file=read(path).file and "")
    assert check(path) == []
    assert path.read_bytes() == workbook_bytes(describe(with_rows(case), language="de"))


def test_a_german_word_that_is_chosen_changes_the_decision(path, tmp_path):
    book = load_workbook(path)
    for name, content in {"decision": "Kapazität ausbauen", "billing_rate": 150}.items():
        [(sheet, cell)] = book.defined_names[name].destinations
        book[sheet][cell] = content
    for row in book["Sensitivity"].iter_rows():  # IronCalc loads no data tables
        for one in row:
            if type(one.value).__name__ == "DataTableFormula":
                one.value = None
    edited = tmp_path / "edited.xlsx"
    book.save(edited)
    [(code, at)] = book.defined_names["decision_code"].destinations
    wanted = [(code, at.replace("$", "")), ("Board", "C3")]
    number, sentence = by_ironcalc(str(edited), wanted).values()
    assert number == 2
    assert sentence.startswith("Zu entscheiden: Kapazität ausbauen")
    assert read(edited).values["decision"].item() == 2


def test_an_unknown_language_is_refused_with_those_that_are_known(tmp_path):
    with pytest.raises(WorkbookError, match="language is 'xx'; it must be one of en, de"):
        compare(small_scenario(), tmp_path / "xx.xlsx", language="xx")
    assert languages() == ("en", "de")
