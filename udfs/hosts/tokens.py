"""Access tokens, of which the server stores only digests."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping

from .folder import AddinError

SETTING = "SHOREWISE_TOKENS"
_NAME = re.compile(r"[A-Za-z0-9._@-]{1,64}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def new_token(name: str) -> tuple[str, str]:
    """A new random token for a user, and its entry in the server's settings.

    Raises
    ------
    AddinError
        A name with characters other than letters, digits and ``._@-``.
    """
    if not _NAME.fullmatch(name):
        raise AddinError(f"{name[:40]!r}: a name has up to 64 letters, digits and ._@-")
    token = secrets.token_urlsafe(32)
    return token, f"{name}:{_digest(token)}"


def tokens_of(settings: Mapping[str, str | None]) -> dict[str, str]:
    """Digests of all tokens by user, from the environment variable SHOREWISE_TOKENS.

    Raises
    ------
    AddinError
        An entry is not of the form ``name:digest``.
    """
    found = {}
    for number, entry in enumerate((settings.get(SETTING) or "").split(","), 1):
        name, _, digest = entry.strip().partition(":")
        if not name and not digest:
            continue
        if not _NAME.fullmatch(name) or not _DIGEST.fullmatch(digest):
            raise AddinError(
                f"{SETTING}: entry {number} must be name:digest; shorewise addin token makes one"
            )
        found[name] = digest
    return found


def owner(token: str, tokens: Mapping[str, str]) -> str | None:
    """The user with a token, or None; all digests are compared, in constant time."""
    given = _digest(token)
    names = [name for name, digest in tokens.items() if hmac.compare_digest(digest, given)]
    return names[0] if names else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
