"""ASGI middleware of the server: authentication, limits, security headers and logging.

It works with any ASGI application. The body of a request is read only after authentication. Neither
the content of requests is logged, nor error texts, which might contain it.
"""

import asyncio
import contextlib
import logging
import re
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, MutableMapping
from contextvars import ContextVar
from typing import Any

from .server_limits import Limits

USER: ContextVar[str] = ContextVar("user", default="")
"""The user of the current request."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
SignIn = Callable[[Mapping[str, str]], Awaitable[str | None]]

log = logging.getLogger("shorewise.server")

# Microsoft domains on which Excel on the web embeds the task pane in a frame.
_FRAMES = (
    "https://*.officeapps.live.com",
    "https://*.office.com",
    "https://*.office365.com",
    "https://*.microsoft365.com",
    "https://*.cloud.microsoft",
    "https://*.sharepoint.com",
)
HEADERS = {
    "content-security-policy": "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",  # Office.js sets styles of its own
            "img-src 'self' data:",
            "font-src 'self' https://res-1.cdn.office.net",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors 'self' {' '.join(_FRAMES)}",
        )
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
}
_METHODS = ("GET", "HEAD", "POST", "OPTIONS")
CLIENTS_MAX = 10_000  # users and addresses whose request rate is tracked
_LARGE_MAX = 64  # requests of maximum size that are held in memory at the same time
_SHOWN = 80  # characters of a path in the log
_PORT = re.compile(r":[0-9]*$")


class _RefusedError(Exception):
    """A refused request, with status, message, and seconds after which to retry."""

    def __init__(self, status: int, text: str, retry_after: int = 0):
        super().__init__(status)
        self.status, self.text, self.retry_after = status, text, retry_after


class _User:
    """The requests of one user in the queue or in progress."""

    def __init__(self, limits: Limits):
        self.slots = asyncio.Semaphore(limits.user_at_once)
        self.inside = 0


class Guard:
    """An ASGI application behind authentication and limits.

    Parameters
    ----------
    app : callable
        An ASGI application.
    limits : Limits
    sign_in : callable, optional
        Takes the headers of a request, with names in lower case, and returns the user, or None if
        the request is not authenticated. By default all requests belong to one user.
    hosts : collection of str
        Allowed host names and addresses in the header Host; all by default.
    """

    def __init__(
        self,
        app: App,
        limits: Limits,
        sign_in: SignIn | None = None,
        hosts: Collection[str] = (),
    ):
        self.app, self.limits = app, limits
        self._sign_in, self._hosts = sign_in, {host.lower() for host in hosts}
        self._slots = asyncio.Semaphore(limits.at_once)
        self._inside = self._bytes = 0
        self._users: dict[str, _User] = {}
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer or refuse an HTTP request; other protocols are not served."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Message, receive: Receive, send: Send) -> None:
        began, status = time.monotonic(), 0

        async def send_secured(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": _with_security_headers(message.get("headers", ()))}
            await send(message)

        try:
            await self._answer(scope, receive, send_secured)
        except _RefusedError as refused:
            if not status:
                await _send_text(send_secured, refused)
        except Exception as error:
            log.error("%s in an answer", type(error).__name__)
            if not status:
                await _send_text(send_secured, _RefusedError(500, "An error occurred."))
        took = 1_000 * (time.monotonic() - began)
        path = scope["path"].encode("ascii", "backslashreplace").decode()
        log.info("%s %.*r %d %.0f ms", scope["method"], _SHOWN, path[:_SHOWN], status, took)

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["method"] not in _METHODS:
            raise _RefusedError(405, "This method is not allowed.")
        if _leaves_folder(scope["path"]):
            raise _RefusedError(404, "Not found.")
        headers = _as_text(scope["headers"])
        self._check_host(headers.get("host", ""))
        client = (scope.get("client") or ("",))[0]
        if scope["method"] != "POST":
            self._count_request(client)
            await self._queued(_User(self.limits), scope, receive, send)
            return
        name = await self._signed_in(headers, client)
        self._count_request(f"user {name}")
        user = self._users.setdefault(name, _User(self.limits))
        USER.set(name)
        try:
            await self._queued(user, scope, receive, send)
        finally:
            if not user.inside:
                self._users.pop(name, None)

    def _check_host(self, header: str) -> None:
        host = header.lower().rpartition(":")[0] if _PORT.search(header) else header.lower()
        if self._hosts and host not in self._hosts:
            raise _RefusedError(
                421,
                "Unknown host name: the setting XLWINGS_HOSTNAME must be the name of the server.",
            )

    async def _signed_in(self, headers: Mapping[str, str], client: str) -> str:
        name = await self._sign_in(headers) if self._sign_in else ""
        if name is None:
            self._count_request(client)
            raise _RefusedError(401, "Sign in: the access token is missing or wrong.")
        return name

    async def _queued(self, user: "_User", scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request when the user and the server each have a free slot."""
        limits, size = self.limits, self._announced_bytes(scope)
        too_many = self._inside >= limits.at_once + limits.waiting
        if too_many or self._bytes + size > _LARGE_MAX * limits.body_bytes:
            raise _RefusedError(503, "The server is busy: try again.", 1)
        if user.inside >= limits.user_at_once + limits.user_waiting:
            raise _RefusedError(
                429, "You have too many requests in progress: wait until they end.", 1
            )
        self._inside += 1
        user.inside += 1
        self._bytes += size
        try:
            async with _timeout(limits.seconds, 408, "The request took too long to arrive."):
                body = await self._body(receive)
            async with contextlib.AsyncExitStack() as slots:
                async with _timeout(limits.seconds, 503, "The server is busy: try again."):
                    await slots.enter_async_context(user.slots)
                    await slots.enter_async_context(self._slots)
                text = f"This took longer than {limits.seconds} s: ask for fewer cells."
                async with _timeout(limits.seconds, 504, text):
                    await self.app(scope, _replayed(body), send)
        finally:
            self._inside -= 1
            user.inside -= 1
            self._bytes -= size

    def _count_request(self, client: str) -> None:
        """Count a request against the rate limit of a user or address (a token bucket)."""
        most, now = float(self.limits.calls_minute), time.monotonic()
        left, then = self._buckets.pop(client, (most, now))
        left = min(most, left + (now - then) * most / 60)
        self._buckets[client] = (max(left - 1, 0), now)
        if len(self._buckets) > CLIENTS_MAX:
            self._buckets.popitem(last=False)
        if left < 1:
            raise _RefusedError(429, "Too many requests: wait a moment.", 1 + int(60 / most))

    def _announced_bytes(self, scope: Message) -> int:
        """Size of a request's body from its headers; the maximum if they do not state it."""
        headers, most = dict(scope["headers"]), self.limits.body_bytes
        if b"transfer-encoding" in headers:
            return most
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or len(length) > 12 or int(length) > most:
            raise _too_large(most)
        return int(length)

    async def _body(self, receive: Receive) -> bytes:
        most, parts, size = self.limits.body_bytes, [], 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _RefusedError(400, "The request was interrupted.")
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > most:
                raise _too_large(most)
            if not message.get("more_body"):
                return b"".join(parts)


@contextlib.asynccontextmanager
async def _timeout(seconds: float, status: int, text: str) -> AsyncIterator[None]:
    """Refuse the request if the block exceeds a timeout."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise _RefusedError(status, text) from None


def _too_large(most: int) -> _RefusedError:
    return _RefusedError(413, f"A request may have up to {most:,} bytes: ask for fewer cells.")


def _as_text(headers: Any) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}


def _leaves_folder(path: str) -> bool:
    """Whether a path might lead out of the served folders, which xlwings Server does not check."""
    hidden = any(part.startswith(".") for part in path.split("/"))
    return hidden or any(letter in path for letter in "\\:\0")


def _replayed(body: bytes) -> Receive:
    """The ASGI callable ``receive`` for a body that has been read already."""
    left = [body]

    async def receive() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await asyncio.Future()  # nothing more arrives until the answer is complete

    return receive


def _with_security_headers(given: Any) -> list[tuple[bytes, bytes]]:
    """Headers of a response, with those in :data:`HEADERS` replaced or added."""
    kept = [(name, value) for name, value in given if name.lower().decode() not in HEADERS]
    return kept + [(name.encode(), value.encode()) for name, value in HEADERS.items()]


async def _send_text(send: Send, refused: _RefusedError) -> None:
    body = refused.text.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if refused.retry_after:
        headers.append((b"retry-after", str(refused.retry_after).encode()))
    start = {"type": "http.response.start", "status": refused.status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body})
