"""Django application of the kernel."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "linli.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Linli kernel"
