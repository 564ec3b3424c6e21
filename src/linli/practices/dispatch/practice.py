"""Row 12 of the design: one-stop dispatch of problems (社区大脑、接诉即办)."""

from django.utils.translation import gettext_lazy as _

from linli.engines.casework import selectors as casework
from linli.engines.registry.types import HANDS, Role
from linli.kernel.practice import Indicator, NavItem, PersonalData, Practice, Setting

_STAFF = (Role.DISPATCHER, Role.CHAIR, Role.MANAGER, Role.STREET_OFFICER)

PRACTICE = Practice(
    slug="dispatch",
    title=_("Report and dispatch"),
    summary=_("A matter reaches all who must act, each with a clock; the reporter closes it."),
    source=_("Community brain: hotline, property repair and grid workers in one dispatch"),
    roles=(Role.RESIDENT, Role.DISPATCHER, Role.CREW, Role.MANAGER, Role.CHAIR),
    navigation=(
        NavItem("resident", _("Report"), "dispatch:report", "camera", weight=20),
        NavItem("resident", _("My matters"), "dispatch:matters", "clipboard", weight=30),
        NavItem("resident", _("Jobs"), "dispatch:work", "tools", roles=HANDS, weight=10),
        NavItem("desk", _("Matters"), "dispatch:desk", "inbox", roles=_STAFF, weight=10),
        NavItem("desk", _("Jobs"), "dispatch:work", "tools", roles=HANDS, weight=20),
        NavItem("desk", _("Report"), "dispatch:report", "camera", weight=60),
    ),
    settings=(
        Setting(
            "class_threshold_percent",
            90,
            _("Certainty from which a matter goes out without a person looking, in percent"),
        ),
        Setting("photos_max", 4, _("Photos that one report may carry")),
    ),
    indicators=(
        Indicator(
            "dispatch_minutes",
            _("Median minutes from report to dispatch, today"),
            _("minutes"),
            lambda: casework.median_dispatch_minutes(),
        ),
        Indicator(
            "done_on_time",
            _("Parts finished within their time, today"),
            "%",
            lambda: casework.done_on_time_percent(),
        ),
    ),
    personal_data=(
        PersonalData(
            _("What the reporter said, photos without metadata, who reported"),
            _("To have the matter solved and to ask whether it is"),
            keep_days=1095,
        ),
    ),
)
