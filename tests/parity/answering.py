"""What a host in a process of its own does: answers the calls in its standard input."""

import json
import sys

from shorewise.udfs.functions import FUNCTIONS


def count_evaluations():
    """A list that grows by one for every evaluation of any function from now on."""
    done = []
    for function in FUNCTIONS:

        def counted(*given, answer=function.answer, **by_name):
            done.append(1)
            return answer(*given, **by_name)

        object.__setattr__(function, "answer", counted)
    return done


def answer_all(call, more=None):
    """Print what each call shows and how often it was evaluated, and what else there is to say."""
    done, answers = count_evaluations(), []
    for name, arguments in json.load(sys.stdin):
        before = len(done)
        answers.append([call(name, arguments), len(done) - before])
    json.dump([answers, more], sys.stdout)
