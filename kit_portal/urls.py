"""The roof: every app's addresses under a language, and the few that have none."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.static import serve

from kit_portal import errors, health

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("theme.css", health.theme, name="theme"),
    path("", include("welcome.root_urls")),
    re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT}, name="media"),
    *i18n_patterns(
        path("admin/", admin.site.urls),
        path("account/", include("allauth.urls")),
        path("desk/", include("kit_portal.desk.urls")),
        path("privacy-desk/", include("kit_portal.privacy.urls")),
        path("contact-points/", include("directory.urls")),
        path("measures/", include("measures.urls")),
        path("round-table/", include("roundtable.urls")),
        path("interpreters/", include("interpreters.urls")),
        path("newsletters/", include("newsletters.urls")),
        path("", include("welcome.urls")),
    ),
]
