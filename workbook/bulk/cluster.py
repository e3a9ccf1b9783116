"""The same work on the workers of a Dask scheduler."""

import itertools
from collections.abc import Iterator

from ..errors import WorkbookError
from .code import code_hash
from .memory import keep_freed
from .partition import Job, work

_JOBS_OF_A_THREAD = 2  # one in work, one waiting
_PATIENCE = 10  # seconds until a scheduler must answer


def worked(jobs: Iterator[Job], address: str) -> Iterator[dict[str, int]]:
    """Counts of the jobs as they are done; never more than a few wait at once.

    Raises
    ------
    WorkbookError
        A scheduler that does not answer, no workers, workers with another version, or a job that
        failed everywhere.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise WorkbookError("--scheduler needs: pip install shorewise[dask]") from None
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise WorkbookError(f"{address}: no scheduler answers: {_line(error)}") from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise WorkbookError(f"{address}: the scheduler has no workers")

        def submitted(count: int):
            some = itertools.islice(jobs, count)
            # A job is not a pure function: two with equal arguments may find other folders.
            return [client.submit(_checked, code_hash(), job, pure=False) for job in some]

        waiting = as_completed(submitted(_JOBS_OF_A_THREAD * threads), loop=client.loop)
        for future in waiting:
            try:
                counts = future.result()
            except WorkbookError:
                raise
            except Exception as error:  # the worker's, or Dask's own
                raise WorkbookError(f"{address}: a worker failed: {_line(error)}") from None
            yield counts
            future.release()
            waiting.update(submitted(1))


def _checked(version: str, job: Job) -> dict[str, int]:
    """The work of a job, if this worker makes the reports that the client asks for."""
    if code_hash() != version:
        from distributed import get_worker

        raise WorkbookError(
            f"worker {get_worker().address} has another version of Shorewise, or of a package "
            "that it needs, than this machine"
        )
    keep_freed()
    return work(job)


def _line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
