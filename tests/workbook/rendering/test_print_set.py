"""The pages that a board gets, as LibreOffice prints them."""

import os
import re
import shutil
import subprocess

import pytest

from shorewise.engine import Scenario
from shorewise.workbook import describe, workbook_bytes
from tests.support.generated_workbooks import FRONT

PAPER = FRONT[: FRONT.index("Sensitivity") + 1]
needs_printing = pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext"))
    and "SHOREWISE_TEST_ALL" not in os.environ,
    reason="needs LibreOffice and pdftotext",
)


@needs_printing
def test_the_paper_for_the_board_prints_on_eight_pages_each_sheet_in_its_order(tmp_path):
    book = describe(Scenario.default())
    for sheet in book.sheets:  # as if the tabs from Board to Sensitivity were selected
        sheet.hidden = sheet.title not in PAPER
    source = tmp_path / "paper.xlsx"
    source.write_bytes(workbook_bytes(book))
    # With the values in the file: to compute all tables anew takes minutes and changes no page.
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=300)
    pdf = source.with_suffix(".pdf")
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True)
    pages = text.stdout.decode().split("\f")[:-1]
    feet = [re.split(r"\s{2,}", page.strip().splitlines()[-1]) for page in pages]
    assert [title for title, _ in feet] == [
        "Board", "Inputs", "Inputs", *PAPER[2:],
    ]  # fmt: skip
    assert [number for _, number in feet] == [f"Page {n} of 8" for n in range(1, 9)]
    assert pages[0].strip().startswith("Recommended: Mid")
