from django.urls import path

from kit_portal.privacy import views

app_name = "privacy"
urlpatterns = [
    path("", views.find, name="find"),
    path("export/", views.export, name="export"),
    path("erase/", views.erase, name="erase"),
]
