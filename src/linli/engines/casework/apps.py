"""Django application of the casework engine."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "linli.engines.casework"
    label = "casework"
    verbose_name = "Casework"
