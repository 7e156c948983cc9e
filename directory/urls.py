from django.urls import path

from directory import views

app_name = "directory"
urlpatterns = [
    path("", views.contact_points, name="contact_points"),
    path("who-is-responsible/", views.responsibilities, name="responsibilities"),
    path("<slug:slug>/", views.contact_point, name="contact_point"),
]
