"""The command recommend: the proposal beside the plans, and written as a plan."""

import json

import pytest
from click.testing import CliRunner

from shorewise.cli.commands import main
from shorewise.engine import Scenario
from shorewise.engine.placement import recommend

HYBRID = "examples/hybrid.toml"


def run(*arguments):
    return CliRunner().invoke(main, ["recommend", *map(str, arguments)])


def test_the_proposal_stands_first_beside_the_plans_with_cost_savings_npv_and_break_even():
    done = run(HYBRID)
    assert done.exit_code == 0
    assert "It is none of the scenario's plans." in done.output
    assert "by highest NPV after risk, among the placements that meet all limits" in done.output
    rows = [
        [cell.strip() for cell in line.strip("│┃ \n").replace("┃", "│").split("│")]
        for line in done.output.splitlines()
        if "│" in line or "┃" in line
    ]
    assert rows[0] == ["USD", "Proposed", "All onshore", "Nearshore", "Offshore", "Hybrid"]
    table = {row[0]: row[1:] for row in rows}
    found = recommend(Scenario.from_toml(HYBRID))
    both = [found.figures, *found.plans.values()]
    assert table["Net present value after risk"] == [
        f"{one['npv_risk_adjusted']:,.0f}" for one in both
    ]
    assert table["Saving over the horizon"] == [f"{one['net_saving']:.1%}" for one in both]
    assert table["Break-even"][1] == "none"


def test_a_proposal_that_is_a_plan_is_named(tmp_path):
    path = tmp_path / "with.toml"
    assert run(HYBRID, "--write", path).exit_code == 0
    assert "It is plan Proposed." in run(path).output
    again = tmp_path / "again.toml"
    said = run(path, "--write", again).output
    assert "the proposal is its plan Proposed" in said
    assert Scenario.from_toml(again).plans == Scenario.from_toml(path).plans


def test_the_written_scenario_is_the_old_one_with_one_plan_more_and_its_figures(tmp_path):
    path = tmp_path / "with.toml"
    found = json.loads(run(HYBRID, "--json").stdout)
    assert run(HYBRID, "--write", path).exit_code == 0
    old, new = Scenario.from_toml(HYBRID), Scenario.from_toml(path)
    assert new.plans == (*old.plans, "Proposed")
    data = new.to_dict()
    assert data | {"plans": data["plans"][:-1]} == old.to_dict()
    assert recommend(new).plans["Proposed"] == pytest.approx(found["figures"])


def test_a_file_that_exists_is_replaced_only_with_force(tmp_path):
    path = tmp_path / "with.toml"
    path.write_text("mine")
    refused = run(HYBRID, "--write", path)
    assert refused.exit_code == 2
    assert "exists already; --force replaces it" in refused.output
    assert path.read_text() == "mine"
    assert run(HYBRID, "--write", path, "--force").exit_code == 0
    assert Scenario.from_toml(path).plans[-1] == "Proposed"


def test_json_has_the_figures_of_the_proposal_and_of_each_plan_and_nothing_else_on_stdout(tmp_path):
    done = run(HYBRID, "--json", "--write", tmp_path / "with.toml")
    found = json.loads(done.stdout)
    assert found["matches"] == ""
    assert [*found["plans"]] == ["All onshore", "Nearshore", "Offshore", "Hybrid"]
    assert found["plans"]["Hybrid"].keys() == found["figures"].keys()
    assert "wrote" in done.stderr
