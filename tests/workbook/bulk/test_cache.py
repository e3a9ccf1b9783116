"""Compiled templates are kept between runs, and looked at before they are used again."""

import pytest

from shorewise.engine import Scenario
from shorewise.workbook.bulk import cache
from shorewise.workbook.context import Context
from shorewise.workbook.package import fast
from shorewise.workbook.template import Template, marked_texts

SCENARIO = Scenario.from_dict(Scenario.default().to_dict() | {"horizon_months": 6}, "small")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture(scope="module")
def compiled():
    return Template.compiled(SCENARIO)


def stamped(template):
    context = Context.of(SCENARIO)
    (found,) = template.workbooks(context.values, [marked_texts(SCENARIO, context.texts)])
    return found


def test_a_kept_template_gives_the_same_bytes(compiled):
    assert stamped(Template.loaded(compiled.saved())) == stamped(compiled)


def test_a_template_that_was_changed_on_disk_is_none(compiled):
    data = compiled.saved()
    for changed in (data[:-1], data + b" ", data.replace(b"Summary", b"Sammury", 1), b"", b"\n"):
        assert Template.loaded(changed) is None


def test_the_second_run_compiles_nothing(folder, compiled, monkeypatch):
    compilations = []

    def counted(scenario, *_):
        compilations.append(scenario)
        return compiled

    monkeypatch.setattr(Template, "compiled", counted)
    for _ in range(2):
        assert cache.template_of(SCENARIO, None, fast()).fits(SCENARIO)
    assert len(compilations) == len(list(folder.iterdir())) == 1
    (kept,) = folder.iterdir()
    kept.write_bytes(kept.read_bytes()[:-9])
    cache.template_of(SCENARIO, None, fast())
    assert len(compilations) == 2
    assert Template.loaded(kept.read_bytes()) is not None
    monkeypatch.setattr(cache, "code_hash", lambda: "another version")
    cache.template_of(SCENARIO, None, fast())
    assert len(compilations) == 3


def test_a_folder_that_cannot_be_written_costs_time_and_nothing_else(
    tmp_path, monkeypatch, compiled
):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "file"))
    monkeypatch.setattr(Template, "compiled", lambda *_: compiled)
    assert cache.template_of(SCENARIO, None, fast()) is compiled
