"""Tables in terminals of any width."""

import io
import re

import pytest

from shorewise.cli.printed_tables import print_table

HEADS = ["Figure", *(f"Plan with a long name {n}" for n in range(12))]
ROWS = [[f"A label of several words, number {r}", *(f"{r},{n:03},000" for n in range(12))]
        for r in range(1, 4)]  # fmt: skip


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("columns", [60, 80, 100, 400])
def test_no_figure_is_cut_however_narrow_the_terminal(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    print_table("Title", HEADS, ROWS)
    shown = re.sub("\\x1b.*?m", "", terminal.getvalue())  # without its colours
    assert [figure for row in ROWS for figure in row[1:] if figure not in shown] == []
    assert "\N{HORIZONTAL ELLIPSIS}" not in shown
    assert max(map(len, shown.splitlines())) <= columns


@pytest.mark.parametrize("figure", ["1", "1" * 60])
def test_in_a_pipe_all_columns_stand_beside_each_other(figure, capsys):
    print_table("Title", ["Figure", "A", "B"], [["label", figure, "2"]])
    assert capsys.readouterr().out.count("Title") == 1
