from django.urls import path

from measures import (
    export_views,
    open_data_views,
    participant_views,
    round_views,
    staff_views,
    table_views,
    views,
)

app_name = "measures"
urlpatterns = [
    path("", views.concepts, name="concepts"),
    path("list/", views.measure_list, name="list"),
    path("feed/", views.feed, name="feed"),
    path("files/<int:pk>/", views.attachment_file, name="attachment_file"),
    path("documents/<int:pk>/", views.concept_document, name="concept_document"),
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
    path("tables/", table_views.tables, name="tables"),
    path("tables/template.xlsx", export_views.template, name="table_template"),
    path("tables/<slug:slug>.<str:ending>", export_views.staff_export, name="staff_export"),
    path("tables/<int:pk>/", table_views.table_import, name="table_import"),
    path("tables/<int:pk>/state/", table_views.import_state, name="import_state"),
    path("tables/<int:pk>/confirm/", table_views.confirm_import, name="confirm_import"),
    path("tables/<int:pk>/discard/", table_views.discard_import, name="discard_import"),
    path("export/<slug:slug>.<str:ending>", export_views.public_export, name="export"),
    path(
        "open-data/catalog.jsonld", open_data_views.open_data_catalogue, name="open_data_catalogue"
    ),
    path(
        "reports/<slug:slug>/<int:year>/data/<str:name>",
        open_data_views.open_data,
        name="open_data",
    ),
    path(
        "reports/<slug:slug>/<int:year>/<int:version>/data/<str:name>",
        open_data_views.open_data,
        name="open_data_version",
    ),
    path("<slug:slug>/", views.concept, name="concept"),
    path("<slug:slug>/<str:number>/", views.measure_detail, name="detail"),
]
