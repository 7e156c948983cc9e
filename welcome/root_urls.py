"""Addresses of the site as a whole, outside any language."""

from django.urls import path

from welcome import views

urlpatterns = [
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
]
