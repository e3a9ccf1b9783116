"""Functions called from many threads at once, as a server's pool calls them."""

import itertools
import random
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from shorewise.udfs import calling
from shorewise.udfs.functions import FUNCTIONS
from tests.support.function_calls import CALLS, same

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


@pytest.mark.usefixtures("switching_often")
def test_every_function_answers_in_many_threads_as_the_table_says():
    assert {call.function for call in SOME} == BY_NAME.keys()

    def wrong(thread):
        mixed = random.Random(thread).sample(SOME, len(SOME))
        found = [calling.call(BY_NAME[call.function], *call.arguments) for call in mixed]
        pairs = zip(mixed, found, strict=True)
        return [call.id for call, one in pairs if not same(one, call.expected, call.tolerance)]

    calling.cached_answer.cache_clear()
    with ThreadPoolExecutor(THREADS) as threads:
        assert [*threads.map(wrong, range(THREADS))] == [[]] * THREADS
