"""Workbooks through the public face: written, checked, linted, computed."""

import pytest
from openpyxl import Workbook, load_workbook

import shorewise as sw
from tests.support.paths import ROOT
from tests.support.sample_scenarios import small_data


@pytest.fixture
def book(tmp_path):
    return sw.compare(small_data(), tmp_path / "book.xlsx")


@pytest.mark.soak
def test_a_workbook_as_written_agrees_and_breaks_no_rule(book):
    assert sw.check(book).empty
    assert sw.check(book).columns.tolist() == ["cell", "what", "found", "expected"]
    assert sw.lint(book).empty
    assert "severity" in sw.lint(book)


def test_a_number_typed_over_a_formula_is_a_difference(book):
    opened = load_workbook(book)
    sheet = opened["Returns"]
    cell = next(c for row in sheet.iter_rows(min_row=6) for c in row if c.data_type == "f")
    cell.value = 1
    opened.save(book)
    changed = sw.check(book)
    assert f"Returns!{cell.coordinate}" in changed.query("what == 'formula'")["cell"].tolist()


def test_findings_of_any_workbook_are_rows_the_worst_first(tmp_path):
    book = Workbook()
    book.active.append([1, 2, "=A1+B1+7.5"])
    book.save(tmp_path / "other.xlsx")
    found = sw.lint(tmp_path / "other.xlsx")
    order = {"high": 0, "medium": 1, "low": 2}
    assert found["severity"].map(order).is_monotonic_increasing
    assert found["rule"].str.fullmatch(r"SW\d\d").all()
    some = found["rule"].iloc[0]
    assert some not in {*sw.lint(tmp_path / "other.xlsx", ignore=[some])["rule"]}


def test_compare_adds_the_sheet_of_a_simulation_when_asked(tmp_path):
    sw.compare(small_data(), tmp_path / "with.xlsx", draws=64)
    assert "Uncertainty" in load_workbook(tmp_path / "with.xlsx", read_only=True).sheetnames


@pytest.mark.soak
def test_a_theme_may_be_a_path_or_an_object(tmp_path):
    theme = ROOT / "examples" / "theme.toml"
    one = sw.compare(small_data(), tmp_path / "one.xlsx", theme=theme)
    other = sw.compare(small_data(), tmp_path / "other.xlsx", theme=sw.Theme.from_toml(theme))
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.soak
def test_a_workbook_in_memory_has_the_bytes_of_the_one_on_disk(tmp_path):
    book = sw.compare(small_data(), tmp_path / "book.xlsx", spare={})
    assert sw.workbook_bytes(sw.describe(small_data())) == book.read_bytes()


def test_calc_computes_a_workbook_that_calls_a_function(tmp_path):
    book = Workbook()
    book.active["A1"] = "=SHORE_LOADED_COST(60000)"
    book.save(tmp_path / "calls.xlsx")
    done = sw.calc(tmp_path / "calls.xlsx", tmp_path / "done.xlsx")
    assert (done.computed, done.skipped) == (1, [])
    value = load_workbook(tmp_path / "done.xlsx", data_only=True).active["A1"].value
    mid = sw.Scenario.default().results().loc["Mid", "fully_loaded_cost"]  # has every default
    assert value == pytest.approx(mid)


def test_functions_lists_what_cells_may_call():
    frame = sw.functions()
    assert frame.loc["SHORE_BREAK_EVEN", "signature"].startswith("SHORE_BREAK_EVEN(")
    assert frame.index.is_unique
    assert (frame["returns"] != "").all()


def test_an_existing_file_is_replaced_only_by_force(book):
    before = book.read_bytes()
    with pytest.raises(sw.WorkbookError) as found:
        sw.compare(sw.Scenario.preset("mid"), book)
    assert str(found.value) == f"{book}: exists already; force=True replaces it"
    assert book.read_bytes() == before
    sw.compare(sw.Scenario.preset("mid"), book, force=True)
    assert sw.read(book).name == sw.Scenario.preset("mid").name


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sw.compare(small_data(), "book.csv"), "the name of a workbook must end in .xlsx"),
        (lambda: sw.compare("none.toml", "book.xlsx"), "none.toml: No such file"),
        (lambda: sw.compare(small_data(), "book.xlsx", draws=3), "draws is 3; it must be between"),
        (lambda: sw.check("none.xlsx"), "none.xlsx"),
        (lambda: sw.lint(__file__), "test_workbook_files.py"),
        (lambda: sw.calc("none.xlsx"), "none.xlsx"),
    ],
)
def test_a_mistake_is_one_clear_error(call, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(sw.ShorewiseError) as found:
        call()
    assert words in str(found.value)
    assert len(str(found.value).splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
