"""Nothing in the flow is Chinese by nature: the neutral pack, in English, from end to end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from linli.engines.casework.models import Assignment, Case
from linli.engines.casework.tests import world as w
from linli.engines.casework.tests.world import World, build
from linli.kernel.scope import in_community

CJK = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+")
#: the switch to Chinese names itself in Chinese, and says so in its markup
IN_CHINESE = re.compile(r'<(\w+)[^>]* lang="zh-Hans"[^>]*>.*?</\1>', re.DOTALL)

#: Linli's own mark, a drawn seal that is hidden from readers of text
SEAL = re.compile(r'<span class="seal" aria-hidden="true">.*?</span>', re.DOTALL)


@pytest.fixture
def court(db: None) -> Iterator[World]:
    """A neighbourhood under the neutral pack, in English."""
    made = build("generic", "en")
    with in_community(made.community.pk):
        yield made


class Visitor:
    """Somebody with a browser who reads English only."""

    def __init__(self, world: World, who: str) -> None:
        self.client = Client()
        self.client.force_login(world.people[who].user)

    def see(self, path: str) -> str:
        return english(self.client.get(path, follow=True))

    def send(self, path: str, **data: Any) -> str:
        return english(self.client.post(path, data, follow=True))


def english(response: Any) -> str:
    """The page, checked: it exists, and no Chinese stands in it."""
    assert response.status_code == 200
    html = response.content.decode()
    assert 'lang="en"' in html
    assert CJK.findall(IN_CHINESE.sub("", SEAL.sub("", html))) == []
    return html


def test_a_burst_pipe_in_english_from_report_to_confirmation(court: World) -> None:
    gran, plumber, water = (Visitor(court, x) for x in ("grandmother", "plumber", "water"))
    gran.see("/")
    gran.see("/report/")
    page = gran.send(
        "/report/", text="burst pipe in building 7", place="", naming="named", key=uuid4().hex
    )
    assert "Burst water pipe" in page
    case = Case.objects.get()
    assert case.place == court.places["e1/b7"]
    assert case.dispatched_by_machine
    assert "org property" in page
    assert "org water_company" in page
    assert "Utilities restored in 24 hours" in page
    w.relay()
    for visitor in (gran, plumber, water):
        assert "Burst water pipe" in visitor.see("/inbox/")
    for visitor, body in ((plumber, "property"), (water, "water_company")):
        assert "Burst water pipe" in visitor.see("/work/")
        job = Assignment.objects.get(organisation=court.organisations[body])
        visitor.see(f"/work/{job.pk}/")
        visitor.send(f"/work/{job.pk}/accept/")
        visitor.send(f"/work/{job.pk}/arrive/")
        visitor.send(f"/work/{job.pk}/finish/", note="replaced the valve")
    w.relay()
    assert "replaced the valve" in gran.see(f"/matters/{case.pk}/")
    gran.send(f"/matters/{case.pk}/confirm/")
    assert Case.objects.get().state == "confirmed"
    gran.see("/matters/")
    gran.see("/inbox/")


def test_the_desk_speaks_english_too(court: World) -> None:
    court.report("stranger", text="There is something odd over there")
    danger = court.report(text="Somebody is beating his wife in building 7")
    court.report(text="burst pipe in building 7")
    w.relay()
    desk, chair = Visitor(court, "dispatcher"), Visitor(court, "chair")
    for tab in ("desk", "open", "done", "closed"):
        desk.see(f"/desk/?tab={tab}")
    for case in Case.objects.exclude(privacy="sealed"):
        desk.see(f"/desk/cases/{case.pk}/")
    chair.see(f"/desk/cases/{danger.pk}/")
    for path in ("/inbox/", "/wall/", "/practices/", "/help/", "/help/dispatch/"):
        chair.see(path)
    desk.see("/report/where/")


def test_the_check_finds_a_chinese_character(court: World) -> None:
    """The twin: with a Chinese name in a page, the check that found none above fails."""
    court.people["grandmother"].name = "张桂芳"
    court.people["grandmother"].save()
    with pytest.raises(AssertionError):
        Visitor(court, "grandmother").see("/")
