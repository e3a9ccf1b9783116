"""Commands load what they need, when they need it."""

import subprocess
import sys

import pytest


def loaded(*arguments, **options):
    """Top-level packages that a command has loaded when it ends."""
    program = (
        "import sys\n"
        "from shorewise.cli import main\n"
        f"try: main(**{options})\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in done.stderr.split()}


@pytest.mark.parametrize("command", ["bulk", "compare", "sensitivity", "lint"])
def test_help_of_a_command_loads_no_library_of_the_model(command):
    assert loaded(command, "--help").isdisjoint({"numpy", "pandas", "openpyxl", "scipy", "rich"})


def test_results_of_a_scenario_load_no_pandas(tmp_path):
    found = loaded("compare", "-o", str(tmp_path / "book.xlsx"))
    assert found.isdisjoint({"pandas", "scipy", "xlwings"})
