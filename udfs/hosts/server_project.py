"""The files of an xlwings Server project: functions, task pane, manifest, authentication."""

import secrets
import struct
import uuid
import zlib
from pathlib import Path

from .tokens import new_token

_PROJECT = Path(__file__).with_name("project")
_PATHS = {
    "env.example": ".env.example",
    "gitignore": ".gitignore",
    "taskpane.html": "templates/taskpane.html",
    "manifest.xml": "templates/manifest.xml",
    "pane.js": "static/js/pane.js",
    "auth.js": "static/js/auth.js",
    "pane.css": "static/css/pane.css",
}
_MODULES = {
    "custom_functions/__init__.py": '''"""The functions in cells."""

from shorewise import udfs
from shorewise.udfs.hosts.app import in_background

globals().update(in_background(udfs))
''',
    "custom_scripts/__init__.py": '"""No scripts."""\n',
    "auth/__init__.py": "",
    "auth/custom/__init__.py": '''"""Sign-in by the tokens in SHOREWISE_TOKENS."""

from shorewise.udfs.hosts.app import validate_token
''',
    "routers/__init__.py": "",
    "routers/custom.py": '''"""What the task pane asks for."""

from shorewise.udfs.hosts.pane import pane_router

router = pane_router()
''',
    "lifespan.py": '''"""No start without limits."""

from shorewise.udfs.hosts.app import lifespan
''',
}
OWNED, PRIVATE = (".env", "pyproject.toml"), (".env",)
ICONS = (16, 32, 64, 80)
_ENVIRONMENTS = ("dev", "qa", "uat", "staging", "prod")
_BACKGROUND, _COLUMNS = (0x1F, 0x3A, 0x5F), (0xFF, 0xFF, 0xFF)


def server_files(user: str) -> tuple[dict[str, bytes], str]:
    """Content of the project's files, and the token of its first user, which no file contains.

    Parameters
    ----------
    user : str
        Name of the first user.

    Returns
    -------
    files : dict of str to bytes
        Content by path.
    token : str

    Raises
    ------
    AddinError
        A name that is not allowed.
    """
    token, entry = new_token(user)
    files = {path: (_PROJECT / name).read_bytes() for name, path in _PATHS.items()}
    files |= {path: text.encode() for path, text in _MODULES.items()}
    files |= {f"static/images/icons/shorewise-{side}.png": _icon(side) for side in ICONS}
    own = files[".env.example"].decode()
    own = own.replace("SHOREWISE_TOKENS=", f"SHOREWISE_TOKENS={entry}")
    own = own.replace("XLWINGS_SECRET_KEY=", f"XLWINGS_SECRET_KEY={secrets.token_urlsafe(32)}")
    identities = (f'manifest_id_{name} = "{uuid.uuid4()}"' for name in _ENVIRONMENTS)
    project = "\n".join(("[tool.xlwings_server]", *identities, ""))
    return files | {".env": own.encode(), "pyproject.toml": project.encode()}, token


def _icon(side: int) -> bytes:
    """A square icon in PNG format: three columns, each lower than the one before."""
    unit = side / 16
    rows = []
    for y in range(side):
        row = bytearray([0])
        for x in range(side):
            column, within = divmod(x / unit - 2, 4.2)
            inside = 0 <= column <= 2 and within < 3.2 and 3 + 3 * column <= y / unit < 13
            row += bytes(_COLUMNS if inside else _BACKGROUND)
        rows.append(bytes(row))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
