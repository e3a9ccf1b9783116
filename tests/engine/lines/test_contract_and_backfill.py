"""Costs of a contract with a vendor, backfill with handover and vacancy, and leads as a ratio."""

import pytest

from shorewise.engine import Scenario, take
from tests.support import plain_loops as loops

# C07, CIO Magazine, 1 September 2003, "The Hidden Costs of Offshore Outsourcing": best and worst
# case of each hidden cost as a share of the contract, and of all of them together.
ONCE = {
    "vendor_selection_share": (0.002, 0.02),
    "transition_share": (0.02, 0.03),
    "layoff_share": (0.03, 0.05),
    "dip_share": (0.03, 0.27),
    "process_change_share": (0.01, 0.10),
}
MANAGED = (0.06, 0.10)
TOTAL = (0.152, 0.57)
CONTRACT = 10_000_000


FILE = """
currency = "USD"
sizing = "heads"

[[sites]]
name = "Onshore"
salary = 180_000

[[sites]]
name = "Vendor"
salary = 100_000
statutory_rate = 0
benefits_rate = 0
workspace_cost = 0
equipment_cost = 0
tools_cost = 0
training_cost = 0
local_management_rate = 0
{shares}

[[plans]]
name = "Onshore"
heads.Onshore = 100

[[plans]]
name = "Vendor"
heads.Vendor = 100
"""


def contract(folder, **shares):
    """Lines of a scenario file: a contract of ten millions a year, at a site without other cost."""
    file = folder / "contract.toml"
    rows = "\n".join(f"{name} = {share}" for name, share in shares.items())
    file.write_text(FILE.format(shares=rows), encoding="utf-8")
    lines = Scenario.from_toml(file).evaluate()
    assert 100 * take(lines, "direct_cost", site=1, role=0).item() == pytest.approx(CONTRACT)
    return lines


@pytest.mark.parametrize(("share", "cost"), [(0.002, 20_000), (0.02, 200_000)])
def test_c08_selecting_the_vendor_of_ten_millions_costs_the_published_amount(tmp_path, share, cost):
    lines = contract(tmp_path, vendor_selection_share=share)
    assert take(lines, "setup_contract", plan=1, site=1).item() == pytest.approx(cost)


@pytest.mark.parametrize("case", [0, 1], ids=["best", "worst"])
def test_c07_the_hidden_costs_of_a_contract_come_to_the_published_total(tmp_path, case):
    shares = {name: share[case] for name, share in ONCE.items()}
    lines = contract(tmp_path, **shares, contract_management_share=MANAGED[case])
    once = take(lines, "setup_contract", plan=1, site=1).item()
    managed = 100 * take(lines, "contract_management", site=1, role=0).item()
    assert (once + managed) / CONTRACT == pytest.approx(TOTAL[case], abs=5e-4)


def test_a_successor_is_handed_over_to_and_the_vacancy_costs_output():
    lines = loops.preset("mid", abroad={"successor_transfer": 0.5, "vacancy_months": 2})
    direct = loops.abroad_direct("mid")
    lost = sum(1 - share for share in loops.SLOW) + 2
    handover = 0.5 * 80 * loops.onshore_loaded() / 1_720
    expected = 0.12 * (0.15 * 60_000 + lost * direct / 12 + handover)
    found = take(lines, "backfill_cost", site=1, role=0).item()
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("place", ["onshore", "abroad"])
def test_leads_are_one_per_so_many_heads_at_the_pay_of_a_lead(place):
    lines = loops.preset("mid", **{place: {"heads_per_lead": 5, "lead_pay": 1.5}})
    paid = {"onshore": 180_000 + 13_812, "abroad": 60_000 * 1.2}[place]
    site = ["onshore", "abroad"].index(place)
    found = take(lines, "local_management", site=site, role=0).item()
    assert found == pytest.approx(paid * 1.5 / 5, rel=1e-9)


def test_leads_without_a_ratio_are_a_share_of_pay_and_charges():
    lines = loops.preset("mid", abroad={"heads_per_lead": 0, "local_management_rate": 0.1})
    found = take(lines, "local_management", site=1, role=0).item()
    assert found == pytest.approx(7_200, rel=1e-9)


def test_onboarding_is_paid_for_every_new_head():
    before, after = loops.preset("mid"), loops.preset("mid", abroad={"onboarding_cost": 2_000})
    more = loops.of_plan(after, "setup_cost") - loops.of_plan(before, "setup_cost")
    assert more == pytest.approx(8 * 2_000)
