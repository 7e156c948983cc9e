"""Who asks: the visitor's network address, behind however many proxies."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

KEPT_BITS = {4: 24, 6: 48}  # what is left leads to a provider's network, not to a household


def address_of(request: HttpRequest) -> str:
    """Behind the city's proxy the client's address is the last one that the proxy wrote."""
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    proxies: int = getattr(settings, "AXES_IPWARE_PROXY_COUNT", 0)
    if proxies and len(forwarded) >= proxies:
        return str(forwarded[-proxies]).strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def network_of(address: str) -> str:
    """Return the address shortened to /24 (IPv4) or /48 (IPv6); "" if it is none."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    found = getattr(found, "ipv4_mapped", None) or found
    return str(ip_network((found, KEPT_BITS[found.version]), strict=False))
