from django.urls import path

from measures import export_views, open_data_views, staff_views, table_views, views

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
