"""The server: xlwings Server with the functions, behind the guard. It starts safe or not at all."""

import asyncio
import contextlib
import functools
import ipaddress
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ..calling import Function, cell_count
from ..coerce import MARK
from ..functions import FUNCTIONS
from .folder import AddinError
from .guard import Guard
from .limits import Limits, limits_of
from .tokens import SETTING, tokens_of

if TYPE_CHECKING:
    from .computing import Processes

_FOLDER = "XLWINGS_PROJECT_DIR"  # where xlwings Server looks for its project
# They log what they were sent, or the text of an error, which may repeat it.
_SILENT = ("xlwings", "xlwings_server", "asyncio", "uvicorn.access")
_THIS_COMPUTER = ("localhost", "127.0.0.1", "[::1]")
_ANY_ADDRESS = ("0.0.0.0", "::")
_PROXIES = "SHOREWISE_PROXIES"
_SMALL = 1_000  # cells of a call that a thread computes, in some 10 ms; larger ones a process
_guarded = False


def check(settings: Mapping[str, str | None], providers: list[str], host: str) -> None:
    """Refuse what is not safe to start.

    Parameters
    ----------
    settings : mapping
        The environment, in which the project's file .env was read.
    providers : list of str
        Ways to sign in that xlwings Server has read from them.
    host : str
        The address to listen on.

    Raises
    ------
    AddinError
        No sign-in outside development on this computer, or half of one; a server for other
        computers without a name; or trusted proxies that are no addresses.
    """
    development = settings.get("XLWINGS_ENVIRONMENT") == "dev"
    if not providers and not (development and _is_loopback(host)):
        raise AddinError(
            "nobody would have to sign in: set XLWINGS_AUTH_PROVIDERS; without it only "
            "XLWINGS_ENVIRONMENT=dev on 127.0.0.1 starts"
        )
    if "custom" in providers and not tokens_of(settings):
        raise AddinError(f"{SETTING} has no token: shorewise addin token NAME makes one")
    if "entraid" in providers:
        for name in ("XLWINGS_AUTH_ENTRAID_CLIENT_ID", "XLWINGS_AUTH_ENTRAID_TENANT_ID"):
            if not settings.get(name):
                raise AddinError(f"{name} is not set, but XLWINGS_AUTH_PROVIDERS names entraid")
    if host in _ANY_ADDRESS and not settings.get("XLWINGS_HOSTNAME"):
        raise AddinError(
            f"host {host} lets other computers reach this server: set XLWINGS_HOSTNAME to the name "
            "by which they do",
            parameters=["host"],
        )
    proxies(settings)


def proxies(settings: Mapping[str, str | None]) -> list[str]:
    """Addresses of proxies whose X-Forwarded-For is believed: none by default.

    Raises
    ------
    AddinError
        One that is neither an address nor a network.
    """
    found = [one.strip() for one in (settings.get(_PROXIES) or "").split(",") if one.strip()]
    for one in found:
        try:
            ipaddress.ip_network(one, strict=False)
        except ValueError:
            raise AddinError(
                f"{_PROXIES} is {one[:40]!r}; it must be addresses such as 10.0.0.5 or networks "
                "such as 10.0.0.0/24, with commas between them"
            ) from None
    return found


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def guarded(folder: str | Path, host: str) -> Guard:
    """The application of a project.

    Raises
    ------
    AddinError
        The project is not safe to start, or xlwings Server is not installed.
    """
    global _guarded
    os.environ[_FOLDER] = str(Path(folder).resolve())
    # xlwings tries this import at every cell; None makes it fail at once, without a search.
    sys.modules.setdefault("pyodide", None)  # type: ignore[arg-type]
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        from pydantic_settings import SettingsError
        from xlwings_server import config
    except ImportError:
        raise AddinError("xlwings Server is missing: pip install 'shorewise[server]'") from None
    except (SettingsError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise AddinError(f"{folder}: a setting of xlwings Server is wrong: {first}") from None
    check(os.environ, config.settings.auth_providers or [], host)
    limits = limits_of(os.environ)
    _guarded = True
    from xlwings_server.main import main_app

    hosts = {*_THIS_COMPUTER, host, f"[{host}]", (config.settings.hostname or host).split(":")[0]}
    return Guard(main_app, limits, _sign_in, hosts)


async def _sign_in(headers: Mapping[str, str]) -> str | None:
    """The user to whom a request's token belongs, by whichever provider is configured."""
    from fastapi import HTTPException
    from xlwings_server.dependencies import authenticate

    try:
        user = await authenticate(headers.get("authorization", ""), headers.get("auth-provider"))
    except HTTPException:
        return None
    return str(user.id or user.name)


@functools.cache
def processes() -> "Processes":
    """The processes of this server that compute long calls, started when first asked for."""
    from .computing import Processes

    return Processes(limits_of(os.environ))


@contextlib.asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Processes for long calls, from the server's start to its end.

    Raises
    ------
    AddinError
        The project was started by another command than ``shorewise addin serve``.
    """
    if not _guarded:
        raise AddinError("start this server by shorewise addin serve: else it has no limits")
    processes().warm()
    try:
        yield
    finally:
        processes().stop()


def in_background(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """The functions of a module, so that a long one does not keep others waiting.

    A small call is computed in a thread. A call over many cells, and one over whole plans, is
    computed in a process, which is ended when its time is up. A call whose arguments span more
    cells than the server's limit is answered by a message.

    Raises
    ------
    AddinError
        xlwings was imported before it could know that it is on a server.
    """
    if not all(hasattr(getattr(module, name), "__xlfunc__") for name in module.__all__):
        raise AddinError("XLWINGS_ON_SERVER must be true before xlwings is imported")
    limits = limits_of(os.environ)
    return {one.name: _in_background(one, getattr(module, one.name), limits) for one in FUNCTIONS}


def _in_background(function: Function, python: Any, limits: Limits) -> Callable[..., Any]:
    @functools.wraps(python)
    async def in_cell(*arguments: Any) -> Any:
        from .computing import TooLongError

        cells = cell_count(function, arguments)
        if cells > limits.cells:
            return [[f"{MARK}{cells:,} cells at once; this server computes up to {limits.cells:,}"]]
        if function.each and cells <= _SMALL:
            return await asyncio.to_thread(python, *arguments)
        try:
            return await processes().call(function.name, *arguments)
        except TooLongError as error:
            return [[f"{MARK}{error}"]]

    return in_cell


async def validate_token(token_string: str) -> Any:
    """The user to whom a token belongs, for xlwings Server's sign-in of one's own."""
    from fastapi import HTTPException
    from xlwings_server.models import User

    from .tokens import owner

    name = owner(token_string, tokens_of(os.environ))
    if name is None:
        raise HTTPException(401, "Sign in: the access token is missing or wrong.")
    return User(id=name, name=name)


def serve(
    folder: str | Path,
    host: str = "127.0.0.1",
    port: int = 8000,
    certificate: str | None = None,
    key: str | None = None,
) -> None:
    """Serve a project until it is stopped.

    Parameters
    ----------
    folder : path
    host, port : str, int
        Where to listen: by default where only this computer can ask.
    certificate, key : path, optional
        For https without a proxy.

    Raises
    ------
    AddinError
        The project is not safe to start, xlwings Server is not installed, the certificate and its
        key do not go together, or nothing can listen there.
    """
    if key and not certificate:
        raise AddinError("key goes with certificate", parameters=["key", "certificate"])
    app, limits = guarded(folder, host), limits_of(os.environ)
    import uvicorn

    from .connections import connection_class

    logging.basicConfig(level=logging.WARNING)
    logging.getLogger("shorewise.server").setLevel(logging.INFO)
    try:
        uvicorn.run(
            app,
            host=host,
            port=port,
            access_log=False,
            server_header=False,
            timeout_keep_alive=10,
            http=connection_class(limits.header_seconds, _sockets(limits)),
            proxy_headers=bool(proxies(os.environ)),
            forwarded_allow_ips=proxies(os.environ),
            ssl_certfile=certificate,
            ssl_keyfile=key,
        )
    except OSError as error:
        what = f"{host}, port {port}"
        if certificate:
            what = f"{certificate}: no certificate with its key"
        raise AddinError(f"{what}: {error}") from None
    except SystemExit:
        raise AddinError(f"{host}, port {port}: not started, as the lines above say") from None


def _sockets(limits: Limits) -> int:
    """Connections that this server may hold open: some fewer than the files it may open."""
    try:
        import resource
    except ImportError:  # Windows counts sockets apart from files
        return limits.connections
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(limits.connections, max(files - 200, files // 2))
