"""The README's picture of the real workbook: LibreOffice to PDF, pdftoppm to PNG.

Run by ``make pictures``.
"""

import subprocess
import tempfile
from pathlib import Path

from shorewise.engine import Scenario
from shorewise.workbook import compare

DOCS = Path(__file__).parent
SUMMARY_PAGE, WIDTH, HEIGHT = 2, 1286, 700


def main() -> None:
    """Remake docs/summary.png."""
    with tempfile.TemporaryDirectory() as folder:
        book = compare(Scenario.default(), Path(folder, "comparison.xlsx"))
        subprocess.run(
            ["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, str(book)],
            check=True,
            capture_output=True,
        )
        subprocess.run(
            ["pdftoppm", "-r", "110", "-png", "-singlefile",
             "-f", str(SUMMARY_PAGE), "-l", str(SUMMARY_PAGE), "-W", str(WIDTH), "-H", str(HEIGHT),
             str(Path(folder, "comparison.pdf")), str(DOCS / "summary")],
            check=True,
        )  # fmt: skip


if __name__ == "__main__":
    main()
