"""Limits, headers and the log of the guard, before an application made for the test."""

import asyncio
import contextlib
import logging

import pytest

from shorewise.udfs.hosts import AddinError
from shorewise.udfs.hosts.guard import CLIENTS_MAX, HEADERS, USER, Guard
from shorewise.udfs.hosts.server_limits import Limits, limits_of

SECRET = "salary-of-Ann-91234"


def scope(method="POST", path="/", client="10.0.0.1", **headers):
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": method, "path": path, "headers": pairs, "client": (client, 1)}


async def echo(_scope, receive, send):
    """Answers what it was sent, with a header of its own that is not strict."""
    body = (await receive())["body"]
    headers = [(b"Referrer-Policy", b"unsafe-url"), (b"x-own", b"kept")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def sent(*parts):
    """A request's body in parts."""
    left = [*parts]

    async def receive():
        if not left:
            return await asyncio.Future()
        body = left.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(left)}

    return receive


async def ask(guard, request, receive=None):
    """Status, headers and body of an answer."""
    found = []

    async def send(message):
        found.append(message)

    await guard(request, receive or sent(b""), send)
    start, *rest = found
    return start["status"], dict(start["headers"]), b"".join(one["body"] for one in rest)


def answer(app, limits, request, receive=None):
    return asyncio.run(ask(Guard(app, limits), request, receive))


def test_a_request_within_the_limits_passes_unchanged():
    status, headers, body = answer(echo, Limits(), scope(), sent(b"ab", b"cd"))
    assert (status, body) == (200, b"abcd")
    assert headers[b"x-own"] == b"kept"


def test_strict_headers_replace_those_of_the_application():
    _, headers, _ = answer(echo, Limits(), scope())
    assert b"Referrer-Policy" not in headers
    assert {name: headers[name.encode()].decode() for name in HEADERS} == HEADERS


@pytest.mark.parametrize(
    ("request_", "receive"),
    [
        (scope(content_length="11"), sent(b"")),
        (scope(content_length="9" * 40), sent(b"")),
        (scope(content_length="-1"), sent(b"")),
        (scope(), sent(b"123456", b"789012")),
    ],
    ids=["announced", "announced-huge", "no-number", "in-parts"],
)
def test_a_body_too_large_is_refused(request_, receive):
    status, headers, body = answer(echo, Limits(body_bytes=10), request_, receive)
    assert (status, body) == (413, b"A request may have up to 10 bytes: ask for fewer cells.")
    assert headers[b"x-content-type-options"] == b"nosniff"


def test_a_request_whose_body_does_not_arrive_times_out():
    async def never():
        return await asyncio.Future()

    assert answer(echo, Limits(seconds=1), scope(), never)[0] == 408


def test_an_answer_that_takes_too_long_times_out():
    async def slow(_scope, _receive, _send):
        await asyncio.sleep(60)

    status, _, body = answer(slow, Limits(seconds=1), scope())
    assert (status, body) == (504, b"This took longer than 1 s: ask for fewer cells.")


def test_an_address_that_asks_too_often_is_limited_while_others_are_not():
    async def many():
        guard = Guard(echo, Limits(calls_minute=5))
        statuses = [(await ask(guard, scope("GET")))[0] for _ in range(7)]
        status, headers, _ = await ask(guard, scope("GET"))
        other = await ask(guard, scope("GET", client="10.0.0.2"))
        return statuses, status, headers, other[0]

    statuses, status, headers, other = asyncio.run(many())
    assert statuses == [200] * 5 + [429] * 2
    assert status == 429
    assert int(headers[b"retry-after"]) >= 12
    assert other == 200


async def by_name(headers):
    """A sign-in that takes a user's name for his token."""
    return headers.get("authorization")


def test_a_user_who_asks_too_often_is_limited_while_others_at_the_address_are_not():
    async def many():
        guard = Guard(echo, Limits(calls_minute=5), by_name)
        ann = [(await ask(guard, scope(authorization="ann")))[0] for _ in range(7)]
        return ann, (await ask(guard, scope(authorization="bob")))[0]

    assert asyncio.run(many()) == ([200] * 5 + [429] * 2, 200)


def test_an_address_that_guesses_tokens_is_limited():
    async def many():
        guard = Guard(echo, Limits(calls_minute=5), by_name)
        guesses = [(await ask(guard, scope()))[0] for _ in range(7)]
        return guesses, (await ask(guard, scope(authorization="ann")))[0]

    assert asyncio.run(many()) == ([401] * 5 + [429] * 2, 200)


def test_a_body_is_not_read_before_its_sender_has_signed_in():
    async def never():
        raise AssertionError("the body was read")

    status, _, body = asyncio.run(ask(Guard(echo, Limits(), by_name), scope(), never))
    assert (status, body) == (401, b"Sign in: the access token is missing or wrong.")


def test_one_user_cannot_take_all_the_capacity():
    async def many():
        begun = asyncio.Event()

        async def held(_scope, _receive, send):
            if USER.get() == "ann":
                await begun.wait()
            await echo(_scope, sent(b""), send)

        guard = Guard(held, Limits(at_once=4, user_at_once=3), by_name)
        ann = [asyncio.create_task(ask(guard, scope(authorization="ann"))) for _ in range(20)]
        await asyncio.sleep(0.05)
        bob = [(await ask(guard, scope(authorization="bob")))[0] for _ in range(5)]
        begun.set()
        return bob, {status for status, _, _ in await asyncio.gather(*ann)}

    assert asyncio.run(many()) == ([200] * 5, {200})


def test_concurrent_requests_of_a_user_are_limited():
    async def many():
        begun = asyncio.Event()

        async def held(_scope, _receive, send):
            await begun.wait()
            await echo(_scope, sent(b""), send)

        guard = Guard(held, Limits(user_at_once=1, user_waiting=2), by_name)
        asked = [asyncio.create_task(ask(guard, scope(authorization="ann"))) for _ in range(5)]
        await asyncio.sleep(0.05)
        begun.set()
        statuses = sorted(status for status, _, _ in await asyncio.gather(*asked))
        return statuses, (await ask(guard, scope(authorization="ann")))[0]

    assert asyncio.run(many()) == ([200, 200, 200, 429, 429], 200)


@pytest.mark.parametrize("host", ["shore.example.com", "SHORE.example.com:8443", "[::1]:8000"])
def test_a_server_answers_to_its_own_host_names(host):
    guard = Guard(echo, Limits(), hosts=["shore.example.com", "[::1]"])
    assert asyncio.run(ask(guard, scope("GET", host=host)))[0] == 200


@pytest.mark.parametrize("host", ["evil.example.com", "shore.example.com.evil", "", "[::2]:8000"])
def test_a_server_does_not_answer_to_another_host_name(host):
    guard = Guard(echo, Limits(), hosts=["shore.example.com", "[::1]"])
    status, _, body = asyncio.run(ask(guard, scope("GET", host=host)))
    assert status == 421
    assert b"evil" not in body


def test_the_number_of_remembered_addresses_is_limited():
    async def many():
        guard = Guard(echo, Limits(calls_minute=1))
        found = [(await ask(guard, scope("GET", client="first")))[0] for _ in range(2)]
        for number in range(CLIENTS_MAX):
            await ask(guard, scope("GET", client=f"address {number}"))
        return [*found, (await ask(guard, scope("GET", client="first")))[0]]

    assert asyncio.run(many()) == [200, 429, 200], "others took the first one's entry"


def test_requests_beyond_the_queue_are_refused():
    async def many():
        begun = asyncio.Event()

        async def held(_scope, _receive, send):
            await begun.wait()
            await echo(_scope, sent(b""), send)

        guard = Guard(held, Limits(at_once=1, waiting=2))
        asked = [asyncio.create_task(ask(guard, scope())) for _ in range(5)]
        await asyncio.sleep(0.05)
        begun.set()
        return [status for status, _, _ in await asyncio.gather(*asked)]

    assert sorted(asyncio.run(many())) == [200, 200, 200, 503, 503]


def test_a_request_that_waits_too_long_is_refused_and_loses_no_capacity():
    async def slow_to_stop(_scope, _receive, send):
        if _scope["path"] == "/slow":
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Future()
            await asyncio.sleep(0.5)
        await echo(_scope, sent(b""), send)

    async def many():
        guard = Guard(slow_to_stop, Limits(at_once=1, seconds=1))
        slow = asyncio.create_task(ask(guard, scope(path="/slow")))
        await asyncio.sleep(0.05)
        late, _, said = await ask(guard, scope())
        await slow
        return late, said, [(await ask(guard, scope()))[0] for _ in range(2)]

    assert asyncio.run(many()) == (503, b"The server is busy: try again.", [200, 200])


@pytest.mark.parametrize("headers", [{"content_length": "10"}, {"transfer_encoding": "chunked"}])
def test_waiting_request_bodies_cannot_fill_the_memory(headers):
    async def many():
        async def held(_scope, _receive, _send):
            await asyncio.Future()

        guard, found = Guard(held, Limits(at_once=1, body_bytes=10, seconds=1)), []
        for _ in range(2):  # the second time the memory of the first is free again
            asked = [
                asyncio.create_task(ask(guard, scope(**headers), sent(b"x" * 10)))
                for _ in range(66)
            ]
            await asyncio.sleep(0.05)
            larger, _, _ = await ask(guard, scope(content_length="11"))
            found.append((larger, [one.result()[0] for one in asked if one.done()]))
            for one in asked:
                one.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
        return found

    assert asyncio.run(many()) == [(413, [503, 503])] * 2


@pytest.mark.parametrize("method", ["PUT", "DELETE", "TRACE", "CONNECT", SECRET])
def test_other_http_methods_are_not_allowed(method):
    assert answer(echo, Limits(), scope(method))[0] == 405


def test_web_sockets_are_closed():
    found = []

    async def send(message):
        found.append(message)

    asyncio.run(Guard(echo, Limits())({"type": "websocket"}, sent(b""), send))
    assert found == [{"type": "websocket.close", "code": 1008}]


def test_the_message_of_an_error_is_neither_shown_nor_logged(caplog):
    async def fails(_scope, receive, _send):
        raise ValueError((await receive())["body"])

    with caplog.at_level(logging.DEBUG):
        status, _, body = answer(fails, Limits(), scope(), sent(SECRET.encode()))
    assert (status, body) == (500, b"An error occurred.")
    assert "ValueError" in caplog.text
    assert SECRET not in caplog.text


def test_a_path_cannot_forge_a_log_line(caplog):
    with caplog.at_level(logging.INFO):
        answer(
            echo, Limits(), scope(path="/a\r\nINFO forged\N{RIGHT-TO-LEFT OVERRIDE}" + "x" * 500)
        )
    (record,) = caplog.records
    assert "\n" not in record.getMessage()
    assert len(record.getMessage()) < 150


def test_limits_are_read_from_settings():
    assert limits_of({}) == Limits()
    assert limits_of({"SHOREWISE_SECONDS": "5", "SHOREWISE_CELLS": ""}) == Limits(seconds=5)


@pytest.mark.parametrize("text", ["0", "-1", "x", "1.5", "²", "9" * 10, "9" * 50])
def test_an_invalid_limit_is_refused(text):
    with pytest.raises(AddinError, match=r"SHOREWISE_SECONDS is .*a whole number between 1 and"):
        limits_of({"SHOREWISE_SECONDS": text})
