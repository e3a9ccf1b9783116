"""Chromium without a window, driven by its own driver over the WebDriver protocol."""

import base64
import contextlib
import json
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from tests.support.addin_server import free_port

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--window-size=360,1500",
)  # fmt: skip


def missing():
    """What a browser's tests need and this computer has not."""
    return [name for name in ("chromium", "chromedriver") if not shutil.which(name)]


class Browser:
    """One window: scripts run in its page, and what the page has complained of."""

    def __init__(self, port, session):
        self._session = f"http://127.0.0.1:{port}/session/{session}"

    def send(self, path, **values):
        return send(f"{self._session}{path}", values)

    def open(self, address):
        self.send("/url", url=address)

    def run(self, script, *arguments):
        """What a script's promise gives: its last line returns it."""
        whole = (
            "const done = arguments[arguments.length - 1];"
            f"(async (...given) => {{ {script} }})(...arguments)"
            ".then((value) => done({ value }), (error) => done({ error: String(error) }));"
        )
        found = self.send("/execute/async", script=whole, args=list(arguments))
        if "error" in found:
            raise RuntimeError(found["error"])
        return found.get("value")

    def until(self, script, *arguments):
        """Run a script until it gives something true."""
        for _ in range(100):
            found = self.run(script, *arguments)
            if found:
                return found
            time.sleep(0.05)
        raise TimeoutError(script)

    def log(self):
        """Complaints of the page since they were last asked for."""
        return [one["message"] for one in self.send("/se/log", type="browser")]

    def picture(self, path):
        request = urllib.request.urlopen(f"{self._session}/screenshot", timeout=30)
        path.write_bytes(base64.b64decode(json.load(request)["value"]))


def send(address, values, method="POST"):
    data = json.dumps(values).encode() if method == "POST" else None
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"})
    request.method = method
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        with error:
            raise RuntimeError(error.read().decode()) from None


@contextlib.contextmanager
def browsing():
    port = free_port()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        driver = subprocess.Popen(
            ["chromedriver", f"--port={port}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        options = {
            "args": [*FLAGS, f"--user-data-dir={profile}"],
            "binary": shutil.which("chromium"),
        }
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"},
        }
        address = f"http://127.0.0.1:{port}/session"
        try:
            for _ in range(100):
                with contextlib.suppress(urllib.error.URLError):
                    made = send(address, {"capabilities": {"alwaysMatch": wanted}})
                    break
                time.sleep(0.1)
            session = made["sessionId"]
            try:
                yield Browser(port, session)
            finally:
                send(f"{address}/{session}", {}, "DELETE")
        finally:
            driver.terminate()
            driver.wait(20)
