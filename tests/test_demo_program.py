"""The demo as a newcomer starts, uses, breaks and ends it: one program, several processes."""

from __future__ import annotations

import html
import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest
from tests.story.kit import Demo, until

from linli.site.demo.cast import CAST

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc"),
]


@pytest.fixture(scope="module")
def own_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo that these tests may break."""
    demo = Demo(tmp_path_factory.mktemp("own-demo"))
    try:
        demo.start()
        yield demo
    finally:
        demo.stop()


@pytest.fixture
def demo(own_demo: Demo) -> Demo:
    """The demo, running: started again when a test has ended it."""
    if own_demo.process is None or own_demo.process.poll() is not None:
        own_demo.start()
    return own_demo


def _command(*args: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LINLI_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "linli.site.cli", *args],
        env={**kept, "LINLI_TRAIN_IN_PROCESS": "0"},
        capture_output=True,
        text=True,
        check=False,
    )


def _folders(demo: Demo) -> tuple[str, ...]:
    return ("--data", str(demo.folder / "data"), "--keys", str(demo.folder / "keys"))


def _health(demo: Demo) -> tuple[int, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", demo.port, timeout=10)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    except OSError:
        return 0, {}
    finally:
        connection.close()


def _family(pid: int) -> dict[int, str]:
    """All processes below ``pid``, by number, with their command lines."""
    parents, commands = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        state, parent = stat.rpartition(")")[2].split()[:2]
        if state != "Z":
            parents[int(folder.name)], commands[int(folder.name)] = int(parent), line
    found: dict[int, str] = {}
    level = {pid}
    while level:
        level = {child for child, parent in parents.items() if parent in level}
        found |= {child: commands[child] for child in level}
    return found


def _alive(pids: dict[int, str]) -> list[str]:
    """Those of the processes that still run (a number may be somebody else's by now)."""
    left = []
    for pid, command in pids.items():
        try:
            now = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if now == command and now:
            left.append(command)
    return left


def _pid(demo: Demo) -> int:
    assert demo.process is not None
    return demo.process.pid


def _visitor() -> OpenerDirector:
    return build_opener(HTTPCookieProcessor(CookieJar()))


def _get(visitor: OpenerDirector, address: str) -> tuple[int, str, str]:
    try:
        with visitor.open(address, timeout=60) as answer:
            return answer.status, urlsplit(answer.url).path, answer.read().decode()
    except HTTPError as error:
        return error.code, urlsplit(error.url or "").path, error.read().decode()


def test_it_is_healthy_and_says_where_and_who(demo: Demo) -> None:
    assert _health(demo) == (200, {"status": "ok"})
    until(lambda: "Ctrl-C" in demo.log, "the welcome")
    assert f"{demo.url}/" in demo.log
    assert len(CAST) == 15
    for part in CAST:
        assert f"{demo.url}/demo/as/{part.slug}/" in demo.log
        assert part.name in demo.log
    assert "Traceback" not in demo.log


def test_everybody_of_the_cast_comes_to_a_page(demo: Demo) -> None:
    status, _path, page = _get(_visitor(), f"{demo.url}/")
    assert status == 200
    for part in CAST:
        assert f"/demo/as/{part.slug}/" in page
        visitor = _visitor()
        status, path, body = _get(visitor, f"{demo.url}/demo/as/{part.slug}/")
        assert status == 200, part.slug
        links = set(re.findall(r'href="(/[a-z][^"#]*)"', body)) - {"/static/"}
        for link in sorted(link for link in links if not link.startswith("/static/")):
            answer = _get(visitor, f"{demo.url}{html.unescape(link)}")
            assert answer[0] == 200, (part.slug, path, link)


def test_open_pages_are_told_of_a_change_and_strangers_of_nothing(demo: Demo) -> None:
    visitor = _visitor()
    _get(visitor, f"{demo.url}/demo/as/dispatcher/")
    page = _get(visitor, f"{demo.url}/desk/")[2]
    token = re.findall(r'/events\?t=([^"&]+)"', page)[0]
    events = http.client.HTTPConnection("127.0.0.1", demo.port + 1, timeout=60)
    for stranger in ("/events", "/events?t=", "/events?t=forged", f"/events?t={token[:-2]}x", "/"):
        events.request("GET", stranger)
        answer = events.getresponse()
        answer.read()
        assert answer.status == 404, stranger
    events.request("GET", f"/events?t={token}")
    stream = events.getresponse()
    assert (stream.status, stream.headers["Content-Type"]) == (200, "text/event-stream")
    assert stream.readline().startswith(b"retry:")
    _report(demo)
    lines = iter(stream.readline, b"")
    assert next(line for line in lines if line.startswith(b"event:")) == b"event: changed\n"
    topic = json.loads(next(lines).removeprefix(b"data:"))["topic"]
    assert topic.startswith("queue:")
    events.close()


def _report(demo: Demo) -> None:
    visitor = _visitor()
    _get(visitor, f"{demo.url}/demo/as/tenant/")
    page = _get(visitor, f"{demo.url}/report/")[2]
    fields = dict(re.findall(r'name="(csrfmiddlewaretoken|key)" value="([^"]+)"', page))
    key = re.findall(r'<input[^>]*name="key"[^>]*>', page)[0]
    fields["key"] = re.findall(r'value="([^"]+)"', key)[0]
    body = urlencode({**fields, "text": "明珠苑7号楼门口有个东西", "naming": "named"}).encode()
    with visitor.open(f"{demo.url}/report/", body, timeout=60) as answer:
        assert answer.status == 200
        assert "/matters/" in answer.url


def test_health_tells_when_background_work_died_and_comes_back(demo: Demo) -> None:
    [work] = [pid for pid, line in _family(_pid(demo)).items() if line.rstrip().endswith(" work")]
    # The supervisor sleeps, so that nobody starts the work again meanwhile.
    os.kill(_pid(demo), signal.SIGSTOP)
    try:
        os.kill(work, signal.SIGKILL)
        until(lambda: _health(demo)[0] == 503, "the health page to notice")
        assert _health(demo)[1] == {"status": "background work is not running"}
    finally:
        os.kill(_pid(demo), signal.SIGCONT)
    until(lambda: _health(demo)[0] == 200, "the work to be started again")
    assert "work ended with -9; starting it again" in demo.log


def test_pages_and_events_are_started_again(demo: Demo) -> None:
    for part in ("linli.site.wsgi:application", "linli.site.events_app:application"):
        children = _family(_pid(demo))
        first = min(pid for pid, line in children.items() if part in line)
        workers = _family(first)
        assert workers
        os.kill(first, signal.SIGKILL)
        name = "pages" if "wsgi" in part else "events"
        until(lambda name=name: f"{name} ended with -9" in demo.log, f"{name} to be missed")
        # Its workers must not go on answering beside the new ones.
        until(lambda workers=workers: not _alive(workers), "the old workers to end")
        until(lambda: _health(demo)[0] == 200, "the pages to come back")
        until(
            lambda part=part: any(part in line for line in _family(_pid(demo)).values()),
            f"{name} to run",
        )


def test_serve_refuses_the_demo_s_data(demo: Demo) -> None:
    done = _command("serve", "--port", str(demo.port + 2), *_folders(demo))
    assert done.returncode == 2
    said = [line for line in done.stderr.splitlines() if line.startswith("linli: ")]
    assert said == [
        "linli: this database is a demo and stays one; start real work with another --data folder"
    ]


def test_demo_refuses_real_work(tmp_path: Path) -> None:
    folders = ("--data", str(tmp_path / "data"), "--keys", str(tmp_path / "keys"))
    assert _command("community", "add", "Real", *folders).returncode == 0
    done = _command("demo", "--port", "18771", *folders)
    assert done.returncode == 2
    assert "this database holds real work" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Real" in _command("community", "list", *folders).stdout


def test_a_second_one_on_the_same_port_is_refused(demo: Demo) -> None:
    done = _command("demo", "--port", str(demo.port), *_folders(demo))
    assert done.returncode == 2
    assert "cannot be used" in done.stderr


def test_ctrl_c_ends_it_cleanly_and_it_starts_again_on_its_data(demo: Demo) -> None:
    children = _family(_pid(demo))
    assert len(children) >= 3
    assert demo.process is not None
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(60) == 0
    assert "Traceback" not in demo.log
    until(lambda: not _alive(children), "all parts to end")
    assert _health(demo)[0] == 0
    demo.start()
    assert _health(demo) == (200, {"status": "ok"})
    assert "drawing the neighbourhood" not in demo.log


def test_no_orphan_outlives_a_killed_supervisor(demo: Demo) -> None:
    children = _family(_pid(demo))
    assert len(children) >= 3
    assert demo.process is not None
    demo.process.kill()
    demo.process.wait(60)
    until(lambda: not _alive(children), "the orphans to end")
    assert _health(demo)[0] == 0
