from django.urls import path

from measures import check_up_views, revision_views, staff_views, views

app_name = "measures"
urlpatterns = [
    path("", views.concepts, name="concepts"),
    path("list/", views.measure_list, name="list"),
    path("check-up/", check_up_views.check_up, name="check_up"),
    path("check-up/comments/", check_up_views.comments, name="comments"),
    path("check-up/comments/publish/", check_up_views.comments_publish, name="comments_publish"),
    path("check-up/<slug:slug>/", check_up_views.profile, name="profile"),
    path("check-up/<slug:slug>/pdf/", check_up_views.profile_file, name="profile_file"),
    path("check-up/<slug:slug>/adopt/", check_up_views.adopt, name="adopt"),
    path("check-up/<slug:slug>/adopt/undo/", check_up_views.unadopt, name="unadopt"),
    path("evaluation/<int:year>/", staff_views.evaluation_round, name="evaluation_round"),
    path("reports/", staff_views.reports, name="reports"),
    path("reports/<int:pk>/file/", staff_views.report_file, name="report_file"),
    path("reports/<slug:slug>/<int:year>/", staff_views.report_status, name="report_status"),
    path(
        "reports/<slug:slug>/<int:year>/request/",
        staff_views.report_request,
        name="report_request",
    ),
    path("revision/", revision_views.revisions, name="revisions"),
    path("revision/<int:pk>/", revision_views.revision, name="revision"),
    path("revision/<int:pk>/preview/", revision_views.preview, name="revision_preview"),
    path("revision/<int:pk>/carry-out/", revision_views.run, name="revision_run"),
    path("<slug:slug>/", views.concept, name="concept"),
    path("<slug:slug>/what-became/", revision_views.what_became, name="what_became"),
    path("<slug:slug>/<str:number>/", views.measure_detail, name="detail"),
]
