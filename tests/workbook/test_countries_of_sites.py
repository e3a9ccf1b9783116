"""The country of a site, chosen in the workbook: its figures and its law come in by formulas."""

import csv
import itertools

import numpy as np
import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from shorewise.engine import Scenario, take
from shorewise.engine.country_figures import OF_CHARGE, OF_COUNTRY
from shorewise.engine.errors import ScenarioError
from shorewise.engine.locations import locations
from shorewise.workbook import compare, read
from shorewise.workbook.layout.context import Context
from shorewise.workbook.layout.scenario_texts import OWN_FIGURES
from tests.support.engine_differences import differing
from tests.support.paths import ROOT
from tests.support.spreadsheet_engines import by_formualizer, by_ironcalc, by_libreoffice

SITES = 9
CODES = [*locations()]
BATCHES = [CODES[first : first + SITES - 1] for first in range(0, len(CODES), SITES - 1)]
OWN = {  # what the sites had before, some by default
    "salary": 50_000, "attrition_rate": 0.1, "wage_inflation": 0.04, "extra_months": 0,
    "productive_hours": 1_720, "fx_rate": 1,
}  # fmt: skip
FACTS = {"attrition_rate": 0.1, "wage_inflation": 0.04, "salary": 50_000}


def on_site(code="", **figures):
    return ({"location": code} if code else {}) | FACTS | figures


def scenario(*sites, currency="USD"):
    """A home and sites abroad, one plan for each."""
    names = [f"S{n}" for n in range(len(sites))]
    data = {
        "currency": currency,
        "horizon_months": 12,
        "roles": ["Engineer"],
        "sites": [{"name": "Home", "salary": 100_000}]
        + [{"name": name} | site for name, site in zip(names, sites, strict=True)],
        "plans": [{"name": name, "heads": {name: 1}} for name in ("Home", *names[:2])],
    }
    return Scenario.from_dict(data, "case")


@pytest.fixture(scope="module")
def without_countries(tmp_path_factory):
    path = tmp_path_factory.mktemp("countries") / "own.xlsx"
    compare(scenario(*[on_site()] * (SITES - 1)), path)
    return path


def chosen(path, codes, target):
    """The workbook with other countries, as typed into sheet Inputs."""
    book = load_workbook(path)
    for table in book.worksheets:  # IronCalc loads no file with a data table
        for row in table.iter_rows():
            for cell in row:
                if type(cell.value).__name__ == "DataTableFormula":
                    cell.value = None
    sheet, place = next(book.defined_names["site_countries"].destinations)
    cells = [row[0] for row in book[sheet][place]]
    for cell, code in itertools.zip_longest(cells[1:], codes, fillvalue=OWN_FIGURES):
        cell.value = code
    book.save(target)
    return book


def cells_of(book, name):
    sheet, place = next(book.defined_names[name].destinations)
    rows = book[sheet][place]
    return [[(sheet, cell.coordinate) for cell in row] for row in rows]


def table(name):
    lines = (ROOT / "engine/tables" / name).read_text("utf-8").splitlines()
    return [*csv.DictReader(line for line in lines if not line.startswith("#"))]


LOCATIONS = {row["iso"]: row for row in table("locations.csv")}


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("codes", BATCHES, ids=lambda codes: codes[0])
def test_choosing_a_country_brings_in_its_figures_and_its_law(codes, without_countries, tmp_path):
    book = chosen(without_countries, codes, tmp_path / "chosen.xlsx")
    wanted = {name: cells_of(book, name) for name in (*OF_COUNTRY, *OF_CHARGE)}
    every = [cell for rows in wanted.values() for row in rows for cell in row]
    found = by_ironcalc(str(tmp_path / "chosen.xlsx"), every)
    for site, code in enumerate(codes, 1):
        row, place = LOCATIONS[code[:2]], locations()[code]
        shown = {name: [found[row[site]] for row in rows] for name, rows in wanted.items()}
        for name, own in OWN.items():
            expected = float(row[name]) if row[name] else own
            assert shown[name] == [pytest.approx(expected, rel=1e-12)], (code, name)
        assert shown["statutory_rate"][: len(place.rules)] == [r.rate or 0 for r in place.rules]
        assert not any(shown["statutory_rate"][len(place.rules) :])
        assert shown["statutory_base"][: len(place.rules)] == [r.base for r in place.rules]
        caps = [1e18 if r.cap is None else r.cap for r in place.rules]
        assert shown["statutory_cap"][: len(place.rules)] == caps


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("engine", [by_ironcalc, by_formualizer, by_libreoffice])
def test_two_clicks_compare_portugal_with_poland(engine, without_countries, tmp_path):
    chosen(without_countries, ["PT", "PL"], tmp_path / "chosen.xlsx")
    expected = scenario(on_site("PT", salary=locations()["PT"].facts["salary"]),
                        on_site("PL", salary=locations()["PL"].facts["salary"]),
                        *[on_site()] * (SITES - 3)).evaluate()  # fmt: skip
    place = Context.of(scenario(*[on_site()] * (SITES - 1))).layout.places["npv"]
    cells = [
        (place.sheet, f"{get_column_letter(place.column + plan)}{place.row}") for plan in range(3)
    ]
    found = engine(str(tmp_path / "chosen.xlsx"), cells)
    for plan, cell in enumerate(cells):
        assert found[cell] == pytest.approx(take(expected, "npv", plan=plan).item(), rel=1e-9)


def test_every_formula_of_located_sites_equals_the_engine(tmp_path):
    located = scenario(
        on_site("PL", salary=60_000),
        on_site("CL", fx_rate=800),
        on_site("MX-CMX"),
        on_site("KZ"),
        currency="EUR",
    )
    assert differing(located, tmp_path, by_ironcalc, by_formualizer) == []


def formulas_of(path, name):
    book = load_workbook(path)
    return [
        [str(book[sheet][cell].value).startswith("=") for sheet, cell in row]
        for row in cells_of(book, name)
    ]


@pytest.mark.soak
def test_a_figure_of_ones_own_stands_in_the_place_of_the_formula(tmp_path):
    path = tmp_path / "own.xlsx"
    compare(scenario(on_site("PL"), on_site("PL", fx_rate=4)), path)
    assert formulas_of(path, "fx_rate") == [[True, True, False]]
    assert formulas_of(path, "salary") == [[True, False, False]]  # both set their own
    assert formulas_of(path, "productive_hours") == [[True, True, True]]


def test_a_workbook_is_read_with_the_countries_of_its_sites(tmp_path):
    case = scenario(on_site("PL"), on_site("MX-CMX"), on_site())
    path = tmp_path / "read.xlsx"
    compare(case, path)
    again = read(path)
    assert again.locations == ("", "PL", "MX-CMX", "")
    assert again.locations == case.locations
    for name, array in case.values.items():
        np.testing.assert_array_equal(again.values[name], array, err_msg=name)


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize(
    ("typed", "instead"), [("XX", ""), (7, ""), ("Poland", ": write PL"), ("PL ", ": write PL")]
)
def test_an_unknown_country_names_its_cell(typed, instead, without_countries, tmp_path):
    book = chosen(without_countries, [typed], tmp_path / "chosen.xlsx")
    _, cells = next(book.defined_names["site_countries"].destinations)
    cell = cells.replace("$", "").split(":")[0]
    second = f"{cell[0]}{int(cell[1:]) + 1}"
    with pytest.raises(ScenarioError) as error:
        read(tmp_path / "chosen.xlsx")
    assert str(error.value) == (
        f"{tmp_path / 'chosen.xlsx'}: Inputs!{second}: location is {typed!r}; it must be a "
        f"country's code as on sheet Countries, such as PL or MX-CMX, or own figures{instead}"
    )


def at_home(code, *sites, **figures):
    """Two sites abroad and a home that may have a country, with its working hours by default."""
    data = {
        "currency": "USD",
        "horizon_months": 12,
        "roles": ["Engineer"],
        "sites": [{"name": "Home"} | on_site(code, **figures)]
        + [{"name": f"S{n}"} | site for n, site in enumerate(sites)],
        "plans": [{"name": name, "heads": {name: 1}} for name in ("Home", "S0", "S1")],
    }
    return Scenario.from_dict(data, "case")


OVERLAPS = ("overlap_computed", "overlap", "npv")


def overlap_in(engine, path, case):
    """Whether the overlap is computed, the overlap by site, and the values of the plans."""
    places = Context.of(case).layout.places
    wanted = [
        (places[name].sheet, f"{get_column_letter(places[name].column + n)}{places[name].row}")
        for name in OVERLAPS
        for n in range(3)
    ]
    found = engine(str(path), wanted)
    return [float(found[cell]) for cell in wanted]


@pytest.mark.soak
@pytest.mark.parametrize("engine", [by_ironcalc, by_formualizer, by_libreoffice])
def test_the_countries_of_both_sites_bring_in_their_overlap(engine, tmp_path):
    before = at_home("", on_site(), on_site(overlap_hours=5))
    given = {code: locations()[code].facts for code in ("DE", "IN")}
    pay = {
        code: {name: facts[name] for name in FACTS if facts[name] is not None}
        for code, facts in given.items()
    }
    there = [on_site("IN", **pay["IN"])] * 2
    after = at_home("DE", *there, **pay["DE"])
    path = tmp_path / "chosen.xlsx"
    compare(before, path)
    book = chosen(path, ["IN", "IN"], path)
    sheet, place = next(book.defined_names["site_countries"].destinations)
    book[sheet][place][0][0].value = "DE"
    book.save(path)
    expected = after.evaluate()
    wanted = [
        take(expected, name, **{axis: n}).item()
        for name, axis in zip(OVERLAPS, ("site", "site", "plan"), strict=True)
        for n in range(3)
    ]
    # 9 to 18 in Berlin is 13:30 to 22:30 in India in winter.
    assert wanted[:6] == [0, 1, 1, wanted[3], 4.5, 4.5]
    assert overlap_in(engine, path, before) == pytest.approx(wanted, rel=1e-9)


@pytest.mark.soak
def test_a_workbook_with_chosen_countries_is_read_as_the_scenario_file_with_them(tmp_path):
    before = at_home("", on_site(), on_site(overlap_hours=5))
    after = at_home("DE", on_site("IN"), on_site("IN"))
    path = tmp_path / "chosen.xlsx"
    compare(before, path)
    book = chosen(path, ["IN", "IN"], path)
    sheet, place = next(book.defined_names["site_countries"].destinations)
    book[sheet][place][0][0].value = "DE"
    book.save(path)
    again = read(path)
    assert again.locations == after.locations == ("DE", "IN", "IN")
    for name in ("overlap_computed", "overlap", "utc_offset", "statutory_rate"):
        found, expected = again.evaluate()[name], after.evaluate()[name]
        np.testing.assert_allclose(found, expected, err_msg=name)


@pytest.mark.soak
def test_an_overlap_that_is_set_beside_both_countries_is_the_site_s_own(tmp_path):
    case = at_home("DE", on_site("IN"), on_site("IN", overlap_hours=5))
    path = tmp_path / "set.xlsx"
    compare(case, path)
    assert formulas_of(path, "overlap_computed") == [[False, True, False]]
    assert overlap_in(by_formualizer, path, case)[:6] == pytest.approx([0, 1, 0, 8, 4.5, 5])
    assert read(path).values["overlap_computed"].ravel().tolist() == [0, 1, 0]


@pytest.mark.soak
def test_without_the_home_s_country_the_overlap_stays_the_site_s_own(tmp_path):
    before = at_home("", on_site(), on_site())
    path = tmp_path / "chosen.xlsx"
    compare(before, path)
    chosen(path, ["PL", "IN"], path)
    assert overlap_in(by_ironcalc, path, before)[:3] == [0, 0, 0]
    assert take(read(path).values, "overlap_computed").tolist() == [0, 0, 0]


@pytest.mark.soak
def test_leave_and_holidays_stand_below_the_hours_that_follow_from_them(tmp_path):
    case = at_home("DE", on_site("PL"), on_site())
    path = tmp_path / "case.xlsx"
    compare(case, path)
    sheet = load_workbook(path, data_only=True)["Inputs"]
    rows = {row[0].value: [cell.value for cell in row[4:7]] for row in sheet.iter_rows()}
    for label, column in (("Paid leave", "leave_days"), ("Public holidays", "holidays")):
        numbers = [float(LOCATIONS[code][column]) for code in ("DE", "PL")]
        assert rows[f"Of the country: {label}"] == [*numbers, "-"]


@pytest.mark.soak
def test_a_code_in_small_letters_is_the_country(without_countries, tmp_path):
    chosen(without_countries, ["pl"], tmp_path / "chosen.xlsx")
    assert read(tmp_path / "chosen.xlsx").locations[1] == "PL"
