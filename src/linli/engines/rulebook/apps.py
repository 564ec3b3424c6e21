"""Django's entry to the rulebook. Packs are files, read once; rule documents are rows."""

from django.apps import AppConfig


class RulebookConfig(AppConfig):
    """The engine of dated rules by jurisdiction, and of the rules that people make themselves."""

    name = "linli.engines.rulebook"
    label = "rulebook"
    verbose_name = "Rulebook"
