"""Every error Shorewise raises on purpose, in one tree."""

import contextlib
from collections.abc import Iterator


class ShorewiseError(Exception):
    """Anything this package raises on purpose; its text is fit to show a user."""


class ModelError(ShorewiseError):
    """The model itself is wrong: a cycle, an unknown name, wrong axes, a missing unit.

    Raised when the model is loaded, or when a line is asked for that it does not have.
    """


class ScenarioError(ValueError, ShorewiseError):
    """A scenario that cannot be used: the text names the place, the value and what is allowed."""


class DomainError(ValueError, ShorewiseError):
    """A number outside the range where the model means something."""


class ExtraError(ShorewiseError):
    """A package that only some need is not installed."""


@contextlib.contextmanager
def needs(extra: str, what: str) -> Iterator[None]:
    """Around imports of an extra's packages: says how to install them where they are missing."""
    try:
        yield
    except ImportError:
        raise ExtraError(f"{what} needs: pip install 'shorewise[{extra}]'") from None
