"""What a newcomer sees: the list of commands, and one clear line for each mistake."""

import pytest
from click.testing import CliRunner

from shorewise.cli import main
from shorewise.cli.commands import COMMANDS, SECTIONS
from tests.support.paths import ROOT

HYBRID = str(ROOT / "examples" / "hybrid.toml")


def run(*arguments):
    return CliRunner().invoke(main, arguments)


def test_the_help_lists_every_command_once_with_a_description_on_its_line():
    listed = [name for names in SECTIONS.values() for name in names]
    assert sorted(listed) == [*COMMANDS]
    shown = run("--help").stdout.splitlines()
    width = max(map(len, listed))
    for name in listed:
        [line] = [line for line in shown if line.startswith(f"  {name.ljust(width)}  ")]
        assert line.endswith(".")
        assert len(line) < 80


def test_the_help_of_every_command_says_what_its_options_do():
    for name in COMMANDS:
        command = main.get_command(None, name)
        for parameter in command.params:
            assert parameter.param_type_name == "argument" or parameter.help, (name, parameter.name)
        assert run(name, "--help").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["compare", "table.csv"], "table.csv: a scenario is a .toml file or a comparison workbook "
         "(.xlsx); a table of scenarios is for shorewise bulk"),
        (["statement", "old.xls"], "(.xlsx); save it as .xlsx first"),
        (["sensitivity", "folder"], "folder: a folder; name a scenario file or a workbook in it"),
        (["compare", "table.txt"], "not valid TOML: a key and its value are joined by ="),
        (["compare", "-o", ""], "a folder; name a file"),
        (["template", "firm.toml", "board.xlsx", "-o", "out.xlsx"],
         "BOARD is firm.toml, a scenario; give the workbook to fill first"),
        (["compare", "-o", "no/where/a.xlsx"],
         "no/where/a.xlsx: cannot be written: there is no folder no/where"),
        (["statement", "--csv", "none/a.csv"], "there is no folder none"),
        (["simulate", "--plot", "none/a.svg"], "there is no folder none"),
        (["simulate", "--widen", "0"], "--widen is 0; it must be between 1 and 10"),
        (["rebuild", "a.xlsx", "-o", "b.xlsx", "--months", "1e2"],
         "Invalid value for '--months': '1e2' is not a whole number: write 100"),
        (["solve", HYBRID, "--input", "qqqq", "--target", "9"],
         "hybrid.toml: no input is called 'qqqq'; shorewise inputs lists them"),
        (["bulk", "table.csv", "-o", "out"], "names no input; shorewise inputs lists them"),
        (["simulate", "mid"], "mid: no such file; for the preset use --preset mid"),
        (["sensitivity", "--measure", "NPV"], "called 'NPV'; did you mean npv? There are fully"),
        (["statement", HYBRID, "--plan", "nearshore"],
         "no plan is called 'nearshore'; did you mean Nearshore? There are All onshore"),
        (["solve", "--input", "Salary", "--target", "9"], "'Salary'; did you mean salary?"),
        (["completion"], "Missing argument 'SHELL'"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_with_what_to_do(arguments, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "table.csv").write_text("qqqq\n1\n")
    (tmp_path / "table.txt").write_text("salary: 4\n")
    (tmp_path / "old.xls").write_bytes(b"")
    before = sorted(tmp_path.iterdir())
    found = run(*arguments)
    assert (found.exit_code, found.stdout) == (2, "")
    assert words in found.stderr
    assert found.stderr.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before
