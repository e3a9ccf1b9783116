"""Hosts of the functions: Excel on Windows, xlwings Lite, and a server for Office add-ins."""

from .excel import excel_files
from .folder import AddinError, write_folder
from .lite import lite_files
from .server_project import OWNED, PRIVATE, server_files
from .tokens import new_token
from .xlwings_settings import Change, install, uninstall

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
