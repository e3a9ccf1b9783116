"""The wrappers that xlwings itself writes for the functions, on a computer without Windows.

Run as a program of its own: it takes xlwings' Windows part for real and stands in for pywin32.
"""

import ctypes
import sys
import types
from unittest.mock import MagicMock

# xlwings imports these, and they must see the platform as it is.
import matplotlib.font_manager  # noqa: F401
import pandas  # noqa: F401


class Stub(types.ModuleType):
    """A module that has whatever is asked of it."""

    __path__ = ()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (Exception,), {}) if name.endswith("error") else MagicMock()


for module in (
    "pythoncom", "pywintypes", "win32com", "win32com.client", "win32com.client.dynamic",
    "win32com.server", "win32com.server.util", "win32com.server.dispatcher",
    "win32com.server.policy", "win32com.universal", "win32api", "win32con", "win32event",
    "win32gui", "win32process", "win32timezone", "winreg",
):  # fmt: skip
    sys.modules[module] = Stub(module)
sys.modules["pythoncom"].__file__ = "pythoncom"
ctypes.oledll = ctypes.windll = ctypes.PyDLL = MagicMock()
platform, sys.platform = sys.platform, "win32"
import xlwings.udfs  # noqa: E402 - the modules above must stand in first

sys.platform = platform
import shorewise.udfs  # noqa: E402 - registered by xlwings' Windows part

book = types.SimpleNamespace(Name="shore_functions.xlsm")
xlwings.udfs.generate_vba_wrapper("shorewise.udfs", shorewise.udfs, sys.stdout, book)
