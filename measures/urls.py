from django.urls import path

from measures import staff_views, views

app_name = "measures"
urlpatterns = [
    path("", views.concepts, name="concepts"),
    path("list/", views.measure_list, name="list"),
    path("feed/", views.feed, name="feed"),
    path("files/<int:pk>/", views.attachment_file, name="attachment_file"),
    path("documents/<int:pk>/", views.concept_document, name="concept_document"),
    path("check-up/", views.check_up, name="check_up"),
    path("evaluation/<int:year>/", staff_views.evaluation_round, name="evaluation_round"),
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
