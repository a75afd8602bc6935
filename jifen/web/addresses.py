"""Where a request really comes from, behind the proxies that the settings trust."""

from __future__ import annotations

import ipaddress

from flask import Request

from jifen.core import house


def client_address(request: Request) -> str:
    """Return the address of the caller: the nearest one that is no trusted proxy's.

    ``X-Forwarded-For`` is believed only as far as ``JIFEN_TRUSTED_PROXIES`` reaches.
    """
    trusted = house.settings().trusted_proxies
    hops = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    nearest = request.remote_addr or ""
    while hops and _within(nearest, trusted):
        nearest = hops.pop()
    return nearest


def is_loopback(request: Request) -> bool:
    """Return whether a program on this machine asks, itself and not for somebody else."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _within(address: str, networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)
