"""How commands end: by signals, at full disks and closed pipes, before devices."""

import os
import signal
import stat
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from shorewise.cli import main

linux = pytest.mark.skipif(sys.platform != "linux", reason="devices and signals of Linux")
pytestmark = linux
SHOREWISE = [sys.executable, "-c", "from shorewise.cli import main; main()"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [f"S{n},{n / 1e6}" for n in range(20_000)]
    (tmp_path / "t.csv").write_text("\n".join(["scenario,discount_rate", *lines]))
    return tmp_path


def started(*arguments, **options):
    return subprocess.Popen(
        [*SHOREWISE, *arguments],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # What runs in the background of a script ignores Ctrl-C, and so would this.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        **{"stdout": subprocess.PIPE} | options,
    )


@pytest.mark.parametrize("arguments", [["functions"], ["presets"], ["--version"], ["--help"],
    ["solve", "--input", "salary", "--target", "9", "--json"]], ids=lambda a: a[0])  # fmt: skip
def test_a_full_disk_behind_standard_output_is_reported_in_one_line_with_exit_code_2(arguments):
    with open("/dev/full", "w") as full:
        process = started(*arguments, stdout=full)
        error = process.communicate(timeout=60)[1]
    expected = "shorewise: standard output: cannot be written: No space left on device\n"
    assert (process.returncode, error) == (2, expected)


@pytest.mark.parametrize("arguments", [["functions"], ["recommend", "--json"], ["--help"],
    ["sensitivity"]], ids=lambda a: a[0])  # fmt: skip
def test_a_closed_pipe_ends_a_command_silently(arguments):
    reads, writes = os.pipe()
    os.close(reads)
    process = started(*arguments, stdout=writes)
    os.close(writes)
    error = process.communicate(timeout=60)[1]
    assert (process.returncode, error) == (141, "")


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
    resume = "; run the same command again to resume" * (arguments[0] == "bulk")
    assert (process.returncode, out) == (128 + number, "")
    assert error == f"shorewise: stopped{by}{resume}\n"
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


@pytest.mark.parametrize("arguments", [
    ["compare", "-o"], ["functions", "--workbook"], ["read", "a.xlsx", "-o"],
    ["sensitivity", "--plot"],
], ids=lambda a: a[0])  # fmt: skip
def test_a_pipe_or_device_is_never_replaced(arguments):
    if arguments[0] == "read":
        assert CliRunner().invoke(main, ["compare", "-o", "a.xlsx"]).exit_code == 0
    ending = ".svg" if arguments[0] == "sensitivity" else ".xlsx"
    os.mkfifo(f"pipe{ending}")
    os.symlink("/dev/null", f"null{ending}")
    for name in (f"pipe{ending}", f"null{ending}"):
        done = CliRunner().invoke(main, [*arguments, name, "--force"])
        expected = f"shorewise: {name}: a device or pipe, which nothing replaces; name a file\n"
        assert (done.exit_code, done.stderr) == (2, expected)
    assert stat.S_ISFIFO(os.stat(f"pipe{ending}").st_mode)
    assert stat.S_ISCHR(os.stat(f"null{ending}").st_mode)


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


def test_bulk_refuses_a_destination_in_its_own_memory():
    done = CliRunner().invoke(main, ["bulk", "t.csv", "-o", "memory://x", "--limit", "1"])
    assert done.exit_code == 2
    assert done.stderr.startswith("shorewise: memory://x: lasts only as long as this command; ")
