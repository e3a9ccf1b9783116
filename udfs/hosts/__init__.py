"""The functions in each Excel host: files to open, to paste or to serve."""

from .excel import excel_files
from .folder import AddinError, write_folder
from .lite import lite_files
from .server import OWNED, PRIVATE, server_files
from .settings import Change, install, uninstall
from .tokens import new_token

__all__ = [
    "OWNED",
    "PRIVATE",
    "AddinError",
    "Change",
    "excel_files",
    "install",
    "lite_files",
    "new_token",
    "server_files",
    "uninstall",
    "write_folder",
]
