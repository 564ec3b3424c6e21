"""Django application of the dispatch practice."""

from linli.kernel import practice


class DispatchConfig(practice.PracticeConfig):
    name = "linli.practices.dispatch"
    label = "p_dispatch"
