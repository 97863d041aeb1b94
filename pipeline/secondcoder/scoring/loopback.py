"""Addresses on this machine: interview talk is sent to no other."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

from secondcoder.errors import StudyError


def loopback_address(url: str) -> str:
    """The address without a slash at its end.

    Raises:
        StudyError: it is no http address, or its host is not this machine: 127.0.0.0/8, ::1, or a `localhost` that means nothing else.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port  # a port that is no number raises
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise StudyError(f"'{url}' is no address of a model's server. An address reads like http://127.0.0.1:11434/v1")
    if not _is_here(host):
        raise StudyError(
            f"'{url}' lies on another machine, or cannot be known not to. Interview talk does not leave this one, so only 127.0.0.1, "
            "::1 and localhost are asked. Nothing was sent."
        )
    return url.rstrip("/")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        # No other name is looked up: the question itself would leave the machine.
        return host == "localhost" and all(ip_address(found).is_loopback for found in _addresses(host))


def _addresses(host: str) -> set[str]:
    try:
        return {str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except OSError as error:
        raise StudyError(f"'{host}' has no address on this machine ({error}). Write 127.0.0.1 instead.") from None
