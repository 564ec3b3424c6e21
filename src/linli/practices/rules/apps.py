"""Django application of the rules practice."""

from linli.kernel import practice


class RulesConfig(practice.PracticeConfig):
    name = "linli.practices.rules"
    label = "p_rules"
