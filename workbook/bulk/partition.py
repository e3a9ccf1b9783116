"""Processing of a partition: workbooks and results for some rows of a table."""

import hashlib
import itertools
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ...engine.address import take
from ...engine.assumptions import Unset
from ...engine.errors import DomainError, ScenarioError
from ...engine.model import default_model
from ...engine.scenario import Scenario
from ...engine.uncertainty.draws import check_ranges
from ...engine.uncertainty.simulation import percentile, simulated_measures
from ..code_version import code_hash
from ..compilation import workbook_bytes
from ..compiled_book import CompiledBook
from ..description import describe
from ..filling import UnboundValueError
from ..languages.language import ENGLISH, language_of
from ..layout.derived import derived
from ..layout.scenario_texts import links, texts_of
from ..number_text import number_lines
from ..ooxml.zip_writer import Codec, fast, small
from ..pdf import printed, with_print_set
from ..rendering.theme import Theme
from ..shape_cache import compiled_shape
from ..template.filling import Template, TemplateFile
from ..template.named_results import NamedResults
from .columns import CASES, Block, Columns, Problem, file_name, without
from .csv_cells import csv_bytes, csv_lines, csv_of_lines, text_cells
from .destinations import ERRORS, MANIFEST, RESULTS, File, destination_of, partition_name
from .manifest import COUNTS, fingerprint, manifest_bytes
from .result_columns import DRAWN, FIGURES, IN_WORDS, QUESTION, SIMULATED, SPREAD
from .table_frames import Fault

# Scenarios evaluated at once; for sheet Sensitivity each is evaluated about 66 times.
_TOGETHER, TOGETHER_STAMPED = 512, 32
_COMPILED_MAX = 16
BOOKS, NUMBER = "workbooks", "number"


@dataclass(frozen=True)
class Job:
    """All data for processing a partition in any process on any machine.

    Attributes
    ----------
    number : int
        Number of the partition, from 0.
    frame : DataFrame
        The rows.
    repeated : tuple of int
        Positions of rows with the same file name as an earlier row.
    base : dict
        The base scenario as plain data.
    unset : Unset
        What the source of the base leaves open.
    origin, destination : str
        Name of the table in messages, and address of the destination.
    workbooks, compact : bool
        Whether to write workbooks, and whether to make them smaller, which takes longer.
    theme : Theme or None
    language : str
        Code of the language of the workbooks.
    draws : int
        Draws of a simulation of each scenario; 0 for none.
    template : TemplateFile or None
        A workbook of the user's own, which is filled in place of ours.
    pdf : bool
        Whether each workbook is printed too.
    stamp : str
        Hash of everything on which the content of the partition depends.
    numbers : tuple of int
        Number of each row in the table, from 1.
    faults : tuple of Fault
        Invalid cells and rows, found on reading.
    keep : tuple of str
        Names of the columns that are copied to the results.
    kept : tuple of tuple of str
        Their cells in each row.
    decimal : str
        Decimal sign of numbers that are texts; "" if it is not known.
    """

    number: int
    frame: pd.DataFrame
    repeated: tuple[int, ...]
    base: dict[str, Any]
    unset: Unset
    origin: str
    destination: str
    workbooks: bool
    compact: bool
    theme: Theme | None
    language: str
    draws: int
    template: TemplateFile | None
    pdf: bool
    stamp: str
    numbers: tuple[int, ...]
    faults: tuple[Fault, ...] = ()
    keep: tuple[str, ...] = ()
    kept: tuple[tuple[str, ...], ...] = ()
    decimal: str = ""

    @property
    def name(self) -> str:
        """Name of the partition's folder."""
        return partition_name(self.number)


def work(job: Job) -> dict[str, int]:
    """Write a partition, and count its rows and scenarios.

    Parameters
    ----------
    job : Job

    Returns
    -------
    dict of str to int
        By the names in :data:`.manifest.COUNTS`: rows, scenarios and invalid cells; and the number
        of the partition.

    Raises
    ------
    WorkbookError
        The destination cannot be written.
    """
    counts: dict[str, int] = {}
    destination_of(job.destination).write_partition(job.name, _with_manifest(job, counts))
    return {**counts, NUMBER: job.number}


def stamp_of(frame: pd.DataFrame, *others: Any) -> str:
    """Hash of a partition's rows, of the code, and of all else on which its files depend."""
    digest = hashlib.sha256(code_hash().encode())
    columns = [(str(name), str(kind)) for name, kind in frame.dtypes.items()]
    digest.update(json.dumps([*others, columns], sort_keys=True, default=str).encode())
    digest.update(repr(frame.to_numpy(object).tolist()).encode())
    return digest.hexdigest()


def _with_manifest(job: Job, counts: dict[str, int]) -> Iterator[File]:
    """The files of a partition, ending with the manifest; fills ``counts``."""
    prints = {}
    for name, data in _files(job, counts):
        prints[name] = fingerprint(data)
        yield name, data
    yield MANIFEST, manifest_bytes(job.stamp, counts, prints)


_LAST_COLUMNS: list[tuple[tuple, Columns]] = []


def _columns(job: Job) -> Columns:
    """The columns of a job's table, kept in each process for further jobs of the same table."""
    key = (job.base, job.unset, job.origin, [*job.frame.columns])
    for known, columns in _LAST_COLUMNS:
        if known == key:
            return columns
    base = replace(Scenario.from_dict(job.base, job.origin), unset=job.unset)
    columns = Columns(list(job.frame.columns), base, job.origin)
    _LAST_COLUMNS[:] = [(key, columns)]
    return columns


def _files(job: Job, counts: dict[str, int]) -> Iterator[File]:
    blocks, problems = _columns(job).blocks(
        job.frame, job.numbers, job.repeated, job.faults, job.kept, job.decimal
    )
    results: dict[int, str] = {}  # by row: blocks are not in the order of the table
    template = _template(job.template, job.compact) if job.template else None
    stamped = job.workbooks and template is None
    wanted = None if stamped else {*FIGURES.values(), *(template.lines if template else ())}
    together = TOGETHER_STAMPED if stamped or job.pdf else _TOGETHER
    for block in blocks:
        for part in parts(block, together):
            values = default_model().evaluate(part.values, part.base.horizon_months, wanted)
            if endless := _infinite(part, values):
                problems += endless
                part = without(part, {one.row for one in endless})
                if not part.rows:
                    continue
                values = default_model().evaluate(part.values, part.base.horizon_months, wanted)
            drawn, contradictions = _drawn(part, job) if job.draws else (None, [])
            problems += contradictions
            results |= _results(part, values, drawn)
            if job.workbooks:
                suffix = template.suffix if template else ".xlsx"
                paths = (f"{BOOKS}/{file_name(one)}{suffix}" for one in part.ids)
                if template:
                    books = _filled_templates(template, part, values)
                else:
                    books = workbooks_of(part, values, job.theme, job.compact, job.language)
                made = zip(paths, books, strict=True)
                yield from _with_pdfs(made, suffix, stamped) if job.pdf else made
    yield RESULTS, csv_of_lines(results[row] for row in sorted(results))
    kept = dict(zip(job.numbers, job.kept, strict=True)) if job.kept else {}
    yield ERRORS, csv_bytes((*one, *kept.get(one.row, ())) for one in sorted(problems))
    counts |= zip(COUNTS, (len(job.frame), len(results), len(problems)), strict=True)


def _results(
    block: Block, values: dict[str, np.ndarray], drawn: np.ndarray | None
) -> dict[int, str]:
    """Results of each scenario as lines of CSV, one for each plan, by its row in the table.

    An empty cell stands for NaN.
    """
    count, plans = len(block.rows), block.base.plans
    figures = [
        np.broadcast_to(take(values, line, scenario=slice(None)), (count, len(plans))).ravel()
        for line in FIGURES.values()
    ]
    if drawn is not None:
        figures += [figure.ravel() for figure in np.moveaxis(drawn, -1, 0)]
    numbers = np.stack(figures, axis=1).astype(float) + 0.0  # makes negative zeros positive
    columns = []
    for words, run in itertools.groupby(range(len(figures)), IN_WORDS.get):
        at = [*run]
        if words is None:
            columns.append(number_lines(numbers[:, at]))
        else:
            columns += [_in_words(numbers[:, n].tolist(), words) for n in at]
    by_scenario = (
        text_cells(block.ids),
        map(str, block.rows),
        *map(text_cells, (block.names, *zip(*block.kept, strict=True))),
    )
    first = [[cell for cell in cells for _ in plans] for cells in by_scenario]
    questions = (
        [word for word in words for _ in plans] for words in _questions(block.values, count)
    )
    rows = len(numbers)
    currency, horizon = [block.base.currency] * rows, [str(block.base.horizon_months)] * rows
    plan = text_cells(plans) * count
    lines = csv_lines([*first, plan, currency, horizon, *questions, *columns])
    return {
        row: "\n".join(lines[n * len(plans) : (n + 1) * len(plans)])
        for n, row in enumerate(block.rows)
    }


def _in_words(codes: list[float], words: Sequence[str]) -> list[str]:
    return [words[int(code)] if math.isfinite(code) else "" for code in codes]


def _questions(values: dict[str, np.ndarray], count: int) -> list[list[str]]:
    """The words of all scenarios for each of :data:`QUESTION`."""
    columns = []
    for name in QUESTION:
        word_of = default_model().inputs[name].word_of
        numbers = np.broadcast_to(take(values, name, scenario=slice(None)), count)
        columns.append([word_of(number) for number in numbers])
    return columns


def _infinite(block: Block, values: dict[str, np.ndarray]) -> list[Problem]:
    """Problems of scenarios with an infinite figure, which cannot be stored in a workbook."""
    problems: dict[int, Problem] = {}
    for name, line in default_model().lines.items():
        if name not in values or not (endless := np.isinf(values[name])).any():
            continue
        rows = endless.any(axis=tuple(range(1, endless.ndim)))
        for n in np.flatnonzero(np.broadcast_to(rows, len(block.rows))).tolist():
            what = f"{line.label} is infinite: an input is too large, or divides by 0; change it"
            problems.setdefault(n, Problem(block.rows[n], block.ids[n], "", "", what))
    return list(problems.values())


def _drawn(block: Block, job: Job) -> tuple[np.ndarray, list[Problem]]:
    """Results of simulations, and problems of scenarios that cannot be simulated.

    Returns
    -------
    drawn : array, shape (scenario, plan, figure)
        In the order of :data:`DRAWN`; NaN if there is no answer or no simulation.
    problems : list of Problem
    """
    drawn = np.full((len(block.rows), len(block.base.plans), len(DRAWN)), np.nan)
    problems = []
    for n in range(len(block.rows)):
        scenario = block.scenario(n)
        try:
            found = simulated_measures(scenario, job.draws, SIMULATED)
        except (ScenarioError, DomainError) as error:
            problems.append(_contradiction(block, n, error))
            continue
        limit = scenario.values["break_even_limit"].item()
        even = found["break_even_month"]
        figures = [percentile(found[measure], percent) for measure, percent in SPREAD.values()]
        drawn[n] = np.stack([*figures, np.isnan(even).mean(0), (even <= limit).mean(0)], axis=-1)
    return drawn, problems


def contradictions(block: Block) -> list[Problem]:
    """Problems of scenarios that cannot be simulated, because ranges of drivers contradict."""
    problems = []
    for n in range(len(block.rows)):
        try:
            check_ranges(block.scenario(n))
        except (ScenarioError, DomainError) as error:
            problems.append(_contradiction(block, n, error))
    return problems


def _contradiction(block: Block, n: int, error: Exception) -> Problem:
    """The problem of the scenario at position ``n``, which cannot be simulated."""
    what = str(error).removeprefix(f"{block.names[n]}: ")
    return Problem(block.rows[n], block.ids[n], CASES, "", what)


def workbooks_of(
    block: Block,
    values: dict[str, np.ndarray],
    theme: Theme | None,
    compact: bool,
    language: str = ENGLISH,
) -> Iterator[bytes]:
    """Workbooks of the scenarios; derived figures are added to ``values``, inputs and lines."""
    values |= derived(values, default_model(), block.base.horizon_months, block.base.start_month)
    values |= links(block.base, values)
    scenarios = [block.scenario(n) for n in range(len(block.rows))]
    say = language_of(language).say
    texts = [texts_of(one, values, n, say) for n, one in enumerate(scenarios)]
    compiled = [
        _compiled_book(one, named, theme, compact, language)
        for one, named in zip(scenarios, texts, strict=True)
    ]
    start = 0
    for _, same in itertools.groupby(compiled, key=id):
        run = slice(start, start + len([*same]))
        start = run.stop
        yield from _filled(compiled[run.start], values, texts, scenarios, run, theme, language)


def _with_pdfs(made: Iterator[File], suffix: str, is_ours: bool) -> Iterator[File]:
    """Workbooks and, after them, each as a PDF; one LibreOffice prints all of them."""
    files = [*made]
    yield from files
    books = [with_print_set(data) if is_ours else data for _, data in files]
    for (path, _), data in zip(files, printed(books, suffix), strict=True):
        yield f"{path.removesuffix(suffix)}.pdf", data


_TEMPLATES: dict[tuple[TemplateFile, bool], Template] = {}


def _template(file: TemplateFile, compact: bool) -> Template:
    """The template in a file; it is kept in each process for further blocks."""
    template = _TEMPLATES.get((file, compact))
    if template is None:
        _TEMPLATES.clear()
        template = _TEMPLATES[file, compact] = Template(file, small() if compact else fast())
    return template


def _filled_templates(
    template: Template, block: Block, values: dict[str, np.ndarray]
) -> Iterator[bytes]:
    """The template filled with each scenario."""
    results = NamedResults(block.scenario, len(block.rows), values)
    return (one.data for one in template.filled_all(results))


def _filled(
    compiled: CompiledBook,
    values: dict[str, np.ndarray],
    texts: list[dict[str, str]],
    scenarios: list[Scenario],
    run: slice,
    theme: Theme | None,
    language: str,
) -> Iterator[bytes]:
    """Workbooks of consecutive scenarios with the same compiled book."""
    if len(scenarios) > run.stop - run.start:
        values = {k: a[run] if a.shape[0] > 1 else a for k, a in values.items()}
    done = run.start
    try:
        for data in compiled.filled(values, texts[run]):
            yield data
            done += 1
    except UnboundValueError:  # a figure is infinite, so they are filled one by one
        for one in scenarios[done : run.stop]:
            yield workbook_bytes(describe(one, language=language), theme)


_COMPILED: dict[tuple, list[CompiledBook]] = {}


def _compiled_book(
    scenario: Scenario,
    texts: dict[str, str],
    theme: Theme | None,
    compact: bool,
    language: str,
) -> CompiledBook:
    """The compiled book for the shape of a scenario, cached in each process."""
    known = _COMPILED.setdefault((repr(theme), compact, language), [])
    for at in range(len(known) - 1, -1, -1):
        if known[at].fits(scenario, texts):
            return known[at]
    codec: Codec = small() if compact else fast()
    compiled = compiled_shape(scenario, theme, codec, language)
    known.append(compiled)
    del known[:-_COMPILED_MAX]
    return compiled  # not the cached one, which another thread may have replaced


def parts(block: Block, size: int) -> Iterator[Block]:
    """A block split into blocks of at most ``size`` scenarios."""
    for start in range(0, len(block.rows), size):
        cut = slice(start, start + size)
        yield Block(
            block.base,
            {k: a[cut] if a.shape[0] > 1 else a for k, a in block.values.items()},
            block.rows[cut],
            block.ids[cut],
            block.names[cut],
            block.kept[cut],
        )
