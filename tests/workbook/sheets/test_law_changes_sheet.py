"""Sheet Law changes: it follows the countries of the sites and the first month."""

import datetime

import pytest
from openpyxl import load_workbook

from shorewise.engine import Scenario, take
from shorewise.workbook import compare
from tests.support.engine_differences import differing
from tests.support.spreadsheet_engines import by_formualizer, by_ironcalc, by_libreoffice

MONTHS, FACTS = 48, {"salary": 40_000, "attrition_rate": 0.1, "wage_inflation": 0.04}
FIRST_SITE, LIST = 10, 16  # rows: of the first site, and of the first change in the list
NO_CHANGE = "No change announced within the horizon: the law of the first month holds."
ORACLES = pytest.mark.parametrize("oracle", [by_ironcalc, by_formualizer, by_libreoffice])


def scenario(*codes, start="2027-01"):
    """A home, three sites abroad in these countries, and a plan for the first two of them."""
    sites = [
        {"name": f"S{n}"} | FACTS | ({"location": code} if code else {})
        for n, code in enumerate(codes)
    ]
    return Scenario.from_dict(
        {
            "currency": "USD",
            "horizon_months": MONTHS,
            "start_month": start,
            "roles": ["Engineer"],
            "sites": [{"name": "Home", "salary": 100_000}, *sites],
            "plans": [
                {"name": "Home", "heads": {"Home": 4}},
                {"name": "First", "heads": {"S0": 4}},
                {"name": "Both", "heads": {"S0": 2, "S1": 3}},
            ],
        },
        "case",
    )


def edited(path, codes, start=None):
    """The workbook with other countries abroad, or another first month."""
    book = load_workbook(path)
    for table in book.worksheets:  # IronCalc loads no file with a data table
        for row in table.iter_rows():
            for cell in row:
                if type(cell.value).__name__ == "DataTableFormula":
                    cell.value = None
    sheet, place = next(book.defined_names["site_countries"].destinations)
    for (cell,), code in zip(book[sheet][place][1:], codes, strict=True):
        cell.value = code
    if start:
        sheet, place = next(book.defined_names["start_month"].destinations)
        book[sheet][place].value = start
    book.save(path)


@pytest.fixture
def path(tmp_path):
    compare(scenario(None, None, None), tmp_path / "own.xlsx")
    return tmp_path / "own.xlsx"


def shown(oracle, path, rows, columns):
    wanted = [("Law changes", f"{column}{row}") for row in rows for column in columns]
    found = oracle(str(path), wanted)
    return [[found["Law changes", f"{column}{row}"] for column in columns] for row in rows]


def month_of(value):
    """The month of a date, however the engine gives it."""
    if isinstance(value, (int, float)):
        value = datetime.date(1899, 12, 30) + datetime.timedelta(days=int(value))
    return f"{value:%Y-%m}"


@pytest.mark.soak
@ORACLES
def test_the_sheet_follows_the_countries_that_are_chosen(oracle, path):
    edited(path, ["CL", "KZ", "PL"])
    expected = scenario("CL", "KZ", "PL").evaluate()
    rows = shown(oracle, path, range(LIST, LIST + 6), "ABCDFHIJ")
    assert [(month_of(row[0]), row[1]) for row in rows[:5]] == [
        ("2027-08", "S0"), ("2028-01", "S1"), ("2028-08", "S0"), ("2029-08", "S0"),
        ("2030-08", "S0"),
    ]  # fmt: skip
    assert rows[0][2:4] == [
        "Employer pension contribution, from 2026-08",
        "Employer pension contribution, from 2027-08",
    ]
    assert rows[5][:4] == [" "] * 4
    steps = [(1, 0), (2, 0), (1, 1), (1, 2), (1, 3)]  # site, and number of its change
    for row, (site, number) in zip(rows, steps, strict=False):
        after = take(expected, "charges_after_change", site=site)[number]
        costs = take(expected, "change_cost", site=site)[:, number].tolist()
        assert row[4:] == pytest.approx([after, *costs], rel=1e-9)
    totals = shown(oracle, path, [7], "HIJ")[0]
    law = take(expected, "site_law_change").sum(axis=(1, 2))
    assert totals == pytest.approx(law.tolist(), rel=1e-9)


@pytest.mark.soak
@ORACLES
def test_each_site_says_whether_its_law_changes(oracle, path):
    edited(path, ["CL", "KZ", "PL"])
    said = shown(oracle, path, range(FIRST_SITE, FIRST_SITE + 4), "ABCD")
    assert [row[1] for row in said] == ["Home", "S0", "S1", "S2"]
    assert [row[2] for row in said] == [
        NO_CHANGE,
        "Months with changes: 4. Beyond the last, its law holds.",
        "Months with changes: 1. Beyond the last, its law holds.",
        NO_CHANGE,
    ]
    assert [said[0][0], said[3][0]] == [" ", " "]
    assert [month_of(said[n][0]) for n in (1, 2)] == ["2030-08", "2028-01"]
    assert said[1][3] == "Chile"


@pytest.mark.soak
@ORACLES
def test_another_first_month_moves_the_list(oracle, path):
    edited(path, ["CL", "KZ", "PL"], datetime.date(2028, 2, 1))
    rows = shown(oracle, path, range(LIST, LIST + 5), "ABJ")
    months = [month_of(row[0]) for row in rows[:4]]
    assert months == ["2028-08", "2029-08", "2030-08", "2031-08"]
    assert rows[4][:2] == [" ", " "]
    expected = scenario("CL", "KZ", "PL", start="2028-02").evaluate()
    costs = take(expected, "change_cost", plan=2, site=1)[:4].tolist()
    assert [row[2] for row in rows[:4]] == pytest.approx(costs, rel=1e-9)


@pytest.mark.soak
def test_several_charges_of_one_month_are_counted(path):
    edited(path, ["IE", "ES", "PL"], datetime.date(2026, 6, 1))
    [row] = shown(by_ironcalc, path, [LIST], "ABCD")
    assert (month_of(row[0]), row[1]) == ("2026-10", "S0")
    assert row[2].endswith(" and 1 more")
    assert row[3].endswith(" and 1 more")


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("codes", [("CL", "ES", "IE"), (None, "KZ", "MX")])
def test_every_formula_of_changing_laws_equals_the_engine(codes, tmp_path):
    located = scenario(*codes, start="2026-06")
    assert differing(located, tmp_path, by_ironcalc, by_formualizer) == []
