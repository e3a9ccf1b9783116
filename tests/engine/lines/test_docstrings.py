"""Docstrings of the model's lines: numpydoc's sections, true of what the lines compute."""

import ast
import inspect
import re
from collections import Counter

import numpy as np
import pytest

from shorewise.engine import default_model
from shorewise.engine.axes import shape_of, with_periods
from shorewise.engine.docstrings import description_of
from shorewise.engine.lists import BUILTINS

MODEL = default_model()
LINES = MODEL.lines.values()
SIZES = with_periods({"scenario": 11, "plan": 2, "site": 3, "role": 5, "month": 7, "wave": 13})
ENTRY = re.compile(r"^(\w+ : )?array, shape \(([\w, ]*)\)$")


def sections(line):
    """Sections of a line's docstring by heading: lists of lines of text, the first under ""."""
    found, heading = {"": []}, ""
    for text in inspect.getdoc(line.function).splitlines():
        if text and set(text) == {"-"}:
            heading = found[heading].pop()
            found[heading] = []
        else:
            found[heading].append(text)
    return found


def stated(texts):
    """Name, axes and description of each entry of a section."""
    entries = []
    for text in filter(None, texts):
        if match := ENTRY.match(text):
            name, axes = match.groups()
            entries.append(((name or "").removesuffix(" : "), tuple(re.findall(r"\w+", axes)), []))
        else:
            assert text.startswith("    "), text
            entries[-1][2].append(text.strip())
    return entries


def computed():
    """Every array of the model for eleven scenarios of different prime sizes."""
    values = {}
    for name, entry in MODEL.inputs.items():
        shape = (SIZES["scenario"], *shape_of(entry.axes, SIZES)[1:])
        values[name] = np.ones(shape, entry.dtype)
    return MODEL.evaluate(values, SIZES["month"])


def shape_of_stated(axes):
    """Shape of an array that varies over the stated axes, the scenario among them."""
    scenarios = SIZES["scenario"] if "scenario" in axes else 1
    return (scenarios, *shape_of([name for name in axes if name != "scenario"], SIZES)[1:])


def test_every_line_has_the_sections_of_numpydoc():
    wanted = ["", "Parameters", "Returns", "Notes"]
    assert [line.name for line in LINES if list(sections(line)) != wanted] == []


def test_every_parameter_is_described_in_the_order_of_the_signature():
    for line in LINES:
        entries = stated(sections(line)["Parameters"])
        names = [name for name, _, _ in entries]
        assert names == list(inspect.signature(line.function).parameters), line.name
        for name, _, description in entries:
            assert re.fullmatch(r".{3,}\. Unit: .+\.", " ".join(description)), (line.name, name)


def test_stated_shapes_are_those_of_the_evaluated_arrays():
    arrays = computed()
    for line in LINES:
        found = sections(line)
        for name, axes, _ in stated(found["Parameters"]):
            assert arrays[name].shape == shape_of_stated(axes), (line.name, name)
        [(_, axes, _)] = stated(found["Returns"])
        assert arrays[line.name].shape == shape_of_stated(axes), line.name


def test_stated_labels_and_units_are_those_declared():
    declared = {**BUILTINS, **MODEL.inputs, **MODEL.lines}
    for line in LINES:
        found = sections(line)
        for name, _, description in stated(found["Parameters"]):
            one = declared[name]
            heading = f" ({one.topic.lower()})" if getattr(one, "list_axis", "") else ""
            assert description == [f"{one.label}{heading}. Unit: {one.unit}."], (line.name, name)
        [(_, _, description)] = stated(found["Returns"])
        assert description[0] == f"{line.label}. Unit: {line.unit}."


def test_every_line_states_its_formula_as_python_that_names_all_its_parameters():
    for line in LINES:
        texts = sections(line)["Notes"]
        code = "\n".join(text[4:] for text in texts if text.startswith("    "))
        names = {one.id for one in ast.walk(ast.parse(code)) if isinstance(one, ast.Name)}
        assert names.issuperset(inspect.signature(line.function).parameters), line.name


def test_every_line_states_its_source():
    for line in LINES:
        last = sections(line)["Notes"][-1]
        assert re.fullmatch(r"Source: .+[^.]\.", last), line.name


def test_the_first_sentence_of_every_line_says_what_it_is():
    for line in LINES:
        summary = inspect.getdoc(line.function).partition("\n")[0]
        assert summary == line.description.summary
        assert summary.endswith("."), line.name
        assert len(summary.split()) >= 4, (line.name, summary)


def test_the_first_sentence_of_every_line_is_its_own():
    summaries = Counter(line.description.summary for line in LINES)
    assert [one for one, times in summaries.items() if times > 1] == []


def test_nan_is_stated_exactly_where_it_is_declared():
    for line in LINES:
        said = [text for text in sections(line)["Returns"] if "NaN" in text]
        assert said == ([f"    NaN where {line.nan_where}."] if line.nan_where else []), line.name


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("One.", ("One.", "", ""), id="summary"),
        pytest.param("One. Source: S0-1.", ("One.", "", "S0-1"), id="source-in-the-same-line"),
        pytest.param("One.\n\n    Two\n    three.\n    ", ("One.", "Two three.", ""), id="reasons"),
        pytest.param(
            "One.\n\n    Two. Source: S0-1 to\n    S0-3.\n    ",
            ("One.", "Two.", "S0-1 to S0-3"),
            id="all",
        ),
    ],
)
def test_a_docstring_in_the_source_is_a_summary_reasons_and_a_source(text, parts):
    assert description_of(len, text) == parts


def test_no_first_sentence_leans_on_its_neighbours():
    leaning = re.compile(
        r"^(the same|as if|as entered|these|those|it|that|all sites)\b|\babove:", re.I
    )
    assert [one.name for one in LINES if leaning.search(one.description.summary)] == []
