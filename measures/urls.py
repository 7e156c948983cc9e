from django.urls import path

from measures import council_paper_views, indicator_views, staff_views, views

app_name = "measures"
urlpatterns = [
    path("", views.concepts, name="concepts"),
    path("list/", views.measure_list, name="list"),
    path("check-up/", views.check_up, name="check_up"),
    path("indicators/", indicator_views.indicators, name="indicators"),
    path("indicators/desk/", indicator_views.desk, name="indicator_desk"),
    path("indicators/desk/count/", indicator_views.count_again, name="indicator_count"),
    path("indicators/desk/<int:year>/", indicator_views.year_values, name="indicator_year"),
    path("evaluation/<int:year>/", staff_views.evaluation_round, name="evaluation_round"),
    path("reports/", staff_views.reports, name="reports"),
    path("reports/<int:pk>/file/", staff_views.report_file, name="report_file"),
    path("reports/<slug:slug>/<int:year>/", staff_views.report_status, name="report_status"),
    path(
        "reports/<slug:slug>/<int:year>/council-paper.<str:kind>",
        council_paper_views.council_paper,
        name="council_paper",
    ),
    path(
        "reports/<slug:slug>/<int:year>/request/",
        staff_views.report_request,
        name="report_request",
    ),
    path("<slug:slug>/", views.concept, name="concept"),
    path("<slug:slug>/<str:number>/", views.measure_detail, name="detail"),
]
