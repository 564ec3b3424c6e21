"""Addresses of the design system's own pages (developers look at the parts here)."""

from __future__ import annotations

from django.urls import path

from linli.ui import views

app_name = "ui"

urlpatterns = [
    path("styleguide/", views.styleguide, name="styleguide"),
    path("styleguide/<slug:page>/", views.sample_page, name="sample"),
]
