"""The command actuals: the table, JSON, the workbook, and one line for what is wrong."""

import json

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from shorewise.cli.commands import main
from tests.support.paths import HYBRID, ROOT
from tests.support.sample_scenarios import small_scenario
from tests.support.written_workbooks import written

LEDGER = """month,group,amount
1,Setup,150000
2,Setup,0
2,Pay,30000
1,heads,0
2,heads,6
"""


@pytest.fixture
def book(tmp_path):
    (tmp_path / "ledger.csv").write_text(LEDGER)
    (tmp_path / "book.xlsx").write_bytes(written(small_scenario()))
    return tmp_path / "book.xlsx"


def run(*arguments):
    return CliRunner().invoke(main, ["actuals", *map(str, arguments)])


def cells(output):
    """Rows of the printed tables by their first cell."""
    lines = [line.replace("┃", "│").strip("│ ") for line in output.splitlines()]
    rows = [[cell.strip() for cell in line.split("│")] for line in lines if "│" in line]
    return {row[0]: row[1:] for row in rows}


def test_plan_actual_variance_and_break_even_are_printed(book, tmp_path):
    done = run(book, tmp_path / "ledger.csv")
    assert done.exit_code == 0
    table = cells(done.stdout)
    planned, actual, variance = table["Setup"][:3]
    assert actual == "150,000"
    number = [float(one.replace(",", "")) for one in (planned, actual, variance)]
    assert number[2] == pytest.approx(number[1] - number[0], abs=1)
    assert {"All groups", "Break-even", "Net present value"} <= table.keys()
    assert "note: Output is not given: it is taken as planned." in done.stderr


def test_json_has_the_same_figures(book, tmp_path):
    found = json.loads(run(book, tmp_path / "ledger.csv", "--json").stdout)
    assert (found["plan"], found["last_actual_month"]) == ("Mid", 2)
    by_group = {one["group"]: one for one in found["groups"]}
    assert by_group["Pay"]["actual"] == 30_000
    assert found["total"]["actual"] == pytest.approx(sum(one["actual"] for one in found["groups"]))
    assert set(found["results"]["break_even_month"]) == {"before", "now"}


@pytest.mark.soak
def test_the_workbook_that_is_written_restates_itself(book, tmp_path):
    out = tmp_path / "new.xlsx"
    first = run(book, tmp_path / "ledger.csv", "-o", out, "--json")
    assert first.exit_code == 0
    assert out.exists()
    again = json.loads(run(out, "--json").stdout)
    before = json.loads(first.stdout)
    assert again["results"] == before["results"]
    assert again["groups"] == before["groups"]


@pytest.mark.soak(keep=5)
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["book.xlsx"], "book.xlsx: it has no sheet Actuals of ours; name a ledger"),
        (["book.xlsx", "none.csv"], "none.csv: no such file"),
        (["book.xlsx", "ledger.csv", "--plan", "Moon"], "no plan is called 'Moon'"),
        (["book.xlsx", "ledger.csv", "-o", "book.xlsx"], "exists already; --force replaces it"),
        (["book.xlsx", "ledger.csv", "-o", "new.ods"], "must end in .xlsx"),
        (["book.xlsx", "two.csv"], "rows of the plans Mid, All onshore; choose one with --plan"),
        (["book.xlsx", "ledger.csv", "--query", "x"], "--query is only allowed for a database"),
        (["none.xlsx", "ledger.csv"], "none.xlsx"),
        (["book.xlsx", "ledger.csv", "--theme", "x.toml"], "--theme is for the workbook of --out"),
        (["book.xlsx", "--query", "x"], "--query is for the workbook LEDGER; give both"),
        (["book.xlsx", "two.xlsx"], "two.xlsx: it has 2 sheets, Sheet, More; choose one with --q"),
        (["book.xlsx", "ledger.csv", "--accounts", "map.csv"], "map.csv: line 3: the group of acc"),
        (["book.xlsx", "ledger.csv", "--accounts", "good.csv"], "no effect; leave out --accounts"),
    ],
)
@pytest.mark.usefixtures("book")
def test_a_mistake_is_one_line_and_exit_code_2(tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "two.csv").write_text("month,plan,group,amount\n1,Mid,Pay,1\n1,All onshore,Pay,1\n")
    (tmp_path / "good.csv").write_text("account,group\n6000,Pay\n")
    (tmp_path / "map.csv").write_text("account,group\n6000,Pay\n6001,Payy\n")
    book = Workbook()
    book.active.append(["month", "group", "amount"])
    book.create_sheet("More").append(["note"])
    book.save("two.xlsx")
    done = run(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "new.ods").exists()


def test_a_ledger_may_come_from_standard_input(book):
    done = CliRunner().invoke(main, ["actuals", str(book), "-", "--json"], input=LEDGER)
    assert json.loads(done.stdout)["total"]["actual"] > 180_000


@pytest.mark.soak
def test_an_existing_workbook_is_replaced_with_force(book, tmp_path):
    done = run(book, tmp_path / "ledger.csv", "-o", book, "--force")
    assert done.exit_code == 0
    assert json.loads(run(book, "--json").stdout)["plan"] == "Mid"


def test_the_tables_in_the_document_are_what_the_command_prints():
    printed = run(HYBRID, ROOT / "examples" / "ledger.csv").stdout
    text = (ROOT / "docs" / "actuals.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith(("│", "┃"))]
    assert len(rows) == 7
    assert [row for row in rows if row not in printed] == []


def test_implausible_figures_are_said_and_in_json_too(book, tmp_path):
    path = tmp_path / "ledger.csv"
    path.write_text(LEDGER.replace("2,heads,6", "2,heads,5000") + "2,Travel,9\n")
    done = run(book, path, "--json")
    said = [note for note in json.loads(done.stdout)["notes"] if "Heads of plan Mid" in note]
    assert len(said) == 1
    assert f"note: {said[0]}" in done.stderr


@pytest.mark.soak
def test_the_notes_of_a_ledger_are_those_of_the_workbook_that_is_written(book, tmp_path):
    out = tmp_path / "new.xlsx"
    first = run(book, tmp_path / "ledger.csv", "-o", out, "--json")
    again = run(out, "--json")
    assert json.loads(again.stdout)["notes"] == json.loads(first.stdout)["notes"]
