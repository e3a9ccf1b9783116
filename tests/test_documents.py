"""The examples of README.md and docs/ run as printed, and do what the documents say."""

import ast
import csv
import io
import re
import runpy
import shlex
import shutil

import click
import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook

import shorewise
from shorewise.cli import main
from shorewise.engine import Scenario, take
from shorewise.workbook import read
from tests.support.document_examples import blocks, is_printed, run, run_in_shell
from tests.support.paths import ROOT
from tests.support.soak import SOAK


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("documents")


@pytest.fixture(scope="module")
def left(folder):
    """What docs/workbook.md defines; its files are in the folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return run("docs/workbook.md")


def test_the_readme_example_gives_results_and_writes_a_workbook(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("README.md")["case"] == Scenario.preset("mid")
    assert read("mid.xlsx") == Scenario.preset("mid")


@pytest.mark.soak
def test_a_book_gives_formula_and_value_by_sheet_and_address(left):
    assert round(left["saving"].value, 3) == 0.349
    assert "Returns!" in left["saving"].text


@pytest.mark.soak
def test_both_ways_to_write_a_file_give_the_same_bytes(left, folder):
    assert left["written"] == folder / "again.xlsx"
    assert left["written"].read_bytes() == (folder / "mid.xlsx").read_bytes()


@pytest.mark.soak
def test_the_example_reads_back_and_passes_check_and_lint(left):
    assert left["back"] == left["scenario"]
    assert left["differences"].empty
    assert left["findings"].empty


def test_a_stamped_workbook_shows_its_value_and_keeps_its_formula(left):
    for values, expected in ((True, 80), (False, "=A1*A2")):
        book = load_workbook(io.BytesIO(left["stamped"]), data_only=values)
        assert book["Budget"]["A3"].value == expected


def test_lint_finds_nothing_on_a_custom_sheet(left):
    assert left["board_findings"].empty


def test_a_custom_sheet_shows_lines_and_its_own_row(left, folder):
    board = load_workbook(folder / "per_head.xlsx", data_only=True)["Per head"]
    values = left["scenario"].evaluate()
    for column, plan in (("C", 0), ("D", 1)):
        cost, heads, per_head = (board[f"{column}{row}"].value for row in (6, 7, 8))
        assert cost == take(values, "total_cost", plan=plan)
        assert heads == take(values, "plan_heads", plan=plan)
        assert per_head == cost / heads


def test_check_lists_a_custom_sheet_and_nothing_else(left):
    differences = left["board_differences"]
    own = {cell for sheet, cell in left["book"].formulas() if sheet == "Per head"}
    assert {*differences.cell} == {f"Per head!{cell}" for cell in own}
    assert {*differences.what} == {"formula"}
    assert {*differences.expected} == {"no formula"}


def test_a_custom_sheet_does_not_change_the_inputs(left, folder):
    assert read(folder / "per_head.xlsx") == left["scenario"]


@pytest.mark.soak
def test_the_short_bulk_commands_do_what_the_page_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    text = (ROOT / "docs" / "bulk.md").read_text()
    script, *commands = re.search(r"```sh\n(.*?)```", text, re.DOTALL)[1].splitlines()
    runpy.run_path(shlex.split(script)[1])
    shown = re.search(r"```\n(scenario,.*?)```", text, re.DOTALL)[1].splitlines()
    written = (tmp_path / "scenarios.csv").read_text().splitlines()
    assert len(written) == 10_001
    for line, start in zip(written, shown, strict=False):
        assert line.startswith(start.removesuffix("..."))
    for command in commands:
        name, *arguments = shlex.split(command)
        found = CliRunner().invoke(main, [*arguments, "--processes", "1"])
        assert (name, found.exit_code) == ("shorewise", 0), found.output
    assert not (tmp_path / "check").exists()
    books = sorted((tmp_path / "few").glob("part-*/workbooks/*.xlsx"))
    assert [book.stem for book in books] == ["S00001", "S00007"]
    assert read(books[1]).name == "Variation 7"
    with open(tmp_path / "results" / "results.csv", newline="") as file:
        assert len(list(csv.DictReader(file))) == 3_000 * 4
    assert len(list((tmp_path / "results").glob("part-*"))) == 3


def test_bulk_in_python_gives_the_results_of_each_row(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("docs/bulk.md")["report"].summary.scenarios == 2
    assert (tmp_path / "rates" / "results.csv").is_file()
    assert read(tmp_path / "high.xlsx").values["discount_rate"].item() == 0.15


# Run elsewhere: docs/extending.md, whose example belongs in a module of the product, and
# docs/one-salary.md.
WITH_PYTHON = {
    "README.md",
    *(
        f"docs/{path.name}"
        for path in (ROOT / "docs").glob("*.md")
        if "```python" in path.read_text("utf-8")
        and path.name not in ("extending.md", "one-salary.md")
    ),
}
RUN_ABOVE = {"README.md", "docs/workbook.md", "docs/bulk.md"}


def two_years_of_hybrid():
    """The example hybrid.toml with half its months, of which workbooks are made in half the time.

    ``make soak`` runs the documents with all of them.
    """
    hybrid = (ROOT / "examples" / "hybrid.toml").read_text("utf-8")
    shorter = hybrid.replace("horizon_months = 48", "horizon_months = 24")
    assert shorter != hybrid
    return hybrid if SOAK else shorter


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("document", sorted(WITH_PYTHON - RUN_ABOVE))
def test_the_python_examples_of_a_document_run_as_printed(document, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hybrid.toml").write_text(two_years_of_hybrid(), "utf-8")
    (tmp_path / "ledger.csv").write_bytes((ROOT / "examples" / "ledger.csv").read_bytes())
    (tmp_path / "vendor_quote.csv").write_bytes((ROOT / "examples/vendor_quote.csv").read_bytes())
    (tmp_path / "firm.toml").write_bytes((ROOT / "examples" / "theme.toml").read_bytes())
    book = Workbook()
    book.active["A1"] = "=SHORE_LOADED_COST(60000)"
    book.save("book.xlsx")
    run(document)


@pytest.mark.parametrize("document", sorted(WITH_PYTHON))
def test_python_examples_import_public_names_only(document):
    text = (ROOT / document).read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    for node in ast.walk(ast.parse("\n".join(blocks))):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("shorewise"):
            assert node.module == "shorewise.workbook", "what sheets are made of, else shorewise"
            exported = {*shorewise.workbook.__all__}
            assert {name.name for name in node.names} <= exported - {*shorewise.__all__}
        if isinstance(node, ast.Import):
            ours = [one.name for one in node.names if one.name.startswith("shorewise")]
            assert ours in ([], ["shorewise"])
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert node.value.id != "sw" or node.attr in shorewise.__all__


def test_every_command_of_the_readme_runs_as_printed_and_prints_what_is_shown(tmp_path):
    """In a real shell, in order; make and Windows have no part in it."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    done = run_in_shell("README.md", tmp_path, {})
    assert len(done) > 25
    assert [one for one in done if one.code] == []
    [table] = blocks("README.md", "text")
    assert is_printed(table, done[0].output)


@pytest.mark.soak
@pytest.mark.parametrize(
    "documents",
    [
        pytest.param(["docs/uncertainty.md"], id="uncertainty"),
        pytest.param(
            ["docs/actuals.md", "docs/workbook.md", "docs/languages.md", "docs/install.md"],
            id="others",
        ),
        pytest.param(["docs/template.md"], id="template"),
    ],
)
def test_the_commands_of_the_documents_run_as_printed(documents, tmp_path):
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    if len(documents) > 1:  # docs/uncertainty.md solves for a saving that only 48 months allow
        (tmp_path / "examples" / "hybrid.toml").write_text(two_years_of_hybrid(), "utf-8")
    for document in documents:
        done = run_in_shell(document, tmp_path, {"HOME": str(tmp_path)})
        assert done, document
        assert [one for one in done if one.code] == []


DOCUMENTS = ["README.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]


def commands_in(document):
    """Every command line of shorewise in a document, as words."""
    text = (ROOT / document).read_text("utf-8")
    inline = re.findall(
        r"`(shorewise [^`]*)`", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    )
    in_blocks = re.findall(r"^\$? ?(shorewise .*)$", text, re.MULTILINE)
    for line in (*inline, *in_blocks):
        ours, *_ = re.split(r" [#|>]", line.replace("\n", " "))  # not what its output goes to
        yield line, shlex.split(ours)[1:]


@pytest.mark.parametrize("document", sorted(DOCUMENTS))
def test_every_command_that_a_document_names_exists_with_its_options(document):
    for line, words in commands_in(document):
        command = main
        while isinstance(command, click.Group) and words and not words[0].startswith("-"):
            command = command.get_command(click.Context(command), words.pop(0))
            assert command is not None, line
        known = {flag for parameter in command.params for flag in parameter.opts}
        flags = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
        assert flags <= known | {"--help", "--version"}, line


def test_the_documents_count_the_functions_as_they_are():
    from shorewise.engine.calculators.catalogue import CATALOGUE
    from shorewise.udfs.functions import FUNCTIONS

    for page in ("README.md", "docs/install.md"):
        said = re.findall(r"(\d+) functions", (ROOT / page).read_text("utf-8"))
        assert {*said} == {str(len(FUNCTIONS))}, page
    in_workbooks = len(CATALOGUE) + 1  # with SHORE_EMPLOYER_COST
    assert f"{in_workbooks} of them work in Excel 365" in (ROOT / "README.md").read_text("utf-8")
