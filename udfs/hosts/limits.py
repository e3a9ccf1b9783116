"""What a server takes at most, read from its file .env and from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from .folder import AddinError

PREFIX = "SHOREWISE_"


@dataclass(frozen=True)
class Limits:
    """Limits of a server.

    Attributes
    ----------
    body_bytes : int
        Of a request.
    cells : int
        That one call may compute: rows by columns of its arguments together.
    calls_minute : int
        Requests of one address in a minute on average; as many may come at once.
    at_once, waiting : int
        Requests that are answered at the same time, and that wait for their turn.
    seconds : int
        For a request to arrive, again for its turn to come, and again for its answer.
    """

    body_bytes: int = 4_000_000
    cells: int = 250_000
    calls_minute: int = 6_000
    at_once: int = 32
    waiting: int = 2_000
    seconds: int = 30


_MOST = 1_000_000_000


def limits_of(settings: Mapping[str, str | None]) -> Limits:
    """The limits that settings name, such as SHOREWISE_SECONDS, else the default ones.

    Raises
    ------
    AddinError
        A limit that is no whole number from 1 on.
    """
    found = {}
    for field in fields(Limits):
        name = PREFIX + field.name.upper()
        text = settings.get(name)
        if not text:
            continue
        if not (text.isascii() and text.isdigit() and len(text) <= 10 and 1 <= int(text) <= _MOST):
            raise AddinError(
                f"{name} is {text[:40]!r}; it must be a whole number between 1 and {_MOST:,}"
            )
        found[field.name] = int(text)
    return Limits(**found)
