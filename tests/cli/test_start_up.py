"""Commands load what they need, when they need it."""

import pytest

from tests.support.loaded_modules import loaded


@pytest.mark.parametrize("command", ["bulk", "compare", "sensitivity", "lint"])
def test_help_of_a_command_loads_no_library_of_the_model(command):
    assert loaded(command, "--help").isdisjoint({"numpy", "pandas", "openpyxl", "scipy", "rich"})


def test_results_of_a_scenario_load_no_pandas(tmp_path):
    found = loaded("compare", "-o", str(tmp_path / "book.xlsx"))
    assert found.isdisjoint({"pandas", "scipy", "xlwings"})
