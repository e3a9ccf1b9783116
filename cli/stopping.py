"""Ctrl-C and termination signals: a prompt end with one line and one exit code.

SIGINT, SIGTERM and SIGHUP all raise ``KeyboardInterrupt``, so that open files and worker
processes are closed. Only modules that are fast to import are imported here.
"""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import FrameType

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
_NOTICE, _CLEAN_UP = 0.7, 2.5  # seconds for a command to notice a signal, and to clean up
_received: int | None = None  # the first signal


def exit_code() -> int:
    """Exit code after a signal: 128 plus its number, as in a shell."""
    return 128 + (_received or signal.SIGINT)


def is_stopping() -> bool:
    """Whether a signal has been received, which can then be the cause of any error."""
    return _received is not None


def print_stopped(what_next: str = "") -> None:
    """Print on standard error that a signal stopped the command, and what to do next."""
    name = signal.Signals(_received or signal.SIGINT).name
    by = "" if name == "SIGINT" else f" by {name}"
    line = f"shorewise: stopped{by}{what_next and '; '}{what_next}\n"
    with contextlib.suppress(OSError, ValueError):  # the terminal may be gone
        sys.stderr.write(line)
        sys.stderr.flush()


@contextlib.contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Raise ``KeyboardInterrupt`` at the first signal and ignore further ones.

    A watcher thread ends the process if the signal is not handled in time, for example inside
    native code, or if cleaning up takes too long.
    """
    global _received
    if (
        threading.current_thread() is not threading.main_thread()
    ):  # only the main thread receives signals
        yield
        return
    _received = None
    reads, writes = os.pipe()
    os.set_blocking(writes, False)
    threading.Thread(target=_watch, args=(reads,), daemon=True).start()
    woken = signal.set_wakeup_fd(writes, warn_on_full_buffer=False)
    before = {}
    try:
        for number in (getattr(signal, name, None) for name in _SIGNALS):
            if number is not None and signal.getsignal(number) not in (signal.SIG_IGN, None):
                before[number] = signal.signal(
                    number, _stop
                )  # signals ignored by nohup stay ignored
        yield
    finally:
        signal.set_wakeup_fd(woken)
        os.close(writes)  # which ends the watcher
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, _frame: FrameType | None) -> None:
    global _received
    if _received is None:
        _received = number
        sys.unraisablehook = lambda _: None  # no message from interrupted destructors
        raise KeyboardInterrupt


def _watch(reads: int) -> None:
    """End the process if a signal is not handled, or the command does not end in time."""
    try:
        while data := os.read(reads, 1):
            number = data[0]
            ours = getattr(signal.getsignal(number), "__name__", "") == _stop.__name__
            if not ours:
                continue  # servers have their own handlers, and pools ignore signals for a moment
            time.sleep(_NOTICE)
            if not is_stopping():
                _end(number)
            time.sleep(_CLEAN_UP)
            if _is_open(reads):
                _end(number)
    except OSError:
        pass
    finally:
        with contextlib.suppress(OSError):
            os.close(reads)


def _is_open(reads: int) -> bool:
    """Whether the command is still running; it closes the other end of the pipe when it ends."""
    os.set_blocking(reads, False)
    try:
        while data := os.read(reads, 64):
            pass
    except BlockingIOError:
        return True
    return bool(data)


def _end(number: int) -> None:
    """End the process and its children immediately."""
    global _received
    first = _received is None
    _received = _received or number
    if first:
        print_stopped()
    if "multiprocessing" in sys.modules:
        from multiprocessing import active_children

        for child in active_children():
            child.kill()
    os._exit(exit_code())
