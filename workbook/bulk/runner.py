"""A bulk run: distributes partitions to workers, skips complete ones, and combines results."""

import contextlib
import itertools
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ...engine.criteria import criterion_in_words
from ...engine.errors import DomainError
from ...engine.scenario import Scenario
from ...engine.uncertainty.simulation import check_draws
from ..errors import WorkbookError
from ..languages.language import ENGLISH, language_of
from ..pdf import printer
from ..rendering.theme import Theme
from ..template.filling import Template, TemplateFile
from .column_names import ColumnNames
from .columns import Columns, Problem
from .combined_files import COMBINED_FILES, DICTIONARY, CombinedFiles, FramedFiles
from .destinations import (
    ERRORS,
    RESULTS,
    Destination,
    destination_of,
    is_in_memory,
    partition_name,
)
from .manifest import COUNTS, describes
from .partition import NUMBER, Job, contradictions, stamp_of, work
from .partition_rows import FILLED, PARTITION, STAMPED, Rows, cut, partition_size, rows_of
from .portfolio import BY_EACH
from .result_columns import ERROR_HEADS, heads
from .result_frames import Part
from .row_sources import Source, length_of, origin_of
from .table_options import DETECTED, TableOptions
from .worker_processes import results_of

Counts = dict[str, int]  # of a partition, by the names in COUNTS


class Summary(NamedTuple):
    """Counts of a run.

    Attributes
    ----------
    scenarios, problems : int
        Number of scenarios with results, and of invalid cells.
    partitions, skipped : int
        Number of partitions, and of those that an earlier run had completed.
    """

    scenarios: int
    problems: int
    partitions: int
    skipped: int


def bulk(
    source: Source, destination: str | Path, base: Scenario | None = None, **options: Any
) -> Summary:
    """Write a workbook and results for each row of a table. Parameters are those of :func:`run`."""
    parts = run(source, destination, base, **options)
    while True:
        try:
            next(parts)
        except StopIteration as end:
            return end.value


def run(
    source: Source,
    destination: str | Path,
    base: Scenario | None = None,
    *,
    query: str | None = None,
    options: TableOptions = DETECTED,
    workbooks: bool = True,
    compact: bool = False,
    theme: Theme | None = None,
    language: str = ENGLISH,
    draws: int = 0,
    template: TemplateFile | None = None,
    pdf: bool = False,
    limit: int | None = None,
    only: Collection[str] = (),
    strict: bool = False,
    processes: int = 1,
    scheduler: str | None = None,
    partition: int | None = None,
    bom: bool = False,
    combined: Collection[str] = COMBINED_FILES,
    progress: Callable[[Counts], None] | None = None,
    on_note: Callable[[str], None] | None = None,
) -> Generator[Part, None, Summary]:
    """Write a workbook and results for each row of a table, one partition after the other.

    Parameters
    ----------
    source, query, options
        The table, and how it is read: see :func:`.row_sources.frames`.
    destination : path or URL
        A folder, a .zip, or a URL that fsspec can open. Complete partitions that the same version
        wrote from the same rows are verified and kept.
    base : Scenario, optional
        Values of the inputs without a column; by default the embedded scenario.
    workbooks : bool
        Whether to write workbooks, or results only.
    compact : bool
        Whether to write smaller workbooks, which takes longer.
    theme : Theme, optional
        Font, colours and logo of the workbooks.
    language : str
        Code of the language of their texts.
    draws : int
        Draws of a simulation of each scenario, which adds columns to the results; 0 for none.
    template : TemplateFile, optional
        A workbook of the user's own, which is filled for each scenario in place of ours.
    pdf : bool
        Whether each workbook is printed to a PDF beside it, by LibreOffice.
    limit : int, optional
        Maximum number of rows to read.
    only : collection of str, optional
        Ids of the scenarios to process, each in a partition of its own.
    strict : bool
        Whether to write nothing if a cell is invalid.
    processes : int
        Number of worker processes on this machine.
    scheduler : str, optional
        Address of a Dask scheduler, whose workers are used instead.
    partition : int, optional
        Number of rows of a partition; by default :func:`.partition_rows.partition_size`.
    bom : bool
        Whether CSV files start with a byte order mark, so that Excel recognises UTF-8.
    combined : collection of str
        Names of the files to write beside the partitions; by default all.
    progress : callable, optional
        Called with the counts of each completed partition: ``rows``, ``scenarios`` and
        ``problems``, the number of invalid cells.
    on_note : callable, optional
        Called with a description of how the table was read, if it is not plain, and of what is not
        written.

    Yields
    ------
    Part
        Each partition as soon as it and those before it are complete, in the order of the table.

    Returns
    -------
    Summary

    Raises
    ------
    WorkbookError
        The table or a column cannot be used, the destination cannot be written or is in use by
        another run; if ``strict``, the first invalid cell.
    DomainError
        Too few draws, rows or processes.
    """
    base, origin = (base or Scenario.default()).without_roster(), origin_of(source)
    for name, number in {"processes": processes, "partition": partition}.items():
        if number is not None and number < 1:
            raise DomainError(f"{name} is {number}; it must be 1 or more")
    language_of(language)  # refused before anything is read
    if draws:
        check_draws(draws)
    if strict:
        _check_all(source, base, query=query, options=options, limit=limit, only=only, draws=draws)
    refuse_results_as_kept(options.keep, draws)
    if template:
        Template(template).filled(base)  # what is wrong with it is said before anything is read
    if pdf:
        printer()
    chosen = _Options(workbooks, compact, theme, language, draws, template, pdf)
    state = _Run(destination_of(destination), base, origin, chosen, progress, options.keep)
    table = rows_of(
        source,
        partition or PARTITION,
        query=query,
        limit=limit,
        only=only,
        options=options,
        names=ColumnNames(base, options),
        on_note=on_note,
    )
    head = next(table)
    Columns(list(head.frame.columns), base, origin)  # an invalid column ends the run
    stamped = FILLED if template and not pdf else STAMPED  # printing takes long
    length = _length(source, head, limit)
    size = partition or partition_size(length, stamped * workbooks, draws)
    with state.destination.exclusive() as state.check_lock, FramedFiles(combined) as framed:
        state.refuse_foreign_files()
        jobs = state.jobs(cut(itertools.chain([head], table), size))
        working = _worked(jobs, state.destination, processes, scheduler)
        try:
            with contextlib.closing(working) as found:
                for counts in found:
                    state.completed(counts.pop(NUMBER), counts)
                    for part in state.ready():
                        state.combine_early(framed, part)
                        yield part
        except KeyboardInterrupt:
            state.report_unreported()
            raise
        yield from state.ready()
        state.remove_surplus_partitions()
        state.write_combined_files(bom, combined, framed, on_note)
    return state.summary()


def problems_of(
    source: Source,
    base: Scenario,
    *,
    query: str | None = None,
    options: TableOptions = DETECTED,
    limit: int | None = None,
    only: Collection[str] = (),
    draws: int = 0,
    on_note: Callable[[str], None] | None = None,
) -> list[Problem]:
    """All invalid cells of a table, without writing anything.

    With draws also the scenarios that cannot be simulated. Parameters are those of :func:`bulk`.
    """
    if draws:
        check_draws(draws)
    found, base = [], base.without_roster()
    refuse_results_as_kept(options.keep, draws)
    names = ColumnNames(base, options)
    table = rows_of(
        source, query=query, limit=limit, only=only, options=options, names=names, on_note=on_note
    )
    for rows in table:
        columns = Columns(list(rows.frame.columns), base, origin_of(source))
        blocks, problems = columns.blocks(
            rows.frame, rows.numbers, rows.repeated, rows.faults, rows.kept, rows.decimal
        )
        found += problems
        for block in blocks if draws else ():
            found += contradictions(block)
    return found


def refuse_results_as_kept(keep: Collection[str], draws: int) -> None:
    """Refuse to keep a column that has the name of one of the results or errors."""
    taken = {name.casefold() for name in (*heads(draws), *ERROR_HEADS)}
    for name in keep:
        if name.strip().casefold() in taken:
            raise DomainError(
                f"keep is {name!r}, which results or errors have as a column of their own; rename "
                "it in the table",
                parameters=["keep"],
            )


def problem_error(origin: str, problem: Problem) -> WorkbookError:
    """The error for an invalid cell; ``origin`` is the name of its table in messages."""
    return WorkbookError(f"{origin}: {problem.text}")


def _check_all(source: Source, base: Scenario, **options: Any) -> None:
    """Raise an error for the first invalid cell of a table."""
    origin = origin_of(source)
    if origin == "standard input":
        raise WorkbookError(
            "standard input is read once; strict=True needs a table to read twice",
            parameters=["strict"],
        )
    problems = problems_of(source, base, **options)
    if problems:
        raise problem_error(origin, problems[0])


def _worked(
    jobs: Iterator[Job], destination: Destination, processes: int, scheduler: str | None
) -> Generator[Counts, None, None]:
    """Counts of the jobs as they complete; only a few are queued at a time."""
    if is_in_memory(destination.address):  # which no other process sees
        if scheduler is not None:
            raise WorkbookError(
                f"{destination.address}: workers of a scheduler cannot write to the memory of this "
                "process; name a folder that they share or another URL"
            )
        processes = 1
    if scheduler is not None:
        from .cluster import worked

        return worked(jobs, scheduler)
    if processes > 1:
        first = [*itertools.islice(jobs, 2)]
        jobs = itertools.chain(first, jobs)
        if len(first) > 1:
            return results_of(work, jobs, processes)
    return (work(job) for job in jobs)  # a single job is done before another process has started


def _length(source: Source, head: Rows, limit: int | None) -> int | None:
    """Number of rows of a table whose first rows are known; None if it cannot be told."""
    if len(head.frame) < PARTITION:
        return len(head.frame)
    known = [one for one in (length_of(source), limit) if one is not None]
    return min(known, default=None)


class _Options(NamedTuple):
    """Options of a run, which are fields of :class:`.partition.Job`."""

    workbooks: bool
    compact: bool
    theme: Theme | None
    language: str
    draws: int
    template: TemplateFile | None
    pdf: bool


class _Run:
    """The state of a run: the partitions completed or found complete.

    Attributes
    ----------
    check_lock : callable
        Raises WorkbookError if another run may have written to the destination.
    """

    check_lock: Callable[[], None]

    def __init__(
        self,
        destination: Destination,
        base: Scenario,
        origin: str,
        options: _Options,
        progress: Callable[[Counts], None] | None,
        keep: tuple[str, ...] = (),
    ):
        self._keep = keep
        self.destination, self._base, self._origin = destination, base.to_dict(), origin
        self._unset = base.unset
        self._criterion = criterion_in_words(base.values)
        self._options, self._progress = options, progress
        self._counts: list[Counts] = []
        self._ready: dict[int, Counts] = {}  # complete partitions that were not given out yet
        self._next = 0  # number of the next to give out
        self._working: dict[int, str] = {}  # stamps of partitions that were begun, by number
        self._skipped = 0
        self._outdated = [*COMBINED_FILES]  # removed, last to first, before a partition changes

    def refuse_foreign_files(self) -> None:
        """Raise an error if the run would replace files or folders that do not come from a run.

        Combined files that were edited do not either.

        Combined files beside partitions are assumed to come from a run.
        """
        edited = self.destination.edited(COMBINED_FILES)
        if edited:
            raise WorkbookError(
                f"{self.destination.address}/{min(edited)}: was changed after the run that wrote "
                "it; move it elsewhere, or delete it, and run the same command again"
            )
        foreign = self.destination.foreign_partitions()
        if not self.destination.partitions():
            foreign.update(filter(self.destination.exists, COMBINED_FILES))
        foreign.update(filter(self.destination.is_irreplaceable, COMBINED_FILES))
        if foreign:
            raise WorkbookError(
                f"{self.destination.address}/{min(foreign)}: exists already and was not "
                "written by a run; name another destination"
            )

    def jobs(self, table: Iterable[Rows]) -> Iterator[Job]:
        """Jobs for the partitions of a table that are not complete yet."""
        for number, rows in enumerate(table):
            if "criterion" in rows.frame.columns:
                self._criterion = BY_EACH
            job = self._job(number, rows)
            manifest = self.destination.manifest(job.name)
            if (
                manifest
                and describes(manifest, job.stamp)
                and self.destination.is_intact(job.name, manifest["files"])
            ):
                self._skipped += 1
                self.completed(number, {name: manifest[name] for name in COUNTS})
            else:
                self._before_change()
                self._working[number] = job.stamp
                yield job

    def completed(self, number: int, counts: Counts) -> None:
        """Count a complete partition and report progress."""
        self.check_lock()
        self._counts.append(counts)
        self._ready[number] = counts
        self._working.pop(number, None)
        if self._progress:
            self._progress(counts)

    def report_unreported(self) -> None:
        """Report progress of partitions that were completed just before an interrupt."""
        for number, stamp in self._working.items():
            manifest = self.destination.manifest(partition_name(number))
            if self._progress and manifest and describes(manifest, stamp):
                self._progress({name: manifest[name] for name in COUNTS})

    def ready(self) -> Iterator[Part]:
        """Complete partitions that follow those given out before, in the order of the table."""
        while counts := self._ready.pop(self._next, None):
            name = partition_name(self._next)
            self._next += 1
            yield Part(name, self.destination, counts, self._options.draws, self._keep)

    def remove_surplus_partitions(self) -> None:
        """Remove partitions that an earlier run wrote for a longer table."""
        for name in sorted(self.destination.partitions().difference(self._partitions())):
            self._before_change()
            self.destination.remove_partition(name)

    def combine_early(self, framed: FramedFiles, part: Part) -> None:
        """Add a partition to the files that need the results as frames, while others are computed.

        With kept columns this waits: their types depend on all partitions.
        """
        if not self._keep:
            framed.add(self._combined([part.name]), part.name, self._linked)

    def _combined(self, names: list[str]) -> CombinedFiles:
        return CombinedFiles(self.destination, names, self._options.draws, self._keep)

    @property
    def _linked(self) -> str:
        """Ending of the workbooks of the run, "" if it makes none."""
        template = self._options.template
        return (template.suffix if template else ".xlsx") * self._options.workbooks

    def write_combined_files(
        self,
        bom: bool,
        wanted: Collection[str],
        framed: FramedFiles,
        on_note: Callable[[str], None] | None,
    ) -> None:
        """Write the combined files; the results are last, so their presence means completion."""
        names = self._partitions()
        combined = self._combined(names)
        for name in names:
            framed.add(combined, name, self._linked)
        files: list[Iterable[tuple[str, Iterable[bytes]]]] = [
            [(DICTIONARY, combined.dictionary(bom))],
            framed.finished(combined, self._options.theme, self._criterion, on_note),
            [(ERRORS, combined.errors(bom)), (RESULTS, combined.results(bom))],
        ]
        for name, pieces in itertools.chain(*files):
            if name in wanted:
                self.check_lock()
                self.destination.write(name, pieces)
        self.check_lock()
        self.destination.finish()

    def summary(self) -> Summary:
        """Counts of the partitions that are complete."""
        scenarios, problems = (
            sum(counts[name] for counts in self._counts) for name in ("scenarios", "problems")
        )
        return Summary(scenarios, problems, len(self._counts), self._skipped)

    def _job(self, number: int, rows: Rows) -> Job:
        options = self._options
        decisive = (*map(repr, options), self._unset, self._keep, *rows[1:])
        return Job(
            number,
            rows.frame,
            rows.repeated,
            self._base,
            self._unset,
            self._origin,
            self.destination.address,
            *options,
            stamp_of(rows.frame, self._base, *decisive),
            rows.numbers,
            rows.faults,
            self._keep,
            rows.kept,
            rows.decimal,
        )

    def _partitions(self) -> list[str]:
        """Names of all partitions of the table."""
        return [partition_name(number) for number in range(len(self._counts))]

    def _before_change(self) -> None:
        """Remove the combined files, which are stale when a partition changes."""
        self.check_lock()
        while self._outdated:
            self.destination.remove(self._outdated.pop())
