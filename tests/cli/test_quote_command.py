"""The command quote: a vendor's quote as tables, JSON, CSV and a workbook."""

import csv
import json

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from shorewise.cli.commands import main
from shorewise.engine.locations import currencies
from tests.support.document_examples import run as run_page
from tests.support.paths import ROOT

QUOTE = """Item,Per month
Salary,10000
Pension,976
Disability,650
EOR fee,1200
Mystery,100
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "quote.csv").write_text(QUOTE)
    (tmp_path / "items.csv").write_text("item,kind\nMystery,benefits\n")
    (tmp_path / "bad.csv").write_text("item,colour\nSalary,red\n")

    def run(*arguments):
        return CliRunner().invoke(main, ["quote", *map(str, arguments)])

    return run


POLAND = ("quote.csv", "--country", "PL", "--salary", "120000")


def test_the_table_shows_each_item_beside_the_law(run):
    done = run(*POLAND)
    assert done.exit_code == 0
    cells = [[cell.strip() for cell in line.split("│")] for line in done.output.splitlines()]
    assert ["", "Pension", "11,712.00", "11,712.00", "0.00", "as by law", ""] in cells
    assert ["", "Accident", "", "2,004.00", "-2,004.00", "missing", ""] in cells
    assert ["", "Mystery", "1,200.00", "not known", "not known", "not recognised", ""] in cells
    assert ["", "Margin", "14,400.00", "12.0%", ""] in cells
    assert "line 6, Mystery: ask the vendor what it is" in done.output
    assert "Margin: 12.0% of pay as quoted, 9.8% of what the employer pays by law" in done.output


def test_json_has_everything(run):
    found = json.loads(run(*POLAND, "--json").stdout)
    assert found["totals"]["quote"] == pytest.approx(155_112)
    assert found["totals"]["margin"] == 14_400
    assert [line["item"] for line in found["lines"]][:2] == ["Salary", "Pension"]
    assert found["lines"][4]["by_law"] is None
    assert found["law"][1]["name"] == "Pension (emerytalna)"
    assert (found["country"], found["month"], found["currency"]) == ("Poland", "2027-01", "PLN")


def test_csv_has_a_row_for_each_line_and_the_differences_sum(run, tmp_path):
    assert run(*POLAND, "--csv", "lines.csv").exit_code == 0
    with open(tmp_path / "lines.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    # By law 146,376 a year; 1,200 of the quote of 155,112 have no amount by law.
    total = sum(float(row["difference"] or 0) for row in rows)
    assert total == pytest.approx(155_112 - 1_200 - 146_376)
    assert {row["verdict"] for row in rows if not row["where"]} == {"missing"}


def test_a_table_says_what_items_are(run):
    found = json.loads(run(*POLAND, "--items", "items.csv", "--json").stdout)
    assert found["totals"]["not_recognised"] == 0
    assert found["totals"]["other"] == 1_200


def test_the_workbook_is_written_beside_the_table(run, tmp_path):
    done = run(*POLAND, "-o", "quote.xlsx", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["country"] == "Poland"
    assert load_workbook(tmp_path / "quote.xlsx").sheetnames[0] == "Findings"
    assert run(*POLAND, "-o", "quote.xlsx").exit_code == 2
    assert run(*POLAND, "-o", "quote.xlsx", "--force").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.csv", *POLAND[1:]], "none.csv: no such file"),
        (["bad.csv", *POLAND[1:]], "bad.csv: column 'colour' is not known"),
        (["quote.csv", "--country", "XX", "--salary", "1"], "country is 'XX'"),
        (["quote.csv", "--country", "PL"], "Missing option '--salary'"),
        (["quote.csv", "--country", "PL", "--salary", "0"], "--salary is 0; it must be above 0"),
        ([*POLAND, "--currency", "PLZ"], "--currency is 'PLZ'"),
        ([*POLAND, "--month", "soon"], "month is 'soon'"),
        ([*POLAND, "--region", "Mazovia"], "--region is 'Mazovia'"),
        ([*POLAND, "--json", "--csv", "a.csv"], "mutually exclusive"),
        ([*POLAND, "--csv", "a.txt"], "must be a file that ends in .csv"),
        ([*POLAND, "--theme", "t.toml"], "--output"),
        ([*POLAND, "-o", "a.txt"], "must end in .xlsx"),
        ([*POLAND, "--items", "bad.csv"], "must have the columns item, and kind or charge"),
    ],
)
def test_a_mistake_ends_in_one_line_and_exit_code_2(run, arguments, words):
    done = run(*arguments)
    assert done.exit_code == 2
    assert words in done.output
    assert len(done.output.splitlines()) == 1


def test_the_page_shows_what_its_example_prints(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    page = (ROOT / "docs" / "quote.md").read_text("utf-8")
    shown = [line for line in page.splitlines() if "│" in line]
    command = page.split("```sh")[1].split("```")[0].split()
    printed = CliRunner().invoke(main, command[1:]).output
    assert len(shown) == 6
    assert {*shown} <= {*printed.splitlines()}
    (tmp_path / "quote.xlsx").unlink()
    (tmp_path / "vendor_quote.csv").symlink_to(ROOT / "examples" / "vendor_quote.csv")
    found = run_page("docs/quote.md")["found"]
    assert found.totals["margin_of_pay"] == pytest.approx(0.122, abs=5e-4)
    assert found.totals["double_counted"] == pytest.approx(7_350)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-o", "nowhere/out.xlsx"], "nowhere/out.xlsx: cannot be written"),
        (["-o", "out.xlsx", "--theme", "none.toml"], "none.toml"),
        (["--force"], "--force replaces an existing file; give --csv or --output too"),
        (["--json", "--force"], "--force replaces an existing file; give --csv or --output too"),
    ],
)
def test_an_error_of_a_file_to_write_stands_alone(run, arguments, words):
    done = run(*POLAND, *arguments)
    assert done.exit_code == 2
    assert words in done.output
    assert "Mystery" not in done.output


def test_items_that_are_not_in_the_quote_and_other_currencies_are_noted(run, tmp_path):
    (tmp_path / "items.csv").write_text("item,kind\nMystery,benefits\nPhone,equipment\n")
    (tmp_path / "euro.csv").write_text("item,per month,currency\nSalary,1000,EUR\nFee,200,\n")
    done = run(*POLAND, "--items", "items.csv")
    assert (
        "note: Items of items.csv that are not in the quote have no effect: phone." in done.stderr
    )
    done = run("euro.csv", *POLAND[1:])
    rate = currencies()["PLN"] / currencies()["EUR"]
    words = f"Amounts in EUR are converted at {rate:.6g} PLN, by the tables."
    assert f"note: {words}" in done.stderr


def test_a_quote_of_nothing_but_totals_is_refused_with_its_file(run, tmp_path):
    (tmp_path / "total.csv").write_text("item,per month\nTotal,1000\n")
    done = run("total.csv", *POLAND[1:])
    assert done.exit_code == 2
    assert done.output == "shorewise: total.csv: the quote has nothing but totals; list its items\n"


def test_a_thirteenth_of_the_agreed_salary_is_as_agreed_where_no_law_asks_for_it(run, tmp_path):
    (tmp_path / "parts.csv").write_text("item,per year\nSalary,110000\n13th month,10000\n")
    lines = json.loads(run("parts.csv", *POLAND[1:], "--json").stdout)["lines"]
    assert [line["verdict"] for line in lines[:2]] == ["as agreed", "as agreed"]
