from django.urls import path

from interpreters.views import log, public, staff

app_name = "interpreters"
urlpatterns = [
    path("", public.home, name="home"),
    path("request/", public.request_interpreter, name="request"),
    path("request/received/", public.requested, name="requested"),
    path("volunteer/", public.volunteer, name="volunteer"),
    path("log/", log.log, name="log"),
    path("log/undo/", log.undo, name="undo"),
    path("missions/", staff.missions, name="missions"),
    path("missions.csv", staff.missions_export, name="missions_csv"),
    path("statistics/", staff.statistics, name="statistics"),
]
