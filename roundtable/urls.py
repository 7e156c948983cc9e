from django.urls import URLPattern

app_name = "roundtable"
urlpatterns: list[URLPattern] = []
