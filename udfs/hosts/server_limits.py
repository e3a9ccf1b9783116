"""Limits of a server, read from its environment."""

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
        Size of a request.
    cells : int
        Cells of one call: rows times columns of the block that its arguments span.
    calls_minute : int
        Requests a minute of one user on average, or of one address where nobody has signed in;
        so many may also arrive at once.
    at_once, user_at_once : int
        Requests that are processed at the same time, of all users and of one.
    waiting, user_waiting : int
        Requests in the queue, of all users and of one.
    seconds : int
        Timeout of each of three steps: receiving a request, its waiting, and its processing.
    header_seconds : int
        Timeout for a request line and its headers to arrive.
    connections : int
        Open connections; beyond that the one that has waited longest for headers is closed.
    compute_seconds : int
        Timeout of one calculation, after which it is stopped.
    work : int
        Size of one simulation: draws x plans x sites x months.
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
    """The limits in settings, such as ``SHOREWISE_SECONDS``; the default for one that is not set.

    Raises
    ------
    AddinError
        A limit that is not a whole number of at least 1.
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
