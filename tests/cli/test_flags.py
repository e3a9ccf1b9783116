"""Errors of the library name parameters; the command line shows its flags instead."""

import pytest
from click.testing import CliRunner

from shorewise.cli import main
from shorewise.cli.endings import with_flags
from shorewise.engine.errors import ScenarioError, ShorewiseError


@pytest.mark.parametrize(
    ("text", "parameters", "expected"),
    [
        ("a.xlsx: exists already; force=True replaces it", ["force"],
         "a.xlsx: exists already; --force replaces it"),
        ("force.xlsx: exists already; force=True replaces it", ["force"],
         "force.xlsx: exists already; --force replaces it"),
        ("my force/x: exists already; force=True replaces it", ["force"],
         "my force/x: exists already; --force replaces it"),
        ("key goes with certificate", ["key", "certificate"], "--key goes with --certificate"),
        ("dry_run writes nothing", ["dry_run"], "--dry-run writes nothing"),
        ("force=True replaces it", [], "force=True replaces it"),
    ],
)  # fmt: skip
def test_the_last_mention_of_a_parameter_becomes_its_flag(text, parameters, expected):
    assert with_flags(ShorewiseError(text, parameters=parameters)) == expected


def test_errors_that_are_value_errors_too_carry_parameters():
    assert ScenarioError("plan is wrong", parameters=["plan"]).parameters == ("plan",)
    assert ScenarioError("plan is wrong").parameters == ()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["compare", "-o", "a.xlsx"], "a.xlsx: exists already; --force replaces it"),
        (["addin", "lite", "."], "--force replaces it"),
        (
            ["bulk", "t.csv", "-o", "out", "--query", "x"],
            "--query is only allowed for a database or a workbook",
        ),
        (["bulk", "-", "-o", "out", "--strict"], "--strict needs a table to read twice"),
    ],
)
def test_a_command_names_its_flag(arguments, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.xlsx", "main.py", "t.csv"):
        (tmp_path / name).write_text("discount_rate\n0.1\n")
    found = CliRunner().invoke(main, arguments)
    assert found.exit_code == 2
    assert words in found.stderr


@pytest.mark.parametrize(
    ("arguments", "flag"),
    [
        (["diff", "a.toml", "b.toml"], "--output"),
        (["actuals", "a.toml"], "--output"),
        (["read", "a.xlsx"], "--output"),
        (["statement"], "--csv"),
        (["recommend"], "--write"),
        (["simulate"], "--plot"),
        (["sensitivity"], "--plot"),
        (["functions"], "--workbook"),
        (["countries"], "--csv"),
    ],
)
def test_force_without_a_file_to_replace_is_refused(arguments, flag):
    done = CliRunner().invoke(main, [*arguments, "--force"])
    assert done.exit_code == 2
    assert f"--force replaces an existing file; give {flag} too" in done.output
