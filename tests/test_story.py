"""The main flow, told by people in browsers against the program as a newcomer starts it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from tests.story.kit import (
    BURST,
    DESK,
    PHONE,
    PROPERTY,
    WATER,
    Visitor,
    hrefs,
    photo_with_position,
    report,
    until,
    upload,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[..., Visitor]


def new_job(visitor: Visitor, before: set[str]) -> str:
    """Wait on the open list of jobs, without touching it, until a new one stands there."""
    fresh = until(
        lambda: hrefs(visitor, "/work/") - before - {"/work/"}, "the job", page=visitor.page
    )
    [address] = fresh
    return address


def work(visitor: Visitor, job: str, *, arrive: bool, photo: bytes | None = None) -> None:
    """Accept a job, arrive if asked, and finish it with a word."""
    visitor.go(job)
    visitor.press("/accept/")
    if arrive:
        visitor.press("/arrive/")
    form = visitor.form("/finish/")
    visitor.unfold(form)
    if photo is not None:
        form.locator("input[name=photos]").set_input_files(upload(photo))
    form.locator("textarea[name=note]").fill("已换新水管，不漏了")
    visitor.press("/finish/")
    until(lambda: visitor.form("/finish/").count() == 0, "the finish", page=visitor.page)


def test_a_burst_pipe_from_grandmother_to_confirmation(visit: Visit) -> None:
    gran = visit("grandmother", size=PHONE)
    plumber, water = visit("worker", size=PHONE), visit("water", size=PHONE)
    jobs_before = {v: hrefs(v, "/work/") for v in (plumber, water) if v.go("/work/")}
    inbox = visit("worker")
    inbox.go("/inbox/")
    messages_before = hrefs(inbox, "/inbox/")

    matter = report(gran, BURST, photo_with_position())
    sent = time.monotonic()
    until(lambda: hrefs(inbox, "/inbox/") - messages_before, "the message", page=inbox.page)
    print(f"\nreport -> plumber's inbox: {time.monotonic() - sent:.1f} s")
    plumbers_job = new_job(plumber, jobs_before[plumber])
    print(f"report -> plumber's open list of jobs: {time.monotonic() - sent:.1f} s")
    water_job = new_job(water, jobs_before[water])

    both_have_it_with_clock_and_source(plumber, plumbers_job, water, water_job)
    her_page_names_both_and_until_when(gran)
    the_photo_lost_its_position(gran)

    gran.page.evaluate("window.sameAsBefore = true")
    work(plumber, plumbers_job, arrive=True, photo=photo_with_position())
    work(water, water_job, arrive=False)
    confirm = gran.form("/confirm/")
    until(confirm.is_visible, "her page to ask for her word", page=gran.page)
    assert gran.page.evaluate("window.sameAsBefore") is True, "the page was loaded anew"
    gran.press("/confirm/")
    gran.page.wait_for_url(f"**{matter}*")
    assert gran.form("/confirm/").count() == 0
    # reported, sent, two accepted, one arrived, two finished, done, confirmed
    assert gran.page.locator("ol.timeline > li").count() == 9
    assert gran.page.locator("img[src^='/files/']").count() == 2


def both_have_it_with_clock_and_source(
    plumber: Visitor, plumbers_job: str, water: Visitor, water_job: str
) -> None:
    """Each sees the place, what was said, a running clock and the rule with its source."""
    for visitor, job in ((plumber, plumbers_job), (water, water_job)):
        assert visitor.page.locator(".clock").first.is_visible()
        visitor.go(job)
        page = visitor.text()
        assert BURST in page
        assert "水管爆裂" in page
        assert "水电气热24小时反馈" in page
        assert visitor.page.locator(".clock").first.is_visible()
        assert visitor.overflow() <= 0


def her_page_names_both_and_until_when(gran: Visitor) -> None:
    page = gran.text()
    assert PROPERTY in page
    assert WATER in page
    assert gran.page.locator(".clock").count() >= 2
    assert "水电气热24小时反馈" in page
    assert "12345" in page
    assert gran.overflow() <= 0


def the_photo_lost_its_position(gran: Visitor) -> None:
    source = gran.page.locator("img[src^='/files/']").first.get_attribute("src")
    answer = gran.context.request.get(f"{gran.demo.url}{source}")
    assert answer.status == 200
    data = answer.body()
    assert data[8:12] == b"WEBP"
    assert b"PhoneMaker" not in data
    assert b"EXIF" not in data


def test_a_matter_that_is_not_solved_is_reopened(visit: Visit) -> None:
    gran, plumber, water = visit("grandmother"), visit("worker"), visit("water")
    before = {v: hrefs(v, "/work/") for v in (plumber, water) if v.go("/work/")}
    matter = report(gran, "一村8号楼1单元水管爆了，水哗哗往外喷")
    for visitor in (plumber, water):
        work(visitor, new_job(visitor, before[visitor]), arrive=False)
    until(gran.form("/confirm/").is_visible, "the question", page=gran.page)
    for visitor in (plumber, water):
        visitor.go("/work/")
        before[visitor] = hrefs(visitor, "/work/")
    form = gran.form("/reopen/")
    gran.unfold(form)
    form.locator("textarea").fill("还在漏，一滴一滴的")
    gran.press("/reopen/")
    gran.page.wait_for_url(f"**{matter}*")
    assert "还在漏，一滴一滴的" in gran.text()
    assert gran.form("/confirm/").count() == 0
    # The same people have it again, with clocks that run anew.
    for visitor in (plumber, water):
        job = new_job(visitor, before[visitor])
        visitor.go(job)
        assert visitor.form("/accept/").is_visible()
        assert visitor.page.locator(".clock").first.is_visible()


def test_the_dispatcher_decides_with_the_keyboard(visit: Visit) -> None:
    reporter = visit("owner")
    matter = report(reporter, "明珠苑3号楼电梯有异响，一上一下咣当咣当响得厉害")
    case = matter.rstrip("/").rsplit("/", 1)[-1]
    desk = visit("dispatcher", size=DESK)
    desk.go("/desk/?tab=desk")
    page = desk.page
    row = page.locator(f"a[data-row][href*='{case}']")
    assert row.count() == 1, "the unclear report waits at the desk"

    rows = page.locator("a[data-row]")
    assert rows.count() >= 2
    page.keyboard.press("j")
    first = focused(desk)
    page.keyboard.press("j")
    assert focused(desk) != first
    page.keyboard.press("k")
    assert focused(desk) == first

    page.goto(desk.demo.url + (row.get_attribute("href") or ""))
    title = page.locator("#detail h1").inner_text()
    wanted = page.locator("[data-key='1']").get_attribute("value")
    assert wanted
    with page.expect_navigation():
        page.keyboard.press("1")
    assert page.locator("#detail h1").inner_text() != title
    assert page.locator("[data-key='e']").is_enabled()
    with page.expect_navigation():
        page.keyboard.press("e")
    assert page.locator(f"a[data-row][href*='{case}']").count() == 0
    until(lambda: reporter.page.locator(".clock").count() > 0, "her clocks", page=reporter.page)


def focused(visitor: Visitor) -> str:
    """The address of the row that has the focus."""
    found = visitor.page.evaluate("document.activeElement.getAttribute('href')")
    assert found, "no row has the focus"
    return str(found)


def test_single_keys_stay_out_of_a_text_field(visit: Visit) -> None:
    desk = visit("dispatcher", size=DESK)
    desk.go("/desk/?tab=desk")
    search = desk.page.locator("input[type=search]").first
    desk.unfold(search)
    search.click()
    desk.page.keyboard.type("1ejk")
    assert search.input_value() == "1ejk"
    assert "/desk/" in desk.page.url


def test_the_whole_way_without_scripts(visit: Visit) -> None:
    gran = visit("grandmother", scripts=False)
    plumber, water = visit("worker", scripts=False), visit("water", scripts=False)
    before = {v: hrefs(v, "/work/") for v in (plumber, water) if v.go("/work/")}
    matter = report(gran, "一村6号楼3单元水管爆了，水哗哗往外喷", photo_with_position())
    the_photo_lost_its_position(gran)
    for visitor in (plumber, water):
        job = until(lambda v=visitor: reloaded_job(v, before[v]), "the job", page=visitor.page)
        work(visitor, job, arrive=True)
    gran.go(matter)
    gran.press("/confirm/")
    assert gran.form("/confirm/").count() == 0
    gran.go("/inbox/")
    assert hrefs(gran, "/inbox/")


def reloaded_job(visitor: Visitor, before: set[str]) -> str:
    """The address of a new job, asking the server again as one without scripts does."""
    visitor.go("/work/")
    return next(iter(hrefs(visitor, "/work/") - before), "")
