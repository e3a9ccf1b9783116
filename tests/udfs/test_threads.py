"""Functions called from many threads at once, as a server's pool calls them."""

import itertools
import random
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from shorewise.udfs import calling, uncertainty
from shorewise.udfs.functions import FUNCTIONS
from shorewise.udfs.shared_results import SharedResults
from tests.support.function_calls import CALLS

THREADS = 8
BY_NAME = {one.name: one for one in FUNCTIONS}
# Two calls of each function: the table begins with those that have a value.
SOME = [
    call
    for _, calls in itertools.groupby(
        sorted(CALLS, key=lambda one: one.function), lambda one: one.function
    )
    for call in itertools.islice(calls, 2)
]


@pytest.fixture
def switching_often():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def forget(monkeypatch):
    """Empty all caches of answers."""
    calling.cached_answer.cache_clear()
    monkeypatch.setattr(calling, "_LONG", SharedResults(256))
    monkeypatch.setattr(uncertainty, "_SIMULATIONS", SharedResults(2))


@pytest.mark.usefixtures("switching_often")
def test_every_function_answers_in_many_threads_as_in_one(monkeypatch):
    assert {call.function for call in SOME} == BY_NAME.keys()

    def answer(number):
        call = SOME[number]
        return number, repr(calling.call(BY_NAME[call.function], *call.arguments))

    forget(monkeypatch)
    alone = dict(map(answer, range(len(SOME))))
    forget(monkeypatch)
    orders = [
        random.Random(thread).sample(range(len(SOME)), len(SOME)) for thread in range(THREADS)
    ]
    with ThreadPoolExecutor(THREADS) as threads:
        found = [*threads.map(lambda order: [*map(answer, order)], orders)]
    wrong = [SOME[n].id for pairs in found for n, shown in pairs if shown != alone[n]]
    assert wrong == []
