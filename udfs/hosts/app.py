"""The server: xlwings Server with the functions behind the guard, refused if it is not safe."""

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
from .server_limits import Limits, limits_of
from .tokens import SETTING, tokens_of

if TYPE_CHECKING:
    from .computing import Processes

_PROJECT = "XLWINGS_PROJECT_DIR"  # the folder in which xlwings Server looks for its project
# Loggers of what users sent, or of the text of errors, which may repeat it.
_SILENCED = ("xlwings", "xlwings_server", "asyncio", "uvicorn.access")
_LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
_ANY_ADDRESS = ("0.0.0.0", "::")
_PROXIES = "SHOREWISE_PROXIES"
_THREAD_CELLS = 1_000  # cells that a thread computes, in some 10 ms; more go to a process
_guarded = False  # whether this process has made a guard


def check(settings: Mapping[str, str | None], providers: list[str], host: str) -> None:
    """Raise if a server with these settings would not be safe.

    Parameters
    ----------
    settings : mapping
        The environment, into which the project's file .env was read.
    providers : list of str
        Names of the ways to sign in, as xlwings Server has read them.
    host : str
        The address to listen on.

    Raises
    ------
    AddinError
        No sign-in, except for development on this computer; an incomplete sign-in; no host name
        for other computers; or trusted proxies that are not addresses.
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
    """Addresses of the proxies whose header X-Forwarded-For is trusted: none by default.

    Raises
    ------
    AddinError
        An entry that is neither an address nor a network.
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
    """The application of a project, behind a guard.

    Raises
    ------
    AddinError
        The project is not safe to start, or xlwings Server is not installed.
    """
    global _guarded
    os.environ[_PROJECT] = str(Path(folder).resolve())
    # xlwings tries this import for every cell; None makes it fail at once, without a search.
    sys.modules.setdefault("pyodide", None)  # type: ignore[arg-type]
    for name in _SILENCED:
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

    hosts = {*_LOCAL_NAMES, host, f"[{host}]", (config.settings.hostname or host).split(":")[0]}
    return Guard(main_app, limits, _sign_in, hosts)


async def _sign_in(headers: Mapping[str, str]) -> str | None:
    """The user who has signed in with the headers of a request, None if nobody has."""
    from fastapi import HTTPException
    from xlwings_server.dependencies import authenticate

    try:
        user = await authenticate(headers.get("authorization", ""), headers.get("auth-provider"))
    except HTTPException:
        return None
    return str(user.id or user.name)


@functools.cache
def processes() -> "Processes":
    """The worker processes of this server, started when they are first needed."""
    from .computing import Processes

    return Processes(limits_of(os.environ))


@contextlib.asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Worker processes for long calls while the server runs.

    Raises
    ------
    AddinError
        The server was not started by ``shorewise addin serve``.
    """
    if not _guarded:
        raise AddinError("start this server with shorewise addin serve: otherwise it has no limits")
    processes().warm()
    try:
        yield
    finally:
        processes().stop()


def in_background(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """The functions of a module as coroutines, so that a long call does not delay others.

    A small call is computed in a thread. A call over many cells, or over whole plans, is computed
    in a process, which is killed at its timeout. A call whose arguments span more cells than the
    limit of the server gives a message instead.

    Raises
    ------
    AddinError
        xlwings was imported before XLWINGS_ON_SERVER was set.
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
        if function.each and cells <= _THREAD_CELLS:
            return await asyncio.to_thread(python, *arguments)
        try:
            return await processes().call(function.name, *arguments)
        except TooLongError as error:
            return [[f"{MARK}{error}"]]

    return in_cell


async def validate_token(token_string: str) -> Any:
    """The owner of an access token, for the custom sign-in of xlwings Server."""
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
        Address and port to listen on; by default only this computer reaches them.
    certificate, key : path, optional
        Files in PEM format, for https without a proxy.

    Raises
    ------
    AddinError
        The project is not safe to start, xlwings Server is not installed, the certificate and its
        key do not match, or the address cannot be listened on.
    """
    if key and not certificate:
        raise AddinError(
            "a key needs its certificate: give both, or only a certificate with its key",
            parameters=["key", "certificate"],
        )
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
            what = f"{certificate}: not a certificate with its key"
        raise AddinError(f"{what}: {error}") from None
    except SystemExit:
        raise AddinError(f"{host}, port {port}: not started, as the lines above say") from None


def _sockets(limits: Limits) -> int:
    """Connections that this server may hold open: fewer than the files that it may open."""
    try:
        import resource
    except ImportError:  # Windows counts sockets apart from files
        return limits.connections
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(limits.connections, max(files - 200, files // 2))
