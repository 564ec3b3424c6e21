"""Addresses: the root's own, then each practice's, found by its folder."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

from linli.kernel.practice import list_practices
from linli.site import views, views_demo, views_wall

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/<str:token>/", views.sign_in_link, name="sign_in_link"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("demo/", views_demo.demo, name="demo"),
    path("demo/as/<slug:slug>/", views_demo.become_person, name="demo_as"),
    path("language/", views.language, name="language"),
    path("display/", views.display, name="display"),
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/<uuid:message_id>/", views.inbox_open, name="inbox_open"),
    path("files/<uuid:file_id>/", views.file, name="file"),
    path("help/", views.help_index, name="help"),
    path("help/<slug:slug>/", views.help_practice, name="help_practice"),
    path("practices/", views.practices, name="practices"),
    path("wall/", views_wall.wall, name="wall"),
    path("operations/dead-letters/", views.dead_letters, name="dead_letters"),
    path("", include("linli.ui.urls")),
]

for _practice in list_practices():
    if find_spec(f"linli.practices.{_practice.slug}.urls"):
        urlpatterns.append(
            path(_practice.url_prefix, include(f"linli.practices.{_practice.slug}.urls"))
        )

handler404 = "linli.site.views.not_found"
handler500 = "linli.site.views.server_error"
