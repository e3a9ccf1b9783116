"""The book of assumptions in a workbook: grades follow edits, in three programs alike."""

import pytest
from openpyxl import load_workbook

from shorewise.engine import Scenario, take
from shorewise.engine.evidence import FIGURES
from shorewise.engine.grades import GRADES
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
        {"name": "Lodz", "attrition_rate": 0.1, "wage_inflation": 0.04},
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


def case():
    return Scenario.from_dict(DATA, "case")


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
    return cells[row][column] if isinstance(cells, tuple) else cells


def row_of(figure, site, sites=3):
    return [*FIGURES].index(figure) * sites + site


def computed(engine, path, scenario):
    """The shares of the second plan, and the words for the grade of each figure of sites abroad."""
    places = Context.of(scenario).layout.places
    shares = [(places[name].sheet, f"F{places[name].row + 1}") for name in SHARES]
    words = {
        (site, figure): ("Assumptions", f"E{6 + row_of(figure, site)}")
        for site in (1, 2)
        for figure in FIGURES
    }
    found = engine(str(path), [*shares, *words.values()])
    return [float(found[one]) for one in shares], {at: found[one] for at, one in words.items()}


ENGINES = pytest.mark.parametrize("engine", [by_ironcalc, by_formualizer, by_libreoffice])


def graded(scenario, site, figure):
    number = [*FIGURES].index(figure)
    return GRADES[int(take(scenario.values, "figure_basis", site=site, figure=number))]


@pytest.mark.soak(keep=1)
@ENGINES
def test_grades_follow_what_is_edited(engine, tmp_path):
    """A salary typed over, another country, a month after the last valid one, and a dispute."""
    path, before = tmp_path / "case.xlsx", case()
    assert graded(before, 1, "salary") == graded(before, 2, "salary") == "assumption"
    book = written(path, before)
    cell(book, "salary", 0, 1).value = 65_000  # of the first role at Krakow
    cell(book, "site_countries", 2).value = "PL"  # of Lodz
    cell(book, "evidence_month").value = 46_569  # 1 July 2027: attrition is valid up to June
    cell(book, "figure_status", row_of("wages", 1)).value = 3
    book.save(path)
    shares, words = computed(engine, path, before)
    assert words[1, "salary"] == "own figure"
    assert words[1, "benefits"] == "assumption"
    assert words[2, "salary"] == "secondary or old"  # medium in engine/tables/locations.csv
    assert words[2, "wages"] == "own figure"  # as it was made: Poland has none
    assert words[1, "attrition"] == words[1, "wages"] == "assumption"
    again = read(path)
    assert again.locations == ("", "", "PL")
    assert graded(again, 1, "salary") == "own"
    assert graded(again, 2, "salary") == "secondary"
    assert graded(again, 1, "attrition") == "own"  # it counts as an assumption, and is one's own
    found = again.evaluate()
    assert take(found, "figures_lapsed").item() == 2
    assert shares == pytest.approx([take(found, n, plan=1).item() for n in SHARES], rel=1e-9)


def test_the_book_survives_being_written_and_read(tmp_path):
    path, before = tmp_path / "case.xlsx", case()
    compare(before, path)
    again = read(path)
    assert again.book == before.book
    assert again.book.of(1, [*FIGURES].index("attrition")) == {
        "owner": "=HR", "evidence": "Leavers of 2025", "stated": "2026-10"
    }  # fmt: skip
    assert again == before


@pytest.mark.soak
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
