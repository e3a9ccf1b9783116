"""The limits that keep a plan from being recommended, as ``compare`` says them."""

import json

import pytest
from click.testing import CliRunner

from shorewise.cli.commands import main

CASE = """
management_capacity = 0
break_even_limit = 5
[[sites]]
name = "Onshore"
[[sites]]
name = "Krakow"
salary = 60_000
overlap_hours = 6
[[plans]]
name = "All onshore"
heads.Onshore = 8
[[plans]]
name = "Abroad"
heads.Krakow = 8
"""


@pytest.fixture
def run(tmp_path):
    """Output of ``compare`` of the case."""
    path = tmp_path / "case.toml"
    path.write_text(CASE)

    def compare(*arguments):
        return CliRunner().invoke(main, ["compare", str(path), *arguments])

    return compare


def test_compare_says_which_limits_a_plan_misses(run, tmp_path):
    onshore, abroad = json.loads(run("--json").stdout)["plans"]
    assert onshore["missed_limits"] == []  # it needs no leaders' hours, and is never behind
    *_, behind, hours = abroad["missed_limits"]
    assert behind == "is behind after the latest accepted month of break-even, 5"
    assert hours.startswith("needs more hours of onshore leaders than there are: ")
    assert hours.endswith(" a week, of 0.0")
    printed = run("-o", str(tmp_path / "book.xlsx")).stdout
    assert f"Abroad is not recommended: it {' and '.join(abroad['missed_limits'])}." in printed
    assert "All onshore is not recommended" not in printed
