"""The names under which the archive is served: that of the request's Host, and no other.

A web page elsewhere may have its own name resolve to 127.0.0.1, and then read what is served there as its own
(DNS rebinding). The browser says which name it asked for; only the names of this machine are answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_address

from index.search.context import shortened
from web.errors import SHOWN, BadHostError, HostNotAllowedError, ServeError

_HOST = re.compile(r"([0-9a-z._-]+|\[[0-9a-f:.]+\])(:[0-9]*)?", re.ASCII | re.IGNORECASE)
_LOCAL = re.compile(r"([0-9a-z_-]+\.)*localhost", re.ASCII)


class Hosts:
    """The names of this machine for itself, and those allowed beside them; None: every name. Raises
    ServeError.
    """

    def __init__(self, allowed: Iterable[str] | None = ()) -> None:
        self._allowed = None if allowed is None else frozenset(map(_allowed, allowed))

    def check(self, named: str | None) -> None:
        """Raise BadHostError where a Host does not name one host, HostNotAllowedError where not one of these;
        None: no header.
        """
        name = _name(named or "")
        if not name:
            raise BadHostError(host=shortened(named or "there is none", SHOWN))
        if not (self._allowed is None or name in self._allowed or is_loopback(name)):
            raise HostNotAllowedError(host=shortened(name, SHOWN))


def is_loopback(name: str) -> bool:
    """Whether it is a name or an address, without brackets, under which a machine reaches itself alone."""
    try:
        return bool(_LOCAL.fullmatch(name)) or ip_address(name).is_loopback
    except ValueError:
        return False


def _name(host: str) -> str | None:
    """The name in a Host, without its port, in lower case; None where it is not one."""
    found = _HOST.fullmatch(host)
    return found[1].lower().strip("[]").removesuffix(".") if found else None


def _allowed(given: str) -> str:
    name = _name(f"[{given}]" if given.count(":") > 1 and not given.startswith("[") else given)
    if not name:
        raise ServeError(
            f"{given} is not the name of a host.", hint="Give one such as --allow-host archive.example.org"
        )
    return name
