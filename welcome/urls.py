from django.urls import path

from welcome import views

app_name = "welcome"
urlpatterns = [
    path("", views.home, name="home"),
    path("info/", views.pages, name="pages"),
    path("info/<slug:slug>/", views.page, name="page"),
    path("events/", views.events, name="events"),
    path("events/past/", views.past_events, name="past_events"),
    path("events/calendar.ics", views.events_calendar, name="events_calendar"),
    path("events/<slug:slug>/", views.event, name="event"),
    path("events/<slug:slug>.ics", views.event_calendar_file, name="event_calendar"),
    path("announcements/", views.announcements, name="announcements"),
    path("feedback/", views.feedback, name="feedback"),
    path("feedback/code/", views.feedback_code, name="feedback_code"),
    path("feedback/<str:code>/", views.feedback_status, name="feedback_status"),
    path("search/", views.search_results, name="search"),
]
