"""What a host in a process of its own does: answers the calls in its standard input."""

import contextlib
import json
import sys

from shorewise.udfs.functions import FUNCTIONS


@contextlib.contextmanager
def counted_evaluations():
    """A list that grows by one for every evaluation of any function."""
    done = []
    answers = {one: one.answer for one in FUNCTIONS}
    for function, answer in answers.items():

        def counted(*given, answer=answer, **by_name):
            done.append(1)
            return answer(*given, **by_name)

        object.__setattr__(function, "answer", counted)
    yield done
    for function, answer in answers.items():
        object.__setattr__(function, "answer", answer)


def answer_all(call, more=None):
    """Print what each call shows and how often it was evaluated, and what else there is to say."""
    answers = []
    with counted_evaluations() as done:
        for name, arguments in json.load(sys.stdin):
            before = len(done)
            answers.append([call(name, arguments), len(done) - before])
    json.dump([answers, more], sys.stdout)
