"""The address of the page of functions, which Excel opens as help."""

import os

from .calling import Function

FUNCTIONS_PAGE = "SHOREWISE_FUNCTIONS_PAGE"
"""Environment variable with the address; without one no help is opened."""


def help_url(function: Function) -> str | None:
    """Address of the function's section on the page of functions, where an address is set."""
    page = os.environ.get(FUNCTIONS_PAGE)
    return f"{page}#{function.anchor}" if page else None
