"""Tables in terminals of any width."""

import io
import re

import pytest

from shorewise.cli.printed_tables import formatted, print_results, print_table
from shorewise.engine import Scenario, default_model, results

HEADS = ["Figure", *(f"Plan with a long name {n}" for n in range(12))]
ROWS = [[f"A label of several words, number {r}", *(f"{r},{n:03},000" for n in range(12))]
        for r in range(1, 4)]  # fmt: skip


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("columns", [60, 80, 100, 400])
def test_no_figure_is_truncated_in_a_narrow_terminal(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    print_table("Title", HEADS, ROWS)
    shown = re.sub("\\x1b.*?m", "", terminal.getvalue())  # without its colours
    assert [figure for row in ROWS for figure in row[1:] if figure not in shown] == []
    assert "\N{HORIZONTAL ELLIPSIS}" not in shown
    assert max(map(len, shown.splitlines())) <= columns


@pytest.mark.parametrize("figure", ["1", "1" * 60])
def test_all_columns_are_side_by_side_in_a_pipe(figure, capsys):
    print_table("Title", ["Figure", "A", "B"], [["label", figure, "2"]])
    assert capsys.readouterr().out.count("Title") == 1


@pytest.mark.parametrize(
    ("line", "value", "shown"),
    [
        ("irr_year_cash", 0.1234, "12.3%"),
        ("irr_month_cash", 0.01234, "1.23%"),
        ("roi_cash", 2.5, "250.0%"),
        ("payback_cash", 5.66, "5.7"),
        ("peak_funding_month", 2, "2"),
        ("peak_funding_month", None, "none"),
    ],
)
def test_a_return_is_a_percentage_and_none_where_there_is_none(line, value, shown):
    assert formatted(default_model().lines[line], value) == shown


def test_a_plan_without_a_rate_of_return_is_told_why_and_the_baseline_is_not(capsys):
    data = Scenario.preset("mid").to_dict()
    data["sites"][1]["salary"] = 500_000
    scenario = Scenario.from_dict(data)
    print_results(scenario, results(scenario, scenario.evaluate()))
    said = [line for line in capsys.readouterr().out.splitlines() if "rate of return, as" in line]
    assert said == [
        "Mid: no internal rate of return, as the cash is not first behind and then ahead for good, "
        "so no rate or several exist."
    ]
