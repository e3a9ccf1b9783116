"""A shell in a terminal of its own, into which a test types."""

import os
import re
import select
import subprocess
import time
from collections.abc import Mapping, Sequence

_DEADLINE = 60  # seconds that a busy machine may take for an answer
_CODES = re.compile(r"\x1b(\[[0-9;?]*[a-zA-Z]|[=>]|\][^\x07]*\x07)|\r|\x07")


class Terminal:
    """An interactive shell; its screen is read as text without control codes."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        import pty  # not on Windows

        self._ours, theirs = pty.openpty()
        self._shell = subprocess.Popen(
            ["setsid", "--ctty", *command],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**environment, "TERM": "dumb"},
        )
        os.close(theirs)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._ours, keys.encode())

    def read_until(self, words: str) -> str:
        """What is on the screen from now on, up to some words."""
        screen, end = "", time.monotonic() + _DEADLINE
        while words not in screen:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self._ours], [], [], left)[0]:
                raise AssertionError(f"{words!r} is not on the screen: {screen!r}")
            screen += _CODES.sub("", os.read(self._ours, 4096).decode(errors="replace"))
        return screen

    def close(self) -> None:
        """End the shell."""
        self._shell.kill()
        self._shell.wait()
        os.close(self._ours)
