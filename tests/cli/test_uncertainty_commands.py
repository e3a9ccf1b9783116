"""The commands simulate, sensitivity and solve, as a user types them."""

import json
import re
import sys
from pathlib import Path

import pytest
import tomli_w
from click.testing import CliRunner
from matplotlib import rc_context

from shorewise.cli import main
from shorewise.engine import Scenario, results
from shorewise.workbook import describe
from tests.support.paths import HYBRID

DRAWS = ("--draws", "256")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


REFERENCE = ("--preset", "mid")  # with the settings of the reference tables


def run(*arguments):
    return CliRunner().invoke(main, arguments)


def data(*arguments):
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_simulate_shows_percentiles_probabilities_and_the_value_of_information():
    done = run("simulate", *DRAWS, "--by", "9", "--by", "12", "--floor", "60%")
    assert done.exit_code == 0
    for text in (
        "256 draws of 20 drivers, seed 1",
        "Saving over the horizon, P50",
        "Probability of breaking even by month 9",
        "Probability of breaking even by month 12",
        "never breaking even",
        "a higher NPV after risk than All onshore",
        "a margin below 60%",
        "19 times out of 20",
        "Finding out all drivers would be worth",
        "among the plans that meet all limits: Mid.",
        "Whatever limits are met: Far, which does not fit the work.",
        "Decision: replace an onshore team. Heads sized to the same output.",
        "Shares of the variance of the net saving of Mid: salary",
        "At its high end salary alone changes the decision: Mid, Near become a trap, Far becomes",
        "calibrated assumptions",
    ):
        assert text in done.output, text


def test_simulate_prints_the_same_json_for_the_same_seed():
    one, again = (data("simulate", *DRAWS, "--seed", "3") for _ in range(2))
    other = data("simulate", *DRAWS, "--seed", "4")
    assert one == again
    assert one["plans"][1]["npv"] != other["plans"][1]["npv"]
    assert one["plans"][0]["break_even_month"]["p50"] is None
    assert one["decision_reversals"][0]["driver"] == "salary"


def test_a_small_probability_is_not_shown_as_zero():
    case = ["simulate", "--preset", "mid", "--draws", "8192"]
    shown = re.search("of never breaking even.*", run(*case).output)[0]
    probability = data(*case)["plans"][1]["probability"]["never_breaks_even"]
    assert 0 < probability < 0.0005
    assert "<0.1%" in shown


def test_sensitivity_shows_a_tornado_by_default():
    swings = data("sensitivity", *REFERENCE, "--measure", "net_saving_steady")["sensitivity"]
    assert swings[0]["driver"] == "salary"
    assert swings[0]["low"] - swings[0]["high"] == pytest.approx(0.330, abs=5e-4)
    by_percent = data("sensitivity", *REFERENCE, "--percent", "10")["sensitivity"]
    assert by_percent[0]["driver"] == "productivity"
    assert data("sensitivity", *REFERENCE, "--percent", "10%")["sensitivity"] == by_percent
    assert data("sensitivity", *REFERENCE, "--elasticities")["sensitivity"]["salary"] < -1
    found = data("sensitivity", *REFERENCE, "--indices", "--draws", "16")["sensitivity"]
    assert {*found["salary"]} == {"first", "total"}


def test_sensitivity_shows_a_grid():
    pair = (*REFERENCE, "--grid", "salary=40_000:80_000:3", "site.Mid.management_rate=10%,20%")
    found = data("sensitivity", *pair)["sensitivity"]
    assert found["salary"] == [40_000, 60_000, 80_000]
    assert found["site.Mid.management_rate"] == [0.1, 0.2]
    assert found["net_saving"][1][1] == pytest.approx(0.348994, abs=1e-6)
    shown = run("sensitivity", *pair).output
    assert "34.9%" in shown
    assert "60,000" in shown


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["--input", "salary", "--target", "9"], 0, "with salary 58,890.29903"),
        (["--input", "salary", "--target", "12"], 0, "with salary 71,955.89037"),
        (["--input", "management_rate", "--measure", "net_saving", "--target", "30%"], 0, "30.37"),
        (
            ["--input", "salary", "--target", "9", "--low", "60_000"],
            1,
            "No salary between 60,000 and",
        ),
        (
            ["--input", "salary", "--measure", "irr_year_cash", "--target", "500%"],
            0,
            "Internal rate of return, cash, of Mid is 500 % with salary",
        ),
        (
            ["--input", "salary", "--measure", "payback_cash", "--target", "9"],
            0,
            "Mid pays back its cash by month 9 with salary",
        ),
        (["--input", "salery", "--target", "9"], 2, "did you mean salary?"),
        (["--input", "salary", "--target", "nine"], 2, "'nine' is not a number"),
        (["--input", "salary", "--target", "9", "--plan", "Madrid"], 2, "There are All onshore"),
        (["--input", "salary", "--target", "9", "--preset", "nope"], 2, "no preset is called"),
    ],
)
def test_solve_prints_the_solution_or_why_there_is_none(arguments, code, text):
    reference = () if "--preset" in arguments else REFERENCE
    done = run("solve", *reference, *arguments)
    assert done.exit_code == code
    assert text in done.output
    assert "Traceback" not in done.output


def test_solve_prints_json():
    found = data("solve", *REFERENCE, "--input", "salary", "--target", "9")
    assert found["values"] == [pytest.approx(58_890.30, abs=0.01)]
    assert (found["status"], found["exact"]) == ("one", True)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["simulate", "--draws", "1"], "draws is 1; it must be between 64"),
        (["simulate", "--method", "dice"], "method is 'dice'"),
        (
            ["simulate", *DRAWS, "--plot", "a.bmp"],
            "a.bmp: the file type of a plot must be one of .png, .svg",
        ),
        (["sensitivity", "--measure", "joy"], "no measure is called 'joy'"),
        (["sensitivity", "--percent", "-1"], "percent is -1"),
        (["sensitivity", "--grid", "salary", "overlap_hours=1"], "INPUT=V,V"),
        (["sensitivity", "--grid", "salary=1:2", "overlap_hours=1"], "FROM:TO:COUNT"),
        (["sensitivity", "--grid", "salary=1:2:\N{SUPERSCRIPT TWO}", "overlap_hours=1"], "2 to 50"),
        (["simulate", *DRAWS, "--by", "37"], "month is 37; it must be between 1 and 36"),
        (["simulate", *DRAWS, "--by", "nan"], "month is nan"),
        (["simulate", *DRAWS, "--floor", "nan"], "floor is nan"),
        (["simulate", *DRAWS, "--floor", "20"], "floor is 20; it must be a fraction: 1 (100 %)"),
        (
            ["solve", "--input", "salary", "--measure", "npv", "--target", "30%"],
            "target is 30%; npv is not a fraction, its unit is money",
        ),
        (["sensitivity", "--percent", "ten"], "'ten' is not a number"),
        (["sensitivity", "--indices", "--seed", "-1"], "seed is -1"),
        (["sensitivity", "--indices", "--draws", "1073741824"], "between 16 and 65,536"),
        (["sensitivity", "--grid", "salary=1,2", "site.Mid.salary=1,2"], "set the same input"),
        (["sensitivity", "--percent", "5", "--elasticities"], "are mutually exclusive"),
        (["sensitivity", "--indices", "--plot", "a.png"], "go with the tornado only"),
        (["sensitivity", "--indices", "--elasticities"], "are mutually exclusive"),
    ],
)
def test_a_mistake_is_reported_in_one_clear_error(arguments, text):
    done = run(*arguments)
    assert done.exit_code == 2
    assert text in done.output


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_a_picture_is_written_only_once_and_is_reproducible(kind, tmp_path):
    starts = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}
    for command in (["simulate", *DRAWS], ["sensitivity"]):
        paths = [tmp_path / f"{command[0]}{n}.{kind}" for n in range(2)]
        for path in paths:
            assert run(*command, "--plot", str(path)).exit_code == 0
        assert paths[0].read_bytes().startswith(starts[kind])
        assert paths[0].read_bytes() == paths[1].read_bytes()
        again = run(*command, "--plot", str(paths[0]))
        assert again.exit_code == 2
        assert "--force" in again.output


def test_too_many_draws_for_the_memory_are_reported_in_one_clear_error():
    resource = pytest.importorskip("resource")  # POSIX only
    before = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + (200 << 20), before[1]))
    try:
        done = run("simulate", "--draws", "10000000")
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert "not enough memory; use fewer draws" in done.output


def drawn(scenario, tmp_path, *arguments):
    """The texts of a picture."""
    (tmp_path / "case.toml").write_text(tomli_w.dumps(scenario))
    with rc_context({"svg.fonttype": "none"}):
        done = run(*arguments, str(tmp_path / "case.toml"), "--plot", "a.svg")
    assert done.exit_code == 0, done.output
    return (tmp_path / "a.svg").read_text()


def test_a_picture_distinguishes_more_plans_than_there_are_colours(tmp_path):
    plans = [{"name": f"Plan {n}", "heads": {"Mid": n}} for n in range(1, 20)]
    case = Scenario.default().to_dict()
    case["plans"] = [case["plans"][0], *plans]
    text = drawn(case, tmp_path, "simulate", "--draws", "64")
    assert [plan["name"] for plan in plans if f">{plan['name']}<" not in text] == []


def test_a_picture_says_if_a_driver_leaves_no_answer(tmp_path):
    case = Scenario.default().to_dict() | {"cases": [{"name": "salary", "low": 0.5, "high": 3}]}
    text = drawn(case, tmp_path, "sensitivity", "--measure", "break_even_month")
    assert ">salary, high: none<" in text


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["sensitivity", "--plan", "All onshore"], "No driver changes it."),
        (["sensitivity", "--plan", "All onshore", "--measure", "npv"], ">USD<"),
        (["sensitivity", "--plan", "All onshore", "--measure", "break_even_month"], "none."),
    ],
)
def test_a_picture_says_if_there_is_nothing_to_draw(arguments, text, tmp_path):
    assert text in drawn(Scenario.default().to_dict(), tmp_path, *arguments)


def test_a_missing_package_is_reported_with_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    done = run("simulate", *DRAWS)
    assert done.exit_code == 2
    assert "a simulation needs: pip install 'shorewise[uncertainty]'" in done.output


def test_every_output_names_the_criterion_of_the_best_plan_in_the_same_words():
    path, criterion = str(HYBRID), "highest NPV after risk"
    by = f"{criterion}, among the plans that meet all limits"
    for command in (("recommend",), ("simulate", "--draws", "64"), ("sensitivity",)):
        said = " ".join(run(*command, path).stdout.split())
        assert f"By {by}: Nearshore." in said, command
    board = next(s for s in describe(Scenario.from_toml(path)).sheets if s.title == "Board")
    formulas = {cell.content.text for cell in board.cells.values() if hasattr(cell.content, "text")}
    assert any("CHOOSE(criterion_code+1," in text and f'"{criterion}"' in text for text in formulas)


@pytest.mark.parametrize(("end", "salary"), [("low", 54_000), ("high", 66_000)])
def test_a_rate_of_return_moves_with_a_driver_as_it_does_in_a_scenario_of_its_own(end, salary):
    found = data("sensitivity", *REFERENCE, "--measure", "irr_year_cash", "--percent", "10")
    rows = {one["driver"]: one for one in found["sensitivity"]}
    case = Scenario.preset("mid").to_dict()
    case["sites"][1]["salary"] = salary
    moved = Scenario.from_dict(case)
    alone = results(moved, moved.evaluate())["plans"][1]["irr_year_cash"]
    assert rows["salary"][end] == pytest.approx(alone, rel=1e-9)
