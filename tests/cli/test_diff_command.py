"""The command diff: two scenarios as a table, JSON and a workbook."""

import json

import pytest
import tomli_w
from click.testing import CliRunner
from openpyxl import load_workbook

from shorewise.cli.commands import main
from shorewise.engine import Scenario
from shorewise.workbook import compare

HYBRID = "examples/hybrid.toml"


def run(*arguments):
    return CliRunner().invoke(main, ["diff", *map(str, arguments)])


@pytest.fixture
def second(tmp_path):
    """A second version of the example, with two figures and a plan changed."""
    data = Scenario.from_toml(HYBRID).to_dict()
    data["sites"][1]["salary"]["ML engineer"] = 88_000
    data["discount_rate"] = 0.12
    data["plans"].append({"name": "Late", "heads": {"Krakow": dict.fromkeys(data["roles"], 4)}})
    path = tmp_path / "second.toml"
    path.write_text(tomli_w.dumps(data), "utf-8")
    return path


def table(output, title):
    """Rows of a printed table by their first cell."""
    _, _, rest = output.partition(title)
    rows = {}
    for line in rest.splitlines()[1:]:
        if "│" in line:
            first, *cells = (cell.strip() for cell in line.strip("│ ").split("│"))
            rows[first] = cells
        elif line.startswith("└"):
            break
    return rows


def test_the_inputs_that_differ_and_their_effects_are_printed(second):
    done = run(HYBRID, second, "--plan", "Hybrid")
    assert done.exit_code == 0
    inputs = table(done.output, "Inputs that differ")
    assert inputs["discount_rate"] == ["fraction/year", "0.1", "0.12"]
    assert inputs["site.Krakow.salary.ML engineer"] == ["USD/year", "80,000", "88,000"]
    found = json.loads(run(HYBRID, second, "--json").stdout)["plans"]["Hybrid"]
    rows = table(done.output, "Hybrid, USD: from A to B")
    assert rows["A"][0] == f"{found['a']['npv']:,.0f}"
    assert rows["B"][0] == f"{found['b']['npv']:,.0f}"
    assert rows["Change"][0] == f"{found['change']['npv']:+,.0f}"
    assert rows["discount_rate"][0] == f"{found['parts']['discount_rate']['npv']:+,.0f}"
    assert "plan Late: only in B" in done.output
    assert "Effects are Shapley values" in done.output


def test_a_file_does_not_differ_from_itself():
    done = run(HYBRID, HYBRID)
    assert done.exit_code == 0
    assert done.output.splitlines()[-1] == "Nothing differs."


@pytest.mark.soak
def test_a_workbook_does_not_differ_from_the_file_it_was_made_from(tmp_path):
    book = compare(Scenario.from_toml(HYBRID), tmp_path / "book.xlsx")
    assert "Nothing differs." in run(HYBRID, book).output
    assert "Nothing differs." in run(book, HYBRID).output


def test_a_workbook_edited_in_its_cells_differs_by_the_edit(tmp_path):
    book = compare(Scenario.from_toml(HYBRID), tmp_path / "book.xlsx")
    opened = load_workbook(book)
    sheet, cell = opened.defined_names["discount_rate"].attr_text.split("!")
    opened[sheet][cell.replace("$", "")] = 0.11
    opened.save(book)
    found = json.loads(run(HYBRID, book, "--json").stdout)
    assert [(one["address"], one["b"]) for one in found["inputs"]] == [("discount_rate", 0.11)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["missing.toml", HYBRID], "missing.toml: No such file", id="missing-a"),
        pytest.param([HYBRID, "missing.xlsx"], "missing.xlsx", id="missing-b"),
        pytest.param([HYBRID, "README.md"], "README.md: not valid TOML", id="no-scenario"),
        pytest.param([HYBRID], "Missing argument 'B'", id="one-file"),
        pytest.param([HYBRID, HYBRID, "-o", "book.txt"], "must end in .xlsx", id="kind"),
        pytest.param([HYBRID, HYBRID, "-o", "README.md"], "--force replaces it", id="existing"),
        pytest.param(
            [HYBRID, HYBRID, "--plan", "Late"], f"A, {HYBRID}: no plan is called 'Late'", id="plan"
        ),
        pytest.param([HYBRID, HYBRID, "--plan", "All onshore"], "is the baseline", id="baseline"),
        pytest.param([HYBRID, HYBRID, "--theme", "t.toml"], "--output", id="theme"),
    ],
)
def test_a_mistake_ends_in_one_line_and_exit_code_2(arguments, words):
    done = run(*arguments)
    assert done.exit_code == 2
    assert words in done.output
    assert len(done.output.splitlines()) == 1


def test_scenarios_without_a_plan_in_common_have_no_change_that_is_split(tmp_path):
    data = Scenario.from_toml(HYBRID).to_dict()
    data |= {"discount_rate": 0.11, "plans": [data["plans"][0], data["plans"][1] | {"name": "X"}]}
    other, book = tmp_path / "other.toml", tmp_path / "diff.xlsx"
    other.write_text(tomli_w.dumps(data))
    done = run(HYBRID, other, "-o", book)
    said = (
        "There is no plan in common beside the baseline, by name, so there is no change to split."
    )
    assert done.output.count(said) == 1
    assert "Shapley" not in done.output
    assert load_workbook(book)["Differences"]["A3"].value == said
    assert json.loads(run(HYBRID, other, "--json").stdout)["method"] == said


def test_the_workbook_is_written_beside_the_table(second, tmp_path):
    path = tmp_path / "diff.xlsx"
    done = run(HYBRID, second, "-o", path, "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["file_b"] == str(second)
    assert load_workbook(path).sheetnames == ["Differences"]
    assert run(HYBRID, second, "-o", path).exit_code == 2
    assert run(HYBRID, second, "-o", path, "--force").exit_code == 0
