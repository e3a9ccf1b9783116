"""Management overhead on its three bases, and the capacity it needs."""

import pytest

from shorewise.engine import Scenario

MID = Scenario.preset("mid").to_dict()


def mid(name, site=1, plan=0, **changes):
    values = Scenario.from_dict(MID | changes, "case").evaluate()[name]
    return values[0, plan, site if values.shape[2] > 1 else 0, 0, 0]


@pytest.mark.parametrize(
    ("name", "per_cent"),
    [
        pytest.param("net_saving_basis_a", 44, id="section-5-item-3-basis-a"),
        pytest.param("net_saving_basis_b", 28, id="section-5-item-3-basis-b"),
    ],
)
@pytest.mark.parametrize("chosen", [0, 1, 2])
def test_both_bases_are_shown_whatever_is_chosen(name, per_cent, chosen):
    assert round(100 * mid(name, management_basis=chosen)) == per_cent


@pytest.mark.parametrize(("basis", "name"), [(0, "net_saving_basis_a"), (1, "net_saving_basis_b")])
def test_the_chosen_basis_is_the_one_shown(basis, name):
    chosen = mid("net_saving_head", management_basis=basis)
    assert mid(name, management_basis=basis) == pytest.approx(chosen, rel=1e-12)


def test_default_hours_come_to_about_a_fifth_of_direct_cost():
    # Inventory C-2: 20 % is USD 18k a head, 2.5 onshore hours a week and engineer.
    assert mid("management_hours") == 2.5
    assert mid("management_overhead", management_basis=2) == pytest.approx(18_000, rel=0.06)
    assert mid("management_share", management_basis=2) == pytest.approx(0.20, abs=0.015)


def test_hours_are_paid_at_the_onshore_hour():
    # 2.5 hours x 46 weeks x 148.85 (model.md section 1).
    assert mid("management_by_hours") == pytest.approx(2.5 * 46 * 148.85, abs=0.6)


def test_capacity_is_what_leadership_has_less_what_the_plan_needs():
    # Eight heads abroad at 2.5 hours, of 40; onshore heads need none.
    assert mid("management_left", plan=1) == 20
    assert mid("management_left", plan=0) == 40
