from django.urls import path

from roundtable.views import meetings, motions

app_name = "roundtable"
urlpatterns = [
    path("", meetings.home, name="home"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/meeting.ics", meetings.calendar, name="calendar"),
    path("members/", meetings.members, name="members"),
    path("documents/<int:pk>/", meetings.document, name="document"),
    path("bodies/<slug:slug>/rules/", meetings.rules, name="rules"),
    path("motions/", motions.motions, name="motions"),
    path("motions/new/", motions.draft, name="draft"),
    path("motions/<int:pk>/", motions.motion, name="motion"),
    path("motions/<int:pk>/edit/", motions.edit, name="edit"),
    path("motions/<int:pk>/submit/", motions.submit, name="submit"),
    path("my/", motions.my, name="my"),
]
