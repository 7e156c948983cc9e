from django.urls import path

from kit_portal.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<str:name>/", views.outbox_mail, name="outbox_mail"),
]
