"""Sign-off, version log, banner of the case, and colours of the verdict, in finished workbooks."""

import io
import itertools

import openpyxl
import pytest

from shorewise.engine import Scenario, ScenarioError
from shorewise.engine.governance import glossary, not_modelled
from shorewise.workbook import workbook_bytes
from shorewise.workbook.description import describe
from shorewise.workbook.read_back import read
from shorewise.workbook.rendering.theme import VERDICTS, Theme, contrast
from tests.support.for_each import for_each
from tests.support.paths import ROOT

SMALL = Scenario.from_toml(ROOT / "tests" / "workbook" / "golden" / "small.toml").to_dict()
SIGNED = {
    "prepared_by": "Ann Example", "prepared_on": "2026-11-20",
    "reviewed_by": "Bo Sample", "reviewed_on": "2026-11-23",
    "approved_by": "Cy Person", "approved_on": "2026-11-30",
    "versions": [
        {"version": "1.0", "date": "2026-11-01", "by": "Ann Example", "changes": "First issue"},
        {"version": "1.10", "changes": "Salaries of October"},
    ],
}  # fmt: skip


def written(**changes):
    return workbook_bytes(describe(Scenario.from_dict(SMALL | changes)))


def opened(data, *, values=True):
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


@pytest.mark.soak
def test_sign_off_and_version_log_survive_a_workbook(tmp_path):
    path = tmp_path / "signed.xlsx"
    path.write_bytes(written(**SIGNED))
    found = read(path)
    assert found == Scenario.from_dict(SMALL | SIGNED)
    assert [row.version for row in found.versions] == ["1.0", "1.10"]
    assert found.to_dict()["versions"][1] == {"version": "1.10", "changes": "Salaries of October"}


def test_who_signs_changes_no_fingerprint():
    assert (
        Scenario.from_dict(SMALL | SIGNED).fingerprint() == Scenario.from_dict(SMALL).fingerprint()
    )


def test_names_typed_into_a_workbook_are_read(tmp_path):
    book = opened(written(), values=False)
    book["Governance"]["B7"] = "Bo Sample"  # the row below Prepared
    path = tmp_path / "typed.xlsx"
    book.save(path)
    assert read(path).reviewed_by == "Bo Sample"


@for_each(
    ("changes", "words"),
    [
        ({"approved_on": "soon"}, "approved_on is 'soon'; it must be a date"),
        ({"reviewed_on": "1905-07-18"}, "to Excel a year typed alone is a day of 1905"),
        ({"versions": [{"who": "Ann"}]}, "who"),
        ({"versions": [{"by": "x" * 61}]}, "1 to 60 characters"),
        ({"versions": [{}] * 31}, "31 versions; there may be at most 30"),
    ],
)
def test_a_wrong_entry_is_named(changes, words):
    with pytest.raises(ScenarioError, match=words):
        Scenario.from_dict(SMALL | changes)


@pytest.mark.soak
@for_each(("number", "words"), [(1, "Base"), (2, "Optimistic"), (3, "Pessimistic")])
def test_the_case_in_force_is_named_on_every_sheet_with_a_heading(number, words):
    book = opened(written(case_number=number))
    banner = f"{words} case: {SMALL['name']}"
    other = {sheet.title for sheet in book if sheet["A2"].value != banner}
    assert other == {"Countries", "Law"}  # the same in every workbook


def test_the_colour_of_a_verdict_has_the_words_of_the_verdict():
    book = opened(written(), values=False)
    fills = Theme.default().fill
    for title in ("Fit", "Board"):
        found = [
            [(rule.formula[0][-2:], rule.dxf.fill.bgColor.rgb[-6:]) for rule in area.rules]
            for area in book[title].conditional_formatting
            if area.rules[0].formula[0].endswith("=0")
        ]
        expected = [(f"={n}", fills[word]) for n, word in enumerate(VERDICTS)]
        assert found, title
        assert all(rules == expected for rules in found), title


def test_verdicts_differ_in_lightness():
    fills = [Theme.default().fill[word] for word in VERDICTS]
    lightness = [contrast(fill, "000000") for fill in fills]
    assert lightness == sorted(lightness)
    assert all(b / a >= 1.15 for a, b in itertools.pairwise(lightness))


def test_documents_have_the_terms_and_what_is_left_out():
    pages = {
        name: (ROOT / "docs" / name).read_text("utf-8") for name in ("glossary.md", "limits.md")
    }
    for one in glossary():
        assert one.meaning in pages["glossary.md"]
    for one in not_modelled():
        assert one.consequence in pages["limits.md"]
