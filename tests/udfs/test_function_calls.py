"""The table of calls, from plain Python."""

import math
from collections import Counter

import pytest

from shorewise import udfs
from tests.support.function_calls import CALLS, RELATIVE


def same(found, expected, tolerance):
    """Whether a result is as expected: numbers within a tolerance, all else exactly."""
    if isinstance(expected, (list, tuple)):
        return (
            isinstance(found, list)
            and len(found) == len(expected)
            and all(same(*pair, tolerance) for pair in zip(found, expected, strict=True))
        )
    if isinstance(expected, (str, bool)) or isinstance(found, (str, bool)):
        return type(found) is type(expected) and found == expected
    return math.isclose(found, expected, rel_tol=RELATIVE, abs_tol=tolerance or 1e-15)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.function}-{call.id}")
def test_call_gives_what_is_expected(call):
    found = getattr(udfs, call.function)(*call.arguments)
    assert same(found, call.expected, call.tolerance), found


def test_every_function_is_called_and_more_than_two_hundred_calls_have_a_value():
    plain = [call for call in CALLS if call.expected != "#DIV/0!"]
    assert {call.function for call in plain} == set(udfs.__all__)
    assert len(plain) >= 200


def test_ids_are_there_once():
    assert Counter(f"{call.function}-{call.id}" for call in CALLS).most_common(1)[0][1] == 1
