"""The reference in docs/lines.md is that of the model's lines."""

from shorewise.engine import default_model
from shorewise.udfs.lines_page import lines_reference
from tests.support.for_each import for_each
from tests.support.paths import ROOT

PAGE = (ROOT / "docs" / "lines.md").read_text()
LINES = default_model().lines.values()


def test_the_page_is_up_to_date():
    _, _, generated = PAGE.partition("<!-- generated: everything below -->\n")
    assert generated == lines_reference(), "make docs"


@for_each("line", LINES, ids=lambda one: one.name)
def test_the_page_says_what_the_line_means(line):
    _, _, section = PAGE.partition(f"\n### {line.label}\n\n")
    meaning, name, *_ = [text for text in section.splitlines() if text]
    assert meaning == line.meaning
    assert name.startswith(f"- `{line.name}` = `")
