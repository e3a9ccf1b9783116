"""What some Excel would refuse is found, with the reason and the cure."""

from dataclasses import replace

import pytest

from shorewise import udfs
from shorewise.udfs.calling import Parameter
from shorewise.udfs.functions import FUNCTIONS
from shorewise.udfs.register import registered
from tests.support.registration_rules import RULES, findings

GOOD = next(one for one in FUNCTIONS if one.name == "SHORE_TRAVEL_COST")
SALARY = Parameter("salary", "Salary", "money/year", "1 or more")


def made(*names, **changes):
    """A function with arguments of these names."""
    parameters = tuple(SALARY._replace(name=name) for name in names) or GOOD.parameters
    return replace(GOOD, **({"parameters": parameters} | changes))


def hinted(salary: float | None):
    return salary


def by_keyword(*, salary):
    return salary


WRONG = [
    pytest.param(made("currency"), None, "currency", "word of VBA", id="reserved"),
    pytest.param(made("Integer"), None, "Integer", "word of VBA", id="reserved-capital"),
    pytest.param(made("caller"), None, "caller", "wrapper", id="of-xlwings"),
    pytest.param(made(name="SHORE1"), None, "", "looks like a cell", id="cell"),
    pytest.param(made(name="ABC12"), None, "", "looks like a cell", id="cell-of-three-letters"),
    pytest.param(made("r1c1"), None, "r1c1", "looks like a cell", id="r1c1"),
    pytest.param(made("FTE1"), None, "FTE1", "looks like a cell", id="argument-like-a-cell"),
    pytest.param(made("_rate"), None, "_rate", "not a valid name in VBA", id="underscore-first"),
    pytest.param(made(name="SHORE.COST"), None, "", "not a valid name in VBA", id="point"),
    pytest.param(made("pay", "PAY"), None, "PAY", "used twice", id="twice"),
    pytest.param(made(*(f"a_{'x' * 60}_{c}" for c in "abcd")), None, "", "254", id="names"),
    pytest.param(made(does="x" * 256), None, "", "256 characters", id="help"),
    pytest.param(
        made(parameters=(SALARY._replace(label="x" * 256),)), None, "salary", "255", id="argument"
    ),
    pytest.param(made(*(f"a_{'b' * n}" for n in range(61))), None, "", "at most 60", id="many"),
    pytest.param(made(does=" "), None, "", "no help", id="no-help"),
    pytest.param(made(unit=""), None, "", "no unit", id="no-unit"),
    pytest.param(
        made(parameters=(SALARY._replace(unit=""),)), None, "salary", "no unit", id="no-unit-there"
    ),
    pytest.param(made("salary"), hinted, "salary", "no converter", id="union"),
    pytest.param(made("salary"), by_keyword, "salary", "by position", id="keyword-only"),
    pytest.param(made("pay"), hinted, "", "not as declared", id="another-signature"),
    pytest.param(
        made(parameters=(SALARY._replace(optional=True), SALARY._replace(name="pay"))),
        lambda salary=None, pay=None: (salary, pay), "pay", "required after", id="optional-first",
    ),
]  # fmt: skip


def test_the_functions_of_shorewise_break_no_rule():
    assert findings((one, getattr(udfs, one.name)) for one in FUNCTIONS) == []


@pytest.mark.parametrize(("function", "python", "argument", "what"), WRONG)
def test_a_mistake_is_found_with_its_reason_and_remedy(function, python, argument, what):
    found = findings([(function, python or _python(function))])
    (one,) = [one for one in found if one.argument == argument and what in one.what]
    assert one.function == function.name
    assert one.why.endswith(".")
    assert one.cure.endswith(".")


def _python(function):
    """A Python function with the arguments, as far as their names allow one."""
    try:
        return registered(function, "tests")
    except ValueError:  # twice the same name
        return lambda pay: pay


def test_functions_with_the_same_name_are_found():
    python = registered(GOOD, "tests")
    (one,) = findings([(GOOD, python), (GOOD, python)])
    assert one.what == "it is used twice"


def test_every_rule_is_broken_by_one_of_the_test_cases():
    broken = set()
    for case in WRONG:
        function, python, *_ = case.values
        broken |= {
            one.why + one.cure for one in findings([(function, python or _python(function))])
        }
    assert {rule.why + rule.cure for rule in RULES} <= broken
