"""The words people agree to. A text once used stays here under its version: the log refers to it.

Art. 7 (1) DSGVO wants the consent proved, so the log keeps version, source and times of request and
confirmation (OLG München: the request too), and nothing that a stranger could not have sent.
"""

from django.utils.translation import gettext_lazy as _

CURRENT = "2026-11"
TEXTS = {
    "2026-11": _(
        "I want to get the chosen newsletters by e-mail. My address and language are used for "
        "this alone. I can unsubscribe at any time with the link in every mail."
    ),
}
# An existing list that the office vouches for: how those people agreed is in the office's files.
TAKEN_OVER = "earlier-list"
