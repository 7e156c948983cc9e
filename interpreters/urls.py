from django.urls import URLPattern

app_name = "interpreters"
urlpatterns: list[URLPattern] = []
