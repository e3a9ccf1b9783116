"""Management overhead on both readings of the source, C-2, against plain loops."""

import pytest

from tests.support import plain_loops as loops

READINGS = ("direct", "onshore")  # In the order of the input's choices.


@pytest.mark.parametrize("chosen", READINGS)
@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("name", loops.ABROAD)
def test_both_readings_stand_beside_each_other_whichever_is_chosen(name, reading, chosen):
    lines = loops.preset(name, management_basis=READINGS.index(chosen))
    head = loops.abroad_head(name, reading) / loops.steady_output(name)
    found = loops.of_plan(lines, f"net_saving_steady_{reading}")
    assert found == pytest.approx(1 - head / loops.onshore_loaded(), abs=1e-9)
    expected = loops.break_even(*loops.flows(name, reading=reading))
    assert loops.of_plan(lines, f"break_even_month_{reading}") == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("reading", "saving"), [("direct", 0.495), ("onshore", 0.207)])
def test_the_readings_at_far_are_those_of_the_question(reading, saving):
    found = loops.of_plan(loops.preset("low"), f"net_saving_steady_{reading}")
    assert found == pytest.approx(saving, abs=5e-4)
