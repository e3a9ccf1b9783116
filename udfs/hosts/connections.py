"""HTTP connections whose request line and headers must arrive in time.

uvicorn times out idle connections between requests, but waits for ever for headers that arrive
byte by byte; enough of them use up the server's sockets.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol


class TimedConnection(H11Protocol):
    """A connection that is closed when its headers are late, or when there are too many others.

    Attributes
    ----------
    header_seconds : float
        Time for a request line and its headers to arrive; for the first of a connection counted
        from its opening, for later ones from their first byte.
    most : int
        Open connections. A new one beyond that closes the one that has waited longest for headers,
        or is closed itself if all the others are being answered.
    """

    header_seconds: float = 10
    most: int = 1_000
    waiting: dict["TimedConnection", None]  # for headers, oldest first; set by connection_class
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Start the time for the first headers."""
        super().connection_made(transport)
        self._expect_headers()
        if len(self.connections) > self.most:
            next(iter(self.waiting)).transport.abort()

    def handle_events(self) -> None:
        """Handle what has arrived; the time for headers goes on until they are complete."""
        super().handle_events()
        if self.cycle is not None and not self.cycle.response_complete:
            self._headers_arrived()
        elif self._deadline is None and not self.transport.is_closing():
            self._expect_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._headers_arrived()
        super().connection_lost(exc)

    def _expect_headers(self) -> None:
        self.waiting[self] = None
        self._deadline = self.loop.call_later(self.header_seconds, self.transport.abort)

    def _headers_arrived(self) -> None:
        self.waiting.pop(self, None)
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def connection_class(header_seconds: float, most: int) -> type[TimedConnection]:
    """The connections of one server, for uvicorn's argument ``http``.

    Parameters
    ----------
    header_seconds : float
    most : int
        See :class:`TimedConnection`.
    """
    limits = {"header_seconds": header_seconds, "most": most, "waiting": {}}
    return type("Connection", (TimedConnection,), limits)
