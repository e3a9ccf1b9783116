"""Benchmarks of a firm's own template filled for each row, against other fillers and a lower bound.

``make bench`` runs this after bulk.py and appends its table. xltpl fills templates by Jinja.
"""

import io
import os
import statistics
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from bulk import table
from openpyxl import load_workbook
from run import in_turn, ratio, seconds, sections, shown
from xltpl.writerx import BookWriter

from shorewise.engine import Scenario, default_model
from shorewise.workbook.bulk import bulk
from shorewise.workbook.bulk.columns import Columns
from shorewise.workbook.bulk.memory import keep_freed
from shorewise.workbook.ooxml.zip_writer import assembled, fast, member
from shorewise.workbook.template.example import example
from shorewise.workbook.template.filling import Template, TemplateFile
from shorewise.workbook.template.named_results import NamedResults

COUNT = 1_000
FEW = 10  # workbooks of the others, which take long


def filling() -> list[str]:
    """The template to start from, filled for 1,000 rows of a table from computed values.

    Lower bounds: compressing all parts, or those that change, and writing the file; "to the disk"
    with fsync, as a run of bulk writes each. openpyxl and xltpl get a template in which all rows
    are there, and finished values for its cells.
    """
    keep_freed()  # as worker processes do
    base, model = Scenario.default(), default_model()
    frame = table(COUNT)
    blocks, _ = Columns([*frame.columns], base, "table").blocks(frame, 1)
    evaluated = [
        (block.scenario, len(block.rows), model.evaluate(block.values, base.horizon_months))
        for block in blocks
    ]
    with tempfile.TemporaryDirectory() as folder:
        path, board, jinja = (Path(folder, f"{one}.xlsx") for one in ("out", "board", "jinja"))
        board.write_bytes(example())
        template = Template(TemplateFile.read(board), fast())

        def made() -> Iterator[bytes]:
            for one in evaluated:
                yield from (done.data for done in template.filled_all(NamedResults(*one)))

        first, *_, last = made()
        before, after = _parts(first), _parts(last)
        codec = fast()
        kept = {name: member(name, part, codec) for name, part in after.items()}
        moved = [name for name in after if after[name] != before[name]]
        cells = _cells(last)
        _write_marks(last, jinja)

        def filled() -> None:
            for data in made():
                path.write_bytes(data)

        def filled_to_disk() -> None:
            for data in made():
                _to_disk(path, data)

        def deflated() -> None:
            for _ in range(COUNT):
                new = {name: member(name, after[name], codec) for name in moved}
                path.write_bytes(assembled((kept | new).values()))

        def all_deflated() -> None:
            for _ in range(COUNT):
                path.write_bytes(assembled(member(*part, codec) for part in after.items()))

        def all_to_disk() -> None:
            for _ in range(COUNT):
                _to_disk(path, assembled(member(*part, codec) for part in after.items()))

        def by_openpyxl() -> None:
            for _ in range(FEW):
                book = load_workbook(jinja)
                for title, address, value in cells:
                    book[title][address] = value
                book.save(path)

        def by_jinja() -> None:
            shown = {address: value for _, address, value in cells}
            titles = [*dict.fromkeys(title for title, *_ in cells)]
            for _ in range(FEW):
                writer = BookWriter(str(jinja))
                writer.render_book(
                    [{"tpl_name": one, "sheet_name": one, "v": shown} for one in titles]
                )
                writer.save(str(path))

        calls = {
            "filled": (filled, COUNT),
            "lower bound: deflate all parts, write": (all_deflated, COUNT),
            "lower bound: deflate the parts that change, write": (deflated, COUNT),
            "filled, to the disk": (filled_to_disk, COUNT),
            "lower bound: deflate all parts, to the disk": (all_to_disk, COUNT),
            "openpyxl: loaded, filled, saved": (by_openpyxl, FEW),
            "xltpl: loaded, rendered, saved": (by_jinja, FEW),
        }
        measures = [lambda c=call, n=count: seconds(c) / n for call, count in calls.values()]
        found = dict(zip(calls, in_turn(measures, 5), strict=True))
        start = time.perf_counter()
        bulk(frame, Path(folder, "reports"), base, template=TemplateFile.read(board), processes=2)
        took = time.perf_counter() - start
    lines = [
        "| filler | ms (range) | workbooks/s | of compressing all parts |",
        "|---|---:|---:|---:|",
    ]
    for name, times in found.items():
        rate = 1 / statistics.median(times)
        bound = "lower bound: deflate all parts, " + ("to the disk" if "disk" in name else "write")
        lines.append(f"| {name} | {shown(times)} | {rate:,.0f} | {ratio(times, found[bound])} |")
    size, changing = len(last), sum(len(after[name]) for name in moved)
    lines.append(
        f"\n{size:,} bytes a workbook; {changing:,} in the {len(moved)} parts that change. "
        f"`bulk --template` of {COUNT:,} rows by 2 processes, with evaluation and results: "
        f"{took:,.1f} s."
    )
    return lines


def _to_disk(path: Path, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _cells(data: bytes) -> list[tuple[str, str, object]]:
    """The constants of a workbook: sheet, address, value."""
    book = load_workbook(io.BytesIO(data))
    return [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None and cell.data_type != "f"
    ]


def _write_marks(data: bytes, path: Path) -> None:
    """A workbook with a mark of xltpl in place of each constant."""
    book = load_workbook(io.BytesIO(data))
    for title, address, _ in _cells(data):
        book[title][address] = f"{{{{ v['{address}'] }}}}"
    book.save(path)


if __name__ == "__main__":
    print(sections({"Fill a template": filling}), end="")
