"""A workbook in another shape has the inputs of the first; what it does not have is named."""

import datetime
import shutil
from dataclasses import replace

import numpy as np
import pytest
from openpyxl import load_workbook
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.utils import range_boundaries
from openpyxl.workbook.defined_name import DefinedName

import shorewise as sw
from shorewise.engine import ScenarioError, take
from shorewise.engine.actuals import reforecast
from shorewise.engine.ledger import read_ledger
from shorewise.engine.reshaping import Changes
from shorewise.engine.uncertainty.simulation import simulate
from shorewise.workbook import WorkbookError, check, compare, describe, read, workbook_bytes
from shorewise.workbook.rebuilding import rebuild
from shorewise.workbook.reforecast_book import describe_reforecast
from shorewise.workbook.user_edits import OWN_TITLES, sheets_of_users
from tests.support.ledgers import random_ledger, rows_of
from tests.support.spreadsheet_engines import converted

DATA = {
    "name": "Team",
    "prepared_by": "Anna",
    "prepared_on": datetime.date(2026, 11, 2),
    "horizon_months": 6,
    "roles": ["Developer", "Tester"],
    "sites": [
        {"name": "Home", "salary": {"Developer": 120_000, "Tester": 90_000}},
        {"name": "Krakow", "location": "PL", "attrition_rate": 0.12, "wage_inflation": 0.05},
    ],
    "plans": [
        {"name": "Stay", "heads": {"Home": {"Developer": 4, "Tester": 2}}},
        {"name": "Near", "heads": {"Krakow": {"Developer": 4, "Tester": 2}},
         "waves": [{"site": "Krakow", "month": 1, "share": 0.5},
                   {"site": "Krakow", "month": 2, "share": 0.5}]},
    ],
    "assumptions": [{"figure": "salary", "site": "Krakow", "owner": "Anna", "evidence": "payroll"}],
}  # fmt: skip
CASE = sw.Scenario.from_dict(DATA)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("rebuild") / "book.xlsx"
    return compare(CASE, path)


@pytest.fixture
def target(tmp_path):
    return tmp_path / "new.xlsx"


@pytest.fixture
def edited(book, tmp_path):
    """A function that saves the workbook after a change, by openpyxl: without values."""

    def save(change):
        workbook = load_workbook(book)
        change(workbook)
        workbook.save(tmp_path / "edited.xlsx")
        return tmp_path / "edited.xlsx"

    return save


def cell(workbook, name, right=0, down=0):
    sheet, _, cells = workbook.defined_names[name].attr_text.partition("!")
    left, top, _, _ = range_boundaries(cells)
    return workbook[sheet].cell(top + down, left + right)


def test_the_titles_of_own_sheets_are_those_of_the_books_described():
    described = [sheet.title for sheet in describe(replace(CASE, roster_rows=1)).sheets]
    assert {*OWN_TITLES} - {"Uncertainty"} == {*described}


@pytest.mark.soak
def test_without_a_change_the_workbook_is_that_of_the_same_case(book, target):
    done = rebuild(book, target, Changes())
    assert read(target) == read(book) == CASE
    assert (done.notes, done.left_behind) == ((), ())
    assert check(target) == []


@pytest.mark.soak
def test_a_workbook_in_another_shape_equals_the_case_built_in_it(book, target):
    changes = Changes({"Copy": ""}, {"Brno": "CZ"}, {"Designer": "Tester"}, months=9)
    done = rebuild(book, target, changes)
    found = read(target)
    assert found == done.scenario
    assert check(target) == []
    assert (found.prepared_by, found.prepared_on) == ("Anna", "2026-11-02")
    assert (found.plans, found.sites) == (("Stay", "Near", "Copy"), ("Home", "Krakow", "Brno"))
    assert found.roles == ("Developer", "Tester", "Designer")
    assert found.locations == ("", "PL", "CZ")
    assert found.horizon_months == 9
    direct = sw.Scenario.from_dict(
        DATA
        | {
            "horizon_months": 9,
            "plans": [*DATA["plans"], DATA["plans"][1] | {"name": "Copy"}],
        }
    )
    for name, array in direct.values.items():
        both = found.values[name]
        for axis, size in enumerate(array.shape):
            both = both.take(range(size), axis)
        assert np.array_equal(both, array), name


def test_edited_inputs_are_those_of_the_new_workbook(edited, target):
    def change(workbook):
        cell(workbook, "salary", right=0, down=1).value = 95_000
        cell(workbook, "discount_rate").value = 0.13
        cell(workbook, "heads", right=1, down=2).value = 5

    done = rebuild(edited(change), target, Changes(roles={"Designer": ""}))
    assert done.left_behind == ()
    found = read(target).values
    assert take(found, "salary", site=0).tolist() == [120_000, 95_000, 120_000]
    assert take(found, "discount_rate") == 0.13
    assert take(found, "heads", plan=1, site=1).tolist() == [5, 2, 0]


@pytest.mark.soak
def test_own_figures_behind_a_country_survive(edited, target):
    def change(workbook):
        cell(workbook, "own_salary", right=1).value = 61_000
        cell(workbook, "own_rule_names", right=1).value = "Our levy"

    rebuild(edited(change), target, Changes(sites={"Gdansk": "", "Brno": "CZ"}))
    new = load_workbook(target)
    assert [cell(new, "own_salary", right=n).value for n in (1, 2)] == [61_000, 61_000]
    assert cell(new, "own_salary", right=3).value != 61_000
    assert cell(new, "own_rule_names", right=1).value == "Our levy"
    assert take(read(target).values, "salary", site=1, role=0) != 61_000


@pytest.mark.soak
def test_a_country_chosen_in_the_workbook_is_that_of_the_new_one(edited, target):
    def change(workbook):
        cell(workbook, "site_countries", down=1).value = "CZ"

    rebuild(edited(change), target, Changes(months=9))
    assert read(target).locations == ("", "CZ")


@pytest.mark.soak
def test_sheets_of_users_are_refused_by_name_until_they_are_left_out(edited, target):
    def change(workbook):
        workbook.create_sheet("Board notes")["A1"] = "=Summary!B8"
        workbook.create_chartsheet("Our chart")

    path = edited(change)
    assert sheets_of_users(path) == ["Board notes", "Our chart"]
    with pytest.raises(WorkbookError, match=r"sheets Board notes, Our chart would be lost.*link"):
        rebuild(path, target, Changes())
    with pytest.raises(WorkbookError, match="sheet Our chart would be lost"):
        rebuild(path, target, Changes(), leave_out=["Board notes"])
    assert not target.exists()
    done = rebuild(path, target, Changes(), leave_out=["Board notes", "Our chart"])
    assert done.left_behind == ("sheet Board notes", "sheet Our chart")


@pytest.mark.parametrize("title", ["Nothing", "Board"])
def test_only_sheets_of_users_are_left_out(book, target, title):
    with pytest.raises(WorkbookError, match=f"sheet '{title}' is .*leave_out takes sheets that"):
        rebuild(book, target, Changes(), leave_out=[title])


@pytest.mark.soak
def test_edits_beside_the_inputs_are_named(edited, target):
    def change(workbook):
        workbook["Inputs"]["J3"] = "ask Anna"
        workbook["Costs"]["F8"] = "=1+1"
        workbook["Costs"]["Z8"] = "=2+2"
        workbook["Rules"]["A1"] = "Charges"
        workbook["Inputs"]["B7"].comment = Comment("why?", "Ben")
        workbook.defined_names["mine"] = DefinedName("mine", attr_text="Inputs!$C$5")
        workbook["Rules"].add_chart(BarChart(), "Z5")

    left = "\n".join(rebuild(edited(change), target, Changes()).left_behind)
    for words in (
        "Inputs!J3: value ask Anna; the workbook was made with nothing",
        "Costs!F8: formula =1+1; the workbook was made with =",
        "Costs!Z8: formula =2+2; the workbook was made with nothing",
        "Rules!A1: value Charges; the workbook was made with Rules",
        "the defined name mine",
        "comments on sheet Inputs",
        "a chart on sheet Rules",
    ):
        assert words in left


@pytest.mark.soak
def test_a_formula_typed_into_an_input_is_named_and_its_value_stays(edited, target):
    def change(workbook):
        cell(workbook, "discount_rate").value = "=0.1+0.02"

    done = rebuild(converted(edited(change), "xlsx"), target, Changes())
    assert take(read(target).values, "discount_rate") == pytest.approx(0.12, rel=1e-12)
    [left] = done.left_behind
    assert "formula =0.1+0.02" in left
    assert left.endswith("its value stays")


@pytest.mark.soak
def test_a_workbook_with_edits_is_not_replaced_by_one_without_them(edited, book, tmp_path):
    def change(workbook):
        workbook["Inputs"]["J3"] = "ask Anna"

    path = edited(change)
    with pytest.raises(WorkbookError, match=r"would be lost.*write another file.*Inputs!J3"):
        rebuild(path, path, Changes(months=9), force=True)
    same = tmp_path / "same.xlsx"
    shutil.copy(book, same)
    rebuild(same, same, Changes(months=9), force=True)
    assert read(same).horizon_months == 9


def test_nothing_is_replaced_or_written_in_part(book, target):
    target.write_text("mine")
    with pytest.raises(WorkbookError, match="exists already; force=True replaces it"):
        rebuild(book, target, Changes(months=9))
    with pytest.raises(ScenarioError, match="horizon_months is 999"):
        rebuild(book, target, Changes(months=999), force=True)
    assert target.read_text() == "mine"
    with pytest.raises(WorkbookError, match=r"must end in \.xlsx"):
        rebuild(book, target.with_suffix(".csv"), Changes())


@pytest.mark.soak
def test_uncertainty_is_simulated_again(target, tmp_path):
    made = compare(CASE, tmp_path / "drawn.xlsx", simulation=simulate(CASE, 200, 7))
    done = rebuild(made, target, Changes(plans={"Copy": ""}))
    direct = compare(
        done.scenario, tmp_path / "direct.xlsx", simulation=simulate(done.scenario, 200, 7)
    )
    both = [load_workbook(path)["Uncertainty"] for path in (target, direct)]
    rows = [[[c.value for c in row] for row in sheet.iter_rows()] for sheet in both]
    assert rows[0] == rows[1]


@pytest.mark.soak
def test_sheets_of_a_plan_that_runs_are_named(target, tmp_path):
    rows = rows_of(*random_ledger(CASE, 1, 3))
    found = reforecast(CASE, read_ledger(CASE, rows, "ledger"))
    path = tmp_path / "running.xlsx"
    path.write_bytes(workbook_bytes(describe_reforecast(found)))
    with pytest.raises(WorkbookError, match="Variance, Actuals, Reforecast of a plan that runs"):
        rebuild(path, target, Changes())
    running = ["Variance", "Actuals", "Reforecast"]
    done = rebuild(path, target, Changes(months=9), leave_out=running)
    assert done.left_behind == tuple(f"sheet {title}" for title in running)
    assert sheets_of_users(path) == []


@pytest.mark.soak
def test_the_public_function_takes_lists_and_mappings(book, target):
    done = sw.rebuild(book, plans=["Copy"], sites={"Brno": "CZ"}, months=9, output=target)
    assert isinstance(done.scenario, sw.Scenario)
    assert done.scenario == sw.read(target)
    assert done.path == target.resolve()
    assert "site Brno has the figures and law of Czech" in " ".join(done.notes)
    for wrong in ({"plans": "Copy"}, {"roles": ["A", "A"]}, {"drop_plans": "Near"}):
        with pytest.raises(ScenarioError):
            sw.rebuild(book, output=target, force=True, **wrong)
