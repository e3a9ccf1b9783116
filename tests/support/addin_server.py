"""A running server of functions for tests, asked over plain sockets as Excel asks it."""

import asyncio
import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import xlwings

from shorewise.udfs.functions import FUNCTIONS
from shorewise.udfs.hosts import server_files, write_folder

ERRORS = {
    "#NULL!": "Null", "#DIV/0!": "Div0", "#VALUE!": "Value", "#REF!": "Ref", "#NAME?": "Name",
    "#NUM!": "Num", "#N/A": "NotAvailable",
}  # fmt: skip
# xlwings' Office.js part asks for a key; that for noncommercial use is given by who runs the tests.
NO_KEY = not os.environ.get("XLWINGS_LICENSE_KEY") and not os.environ.get("SHOREWISE_TEST_ALL")
CALL = "/xlwings/custom-functions-call"
WIDTHS = {one.name: len(one.parameters) for one in FUNCTIONS}


def project(folder, **settings):
    """A project as the command writes it, with some settings changed; the token of its user."""
    files, token = server_files("tester")
    write_folder(folder, files)
    path = Path(folder) / ".env"
    text = path.read_text()
    settings = {"XLWINGS_LICENSE_KEY": os.environ.get("XLWINGS_LICENSE_KEY", "")} | settings
    for name, value in settings.items():
        text = re.sub(rf"(?m)^#? ?{name}=.*\n", "", text) + f"{name}={value}\n"
    path.write_text(text)
    return token


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def command(folder, *arguments):
    return [sys.executable, "-c", "from shorewise.cli import main; main()",
            "addin", "serve", str(folder), *arguments]  # fmt: skip


def environment(**changes):
    """None of the settings of whoever runs the tests; their key stands in the project's .env."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("XLWINGS_", "SHOREWISE_"))}
    kept["SHOREWISE_CACHE"] = os.environ["SHOREWISE_CACHE"]
    return kept | changes


class Server:
    """A server at work: its port, its process, the token of its user, what it has logged."""

    def __init__(self, folder, port, token, log, pid):
        self.folder, self.port, self.token, self._log = folder, port, token, log
        self.pid = pid

    @property
    def log(self):
        return self._log.read_text(errors="replace")

    def request(self, method, path, body=None, **headers):
        """Status, headers and body of an answer."""
        return asyncio.run(self.ask(method, path, body, **headers))

    async def ask(self, method, path, body=None, **headers):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            return await self.exchange(reader, writer, method, path, body, **headers)
        finally:
            writer.close()

    async def exchange(self, reader, writer, method, path, body=None, **headers):
        data = (
            b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        )
        sent = {"Host": f"127.0.0.1:{self.port}", "Authorization": self.token,
                "Content-Type": "application/json", "Content-Length": str(len(data)),
                "Auth-Provider": "custom"}  # fmt: skip
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + data)
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        found = dict(line.lower().split(": ", 1) for line in lines if line)
        content = await reader.readexactly(int(found.get("content-length", 0)))
        return int(first.split()[1]), found, content

    def answers(self, calls, at_once=20):
        """What cells show for calls of functions: name and arguments each."""

        async def some(numbered):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            for number, (name, arguments) in numbered:
                body = as_sent(name, arguments)
                status, _, content = await self.exchange(reader, writer, "POST", CALL, body)
                assert status == 200, (name, content)
                found[number] = as_shown(json.loads(content)["result"])
            writer.close()

        async def together():
            numbered = list(enumerate(calls))
            await asyncio.gather(*(some(numbered[n::at_once]) for n in range(at_once)))

        found = [None] * len(calls)
        asyncio.run(together())
        return found


def as_sent(name, arguments):
    """The body of a call, as xlwings' JavaScript sends it: ranges of cells, errors as objects."""

    def cell(value):
        if value in ERRORS:
            return {"type": "Error", "basicType": "Error", "basicValue": value,
                    "errorType": ERRORS[value]}  # fmt: skip
        return value

    ranges = []
    for argument in [*arguments, *[None] * (WIDTHS[name] - len(arguments))]:
        rows = argument if isinstance(argument, (list, tuple)) else [[argument]]
        rows = [row if isinstance(row, (list, tuple)) else [row] for row in rows]
        ranges.append([[cell(value) for value in row] for row in rows])
    return {"client": "Office.js", "func_name": name, "args": ranges, "caller_address": "[B]S!A1",
            "session_id": "1", "culture_info_name": "en-US", "date_format": "m/d/yyyy",
            "version": xlwings.__version__, "runtime": "1.4"}  # fmt: skip


def as_shown(rows):
    """What cells show: one value, or rows of them; an error by its text."""
    texts = {kind: text for text, kind in ERRORS.items()}

    def one(cell):
        if isinstance(cell, dict):  # an object handle, or an error
            return cell["text"] if cell["type"] == "Entity" else texts[cell["errorType"]]
        return cell

    shown = [[one(cell) for cell in row] for row in rows]
    return shown[0][0] if len(shown) == 1 == len(shown[0]) else shown


@contextlib.contextmanager
def running(**settings):
    """A server of a project of its own, on a free port of this computer."""
    with tempfile.TemporaryDirectory() as name:
        folder, log = Path(name) / "project", Path(name) / "log"
        token, port = project(folder, **settings), free_port()
        with open(log, "wb") as file:
            process = subprocess.Popen(
                command(folder, "--port", str(port)),
                stdout=file,
                stderr=subprocess.STDOUT,
                env=environment(),
            )
        try:
            server = Server(folder, port, token, log, process.pid)
            for _ in range(300):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                assert process.poll() is None, server.log
                time.sleep(0.1)
            yield server
        finally:
            process.terminate()
            process.wait(20)
