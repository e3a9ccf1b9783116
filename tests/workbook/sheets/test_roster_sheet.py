"""A payroll pasted into a workbook: heads, waves and pay follow it in engines that others wrote."""

import datetime
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from shorewise.engine import Scenario
from shorewise.engine.reshaping import Changes
from shorewise.workbook import describe, read, workbook_bytes
from shorewise.workbook.errors import WorkbookError
from shorewise.workbook.layout.positions import ROSTER_COLUMNS, ROSTER_FIRST
from shorewise.workbook.read_back import open_both
from shorewise.workbook.rebuilding import rebuild
from shorewise.workbook.stale_outputs import check, described_again
from tests.support.engine_differences import calls, differences
from tests.support.spreadsheet_engines import (
    by_formualizer,
    by_ironcalc,
    by_libreoffice,
    without_tables,
)

ROLE, KEYS = "Senior ML engineer", [key for key in ROSTER_COLUMNS if key != "state"]
DAY = datetime.date
# The blank row is left out. Mid: 5 heads in two waves; Far: 4 at Far and 2.5 at Mid.
PEOPLE = [
    ("Mid", "mid", ROLE, 3, DAY(2026, 5, 1), None, 65_000, "USD"),
    ("Mid", "Mid", ROLE, None, DAY(2027, 4, 9), None, 50_000, "EUR"),
    (),
    ("Mid", "Mid", ROLE, 1, DAY(2027, 4, 1), None, None, None),
    ("Far", "Far", ROLE, 4, None, DAY(2040, 6, 30), 2_500_000, "INR"),
    ("Far", "Mid", ROLE, 2.5, None, DAY(2027, 10, 1), None, None),
]
# Sheets with data tables, of which the workbooks here have the values alone; and sheet Inputs,
# where salaries are superseded.
ENTERED = ("Sensitivity", "Scenarios", "Bridge", "Board", "Inputs")
WRONG = {
    "unknown plan": {"plan": "Nowhere"},
    "unknown site": {"site": "Nowhere"},
    "unknown role": {"role": None},
    "the baseline is onshore": {"plan": "All onshore"},
    "heads are no number above 0": {"heads": -1},
    "start is no date by the last month": {"start": "soon"},
    "end is no date after start and first month": {"end": DAY(2026, 1, 1)},
    "pay is no number of 0 or more": {"pay": -1},
    "currency has no rate": {"currency": "XXX"},
}


def base(**more):
    """The embedded default over a year, with two waves of Mid."""
    data = Scenario.default().to_dict() | {"horizon_months": 12} | more
    for site in data["sites"]:
        del site["grades"]
    halves = [{"site": "Mid", "month": month, "share": 0.5} for month in (1, 3)]
    data["plans"][1]["waves"] = halves
    return Scenario.from_dict(data)


def pasted(folder, people, name="pasted.xlsx"):
    """A workbook without a roster, into which rows are pasted by another program."""
    book = without_tables(describe(replace(base(), roster_rows=40)))
    path = folder / name
    path.write_bytes(workbook_bytes(book))
    workbook = load_workbook(path)
    for row, cells in enumerate(people, ROSTER_FIRST):
        for key, value in zip(KEYS, cells, strict=False):
            workbook["Roster"].cell(row, ROSTER_COLUMNS[key]).value = value
    workbook.save(path)
    return path


@pytest.fixture(scope="module")
def payroll(tmp_path_factory):
    return pasted(tmp_path_factory.mktemp("roster"), PEOPLE)


@pytest.fixture(scope="module")
def as_file():
    rows = [
        {key: value for key, value in zip(KEYS, cells, strict=False) if value is not None}
        for cells in PEOPLE
    ]
    return base(roster=rows)


@pytest.mark.soak
def test_every_formula_follows_pasted_rows_in_every_engine(payroll):
    expected = {
        cell: formula.value
        for cell, formula in described_again(open_both(payroll), read(payroll), payroll)
        .formulas()
        .items()
        if cell[0] not in ENTERED and not calls(formula)
    }
    for engine in (by_ironcalc, by_formualizer, by_libreoffice):
        assert differences(engine(str(payroll), expected), expected) == [], engine.__name__


def test_the_results_are_those_of_the_same_rows_in_a_scenario_file(payroll, as_file):
    found = read(payroll)
    assert found.roster == as_file.roster
    result, expected = found.evaluate(), as_file.evaluate()
    for name in ("heads", "wave_share", "salary", "total_cost", "net_saving_steady", "npv"):
        assert (result[name] == expected[name]).all(), name
    assert replace(found, file="") == as_file


@pytest.mark.soak
def test_each_wrong_row_is_named_and_left_out(tmp_path):
    whole = dict(zip(KEYS, PEOPLE[4], strict=True)) | {"end": None}
    people = [tuple((whole | wrong).values()) for wrong in WRONG.values()]
    path = pasted(tmp_path, [*people, (), PEOPLE[0]])
    states = [("Roster", f"J{ROSTER_FIRST + n}") for n in range(len(people) + 3)]
    layout = describe(replace(base(), roster_rows=40))
    wanted = [*states, ("Roster", "B5"), *layout.formulas()]
    checks = next(cell for cell, formula in layout.formulas().items() if cell[0] == "Checks")
    for engine in (by_ironcalc, by_formualizer):
        found = engine(str(path), wanted)
        assert [found[cell] for cell in states[: len(people)]] == [f"{one};  " for one in WRONG]
        assert [found[cell] for cell in states[len(people) :]] == ["-", " ", "-"]
        assert found["Roster", "B5"] == "Row 8 does not count: unknown plan;  "
        assert found["Checks", "A3"].startswith("A check fails")
        assert found[checks] is not None


@pytest.mark.soak
def test_rows_with_more_starts_than_waves_fail_a_check_until_the_workbook_is_rebuilt(tmp_path):
    people = [("Far", "Far", ROLE, 1, DAY(2027, month, 1)) for month in (1, 3, 5, 7)]
    path = pasted(tmp_path, people)
    found = by_formualizer(str(path), [("Roster", "B6"), ("Checks", "A3")])
    assert "more different months of start and end than the workbook" in found["Roster", "B6"]
    assert found["Checks", "A3"].startswith("A check fails")
    with pytest.raises(WorkbookError, match=r"have 4 different months .* shorewise rebuild"):
        check(path)
    made = rebuild(path, tmp_path / "again.xlsx", Changes())
    assert made.scenario.sizes["wave"] == 4
    assert len(made.scenario.roster) == 4
    assert check(made.path) == []


@pytest.mark.soak
def test_roles_of_one_site_that_start_apart_are_said_to_be_approximate():
    data = base().to_dict() | {"roles": ["A", "B"], "ambiguity": 3, "sizing": "heads"}
    for key in ("collaboration", "criticality", "change_frequency", "onshore_only"):
        data.pop(key)
    for site in data["sites"]:
        site.pop("salary")
    data["plans"] = [{"name": "Stay", "heads": {"Onshore": {"A": 1, "B": 1}}}, {"name": "Go"}]
    rows = [{"plan": "Go", "site": "Mid", "role": role, "start": "2027-03-01"} for role in "AB"]
    said = {}
    for name, late in (("together", "2027-03-01"), ("apart", "2027-06-01")):
        rows[1]["start"] = late
        book = describe(Scenario.from_dict(data | {"roster": rows}))
        said[name] = book.formulas()["Roster", "B6"].value
    assert said["together"] == "All roles of a plan and site start and end together."
    assert "approximate" in said["apart"]
