"""A model is checked when it is loaded; its lines are complete and in order."""

from collections import Counter, defaultdict

import numpy as np
import pytest

from shorewise.engine import Input, Model, ModelError, default_model, line
from shorewise.engine.axes import shape_of
from shorewise.engine.lists import BUILTINS
from tests.support.for_each import for_each
from tests.support.sample_scenarios import random_scenario

LINES = list(default_model().lines.values())
EACH = for_each("entry", LINES, ids=[entry.name for entry in LINES])


def an_input(name, axes=(), unit="money"):
    return Input(name, name, unit, axes, 1, 0, 9, "test")


def a_line(name, function, over=(), unit="money"):
    function.__name__ = name
    return line(name.capitalize(), unit=unit, over=over)(function)


PRICE = an_input("price")
COST = a_line("cost", lambda price: 2 * price)
UNDECLARED = [
    pytest.param(
        [an_input("price", (axis,))],
        [a_line("cost", lambda price: 2 * price)],
        ["cost", "does not fit its axes", "(none)"],
        id=f"line-varies-over-{axis}-undeclared",
    )
    for axis in ("plan", "site", "role", "month", "tenure")
]
WRONG_AXES = [
    pytest.param(
        [an_input("price", axes)],
        [],
        ["price has axes", "site", "in that order"],
        id=f"input-{why}",
    )
    for axes, why in [
        (("country",), "over-an-unknown-axis"),
        (("scenario",), "over-scenarios"),
        (("role", "site"), "axes-out-of-order"),
        (("site", "site"), "axis-twice"),
        (("month", "tenure"), "month-and-tenure"),
    ]
] + [
    pytest.param(
        [PRICE],
        [a_line("cost", lambda price: 2 * price, over)],
        ["cost has axes", "site", "in that order"],
        id=f"line-{why}",
    )
    for over, why in [
        (("country",), "over-an-unknown-axis"),
        (("scenario",), "over-scenarios"),
        (("month", "plan"), "axes-out-of-order"),
        (("plan", "plan"), "axis-twice"),
    ]
]


@pytest.mark.parametrize(
    ("inputs", "lines", "parts"),
    [
        pytest.param(
            [],
            [a_line("hen", lambda egg: egg), a_line("egg", lambda hen: hen)],
            ["cycle", "hen", "egg", "->"],
            id="cycle-of-two",
        ),
        pytest.param([], [a_line("hen", lambda hen: hen)], ["cycle", "hen -> hen"], id="own-cause"),
        pytest.param(
            [PRICE],
            [a_line("cost", lambda prize: prize)],
            ["cost has the parameter prize", "not an input or a line", "did you mean price?"],
            id="unknown-name",
        ),
        pytest.param(
            [PRICE],
            [a_line("cost", lambda price: price, unit="")],
            ["cost has no unit"],
            id="line-without-unit",
        ),
        pytest.param(
            [an_input("price", unit="")], [], ["price has no unit"], id="input-without-unit"
        ),
        pytest.param([PRICE, PRICE], [], ["price is declared twice"], id="input-twice"),
        pytest.param([PRICE], [COST, COST], ["cost is declared twice"], id="line-twice"),
        pytest.param(
            [PRICE],
            [a_line("price", lambda month: month)],
            ["price is declared twice"],
            id="line-named-as-an-input",
        ),
        pytest.param([an_input("month")], [], ["month is declared twice"], id="input-named-month"),
        pytest.param(
            [an_input("price", ("site",))],
            [a_line("cost", lambda price: np.sum(price))],
            ["cost"],
            id="line-that-drops-its-axes",
        ),
        pytest.param(
            [an_input("price", ("site", "role"))],
            [a_line("cost", lambda price: np.swapaxes(price, 2, 3), ("site", "role"))],
            ["cost", "does not fit its axes"],
            id="line-that-swaps-its-axes",
        ),
        *UNDECLARED,
        *WRONG_AXES,
    ],
)
def test_an_invalid_model_is_refused_when_it_is_loaded(inputs, lines, parts):
    with pytest.raises(ModelError) as caught:
        Model(inputs, lines)
    assert [part for part in parts if part not in str(caught.value)] == []


@pytest.mark.parametrize("axis", ["plan", "site", "role", "month", "tenure"])
def test_a_line_may_vary_over_a_declared_axis(axis):
    model = Model([an_input("price", (axis,))], [a_line("cost", lambda price: 2 * price, (axis,))])
    assert list(model.lines) == ["cost"]


def test_a_line_may_declare_an_axis_over_which_it_is_constant():
    model = Model(
        [PRICE, an_input("heads", ("plan", "site", "role"))],
        [a_line("cost", lambda price: 2 * price, ("site",))],
    )
    given = {"price": np.full((1, 1, 1, 1, 1), 4.0), "heads": np.ones((1, 2, 3, 1, 1))}
    assert model.evaluate(given, 6)["cost"].tolist() == [[[[[8.0]], [[8.0]], [[8.0]]]]]


def test_a_line_declared_before_its_dependencies_is_moved_after_them():
    tax = a_line("tax", lambda cost: cost / 2)
    assert list(Model([PRICE], [tax, COST]).lines) == ["cost", "tax"]


def test_lines_keep_the_order_of_declaration_if_dependencies_allow():
    names = ["zebra", "cost", "apple"]
    model = Model([PRICE], [a_line(name, lambda price: 2 * price) for name in names])
    assert list(model.lines) == names


def test_every_line_comes_after_its_dependencies():
    model = default_model()
    seen = {*BUILTINS, *model.inputs}
    for name in model.lines:
        assert seen.issuperset(model.parameters[name])
        seen.add(name)


CHAIN = Model(
    [PRICE],
    [COST, a_line("tax", lambda cost: cost / 2), a_line("label", lambda price: price)],
)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        pytest.param(None, ["cost", "tax", "label"], id="all"),
        pytest.param([], [], id="nothing"),
        pytest.param(["tax"], ["cost", "tax"], id="with-what-it-depends-on"),
        pytest.param(["label", "cost"], ["cost", "label"], id="in-the-model's-order"),
        pytest.param(["price", "month"], [], id="inputs-need-no-line"),
    ],
)
def test_needed_lines_are_the_wanted_ones_and_their_dependencies(wanted, names):
    assert [entry.name for entry in CHAIN.needed(wanted)] == names


@pytest.mark.parametrize("method", ["needed", "evaluate"])
def test_an_unknown_wanted_line_is_refused_with_the_closest_name(method):
    arguments = (["taxes"],) if method == "needed" else ({"heads": np.ones((1,) * 5)}, 6, ["taxes"])
    with pytest.raises(ModelError, match=r"^no line is called taxes; did you mean tax\?$"):
        getattr(CHAIN, method)(*arguments)


def test_only_needed_lines_are_evaluated():
    given = {"price": np.full((1,) * 5, 3.0), "heads": np.ones((1,) * 5)}
    assert CHAIN.evaluate(given, 6, ["cost"]).keys() == {*BUILTINS, "price", "heads", "cost"}


def test_a_line_among_the_given_values_is_not_recomputed():
    given = {"cost": np.full((1,) * 5, 8.0), "heads": np.ones((1,) * 5)}
    assert CHAIN.evaluate(given, 6, ["tax"])["tax"].item() == 4


def same_shape():
    """Random scenarios that differ in everything but their shape, at least four of each shape."""
    groups = defaultdict(list)
    for seed in range(200):
        scenario = random_scenario(seed)
        axes = ("plan", "site", "role", "wave")
        name = "-".join(f"{scenario.sizes[axis]}-{axis}s" for axis in axes)
        groups[name].append(scenario)
    return {name: group for name, group in groups.items() if len(group) >= 4}


def test_scenarios_evaluated_together_give_the_same_bits_as_one_by_one():
    found = same_shape()
    assert len(found) > 5
    for shape, scenarios in found.items():
        assert_same_bits(scenarios, shape)


def assert_same_bits(scenarios, shape):
    model, months = default_model(), 24
    stacked = {
        name: np.concatenate([scenario.values[name] for scenario in scenarios])
        for name in scenarios[0].values  # inputs, and the calendar month of month 1
    }
    together = model.evaluate(stacked, months)
    for position, scenario in enumerate(scenarios):
        alone = model.evaluate(scenario.values, months)
        for name in model.lines:
            # A line of the months alone has no scenario axis to take from.
            found = np.broadcast_to(together[name], (len(scenarios), *together[name].shape[1:]))
            np.testing.assert_array_equal(
                found[position], alone[name][0], err_msg=f"{name} of {shape}"
            )


def test_every_line_has_the_shape_of_its_axes():
    scenario = random_scenario(3)
    sizes, found = scenario.sizes, scenario.evaluate()
    for entry in LINES:
        assert found[entry.name].shape == shape_of(entry.over, sizes), entry.name


@EACH
def test_every_line_has_a_label(entry):
    assert entry.label.strip()


@EACH
def test_every_line_has_a_unit(entry):
    assert entry.unit.strip()


@EACH
def test_every_line_has_a_description(entry):
    assert len(entry.meaning.split()) >= 2


@EACH
def test_every_line_has_a_heading(entry):
    assert entry.topic.strip()


def test_every_label_names_one_line_or_input_alone():
    model = default_model()
    labels = Counter(one.label for one in [*model.inputs.values(), *model.lines.values()])
    assert [label for label, times in labels.items() if times > 1] == []
