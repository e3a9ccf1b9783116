"""Long calls whose cells are calculated again: shared, abandoned, never an old answer."""

import contextlib
import functools
import threading
import time

import pytest

from shorewise.engine.errors import DomainError
from shorewise.udfs.calling import Function, Parameter
from shorewise.udfs.long_calls import CHANGING, WAITING, LongCalls


class Cell:
    """A cell of a program that calculates as Excel does: whenever it is asked to."""

    def __init__(self, calls, address, function, *arguments):
        self.address, self.shown, self.formula = address, [], True
        self._calls, self._function, self._arguments = calls, function, arguments
        self._calculated = threading.Condition()
        self.calculate()

    def edit(self, *arguments):
        self._arguments = arguments
        self.calculate()

    def calculate(self):
        with self._calculated:
            try:
                shown = self._calls.ask(self._function, self._arguments, self)
            except ZeroDivisionError as error:
                shown = f"error: {error}"
            self.shown.append(shown)
            self._calculated.notify_all()

    def if_emptied(self, then):
        if not self.formula:
            then()

    def answer(self, count=1):
        """What it shows after a number of answers."""
        with self._calculated:
            assert self._calculated.wait_for(lambda: len(self._answers()) >= count, 20)
        return self._answers()[-1]

    def _answers(self):
        return [shown for shown in self.shown if shown != WAITING]


class Work:
    """A long function: how often it was begun, and ended or was abandoned, and when it may end."""

    def __init__(self):
        self.begun, self.ended, self.abandoned, self.may_end = [], [], [], threading.Event()
        given = Parameter("given", "What is given", "number", "any", shape="one")
        self.function = Function(
            f"SHORE_WORK_{id(self)}", "Tests", "Work.", "number", (given,), self._steps,
            each=False, long=True,
        )  # fmt: skip

    def _steps(self, given):
        self.begun.append(given)
        try:
            while not self.may_end.wait(0.005):
                yield 0.5
        except GeneratorExit:
            self.abandoned.append(given)
            raise
        if given < 0:
            raise DomainError("given is below 0")
        self.ended.append(given)
        return [[1 / given, "done"]]


@pytest.fixture
def work():
    one = Work()
    yield one
    one.may_end.set()


def wait_for(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_cell_shows_a_text_at_once_and_its_answer_later(work):
    cell = Cell(LongCalls(), "A1", work.function, 4)
    assert cell.shown == [WAITING]
    work.may_end.set()
    assert cell.answer() == [[0.25, "done"]]
    cell.calculate()
    assert cell.answer(2) == [[0.25, "done"]]
    assert work.begun == [4]


def test_a_quick_answer_is_shown_at_once(work):
    work.may_end.set()
    assert Cell(LongCalls(), "A1", work.function, 4).answer() == [[0.25, "done"]]
    assert Cell(LongCalls(), "A1", work.function, -1).answer() == "Shorewise: given is below 0"


def test_equal_calls_share_one_computation(work):
    calls = LongCalls()
    cells = [Cell(calls, f"A{row}", work.function, 4) for row in range(5)]
    assert [cell.shown for cell in cells] == [[WAITING]] * 5
    work.may_end.set()
    assert [cell.answer() for cell in cells] == [[[0.25, "done"]]] * 5
    assert work.begun == [4]


def test_a_changed_argument_abandons_the_computation_and_shows_its_own_answer(work):
    cell = Cell(LongCalls(), "A1", work.function, 4)
    wait_for(lambda: work.begun == [4])
    cell.edit(5)
    wait_for(lambda: work.abandoned == [4])
    work.may_end.set()
    assert cell.answer() == [[0.2, "done"]]
    assert cell.shown.count([[0.25, "done"]]) == 0
    assert work.ended == [5]


def test_a_computation_goes_on_while_another_cell_waits_for_it(work):
    calls = LongCalls()
    one, other = (Cell(calls, address, work.function, 4) for address in ("A1", "A2"))
    one.edit(5)
    work.may_end.set()
    assert (one.answer(), other.answer()) == ([[0.2, "done"]], [[0.25, "done"]])
    assert work.abandoned == []


def test_an_abandoned_call_is_computed_anew_when_it_is_asked_again(work):
    cell = Cell(LongCalls(), "A1", work.function, 4)
    for given in (5, 4):
        cell.edit(given)
    work.may_end.set()
    assert cell.answer() == [[0.25, "done"]]


def test_an_emptied_cell_abandons_its_computation(work):
    cell = Cell(LongCalls(), "A1", work.function, 4)
    cell.formula = False
    wait_for(lambda: work.abandoned == [4])
    assert cell.shown == [WAITING]


def test_an_error_of_the_program_is_raised_where_the_call_is_answered(work):
    cell = Cell(LongCalls(), "A1", work.function, 0)
    work.may_end.set()
    assert cell.answer() == "error: float division by zero"


def test_arguments_that_differ_at_every_calculation_end_in_a_message(work):
    calls, cell = LongCalls(), None
    numbers = iter(range(1, 100))

    class Volatile(Cell):
        def calculate(self):
            self._arguments = (next(numbers),)
            work.may_end.clear()
            super().calculate()
            work.may_end.set()

    cell = Volatile(calls, "A1", work.function)
    assert cell.answer() == CHANGING
    assert len(work.begun) == 3


def test_many_cells_that_ask_from_many_threads_get_their_own_answers(work):
    work.may_end.set()
    calls, found = LongCalls(), {}

    def ask(row):
        found[row] = Cell(calls, f"A{row}", work.function, 1 + row % 7).answer()

    threads = [threading.Thread(target=functools.partial(ask, row)) for row in range(40)]
    with contextlib.ExitStack() as joined:
        for thread in threads:
            thread.start()
            joined.callback(thread.join)
    assert found == {row: [[1 / (1 + row % 7), "done"]] for row in range(40)}
    assert sorted(work.begun) == [1, 2, 3, 4, 5, 6, 7]
