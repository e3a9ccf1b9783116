"""Pictures of the real workbook for the documentation: LibreOffice to PDF, pdftoppm to PNG.

Run by ``make pictures``. The font Carlito stands in for Calibri: without it all is wider.
"""

import subprocess
import tempfile
from pathlib import Path

import shorewise as sw

DOCS = Path(__file__).parent
# The file beside this one: the first word of the sheet, and how much of its page to show.
PAGES = {
    "summary": ("Recommended:", 110, 1286, 870),
    "charts": ("Bridge", 90, 745, 900),
    "audit": ("Audit", 110, 1286, 700),
    "uncertainty": ("Uncertainty", 110, 1286, 790),
}


def main() -> None:
    """Remake the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        book = sw.compare(sw.Scenario.default(), Path(folder, "comparison.xlsx"), draws=8_192)
        subprocess.run(
            ["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, str(book)],
            check=True,
            capture_output=True,
        )
        pdf = str(Path(folder, "comparison.pdf"))
        text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True)
        pages = text.stdout.decode().split("\f")
        for name, (sheet, resolution, width, height) in PAGES.items():
            page = str(1 + next(n for n, page in enumerate(pages) if sheet in page.split()[:1]))
            subprocess.run(
                ["pdftoppm", "-r", str(resolution), "-png", "-singlefile", "-f", page, "-l", page,
                 "-W", str(width), "-H", str(height), pdf, str(DOCS / name)],
                check=True,
            )  # fmt: skip


if __name__ == "__main__":
    main()
