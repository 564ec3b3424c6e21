"""The design system as a Django app: templates, static files, template tags, translations."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Registers the app so that Django finds its templates, tags and static files."""

    name = "linli.ui"
    label = "ui"
    verbose_name = "Linli design system"
