"""Django application of the registry engine."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "linli.engines.registry"
    label = "registry"
    verbose_name = "Registry"
