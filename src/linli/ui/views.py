"""The style guide: every part in its states, and sample pages of each layout.

`?theme=dark`, `?elder=1` show the modes without any stored preference. No database is read.
In a real installation these pages do not exist: their made-up matters could be taken for real.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from linli.kernel.guards import public
from linli.ui import samples

PAGES = {
    "resident": "ui/styleguide/resident.html",
    "report": "ui/styleguide/report.html",
    "desk": "ui/styleguide/desk.html",
    "desk-wide": "ui/styleguide/desk_wide.html",
    "wall": "ui/styleguide/wall.html",
    "plain": "ui/styleguide/plain.html",
    "print": "ui/styleguide/print.html",
}


def layout_context(request: HttpRequest, page: str) -> dict[str, Any]:
    """The `ui` dict that the site builds for real; here from the address."""
    here = reverse("ui:styleguide")
    chinese = (get_language() or "").startswith("zh")
    elder = request.GET.get("elder") == "1"
    return {
        "theme": request.GET.get("theme", "auto"),
        "elder": elder,
        "community_name": "和睦里社区" if chinese else "Hemuli",
        "where": "7号楼 2单元" if chinese else "Building 7, Unit 2",
        "who": "张**" if chinese else "Z**",
        "nav": samples.nav(page, elder),
        "banner": samples.say("演示环境：数据全是编造的，每天清空", "Demo: all data is made up"),
        "acting_for": samples.say("张**", "Z**") if request.GET.get("acting") else "",
        "unread": 3,
        "urls": {
            "home": here,
            "inbox": here,
            "display": here,
            "language": here,
            "help": here,
            "signout": here,
        },
    }


def _only_in_demo() -> None:
    if not (settings.LINLI_DEMO or settings.DEBUG):
        raise Http404("the style guide is shown by a demo")


@public()
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every part in its states."""
    _only_in_demo()
    ui = layout_context(request, "styleguide")
    context = {"ui": ui, "pages": sorted(PAGES), **samples.parts()}
    return render(request, "ui/styleguide/index.html", context)


@public()
def sample_page(request: HttpRequest, page: str) -> HttpResponse:
    """One sample page of a layout."""
    _only_in_demo()
    if page not in PAGES:
        raise Http404(page)
    ui = layout_context(request, page)
    if page.startswith("desk"):
        ui["who"], ui["where"] = "", ""
    return render(request, PAGES[page], {"ui": ui, **samples.parts()})
