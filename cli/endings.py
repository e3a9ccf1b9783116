"""Error handling of commands: one line on standard error, and an exit code."""

import contextlib
import errno
import os
import re
import sys
import traceback
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from . import stopping

if TYPE_CHECKING:
    from ..engine.errors import ShorewiseError

_ERROR = 2
_CLOSED_PIPE = 141  # the shell's exit code for SIGPIPE: 128 + 13
_NO_DISK = {errno.ENOSPC, errno.EIO, errno.EFBIG, errno.EDQUOT, errno.EBADF}


@contextlib.contextmanager
def end_in_one_line(context: click.Context) -> Iterator[None]:
    """Print an error on one line of standard error, and exit with its code."""
    try:
        try:
            yield
        except (SystemExit, click.exceptions.Exit):
            _flush()
            raise
        else:
            _flush()
    except (SystemExit, click.exceptions.Exit, click.exceptions.NoArgsIsHelpError):
        raise
    except BaseException as error:
        if stopping.is_stopping() or isinstance(error, KeyboardInterrupt):
            _discard_output()
            stopping.print_stopped(*getattr(error, "__notes__", ()))
            sys.exit(stopping.exit_code())
        if isinstance(error, BrokenPipeError):  # such as "| head"
            _discard_output()
            sys.exit(_CLOSED_PIPE)
        message = _message(error, context)
        if message is None:
            raise
        from ..engine.errors import one_line

        with contextlib.suppress(OSError):
            click.echo(f"shorewise: {one_line(message)}", err=True)
        sys.exit(_ERROR)


def _message(error: BaseException, context: click.Context) -> str | None:
    """The message of an expected error; None for a bug, which keeps its traceback."""
    if isinstance(error, click.UsageError):
        text = error.format_message().rstrip(".").replace("\n", " ")
        _, *command = (error.ctx or context).command_path.split()
        return f"{text} ({' '.join(['shorewise', *command])} --help)"
    if isinstance(error, MemoryError):
        return "not enough memory; use fewer draws, plans or months"
    if isinstance(error, OSError) and error.errno in _NO_DISK and error.filename is None:
        if not _comes_from_output(error):
            return f"a temporary file: cannot be written: {error.strerror}; TMPDIR names its folder"
        _discard_output()
        return f"standard output: cannot be written: {error.strerror}"
    from ..engine.errors import ShorewiseError

    return with_flags(error) if isinstance(error, ShorewiseError) else None


def with_flags(error: "ShorewiseError") -> str:
    """The message of a library error, with command-line flags in place of parameter names.

    ``force=True`` becomes ``--force``. Only the last occurrence of a name is replaced, since a path
    earlier in the message can contain the same word.
    """
    text = str(error)
    for name in error.parameters:
        mentions = [*re.finditer(rf"(?<![\w./\\-]){name}(=True)?(?![\w./\\-])", text)]
        if mentions:
            start, end = mentions[-1].span()
            text = f"{text[:start]}--{name.replace('_', '-')}{text[end:]}"
    return text


def _comes_from_output(error: BaseException) -> bool:
    """Whether an error was raised by printing, rather than by writing a file without a name."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    module = frame.f_globals.get("__name__", "")
    return module == __name__ or module.partition(".")[0] == "click"


def _flush() -> None:
    """Flush standard output while a full disk can still be reported."""
    if sys.stdout is not None and not sys.stdout.closed:
        sys.stdout.flush()


def _discard_output() -> None:
    """Redirect standard output to the null device, so that the flush at exit cannot fail."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
