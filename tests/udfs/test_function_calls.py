"""The table of calls, from plain Python."""

from collections import Counter

import pytest

from shorewise import udfs
from tests.support.function_calls import CALLS, same


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.function}-{call.id}")
def test_the_call_returns_the_expected_result(call):
    found = getattr(udfs, call.function)(*call.arguments)
    assert same(found, call.expected, call.tolerance), found


def test_every_function_is_called_and_more_than_two_hundred_calls_have_a_value():
    plain = [call for call in CALLS if call.expected != "#DIV/0!"]
    assert {call.function for call in plain} == set(udfs.__all__)
    assert len(plain) >= 200


def test_call_ids_are_unique():
    assert Counter(f"{call.function}-{call.id}" for call in CALLS).most_common(1)[0][1] == 1
