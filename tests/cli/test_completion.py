"""The tab key completes commands, options and names, in each shell that the documents name."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from shorewise.cli import main
from tests.support.loaded_modules import loaded
from tests.support.paths import ROOT
from tests.support.terminal import Terminal

PROGRAMS = Path(sys.executable).parent
HYBRID = ROOT / "examples" / "hybrid.toml"


def shell(name):
    missing = not shutil.which(name) and not os.environ.get("SHOREWISE_TEST_ALL")
    return pytest.param(name, marks=pytest.mark.skipif(missing, reason=f"{name} is not installed"))


def offered(line):
    """The words that are offered at the end of a line."""
    words = line.split(" ")
    found = CliRunner().invoke(
        main,
        prog_name="shorewise",
        env={
            "_SHOREWISE_COMPLETE": "zsh_complete",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
        },
    )
    assert found.stderr == ""
    return [word for word in found.stdout.split("\n")[1::3] if word]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("shorewise comp", ["compare", "completion"]),
        ("shorewise addin se", ["server", "serve"]),
        ("shorewise compare --pre", ["--preset", "--prepared-by"]),
        ("shorewise compare --preset mi", ["mid"]),
        ("shorewise compare --language ", ["en", "de"]),
        ("shorewise solve --measure npv_r", ["npv_risk_adjusted"]),
        ("shorewise solve --input discount", ["discount_rate"]),
        (f"shorewise solve {HYBRID} --input site.Krakow.overlap_h", ["site.Krakow.overlap_hours"]),
        (f"shorewise sensitivity {HYBRID} --plan h", ["Hybrid"]),
        ("shorewise sensitivity no-such-file.toml --plan ", []),
        ("shorewise statement --freq ", ["FY", "Q", "M"]),
        ("shorewise countries P", ["PE", "PH", "PK", "PL", "PT"]),
        ("shorewise lint --ignore SW0", [f"SW0{n}" for n in range(1, 10)]),
        ("shorewise inputs overlap_t", ["overlap_target_hours"]),
        ("shorewise measures break_even_month_d", ["break_even_month_direct"]),
        ("shorewise worktypes tes", ["testing"]),
        ("shorewise lines break_even_month_d", ["break_even_month_direct"]),
        ("shorewise no-such-command ", []),
    ],
)
def test_the_words_that_fit_are_offered(line, expected):
    found = offered(line)
    assert set(expected) <= {*found}
    assert all(word.casefold().startswith(line.split(" ")[-1].casefold()) for word in found)


def test_a_command_that_does_not_exist_offers_what_any_command_has():
    assert offered("shorewise comprae --") == ["--version", "--help"]


def test_a_table_of_scenarios_may_be_any_file():
    env = {"_SHOREWISE_COMPLETE": "zsh_complete", "COMP_WORDS": "shorewise bulk ",
           "COMP_CWORD": "2"}  # fmt: skip
    assert CliRunner().invoke(main, prog_name="shorewise", env=env).stdout.startswith("file\n")


def test_completing_a_command_loads_no_library_of_the_model(monkeypatch):
    for line in ("shorewise ", "shorewise compare --"):
        monkeypatch.setenv("_SHOREWISE_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(line.count(" ")))
        found = loaded(prog_name="shorewise")
        assert found.isdisjoint({"numpy", "pandas", "openpyxl", "scipy", "rich"})


@pytest.fixture
def environment(tmp_path):
    return {
        "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "LANG": "C.UTF-8",
    }


@pytest.mark.parametrize("name", [shell("bash"), shell("zsh")])
def test_bash_and_zsh_complete_a_line_that_is_typed(name, environment):
    start = {
        "bash": ["bash", "--norc", "--noprofile", "-i"],
        "zsh": ["zsh", "-f", "-i"],
    }[name]
    terminal = Terminal(start, environment | {"PS1": "ready> "})
    try:
        if name == "zsh":
            terminal.type("autoload -Uz compinit && compinit -u\n")
        terminal.type(f"cd {ROOT / 'examples'}\n")
        terminal.type(f'eval "$(shorewise completion {name})"; echo now-$((20 + 22))\n')
        terminal.read_until("now-42")
        for typed, completed in (
            ("shorewise recomm\t", "shorewise recommend "),
            ("shorewise compare --preset mi\t", "--preset mid "),
            ("shorewise simulate hybrid.toml --see\t", "--seed "),
            ("shorewise sensitivity hybrid.toml --plan All\t", r"--plan All\ onshore "),
        ):
            terminal.type(f"\x15{typed}")  # Ctrl-U empties the line
            terminal.read_until(completed)
    finally:
        terminal.close()


@pytest.mark.parametrize("name", [shell("fish")])
def test_fish_completes_a_line(name, environment, tmp_path):
    folder = tmp_path / "fish" / "completions"
    folder.mkdir(parents=True)
    install = f"shorewise completion fish > {folder / 'shorewise.fish'}"
    subprocess.run([name, "-c", install], env=environment, check=True)
    for line, completed in (
        ("shorewise recomm", "recommend"),
        ("shorewise compare --preset mi", "mid"),
        (f"shorewise sensitivity {HYBRID} --plan All", "All onshore"),
    ):
        asked = [name, "-c", f"complete -C '{line}'"]
        done = subprocess.run(asked, env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.split("\n")[0].split("\t")[0] == completed


def test_the_script_of_a_shell_without_support_is_refused():
    found = CliRunner().invoke(main, ["completion", "csh"])
    assert found.exit_code == 2
    assert "SHELL is 'csh'; it must be one of bash, zsh, fish, powershell" in found.stderr
    shown = CliRunner().invoke(main, ["completion", "--help"]).stdout
    assert '  bash  add to ~/.bashrc   eval "$(shorewise completion bash)"\n' in shown
