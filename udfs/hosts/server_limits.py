"""Limits of a server, read from environment variables."""

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
        Size of a request, in bytes.
    cells : int
        Cells of one call: rows times columns of its broadcast arguments.
    calls_minute : int
        Average requests per minute of a user, or of an address without authentication; also the
        size of a burst.
    at_once, user_at_once : int
        Concurrent requests, of all users and of one user.
    waiting, user_waiting : int
        Requests in the queue, of all users and of one user.
    seconds : int
        Timeout in seconds of each of three steps: receiving a request, waiting, and processing.
    header_seconds : int
        Timeout in seconds for receiving a request line and its headers.
    connections : int
        Open connections. A further one closes the connection that has waited longest for headers.
    compute_seconds : int
        Timeout of one calculation, in seconds.
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
    """Limits from environment variables such as ``SHOREWISE_SECONDS``, or else their defaults.

    Parameters
    ----------
    settings : mapping of str to str or None
        Environment variables.

    Returns
    -------
    Limits

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
