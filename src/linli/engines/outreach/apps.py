"""Django application of the outreach engine."""

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "linli.engines.outreach"
    label = "outreach"
    verbose_name = "Outreach"
