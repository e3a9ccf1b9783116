"""What is trusted without a proof by the file gives what LibreOffice gives, or is left."""

import io
import os
import random
import shutil

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import to_excel

from shorewise.workbook.ooxml.cell_values import ErrorValue
from shorewise.workbook.recalc import trust
from shorewise.workbook.recalc.arithmetic import UnsureError
from shorewise.workbook.recalc.evaluator import Calculator, agrees, written
from shorewise.workbook.recalc.source_workbook import Cell, SourceWorkbook
from shorewise.workbook.recalc.translate import translated
from tests.support.spreadsheet_engines import all_converted

EACH = 25  # formulas with each function
ROWS = 40
MIXED = [
    None,
    0,
    1,
    -1,
    2.5,
    0.1,
    0.3,
    2.675,
    1.005,
    1e-7,
    123456.789,
    "abc",
    "North",
    "10",
    " 7 ",
    12,
]
ERRORS = ["#N/A", "#DIV/0!"]
WORDS = ["North", "South", "north", "East", "a", "b", " x", "10"]
NEWER = ("IFNA", "CONCAT")  # stored with a prefix


def data(draw):
    """A sheet with whole numbers, numbers, a mixture, texts, gaps, and a rising column."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "D"
    for row in range(1, ROWS + 1):
        mixed = draw.choice(MIXED + ERRORS if row < 20 else [1, 2.5, -3, 0.1, 2.675, 12])
        numbers = draw.randint(-20, 100), round(draw.uniform(-1000, 1000), draw.randint(0, 6))
        gaps = draw.choice([None, None, 1, 2.5, -3, "t", 0])
        for column, value in enumerate((*numbers, mixed, draw.choice(WORDS), gaps, row * 1.5), 1):
            cell = sheet.cell(row, column, value)
            cell.data_type = "e" if value in ERRORS else cell.data_type
    return workbook


class Drawn:
    """Arguments drawn at random, by the letters of :data:`trust.TESTED`."""

    def __init__(self, draw, name):
        self.draw, self.name = draw, name
        self.size = draw.randint(1, 9)

    def one(self):
        return f"D!{self.draw.choice('ABCDE')}{self.draw.randint(1, ROWS + 1)}"

    def number(self):
        some = str(self.draw.choice([0, 1, 2, -1, -2.5, 0.1, 0.3, 2.675, 1.005, 3, 12, 100]))
        own = f"D!{self.draw.choice('AB')}{self.draw.randint(1, ROWS)}"
        return self.draw.choice([some, own, self.one(), f"({own}+0.1)"])

    def text(self):
        return self.draw.choice(['"abc def"', '"North"', self.one(), f'({self.one()}&"z")'])

    def range(self, size=None):
        if self.name in ("VLOOKUP", "HLOOKUP"):
            return self.draw.choice(["D!A1:F30", "D!A22:F40", "D!D1:F30"])
        column, row = self.draw.choice("ABCDEF"), self.draw.randint(1, 30)
        return f"D!{column}{row}:{column}{row + (size or self.draw.randint(0, 9))}"

    def argument(self, letter):
        sign = self.draw.choice([">", "<", ">=", "<=", "="])
        choices = {
            "n": [self.number()], "m": [str(self.draw.randint(-30, 60))],
            "i": ["1", "2", "3"], "t": [self.text()], "s": [self.text()],
            "b": [f"{self.number()}>{self.number()}", f'{self.text()}="North"', '"TRUE"'],
            "v": [self.number(), self.text(), self.one(), f"{self.number()}/{self.number()}"],
            "k": [self.one(), '"North"', "2.5"],
            "d": [str(self.draw.randint(61, 60_000)), self.one()],
            "y": [str(self.draw.randint(1901, 2100))], "0": ["0", "FALSE"], "w": ["0", "1"],
            "p": ["0", "0.05", "0.1", "0.05/12", "-0.02"], "r": [self.range(), self.number()],
            "c": [self.number(), self.text(), f'"{sign}2.5"', f'"{sign}"&{self.number()}'],
            "R": [self.range(self.size)], "B": [self.range(), f"{self.number()}>1"],
            "a": [self.range(self.size), f'({self.range(self.size)}="x")*{self.range(self.size)}'],
        }  # fmt: skip
        return self.draw.choice(choices[letter])

    def call(self):
        counts = [n for n in range(8) if trust.arguments(trust.TESTED[self.name], n) is not None]
        letters = trust.arguments(trust.TESTED[self.name], self.draw.choice(counts))
        given = [self.argument(letter) for letter in letters]
        if self.name in ("FV", "PMT", "PV"):
            given[:2] = [self.argument("p"), self.draw.choice(["12", "36", "120", "360"])]
        return f"{self.name}({','.join(given)})"


def formulas(draw):
    found = [Drawn(draw, name).call() for name in sorted(trust.TESTED) for _ in range(EACH)]
    some = Drawn(draw, "")
    for sign in ["+", "-", "*", "/", "&", "=", "<>", "<", ">", "<=", ">="]:
        for _ in range(EACH):
            found.append(f"{some.number()}{sign}{some.text()}")
            found.append(f"{some.number()}-{some.number()}{sign}{some.number()}")
    for form in ("0", "0.00", "#,##0.0", "0.0%"):
        found += [f'TEXT({some.number()},"{form}")' for _ in range(EACH)]
    return found


def stored(text):
    return (
        f"=_xlfn.{text}"
        if text.startswith(NEWER) and not text.startswith("CONCATE")
        else f"={text}"
    )


@pytest.mark.soak(keep=1)
@pytest.mark.skipif(
    not shutil.which("soffice") and not os.environ.get("SHOREWISE_TEST_ALL"),
    reason="LibreOffice is not installed; .ci/run installs it",
)
@pytest.mark.parametrize("seed", [1, 2])
def test_trusted_functions_and_operators_match_libreoffice_or_are_left_alone(seed, tmp_path):
    draw = random.Random(seed)
    workbook = data(draw)
    sheet = workbook.create_sheet("F")
    texts = formulas(draw)
    for row, text in enumerate(texts, 1):
        sheet.cell(row, 1).value = stored(text)
    workbook.save(tmp_path / "a.xlsx")
    (path,) = all_converted([tmp_path / "a.xlsx"], "xlsx")
    shown = load_workbook(path, data_only=True)["F"]
    buffer = io.BytesIO()
    workbook.save(buffer)
    book = SourceWorkbook(buffer.getvalue())
    engine = Calculator(book, set(), {})
    computed, wrong = 0, []
    for row, text in enumerate(texts, 1):
        try:
            value = engine.computed(translated(book, Cell("F", (row, 1)), {}))
        except UnsureError:
            continue
        computed += 1
        if not same(value, shown.cell(row, 1)):
            wrong.append((text, written(value), shown.cell(row, 1).value))
    assert wrong == []
    assert computed > len(texts) / 2


def same(value, cell):
    right = to_excel(cell.value) if cell.is_date else cell.value
    if cell.data_type == "e":
        # LibreOffice stores errors of its own, such as that of LN(-1), as #VALUE!.
        found = written(value)
        return isinstance(found, ErrorValue) and right in (found, "#VALUE!")
    if isinstance(right, int) and not isinstance(right, bool):
        right = float(right)
    if isinstance(right, float) and isinstance(value, float) and right:
        return abs(value / right - 1) < 1e-13  # LibreOffice adds up in another order
    return agrees(value, "" if right is None else right)
