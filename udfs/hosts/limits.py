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
        Requests of one user in a minute on average, or of one address where nobody has signed in;
        as many may come at once.
    at_once, user_at_once : int
        Requests that are answered at the same time, of all users and of one.
    waiting, user_waiting : int
        Requests that wait for their turn, of all users and of one.
    seconds : int
        For a request to arrive, again for its turn to come, and again for its answer.
    header_seconds : int
        For a request line and its headers to arrive.
    connections : int
        Open connections; beyond that those go first that have waited longest for headers.
    compute_seconds : int
        For one calculation, after which it is stopped.
    work : int
        Draws x plans x sites x months of one simulation.
    """

    body_bytes: int = 4_000_000
    cells: int = 250_000
    calls_minute: int = 6_000
    at_once: int = 64
    user_at_once: int = 8
    waiting: int = 2_000
    user_waiting: int = 1_000
    seconds: int = 30
    header_seconds: int = 10
    connections: int = 5_000
    compute_seconds: int = 20
    work: int = 25_000_000


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
