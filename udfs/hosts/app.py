"""The add-in server: xlwings Server behind a guard; it does not start with unsafe settings."""

import asyncio
import contextlib
import functools
import ipaddress
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ...engine.errors import install
from ..calling import Function, as_shown, cell_count, resolved
from ..coerce import MARK, CellError
from ..functions import FUNCTIONS
from ..page_address import FUNCTIONS_PAGE
from ..scenario_contents import is_content
from ..scenario_handles import card_of, from_handles, handle, has_handles
from ..scenario_registry import OWNER
from .folder import AddinError
from .guard import USER, Guard
from .server_limits import Limits, limits_of
from .tokens import SETTING, tokens_of

if TYPE_CHECKING:
    from .computing import Processes

_PROJECT = "XLWINGS_PROJECT_DIR"  # variable with the folder of the xlwings Server project
# Loggers that would record what users sent, or error texts that may contain it.
_SILENCED = ("xlwings", "xlwings_server", "asyncio", "uvicorn.access")
_LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
_ANY_ADDRESS = ("0.0.0.0", "::")
_PROXIES = "SHOREWISE_PROXIES"
_THREAD_CELLS = (
    1_000  # calls up to this size run in a thread, in about 10 ms; larger ones in a process
)
_guarded = False  # whether this process has created a guard


def check(settings: Mapping[str, str | None], providers: list[str], host: str) -> None:
    """Raise an error if a server with these settings would not be safe.

    Parameters
    ----------
    settings : mapping
        Environment variables, including those of the project's file .env.
    providers : list of str
        Names of the authentication providers, as read by xlwings Server.
    host : str
        Address to listen on.

    Raises
    ------
    AddinError
        There is no authentication, except for development on this computer, or its settings are
        incomplete; the server is open to other computers but has no host name; or a trusted proxy
        is not an address.
    """
    development = settings.get("XLWINGS_ENVIRONMENT") == "dev"
    if not providers and not (development and _is_loopback(host)):
        raise AddinError(
            "nobody would have to sign in: set XLWINGS_AUTH_PROVIDERS; it is optional only for "
            "XLWINGS_ENVIRONMENT=dev on 127.0.0.1"
        )
    if "custom" in providers and not tokens_of(settings):
        raise AddinError(f"{SETTING} has no token; shorewise addin token NAME creates one")
    if "entraid" in providers:
        for name in ("XLWINGS_AUTH_ENTRAID_CLIENT_ID", "XLWINGS_AUTH_ENTRAID_TENANT_ID"):
            if not settings.get(name):
                raise AddinError(f"{name} is not set, but XLWINGS_AUTH_PROVIDERS names entraid")
    if host in _ANY_ADDRESS and not settings.get("XLWINGS_HOSTNAME"):
        raise AddinError(
            f"host {host} opens the server to other computers: set XLWINGS_HOSTNAME to its host "
            "name",
            parameters=["host"],
        )
    proxies(settings)


def proxies(settings: Mapping[str, str | None]) -> list[str]:
    """Addresses of the proxies whose header X-Forwarded-For is trusted; none by default.

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
                "such as 10.0.0.0/24, separated by commas"
            ) from None
    return found


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def guarded(folder: str | Path, host: str) -> Guard:
    """The application of an xlwings Server project, behind a guard.

    Parameters
    ----------
    folder : path
        The project.
    host : str
        Address to listen on.

    Returns
    -------
    Guard

    Raises
    ------
    AddinError
        The project is not safe to start, or xlwings Server is not installed.
    """
    global _guarded
    os.environ[_PROJECT] = str(Path(folder).resolve())
    # xlwings tries to import this for every cell; None makes the import fail without a search.
    sys.modules.setdefault("pyodide", None)  # type: ignore[arg-type]
    for name in _SILENCED:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        from pydantic_settings import SettingsError
        from xlwings_server import config
    except ImportError:
        raise AddinError(f"xlwings Server needs: {install('server')}") from None
    except (SettingsError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise AddinError(f"{folder}: invalid setting of xlwings Server: {first}") from None
    check(os.environ, config.settings.auth_providers or [], host)
    limits = limits_of(os.environ)
    if config.settings.hostname:
        pane = f"https://{config.settings.hostname}{config.settings.app_path}/shorewise"
        os.environ.setdefault(FUNCTIONS_PAGE, f"{pane}/functions.html")
    _guarded = True
    from xlwings_server.main import main_app

    hosts = {*_LOCAL_NAMES, host, f"[{host}]", (config.settings.hostname or host).split(":")[0]}
    return Guard(main_app, limits, _sign_in, hosts)


async def _sign_in(headers: Mapping[str, str]) -> str | None:
    """The user authenticated by the headers of a request; None if there is none."""
    from fastapi import HTTPException
    from xlwings_server.dependencies import authenticate

    try:
        user = await authenticate(headers.get("authorization", ""), headers.get("auth-provider"))
    except HTTPException:
        return None
    return str(user.id or user.name)


@functools.cache
def processes() -> "Processes":
    """The worker processes of this server, created on first use."""
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
        raise AddinError("start the server with shorewise addin serve, which sets its limits")
    processes().warm()
    try:
        yield
    finally:
        processes().stop()


def in_background(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """The functions of a module as coroutines, so that a long call does not block others.

    Small calls are computed in a thread, calls over many cells or whole plans in a process, which
    is killed at the timeout. A call over more cells than the limit of the server gives an error
    message.

    Parameters
    ----------
    module : module
        Has the registered functions as attributes, and their names in ``__all__``.

    Returns
    -------
    dict of str to callable
        Coroutine functions by name.

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
        from .computing import LostProcessError, TooLongError

        OWNER.set(USER.get())
        cells = cell_count(function, arguments)
        if cells > limits.cells:
            text = f"the call has {cells:,} cells; this server computes up to {limits.cells:,}"
            return refused(f"{MARK}{text}")
        if function.each and cells <= _THREAD_CELLS:
            return await asyncio.to_thread(python, *arguments)
        try:
            # Scenario cells are known to this process, and none of a user to the others.
            given = await asyncio.to_thread(_resolved, function, arguments)
            found = await processes().call(function.name, *given)
            if not makes_handles:
                return as_shown(function, found)
            card = await processes().run(card_of, found) if is_content(found) else None
            return handle(as_shown(function, found), card)
        except CellError as error:
            return refused(str(error))
        except (LostProcessError, TooLongError) as error:
            return refused(f"{MARK}{error}")

    def refused(text: str) -> Any:
        return handle(text) if makes_handles else [[text]]

    makes_handles = function.makes_scenario and has_handles()
    return in_cell


def _resolved(function: Function, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments of a call as a worker process takes them, without handles and scenario cells.

    Raises
    ------
    CellError
        An invalid argument, or a scenario that is not known.
    """
    return resolved(function, from_handles(function, arguments) if has_handles() else arguments)


async def validate_token(token_string: str) -> Any:
    """The user with an access token, for the custom authentication of xlwings Server."""
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
        Address and port to listen on; the default is open to this computer only.
    certificate, key : path, optional
        PEM files of the TLS certificate and its key, for https without a proxy.

    Raises
    ------
    AddinError
        The project is not safe to start, xlwings Server is not installed, the certificate and its
        key do not match, or the address cannot be listened on.
    """
    if key and not certificate:
        raise AddinError(
            "key needs certificate; give both, or a certificate that includes its key",
            parameters=["key", "certificate"],
        )
    app, limits = guarded(folder, host), limits_of(os.environ)
    import uvicorn

    from .connections import connection_class

    _refuse_taken(host, port)
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


def _refuse_taken(host: str, port: int) -> None:
    """Refuse an address on which nothing can listen, before the application starts up."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        reason, _, _ = (error.strerror or str(error)).partition(" (while ")
        raise AddinError(f"{host}, port {port}: {reason}; choose another host or port") from None


def _sockets(limits: Limits) -> int:
    """Maximum number of open connections, which leaves some of the process's file descriptors."""
    try:
        import resource
    except ImportError:  # on Windows sockets do not count as files
        return limits.connections
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(limits.connections, max(files - 200, files // 2))
