"""The book of assumptions in a workbook: grades that follow edits, as three programs compute them."""

import pytest
from openpyxl import load_workbook

from shorewise.engine import Scenario, take
from shorewise.engine.evidence import FIGURES
from shorewise.engine.grades import ASSUMPTION, GRADES, OWN, SECONDARY
from shorewise.workbook import compare, read
from shorewise.workbook.layout.context import Context
from tests.support.spreadsheet_engines import by_formualizer, by_ironcalc, by_libreoffice

SHARES = ("share_official", "share_secondary", "share_own", "share_assumed")
DATA = {
    "horizon_months": 12,
    "roles": ["Engineer", "QA"],
    "sites": [
        {"name": "Home", "salary": 100_000},
        {"name": "Krakow", "attrition_rate": 0.1, "wage_inflation": 0.04},
    ],
    "plans": [
        {"name": "All onshore", "heads": {"Home": {"Engineer": 4, "QA": 2}}},
        {"name": "Krakow", "heads": {"Krakow": {"Engineer": 4, "QA": 2}}},
    ],
    "assumptions": [
        {"figure": "attrition", "site": "Krakow", "owner": "=HR", "evidence": "Leavers of 2025",
         "stated": "2026-10", "expires": "2027-06", "status": "confirmed"}
    ],
}  # fmt: skip


def case(**site):
    home, krakow = DATA["sites"]
    return Scenario.from_dict({**DATA, "sites": [home, krakow | site]}, "case")


def written(path, scenario):
    """The workbook without data tables, which IronCalc cannot load."""
    compare(scenario, path)
    book = load_workbook(path)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if type(cell.value).__name__ == "DataTableFormula":
                    cell.value = None
    return book


def cell(book, name, row=0, column=0):
    sheet, place = next(book.defined_names[name].destinations)
    cells = book[sheet][place]
    return cells[row][column]


def row_of(figure, site, sites=2):
    return [*FIGURES].index(figure) * sites + site


def computed(engine, path, scenario):
    """The shares of the second plan, and the words for the grade of each figure of Krakow."""
    places = Context.of(scenario).layout.places
    shares = [(places[name].sheet, f"F{places[name].row + 1}") for name in SHARES]
    words = [("Assumptions", f"E{6 + row_of(figure, 1)}") for figure in FIGURES]
    found = engine(str(path), [*shares, *words])
    of_figures = dict(zip(FIGURES, (found[one] for one in words), strict=True))
    return [float(found[one]) for one in shares], of_figures


ENGINES = pytest.mark.parametrize("engine", [by_ironcalc, by_formualizer, by_libreoffice])


def graded(scenario, figure):
    return GRADES[
        int(take(scenario.values, "figure_basis", site=1, figure=[*FIGURES].index(figure)))
    ]


@ENGINES
def test_a_salary_that_is_typed_over_becomes_an_own_figure(engine, tmp_path):
    path, before = tmp_path / "case.xlsx", case()
    book = written(path, before)
    assert graded(before, "salary") == "assumption"
    cell(book, "salary", 0, 1).value = 65_000  # of the first role
    book.save(path)
    shares, words = computed(engine, path, before)
    again = read(path)
    assert words["salary"] == "own figure"
    assert words["benefits"] == "assumption"
    assert graded(again, "salary") == "own"
    expected = case(salary={"Engineer": 65_000, "QA": 60_000}).evaluate()
    assert shares == pytest.approx([take(expected, n, plan=1).item() for n in SHARES], rel=1e-9)
    assert shares == pytest.approx([take(again.evaluate(), n, plan=1).item() for n in SHARES])


@ENGINES
def test_a_country_that_is_chosen_brings_in_the_grade_of_its_salary(engine, tmp_path):
    path, before = tmp_path / "case.xlsx", case()
    book = written(path, before)
    cell(book, "site_countries", 1).value = "PL"
    book.save(path)
    _, words = computed(engine, path, before)
    assert words["salary"] == "secondary or old"  # "medium" in engine/tables/locations.csv
    assert words["hours"] == "official and current" or words["hours"] == "secondary or old"
    assert words["wages"] == "own figure"  # as it was made: Poland has none
    again = read(path)
    assert again.locations[1] == "PL"
    assert graded(again, "salary") == GRADES[SECONDARY]


@ENGINES
def test_a_figure_lapses_with_its_last_month_and_by_dispute(engine, tmp_path):
    path, before = tmp_path / "case.xlsx", case()
    book = written(path, before)
    evidence = cell(book, "evidence_month")
    evidence.value = 46_569  # 1 July 2027, after the last month in which attrition is valid
    cell(book, "figure_status", row_of("wages", 1)).value = 3
    book.save(path)
    _, words = computed(engine, path, before)
    assert words["attrition"] == words["wages"] == "assumption"
    again = read(path)
    assert take(again.evaluate(), "figures_lapsed").item() == 2
    at = {"site": 1, "figure": [*FIGURES].index("attrition")}
    assert take(again.evaluate(), "figure_grade", **at).item() == ASSUMPTION
    assert take(again.values, "figure_basis", **at).item() == OWN


def test_the_book_survives_being_written_and_read(tmp_path):
    path, before = tmp_path / "case.xlsx", case()
    compare(before, path)
    again = read(path)
    assert again.book == before.book
    assert again.book.of(1, [*FIGURES].index("attrition")) == {
        "owner": "=HR", "evidence": "Leavers of 2025", "stated": "2026-10"
    }  # fmt: skip
    assert again == before


def test_a_month_that_excel_takes_for_a_date_is_read(tmp_path):
    import datetime

    path, before = tmp_path / "case.xlsx", case()
    book = written(path, before)
    stated = cell(book, "figure_stated", row_of("salary", 1))
    stated.value, stated.number_format = datetime.datetime(2026, 11, 1), "mmm yyyy"
    book.save(path)
    assert read(path).book.of(1, 0) == {"stated": "2026-11"}


def test_a_wrong_word_in_the_book_names_its_cell(tmp_path):
    path, before = tmp_path / "case.xlsx", case()
    book = written(path, before)
    cell(book, "figure_owner", row_of("salary", 1)).value = "x" * 201
    book.save(path)
    with pytest.raises(Exception, match=r"Assumptions!G7: owner is .* 1 to 200 characters"):
        read(path)
