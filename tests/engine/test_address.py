"""Every number of a scenario has one address, which users type and arrays are indexed by."""

import functools

import numpy as np
import pytest

from shorewise.engine import Address, DomainError, addresses, default_model, take
from shorewise.engine.axes import AXES, POSITION
from tests.support.for_each import for_each
from tests.support.sample_scenarios import random_scenario, small_scenario
from tests.support.soak import SOAK

SCENARIO = small_scenario()
TEXTS = [*addresses(SCENARIO)]


@for_each("text", TEXTS)
def test_an_address_reads_as_it_was_written(text):
    assert Address.parse(text, SCENARIO).text(SCENARIO) == text


@for_each("text", TEXTS if SOAK else TEXTS[::3])
def test_setting_an_address_changes_its_numbers_and_no_others(text):
    address = Address.parse(text, SCENARIO)
    values = {name: array.copy() for name, array in SCENARIO.values.items()}
    address.set(values, 7)
    assert (address.get(values) == 7).all()
    counted = sum((values[name] != array).sum() for name, array in SCENARIO.values.items())
    assert counted == (address.get(SCENARIO.values) != 7).sum()


@pytest.mark.soak(keep=3)
@pytest.mark.parametrize("seed", range(10))
def test_every_address_of_any_scenario_parses_back_to_itself(seed):
    scenario = random_scenario(seed)
    known = addresses(scenario)
    for text in [*known][seed::10]:
        address = Address.parse(text, scenario)
        assert address == known[text]
        assert address.text(scenario) == text


@pytest.mark.parametrize("seed", range(10))
def test_each_month_of_a_ramp_and_each_statutory_charge_has_an_address(seed):
    scenario = random_scenario(seed)
    known = addresses(scenario)
    for s, site in enumerate(scenario.sites):
        for month in range(1, 13):
            assert known[f"site.{site}.ramp.{month}"].at == {"site": s, "tenure": month - 1}
        for n, charge in enumerate(scenario.rule_names[s]):
            if charge:
                at = known[f"site.{site}.statutory.{charge}.rate"].at
                assert at == {"site": s, "rule": n}


def test_an_address_of_several_numbers_on_an_axis_has_no_text():
    with pytest.raises(DomainError, match=r"ramp at .* give the position on each axis"):
        Address("ramp", {"site": 0}).text(SCENARIO)


@pytest.mark.parametrize("seed", range(10))
def test_no_two_addresses_of_a_scenario_are_the_same(seed):
    found = [*addresses(random_scenario(seed)).values()]
    assert all(one not in found[:n] for n, one in enumerate(found))


def test_each_scenario_of_a_table_gets_its_own_number():
    values = {name: array.repeat(3, axis=0) for name, array in SCENARIO.values.items()}
    Address("salary", {"site": 1}).set(values, np.array([1.0, 2.0, 3.0]))
    for n in range(3):
        assert (values["salary"][n, :, 1] == n + 1).all()
        assert (values["salary"][n, :, 0] == take(SCENARIO.values, "salary", site=0)).all()


def test_a_name_that_is_nearly_right_is_suggested():
    with pytest.raises(DomainError, match="did you mean discount_rate"):
        Address.parse("discount_rat", SCENARIO)


def test_a_number_out_of_range_is_refused_with_what_is_allowed():
    with pytest.raises(DomainError, match=r"discount_rate is 1\.5; it must be between 0 and 1"):
        Address("discount_rate").refuse_outside_range(np.array([0.1, 1.5]))


@functools.cache
def evaluated():
    return SCENARIO.evaluate()


def by_hand(array, name, at):
    """What ``take`` should give, dimension by dimension."""
    for axis in reversed(AXES[1:]):
        its = [a for a in default_model().axes[name] if POSITION[a] == POSITION[axis]]
        if not its:
            array = array.squeeze(POSITION[axis])
        elif its[0] in at:
            array = np.take(array, at[its[0]], POSITION[axis])
    return array[0]


@for_each("name", default_model().axes)
def test_numbers_are_taken_by_the_names_of_their_axes(name):
    values = evaluated()
    axes = default_model().axes[name]
    for count in range(len(axes) + 1):
        at = dict.fromkeys(axes[:count], -1)
        np.testing.assert_array_equal(take(values, name, **at), by_hand(values[name], name, at))


def test_an_axis_that_does_not_apply_is_refused():
    with pytest.raises(DomainError, match="npv does not vary by site; it varies by plan"):
        take(SCENARIO.evaluate(), "npv", site=0)


WITH_WAVES = [s for s in range(1, 40, 3) if random_scenario(s).sizes["wave"] > 1][:6]


@pytest.mark.parametrize("seed", WITH_WAVES)
@pytest.mark.parametrize("key", ["month", "share", "end"])
def test_each_wave_of_a_plan_at_a_site_has_an_address(seed, key):
    scenario = random_scenario(seed)
    known = addresses(scenario)
    for p, plan in enumerate(scenario.plans):
        for s, site in enumerate(scenario.sites[: None if p else 1]):
            for wave in range(scenario.sizes["wave"]):
                found = known[f"plan.{plan}.waves.{site}.{wave + 1}.{key}"]
                assert found == Address(f"wave_{key}", {"plan": p, "site": s, "wave": wave})
                assert found.get(scenario.values).size == 1


def test_a_wave_that_the_scenario_does_not_have_is_refused_with_the_nearest():
    with pytest.raises(DomainError, match=r"did you mean plan\.Mid\.waves\.Mid\.1\.month"):
        Address.parse("plan.Mid.waves.Mid.2.month", SCENARIO)


def test_a_month_of_a_wave_is_between_1_and_120():
    address = Address.parse("plan.Mid.waves.Mid.1.month", SCENARIO)
    with pytest.raises(DomainError, match=r"it must be a whole number between 1 and 120"):
        address.refuse_outside_range(np.array([0]))
