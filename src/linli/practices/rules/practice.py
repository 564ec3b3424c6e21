"""Which rule holds here: law by jurisdiction and date, and what people agreed on themselves."""

from django.utils.translation import gettext_lazy as _

from linli.engines.registry.types import Role
from linli.kernel.practice import NavItem, Practice

READERS = (
    Role.CHAIR,
    Role.DISPATCHER,
    Role.STREET_OFFICER,
    Role.OWNERS_COMMITTEE,
    Role.MANAGER,
)
WRITERS = (Role.CHAIR, Role.OWNERS_COMMITTEE)

PRACTICE = Practice(
    slug="rules",
    title=_("Rules"),
    summary=_("Which rule holds here on that day, from which source, and what people agreed on."),
    source=_("Covenants, rules of procedure and residents' pacts; law with source and article"),
    roles=READERS,
    navigation=(
        NavItem("desk", _("Rules"), "rules:here", "book", roles=READERS, weight=65),
        NavItem(
            "resident", _("Rules"), "rules:here", "book", roles=(Role.OWNERS_COMMITTEE,), weight=40
        ),
    ),
    url_prefix="rules/",
)
