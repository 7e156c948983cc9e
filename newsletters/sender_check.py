"""What the DNS says of a newsletter's sender: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489)."""

from __future__ import annotations

from collections.abc import Callable

import dns.exception
import dns.resolver

Lookup = Callable[[str], list[str]]
SECONDS = 5.0


class UnknownError(Exception):
    """The DNS gave no answer, so nothing can be said."""


def txt_records(name: str) -> list[str]:
    """Return the TXT records of ``name``; none if there are none. Raises UnknownError."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as error:
        raise UnknownError(str(error)) from error
    return [b"".join(record.strings).decode(errors="replace") for record in answer]


def has_spf(domain: str, *, lookup: Lookup = txt_records) -> bool:
    return any(text.lower().startswith("v=spf1") for text in lookup(domain))


def has_dkim(domain: str, selector: str, *, lookup: Lookup = txt_records) -> bool:
    """Whether a key stands there; one with an empty ``p=`` has been revoked."""
    for text in lookup(f"{selector}._domainkey.{domain}"):
        tags = dict(part.strip().partition("=")[::2] for part in text.split(";"))
        if tags.get("p", "").strip():
            return True
    return False


def has_dmarc(domain: str, *, lookup: Lookup = txt_records) -> bool:
    """The domain's own record, else that of the domain above, as receivers look it up."""
    parts = domain.split(".")
    above = [".".join(parts[index:]) for index in range(len(parts) - 1)]
    return any(
        text.upper().startswith("V=DMARC1") for name in above for text in lookup(f"_dmarc.{name}")
    )
