from django.urls import path

from measures import participant_views, round_views, staff_views, views

app_name = "measures"
urlpatterns = [
    path("", views.concepts, name="concepts"),
    path("list/", views.measure_list, name="list"),
    path("check-up/", views.check_up, name="check_up"),
    path("evaluation/<int:year>/", staff_views.evaluation_round, name="evaluation_round"),
    path("evaluation/<int:year>/still-correct/", round_views.still_correct, name="still_correct"),
    path("evaluation/<int:year>/participants/", round_views.participants, name="participants"),
    path("evaluation/<int:year>/participants/ask/", round_views.ask, name="ask"),
    path("evaluation/<int:year>/participants/remind/", round_views.remind, name="remind"),
    path("evaluation/<int:year>/participants/<int:pk>/", round_views.asked, name="asked"),
    path("evaluation/<int:year>/replies/", round_views.replies, name="replies"),
    path("evaluation/<int:year>/replies/<int:pk>/", round_views.reply, name="reply"),
    path("evaluation/by-link/<str:token>/", participant_views.by_link, name="by_link"),
    path("reports/", staff_views.reports, name="reports"),
    path("reports/<int:pk>/file/", staff_views.report_file, name="report_file"),
    path("reports/<slug:slug>/<int:year>/", staff_views.report_status, name="report_status"),
    path(
        "reports/<slug:slug>/<int:year>/request/",
        staff_views.report_request,
        name="report_request",
    ),
    path("<slug:slug>/", views.concept, name="concept"),
    path("<slug:slug>/<str:number>/", views.measure_detail, name="detail"),
]
