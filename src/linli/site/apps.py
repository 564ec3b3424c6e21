"""The composition root as a Django application: it wires what the other storeys declare."""

from django.apps import AppConfig, apps
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import autodiscover_modules


class SiteConfig(AppConfig):
    name = "linli.site"
    label = "site"

    def ready(self) -> None:
        from linli.kernel import practice

        # A wrongly imported AppConfig base loads silently as something else: count.
        loaded = {c.name for c in apps.get_app_configs() if c.name.startswith("linli.practices.")}
        wanted = {f"linli.practices.{slug}" for slug in practice.practice_slugs()}
        if loaded != wanted or len(practice.list_practices()) != len(wanted):
            raise ImproperlyConfigured(f"practices loaded {sorted(loaded)}, found {sorted(wanted)}")
        autodiscover_modules("policies", "handlers", "tasks", "surfaces")
