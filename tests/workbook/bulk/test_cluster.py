"""Bulk on a cluster: the same bytes as on this machine, whatever happens to workers."""

import gc
import os
import re
import subprocess
import sys
import time

import distributed
import pytest
from dask import config as dask_config

from shorewise.workbook import WorkbookError
from shorewise.workbook.bulk import bulk, cluster
from shorewise.workbook.bulk.table_options import TableOptions
from shorewise.workbook.template.example import example
from shorewise.workbook.template.filling import TemplateFile
from tests.support.bulk_runs import BASE, lines, run, table_of, tree
from tests.support.soak import SOAK

pytestmark = pytest.mark.filterwarnings("default")  # Dask's own are not ours to mend


def spoken(process, pattern):
    """What a process says of itself."""
    for line in process.stderr:
        if found := re.search(pattern, line):
            return found[1]
    raise AssertionError(f"{process.args} ended")


@pytest.fixture(scope="module")
def dask(tmp_path_factory):
    """Address of a scheduler with two workers, started as docs/cluster.md says."""
    folder = tmp_path_factory.mktemp("dask")
    processes = []

    def started(*arguments, pattern):
        process = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
        )
        processes.append(process)
        return spoken(process, pattern)

    address = started(
        "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show",
        pattern=r"Scheduler at:\s+(tcp://\S+)",
    )  # fmt: skip
    for _ in range(2):
        started("dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
                pattern=r"(Registered to)")  # fmt: skip
    yield address
    for process in reversed(processes):
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.mark.soak
def test_workers_started_from_the_shell_give_the_same_bytes(dask, tmp_path):
    table = table_of(50)
    table.loc[[3, 20], "discount_rate"] = "2"
    here = run(table, tmp_path / "here", size=4)
    assert run(table, tmp_path / "there", size=4, scheduler=dask) == here
    assert tree(tmp_path / "here") == tree(tmp_path / "there")
    assert run(table, tmp_path / "there", size=4, scheduler=dask).skipped == 13


@pytest.mark.soak
def test_a_template_is_filled_by_the_workers(dask, tmp_path):
    board = tmp_path / "board.xlsx"
    board.write_bytes(example())
    options = {"workbooks": True, "template": TemplateFile.read(board)}
    here = run(table_of(5), tmp_path / "here", **options)
    assert run(table_of(5), tmp_path / "there", scheduler=dask, **options) == here
    filled = tree(tmp_path / "there")
    assert filled == tree(tmp_path / "here")
    assert len([name for name in filled if "/workbooks/" in name]) == 5


def test_currencies_horizons_kept_columns_and_simulations_reach_the_workers(dask, tmp_path):
    table = table_of(12).assign(
        currency=[*("EUR", "", "GBP", "USD")] * 3, horizon_months=[12, 24] * 6, team=[*"abcdef"] * 2
    )
    options = {"draws": 64, "options": TableOptions(keep=("team",)), "size": 2}
    here = run(table, tmp_path / "here", **options)
    assert run(table, tmp_path / "there", scheduler=dask, **options) == here
    assert tree(tmp_path / "here") == tree(tmp_path / "there")
    found = lines(tmp_path / "there")[::2]
    assert [row["currency"] for row in found] == ["EUR", "USD", "GBP", "USD"] * 3
    assert [row["team"] for row in found] == [*"abcdef"] * 2
    assert all(row["npv_p50"] for row in found)


def test_workers_with_another_version_are_reported_in_one_line(dask, tmp_path, use_version):
    use_version("99.1")
    with pytest.raises(WorkbookError, match=r"^worker tcp://\S+ has another version of Shorewise"):
        run(table_of(4), tmp_path, scheduler=dask)


def test_a_destination_that_workers_cannot_write_is_reported_in_one_line(dask, tmp_path):
    for name in (".part-00000.part", ".part-00001.part"):
        (tmp_path / name).write_text("")  # where a folder is to be
    with pytest.raises(WorkbookError, match=r"part-0000.: cannot be written: File exists"):
        run(table_of(4), tmp_path, scheduler=dask)


def test_a_failure_on_a_worker_is_reported_in_one_line(dask, tmp_path):
    table = table_of(4).assign(discount_rate=[Unreadable()] * 4)
    with pytest.raises(WorkbookError, match=f"{dask}: a worker failed: ") as caught:
        run(table, tmp_path, scheduler=dask)
    assert "\n" not in str(caught.value)


class Unreadable:
    """A cell that no worker can read."""

    def __str__(self):
        return "0.1"

    def __reduce__(self):
        return int, ("no number",)


@pytest.mark.soak
def test_a_missing_scheduler_or_worker_is_reported_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "ANSWER_TIMEOUT", 0.5)
    unraisable = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    for address in ("tcp://127.0.0.1:9", "nonsense://x", "tls://127.0.0.1:9", "nonsense"):
        before = time.monotonic()
        with pytest.raises(WorkbookError, match=f"^{address}: no scheduler answers: .*; start one"):
            run(table_of(4), tmp_path / "new", scheduler=address)
        gc.collect()  # a client of Dask that was not closed would wait for 1 s and say so
        assert time.monotonic() - before < 15
    assert unraisable == []
    assert not (tmp_path / "new").exists()
    with (
        distributed.LocalCluster(
            n_workers=0, processes=False, dashboard_address=None, protocol="tcp", host="127.0.0.1"
        ) as empty,
        pytest.raises(WorkbookError, match="the scheduler has no workers"),
    ):
        run(table_of(4), tmp_path, scheduler=empty.scheduler_address)


@pytest.mark.soak
def test_a_killed_worker_costs_only_time(tmp_path):
    table, killed = table_of(120), []
    run(table, tmp_path / "here", size=4)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as workers:

        def kill(_):
            if not killed:
                killed.append(next(iter(workers.workers.values())).pid)
                os.kill(killed[0], 9)

        place = tmp_path / "there"
        bulk(table, place, BASE, workbooks=False, partition=4,
             scheduler=workers.scheduler_address, progress=kill)  # fmt: skip
    assert killed
    assert tree(tmp_path / "here") == tree(place)


def killed_in_a_run(tmp_path, monkeypatch, which):
    """What a run says whose scheduler or workers are killed after its first part."""
    monkeypatch.setattr(cluster, "NO_WORKER_TIMEOUT", 3)
    # Or the cluster of the test itself waits for its scheduler for half a minute.
    soon = dask_config.set({"distributed.comm.timeouts.connect": "1s"})
    with (
        soon,
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
        ) as workers,
    ):

        def kill(_):
            if which == "workers":
                for worker in [*workers.workers.values()]:
                    workers.sync(worker.close)  # the nanny too, which would make another
            else:
                workers.sync(workers.scheduler.close, reason="killed")

        with pytest.raises(WorkbookError) as caught:
            run(table_of(400), tmp_path, size=4, scheduler=workers.scheduler_address, progress=kill)
    return str(caught.value)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("which", "said"),
    [("workers", "no worker is left"), *[("scheduler", "the scheduler has stopped")] * SOAK],
)
def test_a_run_whose_scheduler_or_workers_are_gone_ends_with_one_line(
    tmp_path, monkeypatch, which, said
):
    found = killed_in_a_run(tmp_path, monkeypatch, which)
    assert f": {said}; " in found
    assert found.endswith("run the same command again to resume")
    assert [*tmp_path.glob("part-*/manifest.json")]
