"""Computations that are shared by all who ask for them, in one thread or several."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from shorewise.engine.errors import DomainError
from shorewise.engine.steps import finished
from shorewise.udfs.shared_results import TAKES_TURNS, SharedResults


class Count:
    """A computation of three steps that counts how often it was begun."""

    def __init__(self, fails=0):
        self.begun, self.fails = 0, fails

    def __call__(self):
        self.begun += 1
        number = self.begun
        if number <= self.fails:
            raise DomainError("failed")
        for step in range(1, 4):
            yield step / 3
        return number


def test_a_result_is_kept_until_others_take_its_room():
    shared, counts = SharedResults(2), {key: Count() for key in "abc"}
    for key in "abacacbc":  # b gives way to c, then a to b
        finished(shared.steps(key, counts[key]))
    assert {key: one.begun for key, one in counts.items()} == {"a": 1, "b": 2, "c": 1}


def test_a_failed_computation_is_begun_anew_and_nothing_of_it_is_kept():
    shared, count = SharedResults(2), Count(fails=1)
    with pytest.raises(DomainError):
        finished(shared.steps("a", count))
    assert finished(shared.steps("a", count)) == 2


def test_whoever_waits_takes_over_an_abandoned_computation():
    shared, count = SharedResults(2), Count()
    first = shared.steps("a", count)
    next(first)
    with ThreadPoolExecutor(1) as thread:
        second = thread.submit(finished, shared.steps("a", count))
        first.close()
        assert second.result(20) == 2


def test_equal_computations_in_turns_are_one():
    shared, count = SharedResults(2), Count()
    token = TAKES_TURNS.set(True)
    try:
        waiting = [shared.steps("a", count) for _ in range(3)]
        fractions, results = [], []
        while waiting:
            for one in [*waiting]:
                try:
                    fractions.append(next(one))
                except StopIteration as end:
                    results.append(end.value)
                    waiting.remove(one)
    finally:
        TAKES_TURNS.reset(token)
    assert results == [1, 1, 1]
    assert fractions == [n / 3 for n in (1, 1, 1, 2, 2, 2, 3, 3, 3)]


def test_a_call_does_not_wait_for_one_that_its_own_thread_would_have_to_continue():
    shared, count = SharedResults(2), Count()
    suspended = shared.steps("a", count)
    next(suspended)
    assert finished(shared.steps("a", count)) == 2
    assert finished(suspended) == 1
