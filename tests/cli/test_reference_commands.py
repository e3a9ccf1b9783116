"""`shorewise inputs`, `measures` and `worktypes` list what can be set and read."""

import csv
import json

import pytest
from click.testing import CliRunner

from shorewise.cli import main
from shorewise.engine import INPUTS
from shorewise.engine.measures import FIGURES
from shorewise.engine.tables import rows


def run(*arguments):
    return CliRunner().invoke(main, arguments)


def test_inputs_prints_label_unit_default_range_and_addresses_of_each():
    shown = run("inputs").stdout
    for entry in INPUTS:
        assert f"\n{entry.name}\n    {entry.label}: " in shown
    assert (
        "\nsalary\n"
        "    Salary: money/year, for a site, or each role at a site\n"
        "    default 60,000 USD, onshore 180,000, or that of the site's country; "
        "1 or more, up to 1e+12\n"
        "    in files: [[sites]] salary; in tables: site.SITE.salary.ROLE\n"
    ) in shown
    assert "\nhorizon_months\n    Length of the horizon: months, for the whole scenario\n" in shown


def test_measures_and_worktypes_print_a_name_and_what_it_is():
    shown = run("measures").stdout
    assert [line for line in shown.splitlines() if line[0] != " "] == [*FIGURES]
    assert "npv\n    Net present value: money\n    Net present value of all savings" in shown
    shown = run("worktypes").stdout
    for row in rows("work_types.csv"):
        assert f"{row['work_type']}\n    {row['label']}: {row['articles']}" in shown


def test_a_name_prints_all_about_it_and_words_search():
    shown = run("inputs", "decision").stdout
    assert shown.startswith("Decision\n")
    assert "Allowed: one of replace (0), instead (1), add (2)\n" in shown
    assert "\n  replace: Replace the onshore team\n  instead: Hire abroad instead\n" in shown
    assert "Default replace\n" in shown
    assert "Formula: shorewise lines npv\n" in run("measures", "npv").stdout
    assert "Must stay onshore: yes\n" in run("worktypes", "client_facing").stdout
    found = run("inputs", "vendor", "FEE").stdout
    assert "vendor_fee_rate\n" in found
    assert "discount_rate\n" not in found


def test_json_and_csv_have_the_same_rows_as_the_text(tmp_path):
    for command in ("inputs", "measures", "worktypes", "lines"):
        listed = json.loads(run(command, "--json").stdout)
        names = [line for line in run(command).stdout.splitlines() if line[0] != " "]
        assert [row["name"] for row in listed] == names
        path = tmp_path / f"{command}.csv"
        assert run(command, "--csv", str(path)).stdout == f"wrote {path}\n"
        with open(path, newline="", encoding="utf-8") as file:
            assert [row["name"] for row in csv.DictReader(file)] == names
        assert "exists already; --force" in run(command, "--csv", str(path)).stderr
        assert run(command, "--csv", str(path), "--force").exit_code == 0
    [npv] = json.loads(run("measures", "npv", "--json").stdout)
    assert (npv["unit"], npv["label"]) == ("money", "Net present value")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["inputs", "salery"], "no input is called 'salery'; did you mean salary?"),
        (["measures", "qqq"], "no measure is called 'qqq', and no text of one has these words"),
        (["worktypes", "tseting"], "no type of work is called 'tseting'; did you mean testing?"),
        (["inputs", "--json", "--csv", "a.csv"], "--json and --csv are mutually exclusive"),
        (["inputs", "--csv", "a.txt"], "it must be a file that ends in .csv"),
        (["inputs", "--force"], "--force replaces an existing file; give --csv too"),
    ],
)
def test_a_mistake_is_one_line_with_exit_code_2(arguments, words):
    found = run(*arguments)
    assert found.exit_code == 2
    assert words in found.stderr
    assert found.stderr.count("\n") == 1
