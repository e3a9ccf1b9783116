"""The command line: what it prints where, what it writes, and its exit codes."""

import datetime
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook

from shorewise.cli import main
from shorewise.engine import Scenario, presets, results
from shorewise.udfs.functions import FUNCTIONS
from shorewise.udfs.reference_page import reference
from shorewise.workbook.lint import rules

MEASURES = {
    "fully_loaded_cost", "headline_saving", "net_saving_steady", "net_saving", "break_even_month",
    "break_even_month_whole", "discounted_payback_month", "npv", "setup_cost", "peak_funding",
    "rate_card_hour", "fully_loaded_hour", "risk_adjusted_hour", "net_saving_risk_adjusted",
    "heads_entered", "heads", "npv_risk_adjusted", "break_even_stopped",
    "net_saving_steady_direct", "break_even_month_direct",
    "net_saving_steady_onshore", "break_even_month_onshore", "peak_funding_month",
    "irr_month_cash", "irr_year_cash", "mirr_year_cash", "roi_cash", "payback_cash",
}  # fmt: skip
OVERHEAD = {
    "management_overhead", "travel", "security", "attrition", "extra_costs", "productivity",
    "communication", "rework", "contract_management", "working_hours",
}  # fmt: skip
SMALL = """
name = "Small"
horizon_months = 12
[[sites]]
name = "Home"
[[sites]]
name = "Away"
salary = 50_000
[[sites]]
name = "Dear"
salary = 900_000
[[plans]]
name = "Stay"
heads.Home = 4
[[plans]]
name = "Go"
heads.Away = 4
[[plans]]
name = "Never pays"
heads.Dear = 4
"""
DIGITS = "1" * 5_000


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """An empty working folder with a small scenario in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def process(*arguments, **environment):
    """The command in a process of its own, as a shell starts it."""
    return subprocess.run(
        [sys.executable, "-c", "from shorewise.cli import main; main()", *arguments],
        env=os.environ | environment,
        capture_output=True,
        check=False,
    )


def printed(*arguments):
    """JSON of a compare that succeeds."""
    result = run("compare", *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """What comparing the small scenario prints, as a table and as JSON, and what it writes."""
    folder = tmp_path_factory.mktemp("compared")
    (folder / "small.toml").write_text(SMALL, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        table = run("compare", "small.toml", "-o", "out.xlsx")
        left = sorted(os.listdir())
        found = printed("small.toml")
    return SimpleNamespace(folder=folder, table=table.stdout, left=left, json=found)


@pytest.fixture
def book(here, compared):
    """Name of the small scenario's workbook, beside it."""
    return shutil.copy(compared.folder / "out.xlsx", here / "a.xlsx").name


def test_compare_writes_the_default_scenario_into_the_current_folder():
    assert run("compare").exit_code == 0
    shown = run("read", "comparison.xlsx").stdout
    found = Scenario.from_dict(tomllib.loads(shown), "read")
    assert found.fingerprint() == Scenario.default().fingerprint()


@pytest.mark.soak
def test_compare_says_who_made_the_workbook_and_when(here):
    assert run("compare", "small.toml", "-o", "out.xlsx", "--prepared-by", "Ann").exit_code == 0
    made = tomllib.loads(run("read", "out.xlsx").stdout)
    assert made["prepared_by"] == "Ann"
    assert made["prepared_on"] == datetime.date.today().isoformat()
    result = run("compare", "small.toml", "-o", "other.xlsx", "--prepared-by", "\n")
    assert result.exit_code == 2
    assert result.stderr.startswith("shorewise: --prepared-by: prepared_by is '\\n'; it must be 1 ")
    assert not (here / "other.xlsx").exists()


def test_compare_takes_a_preset_by_name():
    assert printed("--preset", "mid")["scenario"] == "Mid-cost site, 60,000"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--preset", "mud"], "no preset is called 'mud'; there are freelancers, high, low, mid"),
        (["--preset", ""], "no preset is called ''; there are"),
        (["small.toml", "--preset", "mid"], "small.toml and --preset mid are mutually exclusive"),
    ],
    ids=["unknown", "empty", "beside-a-file"],
)
def test_an_unknown_preset_is_reported_in_one_line_and_writes_no_file(here, arguments, words):
    result = run("compare", *arguments)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(f"shorewise: {words}")
    assert os.listdir(here) == ["small.toml"]


def test_presets_lists_each_name_with_its_description():
    shown = [line.split(maxsplit=1) for line in run("presets").stdout.splitlines()]
    assert dict(shown) == presets()


@pytest.mark.soak
def test_compare_writes_where_it_is_told_and_says_so(compared):
    assert f"wrote {compared.folder / 'out.xlsx'}" in compared.table
    assert compared.left == ["out.xlsx", "small.toml"]


def test_compare_prints_a_table_of_the_plans(compared):
    wanted = ("Small, 12 months", "USD", "Stay", "Go", "Never pays", "none")
    assert [text for text in wanted if text not in compared.table] == []


def test_markup_in_names_is_printed_literally(here):
    names = {"Small": "[b]x[/b]", "Stay": "[red]", "Go": ":smile:"}
    text = SMALL
    for old, new in names.items():
        text = text.replace(f'"{old}"', f'"{new}"')
    (here / "markup.toml").write_text(text, encoding="utf-8")
    shown = run("compare", "markup.toml").stdout
    assert [name for name in names.values() if name not in shown] == []


@pytest.mark.soak
def test_figures_of_many_plans_are_not_truncated_without_a_terminal(here):
    plans = "".join(f'[[plans]]\nname = "P{n}"\nheads.Away = {n}\n' for n in range(1, 13))
    (here / "many.toml").write_text(SMALL + plans, encoding="utf-8")
    assert "…" not in run("compare", "many.toml").stdout


def test_only_json_is_on_standard_output(here):
    result = process("compare", "small.toml", "--json")
    assert json.loads(result.stdout)["scenario"] == "Small"
    [note] = result.stderr.decode().splitlines()
    assert note.startswith("note: 2 hours a day of overlap with Home are assumed")
    assert os.listdir(here) == ["small.toml"]


def test_json_and_a_workbook_come_together_if_the_workbook_is_named(here):
    result = run("compare", "small.toml", "--json", "-o", "out.xlsx")
    assert json.loads(result.stdout)["scenario"] == "Small"
    assert result.stderr.splitlines()[-1] == f"wrote {here / 'out.xlsx'}"
    assert (here / "out.xlsx").exists()


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (["--theme", "no.toml"], "--theme is"),
        (["--language", "de"], "--language is"),
        (["--simulate", 64, "--spare", ""], "--simulate and --spare are"),
        (["--prepared-by", "A"], "--prepared-by is"),
        (["--force"], "--force is"),
    ],
)
def test_options_of_the_workbook_are_refused_if_none_is_written(here, flags, named):
    result = run("compare", "small.toml", "--json", *flags)
    words = f"{named} for the workbook, and --json writes none without --output; give --output too"
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert os.listdir(here) == ["small.toml"]


def test_json_has_the_documented_keys(compared):
    found = compared.json
    question = {"decision", "sizing", "criterion", "recommended", "assumptions"}
    assert set(found) == {"scenario", "currency", "horizon_months", "plans"} | question
    keys = MEASURES | {"name", "overhead", "no_answer", "missed_limits", "cases"}
    assert [set(plan) for plan in found["plans"]] == [keys] * 3
    assert [set(plan["overhead"]) for plan in found["plans"]] == [OVERHEAD] * 3


def test_json_holds_the_results_of_the_engine(compared):
    scenario = Scenario.from_toml("small.toml")
    assert compared.json == results(scenario, scenario.evaluate())


@pytest.mark.parametrize("plan", [0, 2], ids=["baseline", "never-pays"])
def test_json_has_null_if_a_plan_never_breaks_even(compared, plan):
    found = compared.json["plans"][plan]
    keys = ("break_even_month", "break_even_month_whole", "discounted_payback_month")
    assert [found[key] for key in keys] == [None] * 3


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize(
    ("flags", "encoding"),
    [(["--json"], "cp1252"), ([], "cp1252"), ([], "ascii")],
    ids=["json-cp1252", "table-cp1252", "table-ascii"],
)
def test_names_beyond_the_console_encoding_do_not_stop_compare(here, flags, encoding):
    (here / "wide.toml").write_text(SMALL.replace("Go", "東京"), encoding="utf-8")
    result = process("compare", "wide.toml", *flags, PYTHONIOENCODING=encoding)
    assert (result.returncode, b"Traceback" in result.stderr) == (0, False)


def test_compare_keeps_an_existing_file_without_force(here):
    (here / "out.xlsx").write_bytes(b"mine")
    result = run("compare", "small.toml", "-o", "out.xlsx")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert (here / "out.xlsx").read_bytes() == b"mine"


@pytest.mark.soak
def test_compare_replaces_an_existing_file_with_force(here):
    (here / "out.xlsx").write_bytes(b"mine")
    assert run("compare", "small.toml", "-o", "out.xlsx", "--force").exit_code == 0
    assert load_workbook(here / "out.xlsx").sheetnames


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(SMALL.replace("50_000", "-1"), id="out-of-range"),
        pytest.param(SMALL.replace("50_000", "nan"), id="not-a-number"),
        pytest.param(SMALL.replace("50_000", '"much"'), id="text"),
        pytest.param(SMALL.replace("salary", "sallary"), id="unknown-key"),
        pytest.param(SMALL.replace('"Away"', '"Home"'), id="site-twice"),
        pytest.param(SMALL.replace("heads.Away = 4", ""), id="no-heads"),
        pytest.param("management_basis = 1e400\n" + SMALL, id="infinite"),
        pytest.param(f"management_basis = {10**30}\n" + SMALL, id="beyond-64-bits"),
        pytest.param(f"management_basis = {DIGITS}\n" + SMALL, id="thousands-of-digits"),
        pytest.param(f"discount_rate = 0x{DIGITS}\n" + SMALL, id="thousands-of-hex-digits"),
        pytest.param("a = " + "[" * 3_000, id="nested"),
        pytest.param("a = ", id="not-toml"),
    ],
)
def test_an_invalid_scenario_is_reported_in_one_line_and_writes_no_file(here, text):
    (here / "bad.toml").write_text(text, encoding="utf-8")
    result = run("compare", "bad.toml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert re.fullmatch(r"shorewise: bad\.toml: .+\n", result.stderr)
    assert sorted(os.listdir(here)) == ["bad.toml", "small.toml"]


@pytest.mark.parametrize("command", ["compare", "read", "check", "lint"])
@pytest.mark.parametrize("name", ["missing", ".", "binary"])
def test_an_unreadable_file_is_reported_in_one_line_with_exit_code_2(here, command, name):
    (here / "binary").write_bytes(b"\xff\xfe\x00" * 40)
    result = run(command, name)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)


def test_an_invalid_scenario_shows_no_traceback_in_a_shell():
    result = process("compare", "missing.toml")
    line = b"shorewise: missing.toml: No such file or directory\n"
    assert (result.returncode, result.stderr) == (2, line)


def test_read_prints_and_writes_a_scenario_with_the_same_results(here, compared, book):
    shown = run("read", book).stdout
    run("read", book, "-o", "again.toml")
    assert (here / "again.toml").read_text(encoding="utf-8") == shown
    # The file that is written sets everything, so nothing is assumed.
    assert printed("again.toml") == compared.json | {"assumptions": []}


def test_read_keeps_an_existing_file_without_force(here, book):
    assert run("read", book, "-o", "small.toml").exit_code == 2
    assert (here / "small.toml").read_text(encoding="utf-8") == SMALL


@pytest.mark.soak
def test_check_of_a_new_workbook_exits_with_0(book):
    result = run("check", book)
    assert (result.exit_code, result.stderr) == (0, "")
    result = run("check", book, "--json")
    said = "every formula cell agrees with the engine\n"
    assert (result.exit_code, result.stdout, result.stderr) == (0, "[]\n", said)


@pytest.mark.soak
def test_check_lists_a_changed_formula_and_exits_with_1(book):
    workbook = load_workbook(book)
    workbook["Costs"]["Z90"] = "=1+1"
    workbook.save(book)
    result = run("check", book)
    assert (result.exit_code, "Costs!Z90: formula =1+1" in result.stdout) == (1, True)
    result = run("check", book, "--json")
    added = {"cell": "Costs!Z90", "what": "formula", "found": "=1+1", "expected": "no formula"}
    assert added in json.loads(result.stdout)
    assert (result.exit_code, "difference" in result.stderr) == (1, True)


def poor_book():
    """A workbook of somebody's with a constant in a formula, and no value beside it."""
    workbook = Workbook()
    workbook.active.append(["Price", 10])
    workbook.active.append(["With tax", "=B1*1.07"])
    workbook.save("poor.xlsx")
    return "poor.xlsx"


IGNORED = [f"--ignore={rule}" for rule in ("SW05", "SW07", "SW15", "SW19")]


@pytest.mark.soak
def test_lint_of_a_workbook_of_shorewise_exits_with_0(book):
    result = run("lint", book)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "nothing found\n", "")


def test_lint_lists_findings_and_the_remedy_of_each_rule_once_and_exits_with_1():
    result = run("lint", poor_book())
    lines = result.stdout.splitlines()
    assert (result.exit_code, result.stderr) == (1, "4 findings\n")
    assert "Sheet!B2: SW05 constant 1.07" in lines
    assert "Sheet!B2: SW07 formula without a saved value" in lines
    assert [line[:13] for line in lines if line.startswith("cure")] == [
        f"cure of {rule}:" for rule in ("SW05", "SW07", "SW15", "SW19")
    ]


def test_lint_ignores_the_rules_it_is_told_to_ignore():
    assert run("lint", poor_book(), *IGNORED).exit_code == 0


def test_lint_accepts_the_maximum_length_of_a_formula():
    shown = run("lint", poor_book(), "--longest", 6).stdout
    assert "Sheet!B2: SW02 formula of 7 characters" in shown


def test_lint_prints_json():
    result = run("lint", poor_book(), "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (1, "4 findings\n")
    assert found[0] | {"cure": "", "group": ""} == {
        "rule": "SW05", "place": "Sheet!B2", "what": "constant 1.07", "cure": "",
        "severity": "medium", "sheet": "Sheet", "cells": 1, "group": "",
    }  # fmt: skip


def test_lint_starts_with_a_summary_and_the_worst_cell():
    book = Workbook()
    for row in range(1, 8):
        book.active.append([row * 7, f"=A{row}*2", f"=B{row}+1.5"])
    book.active["B4"] = 99
    book.save("override.xlsx")
    lines = run("lint", "override.xlsx").stdout.splitlines()
    assert lines[0].startswith("1 likely wrong, ")
    assert lines[0].endswith("look first at Sheet!B4")
    assert lines[1] == "Likely wrong:"
    assert lines[2].startswith("Sheet!B4: SW12 99 typed between equal formulas")


def test_lint_prints_an_empty_json_list_if_nothing_is_found():
    result = run("lint", poor_book(), "--json", *IGNORED)
    assert (result.exit_code, result.stdout) == (0, "[]\n")


def test_lint_lists_its_rules():
    shown, listed = (
        run("lint", "--rules").stdout,
        json.loads(run("lint", "--rules", "--json").stdout),
    )
    assert [set(one) for one in listed] == [{"id", "title", "cure", "source"}] * len(rules())
    assert [one for one in rules() if f"{one.id} {one.title} (" not in shown] == []
    assert [one for one in rules() if one.cure not in shown] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "lint takes either a workbook or --rules"),
        (["a.xlsx", "--rules"], "lint takes either a workbook or --rules"),
        (["a.xlsx", "--ignore", "SW99"], "no rule is called 'SW99'; the rules are SW01 to SW"),
        (["missing.xlsx"], "missing.xlsx: No such file"),
        (["small.toml"], "small.toml: not an Excel workbook"),
    ],
    ids=["nothing", "both", "unknown-rule", "missing", "not-a-workbook"],
)
def test_wrong_usage_of_lint_is_reported_in_one_line_with_exit_code_2(arguments, words):
    result = run("lint", *arguments)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(f"shorewise: {words}")


@pytest.mark.parametrize("longest", ["0", "-3", "many"])
def test_an_invalid_maximum_length_exits_with_2(longest):
    assert run("lint", "a.xlsx", "--longest", longest).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["compare", "--simulate", "1e3"],
            "'1e3' is not a whole number: write 1000 (shorewise compare --help)",
        ),
        (
            ["compare", "--simulate", "8,192"],
            "'8,192' is not a whole number: write 8192 (shorewise",
        ),
        (["simulate", "--draws", "64.5"], "'64.5' is not a whole number (shorewise"),
        (["bulk", "a.csv", "-o", "b", "--limit", "0"], "0 must be 1 or more (shorewise"),
        (
            ["solve", "--input", "salary", "--target", "$9"],
            "'$9' is not a number: write 9 (shorewise",
        ),
        (["simulate", "--by", "9,5"], "'9,5' is not a number: write 9.5 (shorewise"),
        (
            ["sensitivity", "--grid", "salary=60,000,80,000", "overlap_hours=0,2"],
            "'salary=60,000,80,000': a comma separates values; write 60000 (shorewise",
        ),
        (["compare", "--sed", "1"], "No such option '--sed'"),
        (["compares"], "no command is called 'compares'; did you mean compare?"),
        (["--sed"], "No such option '--sed'"),
        (["read"], "Missing argument 'BOOK' (shorewise read --help)"),
        (["addin", "exel"], "(shorewise addin --help)"),
    ],
)
def test_wrong_usage_of_any_command_is_reported_in_one_line_with_exit_code_2(arguments, words):
    result = run(*arguments)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith("shorewise: ")
    assert words in result.stderr


def test_a_whole_number_option_accepts_a_decimal_point():
    assert run("sensitivity", "small.toml", "--seed", "2.0").exit_code == 0


def test_the_list_of_commands_fits_a_terminal_of_80_columns():
    assert "..." not in run("--help").stdout.partition("Commands:")[2]
    assert "..." not in run("addin", "--help").stdout.partition("Commands:")[2]


def test_the_version_option_prints_the_package_version():
    assert version("shorewise") in run("--version").stdout


def test_the_command_without_arguments_prints_help():
    assert "Usage:" in run().output


@pytest.mark.parametrize("command", ["compare", "read", "check", "lint", "presets"])
def test_help_names_every_command(command):
    assert re.search(rf"^  {command} ", run("--help").stdout, re.MULTILINE)


@pytest.mark.parametrize(
    "command", [[], ["compare"], ["read"], ["check"], ["lint"], ["presets"]], ids=str
)
def test_an_unknown_option_exits_with_2(command):
    assert run(*command, "--frobnicate").exit_code == 2


def test_functions_lists_every_function_with_its_description():
    shown = run("functions").stdout
    for one in FUNCTIONS:
        assert f"{one.signature}\n    {one.does}\n" in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--workbook", "book.xlsx", "--markdown"], "are mutually exclusive"),
        (["--workbook", "book.xls"], "the name of a workbook must end in .xlsx"),
        (["--workbook", ""], "the name of a workbook must end in .xlsx"),
    ],
    ids=["two-at-once", "ending", "no-name"],
)
def test_wrong_usage_of_functions_is_reported_in_one_line_with_exit_code_2(here, arguments, words):
    found = run("functions", *arguments)
    assert (found.exit_code, found.stdout, found.stderr.count("\n")) == (2, "", 1)
    assert words in found.stderr
    assert not (here / "book.xls").exists()


def test_functions_markdown_prints_the_reference():
    assert run("functions", "--markdown").stdout == reference()


@pytest.mark.parametrize("asked", ["--version", "--help"])
def test_commands_that_need_no_model_do_not_import_numpy(asked):
    code = f"""
import sys
from shorewise.cli import main
try:
    main([{asked!r}])
except SystemExit:
    print([name for name in ("numpy", "rich") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"
