"""The command statement: a table for each plan, JSON, CSV, and what it refuses."""

import csv
import json

import pytest
import tomli_w
from click.testing import CliRunner

from shorewise.cli.commands import main
from shorewise.engine import Scenario
from shorewise.engine.statement import statement
from tests.support.paths import HYBRID


def run(*arguments):
    return CliRunner().invoke(main, ["statement", *map(str, arguments)])


def table(output):
    """The cells of each printed row."""
    return [
        [cell.strip() for cell in line.strip("│┃ \n").replace("┃", "│").split("│")]
        for line in output.splitlines()
        if "│" in line or "┃" in line
    ]


@pytest.fixture(scope="module")
def case():
    return Scenario.from_toml(HYBRID)


@pytest.mark.parametrize("freq", ["FY", "Q", "M"])
def test_each_row_of_a_plan_is_printed_with_its_periods_and_total(case, freq):
    done = run(HYBRID, "--plan", "Hybrid", "--freq", freq)
    assert done.exit_code == 0
    found = statement(case, freq, "Hybrid")
    rows = table(done.output)
    assert rows[0] == [case.currency, *found.periods, "Total"]
    printed = {row[0]: row[1:] for row in rows[1:]}
    for row in found.rows:
        assert printed[row.label] == [f"{amount:,.0f}" for amount in (*row.amounts, row.total)]


def test_fiscal_years_of_all_plans_are_printed_by_default(case):
    done = run(HYBRID)
    heads = [row for row in table(done.output) if row[0] == case.currency]
    assert len(heads) == len(case.plans)
    for plan in case.plans:
        assert f"{case.name}: {plan}" in done.output


def test_the_peak_funding_need_of_each_plan_is_said_below_its_table(case):
    done = run(HYBRID)
    for peak in statement(case).peaks:
        said = "No cash has to be funded."
        if peak.month:
            said = f"Peak funding need: {-peak.amount:,.0f} USD at the end of {peak.month}."
        assert said in done.output


def test_a_fiscal_year_in_part_within_the_horizon_is_said(tmp_path):
    done = run(HYBRID)  # 48 months from April 2027
    assert "Within the horizon, FY2027 has 9 months and FY2031 has 3 months." in done.output
    april = tmp_path / "april.toml"
    april.write_text(f"fiscal_year_start = 4\n{HYBRID.read_text()}")
    assert "Within the horizon" not in run(april).output


def test_json_is_the_statement_and_nothing_else_on_standard_output(case):
    done = run(HYBRID, "--json", "--freq", "Q")
    assert json.loads(done.stdout) == statement(case, "Q").to_dict()


def test_csv_has_a_row_for_each_line_of_each_plan(case, tmp_path):
    path = tmp_path / "statement.csv"
    done = run(HYBRID, "--csv", path)
    assert done.exit_code == 0
    assert done.stdout == f"wrote {path}\n"
    head, *rows = csv.reader(path.read_text().splitlines())
    found = statement(case)
    assert head == ["plan", "kind", "line", "label", *found.periods, "total"]
    assert [row[:4] for row in rows] == [[r.plan, r.kind, r.line, r.label] for r in found.rows]
    assert [[*map(float, row[4:])] for row in rows] == [[*r.amounts, r.total] for r in found.rows]


def test_a_plan_named_like_a_formula_is_text_in_the_csv(tmp_path):
    data = Scenario.preset("mid").to_dict()
    data["plans"][1]["name"] = "=1+1"
    scenario, path = tmp_path / "formula.toml", tmp_path / "statement.csv"
    scenario.write_text(tomli_w.dumps(data))
    assert run(scenario, "--csv", path).exit_code == 0
    plans = {row[0] for row in csv.reader(path.read_text().splitlines()[1:])}
    assert plans == {"All onshore", "'=1+1"}


def test_a_csv_that_exists_is_replaced_only_with_force(tmp_path):
    path = tmp_path / "statement.csv"
    path.write_text("mine")
    refused = run(HYBRID, "--csv", path)
    assert refused.exit_code == 2
    assert refused.stderr == f"shorewise: {path}: exists already; --force replaces it\n"
    assert path.read_text() == "mine"
    assert run(HYBRID, "--csv", path, "--force").exit_code == 0
    assert path.read_text().startswith("plan,kind,line")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(
            ["--freq", "year"],
            "--freq is 'year'; it must be FY (fiscal years), Q (fiscal quarters) or M (months)",
            id="frequency",
        ),
        pytest.param(["--plan", "Hybird"],
                     f"{HYBRID}: no plan is called 'Hybird'; did you mean Hybrid?",
                     id="plan"),
        pytest.param(["--preset", "mid"], "are mutually exclusive; give one", id="two-scenarios"),
        pytest.param(["--json", "--csv", "x.csv"], "--json and --csv are mutually exclusive",
                     id="two-forms"),
    ],
)  # fmt: skip
def test_a_wrong_argument_ends_with_one_line_and_exit_code_2(arguments, said):
    done = run(HYBRID, *arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["case.toml", "table.txt", "-"])
def test_a_table_goes_to_a_csv_file_only(tmp_path, name):
    path = tmp_path / name
    path.write_text("kept", "utf-8")
    done = run("--csv", path, "--force")
    assert done.exit_code == 2
    assert "it must be a file that ends in .csv" in done.output
    assert path.read_text("utf-8") == "kept"
