"""Pictures of the real workbook for the documentation: LibreOffice to PDF, pdftoppm to PNG.

Run by ``make pictures``. The font Carlito stands in for Calibri: without it all is wider.
"""

import subprocess
import tempfile
from pathlib import Path

import shorewise as sw
from shorewise.workbook.template.example import example

HERE = Path(__file__).parent / "pictures"
DPI = 100
# The file: the workbook, and the words at the foot of the page that it shows.
PAGES = {
    "board": ("default", "Board"),
    "inputs": ("default", "Inputs"),
    "cost-per-head": ("default", "Cost per head"),
    "cash": ("default", "Cash and P&L"),
    "bridge": ("default", "Bridge"),
    "scenarios": ("default", "Scenarios"),
    "sensitivity": ("default", "Sensitivity"),
    "assumptions": ("default", "Assumptions"),
    "checks": ("default", "Checks"),
    "uncertainty": ("default", "Uncertainty"),
    "board-small": ("small", "Board"),
    "board-german": ("german", "Board"),
    "board-large": ("large", "Board"),
    "template": ("template", "Overview"),
    "template-filled": ("filled", "Overview"),
}
SMALL = {
    "name": "One plan, one site",
    "roles": ["Engineer"],
    "sites": [
        {"name": "Home", "salary": 120_000},
        {"name": "Krakow", "location": "PL", "attrition_rate": 0.1, "wage_inflation": 0.05},
    ],
    "plans": [
        {"name": "Home", "heads": {"Home": 6}},
        {"name": "Krakow", "heads": {"Krakow": 6}},
    ],
}


PLANS, SITES, MONTHS = 10, 12, 120  # as many combinations as a scenario may have
LARGE = {
    "name": "Ten plans, twelve sites, ten years",
    "horizon_months": MONTHS,
    "roles": ["Engineer"],
    "sites": [
        {"name": "Home", "salary": 150_000},
        *({"name": f"Site {n}", "salary": 40_000 + 4_000 * n} for n in range(2, SITES + 1)),
    ],
    "plans": [
        {"name": "Home", "heads": {"Home": 20}},
        *(
            {"name": f"Plan {n}", "heads": {f"Site {n}": 10, f"Site {n + 1}": 10}}
            for n in range(2, PLANS + 1)
        ),
    ],
}


def main() -> None:
    """Remake the pictures."""
    HERE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        sw.compare(sw.Scenario.default(), Path(folder, "default.xlsx"), draws=8_192)
        sw.compare(SMALL, Path(folder, "small.xlsx"), spare={})
        sw.compare(LARGE, Path(folder, "large.xlsx"), spare={})
        sw.compare(sw.Scenario.default(), Path(folder, "german.xlsx"), language="de")
        template = Path(folder, "template.xlsx")
        template.write_bytes(example())
        sw.fill_template(sw.Scenario.default(), template, Path(folder, "filled.xlsx"))
        pages = {book: _pages(Path(folder, f"{book}.xlsx")) for book, _ in PAGES.values()}
        for name, (book, foot) in PAGES.items():
            number = 1 + next(n for n, page in enumerate(pages[book]) if _foot(page) == foot)
            _picture(Path(folder, f"{book}.pdf"), number, HERE / name)


def _pages(book: Path) -> list[str]:
    """The texts of a workbook's printed pages, which are put beside it as a PDF."""
    command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(book.parent)]
    subprocess.run([*command, str(book)], check=True, capture_output=True)
    pdf = str(book.with_suffix(".pdf"))
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True)
    return text.stdout.decode().split("\f")


def _foot(page: str) -> str:
    """The name of the sheet, which stands at the left of a page's last line."""
    lines = page.strip().splitlines()
    return lines[-1].strip().split("   ")[0] if lines else ""


def _picture(pdf: Path, page: int, target: Path) -> None:
    """A page as a picture, without its empty margins."""
    from PIL import Image, ImageChops

    options = ["-r", str(DPI), "-png", "-singlefile", "-f", str(page), "-l", str(page)]
    subprocess.run(["pdftoppm", *options, str(pdf), str(target)], check=True)
    path = target.with_suffix(".png")
    image = Image.open(path).convert("RGB")
    image = image.crop((0, 0, image.width, int(image.height * 0.94)))  # without the foot
    paper = Image.new("RGB", image.size, "white")
    left, top, right, bottom = ImageChops.difference(image, paper).getbbox()
    edge = 12
    box = (left - edge, top - edge, right + edge, bottom + edge)
    image.crop(box).quantize(128).save(path, optimize=True)


if __name__ == "__main__":
    main()
