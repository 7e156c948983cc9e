"""Everything that is looked at before an issue is released: what blocks, and what to think over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kit_portal.common.translation_queries import column
from newsletters import link_check, sender_check, spam_check
from newsletters.links import archive_url
from newsletters.message import sample_for
from newsletters.models import Issue
from newsletters.release import MAX_HTML_BYTES, readers_of
from newsletters.render import Mail, render_all
from welcome.models import Page

OK, WARNING, ERROR = "ok", "warning", "error"
HEADINGS: dict[str, str | Promise] = {
    "size": _("Size of the mail"),
    "pictures": _("Pictures are described"),
    "imprint": _("Imprint and privacy"),
    "translations": _("Translations"),
    "links": _("Links"),
    "spf": _("Sender: SPF"),
    "dkim": _("Sender: DKIM"),
    "dmarc": _("Sender: DMARC"),
    "spam": _("Spam score"),
}
REMEDIES: dict[str, str | Promise] = {
    "size": _("Large mailbox providers cut longer mails off: leave out items or shorten texts."),
    "pictures": _("Open the item and say in this language what its picture shows."),
    "imprint": _("Write the page in the administration: every mail links to it."),
    "translations": _("Readers of these languages see these items in German, marked as such."),
    "links": _("Open the item and correct its link, or leave it out."),
    "spf": _("Ask whoever keeps the domain to name the mail server in an SPF record."),
    "dkim": _("Ask whoever keeps the mail server for the selector, and enter it there."),
    "dmarc": _("Ask whoever keeps the domain for a DMARC record; large providers want it."),
    "spam": _("Shorten the subject, avoid capitals, and add text beside pictures."),
}


@dataclass(frozen=True)
class Finding:
    """``details``: what exactly, as texts that need no translation (addresses, numbers, names)."""

    check: str
    level: str = OK
    details: Sequence[str] = field(default_factory=list)

    @property
    def heading(self) -> str | Promise:
        return HEADINGS[self.check]

    @property
    def remedy(self) -> str | Promise:
        return REMEDIES[self.check] if self.level != OK else ""


def quick_findings(issue: Issue, mails: Sequence[Mail]) -> list[Finding]:
    """Return what can be told at once."""
    return [_size(mails), _pictures(issue), _imprint(), _translations(issue)]


def slow_findings(issue: Issue, mails: Sequence[Mail]) -> list[Finding]:
    """Return what asks other machines: for a worker."""
    return [_links(issue, mails), *_sender(issue), *_spam(issue, mails)]


def check_issue(issue: Issue, *, clock: Callable[[], datetime]) -> list[Finding]:
    """Do the slow checks and keep what they found, as of when they began."""
    begun = clock()
    found = slow_findings(issue, render_all(issue))
    Issue.objects.filter(pk=issue.pk).update(
        findings=[asdict(finding) for finding in found], checked_at=begun
    )
    return found


def kept_findings(issue: Issue) -> list[Finding]:
    """Return what the last slow check found; unknown entries of an older version are left out."""
    rows: list[dict[str, Any]] = issue.findings
    return [Finding(**row) for row in rows if row.get("check") in HEADINGS]


def _languages_read(issue: Issue) -> set[str]:
    return set(readers_of(issue).values_list("language", flat=True))


def _size(mails: Sequence[Mail]) -> Finding:
    sizes = {mail.language: len(mail.html.encode()) for mail in mails}
    level = ERROR if max(sizes.values()) > MAX_HTML_BYTES else OK
    largest = max(sizes, key=lambda language: sizes[language])
    return Finding("size", level, [f"{sizes[largest] / 1000:.0f} kB ({largest})"])


def _pictures(issue: Issue) -> Finding:
    languages = _languages_read(issue)
    missing = [
        f"{item.title} ({language})"
        for item in issue.items.included().exclude(picture="")
        for language in sorted(languages)
        if not getattr(item, column("picture_alt", language), "")
    ]
    return Finding("pictures", WARNING if missing else OK, missing)


def _imprint() -> Finding:
    """Their pages have to be there, and public: a mail without them must not leave (§ 5 DDG)."""
    needed = [Page.Key.IMPRINT, Page.Key.PRIVACY]
    public = Page.objects.visible_to(AnonymousUser()).filter(key__in=needed)
    written = set(public.values_list("key", flat=True))
    missing = [str(key.label) for key in needed if key.value not in written]
    return Finding("imprint", WARNING if missing else OK, missing)


def _translations(issue: Issue) -> Finding:
    items = list(issue.items.included())
    languages = _languages_read(issue)
    names = dict(settings.LANGUAGES)
    details = []
    for language in sorted(languages & set(names)):
        missing = sum(not getattr(item, column("title", language)) for item in items)
        if missing:
            details.append(f"{names[language]}: {missing}/{len(items)}")
    return Finding("translations", WARNING if details else OK, details)


def _links(issue: Issue, mails: Sequence[Mail]) -> Finding:
    """The issue's own page in the archive is not there until it is sent."""
    own = {archive_url(issue, language=mail.language) for mail in mails}
    urls = [url for url in link_check.links_in(mail.html for mail in mails) if url not in own]
    broken = [f"{url} – {answer}" for url, answer in link_check.broken_links(urls)]
    return Finding("links", ERROR if broken else OK, broken or [str(len(urls))])


def _sender(issue: Issue) -> list[Finding]:
    newsletter = issue.newsletter
    domain, selector = newsletter.address.rpartition("@")[2], newsletter.dkim_selector
    questions: list[tuple[str, Callable[[], bool]]] = [
        ("spf", lambda: sender_check.has_spf(domain)),
        ("dkim", lambda: bool(selector) and sender_check.has_dkim(domain, selector)),
        ("dmarc", lambda: sender_check.has_dmarc(domain)),
    ]
    return [_asked(check, question, domain) for check, question in questions]


def _asked(check: str, question: Callable[[], bool], domain: str) -> Finding:
    try:
        return Finding(check, OK if question() else WARNING, [domain])
    except sender_check.UnknownError as error:
        return Finding(check, WARNING, [domain, str(error)])


def _spam(issue: Issue, mails: Sequence[Mail]) -> list[Finding]:
    if not spam_check.is_available():
        return []
    read = _languages_read(issue)
    scores = {
        mail.language: spam_check.spam_score(sample_for(issue, mail, to="reader@example.org"))
        for mail in mails
        if mail.language in read
    }
    known = {language: score for language, score in scores.items() if score is not None}
    if not known:
        return []
    details = [f"{language}: {score:.1f}" for language, score in sorted(known.items())]
    return [Finding("spam", WARNING if max(known.values()) >= 0 else OK, details)]
