"""Recalculation in a process of its own, with limits of time and memory, for hostile files."""

import contextlib
import importlib.util
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Collection

from ...engine.calculators.catalogue import PREFIX
from ...engine.errors import install
from ..errors import WorkbookError
from .recalculation import Recalculated, SkippedCell, recalculate
from .registry import Registry
from .source_workbook import Cell

CPU, CPU_EACH_MB, CPU_MAX = 10, 3, 90  # seconds: for any file, for each megabyte unpacked
MEMORY, MEMORY_EACH_MB = 320, 16  # megabytes, beside those of the program itself
_OURS = re.compile(PREFIX.encode(), re.IGNORECASE)
_MEGABYTE = 1 << 20
_FAILED = 3  # exit code of a process that says why on standard output
_ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1"
)


def recalculate_in_sandbox(
    data: bytes,
    registry: Callable[[], Registry],
    model: Collection[str] = (),
    changed: Collection[Cell] = (),
    unknown: Collection[Cell] = (),
) -> Recalculated:
    """A recalculated package, computed in a process with limits of time and memory.

    Parameters
    ----------
    data : bytes
        As :func:`~shorewise.workbook.recalc.recalculate` takes it.
    registry : callable
        A function of a module, which the process imports and calls.
    model, changed, unknown
        As there.

    Raises
    ------
    WorkbookError
        As there, or the limits were reached.
    """
    size, calls = _unpacked(data)
    if not (calls or changed):
        return Recalculated(None, 0, [], "")
    if importlib.util.find_spec("formualizer") is None:
        raise WorkbookError(f"computing a workbook needs: {install('calc')}")
    seconds = min(CPU + CPU_EACH_MB * size // _MEGABYTE, CPU_MAX)
    memory = MEMORY + MEMORY_EACH_MB * size // _MEGABYTE
    start = (
        f"import sys; sys.path[:] = {sys.path!r}; from {__name__} import main; "
        f"from {registry.__module__} import {registry.__qualname__} as registry; main(registry())"
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", start, str(seconds), str(memory)],
            input=json.dumps([[*model], [*changed], [*unknown]]).encode() + b"\n" + data,
            capture_output=True,
            env=os.environ | _ONE_THREAD,
            timeout=30 + 5 * seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise WorkbookError(f"takes more than {30 + 5 * seconds} seconds; refused") from None
    if done.returncode == _FAILED:
        raise WorkbookError(done.stdout.decode())
    if done.returncode:
        raise WorkbookError(_why(done.returncode, seconds, memory))
    head, _, package = done.stdout.partition(b"\n")
    found = json.loads(head)
    skipped = [SkippedCell(*one) for one in found["skipped"]]
    return Recalculated(
        package if found["has_data"] else None, found["computed"], skipped, found["proof"]
    )


def _unpacked(data: bytes) -> tuple[int, bool]:
    """The unpacked size of a package in bytes, and whether a part of it names a function."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        size = sum(entry.file_size for entry in entries)
        for entry in entries:
            content = archive.read(entry)
            if b"\0" in content:  # as in UTF-16
                content = content.replace(b"\0", b"")
            if _OURS.search(content):
                return size, True
    return size, False


def _why(code: int, seconds: int, memory: int) -> str:
    """Why the process ended without a result."""
    if -code in (getattr(signal, "SIGXCPU", None), getattr(signal, "SIGKILL", None)):
        return f"takes more than {seconds} seconds to compute; refused"
    return f"takes more than {memory} MB of memory, or is nested too deeply; refused"


def _limit(seconds: int, memory: int) -> None:
    """Limit what this process takes from now on, where the operating system can."""
    with contextlib.suppress(ImportError):
        import resource

        seconds += int(time.process_time())  # the start, which takes long on a slow machine
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        if hard == resource.RLIM_INFINITY or hard > seconds:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
        try:
            with open("/proc/self/statm") as file:
                pages = int(file.read().split()[0])
        except OSError:
            return  # only Linux says what the program itself takes
        most = pages * resource.getpagesize() + memory * _MEGABYTE
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        if hard == resource.RLIM_INFINITY or hard > most:
            resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def main(functions: Registry) -> None:
    """The process in the sandbox: what changed and a package in, findings and package out."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent process ends this one
    with contextlib.suppress(ImportError):
        import formualizer  # noqa: F401 - so that it counts as the program's own memory
    seconds, memory = map(int, sys.argv[1:])
    head, _, data = sys.stdin.buffer.read().partition(b"\n")
    model, *cells = json.loads(head)
    changed, unknown = ([Cell(title, (row, column)) for title, (row, column) in c] for c in cells)
    _limit(seconds, memory)
    try:
        found = recalculate(data, functions, model, changed, unknown)
        head = {
            "has_data": found.data is not None,
            "computed": found.computed,
            "skipped": found.skipped,
            "proof": found.proof,
        }
        answer = json.dumps(head).encode() + b"\n" + (found.data or b"")
        code = 0
    except WorkbookError as error:
        answer, code = str(error).encode(errors="replace"), _FAILED
    except (MemoryError, RecursionError):
        answer, code = b"takes too much memory, or is nested too deeply; refused", _FAILED
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    os._exit(code)  # what the engine holds need not be freed piece by piece
