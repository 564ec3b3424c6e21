"""What the browser stories need: the real demo, a headless Chromium, and a watchful visitor."""

from __future__ import annotations

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response

START_MAX_S = 240
#: how long a story waits for what must come; a limit for hangs, never a promise
PATIENCE_S = 60
BURST = "一村7号楼2单元楼道里水管爆了，水哗哗往下流"
PROPERTY, WATER = "和睦物业", "城东供水所"
PHONE, DESK = (390, 844), (1280, 900)
_CSP_WATCH = """document.addEventListener('securitypolicyviolation', (event) =>
  console.error('CSP ' + event.violatedDirective + ' ' + event.blockedURI));"""


def find_chromium() -> str:
    """The browser program, "" when there is none on this machine."""
    named = os.environ.get("LINLI_CHROMIUM", "")
    names = [named] if named else ["chromium", "chromium-browser", "google-chrome"]
    return next((found for name in names if (found := shutil.which(name))), "")


def _two_free_ports() -> int:
    for _ in range(50):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise RuntimeError("no two free ports side by side")


@dataclass
class Demo:
    """The program ``linli demo`` as a newcomer starts it, on ports and in folders of its own."""

    folder: Path
    port: int = field(default_factory=_two_free_ports)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What the program said so far."""
        return (self.folder / "log").read_text("utf-8", "replace")

    def start(self) -> None:
        """Start it and wait until it says that it is well."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("LINLI_", "DJANGO_"))}
        command = [sys.executable, "-m", "linli.site.cli", "demo", "--port", str(self.port)]
        command += ["--data", str(self.folder / "data"), "--keys", str(self.folder / "keys")]
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(command, env=kept, stdout=log, stderr=log)
        until(self._is_well, "the demo to start", START_MAX_S)

    def _is_well(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            raise AssertionError(f"the demo ended:\n{self.log}")
        try:
            with urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self) -> None:
        """Ask it to end, as Ctrl-C does."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def until(
    found: Callable[[], Any], what: str, patience_s: float = PATIENCE_S, page: Page | None = None
) -> Any:
    """Ask again and again until ``found()`` is true; AssertionError when it never is."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        answer = found()
        if answer:
            return answer
        if page is not None:
            page.wait_for_timeout(100)
        else:
            time.sleep(0.2)
    raise AssertionError(f"waited {patience_s} s for {what}")


@dataclass
class Faults:
    """What must not happen in any page of a story."""

    console: list[str] = field(default_factory=list)
    external: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def all(self) -> list[str]:
        """Everything noticed; a violation of the content policy is a line of the console."""
        return [*self.console, *self.external, *self.broken]


@dataclass(eq=False)
class Visitor:
    """Somebody with a browser, being one of the demo's persons."""

    demo: Demo
    context: BrowserContext
    page: Page
    faults: Faults

    def watch(self, page: Page) -> None:
        """Note every console error, every failure and every request to elsewhere."""
        own = (self.demo.url, f"http://127.0.0.1:{self.demo.port + 1}/", "data:", "blob:")
        page.on(
            "console",
            lambda m: self.faults.console.append(m.text) if m.type == "error" else None,
        )
        page.on("pageerror", lambda error: self.faults.console.append(str(error)))
        page.on(
            "request",
            lambda r: None if r.url.startswith(own) else self.faults.external.append(r.url),
        )
        page.on("response", self._answered)

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.broken.append(f"{response.status} {response.url}")

    def go(self, path: str) -> Response | None:
        """Open a page of Linli."""
        return self.page.goto(self.demo.url + path)

    def form(self, ending: str) -> Locator:
        """The form whose address ends so."""
        return self.page.locator(f"form[action*='{ending}']").first

    def press(self, ending: str) -> None:
        """Press the one button of a form, in a fold that is opened first if need be."""
        form = self.form(ending)
        self.unfold(form)
        form.locator("button[type=submit]").last.click()

    def unfold(self, inside: Locator) -> None:
        """Open the folds around an element."""
        if inside.is_visible():
            return
        folds = self.page.locator("details:not([open])", has=inside)
        while folds.count():
            folds.first.locator("> summary").click()

    def text(self) -> str:
        """All text of the page, also that in closed folds."""
        return self.page.locator("body").text_content() or ""

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return int(wide)


def visit(
    browser: Browser,
    demo: Demo,
    slug: str,
    *,
    size: tuple[int, int] = PHONE,
    scripts: bool = True,
    language: str = "zh-hans",
    bypass_csp: bool = False,
) -> Visitor:
    """Become a person of the demo in a browser of one's own."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        java_script_enabled=scripts,
        bypass_csp=bypass_csp,
    )
    context.set_default_timeout(PATIENCE_S * 1000)
    cookie = {"name": "linli_language", "value": language, "url": demo.url}
    context.add_cookies([cookie])  # type: ignore[list-item]
    if scripts:
        context.add_init_script(_CSP_WATCH)
    visitor = Visitor(demo, context, context.new_page(), Faults())
    visitor.watch(visitor.page)
    visitor.go(f"/demo/as/{slug}/")
    return visitor


def photo_with_position(colour: str = "steelblue") -> bytes:
    """A phone's photo: JPEG, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (31.0, 13.0, 49.0)
    gps[3], gps[4] = "E", (121.0, 28.0, 25.0)
    out = io.BytesIO()
    Image.effect_mandelbrot((1600, 1200), (-2, -1.5, 1, 1.5), 60).convert("RGB").save(
        out, "JPEG", exif=exif
    )
    assert b"PhoneMaker" in out.getvalue()
    return out.getvalue()


def upload(data: bytes, name: str = "IMG_0001.jpg") -> dict[str, Any]:
    """A file as a file input takes it."""
    return {"name": name, "mimeType": "image/jpeg", "buffer": data}


def hrefs(visitor: Visitor, beginning: str) -> set[str]:
    """Addresses of the links of a page that begin so."""
    links = visitor.page.locator(f"a[href^='{beginning}']").all()
    return {link.get_attribute("href") or "" for link in links}


def report(visitor: Visitor, text: str, photo: bytes | None = None) -> str:
    """Fill in the form and send it; returns the matter's address."""
    visitor.go("/report/")
    if photo is not None:
        visitor.page.set_input_files("input[name=photos]", upload(photo))
    visitor.page.fill("textarea[name=text]", text)
    visitor.press("/report/")
    visitor.page.wait_for_url("**/matters/*/")
    return visitor.page.url.removeprefix(visitor.demo.url)
