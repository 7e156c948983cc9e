from django.urls import path

from newsletters.views import desk, editing, my, personal, public

app_name = "newsletters"
urlpatterns = [
    path("", public.home, name="home"),
    path("requested/", public.requested, name="requested"),
    path("archive/<slug:slug>/", public.archive, name="archive"),
    path("archive/<slug:slug>/<str:slot>/", public.archived_issue, name="archived_issue"),
    path("mail.css", public.mail_style, name="mail_style"),
    path("confirm/<str:token>/", personal.confirm, name="confirm"),
    path("address/<str:token>/", personal.address, name="address"),
    path("my/<str:token>/", my.preferences, name="preferences"),
    path("my/<str:token>/address/", my.change_address, name="change_address"),
    path("my/<str:token>/again/", my.try_again, name="try_again"),
    path("my/<str:token>/leave/", my.leave_all, name="leave_all"),
    path("my/<str:token>/data.json", my.my_data, name="my_data"),
    path("my/<str:token>/data.pdf", my.my_pdf, name="my_pdf"),
    path("my/<str:token>/last/<slug:slug>/", my.ask_for_last_issue, name="last_issue"),
    path("leave/<slug:slug>/<str:token>/", personal.leave, name="leave"),
    path("desk/", desk.desk, name="desk"),
    path("desk/begin/<slug:slug>/", desk.begin, name="begin"),
    path("desk/<int:pk>/", desk.issue, name="issue"),
    path("desk/<int:pk>/frame/", desk.frame, name="frame"),
    path("desk/<int:pk>/progress/", desk.progress, name="progress"),
    path("desk/<int:pk>/test/", desk.send_test, name="send_test"),
    path("desk/<int:pk>/release/", desk.release_page, name="release"),
    path("desk/<int:pk>/take-back/", desk.take_back, name="take_back"),
    path("desk/<int:pk>/cancel/", desk.cancel, name="cancel"),
    path("desk/<int:pk>/reopen/", desk.reopen, name="reopen"),
    path("desk/<int:pk>/deliveries/<int:delivery_pk>/", desk.settle, name="settle"),
    path("desk/<int:pk>/text/", editing.text, name="issue_text"),
    path("desk/<int:pk>/items/add/", editing.add_item, name="add_item"),
    path("desk/<int:pk>/items/<int:item_pk>/", editing.item, name="item"),
    path("desk/<int:pk>/items/<int:item_pk>/include/", editing.include, name="include_item"),
    path("desk/<int:pk>/items/<int:item_pk>/move/", editing.move, name="move_item"),
    path("desk/<int:pk>/items/<int:item_pk>/remove/", editing.remove, name="remove_item"),
]
