"""Workbooks printed by LibreOffice: the sheets for readers, on as many pages as they have."""

import shutil

import pytest

from shorewise.engine import Scenario
from shorewise.workbook import describe, workbook_bytes
from shorewise.workbook.errors import WorkbookError
from shorewise.workbook.pdf import printed, refuse_pdf, with_print_set

NO_LIBREOFFICE = shutil.which("soffice") is None


@pytest.mark.soak
@pytest.mark.skipif(NO_LIBREOFFICE, reason="LibreOffice is not installed")
def test_the_sheets_for_readers_are_printed_and_no_others():
    book = with_print_set(workbook_bytes(describe(Scenario.default())))
    first, second = printed([book, book])
    for pdf in (first, second):
        assert pdf.startswith(b"%PDF")
        # Board, Inputs on two pages, Cost per head, Cash, Bridge, Scenarios, Sensitivity
        assert pdf.count(b"/Type/Page/") + pdf.count(b"/Type /Page/") == 8


def test_without_libreoffice_a_message_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WorkbookError, match="LibreOffice, which is not installed"):
        refuse_pdf(tmp_path / "a.xlsx", force=False)


def test_an_existing_pdf_is_not_replaced_without_leave(tmp_path, monkeypatch):
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.pdf").write_bytes(b"mine")
    with pytest.raises(WorkbookError, match=r"a\.pdf: exists already"):
        refuse_pdf(tmp_path / "a.xlsx", force=False)
    refuse_pdf(tmp_path / "a.xlsx", force=True)
