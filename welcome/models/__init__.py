from welcome.models.announcement import Announcement
from welcome.models.event import Event
from welcome.models.feedback import Feedback
from welcome.models.figure import Figure
from welcome.models.page import Page

__all__ = ["Announcement", "Event", "Feedback", "Figure", "Page"]
