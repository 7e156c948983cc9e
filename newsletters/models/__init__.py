from newsletters.models.delivery import Delivery, RenderedBody
from newsletters.models.issue import Issue, IssueItem, ItemAttachment
from newsletters.models.newsletter import Newsletter
from newsletters.models.subscriber import Consent, Subscriber, Subscription

__all__ = [
    "Consent",
    "Delivery",
    "Issue",
    "IssueItem",
    "ItemAttachment",
    "Newsletter",
    "RenderedBody",
    "Subscriber",
    "Subscription",
]
