"""The server as a stranger meets it: sign-in, limits, headers, its log, when it will not start."""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import time

import pytest

from shorewise.udfs.hosts import AddinError, app, new_token
from shorewise.udfs.hosts.app import check
from shorewise.udfs.hosts.guard import HEADERS
from shorewise.udfs.hosts.tokens import owner, tokens_of
from tests.support import addin_server
from tests.support.addin_server import CALL, NO_KEY, as_sent, command, environment, project, running
from tests.support.soak import SOAK

SECRET = "Ann-Smith-91234"
PATHS = ("/", "/taskpane.html", "/manifest.xml", "/xlwings/custom-functions-meta.json",
         "/xlwings/custom-functions-code.js", "/shorewise/pane.json", "/static/js/pane.js",
         "/static/images/icons/shorewise-32.png", "/nothing/here")  # fmt: skip
GUARDED = (CALL, "/shorewise/comparison", "/shorewise/workbook", "/xlwings/custom-scripts-call/x")
TOKEN = {"SHOREWISE_TOKENS": new_token("ann")[1]}


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("token", ["", "wrong", "Bearer x", "\xe9" * 40])
def test_a_request_without_a_token_gets_nothing(server, path, token):
    body = as_sent("SHORE_LOADED_COST", [60_000]) | {"scenario": "mid"}
    status, _, content = server.request("POST", path, body, Authorization=token)
    assert status == 401
    assert b"142" not in content


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_every_answer_has_the_strict_headers(server, path, method):
    _, headers, _ = server.request(method, path)
    assert {name: headers[name] for name in HEADERS} == {n: v.lower() for n, v in HEADERS.items()}
    assert "x-frame-options" not in headers
    assert "server" not in headers


def test_the_content_policy_allows_only_excel_to_frame_and_only_own_scripts(server):
    _, headers, _ = server.request("GET", "/taskpane.html")
    policy = dict(one.split(" ", 1) for one in headers["content-security-policy"].split("; "))
    assert policy["script-src"] == policy["default-src"] == "'self'"
    assert "https://*.officeapps.live.com" in policy["frame-ancestors"].split()
    assert "*" not in policy["frame-ancestors"].split()
    assert "unsafe-eval" not in headers["content-security-policy"]


def test_a_request_that_is_too_large_is_refused(server):
    body = b"[" + b"0," * 2_100_000 + b"0]"
    status, _, content = server.request("POST", CALL, body)
    assert (status, content[:30]) == (413, b"A request may have up to 4,000")


def test_endless_headers_end_the_connection(server):
    address = ("127.0.0.1", server.port)
    with socket.create_connection(address, 10) as one, pytest.raises(ConnectionError):
        one.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 50_000_000)


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[[[[", b'"' + b"x" * 1_000_000])
def test_a_request_without_sign_in_learns_nothing_else(server, path, body):
    assert server.request("POST", path, body, Authorization="wrong")[0] == 401


def test_the_manifest_never_names_a_host_chosen_by_the_request(server):
    status, _, content = server.request("GET", "/manifest.xml", Host="evil.example.com")
    assert status == 421
    assert b"evil" not in content


@pytest.fixture(scope="module")
def strict_server():
    if NO_KEY:
        pytest.skip("xlwings' Office.js conversion needs XLWINGS_LICENSE_KEY")
    with running(
        SHOREWISE_HEADER_SECONDS="1",
        SHOREWISE_CONNECTIONS="20",
        SHOREWISE_CALLS_MINUTE="60",
    ) as one:
        yield one


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize("first", [b"", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"])
def test_headers_that_arrive_too_slowly_end_the_connection(strict_server, first):
    with socket.create_connection(("127.0.0.1", strict_server.port), 10) as one:
        one.sendall(first)
        with pytest.raises(ConnectionError):
            trickle(one)


def trickle(connection):
    """Send a header's name, ten letters a second for five seconds."""
    for _ in range(50):
        connection.sendall(b"X")
        time.sleep(0.1)


def test_silent_connections_lock_nobody_out(strict_server):
    address = ("127.0.0.1", strict_server.port)
    with contextlib.ExitStack() as stack:
        for _ in range(60):
            stack.enter_context(socket.create_connection(address, 10)).sendall(
                b"GET / HTTP/1.1\r\n"
            )
        assert strict_server.request("GET", "/shorewise/pane.json")[0] == 200


def test_forged_addresses_do_not_evade_the_rate_limit(strict_server):
    statuses = [
        strict_server.request("GET", "/nothing", X_Forwarded_For=f"10.0.{n}.1")[0]
        for n in range(80)
    ]
    assert statuses.count(429) >= 10


@pytest.mark.skipif(NO_KEY, reason="xlwings asks for its key, XLWINGS_LICENSE_KEY, first")
@pytest.mark.skipif(not SOAK, reason="make soak runs it: it keeps all processors busy")
def test_eight_long_simulations_of_one_user_are_stopped_while_another_is_answered():
    (ann, ann_entry), (bob, bob_entry) = new_token("ann"), new_token("bob")
    sites = [["name", "salary"], *([letter, 60_000] for letter in "ABCDEFGH")]  # a minute's work
    settings = [["horizon_months", 120]]

    async def both(server):
        async def simulate(seed):
            body = as_sent("SHORE_SIMULATE", [sites, None, settings, 100_000, seed])
            status, _, content = await server.ask("POST", CALL, body, Authorization=ann)
            return status, addin_server.as_shown(json.loads(content)["result"])

        long = [asyncio.create_task(simulate(seed)) for seed in range(8)]
        await asyncio.sleep(0.5)
        small = as_sent("SHORE_LOADED_COST", [60_000])
        answers = [await server.ask("POST", CALL, small, Authorization=bob)]
        assert not any(one.done() for one in long)
        answers += [await server.ask("POST", CALL, small, Authorization=bob) for _ in range(19)]
        stopped = await asyncio.gather(*long)
        plans = as_sent("SHORE_SIMULATE", [sites[:2], None, None, 64])
        for _ in range(10):  # on a busy machine new processes may start later than the limit
            _, _, simulated = await server.ask("POST", CALL, plans, Authorization=ann)
            if b"stopped after" not in simulated:
                break
        return stopped, [status for status, _, _ in answers], simulated

    with running(
        SHOREWISE_COMPUTE_SECONDS="6",
        SHOREWISE_WORK="1000000000",
        SHOREWISE_TOKENS=f"{ann_entry},{bob_entry}",
    ) as server:
        long, statuses, simulated = asyncio.run(both(server))
    stopped = "Shorewise: stopped after 6 s: ask for fewer cells, draws, months or plans"
    assert long == [(200, stopped)] * 8
    assert statuses == [200] * 20
    assert json.loads(simulated)["result"][0][0] == "figure"


def test_a_simulation_beyond_the_limit_says_how_many_draws_are_allowed(server):
    sites = [["name", "salary"], ["A", 60_000]]
    call = ("SHORE_SIMULATE", [sites, None, [["horizon_months", 120]], 100_000])
    (found,) = server.answers([call], at_once=1)
    assert found == (
        "Shorewise: draws is 100,000; for 2 plans, 2 sites and 120 months it must be at most 52,083"
    )


ROW, COLUMN = [[0.2] * 600], [[0.2]] * 600


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("SHORE_LOADED_COST", [COLUMN, ROW]),
        ("SHORE_LOADED_COST", [ROW, *[None] * 7, [["trip_cost", *ROW[0]]]]),
        ("SHORE_NPV", [ROW, ROW]),
        ("SHORE_EXPECTED_LOSS", [COLUMN, COLUMN, COLUMN, COLUMN]),
    ],
    ids=["pairs", "others-to-the-right", "months", "lists"],
)
def test_a_call_of_too_many_cells_returns_a_message(server, name, arguments):
    (found,) = server.answers([(name, arguments)], at_once=1)
    assert found.startswith("Shorewise: the call has 360,")
    assert found.endswith(" cells; this server computes up to 250,000")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"func_name": 1}', b"\xff\xfe", b'{"func_name": "no_such"}'],
    ids=["empty", "cut", "list", "null", "number", "bytes", "unknown"],
)  # fmt: skip
def test_a_malformed_call_is_an_error_and_not_a_crash(server, body):
    status, _, content = server.request("POST", CALL, body)
    assert 400 <= status <= 500
    assert b"Traceback" not in content
    assert server.request("GET", "/")[0] == 200


def test_private_names_cannot_be_called(server):
    for name in ("__builtins__", "globals", "in_background", "udfs", "__doc__"):
        body = as_sent("SHORE_VERSION", []) | {"func_name": name}
        assert server.request("POST", CALL, body)[0] >= 400


def test_the_log_contains_neither_cells_nor_tokens(server):
    server.answers([("SHORE_LOADED_COST", [SECRET]), ("SHORE_EXPLAIN", [SECRET])], at_once=1)
    server.request("POST", CALL, SECRET.encode())
    server.request("POST", CALL, as_sent("SHORE_VERSION", []) | {"args": SECRET})
    server.request("POST", CALL, as_sent("SHORE_VERSION", []) | {"func_name": SECRET})
    server.request("POST", CALL, as_sent("SHORE_VERSION", []) | {"version": SECRET, "client": "x"})
    server.request("POST", "/shorewise/comparison", {"scenario": SECRET, "sites": {SECRET: {}}})
    server.request("GET", f"/?cell={SECRET}")
    assert f"POST '{CALL}' 200" in server.log
    assert SECRET not in server.log
    assert server.token not in server.log


@pytest.mark.parametrize(
    "path",
    [
        "/.env",
        "/pyproject.toml",
        "/static/../.env",
        "/static/../pyproject.toml",
        "/static/..%2fpyproject.toml",
        "/static/%2e%2e/pyproject.toml",
        "/static/js/../../pyproject.toml",
        "/static/..\\pyproject.toml",
        "/static/%00",
        "/static//etc/passwd",
        "/static/C:/Windows/win.ini",
    ],
)
def test_files_outside_the_served_folders_are_not_found(server, path):
    status, _, content = server.request("GET", path)
    assert status == 404
    assert len(content) < 100


def test_the_server_listens_to_this_computer_only(server):
    with socket.create_connection(("127.0.0.1", server.port)):
        pass
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", server.port), timeout=5)


@pytest.mark.parametrize(
    ("settings", "providers", "host", "words"),
    [
        (TOKEN, [], "127.0.0.1", "nobody would have to sign in"),
        (TOKEN | {"XLWINGS_ENVIRONMENT": "staging"}, [], "127.0.0.1", "nobody would have to"),
        (TOKEN | {"XLWINGS_ENVIRONMENT": "dev"}, [], "0.0.0.0", "nobody would have to"),
        (TOKEN | {"XLWINGS_ENVIRONMENT": "dev"}, [], "shore.example.com", "nobody would have"),
        (TOKEN | {"SHOREWISE_TOKENS": ""}, ["custom"], "127.0.0.1", "has no token"),
        (
            TOKEN | {"SHOREWISE_TOKENS": "ann:abc"},
            ["custom"],
            "127.0.0.1",
            "entry 1 must be name:digest",
        ),
        (TOKEN, ["entraid"], "127.0.0.1", "AUTH_ENTRAID_CLIENT_ID is not set"),
        (TOKEN, ["custom"], "0.0.0.0", "set XLWINGS_HOSTNAME to its host name"),
        (TOKEN | {"SHOREWISE_PROXIES": "*"}, ["custom"], "127.0.0.1", "it must be addresses"),
    ],
    ids=[
        "none",
        "staging",
        "dev-open",
        "dev-named",
        "no-token",
        "digest",
        "half-entra",
        "no-name",
        "any-proxy",
    ],
)
def test_an_unsafe_configuration_does_not_start(settings, providers, host, words):
    with pytest.raises(AddinError, match=words):
        check(settings, providers, host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_development_on_this_computer_may_omit_sign_in(host):
    check({"XLWINGS_ENVIRONMENT": "dev"}, [], host)


def run(arguments, **changes):
    return subprocess.run(
        arguments, env=environment(**changes), capture_output=True, text=True, timeout=60
    )


@pytest.mark.soak(keep=1)
@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"XLWINGS_LICENSE_KEY": ""}, "XLWINGS_LICENSE_KEY must be the key of a paid plan"),
        ({"XLWINGS_AUTH_PROVIDERS": "[]"}, "nobody would have to sign in"),
        ({"SHOREWISE_SECONDS": "soon"}, "SHOREWISE_SECONDS is 'soon'"),
        ({"XLWINGS_ENVIRONMENT": "production"}, "invalid setting of xlwings Server"),
    ],
    ids=["licence", "no-sign-in", "limit", "environment"],
)
@pytest.mark.skipif(NO_KEY, reason="xlwings asks for its key, XLWINGS_LICENSE_KEY, first")
def test_invalid_settings_are_reported_in_one_line_with_exit_code_2(tmp_path, settings, words):
    project(tmp_path, **settings)
    result = run(command(tmp_path, "--port", "1"))
    assert (result.returncode, result.stdout) == (2, "")
    assert words in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_folder_without_a_project_is_reported_in_one_line_with_exit_code_2(tmp_path):
    result = run(command(tmp_path))
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert "contains no server project" in result.stderr


@pytest.mark.soak(keep=1)
@pytest.mark.skipif(NO_KEY, reason="xlwings asks for its key, XLWINGS_LICENSE_KEY, first")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--key", "{file}"], "key needs certificate"),
        (["--certificate", "{file}"], "not a certificate with its key"),
        (["--port", "{taken}"], "Address already in use; choose another host or port"),
    ],
    ids=["key-alone", "no-certificate", "port"],
)
def test_a_server_that_cannot_listen_says_why_and_exits_with_2(tmp_path, arguments, words):
    project(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        filled = {"file": str(tmp_path / "lifespan.py"), "taken": taken.getsockname()[1]}
        result = run(command(tmp_path, *(one.format(**filled) for one in arguments)))
    assert result.returncode == 2, result.stderr
    assert words in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr


def test_the_startup_error_names_the_certificate_only_if_there_is_one(monkeypatch):
    def stopped(*_, **__):
        raise OSError("no device")

    monkeypatch.setattr(app, "guarded", lambda *_: None)
    monkeypatch.setattr("uvicorn.run", stopped)
    with pytest.raises(AddinError, match=r"^127\.0\.0\.1, port 8000: no device"):
        app.serve("shore")
    with pytest.raises(AddinError, match=r"^a\.pem: not a certificate with its key: no device"):
        app.serve("shore", certificate="a.pem")


def test_settings_in_another_encoding_are_reported_in_one_line_with_exit_code_2(tmp_path):
    project(tmp_path)
    (tmp_path / ".env").write_bytes("NAME=Zürich".encode("latin-1"))
    result = run(command(tmp_path))
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert ".env: cannot be read" in result.stderr


@pytest.mark.skipif(NO_KEY, reason="xlwings asks for its key, XLWINGS_LICENSE_KEY, first")
def test_no_other_command_starts_the_server_without_its_limits(tmp_path):
    project(tmp_path)
    arguments = [sys.executable, "-m", "uvicorn", "xlwings_server.main:main_app", "--port", "0"]
    key = os.environ["XLWINGS_LICENSE_KEY"]
    folder = str(tmp_path)
    result = run(
        arguments, XLWINGS_PROJECT_DIR=folder, XLWINGS_ON_SERVER="true", XLWINGS_LICENSE_KEY=key
    )
    assert result.returncode != 0
    assert "start the server with shorewise addin serve" in result.stderr


@pytest.mark.soak
@pytest.mark.skipif(NO_KEY, reason="xlwings asks for its key, XLWINGS_LICENSE_KEY, first")
def test_the_repeated_import_of_pyodide_fails_without_a_search(tmp_path):
    project(tmp_path)
    script = """
import sys
from dotenv import load_dotenv
load_dotenv(sys.argv[1] + "/.env")
from shorewise.udfs.hosts.app import guarded
guarded(sys.argv[1], "127.0.0.1")
print("pyodide" in sys.modules, sys.modules.get("pyodide"))
"""
    result = run([sys.executable, "-c", script, str(tmp_path)], XLWINGS_ON_SERVER="true")
    assert (result.stdout, result.stderr) == ("True None\n", "")


def test_only_the_digest_of_a_token_is_kept():
    token, entry = new_token("ann")
    other, second = new_token("bob")
    tokens = tokens_of({"SHOREWISE_TOKENS": f"{entry}, {second},"})
    assert owner(token, tokens) == "ann"
    assert owner(other, tokens) == "bob"
    assert owner(token + "x", tokens) is None
    assert owner("", tokens) is None
    assert token not in json.dumps(tokens)


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a,b", "x" * 65])
def test_a_name_that_would_break_the_list_of_tokens_is_refused(name):
    with pytest.raises(AddinError, match="a name has up to 64"):
        new_token(name)
