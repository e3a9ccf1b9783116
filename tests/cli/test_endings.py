"""How commands end: by signals, at full disks and closed pipes, before devices."""

import errno
import os
import re
import resource
import signal
import stat
import subprocess
import sys
import time

import click
import fsspec
import pytest
from click.testing import CliRunner

from shorewise.cli import main
from shorewise.cli.endings import end_in_one_line
from tests.support.paths import ROOT

linux = pytest.mark.skipif(sys.platform != "linux", reason="devices and signals of Linux")
pytestmark = linux
LEDGER = str(ROOT / "examples" / "ledger.csv")
QUOTE = ["quote", str(ROOT / "examples" / "vendor_quote.csv"), "--country", "Poland"]
QUOTE += ["--salary", "300000"]
SHOREWISE = [sys.executable, "-c", "from shorewise.cli import main; main()"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [f"S{n},{n / 1e6}" for n in range(20_000)]
    (tmp_path / "t.csv").write_text("\n".join(["scenario,discount_rate", *lines]))
    return tmp_path


def _heed_signals():
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def started(*arguments, **options):
    return subprocess.Popen(
        [*SHOREWISE, *arguments],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # What runs in the background of a script ignores Ctrl-C, what nohup starts ignores the
        # end of its terminal, and so would this.
        preexec_fn=_heed_signals,
        **{"stdout": subprocess.PIPE} | options,
    )


@pytest.mark.soak(keep=2)
@pytest.mark.parametrize("arguments", [["functions"], ["presets"], ["--version"], ["--help"],
    ["solve", "--input", "salary", "--target", "9", "--json"]], ids=lambda a: a[0])  # fmt: skip
def test_a_full_disk_behind_standard_output_is_reported_in_one_line_with_exit_code_2(arguments):
    with open("/dev/full", "w") as full:
        process = started(*arguments, stdout=full)
        error = process.communicate(timeout=60)[1]
    expected = "shorewise: standard output: cannot be written: No space left on device\n"
    assert (process.returncode, error) == (2, expected)


@pytest.mark.soak(keep=2)
@pytest.mark.parametrize("arguments", [["functions"], ["recommend", "--json"], ["--help"],
    ["sensitivity"], ["bulk", "t.csv", "--json"]], ids=lambda a: a[0])  # fmt: skip
def test_a_closed_pipe_ends_a_command_silently(arguments):
    reads, writes = os.pipe()
    os.close(reads)
    process = started(*arguments, stdout=writes)
    os.close(writes)
    error = process.communicate(timeout=60)[1]
    assert (process.returncode, error) == (141, "")


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("arguments", [["simulate", "--draws", "2000000"],
    ["bulk", "t.csv", "-o", "out", "--processes", "2"]], ids=lambda a: a[0])  # fmt: skip
def test_a_signal_ends_a_command_with_one_line(here, arguments, number):
    process = started(*arguments)
    while not (here / "out").exists() if arguments[0] == "bulk" else not _maps(process, "numpy"):
        assert process.poll() is None
        time.sleep(0.01)
    time.sleep(0.5)
    before = time.monotonic()
    os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    out, error = process.communicate(timeout=60)
    assert time.monotonic() - before < 20  # some 0.3 s
    by = "" if number == signal.SIGINT else f" by {number.name}"
    assert (process.returncode, out) == (128 + number, "")
    stays = r"; (no part was finished|.* stays?) in out; run the same command again.*"
    expected = f"shorewise: stopped{by}{stays * (arguments[0] == 'bulk')}\n"
    assert re.fullmatch(expected, error)
    assert not [*here.glob("out/.part*")]


def _maps(process, name):
    """Whether a process has loaded a library."""
    with open(f"/proc/{process.pid}/maps") as maps:
        return name in maps.read()


def test_ctrl_c_during_imports_gives_the_same_line_and_exit_code():
    program = (
        "import os, signal, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'rich' or name == 'click': os.kill(os.getpid(), signal.SIGINT)\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from shorewise.cli import main\n"
        "main()"
    )
    for text in (program, program.replace(" or name == 'click'", "")):
        done = subprocess.run(
            [sys.executable, "-c", text, "sensitivity"], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (130, "shorewise: stopped\n")


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_a_server_that_catches_signals_ends_with_130_after_ctrl_c(here, number, code):
    (here / "project" / "custom_functions").mkdir(parents=True)
    (here / "project" / ".env").touch()
    program = (
        "import os\n"
        "from shorewise.udfs.hosts import app\n"
        "def serve(*_):\n"
        "    try:\n"
        f"        os.kill(os.getpid(), {number.value})\n"
        "    except KeyboardInterrupt: pass\n"  # as uvicorn does
        "app.serve = serve\n"
        "from shorewise.cli import main\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "addin", "serve", "project"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"XLWINGS_LICENSE_KEY": "noncommercial", "XLWINGS_ON_SERVER": "true"},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr == "shorewise: stopped\n" * (code == 130)


def test_code_that_ignores_signals_is_ended_as_well():
    program = (
        "import ctypes, shorewise.engine\n"
        "lock, library = ctypes.create_string_buffer(64), ctypes.CDLL(None)\n"
        "def presets():\n"
        "    print('on', flush=True)\n"
        "    for _ in range(2): library.pthread_mutex_lock(lock)\n"  # the second time for ever
        "shorewise.engine.presets = presets\n"
        "from shorewise.cli import main\n"
        "main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, "presets"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stdout.readline() == "on\n"
    before = time.monotonic()
    process.send_signal(signal.SIGINT)
    error = process.communicate(timeout=60)[1]
    assert (process.returncode, error) == (130, "shorewise: stopped\n")
    assert time.monotonic() - before < 20


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A comparison workbook."""
    path = str(tmp_path_factory.mktemp("book") / "a.xlsx")
    assert CliRunner().invoke(main, ["compare", "-o", path]).exit_code == 0
    return path


# Every command that writes a file, and the ending of its name.
WRITING = [
    (["actuals", "BOOK", LEDGER, "-o"], ".xlsx"), (["assumptions", "--csv"], ".csv"),
    (["bulk", "t.csv", "-o"], ".zip"), (["calc", "BOOK", "-o"], ".xlsx"),
    (["compare", "-o"], ".xlsx"), (["countries", "--csv"], ".csv"),
    (["diff", "BOOK", "BOOK", "-o"], ".xlsx"), (["functions", "--workbook"], ".xlsx"),
    ([*QUOTE, "-o"], ".xlsx"), ([*QUOTE, "--csv"], ".csv"), (["read", "BOOK", "-o"], ".toml"),
    (["rebuild", "BOOK", "-o"], ".xlsx"), (["sensitivity", "--plot"], ".svg"),
    (["simulate", "--draws", "64", "--plot"], ".svg"), (["statement", "--csv"], ".csv"),
]  # fmt: skip


@pytest.mark.soak(keep=3)
@pytest.mark.parametrize(("arguments", "ending"), WRITING, ids=lambda one: one[0] + one[-1])
def test_a_pipe_device_or_folder_is_never_replaced(arguments, ending, book):
    arguments = [book if one == "BOOK" else one for one in arguments]
    force = [] if arguments[0] == "bulk" else ["--force"]
    os.mkfifo(f"pipe{ending}")
    os.symlink("/dev/null", f"null{ending}")
    os.mkdir(f"folder{ending}")
    for name in (f"pipe{ending}", f"null{ending}", f"folder{ending}"):
        done = CliRunner().invoke(main, [*arguments, name, *force])
        said = "a folder; name a file" if name.startswith("folder") else (
            "a device or pipe, which nothing replaces; name a file"
        )  # fmt: skip
        if arguments[0] == "bulk":
            said = "exists already and holds no reports; name another file"
        found = [line for line in done.stderr.splitlines() if not line.startswith("note: ")]
        assert (done.exit_code, found) == (2, [f"shorewise: {name}: {said}"])
    assert stat.S_ISFIFO(os.stat(f"pipe{ending}").st_mode)
    assert stat.S_ISCHR(os.stat(f"null{ending}").st_mode)
    assert os.listdir(f"folder{ending}") == []


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("arguments", [["bulk", "t.csv", "--limit", "9", "-o", "x"],
    ["functions", "--workbook", "x.xlsx"], ["statement", "--csv", "x.csv"]],
    ids=lambda one: one[0])  # fmt: skip
def test_a_disk_that_is_full_is_reported_in_one_line_and_nothing_is_left(here, arguments):
    """Files of more than 100 bytes fail, in the folder for temporary files too."""

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    done = subprocess.run(
        [*SHOREWISE, *arguments],
        capture_output=True,
        text=True,
        preexec_fn=limited,
        check=False,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},  # which would be cut off as well
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"shorewise: x\S*: cannot be written: File too large\n", done.stderr)
    assert [path.name for path in here.iterdir()] == ["t.csv"]


def test_a_full_disk_behind_a_temporary_file_is_not_called_standard_output():
    @click.command()
    @click.pass_context
    def command(context):
        with end_in_one_line(context):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    done = CliRunner().invoke(command)
    expected = "shorewise: a temporary file: cannot be written: No space left on device; "
    assert (done.exit_code, done.stderr) == (2, f"{expected}TMPDIR names its folder\n")


@pytest.mark.parametrize("name", ["results.csv", "portfolio.xlsx", ".lock"])
def test_a_pipe_in_the_folder_of_a_finished_run_is_never_replaced(name):
    run = ["bulk", "t.csv", "-o", "out", "--limit", "2", "--no-workbooks", "--processes", "1"]
    assert CliRunner().invoke(main, run).exit_code == 0
    path = f"out/{name}"
    if os.path.exists(path):
        os.remove(path)
    os.mkfifo(path)
    done = CliRunner().invoke(main, run)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith(f"shorewise: {path}: ")
    assert stat.S_ISFIFO(os.stat(path).st_mode)


def test_bulk_never_writes_a_zip_over_a_pipe():
    os.mkfifo("pipe.zip")
    done = CliRunner().invoke(main, ["bulk", "t.csv", "-o", "pipe.zip", "--limit", "1"])
    assert done.exit_code == 2
    assert stat.S_ISFIFO(os.stat("pipe.zip").st_mode)


@pytest.mark.parametrize("place", ["x.tar.gz", "x.tgz", "x.7z", "x.csv", "x.xlsx", "a/x.tar.gz/"])
def test_bulk_creates_no_folder_named_like_a_file(here, place):
    done = CliRunner().invoke(main, ["bulk", "t.csv", "-o", place, "--limit", "1"])
    assert done.exit_code == 2
    assert done.stderr.endswith("cannot be written; name a folder, a .zip or a URL of a folder\n")
    assert [path.name for path in here.iterdir()] == ["t.csv"]


def test_bulk_writes_to_memory_in_one_process_and_says_that_it_does_not_last():
    run = ["bulk", "t.csv", "-o", "memory://ends", "--limit", "300", "--no-workbooks"]
    done = CliRunner().invoke(main, [*run, "--processes", "2"])
    expected = "300 scenarios, 0 cells not allowed: memory://ends\n"
    assert (done.exit_code, done.stdout) == (0, expected)
    assert "note: memory://ends lasts only as long as this command\n" in done.stderr
    assert fsspec.filesystem("memory").exists("/ends/results.csv")
    done = CliRunner().invoke(main, [*run, "--scheduler", "tcp://127.0.0.1:9"])
    assert done.exit_code == 2
    assert "workers of a scheduler cannot write to the memory of this process" in done.stderr
