"""The command ``assumptions``: the book of assumptions, and what each plan's cost rests on."""

import csv
import json

import pytest
from click.testing import CliRunner

import shorewise as sw
from shorewise.cli import main

BOOK = """
roles = ["Engineer"]
[[sites]]
name = "Home"
salary = 100_000
[[sites]]
name = "Krakow"
salary = 60_000
[[plans]]
name = "All onshore"
heads.Home = 4
[[plans]]
name = "Krakow"
heads.Krakow = 4
[[assumptions]]
figure = "salary"
site = "Krakow"
owner = "=HR"
evidence = "Offers"
stated = "2026-10"
expires = "2026-12"
status = "confirmed"
"""


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "book.toml"
    file.write_text(BOOK)
    return file


def run(*arguments):
    return CliRunner().invoke(main, ["assumptions", *map(str, arguments)])


def test_the_table_says_who_answers_and_what_has_lapsed(path):
    result = run(path, "--owned")
    assert result.exit_code == 0
    row = next(line for line in result.output.splitlines() if "=HR" in line)
    for words in ("Salary", "Krakow", "assumption", "Offers", "2026-10", "2026-12", "yes"):
        assert words in row
    assert "1 figure expired or disputed." in result.output
    assert "The cost of Krakow rests on: " in result.output


def test_json_has_figures_and_shares_that_sum_to_one(path):
    found = json.loads(run(path, "--json").stdout)
    assert found["month"] == "2027-01"
    for shares in found["plans"].values():
        assert sum(shares.values()) == pytest.approx(1)
    [salary] = [one for one in found["figures"]
                if (one["figure"], one["site"]) == ("salary", "Krakow")]  # fmt: skip
    assert salary["amounts"] == {"salary": 60_000}
    assert salary["lapsed"] is True


def test_a_csv_file_has_no_formula_in_it(path, tmp_path):
    target = tmp_path / "book.csv"
    assert run(path, "--lapsed", "--csv", target).exit_code == 0
    [row] = csv.DictReader(target.read_text("utf-8").splitlines())
    assert (row["figure"], row["owner"]) == ("Salary", "'=HR")
    again = run(path, "--csv", target)
    assert again.exit_code == 2
    assert "--force" in again.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--json", "--csv", "x.csv"], "mutually exclusive"),
        (["--force"], "--csv"),
        (["--csv", "x.xlsx"], "must be a file that ends in .csv"),
    ],
)
def test_options_that_say_nothing_together_are_refused(path, arguments, message):
    result = run(path, *arguments)
    assert result.exit_code == 2
    assert message in result.output


def test_the_frame_has_the_same_rows(path):
    frame = sw.assumptions(path)
    salary = frame.loc[("salary", "Krakow")]
    assert (salary.owner, salary.expires, bool(salary.lapsed)) == ("=HR", "2026-12", True)
    assert frame.attrs["month"] == "2027-01"
    assert ("management", "Home") not in frame.index  # nobody can set it at home
    assert sum(frame.attrs["shares"]["Krakow"].values()) == pytest.approx(1)
