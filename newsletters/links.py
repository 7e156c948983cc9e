"""Links of a mail: those common to all readers, and the personal ones with a token."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from kit_portal.common.addresses import in_language
from newsletters.models import Issue, Newsletter

# Stands in frozen bodies where a reader's token comes. As long as a token and of the same letters,
# so that exchanging it changes no line's length and no encoding.
TOKEN_PLACEHOLDER = "reader-token-goes-here-0123456789-abcdefghi"  # noqa: S105  a placeholder


def absolute(url: str, *, language: str) -> str:
    """Return the address to put into a mail: pages of the portal in the reader's language.

    ``url`` is kept as the German page's path, or is an address elsewhere.
    """
    if not url.startswith("/"):
        return url
    with override(settings.LANGUAGE_CODE):
        return f"{settings.SITE_URL}{in_language(url, language)}"


def file_url(url: str) -> str:
    """Return the address of a public file; the same for every reader, so it tells nothing."""
    return f"{settings.SITE_URL}{url}" if url.startswith("/") else url


def confirm_url(token: str, *, language: str) -> str:
    return _page("confirm", token, language=language)


def address_url(token: str, *, language: str) -> str:
    return _page("address", token, language=language)


def preferences_url(token: str, *, language: str) -> str:
    return _page("preferences", token, language=language)


def leave_url(newsletter: Newsletter, token: str, *, language: str) -> str:
    """Answers a GET with a button and a mail program's POST by unsubscribing (RFC 8058)."""
    return _page("leave", newsletter.slug, token, language=language)


def leave_mailto(newsletter: Newsletter, token: str) -> str:
    """Return the ``mailto:`` for mail programs that write instead of posting (RFC 2369).

    The portal reads the bounce mailbox by itself; elsewhere a person has to.
    """
    read_here = settings.BOUNCE_ADDRESS if settings.BOUNCE_MAILBOX_URL else ""
    address = read_here or newsletter.reply_to or newsletter.address
    return f"mailto:{address}?subject={quote(f'unsubscribe {newsletter.slug} {token}')}"


def archive_url(issue: Issue, *, language: str) -> str:
    with override(language):
        return f"{settings.SITE_URL}{issue.get_absolute_url()}"


def mail_domain(newsletter: Newsletter) -> str:
    """Return the right side of Message-IDs: the sender's own domain."""
    host = newsletter.address.rpartition("@")[2]
    return host or urlsplit(settings.SITE_URL).hostname or "localhost"


def _page(name: str, *args: str, language: str) -> str:
    with override(language):
        return f"{settings.SITE_URL}{reverse(f'newsletters:{name}', args=args)}"
