"""``shorewise bulk``: what it prints, its exit codes, and how it is stopped."""

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from shorewise.cli import main
from shorewise.engine import Scenario
from shorewise.workbook.bulk.lock import exclusive_lock
from shorewise.workbook.comparison import compare
from shorewise.workbook.read_back import read

SMALL = """
name = "Small"
horizon_months = 6
[[sites]]
name = "Home"
[[sites]]
name = "Away"
[[plans]]
name = "Stay"
heads.Home = 4
[[plans]]
name = "Go"
heads.Away = 4
"""
RATES = ["0.1", "0.2", "much", "0.3"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A working folder with a base and a table of four scenarios, one of them wrong."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(SMALL)
    table(tmp_path / "t.csv", RATES)
    return tmp_path


def table(path, rates):
    rows = [f"S{n},{rate}" for n, rate in enumerate(rates)]
    path.write_text("\n".join(["scenario,discount_rate", *rows, ""]))


def bulk(*arguments, **options):
    found = CliRunner().invoke(
        main, ["bulk", "--base", "small.toml", "--processes", "1", *arguments], **options
    )
    assert not isinstance(found.exception, Exception), found.output
    return found


def scenarios(here, name="results.csv"):
    with open(here / "out" / name, newline="") as file:
        return list(dict.fromkeys(row["scenario"] for row in csv.DictReader(file)))


def test_what_was_taken_of_a_table_is_said_and_can_be_forced(here):
    text = "Study of März;;\nScenario;Discount rate;Salary (Away)\nA;8,5 %;60.000\nB;0,1;60 000\n"
    (here / "t.txt").write_bytes(text.encode("cp1252"))
    said = "t.txt: read with semicolons between cells and encoding cp1252 and decimal commas; "
    said += "skipped what is above its head in row 2; took 'Salary (Away)' as site.Away.salary\n"
    found = bulk("t.txt", "--dry-run")
    assert (found.exit_code, found.stdout, found.stderr) == (0, "every row is allowed\n", said)
    (here / "t.csv").write_text("scenario,note,site.Away.salary\nA,x,80.000\nB,y,60k\n")
    found = bulk("t.csv", "--dry-run", "--ignore", "NOTE")
    assert (found.exit_code, found.stdout) == (1, (
        "row 2: site.Away.salary is '80.000'; it must be 1 or more, up to 1e+12: it may be 80000 "
        "or 80; write the one that is meant, or set --decimal: ',' makes it 80000, '.' makes it "
        "80\n"
        "row 3: site.Away.salary is '60k'; it must be 1 or more, up to 1e+12: write 60000\n"
    ))  # fmt: skip
    for arguments, wrong in (
        (
            (),
            "t.csv: column 'note' names no input; shorewise inputs lists them; name it in --ignore",
        ),
        (
            ("--keep", "notes"),
            "--keep names 'notes', but no column is called that; did you mean no",
        ),
        (("--decimal", ";"), "--decimal is ';'; it must be '.' or ','"),
        (("--separator", "x"), "--separator is 'x'; it must be one character, such as ';', or one"),
        (("--encoding", "ansi"), "--encoding is 'ansi'; it must be one that Python knows"),
    ):
        found = bulk("t.csv", "--dry-run", *arguments)
        assert (found.exit_code, found.stdout) == (2, "")
        assert wrong in found.stderr


def test_a_second_run_without_workbooks_reports_what_is_already_done(here):
    found = bulk("t.csv", "-o", "out", "--no-workbooks")
    assert found.stderr.startswith("note: 2 hours a day of overlap with ")
    assert (found.exit_code, found.stdout) == (
        1,
        "3 scenarios, 1 cell not allowed, listed in errors.csv: out\n",
    )
    assert scenarios(here) == ["S0", "S1", "S3"]
    assert scenarios(here, "errors.csv") == ["S2"]
    again = bulk("t.csv", "-o", "out", "--no-workbooks")
    assert again.stdout == (
        "3 scenarios, 1 cell not allowed, listed in errors.csv, 1 of 1 part there already: out\n"
    )
    assert again.exit_code == 1


class Terminal(io.StringIO):
    """Standard error that somebody looks at."""

    def isatty(self):
        return True


@pytest.mark.parametrize(("arguments", "rows"), [(["t.csv"], "4 of 4"), (["-"], "4")])
def test_a_terminal_shows_rows_rate_failures_and_what_is_left(here, monkeypatch, arguments, rows):
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr("sys.stderr", Terminal())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO((here / "t.csv").read_bytes())))
    with pytest.raises(SystemExit) as ended:
        main.main(["bulk", *arguments, "-o", "out", "--base", "small.toml", "--no-workbooks",
                   "--processes", "1"])  # fmt: skip
    assert ended.value.code == 1
    said = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", sys.stderr.getvalue())
    assert re.search(rf"{rows} rows, [0-9,]+ a second, cells not allowed: 1", said)
    assert ("left" in said) == ("of" in rows)


def test_the_exit_code_is_0_if_every_row_is_valid(here):
    table(here / "t.csv", ["0.1", ""])
    assert bulk("t.csv", "-o", "out", "--no-workbooks").exit_code == 0


@pytest.mark.soak
def test_a_workbook_can_be_the_base_scenario(here):
    compare(Scenario.from_toml("small.toml"), "base.xlsx")
    found = bulk("t.csv", "-o", "out", "--base", "base.xlsx", "--limit", "2")
    assert found.exit_code == 0
    for number in (0, 1):
        book = read(here / "out" / "part-00000" / "workbooks" / f"S{number}.xlsx")
        assert book.values["discount_rate"].item() == float(RATES[number])


def test_a_dry_run_lists_the_problems_and_writes_nothing(here):
    found = bulk("t.csv", "-o", "out", "--dry-run")
    assert found.exit_code == 1
    assert found.output == "row 4: discount_rate is 'much'; it must be between 0 and 1\n"
    assert (
        bulk("t.csv", "-o", "out", "--dry-run", "--limit", "2").output == "every row is allowed\n"
    )
    assert bulk("t.csv", "--dry-run", "--only", "S0,S3").exit_code == 0
    assert not (here / "out").exists()


def test_json_has_a_line_for_each_row_and_nothing_else_and_needs_no_output(here):
    table = (here / "t.csv").read_text().replace("\n", ",=1\n").replace(",=1\n", ",region\n", 1)
    (here / "t.csv").write_text(table)
    before = {path.name for path in here.iterdir()}
    found = bulk("t.csv", "--json", "--keep", "region")
    assert found.exit_code == 1
    assert found.stderr.endswith("3 scenarios, 1 cell not allowed\n")
    assert {path.name for path in here.iterdir()} == before
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    assert [(line["scenario"], line["row"]) for line in lines] == [
        ("S0", 2), ("S1", 3), ("S2", 4), ("S3", 5),
    ]  # fmt: skip
    assert all(line["kept"] == {"region": "=1"} for line in lines)
    allowed = {"column": "discount_rate", "value": "much", "allowed": "between 0 and 1"}
    assert (lines[2]["plans"], lines[2]["errors"]) == ([], [allowed])
    assert [plan["plan"] for plan in lines[0]["plans"]] == ["Stay", "Go"]
    bulk("t.csv", "-o", "out", "--no-workbooks", "--keep", "region")
    with open(here / "out" / "results.csv", newline="") as file:
        rows = [*csv.DictReader(file)]
    plans = [plan for line in lines for plan in line["plans"]]
    for row, plan in zip(rows, plans, strict=True):
        assert row["npv"] == str(plan["npv"])
        assert row["break_even_month"] == str(plan["break_even_month"] or "")
        assert (row["verdict"] or None) == plan["verdict"]
        assert (row["recommended"] == "yes") == plan["recommended"]
    assert (lines[0]["currency"], lines[0]["horizon_months"]) == ("USD", 6)


def test_json_with_an_output_prints_the_same_lines_also_of_what_is_there_already(here):
    first, second = (bulk("t.csv", "--json", "-o", "out", "--no-workbooks") for _ in range(2))
    assert first.stdout == second.stdout == bulk("t.csv", "--json").stdout
    assert "1 of 1 part there already" in second.stderr
    assert scenarios(here) == ["S0", "S1", "S3"]


def test_json_of_a_dry_run_has_the_rejected_rows_only():
    found = bulk("t.csv", "--json", "--dry-run")
    assert found.exit_code == 1
    (line,) = map(json.loads, found.stdout.splitlines())
    assert (line["scenario"], line["row"], line["errors"][0]["value"]) == ("S2", 4, "much")
    assert bulk("t.csv", "--json", "--dry-run", "--limit", "2").stdout == ""


def test_limit_and_only_choose_the_scenarios(here):
    assert bulk("t.csv", "-o", "out", "--no-workbooks", "--limit", "1").exit_code == 0
    assert scenarios(here) == ["S0"]
    assert bulk("t.csv", "-o", "out", "--no-workbooks", "--only", "S3, S1").exit_code == 0
    assert scenarios(here) == ["S1", "S3"]


def test_a_table_is_read_from_standard_input(here):
    text = (here / "t.csv").read_text()
    assert bulk("-", "-o", "out", "--no-workbooks", input=text).exit_code == 1
    assert scenarios(here) == ["S0", "S1", "S3"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["t.csv", "--strict"], "t.csv: row 4: discount_rate is 'much'; it must be between 0 and"),
        (["-", "--strict"], "standard input is read once"),
        (["missing.csv"], "missing.csv: no such file"),
        (["t.csv", "--only", "S9"], "t.csv: no scenario is called 'S9'"),
        (["t.csv", "--only", ""], "t.csv: no scenario is called ''"),
        (["t.csv", "--preset", "mid"], "small.toml and --preset mid are mutually exclusive"),
        (["t.csv", "--theme", "missing.toml"], "missing.toml: No such file"),
        (["small.toml"], "small.toml: must end in .csv, "),
        (["sqlite:///none.db", "--query", "t"], "none.db: no such file"),
    ],
)
def test_a_mistake_is_reported_in_one_line_with_exit_code_2(here, arguments, said):
    found = bulk(*arguments, "-o", "out", "--no-workbooks")
    assert found.exit_code == 2
    assert found.output.startswith(f"shorewise: {said}")
    assert found.output.count("\n") == 1
    assert not (here / "out" / "results.csv").exists()


def test_a_run_into_a_zip_leaves_no_other_file(here):
    assert bulk("t.csv", "-o", "out.zip", "--no-workbooks").exit_code == 1
    assert sorted(path.name for path in here.iterdir()) == ["out.zip", "small.toml", "t.csv"]


def test_a_destination_in_use_by_another_run_is_reported_in_one_line(here):
    with exclusive_lock(here / "out" / ".lock"):
        found = bulk("t.csv", "-o", "out", "--no-workbooks")
    assert (found.exit_code, found.output) == (
        2,
        "shorewise: out/.lock: held by another run writing there; wait until it ends\n",
    )


def test_a_destination_that_cannot_be_written_is_reported_in_one_line(here):
    (here / "out").write_text("")
    found = bulk("t.csv", "-o", "out", "--no-workbooks")
    assert (found.exit_code, found.output.count("\n")) == (2, 1)
    assert "cannot be written" in found.output


def started(*options):
    """A process of the command, with a group of its own."""
    command = [sys.executable, "-c", "from shorewise.cli import main; main()", "bulk", "t.csv"]
    return subprocess.Popen(
        [*command, "-o", "out", "--base", "small.toml", "--no-workbooks", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # What runs in the background of a script ignores Ctrl-C, and so would this.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def test_an_interrupt_while_processes_start_is_reported_in_one_line(here):
    table(here / "t.csv", [str(n / 1e6) for n in range(40_000)])  # a single part needs none
    process = started("--processes", "2")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while len(children.read_text().split()) < 2:  # one is multiprocessing's own
        assert process.poll() is None
        time.sleep(0.01)
    time.sleep(0.2)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err == "shorewise: stopped; no part was finished in out; run the same command again\n"


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("processes", ["1", "2"])
def test_an_interrupted_run_says_how_to_resume_and_resumes(here, processes):
    table(here / "t.csv", [str(n / 1e6) for n in range(40_000)])
    process = started("--processes", processes)
    while not (here / "out" / "part-00001").exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    said = re.fullmatch(
        r"shorewise: stopped; ([0-9,]+) finished parts? with ([0-9,]+) rows stays? in out; "
        "run the same command again to resume\n",
        err,
    )
    parts, rows = (int(one.replace(",", "")) for one in said.groups())
    assert rows == 1_000 * parts
    finished = {path.name for path in (here / "out").iterdir()}
    assert 1 <= parts == len(finished) < 30
    assert all(name.startswith("part-") for name in finished)
    again = bulk("t.csv", "-o", "out", "--no-workbooks", "--limit", "3000")
    assert f"{min(len(finished), 3)} of 3 parts there already" in again.output
