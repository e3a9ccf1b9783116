"""`shorewise lines` explains the lines of the model."""

import inspect

import pytest
from click.testing import CliRunner

from shorewise.cli import main
from shorewise.engine import default_model
from shorewise.udfs.lines_page import lines_reference


def run(*arguments):
    return CliRunner().invoke(main, ["lines", *arguments])


def test_lines_lists_every_line_with_what_it_is():
    shown = run().stdout
    for line in default_model().lines.values():
        assert f"{line.name}\n    {line.label}: {line.description.summary}\n" in shown


def test_lines_with_a_name_prints_its_docstring():
    line = default_model().lines["break_even_month"]
    expected = f"{line.label}: {inspect.getdoc(line.function)}\n"
    assert run("break_even_month").stdout == expected
    assert "NaN where the plan is not ahead for good" in expected


def test_lines_with_words_lists_the_lines_that_have_them_all():
    shown = run("peak", "Funding").stdout
    assert "peak_funding_month\n    " in shown
    assert "break_even_month\n    " not in shown


@pytest.mark.soak
def test_lines_markdown_prints_the_reference():
    assert run("--markdown").stdout == lines_reference()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["break_even_mnth"], "no line is called 'break_even_mnth'; did you mean break_even_mont"),
        (["salery"], "no line is called 'salery'; did you mean salary?"),
        (["salary"], "salary is an input; shorewise inputs salary explains it"),
        (["npv", "--markdown"], "--markdown prints the whole reference; give it alone"),
    ],
)
def test_wrong_usage_of_lines_is_reported_in_one_line_with_exit_code_2(arguments, words):
    found = run(*arguments)
    assert found.exit_code == 2
    assert words in found.stderr
    assert found.stderr.count("\n") == 1
