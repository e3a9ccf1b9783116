"""What people change in a workbook every day, typed and recalculated in LibreOffice."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from shorewise.cli.commands import main
from shorewise.engine import Scenario, take
from shorewise.engine.actuals import reforecast
from shorewise.engine.spare_places import with_usual_spares
from shorewise.workbook import check, describe, read, workbook_bytes
from shorewise.workbook.bulk.ledger_files import read_actuals
from shorewise.workbook.layout.context import Context
from shorewise.workbook.layout.roster_figures import with_rows
from tests.support.calc_edits import Typed, edited
from tests.support.sample_scenarios import small_data, small_scenario
from tests.support.spreadsheet_engines import unpaged, without_tables

RESULTS = (
    "npv", "total_cost", "net_saving_risk_adjusted", "recommended", "break_even_month"
)  # fmt: skip
MARCH = 46_447  # 1 March 2027, the third month
FROM_TABLES = {"Board", "Scenarios", "Sensitivity"}  # the data tables are left out
ROLE, MID = "Senior ML engineer", "Mid"
# By the defined name, the row and the column within it.
TASKS = {
    "salary": [("salary", 0, 1, 71_500)],
    "role": [
        ("role_names", 1, 0, "Tester"),
        ("salary", 1, 0, 90_000),
        ("salary", 1, 1, 40_000),
        ("heads", 1, 0, 2),
        ("heads", 4, 1, 2),
    ],
    "site": [("site_names", 2, 0, "Lisbon"), ("salary", 0, 2, 65_000), ("heads", 3, 2, 2)],
    "plan": [("plan_names", 2, 0, "Half"), ("heads", 6, 0, 4), ("heads", 6, 1, 4)],
    "horizon": [("months_counted", 0, 0, 4)],
    "country": [("site_countries", 1, 0, "PL")],
    "roster": [
        ("roster_plan", 0, 0, MID), ("roster_site", 0, 0, MID), ("roster_role", 0, 0, ROLE),
        ("roster_heads", 0, 0, 3), ("roster_pay", 0, 0, 52_000), ("roster_start", 0, 0, MARCH),
        ("roster_plan", 1, 0, MID), ("roster_site", 1, 0, MID), ("roster_role", 1, 0, ROLE),
        ("roster_start", 1, 0, MARCH),
    ],
    "case": [("case_number", 0, 0, "Pessimistic")],
    "currency": [("presentation_currency", 0, 0, "GBP"), ("presentation_rate", 0, 0, 0.75)],
    "saved case": [
        ("saved_case_2", 0, 0, "Dear"), ("driver_saved_2", 0, 0, 1.25),
        ("case_number", 0, 0, "Saved case 2"),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def source():
    """The scenario with spare places and rows for a payroll, as a workbook made alone has them."""
    return with_rows(with_usual_spares(small_scenario()))


@pytest.fixture(scope="module")
def saved(source, tmp_path_factory):
    """A workbook for each task, as LibreOffice saves it."""
    folder = tmp_path_factory.mktemp("edits")
    path = folder / "book.xlsx"
    path.write_bytes(workbook_bytes(unpaged(without_tables(describe(source)))))
    book = load_workbook(path)
    tasks = {name: [typed(book, *one) for one in edits] for name, edits in TASKS.items()}
    return edited(path, tasks, folder)


def typed(book, name, row, column, value):
    sheet, place = next(book.defined_names[name].destinations)
    first = book[sheet][place.partition(":")[0].replace("$", "")]
    return Typed(sheet, first.offset(row, column).coordinate, value)


def results(path, places, plans):
    """Results by plan, as they stand in a workbook."""
    book = load_workbook(path, data_only=True)
    found = {}
    for name in RESULTS:
        place = places[name]
        for plan in range(plans):
            down, across = (0, plan) if place.column_axis == "plan" else (plan, 0)
            found[name, plan] = book[place.sheet].cell(place.row + down, place.column + across)
    return {key: cell.value for key, cell in found.items()}


def as_file(task):
    """The scenario with the edits of a task, as somebody writes it into a file."""
    data = small_data()
    onshore, mid = data["sites"]
    first, second = data["plans"]
    if task == "salary":
        mid["salary"] = {ROLE: 71_500}
    elif task == "role":
        data["roles"] = [ROLE, "Tester"]
        onshore["salary"] = onshore["salary"] | {"Tester": 90_000}
        mid["salary"] = mid["salary"] | {"Tester": 40_000}
        first["heads"], second["heads"] = (
            {site: {ROLE: 8, "Tester": 2}} for site in ("Onshore", MID)
        )
    elif task == "site":
        data["sites"].append(mid | {"name": "Lisbon", "salary": {ROLE: 65_000}})
        second["heads"] = {MID: {ROLE: 8}, "Lisbon": {ROLE: 2}}
    elif task == "plan":
        heads = {"Onshore": {ROLE: 4}, MID: {ROLE: 4}}
        data["plans"].append({"name": "Half", "heads": heads})
    elif task == "horizon":
        data["months_counted"] = 4
    elif task == "roster":
        row = {"plan": MID, "site": MID, "role": ROLE, "start": "2027-03-01"}
        data["roster"] = [row | {"heads": 3, "pay": 52_000}, row]
    elif task == "case":
        data["case_number"] = 3
    elif task == "currency":
        data |= {"presentation_currency": "GBP", "presentation_rate": 0.75}
    elif task == "saved case":
        levels = {"name": "salary", "saved_2": 1.25}
        data |= {"saved_cases": ["Saved case 1", "Dear"], "case_number": 5, "cases": [levels]}
    return Scenario.from_dict(data)


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("task", [name for name in TASKS if name != "country"])
def test_an_edited_workbook_is_read_as_the_file_with_the_same_edits(task, saved):
    again, expected = read(saved[task]), as_file(task)
    for names in ("plans", "sites", "roles", "roster", "presentation_currency", "saved_cases"):
        assert getattr(again, names) == getattr(expected, names), names
    for name, value in expected.values.items():
        if name not in ("figure_basis", "wave_share"):
            assert np.allclose(again.values[name], value, rtol=1e-14, atol=0), name


def test_a_country_that_is_typed_brings_its_law(saved):
    again = read(saved["country"])
    assert again.locations == ("", "PL")
    assert take(again.values, "statutory_rate", site=1, rule=0).item() == 0.0976  # pensions


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("task", TASKS)
def test_results_after_an_edit_are_those_of_the_scenario_that_is_read(task, saved, source):
    again = read(saved[task])
    values = again.evaluate()
    found = results(saved[task], Context.of(source).layout.places, len(again.plans))
    for (name, plan), cell in found.items():
        expected = take(values, name, plan=plan).item()
        if expected != expected:  # no answer
            assert cell == "none", (name, plan)
        else:
            assert float(cell) == pytest.approx(expected, rel=1e-9, abs=1e-9), (name, plan)


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("task", ["site", "plan", "roster"])
def test_every_formula_follows_an_edit(task, saved):
    stale = {one.cell for one in check(saved[task])}
    assert {cell.partition("!")[0] for cell in stale} <= FROM_TABLES


@pytest.mark.soak
def test_actuals_restate_a_plan_of_the_edited_workbook(saved, tmp_path):
    ledger, output = tmp_path / "ledger.csv", tmp_path / "running.xlsx"
    ledger.write_text("month,group,amount\n1,Setup,150000\n2,Pay,30000\n1,heads,0\n2,heads,6\n")
    arguments = ["actuals", str(saved["salary"]), str(ledger), "--json", "-o", str(output)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    case = as_file("salary")
    expected = reforecast(case, read_actuals(case, ledger)).to_dict()
    for name, figures in json.loads(done.stdout)["results"].items():
        wanted = expected["results"][name]
        assert [figures[key] for key in wanted] == pytest.approx([*wanted.values()]), name
    assert read(output).plans == case.plans
    assert check(output) == []
