"""What stands before a server: sign-in, limits of size, rate and time, strict headers, a log.

It is plain ASGI and knows nothing of what it guards. A request with a body is read only after its
sender has signed in. What a user sent is never logged, nor is the text of an error, which might
repeat it.
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

from .limits import Limits

USER: ContextVar[str] = ContextVar("user", default="")
"""Who has signed in for the request that is being answered."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
SignIn = Callable[[Mapping[str, str]], Awaitable[str | None]]

log = logging.getLogger("shorewise.server")

# Where Excel on the web frames the task pane: Microsoft's own addresses.
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
CLIENTS_MAX = 10_000  # addresses whose rate is remembered
_LARGE_MAX = 64  # requests of the largest size that may be in memory at the same time
_SHOWN = 80  # characters of a path in the log
_PORT = re.compile(r":[0-9]*$")


class _RefusedError(Exception):
    """A request that is not answered: the status, what the user reads, when to come again."""

    def __init__(self, status: int, text: str, again: int = 0):
        super().__init__(status)
        self.status, self.text, self.again = status, text, again


class _User:
    """The requests of one user that are waiting or being answered."""

    def __init__(self, limits: Limits):
        self.turns = asyncio.Semaphore(limits.user_at_once)
        self.inside = 0


class Guard:
    """An application behind limits.

    Parameters
    ----------
    app : callable
        An ASGI application.
    limits : Limits
    sign_in : callable, optional
        Takes a request's headers, names in small letters; gives the user, or None where the
        sender has not signed in. By default everybody is the same user.
    hosts : collection of str
        Names and addresses by which this server is called; any by default.
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
        self._turns = asyncio.Semaphore(limits.at_once)
        self._inside = self._bytes = 0
        self._users: dict[str, _User] = {}
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request of HTTP, or refuse it; nothing else is served."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Message, receive: Receive, send: Send) -> None:
        began, status = time.monotonic(), 0

        async def strict(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": _headers(message.get("headers", ()))}
            await send(message)

        try:
            await self._answer(scope, receive, strict)
        except _RefusedError as refused:
            if not status:
                await _plain(strict, refused)
        except Exception as error:
            log.error("%s in an answer", type(error).__name__)
            if not status:
                await _plain(strict, _RefusedError(500, "An error occurred."))
        took = 1_000 * (time.monotonic() - began)
        path = scope["path"].encode("ascii", "backslashreplace").decode()
        log.info("%s %.*r %d %.0f ms", scope["method"], _SHOWN, path[:_SHOWN], status, took)

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["method"] not in _METHODS:
            raise _RefusedError(405, "This method is not allowed.")
        if _leads_elsewhere(scope["path"]):
            raise _RefusedError(404, "Not found.")
        headers = _readable(scope["headers"])
        self._check_host(headers.get("host", ""))
        client = (scope.get("client") or ("",))[0]
        if scope["method"] != "POST":
            self._count(client)
            await self._in_turn(_User(self.limits), scope, receive, send)
            return
        name = await self._signed_in(headers, client)
        self._count(f"user {name}")
        user = self._users.setdefault(name, _User(self.limits))
        USER.set(name)
        try:
            await self._in_turn(user, scope, receive, send)
        finally:
            if not user.inside:
                self._users.pop(name, None)

    def _check_host(self, header: str) -> None:
        host = header.lower().rpartition(":")[0] if _PORT.search(header) else header.lower()
        if self._hosts and host not in self._hosts:
            raise _RefusedError(
                421, "This server has another name: XLWINGS_HOSTNAME in its settings gives it one."
            )

    async def _signed_in(self, headers: Mapping[str, str], client: str) -> str:
        name = await self._sign_in(headers) if self._sign_in else ""
        if name is None:
            self._count(client)
            raise _RefusedError(401, "Sign in: the access token is missing or wrong.")
        return name

    async def _in_turn(self, user: "_User", scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on when its turn has come: its user's, and that of all."""
        limits, size = self.limits, self._announced(scope)
        too_many = self._inside >= limits.at_once + limits.waiting
        if too_many or self._bytes + size > _LARGE_MAX * limits.body_bytes:
            raise _RefusedError(503, "The server is busy: try again.", 1)
        if user.inside >= limits.user_at_once + limits.user_waiting:
            raise _RefusedError(429, "You have too many requests under way: wait for them.", 1)
        self._inside += 1
        user.inside += 1
        self._bytes += size
        try:
            async with _within(limits.seconds, 408, "The request took too long to arrive."):
                body = await self._body(receive)
            async with contextlib.AsyncExitStack() as turns:
                async with _within(limits.seconds, 503, "The server is busy: try again."):
                    await turns.enter_async_context(user.turns)
                    await turns.enter_async_context(self._turns)
                text = f"This took longer than {limits.seconds} s: ask for fewer cells."
                async with _within(limits.seconds, 504, text):
                    await self.app(scope, _again(body), send)
        finally:
            self._inside -= 1
            user.inside -= 1
            self._bytes -= size

    def _count(self, client: str) -> None:
        """Take one request from what a user or address may still ask for in this minute."""
        most, now = float(self.limits.calls_minute), time.monotonic()
        left, then = self._left.pop(client, (most, now))
        left = min(most, left + (now - then) * most / 60)
        self._left[client] = (max(left - 1, 0), now)
        if len(self._left) > CLIENTS_MAX:
            self._left.popitem(last=False)
        if left < 1:
            raise _RefusedError(429, "Too many requests: wait a moment.", 1 + int(60 / most))

    def _announced(self, scope: Message) -> int:
        """Bytes that a request's body has by its own word, or may have if it does not say."""
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
                raise _RefusedError(400, "The request broke off.")
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > most:
                raise _too_large(most)
            if not message.get("more_body"):
                return b"".join(parts)


@contextlib.asynccontextmanager
async def _within(seconds: float, status: int, text: str) -> AsyncIterator[None]:
    """Refuse a request for which this takes longer."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise _RefusedError(status, text) from None


def _too_large(most: int) -> _RefusedError:
    return _RefusedError(413, f"A request may have {most:,} bytes: ask for fewer cells.")


def _readable(headers: Any) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}


def _leads_elsewhere(path: str) -> bool:
    """Whether a path may lead out of the folders that are served: xlwings Server does not ask."""
    hidden = any(part.startswith(".") for part in path.split("/"))
    return hidden or any(letter in path for letter in "\\:\0")


def _again(body: bytes) -> Receive:
    """A request's body once more, for the application."""
    left = [body]

    async def receive() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await asyncio.Future()  # no news until the answer is complete

    return receive


def _headers(given: Any) -> list[tuple[bytes, bytes]]:
    """Headers of an answer with the strict ones in place of its own of those names."""
    kept = [(name, value) for name, value in given if name.lower().decode() not in HEADERS]
    return kept + [(name.encode(), value.encode()) for name, value in HEADERS.items()]


async def _plain(send: Send, refused: _RefusedError) -> None:
    body = refused.text.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if refused.again:
        headers.append((b"retry-after", str(refused.again).encode()))
    start = {"type": "http.response.start", "status": refused.status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body})
