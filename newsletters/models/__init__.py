from newsletters.models.delivery import Delivery, RenderedBody
from newsletters.models.issue import Issue, IssueItem
from newsletters.models.newsletter import Newsletter
from newsletters.models.relay import RelayAllowance
from newsletters.models.subscriber import Consent, Subscriber, Subscription

__all__ = [
    "Consent",
    "Delivery",
    "Issue",
    "IssueItem",
    "Newsletter",
    "RelayAllowance",
    "RenderedBody",
    "Subscriber",
    "Subscription",
]
