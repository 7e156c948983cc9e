"""What each app tells the staff desk: this waits for somebody."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Todo:
    """``text`` names the work, ``count`` how much of it, ``url`` where it is done."""

    text: str | Promise
    count: int
    url: str
    urgent: bool = False
