"""Every error Shorewise raises on purpose, in one tree."""

import contextlib
import importlib.util
import os
from collections.abc import Iterator, Sequence

# The package by which each extra of setup.cfg is recognised.
PACKAGES = {
    "calc": "formualizer",
    "dask": "distributed",
    "fx": "currency_converter",
    "package": "installer",
    "parquet": "pyarrow",
    "plot": "matplotlib",
    "remote": "fsspec",
    "s3": "s3fs",
    "server": "xlwings_server",
    "sql": "sqlalchemy",
    "uncertainty": "scipy",
}
MESSAGE_MAX = 300  # characters of a message: what a reader takes in, and a terminal shows
_HEAD = 140  # of them from the beginning of a longer one: the file and the place


def one_line(text: str, most: int = MESSAGE_MAX) -> str:
    """A message on one line, of which a long one loses its middle.

    It begins with the file and the place, and ends with what is allowed: both stay.
    """
    if not text.isprintable():
        text = "".join(c if c.isprintable() else f"{c!r}"[1:-1] for c in text[: 100 * most])
    if len(text) <= most:
        return text
    head = min(_HEAD, most // 2)
    return f"{text[:head]} ... {text[len(text) - (most - head - 5) :]}"


class ShorewiseError(Exception):
    """Anything this package raises on purpose; its text is fit to show a user, on one line.

    Parameters
    ----------
    text : str
    parameters : sequence of str
        Parameters of a public function that the text names, if a caller may know them by other
        names: the command line shows its flags instead.
    """

    parameters: tuple[str, ...] = ()

    def __init__(self, text: str = "", *, parameters: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.parameters = tuple(parameters)

    def __str__(self) -> str:
        return one_line(super().__str__())


class ModelError(ShorewiseError):
    """The model itself is wrong: a cycle, an unknown name, wrong axes, a missing unit.

    Raised when the model is loaded, or when a line is asked for that it does not have.
    """


class ScenarioError(ShorewiseError, ValueError):
    """A scenario that cannot be used: the text names the place, the value and what is allowed."""


class DomainError(ShorewiseError, ValueError):
    """A number outside the range where the model means something."""


class ExtraError(ShorewiseError):
    """A package that only some need is not installed."""


@contextlib.contextmanager
def needs(extra: str, what: str) -> Iterator[None]:
    """Around imports of an extra's packages: says how to install them where they are missing."""
    try:
        yield
    except ImportError:
        raise ExtraError(f"{what} needs: {install(extra)}") from None


def require(extra: str, what: str) -> None:
    """Raise ExtraError, without importing anything, if an extra's package is not installed.

    Parameters
    ----------
    extra : str
        One of :data:`PACKAGES`.
    what : str
        What needs it, for the message: "a simulation".
    """
    if importlib.util.find_spec(PACKAGES[extra]) is None:
        raise ExtraError(f"{what} needs: {install(extra)}")


def install(extra: str) -> str:
    """The command that installs an extra, in quotes: zsh would read the brackets as a pattern."""
    quote = '"' if os.name == "nt" else "'"
    return f"pip install {quote}shorewise[{extra}]{quote}"
