from newsletters.models.bounce import Bounce
from newsletters.models.consent import Consent
from newsletters.models.delivery import Delivery, RenderedBody
from newsletters.models.issue import Issue, IssueItem, ItemAttachment
from newsletters.models.lists import Reconfirmation, SubscriberImport
from newsletters.models.newsletter import Newsletter
from newsletters.models.relay import RelayAllowance
from newsletters.models.requests import AddressChange, SignUp
from newsletters.models.subscriber import Subscriber
from newsletters.models.subscription import Subscription

__all__ = [
    "AddressChange",
    "Bounce",
    "Consent",
    "Delivery",
    "Issue",
    "IssueItem",
    "ItemAttachment",
    "Newsletter",
    "Reconfirmation",
    "RelayAllowance",
    "RenderedBody",
    "SignUp",
    "Subscriber",
    "SubscriberImport",
    "Subscription",
]
