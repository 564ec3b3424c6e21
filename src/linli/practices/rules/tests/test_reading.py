"""Reading rules: which holds here, when is it due, the catalogue, the packs, the documents."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.urls import reverse

from linli.engines.rulebook import services
from linli.kernel.scope import in_community
from linli.practices.rules.tests.world import READERS, World, build

DAY = date(2026, 6, 1)
HAN = re.compile("[\u3400-\u9fff]")
DESK = [
    ("rules:here", ()),
    ("rules:due", ()),
    ("rules:services", ()),
    ("rules:service", ("water.burst_pipe",)),
    ("rules:packs", ()),
    ("rules:pack", ("CN",)),
]


@pytest.mark.parametrize(("name", "args"), DESK)
def test_desk_pages_are_for_their_roles(world: World, name: str, args: tuple[str, ...]) -> None:
    address = reverse(name, args=args)
    for who in READERS:
        assert world.client(who).get(address).status_code == 200, who
    assert world.client("resident").get(address).status_code == 404
    assert world.client("chair").post(address).status_code == 405


def test_everybody_here_reads_what_was_posted_and_nobody_else_a_draft(world: World) -> None:
    draft = world.draft(title="Secret draft")
    for name in ("rules:document", "rules:document_print"):
        address = reverse(name, args=[draft.document_id])
        for who in ("resident", "manager", "dispatcher", "street_officer"):
            assert world.client(who).get(address).status_code == 404, who
        for who in ("chair", "owners_committee"):
            assert world.client(who).get(address).status_code == 200, who
    assert "Secret draft" not in page(world, "resident", "rules:documents")
    world.enforce(draft, DAY)
    for name in ("rules:document", "rules:document_print"):
        address = reverse(name, args=[draft.document_id])
        assert world.client("resident").get(address).status_code == 200
    assert "Secret draft" in page(world, "resident", "rules:documents")


def page(world: World, who: str, name: str, query: str = "", status: int = 200) -> str:
    address = reverse(name) + (f"?{query}" if query else "")
    response = world.client(who).get(address)
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-10-10", "Make-up workday"),
        ("2026-10-01", "Public holiday"),
        ("2026-11-21", "Weekend"),
        ("2026-11-20", "Workday"),
        ("2027-03-02", "have not been published yet"),
    ],
)
def test_the_kind_of_day(world: World, day: str, kind: str) -> None:
    assert kind in page(world, "chair", "rules:here", f"day={day}")


def test_here_shows_packs_periods_documents_and_what_their_clauses_settle(world: World) -> None:
    world.enforce(world.draft(), DAY)
    shown = page(world, "chair", "rules:here", "place=mingzhu")
    for words in (
        "310000",
        "CN",
        "cn-judicial-confirmation-30d",
        "art. 33",
        "For reference",
        "Pearl rules",
        "Owners whom one proxy may represent at most: 3 owners",
        "5 Proxies",
        "How a ballot not returned is counted",
    ):
        assert words in shown, words
    elsewhere = page(world, "chair", "rules:here", "place=binhe")
    assert "Pearl rules" not in elsewhere
    earlier = page(world, "chair", "rules:here", "place=mingzhu&day=2026-05-31")
    assert "Pearl rules" not in earlier


def test_here_finds_a_period_by_a_word_and_says_when_there_is_none(world: World) -> None:
    shown = page(world, "chair", "rules:here", "q=judicial")
    assert "cn-judicial-confirmation-30d" in shown
    assert "cn-work-4h" not in shown
    assert "No period has this word" in page(world, "chair", "rules:here", "q=zzz")


@pytest.mark.parametrize("query", ["day=tomorrow", "place=nowhere", "day=0000-01-01"])
def test_a_wrong_place_or_day_is_said(world: World, query: str) -> None:
    page(world, "chair", "rules:here", query, status=422)


def test_when_is_it_due(world: World) -> None:
    shown = page(world, "manager", "rules:due", "rule=cn-12345-ordinary-7d&start=2026-09-25T15:00")
    assert "Oct. 8, 2026 24:00" in shown
    assert "2026-10-02 is a public holiday" in shown
    assert "for reference" in shown


def test_a_hold_moves_it_and_a_year_unknown_makes_it_provisional(world: World) -> None:
    asked = "rule=cn-work-4h&start=2026-11-20T09:00"
    assert "Nov. 20, 2026 14:30" in page(world, "chair", "rules:due", asked)
    held = f"{asked}&stop1=2026-11-20T10:00&go1=2026-11-20T11:00"
    assert "Nov. 20, 2026 15:30" in page(world, "chair", "rules:due", held)
    later = "rule=cn-work-20wd&start=2026-12-20T09:00"
    assert "provisional" in page(world, "chair", "rules:due", later)


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("rule=no-such&start=2026-11-20T09:00", 422, "not in force on that day"),
        ("rule=cn-work-4h&start=soon", 422, ""),
        (
            "rule=cn-work-4h&start=2026-11-20T09:00&stop1=2026-11-20T10:00",
            422,
            "until when the clock stood still",
        ),
        (
            "rule=cn-work-4h&start=2026-11-20T09:00&stop1=2026-11-20T10:00&go1=2026-11-20T09:30",
            422,
            "before it stood still",
        ),
        (
            "rule=cn-owner-notice-15d&start=2026-12-20T09:00"
            "&stop1=2026-12-01T09:00&go1=2026-12-02T09:00",
            200,
            "This cannot be counted",
        ),
        ("rule=cn-work-20wd&start=9999-12-31T09:00", 200, "This cannot be counted"),
    ],
)
def test_what_cannot_be_counted_is_said(world: World, query: str, status: int, said: str) -> None:
    assert said in page(world, "chair", "rules:due", query, status)


def test_the_catalogue_is_found_by_what_people_say(world: World) -> None:
    everything = page(world, "dispatcher", "rules:services")
    assert "Burst water pipe" in everything
    found = page(world, "dispatcher", "rules:services", "q=水管爆")
    assert "Burst water pipe" in found
    assert "Low water pressure" not in found
    lifts = page(world, "dispatcher", "rules:services", "family=lift")
    assert "Burst water pipe" not in lifts
    assert "No kind of matter has this word" in page(world, "dispatcher", "rules:services", "q=zzz")


def test_a_kind_of_matter_shows_who_acts_by_which_rule(world: World) -> None:
    shown = world.client("chair").get(reverse("rules:service", args=["water.burst_pipe"]))
    text = shown.content.decode()
    for words in ("Property company", "Water company", "24 hours", "for reference", "sentences"):
        assert words in text, words
    assert world.client("chair").get(reverse("rules:service", args=["no.such"])).status_code == 404
    assert world.client("chair").get(reverse("rules:pack", args=["nowhere"])).status_code == 404


def test_packs_show_their_holidays(world: World) -> None:
    text = world.client("chair").get(reverse("rules:pack", args=["310000"])).content.decode()
    for words in ("Spring Festival", "Make-up workdays", "holidays of 2027 are not published"):
        assert words in text, words


def test_documents_are_filtered_and_an_old_version_says_that_another_holds(world: World) -> None:
    first = world.draft()
    world.enforce(first, DAY)
    second = services.revise_document(world.actor("owners_committee"), first.document_id)
    world.enforce(second, date(2026, 9, 1))
    assert "Pearl rules" in page(world, "resident", "rules:documents", "place=mingzhu&q=pearl")
    assert "Nothing matches" in page(world, "resident", "rules:documents", "kind=charter")
    assert "Nothing matches" in page(world, "resident", "rules:documents", "place=binhe")
    address = reverse("rules:document", args=[first.document_id])
    client = world.client("resident")
    assert "Another version holds now" in client.get(f"{address}?version=1").content.decode()
    assert "Superseded" in client.get(f"{address}?version=1").content.decode()
    for number in ("9", "x", "-1"):
        assert client.get(f"{address}?version={number}").status_code == 404


def test_a_document_shows_its_law_its_life_and_what_it_still_owes(world: World) -> None:
    version = world.draft()
    world.enforce(version, date(2026, 11, 2))
    text = (
        world.client("resident")
        .get(reverse("rules:document", args=[version.document_id]))
        .content.decode()
    )
    for words in (
        "Adopted by Assembly",
        "60 of 67",
        "Not filed yet",
        "by Dec. 2, 2026",
        "art. 278(1)(1)",
        "art. 33",
    ):
        assert words in text, words
    assert "Record the" not in text


def test_articles_read_as_people_cite_them(world: World) -> None:
    version = world.draft()
    world.enforce(version, DAY)
    address = reverse("rules:document", args=[version.document_id])
    chinese = world.client("resident", "zh-hans").get(address).content.decode()
    assert "第278条第1款第1项" in chinese
    assert "一名代理人最多代理的业主人数：3 人" in chinese


def test_on_the_generic_pack_in_english_there_is_no_chinese(db: None) -> None:
    elsewhere = build("generic", "en")
    with in_community(elsewhere.community.pk):
        client = elsewhere.client("chair")
        addresses = [reverse(name, args=args) for name, args in DESK[:5]]
        addresses += [reverse("rules:pack", args=["generic"]), reverse("rules:documents")]
        for address in addresses:
            if address.endswith("/packs/"):
                continue  # names every pack that there is
            text = client.get(address).content.decode()
            text = text.replace("中文", "").replace("邻", "")  # the language switch, the seal
            assert not HAN.search(text), address
            assert "119" not in re.sub(r"[\w/.-]*119[\w/.-]+", "", text), address


def test_a_resident_finds_the_rules_from_home(world: World) -> None:
    home = world.client("resident").get("/").content.decode()
    assert f'href="{reverse("rules:documents")}"' in home
