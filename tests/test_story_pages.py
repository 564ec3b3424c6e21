"""The main pages in a browser: both languages, both sizes, no accessibility fault, no surprise."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.story.kit import (
    BURST,
    DESK,
    PHONE,
    PROPERTY,
    Visitor,
    hrefs,
    photo_with_position,
    report,
    until,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[..., Visitor]
SIZES = {"390": PHONE, "1280": DESK}
LANGUAGES = ("zh-hans", "en")
LAMP = "明珠苑5号楼门口的路灯不亮，晚上黑漆漆的"

#: who looks at which pages; "*" stands for the first link of the page before that begins so
WALKS: dict[str, tuple[str, ...]] = {
    "grandmother": ("/", "/report/", "/report/where/", "/matters/", "/matters/*", "/inbox/"),
    "worker": ("/work/", "/work/*", "/inbox/"),
    "property": ("/desk/", "/desk/cases/*", "/work/"),
    "dispatcher": ("/desk/?tab=desk", "/desk/cases/*", "/desk/?tab=open", "/desk/?tab=closed"),
    "chair": ("/desk/", "/practices/", "/wall/", "/operations/dead-letters/", "/help/dispatch/"),
    "officer": ("/desk/?tab=open", "/desk/cases/*"),
    "wall": ("/wall/",),
}


def each_page(visitor: Visitor, pages: tuple[str, ...], look: Callable[[str], None]) -> None:
    """Open the pages one after the other and look at each."""
    before = ""
    for path in pages:
        target: str | None = path
        if path.endswith("*"):
            if before:
                visitor.go(before)
            links = visitor.page.locator(f"a[href^='{path[:-1]}']")
            target = links.first.get_attribute("href") if links.count() else None
        else:
            before = path
        if target is not None:
            answer = visitor.go(target)
            assert answer is not None
            assert answer.status == 200, target
            look(target)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
@pytest.mark.parametrize("who", WALKS)
def test_no_page_is_wider_than_its_window(visit: Visit, who: str, size: tuple[int, int]) -> None:
    visitor = visit(who, size=size)
    wide: list[str] = []

    def look(address: str) -> None:
        if visitor.overflow() > 0:
            wide.append(f"{address} by {visitor.overflow()} px")

    each_page(visitor, WALKS[who], look)
    assert wide == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", WALKS)
def test_no_accessibility_fault(visit: Visit, who: str, language: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    size = DESK if who in ("property", "dispatcher", "chair", "officer", "wall") else PHONE
    visitor = visit(who, size=size, language=language, bypass_csp=True)
    faults: list[str] = []

    def look(address: str) -> None:
        found = axe.run(visitor.page).response["violations"]
        for fault in found:
            nodes = "; ".join(node["html"][:120] for node in fault["nodes"][:3])
            faults.append(f"{address} {fault['id']}: {nodes}")

    each_page(visitor, WALKS[who], look)
    assert faults == []


def test_the_door_and_the_calm_pages(visit: Visit) -> None:
    """Pages that one meets without being anybody, or by a wrong address."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    visitor = visit("tenant", bypass_csp=True)
    for path, status in (("/demo/", 200), ("/help/", 200), ("/no/such/page/", 404)):
        answer = visitor.go(path)
        assert answer is not None
        assert answer.status == status
        assert axe.run(visitor.page).response["violations"] == []
        assert visitor.overflow() <= 0
    # A browser notes every 404 in its console: this one was asked for.
    visitor.faults.console = [line for line in visitor.faults.console if "404" not in line]


def test_the_story_in_english(visit: Visit) -> None:
    gran = visit("grandmother", language="en")
    report(gran, BURST)
    until(lambda: gran.page.locator(".clock").count() >= 2, "the clocks", page=gran.page)
    page = gran.text()
    assert "Burst water pipe" in page
    assert PROPERTY in page
    assert "Utilities feedback in 24 hours" in page
    assert "水管爆裂" not in page
    gran.page.locator("form[action='/language/'] button").first.click()
    gran.page.wait_for_load_state()
    assert "水管爆裂" in gran.text()


def case_addresses(visitor: Visitor) -> set[str]:
    """Addresses of all matters in the list of one's own."""
    visitor.go("/matters/")
    return hrefs(visitor, "/matters/") - {"/matters/"}


@pytest.mark.parametrize("photo", [None, photo_with_position()], ids=["words", "photo"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_back_and_send_again_is_one_matter(
    visit: Visit, scripts: bool, photo: bytes | None
) -> None:
    """The back button shows a new form with the old words: sent again, they are a repeat."""
    tenant = visit("tenant", scripts=scripts)
    before = case_addresses(tenant)
    said = f"明珠苑7号楼2单元水管爆了，水哗哗往外喷 {scripts} {photo is None}"
    matter = report(tenant, said, photo)
    tenant.page.go_back()
    tenant.page.wait_for_url("**/report/")
    words = tenant.page.locator("textarea[name=text]")
    assert words.input_value() == said, "the words are gone"
    tenant.press("/report/")
    tenant.page.wait_for_url("**/matters/*/")
    assert tenant.page.url.endswith(matter)
    assert len(case_addresses(tenant) - before) == 1


def test_two_presses_in_a_hurry_are_one_matter(visit: Visit) -> None:
    tenant = visit("tenant")
    before = case_addresses(tenant)
    tenant.go("/report/")
    tenant.page.fill("textarea[name=text]", "明珠苑6号楼1单元水管爆了，水哗哗往外喷")
    button = tenant.form("/report/").locator("button[type=submit]").last
    button.dblclick(no_wait_after=True)
    tenant.page.wait_for_url("**/matters/*/")
    assert len(case_addresses(tenant) - before) == 1


def test_a_form_that_was_open_too_long_is_met_calmly(visit: Visit) -> None:
    tenant = visit("tenant")
    before = case_addresses(tenant)
    tenant.go("/report/")
    tenant.page.fill("textarea[name=text]", LAMP)
    tenant.context.clear_cookies(name="linli_csrf")
    with tenant.page.expect_navigation() as moved:
        tenant.press("/report/")
    assert moved.value.status == 403
    assert tenant.page.locator("h1").count() == 1
    assert "Traceback" not in tenant.text()
    assert "CSRF" not in tenant.text()
    # The page promises that the words are still there, and that sending again will do.
    tenant.page.go_back()
    tenant.page.wait_for_url("**/report/")
    assert tenant.page.locator("textarea[name=text]").input_value() == LAMP
    tenant.press("/report/")
    tenant.page.wait_for_url("**/matters/*/")
    assert len(case_addresses(tenant) - before) == 1
    tenant.faults.console = [line for line in tenant.faults.console if "403" not in line]
