"""HTTP connections with a timeout for request line and headers.

uvicorn closes idle connections between requests, but waits indefinitely for headers that arrive
byte by byte; a slowloris attack could so exhaust the server's sockets.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol


class TimedConnection(H11Protocol):
    """A connection that is closed if its headers are late or too many connections are open.

    Attributes
    ----------
    header_seconds : float
        Timeout for a request line and its headers. It starts when the connection opens, and for
        later requests at their first byte.
    connections_max : int
        Maximum number of open connections. A further one closes the connection that has waited
        longest for headers, or is itself closed if all others are being answered.
    """

    header_seconds: float = 10
    connections_max: int = 1_000
    # Those that wait for headers, oldest first; set by connection_class.
    waiting: dict["TimedConnection", None]
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Start the timeout for the first headers."""
        super().connection_made(transport)
        self._expect_headers()
        if len(self.connections) > self.connections_max:
            next(iter(self.waiting)).transport.abort()

    def handle_events(self) -> None:
        """Handle new data, and stop the timeout when the headers are complete."""
        super().handle_events()
        if self.cycle is not None and not self.cycle.response_complete:
            self._headers_arrived()
        elif self._deadline is None and not self.transport.is_closing():
            self._expect_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop tracking the connection."""
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


def connection_class(header_seconds: float, connections_max: int) -> type[TimedConnection]:
    """A connection class with limits, for uvicorn's argument ``http``.

    Parameters
    ----------
    header_seconds : float
    connections_max : int
        See :class:`TimedConnection`.

    Returns
    -------
    type
    """
    limits = {"header_seconds": header_seconds, "connections_max": connections_max, "waiting": {}}
    return type("Connection", (TimedConnection,), limits)
