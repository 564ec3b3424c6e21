"""Django's entry to the rulebook. It has no tables: rules are files, read once."""

from django.apps import AppConfig


class RulebookConfig(AppConfig):
    """The engine of dated rules by jurisdiction."""

    name = "linli.engines.rulebook"
    label = "rulebook"
    verbose_name = "Rulebook"
